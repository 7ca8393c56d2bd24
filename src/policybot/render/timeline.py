"""Policies over time: as lines of text, and as counts by year and issuer."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from policybot.model import Answer, Policy
from policybot.render.text import NOT_STATED, answer_text, issuers_line

MOST_ISSUERS = 14
"""Maximum rows of a chart; the issuers with the fewest policies share the last one."""

LABEL_LENGTH = 32
_SHORTEST_BAR, _LONGEST_BAR = 5, 20
_ROOM = 8
"""Columns reserved for a bar's number and the spaces around it."""

Canonical = Callable[[str], str | None]
"""Returns the canonical name of an issuer as printed, or None for an unknown one."""


def timeline_text(answer: Answer) -> str:
    """Return the policies of an answer by date, grouped by year, undated ones last.

    One line per policy, ending in a newline; an answer without hits is rendered as elsewhere.
    """
    if not answer.answered:
        return answer_text(answer)
    lines: list[str] = []
    year = ""
    for policy in sorted((hit.policy for hit in answer.hits), key=by_date):
        group = f"{policy.date.year:04d}" if policy.date else f"date {NOT_STATED}"
        if group != year:
            year = group
            lines += ([""] if lines else []) + [group]
        when = str(policy.date) if policy.date else ""
        wording = f" (“{policy.date_text}”)" if policy.date_text else ""
        lines.append(
            f"  {when:<10}  {policy.title}{wording} – {issuers_line(policy)}  [{policy.id}]"
        )
    return "\n".join(lines) + "\n"


def timeline_chart(
    policies: Sequence[Policy], *, canonical: Canonical | None = None, width: int = 100
) -> str:
    """Return a table with bars of how many policies each issuer has per year.

    A policy of several issuers counts for each, and once in the last row. Where the years do not
    fit ``width`` columns, several share one. Ends in a newline; empty without policies.
    """
    if not policies:
        return ""
    rows = rows_of(policies, canonical or (lambda name: name))
    ordered = sorted(rows.items(), key=lambda row: (_is_rest(row[0]), -len(row[1])))
    label = max(_cells(_clipped(name)) for name, _ in ordered)
    years = sorted({policy.date.year for policy in policies if policy.date})
    bins = _bins(years, width - label - _SHORTEST_BAR - _ROOM)
    undated = any(policy.date is None for policy in policies)
    heads = [*(_span(*span) for span in bins), *(["undated"] if undated else [])]
    widths = [max(4, len(head)) for head in heads]
    lines = [" " * label + "".join(f" {h:>{w}}" for h, w in zip(heads, widths, strict=True))]
    most = max(len(held) for held in rows.values())
    longest = min(_LONGEST_BAR, max(_SHORTEST_BAR, width - len(lines[0]) - _ROOM))
    for name, row in [*ordered, ("all", list(policies))]:
        counts = [sum(a <= p.date.year <= b for p in row if p.date) for a, b in bins]
        counts += [sum(p.date is None for p in row)] if undated else []
        cells = "".join(f" {n or '·':>{w}}" for n, w in zip(counts, widths, strict=True))
        bar = "" if name == "all" else "█" * max(1, round(longest * len(row) / most)) + " "
        shown = _clipped(name)
        lines.append(f"{shown}{' ' * (label - _cells(shown))}{cells}  {bar}{len(row)}")
    return "\n".join(lines) + "\n"


def _is_rest(name: str) -> bool:
    return name == NOT_STATED or re.fullmatch(r"[0-9]+ others", name) is not None


def _clipped(name: str) -> str:
    """Return a name, truncated to the width of a label."""
    if _cells(name) <= LABEL_LENGTH:
        return name
    while _cells(name) >= LABEL_LENGTH:
        name = name[:-1]
    return name.rstrip() + "…"


def _cells(text: str) -> int:
    """Return the terminal columns that a text takes; a Chinese character takes two."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _bins(years: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Return spans of years that fit side by side into ``room`` columns, without empty ends."""
    if not years:
        return []
    for step in (1, 2, 5, 10, 20, 50, 100, 1000):
        first = years[0] if step == 1 else years[0] - years[0] % step
        spans = [(start, start + step - 1) for start in range(first, years[-1] + 1, step)]
        if (1 + max(4, len(_span(*spans[0])))) * len(spans) <= room:
            break
    return spans


def _span(first: int, last: int) -> str:
    if first == last:
        return f"{first:04d}"
    return f"{first:04d}–{last % 100:02d}" if first // 100 == last // 100 else f"{first}–{last}"


def by_date(policy: Policy) -> tuple[dt.date, dt.date, str]:
    """Return the sort key of a policy: its date, undated ones last."""
    if policy.date is None:
        return (dt.date.max, dt.date.max, policy.id)
    return (policy.date.first, policy.date.last, policy.id)


def rows_of(
    policies: Sequence[Policy],
    canonical: Canonical,
    *,
    not_stated: str = NOT_STATED,
    others_named: str = "{} others",
) -> dict[str, list[Policy]]:
    """Return the policies of each issuer, in the order in which the issuers first appear.

    ``not_stated`` is the label of policies without an issuer, ``others_named`` that of the row
    shared by the issuers with the fewest policies.
    """
    issuers = {
        policy.id: tuple(dict.fromkeys(canonical(name) or name for name in policy.issuers))
        or (not_stated,)
        for policy in policies
    }
    counts = Counter(name for names in issuers.values() for name in names)
    kept = {name for name, _ in counts.most_common(MOST_ISSUERS)}
    if len(counts) > MOST_ISSUERS:
        kept = {name for name, _ in counts.most_common(MOST_ISSUERS - 1)}
    rows: dict[str, list[Policy]] = {}
    rest: list[Policy] = []
    for policy in sorted(policies, key=by_date):
        names = [name for name in issuers[policy.id] if name in kept]
        for name in names:
            rows.setdefault(name, []).append(policy)
        if not names:
            rest.append(policy)
    if rest:
        rows[others_named.format(len(counts) - len(kept))] = rest
    return rows
