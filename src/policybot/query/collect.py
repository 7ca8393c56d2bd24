"""The conditions that the accepted nodes of a sentence come to."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

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
)
from policybot.query.entities import numbers
from policybot.query.frame import Frame
from policybot.query.parse import Parse
from policybot.query.periods import Period, common_periods, joined_periods
from policybot.query.rules.asks import Ask, Force
from policybot.query.rules.dates import When
from policybot.query.rules.issuers import Bodies
from policybot.query.rules.joint import HowMany
from policybot.query.rules.mentions import Wordings
from policybot.query.rules.rule import Node
from policybot.query.rules.terms import Term
from policybot.query.tokens import Token
from policybot.query.vocabulary import Vocabulary


def conditions_of(
    parse: Parse, accepted: Sequence[Node], vocabulary: Vocabulary, frame: Frame
) -> tuple[Condition, ...]:
    """Return what the accepted nodes of a sentence demand of a policy."""
    conditions: list[Condition] = []
    conditions += _body_conditions(parse, accepted, vocabulary)
    conditions += _date_conditions(parse, accepted)
    conditions += _number_conditions(parse, accepted)
    conditions += _wording_conditions(parse, accepted)
    conditions += _validity_conditions(parse, accepted)
    conditions += _term_conditions(parse, accepted)
    conditions += [node.value.at(parse.span(node)) for node in accepted if node.kind == "stated"]
    at_an_end = any(node.value.order and not node.value.lists for node in parse.of("order"))
    if frame.many or (frame.documents and at_an_end):
        conditions += _kind_conditions(parse, accepted, vocabulary, conditions, frame)
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
        for one, other in itertools.pairwise(ordered)
        for at in range(max(one.taken) + 1, min(other.taken))
    )


def _number_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    taken = {
        i for n in accepted if n.kind in {"mentions", "not_mentions", "titled"} for i in n.taken
    }
    entities = [
        token.entity
        for at, token in enumerate(parse.tokens)
        if token.entity and token.entity.kind == "number" and at not in taken
    ]
    said = [number for entity in entities for number in entity.name.split(numbers.ANY)]
    if not said:
        return []
    span = parse.typed(entity.span for entity in entities)
    return [Numbered(tuple(dict.fromkeys(said)), span=span)]


def _wording_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
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
    frame: Frame,
) -> list[Condition]:
    """Return the kinds of document that are asked for, where titles tell them apart.

    In a detailed question the noun is as likely one of the matter ("the standards that staff must
    meet"), so that it demands nothing.
    """
    if any(isinstance(one, Titled) for one in others):
        return []
    asked: dict[str, Span] = {}
    for node in accepted:
        if node.kind == "kinds":
            for i in sorted(node.taken):
                for word in _titled_words(parse.tokens[i], vocabulary):
                    asked.setdefault(word, parse.tokens[i].span)
    heads = [node for node in accepted if node.kind == "head"]
    for node in () if frame.detailed else heads[:1]:
        docs = [
            i
            for i in sorted(node.taken)
            if {"document", "kind", "thing"} & parse.tokens[i].classes and not _is_article(parse, i)
        ]
        if asked or any("kind" not in parse.tokens[i].classes for i in docs):
            continue
        for i in docs:
            if vocabulary.kinds.get(parse.tokens[i].text) in vocabulary.generic_kinds:
                return []
            for word in _titled_words(parse.tokens[i], vocabulary):
                asked.setdefault(word, parse.tokens[i].span)
    if not asked:
        return []
    return [Titled(tuple(asked), kinds=True, span=parse.typed(asked.values()))]


def _is_article(parse: Parse, at: int) -> bool:
    """Tell "las" before a noun, "which of the laws", from "las" for policies, "the ones"."""
    after = parse.tokens[at + 1].classes if at + 1 < len(parse.tokens) else frozenset[str]()
    return "article" in parse.tokens[at].classes and bool({"document", "kind"} & after)


def _titled_words(token: Token, vocabulary: Vocabulary) -> Sequence[str]:
    """Return the words by which titles say what kind of document a token is for."""
    kind = vocabulary.kinds.get(token.text)
    return vocabulary.opening_titles(token.text) if kind is None else vocabulary.titled_words(kind)


def _validity_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    """Return the one condition of validity, by preference one that names its days."""
    found = [(node, node.value) for node in accepted if isinstance(node.value, Force)]
    found += [
        (node, node.value.force)
        for node in accepted
        if isinstance(node.value, Ask) and node.value.force
    ]
    found.sort(key=lambda one: one[1].days is None)
    return [
        InForce(
            _days(force) or (parse.today, parse.today),
            force.states,
            parse.today,
            asked=node.kind == "ask",
            span=parse.span(node),
        )
        for node, force in found[:1]
    ]


def _term_conditions(parse: Parse, accepted: Sequence[Node]) -> list[Condition]:
    """Return when policies are to enter into force and to end; of several days, all hold."""
    found: list[Condition] = []
    for kind, end in ((EffectiveIn, "effective"), (ExpiresIn, "expires")):
        nodes = [n for n in accepted if isinstance(n.value, Term) and n.value.end == end]
        if not nodes:
            continue
        periods = nodes[0].value.periods
        for node in nodes[1:]:
            both = common_periods(periods, node.value.periods)
            periods = both or joined_periods([*periods, *node.value.periods])
        found.append(kind(periods, span=parse.span(nodes[0])))
    return found


def _days(force: Force) -> Period | None:
    """Return the days a state is asked for: what ended within a span has ended on its last day."""
    if force.days is None:
        return None
    first, last = force.days
    if force.states == ("ended",) and last:
        return last, last
    return (first, first) if force.states == ("not_yet",) and first else (first, last)


def included(conditions: Sequence[Condition], vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
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


def unknown_bodies(accepted: Sequence[Node]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the bodies that the corpus does not know, and known ones that may be meant."""
    bodies = [node.value for node in accepted if isinstance(node.value, Bodies)]
    unknown = dict.fromkeys(name for one in bodies for name in one.unknown)
    nearest = dict.fromkeys(name for one in bodies for name in one.nearest)
    return tuple(unknown), tuple(nearest)
