"""Determine the reading order of a page: columns one after another, tables row by row.

A *gutter* is a vertical strip that no line crosses over some height, with prose on both sides. The
text on its left is read before the text on its right. Prose differs from table cells in how far
its lines reach, and in the absence of gaps and rules across the whole table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from policybot.corpus.importers.pdf.page import (
    LABEL,
    Atom,
    Page,
    PrintedLine,
    joined,
    rows_of,
    usual_pitch,
)
from policybot.corpus.importers.pdf.tables import columns_of, ruled_rows
from policybot.corpus.importers.texts.lines import Join

_GUTTERS = 6
_FEWEST_ROWS = 3
_PROSE_REACH = 0.72
_PROSE_SHARE = 0.55
_PROSE_CHARACTERS = 12
_PROSE_LETTERS = 0.6
_NARROWEST = 0.12
_WIDE_GAP = 3.0
_DEEPEST = 4


def lines_in_order(page: Page, left_out: set[int]) -> list[PrintedLine]:
    """Return the lines of a page in reading order; rotated text comes last."""
    atoms = [atom for at, atom in enumerate(page.atoms) if at not in left_out]
    upright = [atom for atom in atoms if not atom.turned]
    lines = list(_arranged(page, upright, 0))
    lines += (
        _line(page, [atom], atom.x0, atom.x1, atom.size * 1.2, tabled=True)
        for atom in atoms
        if atom.turned
    )
    return lines


def _arranged(page: Page, atoms: list[Atom], depth: int) -> Iterator[PrintedLine]:
    if not atoms:
        return
    gutter = _best_gutter(page, atoms) if depth < _DEEPEST else None
    if gutter is None:
        yield from _rows(page, atoms)
        return
    x, bands = gutter
    for band, is_columns in bands:
        if is_columns:
            yield from _arranged(page, [atom for atom in band if atom.x1 <= x], depth + 1)
            yield from _arranged(page, [atom for atom in band if atom.x0 >= x], depth + 1)
        else:
            yield from _rows(page, band)


_Bands = list[tuple[list[Atom], bool]]


def _best_gutter(page: Page, atoms: list[Atom]) -> tuple[float, _Bands] | None:
    """Return the position of the gutter with most text on its sides, and its bands; or None."""
    best: tuple[int, float, _Bands] | None = None
    for x in _candidates(atoms):
        bands = list(_bands(page, atoms, x))
        held = sum(len(band) for band, is_columns in bands if is_columns)
        if held and (best is None or held > best[0]):
            best = held, x, bands
    return None if best is None else best[1:]


def _candidates(atoms: list[Atom]) -> list[float]:
    """Return the x positions of the most frequent gaps between neighbours on a line."""
    counts: Counter[int] = Counter()
    ordered = sorted(atoms, key=lambda atom: -atom.y)
    starts = Counter(round(atom.x0 / 3) for atom in atoms)
    for at, atom in enumerate(ordered):
        for neighbour in ordered[at + 1 : at + 12]:
            if atom.y - neighbour.y > 1.2 * atom.size:
                break
            left, right = (atom, neighbour) if atom.x0 < neighbour.x0 else (neighbour, atom)
            if right.x0 - left.x1 > 0.6 * min(atom.size, neighbour.size):
                counts[round(right.x0 / 3)] += starts[round(right.x0 / 3)]
    return [3 * place - 2.5 for place, _ in counts.most_common(_GUTTERS)]


def _bands(page: Page, atoms: list[Atom], x: float) -> Iterator[tuple[list[Atom], bool]]:
    """Divide a page into horizontal bands, True for those with columns on both sides of ``x``."""
    run: list[Atom] = []
    plain: list[Atom] = []
    for atom in sorted(atoms, key=lambda atom: (-atom.y, atom.x0)):
        if atom.x0 < x < atom.x1:
            if _is_columns(page, run, x):
                if plain:
                    yield plain, False
                    plain = []
                yield run, True
            else:
                plain += run
            run = []
            plain.append(atom)
        else:
            run.append(atom)
    if _is_columns(page, run, x):
        if plain:
            yield plain, False
        yield run, True
    elif plain + run:
        yield plain + run, False


def _is_columns(page: Page, run: list[Atom], x: float) -> bool:
    left = rows_of(atom for atom in run if atom.x1 <= x)
    right = rows_of(atom for atom in run if atom.x0 >= x)
    if min(len(left), len(right)) < _FEWEST_ROWS:
        return False
    # Both sides must overlap vertically.
    top, bottom = min(left[0][0].y, right[0][0].y), max(left[-1][0].y, right[-1][0].y)
    if sum(bottom - 1 <= row[0].y <= top + 1 for row in left) < _FEWEST_ROWS:
        return False
    if not (_is_prose(page, left) and _is_prose(page, right)):
        return False
    inside = [y for x0, x1, y in page.rules if x0 < x < x1 and bottom < y < top]
    return len(inside) < 2 and not _is_grid(left, right)


def _is_prose(page: Page, rows: list[list[Atom]]) -> bool:
    """Return whether rows are lines of prose, most of which reach their right edge."""
    left = min(row[0].x0 for row in rows)
    right = max(row[-1].x1 for row in rows)
    width = right - left
    if width < _NARROWEST * page.width:
        return False
    reaching = sum(row[-1].x1 - left >= _PROSE_REACH * width for row in rows)
    characters = sum(sum(_letters(atom.text) for atom in row) for row in rows)
    text = "".join(atom.text for row in rows for atom in row)
    labels = sum(LABEL.fullmatch(row[0].text) is not None for row in rows if len(row) == 1)
    return (
        reaching >= _PROSE_SHARE * len(rows)
        and sum(map(str.isalpha, text)) > _PROSE_LETTERS * len(text)
        and characters >= _PROSE_CHARACTERS * len(rows)
        and labels < 0.5 * len(rows)
    )


def _is_grid(left: list[list[Atom]], right: list[list[Atom]]) -> bool:
    """Return whether both sides repeatedly have gaps at the same heights, as table rows do."""
    ys = sorted({round(row[0].y) for row in [*left, *right]}, reverse=True)
    size = left[0][0].size
    pitch = usual_pitch((row[0].y for row in right), size)
    gaps = sum(above - below > 1.3 * pitch for above, below in pairwise(ys))
    starts = {round(row[0].y) for row in left} & {round(row[0].y) for row in right}
    return gaps >= 2 and gaps * 4 >= max(len(left), len(right)) and len(starts) > gaps / 2


def _letters(text: str) -> int:
    return len(text) if text.isascii() else sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def _rows(page: Page, atoms: list[Atom]) -> Iterator[PrintedLine]:
    """Yield the lines of one column, including table rows."""
    rows = rows_of(atoms)
    left = min(atom.x0 for atom in atoms)
    right = _edge([row[-1].x1 for row in rows])
    sizes = Counter(atom.size for atom in atoms)
    pitch = usual_pitch((row[0].y for row in rows), sizes.most_common(1)[0][0])
    starts = Counter(round(atom.x0 / 4) for row in rows for atom in row[1:])
    ruled = ruled_rows(page, rows)
    for at, row in enumerate(rows):
        if at in ruled:
            yield from _cells(page, [rows[index] for index in ruled[at]], pitch)
            continue
        if any(at in indexes for indexes in ruled.values()):
            continue
        cells = [row]
        tabled = False
        if len(row) > 1:
            aligned = max(starts[round(atom.x0 / 4) + by] for atom in row[1:] for by in (-1, 0, 1))
            labelled = len(row) == 2 and LABEL.fullmatch(row[0].text) is not None
            gaps = [b.x0 - a.x1 for a, b in pairwise(row)]
            if not labelled:
                tabled = aligned >= _FEWEST_ROWS or len(row) > 2
                if not tabled and max(gaps) > _WIDE_GAP * row[0].size:
                    cells = [[atom] for atom in row]
        for cell in cells:
            yield _line(page, cell, left, right, pitch, tabled=tabled)


def _cells(page: Page, rows: list[list[Atom]], pitch: float) -> Iterator[PrintedLine]:
    """Yield the lines of a table row with multi-line cells, one cell after another."""
    join: Join = "paragraph"
    for cell in columns_of(atom for row in rows for atom in row):
        left, right = min(atom.x0 for atom in cell), max(atom.x1 for atom in cell)
        for row in rows_of(cell):
            yield _line(page, row, left, right, pitch, tabled=True)._replace(join=join)
            join = "soft"
        join = "line"


def _edge(ends: list[float]) -> float:
    """Return the right edge of a column, ignoring a few lines that reach further."""
    ordered = sorted(ends)
    return ordered[min(len(ordered) - 1, int(0.93 * len(ordered)))]


def _line(
    page: Page, atoms: Sequence[Atom], left: float, right: float, pitch: float, *, tabled: bool
) -> PrintedLine:
    text, raised = joined(atoms)
    widest = max(atoms, key=lambda atom: len(atom.text))
    return PrintedLine(
        text,
        atoms[0].x0,
        max(atom.x1 for atom in atoms),
        widest.y,
        widest.size,
        all(atom.bold for atom in atoms),
        raised,
        left,
        right,
        pitch,
        page.number,
        tabled,
    )
