"""Spans of the calendar that the date readers of every language share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from policybot.model import PolicyDate
from policybot.query.entities.entity import Days, Entity

UNITS = {"decade": 120, "year": 12, "quarter": 3, "month": 1}
"""Months of a unit of time."""


def months(year: int, first: int, last: int) -> Days:
    """Return the days of some months of a year.

    Raises:
        ValueError: the calendar has no such year or month.
    """
    return PolicyDate(year, first).first, PolicyDate(year, last).last


def years(first: int, last: int) -> Days:
    """Return the days of some years.

    Raises:
        ValueError: the calendar has no such year.
    """
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


def months_before(day: dt.date, count: int) -> dt.date:
    """Return the day so many months before, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    last = PolicyDate(max(year, 1), month + 1).last
    return last.replace(day=min(day.day, last.day))


def before_today(today: dt.date, count: int, unit: str) -> dt.date:
    """Return the day ``count`` decades, years, quarters, months, weeks or days before ``today``.

    Raises:
        OverflowError: that is before the calendar begins.
    """
    if unit in {"day", "week"}:
        return today - dt.timedelta(days=count * (7 if unit == "week" else 1))
    return months_before(today, count * UNITS[unit])


def calendar_unit(today: dt.date, unit: str, back: int) -> Days:
    """Return the year, half, quarter, month or week that is ``back`` such units before today's."""
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7 * back)
        return monday, monday + dt.timedelta(days=6)
    size = 6 if unit == "half" else UNITS[unit]
    first = (today.year * 12 + today.month - 1) // size * size - size * back
    return months(first // 12, first % 12 + 1, first % 12 + size)


def spans_of_time(
    readers: Iterable[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], Days | None]]],
    text: str,
    today: dt.date,
) -> list[Entity]:
    """Return an entity for every match that its reader can date.

    ``today`` is what "last year" is relative to.
    """
    marks: list[Entity] = []
    for pattern, read in readers:
        for found in pattern.finditer(text):
            try:
                days = read(found, today)
            except (ValueError, OverflowError):  # the calendar has no such day
                continue
            if days:
                marks.append(Entity("date", found.span(), days))
    return marks
