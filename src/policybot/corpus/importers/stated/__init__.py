"""What a document's own words state: its date, issuers and number, and when it is in force.

Structured data comes first and is the readers' own; here are the places of a text, ranked: the
sign-off at the end, what is said of its adoption, the decree line and the number under the title,
the title itself, and running text last. Each is a :class:`~..labels.Statement` with its place and
words, so that a person sees why a draft says what it says.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.labels import Statement, key_of, own_dates, split_label, statement
from policybot.corpus.importers.printed_dates import DateStyle, date_style
from policybot.corpus.importers.stated.adopted import read_adoption, read_running
from policybot.corpus.importers.stated.bodies import in_small_letters
from policybot.corpus.importers.stated.force import read_force
from policybot.corpus.importers.stated.lines import TextLine, text_lines
from policybot.corpus.importers.stated.numbers import read_numbers, section_number
from policybot.corpus.importers.stated.owners import owners
from policybot.corpus.importers.stated.signoff import read_sign_offs
from policybot.corpus.importers.stated.titles import head_bodies, head_issuers, title_issuers
from policybot.corpus.issuers.table import IssuerBook

_HEAD_LINES = 20
_LONG_LINE = 240
_OF_CONTROL = frozenset(["date", "number", "effective", "expires"])
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
    """Return what a text states of itself, the most reliable place first.

    Args:
        body: The text, as Markdown.
        title: The document's title.
        book: The table of issuers.
        dated_head: Whether a date alone in the first lines is the document's own.
        around: What stands at the edges of its pages, a line each.
        style: How the document writes dates; by default as the text and its edges show it.
    """
    style = style or date_style([body, around])
    words: dict[str, str] = {}
    lines = text_lines(body, style, words)
    edges = text_lines(around, style, words)
    numbers = [*read_numbers(lines, title), *section_number(title, [*edges, *lines[:_HEAD_LINES]])]
    titled = title_issuers(title, book)
    headed = head_issuers(lines, numbers, book)
    named = [one.value for one in (*titled, *headed)]
    labelled = _head_labels(lines)
    signed = read_sign_offs(lines, book, named, dated_end=dated_head)
    adopted = read_adoption(lines, style.plain(title, words), dated_head=dated_head)
    edition = _edition(title)
    found = [
        *labelled,
        *signed,
        *adopted,
        *headed,
        *titled,
        *_at_edges(edges),
        *_tail_labels(lines),
        *head_bodies(lines, book, title),
        *owners(lines, title, edges),
        *numbers,
        *read_force(lines),
        *read_running(lines),
        *edition,
        *(_as_date(one) for one in labelled if one.key == "published" and dated_head),
    ]
    text = f"{title}\n{body}"
    return [_as_printed(_as_named(one, text), words) for one in found]


def _as_named(one: Statement, text: str) -> Statement:
    """Return an issuer that is printed in capitals as the text has its name elsewhere.

    Where it has none, its words begin with capitals, unless one of them may be an acronym.
    """
    small = in_small_letters(one.value) if one.key == "issuer" else one.value
    if small == one.value:
        return one
    name = re.compile(rf"(?<!\w){re.escape(one.value)}(?!\w)", re.IGNORECASE)
    named = next(
        (match.group() for match in name.finditer(text) if not match.group().isupper()), ""
    )
    if not named and _ACRONYM.search(small):
        return one
    value = small if not named or named.islower() else f"{named[0].upper()}{named[1:]}"
    return dataclasses.replace(one, value=value, words=one.words or one.value)


def _as_printed(one: Statement, words: dict[str, str]) -> Statement:
    """Return a statement whose words have its dates as they are printed."""
    shown = one.words or one.value
    for plain, printed in words.items():
        shown = shown.replace(plain, printed)
    return one if shown == (one.words or one.value) else dataclasses.replace(one, words=shown)


def _at_edges(edges: Sequence[TextLine]) -> list[Statement]:
    """Return what the heads and feet of pages say of the document, numbers and days."""
    found = [
        *_head_labels(edges),
        *read_adoption(edges, "", dated_head=False),
        *read_numbers(edges, ""),
        *read_force(edges),
    ]
    return [dataclasses.replace(one, where="page head or foot") for one in found]


def _head_labels(lines: Sequence[TextLine]) -> list[Statement]:
    """Return what two or more ``label: value`` lines among the first lines state."""
    found: list[Statement] = []
    for line in lines[:_HEAD_LINES]:
        if len(line.text) > _LONG_LINE:
            break
        for split in _labels_of(line.text):
            if split[1] and len(split[1]) <= _LONG_LINE // 2:
                one = statement(*split)
                found.append(dataclasses.replace(one, where=f"line {line.number}"))
    found = own_dates(found)
    known = [one for one in found if one.key not in {"fact", "noise"}]
    return known if len(found) > 1 else []


def _tail_labels(lines: Sequence[TextLine]) -> list[Statement]:
    """Return what labels at the end state, as a table of document control has them."""
    found = _head_labels(lines[max(_HEAD_LINES, len(lines) - _HEAD_LINES) :])
    return [dataclasses.replace(one, certainty="likely") for one in found if one.key in _OF_CONTROL]


def _labels_of(line: str) -> list[tuple[str, str]]:
    """Return the labels of a line with their values: a row of a table, or a row of labels."""
    cells = [cell.strip() for cell in line.strip("| ").split("|")]
    if len(cells) == 2 and key_of(cells[0]) is not None:
        return [(cells[0], cells[1])]
    parts = [part for part in re.split(r"\s+[·•|]\s+", line) if part.strip()]
    splits = [split for part in parts if (split := split_label(part)) is not None]
    return splits if len(splits) > 1 or split_label(line) is None else splits[:1]


def _as_date(one: Statement) -> Statement:
    """Return when a document says it was published as its date, where it states no other."""
    return dataclasses.replace(one, key="date", origin="text", certainty="likely")


def _edition(title: str) -> list[Statement]:
    """Return the month of the edition that a title names in brackets: （2025年11月版）."""
    match = _EDITION.search(title)
    found = find_dates(match["date"] or match["edition"]) if match else []
    if match is None or len(found) != 1 or found[0].date.month is None:
        return []
    value = str(found[0].date)
    return [Statement("date", value, "title", "title", "", match.group(), "likely")]
