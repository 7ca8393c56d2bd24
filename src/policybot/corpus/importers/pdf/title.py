"""Find the title of a PDF in its properties and on its first pages.

The title property is used if the first pages print exactly that; otherwise the largest text there,
or bold text above the body.
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
    """Return whether the first pages print a title as one or more whole lines, or as header."""
    wanted = letters(title)
    if not wanted:
        return False
    lines = [line.text for paragraph in first_pages(paragraphs) for line in paragraph.lines]
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
    """Return the paragraph that looks like a title, and a review line, if any."""
    first = [paragraph for paragraph in first_pages(paragraphs) if _may_be_title(paragraph)]
    furniture = [letters(text) for _, text in margins.said]
    own = [
        paragraph
        for paragraph in first
        if not any(
            letters(paragraph.text) in text and letters(paragraph.text) != text
            for text in furniture
        )
    ]
    large = [paragraph for paragraph in own if paragraph.size >= _LARGE * body_size]
    if large:
        largest = max(round(paragraph.size, 1) for paragraph in large)
        chosen = [paragraph for paragraph in large if paragraph.size >= largest - 0.5]
        if len(chosen) <= _FIRST_PAGES + 1:
            return max(chosen, key=lambda paragraph: len(paragraph.text)), None
    bold = [paragraph for paragraph in own if paragraph.bold]
    if bold:
        cover = [
            paragraph for paragraph in bold if paragraph.lines[0].page == bold[0].lines[0].page
        ]
        end = _first_prose(paragraphs, cover[0])
        above = [paragraph for paragraph in cover if paragraphs.index(paragraph) < end] or cover[:1]
        review = None if len(above) == 1 else "no title is stated; this one is bold above the text"
        return above[-1], review
    return None


def _first_prose(paragraphs: Sequence[Paragraph], first: Paragraph) -> int:
    """Return the index of the first paragraph of prose after ``first``."""
    start = paragraphs.index(first)
    for at in range(start + 1, len(paragraphs)):
        paragraph = paragraphs[at]
        if not paragraph.bold and len(paragraph.text) > _PROSE:
            return at
    return len(paragraphs)


def head_in_title(title: Paragraph, margins: Margins) -> str | None:
    """Return the header that is also the beginning of a title, as the actual title."""
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
    numbers = sorted({paragraph.lines[0].page for paragraph in paragraphs})[:_FIRST_PAGES]
    return [paragraph for paragraph in paragraphs if paragraph.lines[0].page in numbers]


def _may_be_title(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        4 <= len(text) <= MAX_TITLE
        and len(paragraph.lines) <= 6
        and _LETTER.search(text) is not None
        and not paragraph.is_note
        and not any(line.tabled for line in paragraph.lines)
        and not begins(text)
        and not _NUMBERED.match(text)
        and not stands_alone(text)
        and not (ends(text) and len(text) > 120)
    )


def letters(text: str) -> str:
    """Return the letters and digits of a text, as titles are compared."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold())
