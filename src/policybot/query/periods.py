"""Sets of periods of days: union, intersection, complement, and their words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from policybot.query.condition_words import WORDS, Language

Period = tuple[dt.date | None, dt.date | None]
"""The first and the last day of a span of time, both inclusive; None where an end is open."""


def day_after(day: dt.date) -> dt.date:
    """Return the next day; the last day of the calendar for itself."""
    return day if day == dt.date.max else day + dt.timedelta(days=1)


def day_before(day: dt.date) -> dt.date:
    """Return the previous day; the first day of the calendar for itself."""
    return day if day == dt.date.min else day - dt.timedelta(days=1)


def period_in_words(period: Period, language: Language) -> str:
    """Return one period as text; empty where both ends are open."""
    words = WORDS[language]
    since, until = period
    if since and until:
        return str(since) if since == until else words["span"].format(since, until)
    if since or until:
        return words["since" if since else "until"].format(since or until)
    return ""


def periods_in_words(periods: Sequence[Period], language: Language) -> str:
    """Return periods as text: "2012-01-01 to 2012-12-31 or 2014-01-01 or later"."""
    return WORDS[language]["or"].join(
        words for period in periods if (words := period_in_words(period, language))
    )


def periods_value(periods: Sequence[Period]) -> list[list[str | None]]:
    """Return periods for JSON: pairs of ISO dates, null for an open end."""
    return [[day.isoformat() if day else None for day in period] for period in periods]


def joined_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the union of periods, in order; periods that touch or overlap are merged."""
    joined: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted((a or dt.date.min, b or dt.date.max) for a, b in periods):
        if joined and first <= day_after(joined[-1][1]):
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return _opened(joined)


def other_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the complement of periods, in order."""
    left: list[tuple[dt.date, dt.date]] = []
    first: dt.date | None = dt.date.min
    for since, until in joined_periods(periods):
        if first is not None and since is not None and since > first:
            left.append((first, day_before(since)))
        first = day_after(until) if until is not None and until < dt.date.max else None
    if first is not None:
        left.append((first, dt.date.max))
    return _opened(left)


def common_periods(left: Sequence[Period], right: Sequence[Period]) -> tuple[Period, ...]:
    """Return the intersection of two sets of periods, in order; empty where they share no day."""
    both = [
        (
            max(a or dt.date.min, c or dt.date.min),
            min(b or dt.date.max, d or dt.date.max),
        )
        for a, b in left
        for c, d in right
    ]
    common = [(first, last) for first, last in both if first <= last]
    return joined_periods(_opened(common)) if common else ()


def _opened(periods: Iterable[tuple[dt.date, dt.date]]) -> tuple[Period, ...]:
    return tuple(
        (None if first == dt.date.min else first, None if last == dt.date.max else last)
        for first, last in periods
    )
