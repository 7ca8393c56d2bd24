"""The query of a question, from its parsed sentences: conditions, intent, topic, ignored words.

What a node contributes depends on the tokens beside it and on what the question asks for, never on
the order in which the question names things.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

from policybot.model import Intent, Span
from policybot.query.as_of import as_of
from policybot.query.collect import conditions_of, included, unknown_bodies
from policybot.query.conditions import (
    Condition,
    Holds,
    InForce,
    IssuedBy,
    IssuedIn,
    Numbered,
    conditions_in_words,
    demanding,
    of_type,
)
from policybot.query.demands import demands_of
from policybot.query.entities import dates
from policybot.query.frame import (
    Frame,
    courtesies,
    describes_case,
    frame_of,
    is_asking,
    ordering_of,
)
from policybot.query.parse import Parse, is_content, is_light
from policybot.query.query import Hint, Query
from policybot.query.rules.frames import Head
from policybot.query.rules.rule import Node
from policybot.query.small_talk import small_talk
from policybot.query.tokens import has_class, word_classes
from policybot.query.topic import (
    as_asked,
    asks_for_the_whole,
    content_topic,
    document_topic,
    plain_topic,
    search_text_of,
)
from policybot.query.vocabulary import Vocabulary

_LOOKED_UP = 8
"""Number of a sentence's words that are looked up in the corpus."""


def query(
    parses: Sequence[Parse],
    vocabulary: Vocabulary,
    rest: Iterable[Span] = (),
    *,
    documents: bool = False,
    chosen: Parse | None = None,
) -> Query:
    """Return the query of a question from its parsed sentences.

    Of several sentences, one asks, and the others only help ranking; so do the sentences of
    ``rest``, which were not parsed. ``documents`` says that policies are asked for even if the
    question does not say so, as in a follow-up; ``chosen`` is the sentence that asks, if known.
    """
    if chosen is None:
        chosen = parses[0] if len(parses) == 1 else sentence_that_asks(parses)
    others = [parse for parse in parses if parse is not chosen]
    in_case = describes_case(others)
    result = _of_sentence(chosen, vocabulary, documents=documents, in_case=in_case)
    plain = result.intent == "list" and result.order == "relevance" and not result.count
    everything = plain and has_class(chosen.tokens, "all", "thing")
    everything = everything and not (result.topic or result.conditions)
    if everything and (of := [parse for parse in others if _says_of_what(parse)]):
        chosen = sentence_that_asks(of)
        others = [parse for parse in others if parse is not chosen]
        result = _of_sentence(chosen, vocabulary, documents=True, in_case=False)
    if others or rest:
        result = _with_others(result, chosen, others, vocabulary)
    return _with_days(result, [chosen, *others])


def _with_days(result: Query, parses: Sequence[Parse]) -> Query:
    """Return the query of a question for a rule with the days that it is about."""
    if result.asks_for_all or result.conditions or result.small_talk or not result.topic:
        return result
    days = as_of(parses)
    return result if days is None else dataclasses.replace(result, as_of=days)


def _says_of_what(parse: Parse) -> bool:
    """Tell whether a sentence says what a request for all documents beside it is about.

    "What rules are there about dogs? Give me every document.", "dogs: list everything". What
    somebody tells of themselves does not.
    """
    words = [token for token in parse.tokens if is_content(token) and not is_asking(token)]
    bare = not has_class(parse.tokens, "first_person", "pronoun", "be", "have", "do") and all(
        is_content(t) or is_light(t) or "colon" in t.classes for t in parse.tokens
    )
    return bool(words) and (bare or "?" in parse.text.plain)


def sentence_that_asks(parses: Sequence[Parse]) -> Parse:
    """Return the sentence that asks: the first that asks for policies, else the first that asks."""
    with_content = [p for p in parses if any(is_content(t) or t.entity for t in p.tokens)] or parses
    tests: tuple[Callable[[Parse], bool], ...] = (
        _requests,
        lambda p: "?" in p.text.plain and any(map(_is_explicit, p.of("head"))),
        lambda p: "?" in p.text.plain and bool(p.of("head", "ask")),
        lambda p: "?" in p.text.plain,
        lambda p: any(map(_is_explicit, p.of("head"))),
        lambda p: bool(p.of("head", "ask")) or p.relation is not None,
        lambda p: bool(p.of("issued_by", "mentions", "titled")),
    )
    matching = (parse for test in tests for parse in with_content if test(parse))
    return next(matching, with_content[0])


def _requests(parse: Parse) -> bool:
    """Return whether a sentence requests policies: "Please list …", "Which notices are there?"."""
    heads = [n for n in parse.of("head") if _is_explicit(n) and n.rule != "documents"]
    if not heads or "?" in parse.text.plain:
        return bool(heads)
    courteous = courtesies(parse)
    before = range(min(heads[0].taken))
    return all(i in courteous or is_light(parse.tokens[i]) for i in before)


