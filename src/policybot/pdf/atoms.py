"""Glyphs of a page gathered into atoms: stretches of a printed line without a wide gap.

An atom is a line of prose, a cell of a table, or a line of one of two columns. Small letters above
or below a line belong to it, and what is printed over itself is there once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ATOM_GAP = 0.75
"""Of the letter size: a wider gap ends an atom."""

_WORD_GAP = 0.18
_SAME_LINE = 0.12
_OVERPRINT = 0.15
_LONGEST_MARK = 12
_RAISED_SIZE = 0.85
_CJK = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64]"
)


class Glyph(NamedTuple):
    """A printed character: its box along the line, its base line, its size and its weight.

    ``spaced``: white space stands before it, ``typed`` as a character; ``drawn`` is the text object
    it belongs to.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    spaced: bool
    typed: bool
    drawn: int


class Atom(NamedTuple):
    """A stretch of a line: text, ends, base line, letter size, whether all of it is bold.

    ``raised`` are spans of the text printed smaller and above the line; ``turned`` is by how many
    quarters the text is turned against most of the page's.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    raised: tuple[tuple[int, int], ...] = ()
    turned: int = 0


class _Stretch(NamedTuple):
    """Neighbours on one base line; ``size`` is that of most of them."""

    glyphs: list[Glyph]
    y: float
    size: float


def gather(glyphs: Iterable[Glyph]) -> list[Atom]:
    """Return the atoms that glyphs of one direction make, from top to bottom, left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if rows and rows[-1][0].y - glyph.y <= _SAME_LINE * min(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    stretches = [stretch for row in rows for stretch in _stretches(row)]
    return [_atom(stretch) for stretch in _attach(stretches)]


def _stretches(row: list[Glyph]) -> Iterator[_Stretch]:
    """Divide a row at its wide gaps; what is printed over itself is there once."""
    row.sort(key=lambda glyph: glyph.x0)
    current: list[Glyph] = []
    for glyph in row:
        if any(_overprints(glyph, other) for other in current[-3:]):
            continue
        if current and glyph.x0 - current[-1].x1 > ATOM_GAP * max(glyph.size, current[-1].size):
            yield _stretch(current)
            current = []
        current.append(glyph)
    yield _stretch(current)


def _overprints(glyph: Glyph, other: Glyph) -> bool:
    """Whether a character is another one printed again; the letters of a ligature are not."""
    return (
        glyph.text == other.text
        and abs(glyph.x0 - other.x0) < _OVERPRINT * glyph.size
        and not (glyph.drawn == other.drawn and glyph.x0 == other.x0)
    )


def _stretch(glyphs: list[Glyph]) -> _Stretch:
    sizes = {round(glyph.size, 1) for glyph in glyphs}
    if len(sizes) == 1:
        return _Stretch(glyphs, glyphs[0].y, sizes.pop())
    size = Counter(round(glyph.size, 1) for glyph in glyphs).most_common(1)[0][0]
    return _Stretch(glyphs, next(g.y for g in glyphs if abs(g.size - size) < 0.1), size)


def _attach(stretches: list[_Stretch]) -> list[_Stretch]:
    """Put small letters above or below a line into the line they belong to."""
    stretches.sort(key=lambda one: -one.y)
    taken: set[int] = set()
    for at, small in enumerate(stretches):
        if len(small.glyphs) > _LONGEST_MARK:
            continue
        best, nearest = None, 0.0
        for other in _near(stretches, at):
            large = stretches[other]
            if other in taken or small.size >= large.size * _RAISED_SIZE:
                continue
            if not -0.3 * large.size <= small.y - large.y <= 0.75 * large.size:
                continue
            left, right = large.glyphs[0].x0 - small.glyphs[-1].x1, small.glyphs[0].x0
            distance = max(left, right - large.glyphs[-1].x1, 0.0)
            if distance <= 0.4 * large.size and (best is None or distance < nearest):
                best, nearest = other, distance
        if best is not None:
            large = stretches[best]
            both = sorted([*large.glyphs, *small.glyphs], key=lambda glyph: glyph.x0)
            stretches[best] = large._replace(glyphs=both)
            taken.add(at)
    return _merged([one for at, one in enumerate(stretches) if at not in taken])


def _near(stretches: list[_Stretch], at: int) -> Iterator[int]:
    """Give the stretches to whose lines one may belong, by height."""
    y, reach = stretches[at].y, 40.0
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(stretches) and abs(stretches[other].y - y) <= reach:
            yield other
            other += step


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    """Join neighbours of a line between which only a raised mark stood."""
    merged: list[_Stretch] = []
    for one in sorted(stretches, key=lambda one: (-one.y, one.glyphs[0].x0)):
        if merged:
            before = merged[-1]
            size = max(before.size, one.size)
            gap = one.glyphs[0].x0 - before.glyphs[-1].x1
            if before.y - one.y <= _SAME_LINE * size and -size < gap <= ATOM_GAP * size:
                before.glyphs.extend(one.glyphs)
                continue
        merged.append(one)
    return merged


def _atom(stretch: _Stretch) -> Atom:
    glyphs, base, size = stretch
    pieces: list[str] = []
    raised: list[tuple[int, int]] = []
    length = 0
    before: Glyph | None = None
    for glyph in glyphs:
        if before is not None and _apart(before, glyph):
            pieces.append(" ")
            length += 1
        pieces.append(glyph.text)
        if glyph.size < size * _RAISED_SIZE and glyph.y > base + _SAME_LINE * size:
            if raised and raised[-1][1] == length:
                raised[-1] = raised[-1][0], length + len(glyph.text)
            else:
                raised.append((length, length + len(glyph.text)))
        length += len(glyph.text)
        before = glyph
    inked = [glyph for glyph in glyphs if glyph.text.isalnum()]
    bold = bool(inked) and all(glyph.bold for glyph in inked)
    x1 = max(glyph.x1 for glyph in glyphs)
    return Atom("".join(pieces), glyphs[0].x0, x1, base, size, bold, tuple(raised))


def skewed(glyphs: Iterable[Glyph]) -> list[Atom]:
    """Return what is printed askew, as watermarks are: one atom for each text drawn."""
    drawn: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        drawn.setdefault(glyph.drawn, []).append(glyph)
    found = []
    for text in drawn.values():
        words = "".join(
            f" {one.text}" if one.spaced and at else one.text for at, one in enumerate(text)
        )
        found.append(Atom(words, text[0].x0, text[-1].x1, text[0].y, text[0].size, False, (), 1))
    return found


def _apart(before: Glyph, glyph: Glyph) -> bool:
    """Whether white space stands between two neighbours of a line."""
    gap = glyph.x0 - before.x1
    size = min(before.size, glyph.size)
    if _CJK.match(before.text) and _CJK.match(glyph.text):
        # A blank of a form, or a space that is in the text: not the distance of spaced letters.
        return gap > (0.1 if glyph.typed else 0.6) * size
    if glyph.spaced:
        return gap > -size
    return gap > _WORD_GAP * size


def is_cjk(text: str) -> bool:
    """Whether a text begins with a Chinese or Japanese character or mark."""
    return bool(_CJK.match(text))
