"""Names of bodies found in running text, at a cost that follows the text and not the names.

The names are kept as a sorted list of their surfaces: words in one case with one space between
them, ``&`` for "and". A text is read from each place where a name may begin, word by word, for as
long as some name goes on like that.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

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

# What may stand before a two-character Chinese alias: 国办 is no body in 中国办理.
_BEFORE_SHORT_HAN = "者由和与及或的在经对了是被按据从向把给让请问查看找跟同除年月日前后来办部委局厅"


def surfaces(names: Iterable[str]) -> list[str]:
    """Return what :func:`find_names` finds ``names`` by, sorted."""
    return sorted({_surface(name) for name in names} - {""})


def find_names(known: Sequence[str], text: str) -> Iterator[Span]:
    """Yield where names stand in a text that is folded by ``FOLD``, the longest at each place.

    A name is found whatever its case, its spacing, its hyphens and its commas, with "and" for "&",
    and in traditional characters as in simplified ones; in Latin script, as whole words.
    """
    text = _caseless(text)
    at = 0
    while begin := _BEGIN.search(text, at):
        start = begin.start()
        end = _longest(known, text, start)
        if end:
            yield start, end
        at = end or start + 1


def _longest(known: Sequence[str], text: str, start: int) -> int | None:
    """Return where the longest name that begins at ``start`` ends."""
    chinese = _HAN.match(text, start) is not None
    step = _CHARACTER if chinese else _WORD
    read, at, end = "", start, None
    while piece := step.match(text, at):
        both, gap, word = piece.groups()
        read += f" & {word}" if both else f" {word}" if gap else word
        at = piece.end()
        place = bisect_left(known, read)
        if place == len(known) or not known[place].startswith(read):
            break
        if known[place] == read and (
            _may_begin(text, start, read) if chinese else not _LETTER.match(text, at)
        ):
            end = at
    return end


def _may_begin(text: str, start: int, name: str) -> bool:
    """Whether a Chinese name is more here than a part of other words, as two characters may be."""
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
    """Return ``text`` without case and simplified, one for one: spans stay those of the text."""
    text = simplified(text)
    folded = text.casefold()
    if len(folded) == len(text):  # no letter became two
        return folded
    return "".join(c.casefold() if len(c.casefold()) == 1 else c for c in text)
