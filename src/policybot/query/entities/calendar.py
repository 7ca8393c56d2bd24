"""Calendar arithmetic and readers that the date readers of all languages share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping

from policybot.model import PolicyDate
from policybot.query.entities.entity import Days, Entity

Reader = Callable[[re.Match[str], dt.date], Days | None]
"""Returns the days of a match, given today; None, or a ValueError, where it is no date."""

UNITS = {"decade": 120, "year": 12, "quarter": 3, "month": 1}
"""Number of months in a unit of time."""


def months(year: int, first: int, last: int) -> Days:
    """Return the days from one month of a year to another.

    Raises:
        ValueError: the calendar has no such year or month.
    """
    return PolicyDate(year, first).first, PolicyDate(year, last).last


def years(first: int, last: int) -> Days:
    """Return the days from one year to another.

    Raises:
        ValueError: the calendar has no such year.
    """
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


def months_before(day: dt.date, count: int) -> dt.date:
    """Return the day ``count`` months before, or the last of that month if it has no such day."""
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
    """Return the days of a year, half, quarter, month or week, ``back`` units before the current."""
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7 * back)
        return monday, monday + dt.timedelta(days=6)
    size = 6 if unit == "half" else UNITS[unit]
    first = (today.year * 12 + today.month - 1) // size * size - size * back
    return months(first // 12, first % 12 + 1, first % 12 + size)


def months_from(table: Mapping[str, int], count: int, *groups: str) -> Reader:
    """Return a reader of ``count`` months from the one that a group names: "late 2012", "summer"."""

    def read(match: re.Match[str], _: dt.date) -> Days:
        first = table[next(match[group] for group in groups if match[group]).lower()]
        return months(int(match["year"]), first, first + count - 1)

    return read


def month_to_month(table: Mapping[str, int]) -> Reader:
    """Return a reader of months of one year, the groups ``first`` and ``last``: "May to June"."""

    def read(match: re.Match[str], _: dt.date) -> Days | None:
        first, last = (table[match[name].rstrip(".").lower()] for name in ("first", "last"))
        return months(int(match["year"]), first, last) if first <= last else None

    return read


def first_or_last_months(match: re.Match[str], count: int, *, first: bool) -> Days | None:
    """Return the first, or the last, ``count`` months of the year of a match."""
    if not 1 <= count <= 12:
        return None
    start = 1 if first else 13 - count
    return months(int(match["year"]), start, start + count - 1)


def part_of_year(year: int, size: int, first: int, last: int) -> Days | None:
    """Return parts of a year, ``size`` months each: the first to the second quarter."""
    if not 1 <= first <= last <= 12 // size:
        return None
    return months(year, (first - 1) * size + 1, last * size)


def decade(match: re.Match[str], _: dt.date) -> Days:
    """Return the ten years that begin with the group ``decade``."""
    return years(int(match["decade"]), int(match["decade"]) + 9)


def spans_of_time(
    readers: Iterable[tuple[re.Pattern[str], Reader]], text: str, today: dt.date
) -> list[Entity]:
    """Return an entity for every match that its reader can date.

    ``today`` is the day to which "last year" is relative.
    """
    entities: list[Entity] = []
    for pattern, read in readers:
        for match in pattern.finditer(text):
            try:
                days = read(match, today)
            except (ValueError, OverflowError):  # the calendar has no such day
                continue
            if days:
                entities.append(Entity("date", match.span(), days))
    return entities
