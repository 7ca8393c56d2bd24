"""Which of the dates, bodies and words that a sentence names a policy must meet.

A date or a body is a demand where the sentence speaks of issuing, and otherwise part of its topic
or a hint. Only what stands beside it decides, never what stands where in the question.
"""

from __future__ import annotations

from policybot.query.conditions import IssuedBy, IssuedIn
from policybot.query.frame import Frame, heads_of
from policybot.query.parse import Parse, is_content
from policybot.query.query import Hint
from policybot.query.rules.asks import Force
from policybot.query.rules.dates import When
from policybot.query.rules.issuers import Bodies
from policybot.query.rules.rule import Node
from policybot.query.rules.terms import Term

_GOVERNS = frozenset(["to", "for_", "with_", "about", "discuss", "mention", "between"])


def demands_of(parse: Parse, frame: Frame) -> tuple[list[Node], tuple[Hint, ...]]:
    """Return the nodes that a policy must meet, and hints of those that it need not."""
    accepted: list[Node] = []
    hints: list[Hint] = []
    soft: list[Hint] = []
    heads = heads_of(parse)
    for node in parse.nodes:
        value = node.value
        if node.kind == "head" and node not in heads:
            continue
        if isinstance(value, Bodies):
            if _issues(parse, node, frame):
                accepted.append(node)
            elif (node.kind == "issued_by" and not frame.story) or (
                value.names and not frame.documents
            ):
                hints += [Hint(_body_wording(parse, node, n), IssuedBy((n,))) for n in value.names]
        elif isinstance(value, When):
            if _dates_issue(parse, node, frame):
                accepted.append(node)
            elif value.speaks in {"plain", "bare"} and not value.narrows:
                wording = parse.wording(i for i in node.taken if parse.tokens[i].entity)
                soft.append(Hint(wording, IssuedIn(value.periods)))
        elif (
            node.kind
            in {
                "head",
                "issue",
                "ask",
                "order",
                "courtesy",
                "about",
                "children",
                "collection",
            }
            or frame.documents
            or (isinstance(value, Force) and value.days is not None and not frame.story)
            or (isinstance(value, Term) and not frame.story)
            or (node.rule in {"quoted", "in_title", "title_has"} and not frame.detailed)
        ):
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


def _issues(parse: Parse, node: Node, frame: Frame) -> bool:
    """Tell bodies that are to have issued what is asked for from those named in passing."""
    value: Bodies = node.value
    if frame.story:
        return False
    if not frame.documents:
        return bool(value.unknown) and node.rule in {
            "unknown_subject",
            "unknown_agent",
            "unknown_says",
            "unknown_own",
        }
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
            return any(
                i not in by_token and is_content(parse.tokens[i]) for i in between
            ) and not any(
                "of" in parse.tokens[i].classes and parse.tokens[i].text > "\u2e80" for i in between
            )
        if other.kind in {
            "head",
            "issue",
            "ask",
            "courtesy",
            "order",
            "mentions",
            "not_mentions",
        } or (isinstance(other.value, Bodies | When) and other.rule != "bare"):
            return False
    return False


def _dates_issue(parse: Parse, node: Node, frame: Frame) -> bool:
    """Tell dates of issuing from those of a title, a target, or a circumstance."""
    value: When = node.value
    if not frame.documents:
        return False
    first = min(node.taken)
    before = parse.tokens[first - 1] if first else None
    beside = before is not None and bool(
        {"document", "thing", "issue", "issue_mark"} & before.classes
        or ("kind" in before.classes and not _is_titled(parse, first - 1))
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
