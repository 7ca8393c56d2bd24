"""What the chosen nodes of a question come to: conditions, intent, topic, and what was ignored.

No step depends on the order in which a question says things: what a node comes to is decided by
what stands beside it, and by whether the question is after policies or after what one says.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policybot.model import Intent, Span
from policybot.query.conditions import (
    Condition,
    Holds,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    Period,
    Titled,
    common_periods,
    conditions_in_words,
    joined_periods,
)
from policybot.query.entities import dates, numbers
from policybot.query.entities.titles import without_years
from policybot.query.parse import LIGHT, Parse, is_content, is_light
from policybot.query.query import Asks, Hint, Query
from policybot.query.rules.dates import When
from policybot.query.rules.frames import Ask, Head
from policybot.query.rules.issuers import ALONE, JOINT, Bodies, HowMany
from policybot.query.rules.mentions import Wordings
from policybot.query.rules.order import Wanted
from policybot.query.rules.rule import Node
from policybot.query.small_talk import small_talk
from policybot.query.vocabulary import Vocabulary

_STORY_TOKENS = 15
_LOOKED_UP = 8
_FIRM_HEADS = frozenset(["show", "how_many", "what_was_issued", "issued_what"])
_ASKED_KINDS = frozenset(["show", "every", "how_many", "whether", "which"])
_GOVERNS = frozenset(["to", "for_", "with_", "about", "discuss", "mention", "between"])


@dataclass(frozen=True, slots=True)
class _Frame:
    """What a sentence is after.

    ``documents`` says that it is after policies, ``many`` after all of them, ``story`` that it
    tells a person's own case, whose dates and bodies are circumstances.
    """

    documents: bool
    many: bool
    story: bool
    asks: Asks | None


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
    result = _of_sentence(chosen, vocabulary, documents=documents)
    others = [parse for parse in parses if parse is not chosen]
    if not others and not rest:
        return dataclasses.replace(result, question=question)
    return _with_others(result, others, vocabulary)


def asking(parses: Sequence[Parse]) -> Parse:
    """Return the sentence that asks: the first after policies, else the first that asks at all."""
    with_content = [p for p in parses if any(is_content(t) or t.entity for t in p.tokens)] or parses
    for wants in (
        lambda p: any(isinstance(n.value, Head) and n.value.explicit for n in p.of("head")),
        lambda p: "?" in p.text.plain and bool(p.of("head", "ask")),
        lambda p: "?" in p.text.plain,
        lambda p: bool(p.of("head", "ask")) or p.relation is not None,
    ):
        found = next((parse for parse in with_content if wants(parse)), None)
        if found:
            return found
    return with_content[0]


def _with_others(result: Query, others: Sequence[Parse], vocabulary: Vocabulary) -> Query:
    """Return the query of the sentence that asks, the others beside it."""
    ignored = list(result.ignored)
    background: list[str] = []
    for parse in others:
        plain = _plain_topic(parse, _courtesies(parse))
        if not plain or small_talk(parse):
            continue
        words = [token.text for token in parse.tokens if token.is_word]
        known = sum(bool(vocabulary.frequency(word)) for word in words[:_LOOKED_UP])
        if len(words) <= _LOOKED_UP and 2 * known < len(words):
            continue  # of the person who asks, not of what is asked
        if result.asks_for_all or not result.topic and result.conditions:
            ignored.append((plain, (parse.offset, parse.offset + len(parse.text.typed))))
        else:
            background.append(plain)
    says = result.topic or result.conditions or result.policies or result.asks_for_all
    if not says and background:
        return dataclasses.replace(
            result, topic=" ".join(background), search_text=" ".join(background), missing=None
        )
    search_text = " ".join([result.search_text, *background]) if background else result.search_text
    return dataclasses.replace(
        result, ignored=tuple(ignored), background=" ".join(background), search_text=search_text
    )


def _of_sentence(parse: Parse, vocabulary: Vocabulary, *, documents: bool) -> Query:
    talk = small_talk(parse)
    if talk:
        return Query(parse.text.typed, small_talk=talk, language=parse.language)
    frame = _frame(parse, vocabulary)
    if documents and not frame.documents:
        frame = dataclasses.replace(frame, documents=True, many=True, story=False)
    wanted = _wanted(parse, frame)
    accepted, hints = _demands(parse, frame, vocabulary)
    conditions = _conditions(parse, accepted, vocabulary, frame)
    if frame.documents:
        topic, ignored, marked = _document_topic(parse, accepted, vocabulary, conditions, frame)
    else:
        topic, ignored, marked = _content_topic(parse, accepted), [], True
    policies, found_titles = _named(parse, frame, topic, conditions)
    unknown, nearest = _unknown(parse, accepted)
    count = wanted.count
    order = wanted.order or "relevance"
    intent: Intent = "find"
    number = any(isinstance(one, Numbered) for one in conditions)
    lists = frame.documents and (frame.many or wanted.lists or not topic)
    if not number and lists and (wanted.lists or order == "relevance"):
        intent = "list"
    compares = bool(parse.of("compare")) and not frame.story
    unreadable = dates.unreadable(parse.text.printed) if frame.documents or parse.of("issue") else None
    has_dates = any(isinstance(one, IssuedIn) for one in conditions)
    result = Query(
        question=parse.text.typed,
        conditions=conditions,
        intent=intent,
        topic=topic,
        topic_marked=marked,
        search_text=_search_text(parse, topic, conditions),
        order=order,
        count=count,
        hints=hints,
        unknown_issuers=unknown,
        nearest=nearest,
        unreadable_date=f"{unreadable[0]}." if unreadable and not has_dates else None,
        compares=compares,
        includes=_included(conditions, vocabulary),
        asked_relation=parse.relation,
        policies=policies,
        titles=found_titles,
        asks=frame.asks,
        ignored=tuple(ignored),
        not_understood=tuple(text for text, _ in ignored),
        missing=_missing(parse, frame, topic, conditions, policies),
        language=parse.language,
    )
    return explained(result)


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


# --- what is asked for


def _frame(parse: Parse, vocabulary: Vocabulary) -> _Frame:
    heads = [(node, node.value) for node in _heads(parse)]
    asks = [node for node in parse.of("ask")]
    words = [token for token in parse.tokens if token.text[0].isalnum()]
    first_person = any("first_person" in token.classes for token in parse.tokens)
    wants = bool(_courtesies(parse)) or any(node.rule == "show" for node, _ in heads)
    story = len(words) > _STORY_TOKENS and first_person and not wants
    asked = asks[0] if asks else None
    if asked and heads and heads[0][0].span < asked.span:
        asked = None
    bodies = asked is not None and any("body_noun" in parse.tokens[i].classes for i in asked.taken)
    listed = any(head.many and head.explicit for _, head in heads)
    if asked and listed and asked.value.what == "who" and (bodies or parse.of("issue")):
        asked = None  # "Which ministries have issued policies?"
    ends = any(node.value.one for node in parse.of("order"))
    ends = ends and (asked is None or asked.value.what in {"when", "who"})
    if asked and ends:
        asked = None
    explicit = [
        head for node, head in heads if head.explicit or _is_asked_kind(parse, node, vocabulary)
    ]
    plain = not _left_over(parse) and not _trails_off(parse, heads)
    firm = any(
        (node.kind == "issued_by" and node.value.firm)
        or node.kind in {"issue", "count_of_bodies", "not_issued_by", "titled", "not_titled"}
        or (node.kind == "issued_in" and _beside_head(parse, node))
        for node in parse.nodes
    )
    issues = any(node.kind == "issued_by" and node.value.firm for node in parse.nodes)
    documents = not story and not asked and bool(
        explicit or ends or (heads and (firm or plain)) or (plain and _only_entities(parse)) or (plain and issues)
    )
    many = documents and (
        _asks_for_many([head for _, head in heads]) or (not heads and (plain or issues))
    )
    what = asked.value.what if asked and isinstance(asked.value, Ask) else None
    return _Frame(documents, many, story, what if what in {"when", "who", "number", "about"} else None)


def _heads(parse: Parse) -> list[Node]:
    """Return the words that ask for documents: a later word for one is part of a topic."""
    heads = parse.of("head")
    explicit = [node for node in heads if node.rule != "documents"]
    if explicit or len(heads) < 2:
        return explicit or heads
    return heads[-1:] if parse.language == "zh" else heads[:1]


def _asks_for_many(heads: Sequence[Head]) -> bool:
    """Tell by the head that is explicit, else by the first."""
    first = next((head for head in heads if head.explicit), heads[0] if heads else None)
    return first is not None and first.many


def _trails_off(parse: Parse, heads: Sequence[tuple[Node, Head]]) -> bool:
    """Tell "ten regulations out for one in": more light words after a kind than asking needs."""
    if not heads or heads[0][1].explicit:
        return False
    taken = {i for node in parse.nodes for i in node.taken}
    after = range(max(heads[0][0].taken) + 1, len(parse.tokens))
    marks = {"stop", "question", "comma", "mark"}
    return sum(i not in taken and not marks & parse.tokens[i].classes for i in after) > 2


def _is_asked_kind(parse: Parse, node: Node, vocabulary: Vocabulary) -> bool:
    """Tell "list the notices" from "what measures support …": asked for as documents."""
    named = {vocabulary.kinds.get(parse.tokens[i].text, "") for i in node.taken}
    if node.rule in {"which", "documents"} and named & vocabulary.generic_kinds:
        return True
    if node.rule in {"show", "how_many", "every", "whether"}:
        return True
    if node.rule == "which":
        han = any(parse.tokens[i].text > "\u2e80" for i in node.taken)
        last = max(node.taken)
        after = parse.tokens[last + 1 :]
        return han or not [t for t in after if is_content(t)] or bool(
            after and {"about", "relative", "by", "from", "discuss", "mention"} & after[0].classes
        )
    return node.rule == "documents" and any(
        {"which", "overview", "how_many", "all", "whether"} & token.classes for token in parse.tokens
    ) and parse.language == "zh"


def _beside_head(parse: Parse, node: Node) -> bool:
    """Tell dates that stand beside the documents asked for, or beside a word of issuing."""
    first, last = min(node.taken), max(node.taken)
    beside = {"document", "kind", "thing", "issue"}
    before = parse.tokens[first - 1].classes if first else frozenset[str]()
    after = parse.tokens[last + 1].classes if last + 1 < len(parse.tokens) else frozenset[str]()
    title = "kind" in before and parse.text.printed[parse.tokens[first - 1].span[0]].isupper() and first > 1
    return bool(beside & before and not title) or bool(beside & after)


def _only_entities(parse: Parse) -> bool:
    kinds = {"issued_by", "issued_in", "not_issued_by", "not_issued_in", "count_of_bodies", "order"}
    return any(node.kind in kinds for node in parse.nodes)


def _wanted(parse: Parse, frame: _Frame) -> Wanted:
    found = [node.value for node in parse.of("order")]
    if not found or not (frame.documents or any(one.lists for one in found)):
        return Wanted()
    order = next((one.order for one in found if one.order), None)
    count = next((one.count for one in found if one.count), None)
    lists = any(one.lists for one in found) or (count is not None and order is None)
    return Wanted(order, count, any(one.one for one in found), lists)


# --- what policies must meet


def _demands(
    parse: Parse, frame: _Frame, vocabulary: Vocabulary
) -> tuple[list[Node], tuple[Hint, ...]]:
    """Return the nodes that a policy must meet, and hints of those that it need not."""
    accepted: list[Node] = []
    hints: list[Hint] = []
    left = _left_over(parse)
    soft: list[Hint] = []
    heads = _heads(parse)
    for node in parse.nodes:
        value = node.value
        if node.kind == "head" and node not in heads:
            continue
        if isinstance(value, Bodies):
            if _issues(parse, node, frame, left):
                accepted.append(node)
            elif node.kind == "issued_by" and not frame.story or (value.names and not frame.documents):
                hints += [Hint(_body_wording(parse, node, n), IssuedBy((n,))) for n in value.names]
        elif isinstance(value, When):
            if _dates_issue(parse, node, frame, left):
                accepted.append(node)
            elif value.speaks in {"plain", "bare"} and not value.narrows:
                wording = parse.wording(i for i in node.taken if parse.tokens[i].entity)
                soft.append(Hint(wording, IssuedIn(value.periods)))
        elif node.kind in {"head", "issue", "ask", "order", "courtesy", "about", "children", "collection"}:
            accepted.append(node)
        elif frame.documents or node.rule in {"quoted", "in_title", "title_has"}:
            accepted.append(node)
    dated = any(isinstance(node.value, When) for node in accepted)
    unique = {hint.condition: hint for hint in hints}
    return accepted, (*unique.values(), *(soft if len(soft) == 1 and not dated else ()))


def _body_wording(parse: Parse, node: Node, name: str) -> str:
    return next(
        (
            parse.wording([i])
            for i in sorted(node.taken)
            if (entity := parse.tokens[i].entity) and entity.value == name
        ),
        name,
    )


def _issues(parse: Parse, node: Node, frame: _Frame, left: list[int]) -> bool:
    """Tell bodies that are to have issued what is asked for from those named in passing."""
    value: Bodies = node.value
    if frame.story:
        return False
    if not frame.documents:
        return bool(value.unknown) and node.rule in {"unknown_subject", "unknown_agent", "unknown_says", "unknown_own"}
    if value.firm:
        return node.kind != "issued_by" or node.rule != "own" or not _in_topic(parse, node)
    return not _in_topic(parse, node)


def _in_topic(parse: Parse, node: Node) -> bool:
    """Tell a body or a date that is part of what policies are about: "policies on MIIT's role"."""
    first = min(node.taken)
    if first and _GOVERNS & parse.tokens[first - 1].classes and not parse.tokens[first - 1].entity:
        return "with_" not in parse.tokens[first - 1].classes or not any(
            "issue" in token.classes for token in parse.tokens
        )
    by_token = {i: other for other in parse.nodes for i in other.taken}
    for at in range(first - 1, -1, -1):
        other = by_token.get(at)
        if other is None:
            if "relative" in parse.tokens[at].classes and parse.tokens[at].text not in {"of", "的"}:
                return False
            continue
        if other.kind == "about":
            between = range(at + 1, first)
            return any(i not in by_token and is_content(parse.tokens[i]) for i in between) and not any(
                "of" in parse.tokens[i].classes and parse.tokens[i].text > "\u2e80" for i in between
            )
        if other.kind in {"head", "issue", "ask", "courtesy", "order", "mentions", "not_mentions"} or (
            isinstance(other.value, Bodies | When) and other.rule != "bare"
        ):
            return False
    return False


def _dates_issue(parse: Parse, node: Node, frame: _Frame, left: list[int]) -> bool:
    """Tell dates of issuing from those of a title, a target, or a circumstance."""
    value: When = node.value
    if not frame.documents:
        return False
    first = min(node.taken)
    before = parse.tokens[first - 1] if first else None
    beside = before is not None and bool(
        {"document", "thing", "issue", "issue_mark"} & before.classes or ("kind" in before.classes and not _is_titled(parse, first - 1))
    )
    if value.speaks == "firm" or (beside and value.speaks != "target"):
        return True
    if value.speaks == "target":
        return before is None or bool({"document", "thing", "issue"} & before.classes)
    if before is not None and before.is_word and value.speaks == "bare":
        return not _in_topic(parse, node) and not _joins_word(parse, node)
    if before is not None and before.is_word and _follows_verb(parse, first - 1):
        return False
    if before is not None and "kind" in before.classes and _is_titled(parse, first - 1):
        return value.speaks != "bare"
    return value.speaks == "plain" or not _in_topic(parse, node)


def _is_titled(parse: Parse, at: int) -> bool:
    """Tell "the Data Protection Regulations 2021" from "regulations 2021" by the capital."""
    return at > 0 and parse.text.printed[parse.tokens[at].span[0]].isupper()


def _joins_word(parse: Parse, node: Node) -> bool:
    """Tell a year that goes on with a word: "the 2008 crisis"."""
    last = max(node.taken)
    first = parse.tokens[min(node.taken)]
    after = parse.tokens[last + 1] if last + 1 < len(parse.tokens) else None
    return "article" in first.classes and after is not None and after.is_word


def _follows_verb(parse: Parse, at: int) -> bool:
    """Tell a word that says what policies do ("run until 2020") from a topic before a date."""
    governed = parse.tokens[at - 1].classes if at else frozenset[str]()
    relative = {"document", "kind", "relative"} & governed
    return bool(relative) and not parse.tokens[at].text > "\u2e80" and "kind" in governed


def _conditions(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary, frame: _Frame
) -> tuple[Condition, ...]:
    conditions: list[Condition] = []
    conditions += _body_conditions(parse, accepted, vocabulary)
    conditions += _date_conditions(parse, accepted)
    conditions += _number_conditions(parse, accepted)
    conditions += _wording_conditions(parse, accepted, vocabulary)
    if frame.many:
        conditions += _kind_conditions(parse, accepted, vocabulary, conditions)
    return tuple(conditions)


def _body_conditions(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary
) -> list[Condition]:
    without = [node for node in accepted if node.kind == "not_issued_by"]
    left_out = tuple(dict.fromkeys(name for node in without for name in node.value.names))
    issuing = [n for n in accepted if n.kind in {"issued_by", "unknown_body"} and n.value.names]
    names = list(dict.fromkeys(name for node in issuing for name in node.value.names))
    count: HowMany | None = next((n.value for n in accepted if n.kind == "count_of_bodies"), None)
    if any(node.kind == "children" for node in accepted):
        names += [child for name in names for child in vocabulary.issuers.children(name)]
    names = [name for name in dict.fromkeys(names) if name not in left_out]
    found: list[Condition] = []
    if names:
        joint = (count is not None and count.least >= 2) or any(n.value.together for n in issuing)
        span = parse.span(issuing[0]) if issuing else None
        found.append(IssuedBy(tuple(names), together=joint, span=span))
    if count is not None:
        node = next(n for n in accepted if n.kind == "count_of_bodies")
        found.append(IssuerCount(count.least, count.most, span=parse.span(node)))
    if left_out:
        span = parse.span(without[0])
        found.append(Not(IssuedBy(left_out), span=span))
    return found


def _date_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    """Return the days that all periods leave: spans that share no day are alternatives."""
    nodes = [node for node in accepted if isinstance(node.value, When)]
    if not nodes:
        return []
    within = [node.value.periods for node in nodes if not node.value.narrows]
    ends = [node.value.periods for node in nodes if node.value.narrows]
    days: tuple[Period, ...] = ((None, None),)
    either = _or_between(parse, nodes)
    if within:
        days = within[0]
        for periods in within[1:]:
            both = common_periods(days, periods)
            days = joined_periods([*days, *periods]) if either or not both else both
    if either and not within and len(ends) > 1:
        days = joined_periods([period for periods in ends for period in periods])
        ends = []
    for periods in ends:
        both = common_periods(days, periods)
        days = both or joined_periods([*days, *periods])
    if days == ((None, None),):
        return []
    spans = [parse.span(node) for node in nodes]
    return [IssuedIn(days, span=(min(s for s, _ in spans), max(e for _, e in spans)))]


def _or_between(parse: Parse, nodes: Sequence[Node]) -> bool:
    ordered = sorted(nodes, key=lambda node: node.span)
    return any(
        "or" in parse.tokens[at].classes
        for one, other in zip(ordered, ordered[1:], strict=False)
        for at in range(max(one.taken) + 1, min(other.taken))
    )


def _number_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    taken = {i for n in accepted if n.kind in {"mentions", "not_mentions", "titled"} for i in n.taken}
    entities = [
        token.entity
        for at, token in enumerate(parse.tokens)
        if token.entity and token.entity.kind == "number" and at not in taken
    ]
    said = [number for entity in entities for number in entity.name.split(numbers.ANY)]
    if not said:
        return []
    span = parse.text.typed_span((entities[0].span[0], entities[-1].span[1]))
    shift = parse.offset if parse.text.origin is None else 0
    return [Numbered(tuple(dict.fromkeys(said)), span=(span[0] + shift, span[1] + shift))]


def _wording_conditions(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary
) -> list[Condition]:
    found: list[Condition] = []
    for node in accepted:
        value = node.value
        if not isinstance(value, Wordings):
            continue
        span = parse.span(node)
        if node.kind == "mentions":
            groups = [(one,) for one in value.wordings] if value.together else [value.wordings]
            found += [Holds(group, chosen=value.quoted, span=span) for group in groups]
        elif node.kind == "not_mentions":
            found.append(Not(Holds(value.wordings, chosen=value.quoted), span=span))
        elif node.kind == "titled":
            found.append(Titled(value.wordings, span=span))
        else:
            scattered = value.scattered or not value.quoted
            found.append(Not(Titled(value.wordings, scattered=scattered), span=span))
    return found


def _kind_conditions(
    parse: Parse,
    accepted: Sequence[Node],
    vocabulary: Vocabulary,
    others: Sequence[Condition],
) -> list[Condition]:
    """Return the kinds of document that are asked for, where titles tell them apart."""
    if any(isinstance(one, Titled) for one in others):
        return []
    asked: dict[str, Span] = {}
    for node in accepted:
        if node.kind == "kinds":
            for i in sorted(node.taken):
                for word in vocabulary.titled_words(vocabulary.kinds.get(parse.tokens[i].text, "")):
                    asked.setdefault(word, parse.tokens[i].span)
    heads = [node for node in accepted if node.kind == "head"]
    for node in heads[:1]:
        docs = [i for i in sorted(node.taken) if {"document", "kind", "thing"} & parse.tokens[i].classes]
        if asked or any("kind" not in parse.tokens[i].classes for i in docs):
            continue
        for i in docs:
            kind = vocabulary.kinds.get(parse.tokens[i].text, "")
            if kind in vocabulary.generic_kinds:
                return []
            for word in vocabulary.titled_words(kind):
                asked.setdefault(word, parse.tokens[i].span)
    if not asked:
        return []
    spans = list(asked.values())
    span = parse.text.typed_span((spans[0][0], spans[-1][1]))
    shift = parse.offset if parse.text.origin is None else 0
    return [Titled(tuple(asked), kinds=True, span=(span[0] + shift, span[1] + shift))]


def _included(conditions: Sequence[Condition], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Return the bodies that those of the conditions were before, at a time that counts."""
    names = [
        name
        for one in conditions
        for inner in ([one.condition] if isinstance(one, Not) else [one])
        if isinstance(inner, IssuedBy)
        for name in inner.names
    ]
    since = next((one.periods[0][0] for one in conditions if isinstance(one, IssuedIn)), None)
    book = vocabulary.issuers
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        former = [book.get(before) for before in book.former(name)]
        was = tuple(
            body.name
            for body in former
            if body and body.name not in names
            and not (since and body.until and body.until.last < since)
        )  # fmt: skip
        if was:
            found[name] = was
    return found


