"""Propose a date for a document that states none certainly: the best one near its head and foot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policybot.corpus.dates import find_dates, find_unreadable_dates
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.stated.lines import TextLine
from policybot.corpus.review.notes import proposal

_EDGE_LINES = 12
_LEAST_SHARE = 0.3
"""The share of a line that a date has to be for the line to be about it."""

_CITED = re.compile(
    r"(?:\b(?:dated|dt\.?|of|del?|vom|du)|[号號》）)]|[0-9/])\s*[,，（(]?\s*$", re.IGNORECASE
)
_CITES = re.compile(
    r"[《〔]|\b(?:nos?|number|circular|order|notice|act|law|regulations?|ley|decreto|resolución)\b",
    re.IGNORECASE,
)
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class _Candidate:
    value: str
    wording: str
    line: TextLine
    share: float


def date_hints(
    statements: Sequence[Statement], lines: Sequence[TextLine], used: Sequence[str] = ()
) -> list[str]:
    """Return what a review line says of the dates of a document without one.

    Args:
        statements: What the document states; a day of publication is told.
        lines: The lines of its text.
        used: Dates in ISO 8601 that are known to be of something else, as of entry into force.
    """
    published = [f"{item.label} {item.value}" for item in statements if item.key == "published"]
    candidates = [item for item in _candidates(lines) if item.value not in used]
    if candidates:
        best = max(candidates, key=lambda item: (item.share, item.line.number))
        place = f"text, line {best.line.number}: “{_shown(best)}”"
        if best.share >= _LEAST_SHARE and best.value:
            return [*published[:1], proposal("date", best.value, place)]
        named = f"line {best.line.number} of the text has {best.wording}"
        return [*published[:1], named]
    return published[:1]


def _candidates(lines: Sequence[TextLine]) -> Iterator[_Candidate]:
    edges = {line.number: line for line in (*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:])}
    for line in edges.values():
        readable = [(found.span, str(found.date), found.wording) for found in find_dates(line.text)
                    if found.date.month is not None and not found.approximate]  # fmt: skip
        other = [
            (found.span, "", f"{found.wording}, {found.problem}")
            for found in find_unreadable_dates(line.text)
        ]
        for span, value, wording in (*readable, *other):
            before = line.text[: span[0]]
            if _CITED.search(before) and _CITES.search(before):
                continue  # the date of another document
            share = (span[1] - span[0]) / len(line.text)
            yield _Candidate(value, wording, line, share)


def _shown(candidate: _Candidate) -> str:
    text = candidate.line.text
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()}…"
