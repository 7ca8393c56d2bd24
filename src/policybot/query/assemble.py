"""What the chosen nodes of a question come to: conditions, intent, topic, and what was ignored.

No step depends on the order in which a question says things: what a node comes to is decided by
what stands beside it, and by whether the question is after policies or after what one says.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

from policybot.model import Intent, Span
from policybot.query.collect import conditions_of, included, unknown_bodies
from policybot.query.conditions import (
    Condition,
    Holds,
    InForce,
    IssuedBy,
    IssuedIn,
    Numbered,
    conditions_in_words,
)
from policybot.query.demands import demands_of
from policybot.query.entities import dates
from policybot.query.frame import (
    Frame,
    courtesies,
    frame_of,
    is_asking,
    tells_case,
    wanted_of,
)
from policybot.query.parse import Parse, is_content, is_light
from policybot.query.query import Hint, Query
from policybot.query.rules.frames import Head
from policybot.query.rules.rule import Node
from policybot.query.small_talk import small_talk
from policybot.query.text import on_one_line
from policybot.query.topic import (
    as_asked,
    content_topic,
    document_topic,
    plain_topic,
    search_text_of,
)
from policybot.query.vocabulary import Vocabulary

_LOOKED_UP = 8


def query(
    parses: Sequence[Parse],
    vocabulary: Vocabulary,
    rest: Iterable[Span] = (),
    *,
    documents: bool = False,
    chosen: Parse | None = None,
) -> Query:
    """Return the query of a question whose sentences were parsed.

    ``rest`` are the sentences that were not, which only help ranking. Of several sentences, the one
    that asks is the question; what the others say helps to rank what it finds. ``documents`` says
    that it is after policies even if it does not say so, as a follow-up may be; ``chosen`` is the
    sentence that asks, where that is known.
    """
    question = parses[0].text.typed if len(parses) == 1 and not parses[0].offset else ""
    if chosen is None:
        chosen = parses[0] if len(parses) == 1 else asking(parses)
    others = [parse for parse in parses if parse is not chosen]
    in_case = tells_case(others)
    result = _of_sentence(chosen, vocabulary, documents=documents, in_case=in_case)
    if not others and not rest:
        return dataclasses.replace(result, question=question)
    return _with_others(result, chosen, others, vocabulary)


def asking(parses: Sequence[Parse]) -> Parse:
    """Return the sentence that asks: the first after policies, else the first that asks at all."""
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
    for wants in tests:
        found = next((parse for parse in with_content if wants(parse)), None)
        if found:
            return found
    return with_content[0]


def _requests(parse: Parse) -> bool:
    """Tell "Please list the notices." and "Which notices are there?" from what somebody tells."""
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
    """Return the query of the sentence that asks, the others beside it."""
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
            continue  # of the person who asks, not of what is asked
        if result.asks_for_all or (not result.topic and result.conditions):
            ignored.append((plain, parse.whole()))
        else:
            background.append(_told(parse))
            sentences.append(parse)
    says = result.topic or result.conditions or result.policies or result.asks_for_all
    if not says and background:
        return dataclasses.replace(
            result, topic=" ".join(background), search_text=" ".join(background), missing=None
        )
    search_text = " ".join([result.search_text, *background]) if background else result.search_text
    sentences.sort(key=lambda parse: parse.offset)
    whole = background and result.intent == "find" and not result.conditions
    hints = result.hints if result.issuers or not whole else result.hints or _named_body(sentences)
    return dataclasses.replace(
        result,
        ignored=tuple(ignored),
        background=" ".join(background),
        hints=hints,
        sentences=on_one_line(" ".join(p.text.printed for p in sentences)) if whole else "",
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


def _told(parse: Parse) -> str:
    """Return a sentence without its courtesies; what remains is told in the person's own words."""
    skipped = courtesies(parse)
    return parse.wording([i for i in range(len(parse.tokens)) if i not in skipped])


