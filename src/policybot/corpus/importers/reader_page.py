"""A whole web page that a tool turned into Markdown: its document, without the page around it.

Menus are lines of links, heads and feet are short lines; the document is the run of lines with the
most text of its own. Images are left out, of a link its words stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policybot.corpus.importers.labels import split_label

_IMAGE = re.compile(r"!\[[^\]]*\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\s*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)")
_MARKS = re.compile(r"[\s*_#>|\-+×·•\\.\d、:：()（）]+")
_LETTER = re.compile(r"[^\W_]")
_LEADING = re.compile(r"^[\s*_#>+-]+")
_DAY = re.compile(r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?(?:\s+[0-9:]{4,8})?")
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
    """The text of a page, its heading if it prints its title, and how many characters are around.

    ``head`` are the lines between heading and text that name a source or a day.
    """

    text: str
    heading: str
    around: int
    head: tuple[str, ...] = ()


def find_document(text: str, title: str) -> Document:
    """Return what of a page in Markdown is its document.

    Args:
        text: The page.
        title: The page's ``<title>``, which may have the site's name after the document's.
    """
    lines = [_read(line) for line in text.split("\n")]
    first, last, heading = _heading(lines, title)
    values = [_value(line, links) for line, links in lines]
    start, end = _best_run(values, first, last)
    head = [_LEADING.sub("", line).strip(" *_") for line, links in lines[first:start] if not links]
    head = [line for line in head if split_label(line) is not None or _DAY.fullmatch(line)]
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
    return Document(found, heading, max(0, whole - len(_MARKS.sub("", found))), tuple(head))


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
    return (line if _LETTER.search(line) else ""), links


def _own(line: str, links: int) -> bool:
    """Tell whether a short line within the document is of it: a heading, a label, not a button."""
    size = len(_MARKS.sub("", line))
    return links * 2 < size and not (size < 4 and _ITEM.match(line))


def _value(line: str, links: int) -> int:
    """Return what a line counts: its own characters, or what a menu's line costs."""
    size = len(_MARKS.sub("", line))
    if not size or _HEADING.match(line):
        return 0
    if split_label(_LEADING.sub("", line).strip(" *_")) is not None:
        return -_COST
    own = size - links
    if own >= _LEAST or (own * 2 > size and size > 5 and _SENTENCE_END.search(line)):
        return min(own, _MOST)
    return -_COST


def _heading(lines: list[tuple[str, int]], title: str) -> tuple[int, int, str]:
    """Return between which lines the document is: from the heading with which the title begins.

    A second one like it begins a copy for small screens.
    """
    found: list[tuple[int, str]] = []
    for at, (line, _) in enumerate(lines):
        match = _HEADING.match(line)
        words = match["words"].strip(" *_") if match else ""
        if len(words) > 3 and _plain(title).startswith(_plain(words)):
            found.append((at, words))
    if not found:
        return 0, len(lines), ""
    at, words = found[0]
    following = [other for other, again in found[1:] if _plain(again) == _plain(words)]
    text = [max(0, _value(*lines[one])) for one in range(at, following[0] if following else at)]
    last = following[0] if sum(text) > 2 * _LEAST else len(lines)
    return at, last, words


def _best_run(values: list[int], first: int, last: int) -> tuple[int, int]:
    """Return the run of lines with the greatest sum, between two lines."""
    best = total = 0
    start = span_start = span_end = first
    for at in range(first, last):
        if total <= 0:
            total, start = 0, at
        total += values[at]
        if total > best:
            best, span_start, span_end = total, start, at + 1
    return span_start, span_end


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
