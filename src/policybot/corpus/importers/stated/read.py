"""Extract metadata that a document's text states: date, issuers, number, validity.

Structured data is more reliable and is handled by the importers. The places of a text are ranked:
the sign-off at the end, notes on adoption, the decree line and the number under the title, the
title itself, and running text last. Each result is a :class:`~..labels.Statement` with its place
and words, so that a person can see where a draft's values are from.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import (
    Statement,
    is_date,
    key_of,
    own_dates,
    split_label,
    split_unmarked,
    statement,
)
from policybot.corpus.importers.printed_dates import DateStyle, date_style
from policybot.corpus.importers.stated.adopted import read_adoption, read_running
from policybot.corpus.importers.stated.bodies import in_small_letters
from policybot.corpus.importers.stated.force import read_force
from policybot.corpus.importers.stated.letterhead import capital_heads
from policybot.corpus.importers.stated.lines import TextLine, text_lines
from policybot.corpus.importers.stated.numbers import (
    is_number_value,
    read_numbers,
    section_number,
)
from policybot.corpus.importers.stated.owners import owners
from policybot.corpus.importers.stated.signoff import read_sign_offs
from policybot.corpus.importers.stated.terms import read_terms
from policybot.corpus.importers.stated.titles import head_bodies, head_issuers, title_issuers
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.text.language import language_of

_HEAD_LINES = 20
_LONG_LINE = 240
_SAMPLE = 4000
_OF_CONTROL = frozenset(["date", "number", "effective", "expires"])
_DATES = frozenset(["date", "published", "effective", "expires"])
_ACRONYM = re.compile(r"(?<![\w’'.])[A-Z][\w.]{0,2}(?![\w’'.])")
_EDITION = re.compile(
    r"[（(](?P<date>[12][0-9]{3}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?)(?:版|修订版?|修正版?)[)）]\s*$"
    r"|[（(](?P<edition>(?:[A-Z][a-z]+ )?[12][0-9]{3}) (?:edition|version|update)[)）]\s*$"
)

__all__ = ["read_stated", "text_lines"]


def read_stated(
    body: str,
    title: str,
    book: IssuerBook,
    *,
    dated_head: bool = True,
    around: str = "",
    style: DateStyle | None = None,
) -> list[Statement]:
    """Return the metadata that a text states about itself, the most reliable place first.

    Args:
        body: The text, as Markdown.
        title: The document's title.
        book: The table of issuers.
        dated_head: Whether a date alone in the first lines is the document's own.
        around: The headers and footers of its pages, one per line.
        style: The document's date format; by default inferred from the text.
    """
    style = style or date_style([body, around], language_of(body[:_SAMPLE]))
    words: dict[str, str] = {}
    lines = text_lines(body, style, words)
    edges = text_lines(around, style, words)
    numbers = [*read_numbers(lines, title), *section_number(title, [*edges, *lines[:_HEAD_LINES]])]
    titled = title_issuers(title, book)
    headed = head_issuers(lines, numbers, book)
    named = [item.value for item in (*titled, *headed)]
    labelled = _head_labels(lines)
    signed = read_sign_offs(lines, book, named, dated_end=dated_head)
    adopted = read_adoption(
        lines, style.plain(title, words), dated_head=dated_head, numbered=_first_line(numbers)
    )
    edition = _edition(title)
    statements = [
        *labelled,
        *signed,
        *adopted,
        *headed,
        *titled,
        *_at_edges(edges),
        *_tail_labels(lines),
        *head_bodies(lines, book, title),
        *owners(lines, title, edges),
        *capital_heads(lines, title),
        *numbers,
        *read_force(lines, title),
        *read_terms(lines, title),
        *read_running(lines),
        *edition,
        *(_as_date(item) for item in labelled if item.key == "published" and dated_head),
    ]
    text = f"{title}\n{body}"
    return [_as_printed(_as_named(item, text), words) for item in statements]


def _first_line(numbers: Sequence[Statement]) -> str:
    """Return the place of the document's own number, the first one of the text."""
    return next((item.where for item in numbers if item.where), "")


