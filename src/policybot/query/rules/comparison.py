"""Comparisons: which two texts a question compares, as in "what changed between …".

Whether the words name policies, and which, is found out from the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policybot.query.entities.entity import Days
from policybot.query.lexicon import lexicon_of
from policybot.query.text import Text, on_one_line
from policybot.query.tokens import Token, has_class, word_classes

_MOST_TOKENS = 40
_STANDS_BEFORE = word_classes("""
    which be have do modal adverb article light pronoun plea show want know interjection greeting
    comma framing address how whether mark possessive there any praise
""")
_AROUND_NAMES = word_classes("""
    article in of to from between comma light adverb with_ be mark issue_mark particle and since
    year_word question_particle version_noun
""")
_JOINS = word_classes("and with_ to dash")
_PARTS = word_classes("from of")
_OPENS = _STANDS_BEFORE | {"in", "light"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts: its name without dates, and the dates.

    ``typed`` is the name with its dates; ``onwards`` says that the dates begin a period until today.
    """

    name: str
    days: tuple[Days, ...] = ()
    typed: str = ""
    onwards: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The texts that a question compares, as it names them.

    ``pairs`` are the ways to read two names in its words, the likeliest first; ``single`` is the
    only policy it names, if it may ask how that changed.
    """

    pairs: tuple[tuple[Side, Side], ...] = ()
    single: Side | None = None


def compared(tokens: Sequence[Token], text: Text) -> Compared | None:
    """Return the texts that a sentence compares; None where it compares none.

    Examples, each with the names and days of two sides, or of one:

    What changed between the 2012 and the 2014 measures? → measures 2012 | measures 2014
    compare the Harbour Rules and the Port Act → Harbour Rules | Port Act
    What is the difference between the Harbour Rules and the Port Act? → Harbour Rules | Port Act
    How do the Harbour Rules and the Port Act differ? → Harbour Rules | Port Act
    How does the Port Act differ from the Harbour Rules? → Port Act | Harbour Rules
    What changed in the Harbour Rules in 2014? → Harbour Rules 2014
    What changed in the Harbour Rules between 2012 and 2014? → Harbour Rules 2012 2014
    《港口规则》与《港口条例》有什么不同 → 《港口规则》 | 《港口条例》
    《港口规则》2014年修订了什么？ → 《港口规则》 2014
    ¿Qué cambió entre las medidas de 2012 y las de 2014? → medidas 2012 | medidas 2014
    ¿Qué cambió en la Ley de Puertos? → Ley de Puertos
    ¿En qué se diferencian la Ley de Puertos y la Orden de Muelles? → Ley de Puertos | Orden de Muelles
    """
    if not has_class(tokens, "changes", "compare", "differ", "amend"):
        return None
    tokens = [token for token in tokens if not {"stop", "question"} & token.classes]
    at = next((i for i, t in enumerate(tokens) if {"changes", "compare"} & t.classes), None)
    at = _amended(tokens) if at is None else at
    if len(tokens) > _MOST_TOKENS:
        return None
    if at is None:
        return _differing(tokens, text)
    left, right = list(tokens[:at]), list(tokens[at + 1 :])
    while left and left[0].entity is None and _STANDS_BEFORE & left[0].classes:
        left.pop(0)
    if "han" not in tokens[at].classes and not tokens[at].is_han and left:
        return None
    named = left or right
    if left and any(map(_may_name, right)):
        return None
    dates = [i for i, t in enumerate(named) if "D" in t.classes]
    pairs = tuple(_pairs(named, text))
    if "compare" in tokens[at].classes:
        return Compared(pairs) if pairs else None
    trimmed = _trimmed([t for i, t in enumerate(named) if i not in dates] if dates else named)
    onwards = any("since" in named[i - 1].classes for i in dates[:1] if i)
    return Compared(
        pairs, Side(_wording(trimmed, text), _days(named), _wording(named, text), onwards)
    )


def _differing(tokens: Sequence[Token], text: Text) -> Compared | None:
    """Return the texts whose differences are asked for: "How does A differ from B?".

    The verb alone asks before both names ("what distinguishes"); elsewhere a question word must
    precede it, and the second name, or nothing, follow it.
    """
    at = next((i for i, token in enumerate(tokens) if "differ" in token.classes), None)
    if at is None:
        return None
    left, right = list(tokens[:at]), list(tokens[at + 1 :])
    asks = has_class(left, "how", "which")
    while left and left[0].entity is None and _OPENS & left[0].classes:
        left.pop(0)
    behind = not right or bool(_PARTS & right[0].classes)
    if not (asks and left and behind) and (asks or left):
        return None
    named = [*left, *right]
    pairs = (*_pairs(named, text), *_pairs(named, text, _PARTS))
    return Compared(pairs) if pairs else None


def _amended(tokens: Sequence[Token]) -> int | None:
    """Return the place of a Chinese verb of amending in a question with a date: 2014年修订了什么.

    Without a date, 《港口规则》修订了什么 asks which policies the rules amend.
    """
    last = len(tokens)
    while last and {"which", "issue_mark", "particle"} & tokens[last - 1].classes:
        last -= 1
    asks = has_class(tokens[last:], "which")
    amends = last and "amend" in tokens[last - 1].classes and tokens[last - 1].is_han
    dated = has_class(tokens[:last], "D")
    return last - 1 if asks and amends and dated else None


def _pairs(
    tokens: Sequence[Token], text: Text, joins: frozenset[str] = _JOINS
) -> Iterator[tuple[Side, Side]]:
    """Yield the ways to read tokens as two names, at each word that may join them."""
    for at, token in enumerate(tokens):
        if token.entity or not joins & token.classes:
            continue
        first, second = _trimmed(tokens[:at]), _trimmed(tokens[at + 1 :])
        if any(map(_may_name, first)) and any(map(_may_name, second)):
            yield _sides(first, second, text)


def _sides(
    first_tokens: Sequence[Token], second_tokens: Sequence[Token], text: Text
) -> tuple[Side, Side]:
    """Return two sides; one that is only a date has the name of the other."""
    sides = (first_tokens, second_tokens)
    names = [_wording(_trimmed([t for t in side if "D" not in t.classes]), text) for side in sides]
    first, last = (
        Side(name, _days(side), _wording(side, text))
        if any(_may_name(token) and "D" not in token.classes for token in side)
        else Side(borrowed, _days(side), f"{_wording(side, text)} {borrowed}")
        for name, borrowed, side in zip(names, names[::-1], sides, strict=True)
    )
    return first, last


def _may_name(token: Token) -> bool:
    """Return whether a token can be part of a name: a word, a title, a date, a kind of document."""
    return token.entity is not None or bool({"word", "kind", "document", "plain"} & token.classes)


def _days(tokens: Sequence[Token]) -> tuple[Days, ...]:
    return tuple(t.entity.days for t in tokens if t.entity and t.entity.kind == "date")


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens without function words at both ends."""
    kept = list(tokens)
    for end in (0, -1):
        while kept and not kept[end].entity and _is_around(kept[end]):
            kept.pop(end)
    return kept


def _is_around(token: Token) -> bool:
    """Return whether a token is no part of a name; 版 after a year is none."""
    versions = lexicon_of("zh").of("version_noun")
    return bool(_AROUND_NAMES & token.classes) or token.text in versions


def _wording(tokens: Sequence[Token], text: Text) -> str:
    """Return the text of tokens as typed, without the text of other tokens between them."""
    pieces: list[list[int]] = []
    for token in tokens:
        start, end = token.span
        if pieces and not text.printed[pieces[-1][1] : start].strip():
            pieces[-1][1] = end
        else:
            pieces.append([start, end])
    return on_one_line(" ".join(text.printed[start:end] for start, end in pieces))
