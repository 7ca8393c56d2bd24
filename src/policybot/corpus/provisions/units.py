"""The units of a text that may begin a provision: headings, paragraphs and labelled lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policybot.corpus.text.split import blocks_of
from policybot.model import Span

MARKUP = re.compile(r"[\s*_>#]*")
_INDENT = re.compile(r"[^\S\n]*[*_>#]*[^\S\n]*")
_QUOTE = re.compile(r"[\s*_>#]*[“\"‘«「『]")
_CLOSED = re.compile(r"[”\"’»」』][.;,。；，)]*\s*$")
_LONGEST_QUOTE = 60
"""The most paragraphs of a quotation; a quotation mark not closed within them is ignored."""
_MAY_BEGIN = re.compile(
    r"[(（]?[0-9a-zA-Z〇零一二三四五六七八九十]{1,4}[)）.、．]|[①-⑳]|§|第|附"
    r"|[A-Za-zÁ-ú]{3,10}\.? [0-9IVXA-Z]"
)


@dataclass(slots=True)
class Unit:
    """A heading (``level`` above 0), a paragraph, or a line of one that may begin an item."""

    span: Span
    level: int
    path: tuple[tuple[int, Span], ...]
    quoted: bool = False


def units_of(body: str) -> list[Unit]:
    """Return the headings, paragraphs and labelled lines of a text."""
    units: list[Unit] = []
    path: tuple[tuple[int, Span], ...] = ()
    open_quote = 0
    for block in blocks_of(body):
        if block.level:
            path = tuple(heading for heading in path if heading[0] < block.level)
            units.append(Unit(block.span, block.level, path))
            path = (*path, (block.level, block.span))
            continue
        for start, end in _lines(body, block.span):
            quotes = _QUOTE.match(body, start, end) is not None
            units.append(Unit((start, end), 0, path, quotes or open_quote > 0))
            if quotes and not open_quote and not _CLOSED.search(body[start:end]):
                open_quote = _closes(body, end)
            if open_quote and end >= open_quote and _CLOSED.search(body[start:end]):
                open_quote = 0
    return units


def _closes(body: str, start: int) -> int:
    """Return the offset at which an open quotation ends; 0 if it is not closed nearby."""
    end = start
    for _ in range(_LONGEST_QUOTE):
        following = body.find("\n", end + 1)
        line = body[end : following if following >= 0 else len(body)]
        end += len(line)
        if _CLOSED.search(line):
            return end - (len(line) - len(line.rstrip()))
        if following < 0:
            break
    return 0


def _lines(body: str, span: Span) -> Iterator[Span]:
    """Yield a paragraph's lines as spans; a line without a label is joined to the one before."""
    start, end = span
    fenced = body.find("```", start, end) >= 0 or body.find("~~~", start, end) >= 0
    if fenced or body.startswith("|", start):
        yield span
        return
    begin = at = start
    while True:
        following = body.find("\n", at, end)
        if following < 0:
            yield begin, end
            return
        at = following + 1
        place = _INDENT.match(body, at, end).end()  # type: ignore[union-attr]
        if place < end and _MAY_BEGIN.match(body, place, min(end, place + 24)):
            yield begin, following
            begin = place if body[at:place].isspace() else at
