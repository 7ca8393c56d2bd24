"""The title of a PDF, as its properties and its first pages have it.

What the properties say counts where the first pages print just that; otherwise what these print
largest, or bold above the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from policybot.corpus.importers.documents import MAX_TITLE
from policybot.corpus.importers.pdf.margins import Margins
from policybot.corpus.importers.pdf.text import Paragraph
from policybot.corpus.importers.texts.lines import begins, ends, stands_alone

_LARGE = 1.15
_FIRST_PAGES = 2
_PROSE = 100
_NUMBERED = re.compile(r"(?:[IVXLC]{1,6}|[0-9]{1,2}(?:\.[0-9]{1,2})*)[.)、]?\s")
_LETTER = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]{2}")


def is_printed(title: str, paragraphs: Sequence[Paragraph], margins: Margins) -> bool:
    """Whether the first pages print a title as one or more whole lines, or as their head."""
    wanted = letters(title)
    if not wanted:
        return False
    lines = [line.text for one in first_pages(paragraphs) for line in one.lines]
    heads = [text for edge, text in margins.said if edge == "head"]
    compared = [letters(line) for line in lines]
    for at in range(len(compared)):
        whole = ""
        for piece in compared[at:]:
            whole += piece
            if whole == wanted:
                return True
            if not wanted.startswith(whole):
                break
    return any(letters(head) == wanted for head in heads)


def printed_title(
    paragraphs: Sequence[Paragraph], body_size: float, margins: Margins
) -> tuple[Paragraph, str | None] | None:
    """Return the paragraph that looks like a title, and what a person should know about it."""
    first = [one for one in first_pages(paragraphs) if _may_be_title(one)]
    furniture = [letters(text) for _, text in margins.said]
    own = [
        one
        for one in first
        if not any(letters(one.text) in text and letters(one.text) != text for text in furniture)
    ]
    large = [one for one in own if one.size >= _LARGE * body_size]
    if large:
        largest = max(round(one.size, 1) for one in large)
        chosen = [one for one in large if one.size >= largest - 0.5]
        if len(chosen) <= _FIRST_PAGES + 1:
            return max(chosen, key=lambda one: len(one.text)), None
    bold = [one for one in own if one.bold]
    if bold:
        cover = [one for one in bold if one.lines[0].page == bold[0].lines[0].page]
        end = _first_prose(paragraphs, cover[0])
        above = [one for one in cover if paragraphs.index(one) < end] or cover[:1]
        review = None if len(above) == 1 else "no title is stated; this one is bold above the text"
        return above[-1], review
    return None


def _first_prose(paragraphs: Sequence[Paragraph], first: Paragraph) -> int:
    """Return the place of the first paragraph of prose after one."""
    start = paragraphs.index(first)
    for at in range(start + 1, len(paragraphs)):
        one = paragraphs[at]
        if not one.bold and len(one.text) > _PROSE:
            return at
    return len(paragraphs)


def head_in_title(title: Paragraph, margins: Margins) -> str | None:
    """Return the running head that is also the beginning of a title: the title by itself."""
    for (edge, text), count in margins.said.items():
        if edge != "head" or count < _FIRST_PAGES + 1:
            continue
        whole = ""
        for line in title.lines[:-1]:
            whole += letters(line.text)
            if whole == letters(text):
                return text
    return None


def first_pages(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs of the first pages that have any."""
    numbers = sorted({one.lines[0].page for one in paragraphs})[:_FIRST_PAGES]
    return [one for one in paragraphs if one.lines[0].page in numbers]


def _may_be_title(one: Paragraph) -> bool:
    text = one.text
    return (
        4 <= len(text) <= MAX_TITLE
        and len(one.lines) <= 6
        and _LETTER.search(text) is not None
        and not one.is_note
        and not any(line.tabled for line in one.lines)
        and not begins(text)
        and not _NUMBERED.match(text)
        and not stands_alone(text)
        and not (ends(text) and len(text) > 120)
    )


def letters(text: str) -> str:
    """Return the letters and digits of a text, as titles are compared."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold())
