"""Spans of time in English: parts of years, several months, relative ones.

Plain dates ("14 February 2012") are read by :mod:`policybot.corpus.dates`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from policybot.query.entities.calendar import (
    before_today,
    calendar_unit,
    decade,
    first_or_last_months,
    month_to_month,
    months,
    months_from,
    part_of_year,
    spans_of_time,
    years,
)
from policybot.query.entities.entity import Days, Entity

_NUMBERS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
"""
_COUNTS = {word: number for number, word in enumerate(_NUMBERS.split(), start=1)}
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
}  # fmt: skip
_LAST = frozenset(["last", "final", "latter"])
_ORDINAL = rf"(?:{'|'.join([*_ORDINALS, *_LAST])})"
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_COUNTS)})"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ROUGH = {
    "early": 1, "beginning": 1, "start": 1, "mid": 5, "middle": 5, "late": 9, "end": 9,
}  # fmt: skip
"""The first month of the third of a year that a word names: "late 2012" is the last third."""


def _part(match: re.Match[str], _: dt.date) -> Days | None:
    size = 3 if (match["part"] or match["letter"])[0].lower() == "q" else 6
    groups = ("number", "number2", "ordinal", "ordinal2")
    ordinals = [match[name].lower() for name in groups if match[name]]
    numbers = [
        12 // size if word in _LAST else _ORDINALS.get(word) or int(word) for word in ordinals
    ]
    return part_of_year(int(match["year"]), size, numbers[0], numbers[-1])


def _part_after(match: re.Match[str], _: dt.date) -> Days | None:
    size, number = 3 if match["letter"].lower() == "q" else 6, int(match["number"])
    return part_of_year(int(match["year"]), size, number, number)


def _several(match: re.Match[str], _: dt.date) -> Days | None:
    count = _count(match["count"]) * (3 if match["unit"].lower() == "quarters" else 1)
    return first_or_last_months(match, count, first=match["end"].lower() == "first")


def _month_and_year(match: re.Match[str], _: dt.date) -> Days:
    return months(int(match["year"]), int(match["month"]), int(match["month"]))


def _short_range(match: re.Match[str], _: dt.date) -> Days | None:
    """Return the years of "2011-13"; a second number up to 12 may be a month."""
    first, last = int(match["year"]), int(match["year"][:2] + match["last"])
    return years(first, last) if last > first and int(match["last"]) > 12 else None


def _calendar(match: re.Match[str], today: dt.date) -> Days:
    """Return this or the last year, quarter, month or week, or today or yesterday."""
    if match["day"]:
        day = today - dt.timedelta(days=match["day"].lower() == "yesterday")
        return day, day
    return calendar_unit(today, match["unit"].lower(), back=match["which"].lower() != "this")


def _up_to_today(match: re.Match[str], today: dt.date) -> Days | None:
    return _before(today, match["count"], match["unit"]), today


def _ago(match: re.Match[str], today: dt.date) -> Days | None:
    """Return the year of "ten years ago", or all before that day of "more than ten years ago"."""
    day = _before(today, match["count"], match["unit"])
    comparison = (match["comparison"] or "").lower()
    if comparison.startswith(("more", "over")):
        return dt.date.min, day
    if comparison:
        return day, today
    unit = match["unit"].lower()
    if unit.startswith("year"):
        return years(day.year, day.year)
    return months(day.year, day.month, day.month) if unit.startswith("month") else (day, day)


def _before(today: dt.date, count: str | None, unit: str) -> dt.date:
    return before_today(today, _count(count or "1"), unit.lower().rstrip("s"))


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTS[word.lower()]


def _short_year(match: re.Match[str], today: dt.date) -> Days:
    """Return the year of "'13": of this century, unless more than 20 years ahead."""
    year = today.year // 100 * 100 + int(match["short"])
    year -= 100 * (year > today.year + 20)
    return years(year, year)


def _days_of_year(match: re.Match[str], _: dt.date) -> Days | None:
    """Return the days of "between 1 Jan and 31 Dec 2013"."""
    year = int(match["year"])
    first = dt.date(year, _MONTHS[match["month1"].rstrip(".").lower()], int(match["day1"]))
    last = dt.date(year, _MONTHS[match["month2"].rstrip(".").lower()], int(match["day2"]))
    return (first, last) if first <= last else None


_TO = r"(?: (?:and|to|until|till|through) | ?[-–—] ?)"
_READERS = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for read, pattern in (
        (_days_of_year, rf"\b(?:(?:between|from) )?(?:the )?(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month1>{_MONTH}){_TO}(?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month2>{_MONTH}),? {_YEAR}"),
        (_days_of_year, rf"\b(?:(?:between|from) )?(?P<month1>{_MONTH}) (?P<day1>\d{{1,2}})(?:st|nd|rd|th)?{_TO}(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"),
        (_short_year, r"(?<![\w'’])['’](?P<short>\d\d)(?![\w'’])"),
        (_part, rf"\b(?:the )?(?:(?P<ordinal>{_ORDINAL})(?: (?:and|to|or|through) (?:the )?(?P<ordinal2>{_ORDINAL}))? (?P<part>quarter|half|halve)s?|(?P<letter>[qh])(?P<number>[1-4])(?:(?: (?:and|to|or|through) |[-–/])[qh]?(?P<number2>[1-4]))?)(?: of| in|/|-)?,? ?{_YEAR}"),
        (_part_after, rf"(?<!\d){_YEAR}[ /-]?(?P<letter>[qh])(?P<number>[1-4])\b"),
        (_several, rf"\b(?:the )?(?P<end>first|last) (?P<count>{_COUNT}) (?P<unit>quarters|months) (?:of|in) {_YEAR}"),
        (months_from(_ROUGH, 4, "part", "noun"), rf"\b(?:(?:the )?(?P<part>early|mid|late)(?: in)?|(?:the )?(?P<noun>beginning|start|middle|end) of(?: the year)?)[ -]{_YEAR}"),
        (months_from(_SEASONS, 3, "season"), rf"\b(?:the )?(?P<season>{'|'.join(_SEASONS)})(?: of| in)?,? {_YEAR}"),
        (month_to_month(_MONTHS), rf"\b(?P<first>{_MONTH})(?: (?:and|or|to|until|till|through) | ?[-–—/] ?)(?P<last>{_MONTH})(?: of|,)? {_YEAR}"),
        (_month_and_year, rf"(?<![\d/.-])(?P<month>0?[1-9]|1[0-2])[/.]{_YEAR}(?![/.-]\d)"),
        (_short_range, rf"(?<![\d-]){_YEAR}[-–](?P<last>\d\d)(?![\d-])"),
        (decade, r"\b(?:the )?(?P<decade>(?:19|20)\d0)s\b"),
        (_calendar, r"\b(?P<which>this|last|previous) (?P<unit>year|quarter|month|week)\b|\b(?P<day>today|yesterday)\b"),
        (_up_to_today, rf"\b(?:in |over |during |within )?the (?:last|past|previous) (?:(?P<count>{_COUNT}) )?(?P<unit>(?:decade|year|quarter|month|week|day)s?)\b"),
        (_ago, rf"\b(?:(?P<comparison>more than|over|less than|within|under) )?(?P<count>{_COUNT}) (?P<unit>(?:year|month|week|day)s?) ago\b"),
    )
)  # fmt: skip


def english_dates(text: str, today: dt.date) -> list[Entity]:
    """Return an entity for every span of time in a question that is no plain date.

    ``today`` is the day to which "last year" is relative.
    """
    return spans_of_time(_READERS, text, today)
