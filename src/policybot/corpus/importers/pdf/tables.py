"""Tables whose rows are divided by rules: which lines are one row, and which of them one cell."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from policybot.corpus.importers.pdf.page import Atom, Page

_FEWEST_RULES = 3
_COVERED = 0.6
_SAME_RULE = 2.0


def ruled_rows(page: Page, rows: list[list[Atom]]) -> dict[int, list[int]]:
    """Return the rows of lines that are one row of a ruled table, under the first of them.

    Only rows of a table in which several lines stand beside other cells are given: any other row
    is read as it is.
    """
    heights = _rules(page, rows)
    if len(heights) < _FEWEST_RULES:
        return {}
    found: dict[int, list[int]] = {}
    for above, below in pairwise(heights):
        between = [at for at, row in enumerate(rows) if below < row[0].y < above]
        atoms = [atom for at in between for atom in rows[at]]
        if len(between) > 1 and len(columns_of(atoms)) > 1:
            found[between[0]] = between
    return found


def columns_of(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """Group the atoms of a table's row into its cells: those over one another."""
    cells: list[list[Atom]] = []
    end = float("-inf")
    for atom in sorted(atoms, key=lambda atom: atom.x0):
        if atom.x0 < end:
            cells[-1].append(atom)
        else:
            cells.append([atom])
        end = max(end, atom.x1)
    return cells


def _rules(page: Page, rows: list[list[Atom]]) -> list[float]:
    """Return the heights of rules that go through most of the width of the text, from the top."""
    left = min(row[0].x0 for row in rows)
    right = max(row[-1].x1 for row in rows)
    heights: dict[int, float] = {}
    covered: dict[int, float] = {}
    for x0, x1, y in sorted(set(page.rules)):
        key = round(y / _SAME_RULE)
        heights[key] = y
        covered[key] = covered.get(key, 0.0) + max(0.0, min(x1, right) - max(x0, left))
    wanted = _COVERED * (right - left)
    return sorted((heights[key] for key, width in covered.items() if width >= wanted), reverse=True)