def _as_named(item: Statement, text: str) -> Statement:
    """Return an issuer printed in capitals with the case its name has elsewhere in the text.

    If it does not occur elsewhere, its words are capitalised, unless one may be an acronym.
    """
    small = in_small_letters(item.value) if item.key == "issuer" else item.value
    if small == item.value:
        return item
    name = re.compile(rf"(?<!\w){re.escape(item.value)}(?!\w)", re.IGNORECASE)
    named = next(
        (match.group() for match in name.finditer(text) if not match.group().isupper()), ""
    )
    if not named and _ACRONYM.search(small):
        return item
    value = small if not named or named.islower() else f"{named[0].upper()}{named[1:]}"
    return dataclasses.replace(item, value=value, words=item.words or item.value)


def _as_printed(item: Statement, words: dict[str, str]) -> Statement:
    """Return a statement with the dates in its words as printed."""
    shown = item.words or item.value
    for plain, printed in words.items():
        shown = shown.replace(plain, printed)
    return item if shown == (item.words or item.value) else dataclasses.replace(item, words=shown)


def _at_edges(edges: Sequence[TextLine]) -> list[Statement]:
    """Return the metadata in page headers and footers."""
    statements = [
        *_head_labels(edges),
        *read_adoption(edges, "", dated_head=False),
        *read_numbers(edges, ""),
        *read_force(edges),
        *read_terms(edges, ""),
    ]
    return [dataclasses.replace(item, where="page head or foot") for item in statements]


def _head_labels(lines: Sequence[TextLine]) -> list[Statement]:
    """Return the statements of ``label: value`` lines among the first lines, if two or more."""
    statements: list[Statement] = []
    for line in lines[:_HEAD_LINES]:
        if len(line.text) > _LONG_LINE:
            break
        for split in _labels_of(line.text):
            if split[1] and len(split[1]) <= _LONG_LINE // 2:
                item = statement(*split)
                if item.key == "number" and not is_number_value(item.value):
                    continue
                statements.append(dataclasses.replace(item, where=f"line {line.number}"))
    statements = own_dates(statements)
    known = [item for item in statements if item.key not in {"fact", "noise"}]
    if len(statements) > 1:
        return known
    return [
        dataclasses.replace(item, value=value, certainty="likely")
        for item in known
        if item.key in _DATES and is_date(value := item.value.rstrip(" .,;"))
    ]


def _tail_labels(lines: Sequence[TextLine]) -> list[Statement]:
    """Return the statements of labels at the end, as in a document control table."""
    labels = _head_labels(lines[max(_HEAD_LINES, len(lines) - _HEAD_LINES) :])
    return [
        dataclasses.replace(item, certainty="likely") for item in labels if item.key in _OF_CONTROL
    ]


def _labels_of(line: str) -> list[tuple[str, str]]:
    """Return the (label, value) pairs of a line: a table row, or several labels in a row."""
    cells = [cell.strip() for cell in line.strip("| ").split("|")]
    if len(cells) == 2 and key_of(cells[0]) is not None:
        return [(cells[0], cells[1])]
    marks = r"\s+[·•|]\s+|\s{3,}|\t" + (r"|\s+/\s+" if split_label(line) is None else "")
    parts = [part for part in re.split(marks, line) if part.strip()]
    splits = [
        split for part in parts if (split := split_label(part) or split_unmarked(part)) is not None
    ]
    return splits if len(splits) > 1 or split_label(line) is None else splits[:1]


def _as_date(statement: Statement) -> Statement:
    """Return a publication date as a likely date of the document."""
    return dataclasses.replace(statement, key="date", origin="text", certainty="likely")


def _edition(title: str) -> list[Statement]:
    """Return the date of the edition that a title has in brackets: （2025年11月版）."""
    match = _EDITION.search(title)
    dates = find_dates(match["date"] or match["edition"]) if match else []
    if match is None or len(dates) != 1 or dates[0].date.month is None:
        return []
    value = str(dates[0].date)
    return [Statement("date", value, "title", "title", "", match.group(), "likely")]
