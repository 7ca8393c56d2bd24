"""The lines of a text without markup, with line numbers, for extracting metadata."""

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
"""How many characters at the beginning and at the end of a paragraph are examined."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line that is not blank, without markup, and its number in the text (1-based)."""

    number: int
    text: str
    heading: bool = False


def text_lines(
    body: str, style: DateStyle | None = None, words: dict[str, str] | None = None
) -> list[TextLine]:
    """Return the lines of a Markdown text that hold words.

    Args:
        body: The text.
        style: Its date format; if given, dates are converted to forms that can be parsed.
        words: Filled with the printed form of each date that was changed.
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
    """Return whether a line introduces what follows: a numbered heading, or a final colon."""
    return bool(_CLAUSE.match(line.text)) or line.text.endswith((":", "："))


def date_alone(text: str, *, days: bool = True) -> FoundDate | None:
    """Return the date that a line consists of; with ``days``, only one with day precision.

    Brackets around it and final punctuation are ignored.
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
    dates = find_dates(plain)
    if len(dates) != 1 or dates[0].approximate or (days and dates[0].date.day is None):
        return None
    start, end = dates[0].span
    return dates[0] if not (plain[:start] + plain[end:]).strip() else None
