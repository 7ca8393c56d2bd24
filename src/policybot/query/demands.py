"""Which of the dates, bodies and words that a sentence names are conditions on policies.

A date or a body is a condition where the sentence speaks of issuing; otherwise it is part of the
topic, or a hint for ranking. This depends on the tokens beside it, never on its place.
"""

from __future__ import annotations

from policybot.query.conditions import IssuedBy, IssuedIn
from policybot.query.frame import Frame, heads_of, is_titled
from policybot.query.parse import Parse, is_content
from policybot.query.query import Hint
from policybot.query.rules.asks import ValidityState
from policybot.query.rules.bodies.issuers import Bodies
from policybot.query.rules.days.dates import NamedPeriods
from policybot.query.rules.days.terms import Term
from policybot.query.rules.rule import Node
from policybot.query.tokens import has_class, word_classes

_GOVERNS = word_classes("to for_ with_ about discuss mention between")
_ENDS = word_classes("question stop mark particle question_particle plea thanks")


_ALWAYS = frozenset(
    ["head", "issue", "ask", "order", "courtesy", "about", "children", "collection"]
)
"""Kinds of nodes that are accepted in every sentence."""

_WORDINGS = frozenset(["quoted", "in_title", "title_has"])
"""Rules for wordings that are conditions in every sentence but a detailed one."""

_UNKNOWN = frozenset(["unknown_subject", "unknown_agent", "unknown_says", "unknown_own"])
"""Rules for unknown bodies that are conditions in every sentence."""


def demands_of(parse: Parse, frame: Frame) -> tuple[list[Node], tuple[Hint, ...]]:
    """Return the nodes that are conditions or words of asking, and the hints."""
    accepted: list[Node] = []
    bodies: list[Hint] = []
    dates: list[Hint] = []
    heads = heads_of(parse)
    for node in parse.nodes:
        value = node.value
        if node.kind == "head" and node not in heads:
            continue
        if isinstance(value, Bodies):
            by = node.kind == "issued_by" and not frame.story
            if _is_issuing_body(parse, node, frame):
                accepted.append(node)
            elif by or not frame.documents:
                bodies += [Hint(_body_wording(parse, node, n), IssuedBy((n,))) for n in value.names]
        elif isinstance(value, NamedPeriods):
            if _is_issue_date(parse, node, frame):
                accepted.append(node)
            elif value.strength in {"plain", "bare"} and not value.narrows:
                wording = parse.wording(i for i in node.taken if parse.tokens[i].entity)
                dates.append(Hint(wording, IssuedIn(value.periods)))
        else:
            dated = isinstance(value, ValidityState) and value.days is not None
            dated = dated or isinstance(value, Term) or _says_which_holds(parse, node)
            dated = dated and not frame.story
            worded = node.rule in _WORDINGS and not frame.detailed
            if frame.documents or dated or worded or node.kind in _ALWAYS:
                accepted.append(node)
    hinted = len(dates) == 1 and not any(isinstance(n.value, NamedPeriods) for n in accepted)
    unique = {hint.condition: hint for hint in bodies}
    return accepted, (*unique.values(), *(dates if hinted else ()))


_MOST_NOUNS = 3
"""Number of words up to which what stands before "is in force" is a thing, and no clause."""


def _says_which_holds(parse: Parse, node: Node) -> bool:
    """Tell "which licence is in force?", which is after the one that holds.

    "Which tariff is valid?" and "which tickets have expired?" may be said of the thing itself.
    """
    if node.rule != "in_force" or node.value.states != ("in_force",):
        return False
    first, last = min(node.taken), max(node.taken)
    before = [t for t in parse.tokens[:first] if "mark" not in t.classes]
    ends = all(_ENDS & t.classes for t in parse.tokens[last + 1 :])
    own = (t.classes for t in parse.tokens[first : last + 1])
    insists = any("in_force" in classes and "valid" not in classes for classes in own)
    opens = has_class(before[:1], "which")
    return opens and ends and insists and 0 < sum(map(is_content, before)) <= _MOST_NOUNS


def _body_wording(parse: Parse, node: Node, name: str) -> str:
    """Return the words by which the question names a body."""
    for at in sorted(node.taken):
        entity = parse.tokens[at].entity
        if entity and entity.value == name:
            return parse.wording([at])
    return name


def _is_issuing_body(parse: Parse, node: Node, frame: Frame) -> bool:
    """Return whether bodies are named as issuers of what is asked for, and not in passing."""
    value: Bodies = node.value
    if frame.story:
        return False
    if not frame.documents:
        return bool(value.unknown) and node.rule in _UNKNOWN
    if value.firm and (node.kind != "issued_by" or node.rule != "own"):
        return True
    return not _in_topic(parse, node)


_ENDS_TOPIC = frozenset(["head", "issue", "ask", "courtesy", "order", "mentions", "not_mentions"])
"""Kinds of nodes that no topic extends across."""


def _in_topic(parse: Parse, node: Node) -> bool:
    """Return whether a body or a date belongs to the topic: "policies on MIIT's role"."""
    first = min(node.taken)
    before = parse.classes_at(first - 1)
    if _GOVERNS & before and not parse.tokens[first - 1].entity:
        return "with_" not in before or not has_class(parse.tokens, "issue")
    by_token = {i: neighbour for neighbour in parse.nodes for i in neighbour.taken}
    for at in range(first - 1, -1, -1):
        neighbour = by_token.get(at)
        if neighbour is None:
            token = parse.tokens[at]
            if "relative" in token.classes and token.text not in {"of", "的"}:
                return False
            continue
        if neighbour.kind == "about":
            between = range(at + 1, first)
            content = any(i not in by_token and is_content(parse.tokens[i]) for i in between)
            tokens = [parse.tokens[i] for i in between if parse.tokens[i].is_han]
            return content and not has_class(tokens, "of")
        issuing = isinstance(neighbour.value, Bodies | NamedPeriods) and neighbour.rule != "bare"
        if issuing or neighbour.kind in _ENDS_TOPIC:
            return False
    return False


def _is_issue_date(parse: Parse, node: Node, frame: Frame) -> bool:
    """Return whether dates are dates of issue, and not of a title, a target or a circumstance."""
    value: NamedPeriods = node.value
    if not frame.documents:
        return False
    first = min(node.taken)
    before = parse.classes_at(first - 1)
    titled = "kind" in before and is_titled(parse, first - 1)
    issues = {"document", "thing", "issue", "issue_mark"} & before
    beside = bool(issues) or ("kind" in before and not titled)
    if value.strength == "firm" or (beside and value.strength != "target"):
        return True
    if value.strength == "target":
        return not first or bool({"document", "thing", "issue"} & before)
    if "word" in before and value.strength == "bare":
        return not _in_topic(parse, node) and not _joins_word(parse, node)
    if "word" in before and _follows_verb(parse, first - 1):
        return False
    if titled:
        return value.strength != "bare"
    return value.strength == "plain" or not _in_topic(parse, node)


def _joins_word(parse: Parse, node: Node) -> bool:
    """Return whether a year belongs to the word after it: "the 2008 crisis"."""
    following = parse.classes_at(max(node.taken) + 1)
    return "article" in parse.classes_at(min(node.taken)) and "word" in following


def _follows_verb(parse: Parse, at: int) -> bool:
    """Return whether a word after a kind says what it does: "measures run until 2020"."""
    return "kind" in parse.classes_at(at - 1) and not parse.tokens[at].is_han
