"""The pages of a PDF: text atoms with positions, and lines made of them (units: points)."""

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
    """A run of text without a wide gap; see :mod:`policybot.pdf.characters`."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    raised: Spans
    turned: int


class PrintedLine(NamedTuple):
    """A line in reading order; ``join`` is how it continues the one before, if a table sets it.

    ``left`` and ``right`` are the edges of its column, ``pitch`` the usual line distance in it;
    ``tabled`` is true for a row of a table, or of labels and values.
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
    """A page; ``confidence`` (0 to 1) and ``engine`` are set if it was recognised (OCR)."""

    number: int
    width: float
    height: float
    atoms: list[Atom]
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    confidence: float | None = None
    engine: str = ""


def page_of(answer: dict[str, Any]) -> Page:
    """Return the page in an answer of the process that reads PDFs."""
    atoms = [
        Atom(text, x0, x1, y, size, bold, tuple((a, b) for a, b in raised), turned)
        for text, x0, x1, y, size, bold, raised, turned in answer["atoms"]
        if text.strip()
    ]
    rules = [(x0, x1, y) for x0, x1, y in answer.get("rules", ())]
    return Page(answer["page"], answer["width"], answer["height"], atoms, rules)


def rows_of(atoms: Iterable[Atom]) -> list[list[Atom]]:
    """Group atoms by baseline, from top to bottom, each row from left to right."""
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
    """Return the text of atoms on a line, joined by spaces, and the spans that are raised."""
    text, raised = "", []
    for atom in atoms:
        if text:
            text += " "
        raised += [(start + len(text), end + len(text)) for start, end in atom.raised]
        text += atom.text
    return text, tuple(raised)


def usual_pitch(ys: Iterable[float], size: float) -> float:
    """Return the usual line distance of a column, given its baselines."""
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
"""The label of a list item."""
