"""Questions for provisions: which provisions are asked for, and of which policy.

The rest of the question is read without them, so that they are no part of its topic. A question for
policies, or for a relation between policies, only mentions a provision and is read as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.query.conditions import AtProvision, Holds, affirmed, of_type
from policybot.query.entities.entity import Entity
from policybot.query.parse import Parse, is_content, is_light
from policybot.query.query import Query
from policybot.query.text import Text
from policybot.query.tokens import Token, word_classes

MOST = 5
"""Number of provisions from which a question is a text that cites them."""

_WIDE = frozenset(["annex", "part", "ch", "div", "rule", "reg", "cl", "par", "item"])
_JOINS = re.compile(
    r",? ?\b(?:of|in|from|to|under|within|del?|des?|du|der|do|da)\b(?: (?:the|las?|los|el)\b)?"
)
_JOINED = re.compile(r"(?:[,，、]? ?(?:and|or|y|o|和|与|及|或|以及)? ?)")
_MARKS = word_classes("question stop comma colon mark")
_NAMING = word_classes("D I N T Q kind document thing")
_ENDS = word_classes("question stop comma colon say do make")
_HAN_ENDS = _ENDS - {"do"} | {"plea", "show", "which", "want", "basis", "know"}


def mentions_only(parse: Parse, query: Query, labels: Sequence[Entity]) -> bool:
    """Return whether a question only mentions provisions: it asks for policies or a relation.

    "What does section 2 of Order No. 7 revoke?" asks for the section, "What revoked it?" does not.
    """
    relation = query.asked_relation
    if (relation and relation.wanted == "subjects") or len(labels) > MOST:
        return True
    if of_type(map(affirmed, query.conditions), Holds):
        return True
    start = labels[0].span[0]
    for node in parse.of("head"):
        if node.rule == "which_ones" and _is_subject(parse, start):
            continue
        tokens = [parse.tokens[at] for at in sorted(node.taken)]
        asks = node.rule not in {"show", "documents"} and node.value.explicit
        plural = any({"document", "plural"} <= token.classes for token in tokens)
        if (asks or plural) and tokens[0].span[0] < start:
            return True
    return False


def _is_subject(parse: Parse, start: int) -> bool:
    """Tell ¿qué contiene el artículo 2?, where the provision is the subject, from "which mention".

    ``start`` is the place of the provision; Spanish has the verb before its subject.
    """
    before = [t for t in parse.tokens if t.span[1] <= start and "article" not in t.classes]
    verb = before[-1].text if before else ""
    asks = bool(before) and bool({"contain", "discuss", "mention"} & before[-1].classes)
    return parse.language == "es" and asks and not verb.endswith("n")


_ASKS = word_classes("light say define rule_noun make issue_mark particle contain discuss mention")
"""Classes of words that only ask what a provision says, beside function words."""


def asks_nothing_more(parse: Parse, labels: Sequence[Entity]) -> bool:
    """Tell "what does article 20 govern?" from "what fines are there in article 20?".

    ``parse`` is that of the question without the provisions. A verb that no lexicon has stands
    after an auxiliary and the provision or, in Spanish, between "qué" and the provision.
    """
    said = [t for t in parse.tokens if not _MARKS & t.classes]
    content = [t for t in said if (is_content(t) or _NAMING & t.classes) and not _ASKS & t.classes]
    if not content:
        return True
    verb, at = content[0], said.index(content[0])
    if len(content) > 1 or not verb.is_word or verb.is_han or not at:
        return False
    start, end = labels[0].span[0], labels[-1].span[1]
    if verb.span[0] >= end:
        aux = [t for t in said[:at] if "article" not in t.classes]
        return verb is said[-1] and bool(aux) and bool({"do", "have", "which"} & aux[-1].classes)
    between = said[at + 1 :]
    led = "which" in said[at - 1].classes and parse.language == "es"
    return led and verb.span[1] <= start and all("article" in t.classes for t in between)


def are_specific(labels: Sequence[Entity]) -> bool:
    """Return whether no provision is a "chapter 9" or "part 3", which are most often a topic."""
    return all(label.steps[0][0] not in _WIDE for label in labels)


def without_provisions(text: Text, labels: Sequence[Entity]) -> Text:
    """Return a question's text with spaces in the place of provisions and what joins them."""
    printed, plain = list(text.printed), list(text.plain)
    for place, label in enumerate(labels):
        start, end = label.span
        following = labels[place + 1].span[0] if place + 1 < len(labels) else len(plain)
        if _JOINED.fullmatch(text.plain, end, following):
            end = following
        elif join := _JOINS.match(text.plain, _past_space(text.plain, end)):
            end = join.end()
        printed[start:end] = plain[start:end] = " " * (end - start)
    return Text(text.typed, "".join(printed), "".join(plain), text.origin)


def _past_space(plain: str, at: int) -> int:
    return at + (plain[at : at + 1] == " ")


def asked_provisions(
    parse: Parse, text: Text, labels: Sequence[Entity]
) -> tuple[tuple[AtProvision, ...], str]:
    """Return the provisions that a question asks for, and the name by which it calls their policy.

    ``parse`` is that of the question without them, ``text`` that of the whole question.
    """
    provisions = tuple(
        AtProvision(label.steps, span=text.typed_span(label.span)) for label in labels
    )
    names = (_policy_name(parse, text, label) for label in labels)
    return provisions, next(filter(None, names), "")


def _policy_name(parse: Parse, text: Text, label: Entity) -> str:
    """Return the words beside a provision that name its policy."""
    start, end = label.span
    after = [token for token in parse.tokens if token.span[0] >= end]
    before = [token for token in parse.tokens if token.span[1] <= start]
    if _JOINS.match(text.plain, _past_space(text.plain, end)) and text.plain[end - 1] < "⺀":
        named = _name_tokens(after, _ENDS)
        if wording := _wording(parse, named):
            return wording
    nearest = next((token for token in reversed(before) if "mark" not in token.classes), None)
    han = nearest is not None and (nearest.is_han or nearest.text[-1] > "⺀")
    run = _name_tokens(before[::-1], _HAN_ENDS if han else _ENDS)[::-1]
    if not han:
        lights = [at for at, token in enumerate(run) if is_light(token)]
        run = run[lights[-1] + 1 :] if lights else run
    return _wording(parse, run)


def _name_tokens(tokens: Sequence[Token], ends: frozenset[str]) -> list[Token]:
    """Return the tokens before the first that ends a name, without a comma or "of" at the start."""
    first = 1 if tokens and {"comma", "of", "particle"} & tokens[0].classes else 0
    for at, token in enumerate(tokens[first:], start=first):
        if token.entity is None and ends & token.classes and "kind" not in token.classes:
            return list(tokens[first:at])
    return list(tokens[first:])


def _wording(parse: Parse, tokens: Sequence[Token]) -> str:
    """Return the words of a name: those of the title or the number in it, else all."""
    for token in tokens:
        if token.entity and token.entity.kind in {"title", "number", "quote"}:
            return parse.text.printed[slice(*token.span)]
    content = [at for at, token in enumerate(tokens) if not is_light(token)]
    run = tokens[content[0] : content[-1] + 1] if content else ()
    return parse.wording([parse.tokens.index(token) for token in run])