def _is_explicit(node: Node) -> bool:
    return isinstance(node.value, Head) and node.value.explicit


def _with_others(
    result: Query, chosen: Parse, others: Sequence[Parse], vocabulary: Vocabulary
) -> Query:
    """Return the query of the sentence that asks, with the other sentences as background."""
    ignored = list(result.ignored)
    background: list[str] = []
    sentences = [chosen]
    leans = _leans(chosen)
    for parse in others:
        plain = plain_topic(parse, courtesies(parse))
        if not plain or small_talk(parse):
            continue
        words = list(_words_of(parse))
        known = sum(bool(vocabulary.frequency(word)) for word in words[:_LOOKED_UP])
        least = 1 if leans else len(words) / 2
        if len(words) <= _LOOKED_UP and known < least:
            continue  # about the person who asks, not about the corpus
        if result.asks_for_all or (not result.topic and result.conditions):
            ignored.append((plain, parse.sentence_span()))
        else:
            background.append(_without_courtesies(parse))
            sentences.append(parse)
    says = result.topic or result.conditions or result.policies or result.asks_for_all
    if not says and background:
        return dataclasses.replace(
            result, topic=" ".join(background), search_text=" ".join(background), missing=None
        )
    search_text = " ".join([result.search_text, *background]) if background else result.search_text
    whole = background and result.intent == "find" and not result.conditions
    hints = result.hints if result.issuers or not whole else result.hints or _named_body(sentences)
    return dataclasses.replace(
        result,
        ignored=tuple(ignored),
        background=" ".join(background),
        hints=hints,
        search_text=search_text,
    )


_LEAST_CONTENT = 3


def _leans(chosen: Parse) -> bool:
    """Tell a sentence that asks with few words: what it is of stands in the others."""
    words = [t for t in chosen.tokens if is_content(t) and not is_asking(t)]
    size = sum(len(t.text) / 2 if "han" in t.classes else 1 for t in words)
    return size < _LEAST_CONTENT or any("it" in t.classes for t in chosen.tokens)


def _words_of(parse: Parse) -> Iterator[str]:
    """Yield the words of a sentence that no lexicon has, Chinese by two characters.

    A run of Chinese is hardly ever in a passage as it stands.
    """
    for token in parse.tokens:
        if token.is_word and "han" in token.classes:
            yield from (token.text[at : at + 2] for at in range(0, len(token.text), 2))
        elif token.is_word:
            yield token.text


def _named_body(parses: Iterable[Parse]) -> tuple[Hint, ...]:
    """Return the one body that sentences name, as a hint; none where they name several."""
    named = [
        (token.entity.name, parse.wording([at]))
        for parse in parses
        for at, token in enumerate(parse.tokens)
        if token.entity and token.entity.kind == "issuer"
    ]
    if len({name for name, _ in named}) != 1:
        return ()
    name, wording = named[0]
    return (Hint(wording, IssuedBy((name,))),)


def _without_courtesies(parse: Parse) -> str:
    """Return the wording of a sentence from its first to its last word that is no courtesy."""
    skipped = courtesies(parse)
    return parse.wording([i for i in range(len(parse.tokens)) if i not in skipped])


def _of_sentence(parse: Parse, vocabulary: Vocabulary, *, documents: bool, in_case: bool) -> Query:
    talk = small_talk(parse)
    if talk:
        return Query(parse.text.typed, small_talk=talk, language=parse.language)
    frame = frame_of(parse, vocabulary, in_case=in_case)
    if documents and not frame.documents:
        frame = dataclasses.replace(frame, documents=True, many=True, story=False)
    ordering = ordering_of(parse, frame)
    accepted, hints = demands_of(parse, frame)
    conditions = conditions_of(parse, accepted, vocabulary, frame)
    if frame.documents:
        topic, ignored, marked = document_topic(parse, accepted, vocabulary, conditions, frame)
    else:
        topic, ignored, marked = content_topic(parse, accepted), [], True
    asked = parse.taken("ask") if frame.asks == "in_force" else set()
    policies, found_titles = _named_policies(parse, conditions, asked)
    unknown, nearest = unknown_bodies(accepted)
    order = ordering.order or "relevance"
    intent: Intent = "find"
    number = of_type(conditions, Numbered)
    bare = _only_asks_whether(parse, topic, conditions)
    lists = frame.documents and (frame.many or ordering.lists or not topic) and not bare
    if not number and lists and (ordering.lists or order == "relevance"):
        intent = "list"
    compares = bool(parse.of("compare")) and not frame.story
    intent = "find" if compares else intent
    unreadable = None
    if not of_type(conditions, IssuedIn) and (frame.documents or parse.of("issue")):
        unreadable = dates.unreadable(parse.text.printed)
    result = Query(
        question=parse.text.typed,
        conditions=conditions,
        intent=intent,
        topic=topic,
        topic_marked=marked,
        search_text=search_text_of(
            parse, topic if frame.documents else as_asked(parse, topic), conditions
        ),
        order=order,
        count=ordering.count,
        hints=hints,
        unknown_issuers=unknown,
        nearest=nearest,
        unreadable_date=f"{unreadable[0]}." if unreadable else None,
        compares=compares,
        includes=included(conditions, vocabulary),
        asked_relation=parse.relation,
        compared=parse.compared,
        defines=parse.defines,
        policies=policies,
        titles=found_titles,
        asks=frame.asks,
        whole=not frame.documents and asks_for_the_whole(parse),
        ignored=tuple(sorted([*ignored, *_courtesy_words(parse)], key=lambda item: item[1])),
        not_understood=tuple(text for text, _ in ignored),
        missing=_missing(parse, frame, topic, conditions, policies, bare=bare),
        lone_word=_lone_word(parse),
        language=parse.language,
        today=parse.today,
    )
    return with_notes(result)


