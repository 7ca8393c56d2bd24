"""The lines of a text as evidence is read from them: their words, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policybot.corpus.dates import FoundDate, find_dates
from policybot.corpus.importers.printed_dates import DateStyle

_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?=\S))+|\*\*|__|~~|`|\\(?=[\W_])")
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_CLAUSE = re.compile(
    r"(?:[0-9]{1,2}(?:\.[0-9]{1,2})*[.)]?|[IVXivx]{1,4}[.)]|[A-Za-z][.)])\s+\S.{0,60}$"
)
_AROUND = re.compile(r"^[\s（(【\[]*|[\s）)】\].。,，]*$")


MOST = 1500
"""Characters of a paragraph's beginning and of its end; what stands between them states nothing."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that is not blank: its words, and its number in the text, 1-based."""

    number: int
    text: str
    heading: bool = False


def text_lines(
    body: str, style: DateStyle | None = None, words: dict[str, str] | None = None
) -> list[TextLine]:
    """Return the lines of a Markdown text that hold words.

    Args:
        body: The text.
        style: How it writes dates; with it, dates come in the forms that the date reader knows.
        words: Is given what was printed for each date that is written otherwise.
    """
    lines: list[TextLine] = []
    for number, raw in enumerate(body.split("\n"), 1):
        if not raw.strip():
            continue
        text = (
            _EMPHASIS.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", raw)))
            if "[" in raw or "*" in raw
            else raw
        )
        text = _MARKS.sub("", text).strip(" \t\u3000\r")
        if len(text) > 2 * MOST:
            text = f"{text[:MOST]} … {text[-MOST:]}"
        if text and style is not None:
            text = style.plain(text, words)
        if text:
            lines.append(TextLine(number, text, raw.lstrip().startswith("#")))
    return lines


def opens_clause(line: TextLine) -> bool:
    """Tell whether what follows a line is its own: a numbered heading, or words with a colon."""
    return bool(_CLAUSE.match(line.text)) or line.text.endswith((":", "："))


def date_alone(text: str, *, days: bool = True) -> FoundDate | None:
    """Return the date that a line consists of; with ``days``, only one of a day.

    Brackets around it and the marks of a sentence's end do not count.
    """
    if len(text) > 40:
        return None
    plain = re.sub(
        r"(?<=[0-9〇零○一二三四五六七八九十年月])[ "
        r"\u3000]+(?=[0-9〇零○一二三四五六七八九十年月日])",
        "",
        text,
    )
    plain = _AROUND.sub("", plain)
    found = find_dates(plain)
    if len(found) != 1 or found[0].approximate or (days and found[0].date.day is None):
        return None
    start, end = found[0].span
    return found[0] if not (plain[:start] + plain[end:]).strip() else None