def _unknown(parse: Parse, accepted: Sequence[Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    bodies = [node.value for node in accepted if isinstance(node.value, Bodies)]
    unknown = dict.fromkeys(name for one in bodies for name in one.unknown)
    nearest = dict.fromkeys(name for one in bodies for name in one.nearest)
    return tuple(unknown), tuple(nearest)


# --- what is left


def _courtesies(parse: Parse) -> set[int]:
    return {i for node in parse.of("courtesy") for i in node.taken}


def _left_over(parse: Parse) -> list[int]:
    """Return the tokens with content that no node accounts for."""
    taken = {i for node in parse.nodes for i in node.taken}
    return [i for i, token in enumerate(parse.tokens) if i not in taken and is_content(token) and not _is_asking(token)]


def _is_asking(token: object) -> bool:
    classes = token.classes  # type: ignore[attr-defined]
    return bool(classes & _ASKING)


_ASKING = frozenset(
    ["issue", "document", "thing", "does", "praise", "newest", "oldest", "sort", "number", "overview",
     "kind", "unit", "number_word", "title", "jointly", "body_noun", "happen", "other"]
)  # fmt: skip
"""Classes of words that ask, which are topic only beside words that are."""


def _document_topic(
    parse: Parse,
    accepted: Sequence[Node],
    vocabulary: Vocabulary,
    conditions: Sequence[Condition],
    frame: _Frame,
) -> tuple[str, list[tuple[str, Span]], bool]:
    """Return what the policies asked for are about, and words that were not understood.

    The third tells whether the question says that they are about it, as "policies on patents" and
    "patent policies" do.
    """
    taken = {i for node in accepted for i in node.taken}
    if not any(isinstance(one, Titled) and one.kinds for one in conditions):
        # What kind of document is meant helps to find it, where no title decides.
        left = {i for i, token in enumerate(parse.tokens) if i not in taken and is_content(token)}
        taken -= {
            i
            for node in accepted
            if node.kind == "head"
            for i in node.taken
            if "kind" in parse.tokens[i].classes
            and "document" not in parse.tokens[i].classes
            and vocabulary.kinds.get(parse.tokens[i].text) not in vocabulary.generic_kinds
            and (not frame.many or i - 1 in left)
        }
    numbers_at = {
        i for i, t in enumerate(parse.tokens) if t.entity and t.entity.kind == "number"
    }
    left = [i for i in range(len(parse.tokens)) if i not in taken | numbers_at]
    topics: list[str] = []
    ignored: list[tuple[str, Span]] = []
    marked = False
    for segment in _segments(parse, left, taken):
        wording = parse.wording(segment)
        if not wording:
            continue
        if conditions and _is_stray(parse, segment, accepted, vocabulary):
            start, end = parse.tokens[segment[0]].span[0], parse.tokens[segment[-1]].span[1]
            shift = parse.offset if parse.text.origin is None else 0
            first, last = parse.text.typed_span((start, end))
            ignored.append((wording, (first + shift, last + shift)))
        else:
            topics.append(wording)
            marked = marked or _is_marked(parse, segment, accepted)
    return " ".join(topics), ignored, marked


def _segments(parse: Parse, left: Sequence[int], taken: set[int]) -> list[list[int]]:
    """Return runs of tokens that belong together, trimmed of light words, those with content."""
    runs: list[list[int]] = []
    kept = {i for i in left if not (parse.language == "zh" and "comma" in parse.tokens[i].classes)}
    for at in left:
        if at not in kept:
            continue
        gap = range(runs[-1][-1] + 1, at) if runs else range(0)
        if runs and not any(i in taken or i not in kept for i in gap):
            runs[-1].append(at)
        else:
            runs.append([at])
    about = {i for node in parse.of("about") for i in node.taken}
    found: list[list[int]] = []
    for run in runs:
        marked = run[0] - 1 in about
        while run and (
            is_light(parse.tokens[run[0]]) or (not marked and _opens_no_topic(parse, run[0]))
        ):
            run = run[1:]
        while run and (is_light(parse.tokens[run[-1]]) or _names_no_kind(parse, run[-1])):
            run = run[:-1]
        if run and (marked or not _only_asks(parse, run)):
            found.append(run)
    return found


def _opens_no_topic(parse: Parse, at: int) -> bool:
    """Tell words that only ask from "new" and the like, which may tell policies apart."""
    return _only_asks(parse, [at]) and "praise" not in parse.tokens[at].classes


def _names_no_kind(parse: Parse, at: int) -> bool:
    """Tell "policies" and "issued" at the end of a topic from a kind of document."""
    token = parse.tokens[at]
    asks = {"document", "thing", "issue"} & token.classes
    return bool(asks) and not token.entity and not token.is_word and "kind" not in token.classes


def _only_asks(parse: Parse, run: Sequence[int]) -> bool:
    """Tell words that only ask: nothing of them is a topic."""
    tokens = [parse.tokens[i] for i in run]
    return all((_is_asking(t) and not t.is_word and not t.entity) or is_light(t) for t in tokens)


def _is_marked(parse: Parse, segment: Sequence[int], accepted: Sequence[Node]) -> bool:
    """Tell what policies are said to be about: after "about", or before the word for them."""
    about = {i for n in accepted if n.kind == "about" for i in n.taken}
    heads = {i for n in accepted if n.kind == "head" for i in n.taken}
    modifies = segment[-1] + 1 in heads and {"document", "kind"} & parse.tokens[segment[-1] + 1].classes
    return segment[0] - 1 in about or bool(modifies)


def _is_stray(
    parse: Parse, segment: Sequence[int], accepted: Sequence[Node], vocabulary: Vocabulary
) -> bool:
    """Tell words that belong to nothing: beside no policies or "about", and new to the corpus."""
    first, last = segment[0], segment[-1]
    beside = {i for n in accepted if n.kind in {"about", "head"} for i in n.taken}
    if first - 1 in beside or last + 1 in beside:
        return False
    before = parse.tokens[first - 1] if first else None
    if before and {"about", "of", "for_", "discuss", "relative", "with_"} & before.classes:
        return False
    words = [i for i in segment if is_content(parse.tokens[i])]
    if len(words) > 1 or any(parse.tokens[i].text > "\u2e80" for i in words):
        return False
    return not vocabulary.frequency(parse.wording(segment))


def _content_topic(parse: Parse, accepted: Sequence[Node]) -> str:
    """Return what a question that is after no policies is about: all but how it asks."""
    courtesies = _courtesies(parse)
    skipped = courtesies | {
        i for n in accepted if n.rule in {"in_title", "title_has"} or n.kind == "order" and n.value.lists for i in n.taken
    }
    return _plain_topic(parse, skipped)


def _plain_topic(parse: Parse, skipped: set[int]) -> str:
    left = [i for i in range(len(parse.tokens)) if i not in skipped]
    asking = {i for node in parse.of("ask", "head") for i in node.taken}
    while left and (is_light(parse.tokens[left[0]]) or (left[0] in asking and _may_drop(parse, left[0]))):
        left = left[1:]
    issues = bool(parse.of("ask"))
    while left and (
        (is_light(parse.tokens[left[-1]]) and "overview" not in parse.tokens[left[-1]].classes)
        or (issues and {"issue", "make"} & parse.tokens[left[-1]].classes)
    ):
        left = left[:-1]
    runs: list[list[int]] = []
    for at in left:
        if runs and at == runs[-1][-1] + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    said = " ".join(parse.wording(run) for run in runs)
    for token in parse.tokens:
        if token.entity and token.entity.kind == "title":
            said = said.replace(*without_years(parse.text.printed[slice(*token.span)]))
    return said if any(is_content(parse.tokens[i]) or parse.tokens[i].entity for i in left) else ""


def _may_drop(parse: Parse, at: int) -> bool:
    classes = parse.tokens[at].classes
    return bool(classes & (LIGHT | {"document", "issue", "thing", "how_many", "unit_mark", "make", "body_noun"})) and not parse.tokens[at].entity


def _search_text(parse: Parse, topic: str, conditions: Sequence[Condition]) -> str:
    """Return what is searched for: the topic with the words that policies must hold."""
    if parse.language == "zh":
        topic = _without_asking(parse, topic)
    held = [one for one in conditions if isinstance(one, Holds)]
    said = [wording for one in held for wording in one.wordings if wording not in topic]
    return " ".join([topic, *said]).strip()


_QUESTION_WORDS = frozenset(
    ["which", "who", "when", "where", "how", "why", "how_many", "particle", "whether", "show", "plea"]
)


def _without_asking(parse: Parse, topic: str) -> str:
    """Return a Chinese topic without the words in it that only ask.

    Chinese is searched by pairs of characters, and those that such a word makes with its neighbours
    stand in no policy.
    """
    for token in parse.tokens:
        if _QUESTION_WORDS & token.classes and not token.is_word and token.text > "\u2e80":
            topic = topic.replace(parse.text.printed[slice(*token.span)], " ")
    return " ".join(topic.split())


def _named(
    parse: Parse, frame: _Frame, topic: str, conditions: Sequence[Condition]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the policies a question asks of by title and nothing else, and all that it names."""
    titles = [t.entity for t in parse.tokens if t.entity and t.entity.kind == "title"]
    ordinals = tuple(
        dict.fromkeys(o for one in titles for o in one.value if isinstance(o, int))
    )
    if not ordinals or any(not isinstance(one, Holds) for one in conditions):
        return (), ordinals
    rest = [
        token
        for token in parse.tokens
        if token.is_word or (token.entity and token.entity.kind != "title")
    ]
    mentions = parse.of("mentions", "not_mentions", "issued_in")
    return ((), ordinals) if rest or mentions else (ordinals, ordinals)


def _missing(
    parse: Parse,
    frame: _Frame,
    topic: str,
    conditions: Sequence[Condition],
    policies: Sequence[int],
) -> str | None:
    """Say what a question leaves out that has nothing but words of asking."""
    if topic or conditions or policies or parse.relation:
        return None
    if frame.asks == "when":
        return "Say which policy is meant, by its title, number or subject."
    if frame.asks in {"who", "number"}:
        return "Say which policy is meant, by its title, number or subject."
    if frame.documents:
        return None
    return "Say what the policies should be about, who issued them, or when."


__all__ = ["ALONE", "JOINT", "Parse", "explained", "order_in_words", "query"]
