"""Group the glyphs of a page into atoms: runs of text on a line without a wide gap.

An atom is a line of prose, a table cell, or a line of one column. Superscripts and subscripts
belong to their line, and overprinted glyphs count once. All lengths are in points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

ATOM_GAP = 0.75
"""A gap wider than this fraction of the font size ends an atom."""

_WORD_GAP = 0.18
_SAME_LINE = 0.12
_OVERPRINT = 0.15
_LONGEST_MARK = 12
_RAISED_SIZE = 0.85
_CJK = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64]"
)


class Glyph(NamedTuple):
    """A printed character: its extent along the line, baseline ``y``, font size and weight.

    ``spaced`` is true if white space precedes it, ``typed`` if that is a character of the text;
    ``drawn`` identifies its text object.
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
    """A run of text: its extent, baseline ``y``, font size, and whether all of it is bold.

    ``raised`` are spans printed smaller and above the line; ``turned`` is the rotation in quarter
    turns, relative to most of the page's text.
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
    """Neighbouring glyphs on a baseline; ``size`` is the font size of most of them."""

    glyphs: list[Glyph]
    y: float
    size: float


def gather(glyphs: Iterable[Glyph]) -> list[Atom]:
    """Return the atoms of glyphs of one direction, from top to bottom, left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if rows and rows[-1][0].y - glyph.y <= _SAME_LINE * min(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    stretches = [stretch for row in rows for stretch in _stretches(row)]
    return [_atom(stretch) for stretch in _attach(stretches)]


def _stretches(row: list[Glyph]) -> Iterator[_Stretch]:
    """Divide a row at its wide gaps, and drop overprinted glyphs."""
    row.sort(key=lambda glyph: glyph.x0)
    current: list[Glyph] = []
    for glyph in row:
        if any(_overprints(glyph, earlier) for earlier in current[-3:]):
            continue
        if current and glyph.x0 - current[-1].x1 > ATOM_GAP * max(glyph.size, current[-1].size):
            yield _stretch(current)
            current = []
        current.append(glyph)
    yield _stretch(current)


def _overprints(glyph: Glyph, earlier: Glyph) -> bool:
    """Return whether a glyph is the ``earlier`` one printed again (not part of a ligature)."""
    return (
        glyph.text == earlier.text
        and abs(glyph.x0 - earlier.x0) < _OVERPRINT * glyph.size
        and not (glyph.drawn == earlier.drawn and glyph.x0 == earlier.x0)
    )


def _stretch(glyphs: list[Glyph]) -> _Stretch:
    sizes = {round(glyph.size, 1) for glyph in glyphs}
    if len(sizes) == 1:
        return _Stretch(glyphs, glyphs[0].y, sizes.pop())
    size = Counter(round(glyph.size, 1) for glyph in glyphs).most_common(1)[0][0]
    return _Stretch(glyphs, next(g.y for g in glyphs if abs(g.size - size) < 0.1), size)


def _attach(stretches: list[_Stretch]) -> list[_Stretch]:
    """Merge superscripts and subscripts into their lines."""
    stretches.sort(key=lambda fragment: -fragment.y)
    taken: set[int] = set()
    for at, small in enumerate(stretches):
        if len(small.glyphs) > _LONGEST_MARK:
            continue
        best, nearest = None, 0.0
        for index in _nearby(stretches, at):
            large = stretches[index]
            if index in taken or small.size >= large.size * _RAISED_SIZE:
                continue
            if not -0.3 * large.size <= small.y - large.y <= 0.75 * large.size:
                continue
            left, right = large.glyphs[0].x0 - small.glyphs[-1].x1, small.glyphs[0].x0
            distance = max(left, right - large.glyphs[-1].x1, 0.0)
            if distance <= 0.4 * large.size and (best is None or distance < nearest):
                best, nearest = index, distance
        if best is not None:
            large = stretches[best]
            both = sorted([*large.glyphs, *small.glyphs], key=lambda glyph: glyph.x0)
            stretches[best] = large._replace(glyphs=both)
            taken.add(at)
    return _merged([fragment for at, fragment in enumerate(stretches) if at not in taken])


def _nearby(stretches: list[_Stretch], at: int) -> Iterator[int]:
    """Yield the indexes of the stretches whose baseline is near that of the one at ``at``."""
    y, reach = stretches[at].y, 40.0
    for step in (-1, 1):
        index = at + step
        while 0 <= index < len(stretches) and abs(stretches[index].y - y) <= reach:
            yield index
            index += step


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    """Join neighbours on a line that were separated only by a superscript."""
    merged: list[_Stretch] = []
    for stretch in sorted(stretches, key=lambda stretch: (-stretch.y, stretch.glyphs[0].x0)):
        if merged:
            before = merged[-1]
            size = max(before.size, stretch.size)
            gap = stretch.glyphs[0].x0 - before.glyphs[-1].x1
            if before.y - stretch.y <= _SAME_LINE * size and -size < gap <= ATOM_GAP * size:
                before.glyphs.extend(stretch.glyphs)
                continue
        merged.append(stretch)
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
    """Return the atoms of skewed text, as of watermarks: one for each text object."""
    drawn: dict[int, list[Glyph]] = {}
    for glyph in glyphs:
        drawn.setdefault(glyph.drawn, []).append(glyph)
    atoms = []
    for text in drawn.values():
        words = "".join(
            f" {mark.text}" if mark.spaced and at else mark.text for at, mark in enumerate(text)
        )
        atoms.append(Atom(words, text[0].x0, text[-1].x1, text[0].y, text[0].size, False, (), 1))
    return atoms


def _apart(before: Glyph, glyph: Glyph) -> bool:
    """Return whether there is white space between two neighbours on a line."""
    gap = glyph.x0 - before.x1
    size = min(before.size, glyph.size)
    if _CJK.match(before.text) and _CJK.match(glyph.text):
        # A blank of a form, or a space that is in the text: not the distance of spaced letters.
        return gap > (0.1 if glyph.typed else 0.6) * size
    if glyph.spaced:
        return gap > -size
    return gap > _WORD_GAP * size


def is_cjk(text: str) -> bool:
    """Return whether a text begins with a Chinese or Japanese character or punctuation mark."""
    return bool(_CJK.match(text))
