"""Find names of bodies in running text; the cost grows with the text, not with the names.

Names are kept as a sorted list of normalised forms: case-folded words separated by single spaces,
``&`` for "and". From each position where the first word of a name stands, the text is read word by
word as long as it is a prefix of some name, by binary search.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policybot.corpus.issuers.names import FOLD, HAN, LETTER
from policybot.model import Span
from policybot.simplified import simplified

_BEGIN = re.compile(rf"[{HAN}]|(?<![{LETTER}])[^\s,\-]")
_HAN = re.compile(rf"[{HAN}]")
_LETTER = re.compile(rf"[{LETTER}]")
# Possessive, so that long runs of white space are read once.
_AND = r"\s*+(?:,\s*+)?&\s*+|[\s,]++and\s++"
_GAP = r"\s*+,\s*+|[\s\-]++"
_WORD = re.compile(rf"(?:({_AND})|({_GAP}))?([{LETTER}]+|[^\s,\-])")
_CHARACTER = re.compile(r"\s*+()()(\S)")

# Characters allowed before a two-character Chinese alias: 国办 is no body in 中国办理.
_BEFORE_SHORT_HAN = "者由和与及或的在经对了是被按据从向把给让请问查看找跟同除年月日前后来办部委局厅"


class Surfaces(NamedTuple):
    """The sorted normalised forms of names, and the first word or Chinese character of each."""

    forms: list[str]
    firsts: frozenset[str]


def surfaces(names: Iterable[str]) -> Surfaces:
    """Return the normalised forms of ``names`` that :func:`find_names` needs."""
    forms = sorted({_surface(name) for name in names} - {""})
    firsts = (_step(form, 0).match(form) for form in forms)
    return Surfaces(forms, frozenset(first[3] for first in firsts if first))


def find_names(known: Surfaces, text: str) -> Iterator[Span]:
    """Yield the spans of names in a text folded by ``FOLD``, the longest at each position.

    Case, spacing, hyphens, commas, "and" for "&" and traditional characters make no difference;
    names in Latin script match only whole words.
    """
    text = _caseless(text)
    at = 0
    while begin := _BEGIN.search(text, at):
        start = begin.start()
        end = _longest(known, text, start)
        if end:
            yield start, end
        at = end or start + 1


def _step(text: str, start: int) -> re.Pattern[str]:
    """Return what reads a text from a place on, by characters if it begins with Chinese ones."""
    return _CHARACTER if text[start] > "\u2e80" and _HAN.match(text, start) else _WORD


def _longest(known: Surfaces, text: str, start: int) -> int | None:
    """Return the end of the longest name that begins at ``start``; None if there is none."""
    forms, firsts = known
    step = _step(text, start)
    read, at, end = "", start, None
    while piece := step.match(text, at):
        both, gap, word = piece.groups()
        if not read and word not in firsts:
            break
        read += f" & {word}" if both else f" {word}" if gap else word
        at = piece.end()
        place = bisect_left(forms, read)
        if place == len(forms) or not forms[place].startswith(read):
            break
        if forms[place] == read and (
            _may_begin(text, start, read) if step is _CHARACTER else not _LETTER.match(text, at)
        ):
            end = at
    return end


def _may_begin(text: str, start: int, name: str) -> bool:
    """Return whether a Chinese name may begin here; two characters may be part of other words."""
    before = text[max(0, start - 1) : start]
    return len(name) != 2 or not _HAN.match(before) or before in _BEFORE_SHORT_HAN


def _surface(name: str) -> str:
    folded = _caseless(unicodedata.normalize("NFKC", name.translate(FOLD)).strip())
    if _HAN.match(folded):
        return re.sub(r"\s+", "", folded)
    # "&" is its own word, with or without spaces; a comma before "and" is a matter of taste.
    spread = re.sub(r"[,\s]*&\s*|[,\s]+and\s+", " & ", folded)
    return re.sub(r"[\s\-,]+", " ", spread).strip()


def _caseless(text: str) -> str:
    """Return ``text`` case-folded and simplified, of the same length, so that spans stay valid."""
    text = simplified(text)
    folded = text.casefold()
    if len(folded) == len(text):  # no letter became two
        return folded
    return "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)