def _of_sentence(parse: Parse, vocabulary: Vocabulary, *, documents: bool, in_case: bool) -> Query:
    talk = small_talk(parse)
    if talk:
        return Query(parse.text.typed, small_talk=talk, language=parse.language)
    frame = frame_of(parse, vocabulary, in_case=in_case)
    if documents and not frame.documents:
        frame = dataclasses.replace(frame, documents=True, many=True, story=False)
    wanted = wanted_of(parse, frame)
    accepted, hints = demands_of(parse, frame)
    conditions = conditions_of(parse, accepted, vocabulary, frame)
    if frame.documents:
        topic, ignored, marked = document_topic(parse, accepted, vocabulary, conditions, frame)
    else:
        topic, ignored, marked = content_topic(parse, accepted), [], True
    asked = {i for node in parse.of("ask") if frame.asks == "in_force" for i in node.taken}
    policies, found_titles = _named(parse, conditions, asked)
    unknown, nearest = unknown_bodies(accepted)
    count = wanted.count
    order = wanted.order or "relevance"
    intent: Intent = "find"
    number = any(isinstance(one, Numbered) for one in conditions)
    lists = frame.documents and (frame.many or wanted.lists or not topic)
    if not number and lists and (wanted.lists or order == "relevance"):
        intent = "list"
    compares = bool(parse.of("compare")) and not frame.story
    intent = "find" if compares else intent
    unreadable = (
        dates.unreadable(parse.text.printed) if frame.documents or parse.of("issue") else None
    )
    has_dates = any(isinstance(one, IssuedIn) for one in conditions)
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
        count=count,
        hints=hints,
        unknown_issuers=unknown,
        nearest=nearest,
        unreadable_date=f"{unreadable[0]}." if unreadable and not has_dates else None,
        compares=compares,
        includes=included(conditions, vocabulary),
        asked_relation=parse.relation,
        compared=parse.compared,
        defines=parse.defines,
        policies=policies,
        titles=found_titles,
        asks=frame.asks,
        ignored=tuple(sorted([*ignored, *_courteous(parse)], key=lambda one: one[1])),
        not_understood=tuple(text for text, _ in ignored),
        missing=_missing(parse, frame, topic, conditions, policies),
        lone_word=_lone_word(parse),
        language=parse.language,
    )
    return explained(result)


def _courteous(parse: Parse) -> list[tuple[str, Span]]:
    """Return the words read as courtesy or framing, with where they stand."""
    return [
        (said, parse.span(node))
        for node in parse.of("courtesy")
        if (said := parse.wording(node.taken))
    ]


def explained(result: Query, notes: Sequence[str] = ()) -> Query:
    """Return ``result`` with notes that tell all it holds, those given before the others."""
    said = [*notes, *conditions_in_words(result.conditions)]
    said += [f"{name} includes {', '.join(was)}" for name, was in result.includes.items()]
    said += [f"prefers {hint.wording}: named, but no word of issuing" for hint in result.hints]
    said += [f"body the corpus does not know: {name}" for name in result.unknown_issuers]
    wanted = order_in_words(result.order, result.count)
    said.append(f"intent {result.intent}" + (f", {wanted}" if wanted else ""))
    said += [f"not understood: {text}" for text in result.not_understood]
    said.append(f"topic: {result.topic}" if result.topic else "no topic")
    return dataclasses.replace(result, notes=tuple(said))


def order_in_words(order: str, count: int | None) -> str:
    """Return which policies by date are wanted, in English: "the 2 newest", "newest first"."""
    if order == "relevance":
        return f"{count} at most" if count else ""
    return f"the {count} {order}" if count else f"{order} first"


def _named(
    parse: Parse, conditions: Sequence[Condition], asked: set[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the policies a question asks of by title and nothing else, and all that it names.

    ``asked`` are tokens that say what it asks of them.
    """
    titles = [t.entity for t in parse.tokens if t.entity and t.entity.kind == "title"]
    ordinals = tuple(dict.fromkeys(o for one in titles for o in one.value if isinstance(o, int)))
    if not ordinals or any(not isinstance(one, Holds | InForce) for one in conditions):
        return (), ordinals
    rest = [
        token
        for at, token in enumerate(parse.tokens)
        if at not in asked and (token.is_word or (token.entity and token.entity.kind != "title"))
    ]
    mentions = parse.of("mentions", "not_mentions", "issued_in")
    return ((), ordinals) if rest or mentions else (ordinals, ordinals)


def _missing(
    parse: Parse,
    frame: Frame,
    topic: str,
    conditions: Sequence[Condition],
    policies: Sequence[int],
) -> str | None:
    """Say what a question leaves out that has nothing but words of asking."""
    demands = [one for one in conditions if not (isinstance(one, InForce) and one.asked)]
    if topic or demands or policies or parse.relation:
        return None
    if frame.asks == "when":
        return "Say which policy is meant, by its title, number or subject."
    if frame.asks in {"who", "number", "in_force"}:
        return "Say which policy is meant, by its title, number or subject."
    if frame.documents:
        return None
    return "Say what the policies should be about, who issued them, or when."


_ASKING = frozenset(
    ["which", "who", "when", "where", "how", "why", "how_many", "whether", "more_results",
     "newest", "oldest"]
)  # fmt: skip
"""Classes of words that ask, or go on with an answer, whatever stands beside them."""


def _lone_word(parse: Parse) -> str:
    """Return the word that is the whole question, where it is none of asking; else nothing."""
    said = [at for at, token in enumerate(parse.tokens) if token.text[0].isalnum()]
    if len(said) != 1 or parse.tokens[said[0]].entity or parse.tokens[said[0]].classes & _ASKING:
        return ""
    return parse.wording(said)
