"""The conditions of a sentence, from its accepted nodes."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence

from policybot.model import Span
from policybot.query.conditions import (
    Condition,
    EffectiveIn,
    ExpiresIn,
    Holds,
    InForce,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    Titled,
    affirmed,
    of_type,
)
from policybot.query.entities import numbers
from policybot.query.frame import Frame
from policybot.query.parse import Parse, taken_by
from policybot.query.periods import Period, common_periods, joined_periods
from policybot.query.rules.asks import PolicyQuestion, ValidityState
from policybot.query.rules.bodies.issuers import Bodies
from policybot.query.rules.bodies.joint import BodyCount
from policybot.query.rules.days.dates import NamedPeriods
from policybot.query.rules.days.terms import Term
from policybot.query.rules.mentions import Wordings
from policybot.query.rules.rule import Node
from policybot.query.tokens import DOCUMENT_CLASSES, Token, has_class
from policybot.query.vocabulary import Vocabulary


def conditions_of(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary, frame: Frame
) -> tuple[Condition, ...]:
    """Return the conditions of a sentence's accepted nodes."""
    conditions: list[Condition] = [
        *_body_conditions(parse, accepted, vocabulary),
        *_date_conditions(parse, accepted),
        *_number_conditions(parse, accepted),
        *_wording_conditions(parse, accepted, vocabulary),
        *_validity_conditions(parse, accepted),
        *_term_conditions(parse, accepted),
        *(node.value.condition_at(parse.span(node)) for node in accepted if node.kind == "stated"),
    ]
    one = any(node.value.order and not node.value.lists for node in parse.of("order"))
    one = one or bool(of_type(conditions, InForce))  # "which ordinance is in force?"
    one = one or any(node.rule == "whether" and not _is_of_a_rule(parse, node) for node in accepted)
    if (frame.many or (frame.documents and one)) and not of_type(conditions, Titled):
        conditions += _kind_conditions(parse, accepted, vocabulary, frame)
    return tuple(conditions)


def _body_conditions(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary
) -> Iterator[Condition]:
    excluding = [node for node in accepted if node.kind == "not_issued_by"]
    excluded = tuple(dict.fromkeys(name for node in excluding for name in node.value.names))
    issuing = [n for n in accepted if n.kind in {"issued_by", "unknown_body"} and n.value.names]
    names = [name for node in issuing for name in node.value.names]
    counting = next((node for node in accepted if node.kind == "count_of_bodies"), None)
    if any(node.kind == "children" for node in accepted):
        names += [child for name in names for child in vocabulary.issuers.children(name)]
    names = [name for name in dict.fromkeys(names) if name not in excluded]
    if names:
        joint = (counting and counting.value.least >= 2) or any(n.value.together for n in issuing)
        yield IssuedBy(tuple(names), together=bool(joint), span=parse.span(issuing[0]))
    if counting:
        count: BodyCount = counting.value
        yield IssuerCount(count.least, count.most, span=parse.span(counting))
    if excluded:
        yield Not(IssuedBy(excluded), span=parse.span(excluding[0]))


def _date_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    """Return the condition on the date of issue.

    It is the intersection of all periods; where two share no day, they are alternatives.
    """
    nodes = [node for node in accepted if isinstance(node.value, NamedPeriods)]
    if not nodes:
        return []
    within = [node.value.periods for node in nodes if not node.value.narrows]
    ends = [node.value.periods for node in nodes if node.value.narrows]
    days: tuple[Period, ...] = ((None, None),)
    either = _joined_by_or(parse, nodes)
    if within:
        days = within[0]
        for periods in within[1:]:
            days = joined_periods([*days, *periods]) if either else _both_or_either(days, periods)
    if either and not within and len(ends) > 1:
        days = joined_periods([period for periods in ends for period in periods])
        ends = []
    for periods in ends:
        days = _both_or_either(days, periods)
    if days == ((None, None),):
        return []
    spans = [parse.span(node) for node in nodes]
    return [IssuedIn(days, span=(min(s for s, _ in spans), max(e for _, e in spans)))]


def _both_or_either(first: Sequence[Period], second: Sequence[Period]) -> tuple[Period, ...]:
    """Return the intersection of periods, or their union where they share no day."""
    return common_periods(first, second) or joined_periods([*first, *second])


def _joined_by_or(parse: Parse, nodes: Sequence[Node]) -> bool:
    """Return whether "or" stands between two of the nodes."""
    ordered = sorted(nodes, key=lambda node: node.span)
    return any(
        has_class(parse.tokens[max(earlier.taken) + 1 : min(later.taken)], "or")
        for earlier, later in itertools.pairwise(ordered)
    )


def _number_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    taken = taken_by(n for n in accepted if n.kind in {"mentions", "not_mentions", "titled"})
    entities = [
        token.entity
        for at, token in enumerate(parse.tokens)
        if token.entity and token.entity.kind == "number" and at not in taken
    ]
    if not entities:
        return []
    stated = [number for entity in entities for number in entity.name.split(numbers.ANY)]
    span = parse.typed(entity.span for entity in entities)
    return [Numbered(tuple(dict.fromkeys(stated)), span=span)]


def _wording_conditions(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary
) -> Iterator[Condition]:
    for node in accepted:
        value = node.value
        if not isinstance(value, Wordings):
            continue
        span = parse.span(node)
        if node.kind == "mentions":
            for group in (
                [(word,) for word in value.wordings] if value.together else [value.wordings]
            ):
                yield Holds(group, chosen=value.quoted, span=span)
        elif node.kind == "not_mentions":
            yield Not(Holds(value.wordings, chosen=value.quoted), span=span)
        elif node.kind == "titled":
            yield Titled(value.wordings, span=span)
        elif kinds := _kinds_named(parse, node, vocabulary):
            yield Not(Titled(kinds, kinds=True), span=span)
        else:
            scattered = value.scattered or not value.quoted
            yield Not(Titled(value.wordings, scattered=scattered), span=span)


