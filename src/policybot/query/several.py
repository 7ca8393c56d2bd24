"""Where one sentence asks two things: "How long is it valid, and how much is a lost card?".

Each half must ask, and have content of its own, but for "and who issued it?", which the policy
shown for the first answers; what only goes on with the half before it ("when it rains and when it
snows") is no question by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from policybot.query.frame import is_asking
from policybot.query.parse import is_content
from policybot.query.tokens import Token, word_classes

ASKERS = word_classes("which who when where how why how_many")
_AUXILIARY = word_classes("be do modal have")
_VERBS = word_classes("mention contain discuss issue not say")
_DONE = word_classes("issue in_force take_effect expire repeal replace amend")
_BEFORE = word_classes("interjection greeting plea comma mark and adverb")
_REMNANT = 2
"""Chinese characters with content of which a clause is no question by itself."""

_HAN = "\u2e80"


def joints(tokens: Sequence[Token], language: str) -> list[int]:
    """Return where in a sentence's text, as printed, further questions of it begin."""
    found: list[int] = []
    start = 0
    for at in range(1, len(tokens) - 1):
        begins = _begins(tokens, at, language)
        if begins is None:
            continue
        first, second = tokens[start:at], tokens[begins:]
        if asks_by_itself(first) and (_is_whole(second) or _is_of_it(second)):
            found.append(tokens[begins].span[0])
            start = begins
    return found


def asks_by_itself(tokens: Sequence[Token]) -> bool:
    """Tell tokens of a question that names what it asks of."""
    return _asks(tokens) and has_content(tokens)


def _is_whole(tokens: Sequence[Token]) -> bool:
    """Tell a further question from what is left of one: 罚多少, 多少间 are of what went before."""
    content = [t for t in tokens if is_content(t) and not is_asking(t)]
    short = sum(len(t.text) for t in content) <= _REMNANT and all(t.text >= _HAN for t in content)
    return asks_by_itself(tokens) and (not short or any(t.entity for t in tokens))


def has_content(tokens: Sequence[Token]) -> bool:
    """Tell whether tokens are of something, and point at nothing that was said before."""
    points = any("it" in t.classes and not {"article", "relative"} & t.classes for t in tokens)
    return not points and any((is_content(t) and not is_asking(t)) or t.entity for t in tokens)


def _is_of_it(half: Sequence[Token]) -> bool:
    """Tell "and who issued it?", which the policy shown for the first half answers."""
    asks = bool(half) and bool({"who", "when"} & half[0].classes)
    does = any(_DONE & token.classes for token in half)
    points = any("it" in token.classes for token in half)
    return asks and does and points and not any(is_content(t) and not is_asking(t) for t in half)


def _begins(tokens: Sequence[Token], at: int, language: str) -> int | None:
    """Return the token that a further question begins with, after what joins it at a place."""
    token = tokens[at]
    if language == "zh":
        parts = "comma" in token.classes and token.text != "、"
        return at + 1 if parts else None
    comma = "comma" in token.classes
    linked = comma and "and" in tokens[at + 1].classes
    if not (comma or "and" in token.classes) or token.entity:
        return None
    begins = at + 1 + linked
    if begins + 1 >= len(tokens) or (comma and not linked and token.text != ";"):
        return None
    asker, after = tokens[begins], tokens[begins + 1]
    if asker.text == "¿":
        return begins
    if not ASKERS & asker.classes:
        return None
    if language == "es":
        return begins if not asker.text.isascii() else None  # "cuando" is a conjunction
    inverted = bool(_AUXILIARY & after.classes) or " " in asker.text
    if "which" in asker.classes and begins + 2 < len(tokens):  # "what gifts are banned"
        inverted = inverted or bool(after.is_word and _AUXILIARY & tokens[begins + 2].classes)
    names = bool({"which", "who"} & asker.classes) and comma and not _VERBS & after.classes
    pronoun = "pronoun" in after.classes
    of_it = _is_of_it(tokens[begins:])
    return begins if of_it or ((inverted or names) and not pronoun) else None


def _asks(half: Sequence[Token]) -> bool:
    """Tell a clause that asks: by its first word, or in Chinese by any."""
    said = [token for token in half if not _BEFORE & token.classes]
    if not said:
        return False
    if any(token.text >= _HAN for token in said):
        asks = ASKERS | {"whether", "question_particle"}
        return any(asks & token.classes and not token.is_word for token in said)
    opens = any(token.text == "¿" for token in half)
    return opens or bool((ASKERS | _AUXILIARY) & said[0].classes)
