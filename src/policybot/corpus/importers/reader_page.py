"""A whole web page that a tool turned into Markdown: its document, without the page around it.

Menus are lines of links, heads and feet are short lines; the document is the run of lines with the
most text of its own. Images are left out, of a link its words stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_IMAGE = re.compile(r"!\[[^\]]*\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\s*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_MARKS = re.compile(r"[\s*_#>|\-+×·•\\.\d、:：()（）]+")
_ITEM = re.compile(r"\s*[*+-]\s")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?P<words>.*?)[ \t#]*$")
_SENTENCE_END = re.compile(r"[.!?;:。！？；：”」』）)]\s*[*_]*$")
_COST = 12
"""Characters of text by which a line that is no text counts against the run it is in."""

_MOST = 120
"""What a line may count; a page may hold a hidden copy of the whole text on one line."""

_LEAST = 15
"""Characters of a line that is text; a sentence may be shorter."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a page, its heading if it prints its title, and how many characters are around."""

    text: str
    heading: str
    around: int


def find_document(text: str, title: str) -> Document:
    """Return what of a page in Markdown is its document.

    Args:
        text: The page.
        title: The page's ``<title>``, which may have the site's name after the document's.
    """
    lines = [_read(line) for line in text.split("\n")]
    first, heading = _heading(lines, title)
    values = [_value(line, links) for line, links in lines]
    start, end = _best_run(values, first)
    if start == end:
        return Document("", heading, len(_MARKS.sub("", text)))
    kept = [
        line
        for (line, links), value in zip(lines[start:end], values[start:end], strict=True)
        if value > 0 or not _MARKS.sub("", line) or _own(line, links)
    ]
    if heading and kept and _plain(kept[0]) == _plain(heading):
        kept = kept[1:]
    found = re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in kept)).strip("\n")
    whole = sum(len(_MARKS.sub("", line)) for line, _ in lines)
    return Document(found, heading, max(0, whole - len(_MARKS.sub("", found))))


def _read(line: str) -> tuple[str, int]:
    """Return a line with its links as words, and how many characters of it were links."""
    line = _IMAGE.sub("", line)
    links = 0

    def words(match: re.Match[str]) -> str:
        nonlocal links
        links += len(_MARKS.sub("", match[1]))
        return match[1]

    for _ in range(2):  # an image in a link leaves an empty one
        line = _LINK.sub(words, line)
    line = line.rstrip()
    return (line if _MARKS.sub("", line) or not line.strip() else ""), links


def _own(line: str, links: int) -> bool:
    """Tell whether a short line within the document is of it: a heading, a label, not a button."""
    size = len(_MARKS.sub("", line))
    return links * 2 < size and not (size < 4 and _ITEM.match(line))


def _value(line: str, links: int) -> int:
    """Return what a line counts: its own characters, or what a menu's line costs."""
    size = len(_MARKS.sub("", line))
    if not size:
        return 0
    own = size - links
    if own >= _LEAST or (own * 2 > size and size > 5 and _SENTENCE_END.search(line)):
        return min(own, _MOST)
    return -_COST


def _heading(lines: list[tuple[str, int]], title: str) -> tuple[int, str]:
    """Return where the document may begin: after the first heading with which the title begins."""
    for at, (line, _) in enumerate(lines):
        match = _HEADING.match(line)
        words = match["words"].strip(" *_") if match else ""
        if len(words) > 3 and _plain(title).startswith(_plain(words)):
            return at, words
    return 0, ""


def _best_run(values: list[int], first: int) -> tuple[int, int]:
    """Return the run of lines with the greatest sum, from a line on."""
    best = total = 0
    start = span_start = span_end = first
    for at in range(first, len(values)):
        if total <= 0:
            total, start = 0, at
        total += values[at]
        if total > best:
            best, span_start, span_end = total, start, at + 1
    return span_start, span_end


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
