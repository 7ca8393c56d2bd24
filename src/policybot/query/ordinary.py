"""Words of asking that are ordinary words as well, where they do not ask: "rent help", "la ayuda".

Such a word asks at an end of a sentence or beside other words of asking, not between words of what
is asked about.
"""

from __future__ import annotations

from collections.abc import Sequence

from policybot.query.tokens import Token, has_class, made_token, word_classes

_CONTENT = word_classes("word plain")
_BEFORE = word_classes("article show know have be")
"""Classes of words after which it is one: "the help that", "get urgent authorisation"."""

_AFTER = word_classes("of for_ in to with_ by from about relative")
"""Classes of words that go on after it, as after a noun: "rent help for young people"."""

_ENDS = word_classes("comma stop dash mark")


def with_ordinary_words(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of a sentence; words of asking that do not ask there are plain words."""
    return [
        made_token(token.text, token.span, frozenset(["word", "han"] if token.is_han else ["word"]))
        if "word_too" in token.classes and _is_ordinary(tokens, at)
        else token
        for at, token in enumerate(tokens)
    ]


def _is_ordinary(tokens: Sequence[Token], at: int) -> bool:
    token, before, after = tokens[at], tokens[:at], tokens[at + 1 :]
    owned = has_class(before[-1:], "article", "of") and not has_class(before, "thanks")
    if not after:
        return owned and has_class(before[-2:], *_AFTER)  # "lo de la ayuda"
    content = bool(_CONTENT & after[0].classes)
    if "greeting" in token.classes:
        return content and not has_class(after[1:2], *_ENDS)  # "morning opening hours"
    named = has_class(before[-1:], *_CONTENT)
    if token.is_han:
        return content and (named or has_class(before[-1:], "duty"))  # 应当尽快报告
    goes_on = content or bool(_AFTER & after[0].classes)
    verb = has_class(before[-1:], *_BEFORE) and (content or "of" in after[0].classes)
    opens = "of" in after[0].classes or (
        "to" in after[0].classes and has_class(after[1:2], "article")
    )
    return (goes_on and (named or owned)) or verb or opens
