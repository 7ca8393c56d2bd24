"""Group the lines of tables with ruled rows into rows and cells."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from policybot.corpus.importers.pdf.page import Atom, Page

_FEWEST_RULES = 3
_COVERED = 0.6
_SAME_RULE = 2.0


def ruled_rows(page: Page, rows: list[list[Atom]]) -> dict[int, list[int]]:
    """Return the indexes of the rows that form one row of a ruled table, keyed by the first.

    Only table rows with several lines and several cells are included; others need no grouping.
    """
    heights = _rules(page, rows)
    if len(heights) < _FEWEST_RULES:
        return {}
    table_rows: dict[int, list[int]] = {}
    for above, below in pairwise(heights):
        between = [at for at, row in enumerate(rows) if below < row[0].y < above]
        atoms = [atom for at in between for atom in rows[at]]
        if len(between) > 1 and len(columns_of(atoms)) > 1:
            table_rows[between[0]] = between
    return table_rows


def columns_of(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """Group the atoms of a table row into cells, by their horizontal overlap."""
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
    """Return the heights of rules that span most of the text's width, from the top."""
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