def _courtesy_words(parse: Parse) -> list[tuple[str, Span]]:
    """Return the words read as courtesies, with their spans."""
    return [
        (wording, parse.span(node))
        for node in parse.of("courtesy")
        if (wording := parse.wording(node.taken))
    ]


def with_notes(result: Query, notes: Sequence[str] = ()) -> Query:
    """Return ``result`` with notes of all that it holds, after those given."""
    lines = [*notes, *conditions_in_words(result.conditions)]
    lines += [f"{name} includes {', '.join(was)}" for name, was in result.includes.items()]
    lines += [f"prefers {hint.wording}: named, but no word of issuing" for hint in result.hints]
    lines += [f"body the corpus does not know: {name}" for name in result.unknown_issuers]
    wanted = order_in_words(result.order, result.count)
    lines.append(f"intent {result.intent}" + (f", {wanted}" if wanted else ""))
    lines += [f"not understood: {text}" for text in result.not_understood]
    lines.append(f"topic: {result.topic}" if result.topic else "no topic")
    return dataclasses.replace(result, notes=tuple(lines))


def order_in_words(order: str, count: int | None) -> str:
    """Return which policies by date are wanted, in English: "the 2 newest", "newest first"."""
    if order == "relevance":
        return f"{count} at most" if count else ""
    return f"the {count} {order}" if count else f"{order} first"


def _named_policies(
    parse: Parse, conditions: Sequence[Condition], asked: set[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the policies named by title if the question names nothing else, and all so named.

    ``asked`` are the tokens that say what it asks about them.
    """
    titles = [t.entity for t in parse.tokens if t.entity and t.entity.kind == "title"]
    named = [ordinal for entity in titles for ordinal in entity.value if isinstance(ordinal, int)]
    ordinals = tuple(dict.fromkeys(named))
    if not ordinals or any(not isinstance(condition, Holds | InForce) for condition in conditions):
        return (), ordinals
    rest = [
        token
        for at, token in enumerate(parse.tokens)
        if at not in asked and (token.is_word or (token.entity and token.entity.kind != "title"))
    ]
    mentions = parse.of("mentions", "not_mentions", "issued_in")
    return ((), ordinals) if rest or mentions else (ordinals, ordinals)


def _only_asks_whether(parse: Parse, topic: str, conditions: Sequence[Condition]) -> bool:
    """Tell "is there a rule?" and "what are the rules?", which do not say on what.

    "Which rules are there?" asks for all.
    """
    heads = parse.of("head")
    if topic or conditions or parse.of("order", "issued_by", "unknown_body", "ask"):
        return False
    return bool(heads) and all(
        node.rule == "whether" or (node.rule == "which" and _asks_for_the_rule(parse, node))
        for node in heads
    )


def _asks_for_the_rule(parse: Parse, head: Node) -> bool:
    words = [parse.tokens[at] for at in sorted(head.taken)]
    return has_class(words, "be") and "rule_noun" in words[-1].classes


def _missing(
    parse: Parse,
    frame: Frame,
    topic: str,
    conditions: Sequence[Condition],
    policies: Sequence[int],
    *,
    bare: bool,
) -> str | None:
    """Return what to add to a question that consists of nothing but question words."""
    if topic or demanding(conditions) or policies or parse.relation:
        return None
    if frame.asks in {"when", "who", "number", "in_force"}:
        return "Say which policy is meant, by its title, number or subject."
    if frame.documents and not bare:
        return None
    return "Say what the policies should be about, who issued them, or when."


_ASKING = word_classes("""
    which who when where how why how_many whether more_results newest oldest
""")
"""Classes of words that ask, or continue an answer, even if they are the whole question."""


def _lone_word(parse: Parse) -> str:
    """Return the word that is the whole question; empty if it is more, or a question word."""
    places = [at for at, token in enumerate(parse.tokens) if token.text[0].isalnum()]
    if (
        len(places) != 1
        or parse.tokens[places[0]].entity
        or parse.tokens[places[0]].classes & _ASKING
    ):
        return ""
    return parse.wording(places)