def _kinds_named(parse: Parse, node: Node, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the words of titles for the kinds that are all a node names: "not circulars"."""
    kinds = {
        parse.tokens[at].text: parse.tokens[at]
        for at in node.taken
        if "kind" in parse.classes_at(at)
    }
    wordings = [wording.lower() for wording in node.value.wordings]
    if node.value.quoted or not all(wording in kinds for wording in wordings):
        return ()
    words = (_titled_words(kinds[wording], vocabulary) for wording in wordings)
    return tuple(dict.fromkeys(itertools.chain.from_iterable(words)))


def _kind_conditions(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary, frame: Frame
) -> list[Condition]:
    """Return the condition on the kind of document, where titles name the kinds.

    In a detailed question the noun is as likely part of the topic ("the standards that staff must
    meet"), and so sets no condition.
    """
    asked: dict[str, Span] = {}

    def add(index: int) -> None:
        for word in _titled_words(parse.tokens[index], vocabulary):
            asked.setdefault(word, parse.tokens[index].span)

    for node in accepted:
        if node.kind == "kinds":
            for at in sorted(node.taken):
                add(at)
    head = next((node for node in accepted if node.kind == "head"), None)
    if head and not any({"kind", "document"} & parse.classes_at(at) for at in head.taken):
        # "notices of 2013, except those by MIIT", 2013年的通知，全部列出
        head = min(parse.of("head"), key=lambda node: min(node.taken))
    if head and not asked and not frame.detailed:
        docs = [
            at
            for at in sorted(head.taken)
            if DOCUMENT_CLASSES & parse.classes_at(at) and not _is_article(parse, at)
        ]
        for at in docs if all("kind" in parse.classes_at(at) for at in docs) else ():
            if vocabulary.kinds.get(parse.tokens[at].text, "") in vocabulary.generic_kinds:
                return []
            add(at)
    return [Titled(tuple(asked), kinds=True, span=parse.typed(asked.values()))] if asked else []


def _is_of_a_rule(parse: Parse, head: Node) -> bool:
    """Tell "is there a rule", which may be in any kind of document, from "is there a decree"."""
    return has_class([parse.tokens[at] for at in head.taken], "rule_noun")


def _is_article(parse: Parse, at: int) -> bool:
    """Tell "las" before a noun, "which of the laws", from "las" for policies, "the ones"."""
    after = parse.tokens[at + 1].classes if at + 1 < len(parse.tokens) else frozenset[str]()
    return "article" in parse.tokens[at].classes and bool({"document", "kind"} & after)


def _titled_words(token: Token, vocabulary: Vocabulary) -> Sequence[str]:
    """Return the words by which titles say what kind of document a token is for."""
    kind = vocabulary.kinds.get(token.text)
    return (
        vocabulary.opening_titles(token.text)
        if kind is None
        else vocabulary.titled_words(kind, token.text)
    )


def _validity_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    """Return the condition on validity, by preference one that names its days; at most one."""
    states = [(node, node.value) for node in accepted if isinstance(node.value, ValidityState)]
    states += [
        (node, node.value.validity)
        for node in accepted
        if isinstance(node.value, PolicyQuestion) and node.value.validity
    ]
    if not states:
        return []
    node, state = min(states, key=lambda pair: pair[1].days is None)
    days = _days(state) or (parse.today, parse.today)
    asked = node.kind == "ask"
    return [InForce(days, state.states, parse.today, asked=asked, span=parse.span(node))]


def _term_conditions(parse: Parse, accepted: Sequence[Node]) -> Iterator[Condition]:
    """Yield the conditions on the dates at which policies take effect and expire."""
    for kind, end in ((EffectiveIn, "effective"), (ExpiresIn, "expires")):
        nodes = [n for n in accepted if isinstance(n.value, Term) and n.value.end == end]
        if nodes:
            periods = functools.reduce(_both_or_either, (node.value.periods for node in nodes))
            yield kind(periods, span=parse.span(nodes[0]))


def _days(state: ValidityState) -> Period | None:
    """Return the days for which a state is asked.

    For "no longer in force" it is the last day of the span, for "not yet in force" the first.
    """
    if state.days is None:
        return None
    first, last = state.days
    if state.states == ("ended",) and last:
        return last, last
    return (first, first) if state.states == ("not_yet",) and first else (first, last)


def included(conditions: Sequence[Condition], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Return the predecessors of the bodies in the conditions, each body with its own.

    Those that had ended before the first day asked for are left out.
    """
    issued_by = of_type(map(affirmed, conditions), IssuedBy)
    names = [name for condition in issued_by for name in condition.names]
    since = next((condition.periods[0][0] for condition in of_type(conditions, IssuedIn)), None)
    book = vocabulary.issuers
    predecessors: dict[str, tuple[str, ...]] = {}
    for name in names:
        former = tuple(
            body.name
            for body in map(book.get, book.former(name))
            if body and body.name not in names
            and not (since and body.until and body.until.last < since)
        )  # fmt: skip
        if former:
            predecessors[name] = former
    return predecessors


def unknown_bodies(accepted: Sequence[Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the bodies that the corpus does not know, and known ones that may be meant."""
    bodies = [node.value for node in accepted if isinstance(node.value, Bodies)]
    unknown = dict.fromkeys(name for named in bodies for name in named.unknown)
    nearest = dict.fromkeys(name for named in bodies for name in named.nearest)
    return tuple(unknown), tuple(nearest)
