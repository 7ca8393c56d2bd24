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
from policybot.corpus.importers.labels import Statement, key_of, split_label, statement
from policybot.corpus.importers.stated.adopted import read_adoption, read_running
from policybot.corpus.importers.stated.force import read_force
from policybot.corpus.importers.stated.lines import TextLine, text_lines
from policybot.corpus.importers.stated.numbers import read_numbers, section_number
from policybot.corpus.importers.stated.owners import owners
from policybot.corpus.importers.stated.signoff import read_sign_offs
from policybot.corpus.importers.stated.titles import head_bodies, head_issuers, title_issuers
from policybot.corpus.issuers import IssuerBook

_HEAD_LINES = 20
_LONG_LINE = 240
_EDITION = re.compile(
    r"[（(](?P<date>[12][0-9]{3}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?)(?:版|修订版?|修正版?)[)）]\s*$"
    r"|[（(](?P<edition>(?:[A-Z][a-z]+ )?[12][0-9]{3}) (?:edition|version|update)[)）]\s*$"
)

__all__ = ["read_stated", "text_lines"]


def read_stated(
    body: str, title: str, book: IssuerBook, *, dated_head: bool = True, around: str = ""
) -> list[Statement]:
    """Return what a text states of itself, the most reliable place first.

    Args:
        body: The text, as Markdown.
        title: The document's title.
        book: The table of issuers.
        dated_head: Whether a date alone in the first lines is the document's own.
        around: What stands at the edges of its pages, a line each.
    """
    lines = text_lines(body)
    edges = text_lines(around)
    numbers = [*read_numbers(lines, title), *section_number(title, [*edges, *lines[:_HEAD_LINES]])]
    titled = title_issuers(title, book)
    headed = head_issuers(lines, numbers, book)
    named = [one.value for one in (*titled, *headed)]
    labelled = _head_labels(lines)
    signed = read_sign_offs(lines, book, named, dated_end=dated_head)
    adopted = read_adoption(lines, dated_head=dated_head)
    edition = _edition(title)
    return [
        *labelled,
        *signed,
        *adopted,
        *headed,
        *titled,
        *_at_edges(edges),
        *head_bodies(lines, book),
        *owners(lines, title, edges),
        *numbers,
        *read_force(lines),
        *read_running(lines),
        *edition,
        *(_as_date(one) for one in labelled if one.key == "published" and dated_head),
    ]


def _at_edges(edges: Sequence[TextLine]) -> list[Statement]:
    """Return what the heads and feet of pages say of the document, numbers and days."""
    found = [
        *_head_labels(edges),
        *read_adoption(edges, dated_head=False),
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
        cells = [cell.strip() for cell in line.text.strip("| ").split("|")]
        paired = len(cells) == 2 and key_of(cells[0]) is not None
        split = (cells[0], cells[1]) if paired else split_label(line.text)
        if split is None or not split[1] or len(split[1]) > _LONG_LINE // 2:
            continue
        one = statement(*split)
        found.append(dataclasses.replace(one, where=f"line {line.number}"))
    known = [one for one in found if one.key not in {"fact", "noise"}]
    return known if len(found) > 1 else []


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
