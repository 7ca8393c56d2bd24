"""Which two texts a question compares: "what changed between …", "compare … and …", X与Y有什么不同.

Whether the words name policies, and which, is found out from the corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policybot.query.entities.entity import Days
from policybot.query.lexicon import lexicon_of
from policybot.query.text import Text, on_one_line
from policybot.query.tokens import Token

_MOST_TOKENS = 40
_STANDS_BEFORE = frozenset(
    """
    which be have do modal adverb article light pronoun plea show want know interjection greeting
    comma framing address how whether mark possessive there any praise
    """.split()  # noqa: SIM905 - reads as a list of words
)
_AROUND_NAMES = frozenset(
    """
    article in of to from between comma light adverb with_ be mark issue_mark particle and since
    year_word question_particle version_noun
    """.split()  # noqa: SIM905 - reads as a list of words
)
_JOINS = frozenset(["and", "with_", "to", "dash"])
_PARTS = frozenset(["from", "of"])
_OPENS = _STANDS_BEFORE | {"in", "light"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of two texts: how it is called apart from its dates, and these.

    ``typed`` is the whole of it, dates included; ``onwards`` says that the days begin a span that
    goes on until today.
    """

    name: str
    days: tuple[Days, ...] = ()
    typed: str = ""
    onwards: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """What a question compares, as it says it.

    ``pairs`` are the ways in which its words name two texts, likeliest first; ``single`` is the one
    policy it names, if it is taken to ask how that changed.
    """

    pairs: tuple[tuple[Side, Side], ...] = ()
    single: Side | None = None


def compared(tokens: Sequence[Token], text: Text) -> Compared | None:
    """Return what a sentence compares, or None where it compares no texts.

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
    if "han" not in tokens[at].classes and tokens[at].text < "\u2e80" and left:
        return None
    named = left or right
    if left and any(map(_tells, right)):
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
    """Return what a sentence asks the differences of: "How does A differ from B?".

    A word of differing that stands before the names asks by itself ("what distinguishes"); any
    other only after a word that asks, and with the second name or nothing behind it.
    """
    at = next((i for i, token in enumerate(tokens) if "differ" in token.classes), None)
    if at is None:
        return None
    left, right = list(tokens[:at]), list(tokens[at + 1 :])
    asks = any({"how", "which"} & token.classes for token in left)
    while left and left[0].entity is None and _OPENS & left[0].classes:
        left.pop(0)
    behind = not right or bool(_PARTS & right[0].classes)
    if not (asks and left and behind) and (asks or left):
        return None
    named = [*left, *right]
    pairs = (*_pairs(named, text), *_pairs(named, text, _PARTS))
    return Compared(pairs) if pairs else None


def _amended(tokens: Sequence[Token]) -> int | None:
    """Return where Chinese asks what was amended in a year: 2014年修订了什么.

    Without one, 《港口规则》修订了什么 asks which policies the rules amend.
    """
    last = len(tokens)
    while last and {"which", "issue_mark", "particle"} & tokens[last - 1].classes:
        last -= 1
    asks = any("which" in token.classes for token in tokens[last:])
    amends = last and "amend" in tokens[last - 1].classes and tokens[last - 1].text > "\u2e80"
    dated = any("D" in token.classes for token in tokens[:last])
    return last - 1 if asks and amends and dated else None


def _pairs(
    tokens: Sequence[Token], text: Text, joins: frozenset[str] = _JOINS
) -> Iterator[tuple[Side, Side]]:
    """Yield the ways to read some words as two names, at each word that joins."""
    for at, token in enumerate(tokens):
        if token.entity or not joins & token.classes:
            continue
        one, other = _trimmed(tokens[:at]), _trimmed(tokens[at + 1 :])
        if any(map(_tells, one)) and any(map(_tells, other)):
            yield _sides(one, other, text)


def _sides(one: Sequence[Token], other: Sequence[Token], text: Text) -> tuple[Side, Side]:
    """Return two sides; one that only says a date is called as the other is."""
    sides = (one, other)
    names = [_wording(_trimmed([t for t in side if "D" not in t.classes]), text) for side in sides]
    first, last = (
        Side(name, _days(side), _wording(side, text))
        if any(_tells(token) and "D" not in token.classes for token in side)
        else Side(borrowed, _days(side), f"{_wording(side, text)} {borrowed}")
        for name, borrowed, side in zip(names, names[::-1], sides, strict=True)
    )
    return first, last


def _tells(token: Token) -> bool:
    """Whether a token can be part of a name: a word, a title, a date, a kind of document."""
    return token.entity is not None or bool({"word", "kind", "document", "plain"} & token.classes)


def _days(tokens: Sequence[Token]) -> tuple[Days, ...]:
    return tuple(t.entity.days for t in tokens if t.entity and t.entity.kind == "date")


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens without what stands around a name."""
    kept = list(tokens)
    for end in (0, -1):
        while kept and not kept[end].entity and _is_around(kept[end]):
            kept.pop(end)
    return kept


def _is_around(token: Token) -> bool:
    """Tell what stands around a name; 版 is a word of its own after a year, whatever follows."""
    versions = lexicon_of("zh").of("version_noun")
    return bool(_AROUND_NAMES & token.classes) or token.text in versions


def _wording(tokens: Sequence[Token], text: Text) -> str:
    """Return tokens as they were typed, without what stands between them that is none of them."""
    pieces: list[list[int]] = []
    for token in tokens:
        start, end = token.span
        if pieces and not text.printed[pieces[-1][1] : start].strip():
            pieces[-1][1] = end
        else:
            pieces.append([start, end])
    return on_one_line(" ".join(text.printed[start:end] for start, end in pieces))
