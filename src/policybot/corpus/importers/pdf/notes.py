"""Separate footnotes and the marks that refer to them from the text.

A footnote is small print at the bottom of a column that begins with a mark or is below a rule. Its
mark is removed from the text; any other raised number is written as a superscript: m².
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from policybot.corpus.importers.pdf.page import Page, PrintedLine

_SMALL = 0.93
_HIGHEST = 0.65
_LOWEST = 0.35
"""Fractions of the page height: footnotes begin below the first and end below the second."""

_SUPERSCRIPTS = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_MARK = r"[0-9]{1,3}|[*†‡§¶#]{1,4}|[①-⑳]|[a-z]"
_LABEL = re.compile(
    rf"\s*[(\[（［]?(?P<mark>{_MARK})[)\]）］]?(?:[.、:：])?(?=\s|[\u3400-\u9fff“《\"'(A-Z])"
)
_NUMBERED_MARK = re.compile(r"[(\[（［]?(?:[0-9]{1,3}|[*†‡§¶]{1,4}|[①-⑳])[)\]）］]?")
_DIGITS = re.compile(r"[0-9+-]+")
_CLOSING = frozenset(",.;:!?)]}’”，。；：！？）】》、%")


@dataclass
class Notes:
    """The text of a page without footnotes, the footnotes (each a list of lines), their marks."""

    text: list[PrintedLine] = field(default_factory=list)
    notes: list[list[PrintedLine]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


def divide_notes(page: Page, lines: Sequence[PrintedLine], body_size: float) -> Notes:
    """Separate the footnotes of a page from its text."""
    divided = Notes()
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and _is_small(lines[end], body_size):
            if end > at and lines[end].y > lines[end - 1].y + 1:
                break  # the next column
            end += 1
        block = lines[at:end]
        start = _first_note(page, lines, at, end, body_size) if block else None
        if start is None:
            divided.text += lines[at : max(end, at + 1)]
            at = max(end, at + 1)
            continue
        divided.text += lines[at:start]
        for line in lines[start:end]:
            mark = _mark_of(line)
            if mark is not None and _follows(mark, divided):
                divided.marks.add(mark)
                divided.notes.append([line])
            elif divided.notes:
                divided.notes[-1].append(line)
            else:
                divided.notes.append([line])
        at = end
    return divided


def without_marks(line: PrintedLine, marks: Collection[str]) -> tuple[str, int]:
    """Return the text of a line without the marks of footnotes, and how many were left out."""
    text = line.text
    left_out = 0
    for start, end in sorted(line.raised, reverse=True):
        mark = text[start:end].strip()
        plain = mark.strip("()[]（）［］ ")
        before, after = text[:start], text[end:]
        if start and _NUMBERED_MARK.fullmatch(mark) and _all_known(plain, marks):
            left_out += 1
            before = before.rstrip(" ")
            rest = after.lstrip(" ")
            apart = bool(rest) and rest[0] not in _CLOSING and not _is_han(rest[0], before[-1:])
            text = f"{before}{' ' if apart else ''}{rest}"
        elif _DIGITS.fullmatch(plain):
            if start and before[-1:] == " ":
                before = before[:-1]
            text = f"{before}{mark.translate(_SUPERSCRIPTS)}{after}"
    return text, left_out


def note_text(line: PrintedLine) -> str:
    """Return the first line of a footnote, with a space after its mark."""
    if line.raised and line.raised[0][0] == 0:
        end = line.raised[0][1]
        return f"{line.text[:end]} {line.text[end:].lstrip()}"
    return line.text


def _is_small(line: PrintedLine, body_size: float) -> bool:
    return line.size <= _SMALL * body_size and not line.tabled


def _mark_of(line: PrintedLine) -> str | None:
    if line.raised and line.raised[0][0] == 0:
        return line.text[slice(*line.raised[0])].strip("()[]（）［］ ") or None
    label = _LABEL.match(line.text)
    return label["mark"] if label is not None and not label["mark"].isalpha() else None


def _follows(mark: str, notes: Notes) -> bool:
    """Return whether a mark may be the next one of a page: numbers increase by at most 3."""
    if not mark.isdecimal():
        return not mark.isalpha() or (len(mark) == 1 and not notes.marks)
    numbers = [int(known) for known in notes.marks if known.isdecimal()]
    return not numbers or max(numbers) < int(mark) <= max(numbers) + 3


def _first_note(
    page: Page, lines: Sequence[PrintedLine], at: int, end: int, body_size: float
) -> int | None:
    """Return the index of the first footnote among a column's small lines; None without any."""
    block = lines[at:end]
    lowest = min(line.y for line in block)
    left, right = min(line.x0 for line in block), max(line.x1 for line in block)
    below = any(
        line.y < lowest - 1
        and line.x0 < right
        and line.x1 > left
        and not _is_small(line, body_size)
        for line in lines
    )
    body = any(line.y > block[0].y and not _is_small(line, body_size) for line in lines)
    if below or not body or lowest > _LOWEST * page.height:
        return None
    above = lines[at - 1].y if at and lines[at - 1].y > block[0].y else page.height
    ruled = any(
        block[0].y < min(y, _HIGHEST * page.height)
        and y < above
        and x0 < right
        and x1 > left
        and x1 - x0 < 0.8 * page.width
        for x0, x1, y in page.rules
    )
    if ruled:
        return at
    for place in range(at, end):
        mark = _mark_of(lines[place])
        if mark is not None and lines[place].y < _HIGHEST * page.height:
            return place
    return None


def _all_known(marks: str, known: Collection[str]) -> bool:
    return all(mark in known for mark in re.split(r"[,，\s]+", marks) if mark)


def _is_han(first: str, before: str) -> bool:
    return any(
        "\u2e80" < character < "\ufaff" or "\uff00" < character < "\uff65"
        for character in (first, before)
    )
