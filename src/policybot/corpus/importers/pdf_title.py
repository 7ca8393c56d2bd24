"""The title of a PDF: what its properties say where the first pages print just that, or what they
print largest, or boldest above the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from policybot.corpus.importers.documents import MAX_TITLE
from policybot.corpus.importers.lines import begins, ends, stands_alone
from policybot.corpus.importers.pdf_margins import Margins
from policybot.corpus.importers.pdf_text import Paragraph

_LARGE = 1.15
_FIRST_PAGES = 2
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
    cover: list[Paragraph] = []
    for one in own if own and own[0].bold else first:
        if not one.bold:
            if cover:
                break
            if len(one.text) > 100:
                break
            continue
        cover.append(one)
    if cover:
        review = None if len(cover) == 1 else "no title is stated; this one is printed bold above the text"
        return cover[-1], review
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
        and not stands_alone(text)
        and not (ends(text) and len(text) > 120)
    )


def letters(text: str) -> str:
    """Return the letters and digits of a text, as titles are compared."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold())
