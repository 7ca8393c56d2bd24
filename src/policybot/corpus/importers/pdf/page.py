"""What the importer of PDFs knows of a page: atoms of text with places, and lines made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from policybot.corpus.importers.texts.lines import Join

_FEWEST_STEPS = 3

Spans = tuple[tuple[int, int], ...]


class Atom(NamedTuple):
    """A stretch of a printed line without a wide gap; see :mod:`policybot.pdf.characters`."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    raised: Spans
    turned: int


class PrintedLine(NamedTuple):
    """A line in reading order; ``join`` is how it goes with the one before, if a table tells.

    ``left`` and ``right`` are the edges of its column, ``pitch`` the usual distance of lines in it;
    ``tabled`` says that it is a row of a table, or of labels with what they label.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    raised: Spans
    left: float
    right: float
    pitch: float
    page: int
    tabled: bool = False
    join: Join | None = None


@dataclass
class Page:
    """A page as its reader tells it; ``confidence`` is of a page that was recognised, else None."""

    number: int
    width: float
    height: float
    atoms: list[Atom]
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    confidence: float | None = None
    engine: str = ""


def page_of(told: dict[str, Any]) -> Page:
    """Return the page that the reading process tells of."""
    atoms = [
        Atom(text, x0, x1, y, size, bold, tuple((a, b) for a, b in raised), turned)
        for text, x0, x1, y, size, bold, raised, turned in told["atoms"]
        if text.strip()
    ]
    rules = [(x0, x1, y) for x0, x1, y in told.get("rules", ())]
    return Page(told["page"], told["width"], told["height"], atoms, rules)


def rows_of(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """Group atoms by base line, from top to bottom, each row from left to right."""
    rows: list[list[Atom]] = []
    for atom in sorted(atoms, key=lambda atom: (-atom.y, atom.x0)):
        if rows and rows[-1][0].y - atom.y <= 0.3 * min(atom.size, rows[-1][0].size):
            rows[-1].append(atom)
        else:
            rows.append([atom])
    for row in rows:
        row.sort(key=lambda atom: atom.x0)
    return rows


def joined(atoms: Sequence[Atom]) -> tuple[str, Spans]:
    """Return the text of neighbours on a line, and what is raised in it."""
    text, raised = "", []
    for atom in atoms:
        if text:
            text += " "
        raised += [(start + len(text), end + len(text)) for start, end in atom.raised]
        text += atom.text
    return text, tuple(raised)


def usual_pitch(ys: Iterable[float], size: float) -> float:
    """Return the usual distance of the lines of a column, given their base lines."""
    heights = sorted(set(ys), reverse=True)
    steps = sorted(
        above - below for above, below in pairwise(heights) if 0.6 * size < above - below < 3 * size
    )
    if len(steps) < _FEWEST_STEPS:
        return min([*steps, 1.4 * size])
    return steps[len(steps) // 3]


LABEL = re.compile(
    r"(?:[•●▪◦·■□◆➢✓◻*–—-]|[(（\[]?[0-9a-zA-Z〇一二三四五六七八九十]{1,4}[)）\].、．:：]?"
    r"|(?:[0-9]{1,3}\.){1,4}[0-9]{0,3}|§+\s*[0-9.]+|[①-⑳]|第[〇一二三四五六七八九十百千0-9]+[编章节条款项])"
)
"""What an item of a list begins with, by itself."""
