"""Join the lines of a PDF into paragraphs by their layout.

Lines belong together depending on the gap between them, their indents, font size and weight, and
whether the next word would have fitted on the line. Words are repaired by
:mod:`policybot.corpus.importers.texts.lines`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from policybot.corpus.importers.pdf.page import PrintedLine
from policybot.corpus.importers.texts.lines import Join, begins, ends, is_cjk, stands_alone

_GAP = 1.35
_INDENT = 0.9
_SAME_SIZE = 0.08
_CENTRED = 4.0
_LONG = 0.7
_SOME = 0.4
_NARROW = 40
_NARROWEST = 10
_HEADING = 1.13
_LONGEST_HEADING = 160
_MOST_HEADINGS = 3
_MOST_BOLD = 0.35
_NO_HEADING_END = re.compile(r"[.,;:。，；：、]$")
_LETTER = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]{2}")


@dataclass
class Paragraph:
    """The lines of a paragraph; ``joins`` says how each is joined to the one before it."""

    lines: list[PrintedLine] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    level: int = 0
    is_note: bool = False

    @property
    def text(self) -> str:
        """Its text, with lines joined by spaces."""
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        """Its font size in points."""
        return self.lines[0].size

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)


def paragraphs_of(lines: Iterable[PrintedLine], body_size: float) -> list[Paragraph]:
    """Join lines, which are in reading order, into paragraphs."""
    ordered = list(lines)
    indents = _indents(ordered)
    paragraphs: list[Paragraph] = []
    for line in ordered:
        if not paragraphs:
            paragraphs.append(Paragraph([line], ["paragraph"]))
            continue
        current = paragraphs[-1]
        join = _join(current.lines, line, body_size, indents=indents)
        if join == "paragraph":
            paragraphs.append(Paragraph([line], ["paragraph"]))
        else:
            current.lines.append(line)
            current.joins.append(join)
    return paragraphs


def body_size_of(lines: Iterable[tuple[str, float]]) -> float:
    """Return the most frequent font size of lines (text, size), in points."""
    counts: Counter[float] = Counter()
    for text, size in lines:
        counts[round(size * 2) / 2] += len(text)
    return counts.most_common(1)[0][0] if counts else 10.0


def mark_headings(
    paragraphs: Sequence[Paragraph], body_size: float, title: Paragraph | None
) -> None:
    """Set the level of headings: paragraphs larger than the text, or bold and short."""
    letters = sum(len(paragraph.text) for paragraph in paragraphs) or 1
    bold = sum(len(paragraph.text) for paragraph in paragraphs if paragraph.bold)
    trust_bold = bold < _MOST_BOLD * letters
    run: list[Paragraph] = []
    chosen: list[Paragraph] = []
    for paragraph in [*paragraphs, None]:
        if (
            paragraph is not None
            and paragraph is not title
            and _is_heading(paragraph, body_size, trust_bold)
        ):
            run.append(paragraph)
            continue
        if paragraph is not None and len(run) <= _MOST_HEADINGS:
            chosen += run  # more of them in a row are a cover, or a list
        run = []
    sizes = sorted({round(paragraph.size) for paragraph in chosen}, reverse=True)
    for paragraph in chosen:
        paragraph.level = 2 + min(2, sizes.index(round(paragraph.size)))


def _is_heading(paragraph: Paragraph, body_size: float, trust_bold: bool) -> bool:
    text = paragraph.text
    if (
        paragraph.is_note
        or len(text) > _LONGEST_HEADING
        or any(line.tabled for line in paragraph.lines)
        or "line" in paragraph.joins
        or not _LETTER.search(text)
        or stands_alone(text)
    ):
        return False
    if paragraph.size >= _HEADING * body_size:
        return len(paragraph.lines) <= 4 and not text.endswith((",", ";", "，", "；"))
    return (
        trust_bold
        and paragraph.bold
        and paragraph.size > 0.9 * body_size
        and len(paragraph.lines) <= 2
        and not _NO_HEADING_END.search(text)
    )


def _indents(lines: Sequence[PrintedLine]) -> bool:
    """Return whether the document marks paragraphs by indented first lines."""
    indented = flush = 0
    for before, line in pairwise(lines):
        if line.page != before.page or line.tabled or not ends(before.text):
            continue
        if line.x0 - before.left > _INDENT * line.size and before.x0 - before.left < line.size:
            indented += 1
        elif abs(line.x0 - before.x0) < 2:
            flush += before.y - line.y > _GAP * line.pitch
    return indented > flush


def _join(lines: Sequence[PrintedLine], line: PrintedLine, body: float, *, indents: bool) -> Join:
    before = lines[-1]
    if line.join is not None:
        return line.join
    if begins(line.text) or stands_alone(before.text):
        return "paragraph"
    if before.tabled or line.tabled:
        return _join_rows(before, line)
    goes_on = not ends(before.text) and line.text[:1].islower()
    if abs(before.size - line.size) > _SAME_SIZE * max(before.size, line.size):
        return "paragraph"
    if before.bold != line.bold:
        return "soft" if goes_on and _is_full(before, line) else "paragraph"
    beside = line.page != before.page or line.y >= before.y or _is_elsewhere(before, line)
    if beside:
        if goes_on or (not ends(before.text) and _is_full(before, line)):
            return "soft"
        flush = line.x0 - line.left <= _INDENT * line.size
        return "soft" if indents and flush and _is_full(before, line) else "paragraph"
    pitch = max(line.pitch, 1.1 * line.size)
    if before.y - line.y > (1.7 if goes_on else _GAP) * pitch:
        return "paragraph"
    if goes_on and before.x1 - before.left > _SOME * (before.right - before.left):
        return "soft"
    large = line.size >= _HEADING * body
    if _is_indented(lines, line, large=large):
        return "paragraph"
    if _is_full(before, line) or (not ends(before.text) and _is_long(before)):
        return "soft"
    if large and not ends(before.text):
        return "soft"
    return "paragraph" if ends(before.text) else "line"


def _join_rows(before: PrintedLine, line: PrintedLine) -> Join:
    if not (before.tabled and line.tabled) or before.page != line.page:
        return "paragraph"
    gap = before.y - line.y
    return "line" if 0 < gap <= 2 * line.pitch else "paragraph"


def _is_elsewhere(before: PrintedLine, line: PrintedLine) -> bool:
    """Return whether a line is in another column."""
    return line.x0 > before.right or line.right < before.x0


def _is_indented(lines: Sequence[PrintedLine], line: PrintedLine, *, large: bool) -> bool:
    """Return whether a line begins a paragraph by its indent."""
    before = lines[-1]
    step = line.x0 - before.x0
    centred = abs((line.x0 + line.x1) - (before.x0 + before.x1)) / 2 < _CENTRED
    if centred and (large or before.x0 - before.left > line.size):
        return False
    if step > _INDENT * line.size:
        return not (len(lines) == 1 and begins(before.text))  # the text beside a number hangs
    if step < -_INDENT * line.size:
        return len(lines) > 1 and abs(lines[-2].x0 - before.x0) < _INDENT * line.size
    return False


def _is_long(line: PrintedLine) -> bool:
    """Return whether a line is long enough to be prose that continues on the next line."""
    return line.x1 - line.x0 > _LONG * (line.right - line.left) and len(line.text) > _NARROW


def _is_full(before: PrintedLine, line: PrintedLine) -> bool:
    """Return whether the first word of ``line`` would not have fitted on the line before."""
    if before.right - before.left < _NARROWEST * before.size:
        return False  # a list, or a text too short to tell
    width = (before.x1 - before.x0) / max(1, len(before.text))
    if is_cjk(line.text):
        return before.x1 + 1.6 * before.size > before.right
    word = line.text.partition(" ")[0]
    return before.x1 + (len(word) + 1) * width * 0.95 > before.right
