"""Spans of time as English questions name them: parts of years, several months, relative ones.

Plain dates ("14 February 2012") are read by :mod:`policybot.corpus.dates`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from policybot.query.entities.calendar import before_today, months, spans_of_time, years
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
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
}
_LAST = frozenset(["last", "final", "latter"])
_ORDINAL = rf"(?:{'|'.join([*_ORDINALS, *_LAST])})"
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_COUNTS)})"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ROUGH = {
    "early": 1, "beginning": 1, "start": 1, "mid": 5, "middle": 5, "late": 9, "end": 9,
}  # fmt: skip
"""The month in which a third of the year begins that is said roughly: "late 2012" is its last."""


def _part(found: re.Match[str], _: dt.date) -> Days | None:
    size = 3 if (found["part"] or found["letter"])[0].lower() == "q" else 6
    ordinals = [found[name] for name in ("number", "number2", "ordinal", "ordinal2") if found[name]]
    numbers = [
        12 // size if text.lower() in _LAST else _ORDINALS.get(text.lower()) or int(text)
        for text in ordinals
    ]
    first, last = numbers[0], numbers[-1]
    if not 1 <= first <= last <= 12 // size:
        return None
    return months(int(found["year"]), (first - 1) * size + 1, last * size)


def _part_after(found: re.Match[str], _: dt.date) -> Days | None:
    size = 3 if found["letter"].lower() == "q" else 6
    last = int(found["number"]) * size
    return months(int(found["year"]), last - size + 1, last) if last <= 12 else None


def _several(found: re.Match[str], _: dt.date) -> Days | None:
    count = _count(found["count"]) * (3 if found["unit"].lower() == "quarters" else 1)
    if not 1 <= count <= 12:
        return None
    first = 1 if found["end"].lower() == "first" else 13 - count
    return months(int(found["year"]), first, first + count - 1)


def _rough(found: re.Match[str], _: dt.date) -> Days:
    first = _ROUGH[(found["part"] or found["noun"]).lower()]
    return months(int(found["year"]), first, first + 3)


def _season(found: re.Match[str], _: dt.date) -> Days:
    first = _SEASONS[found["season"].lower()]
    return months(int(found["year"]), first, first + 2)


def _months_of_year(found: re.Match[str], _: dt.date) -> Days | None:
    first, second = (_MONTHS[found[key].rstrip(".").lower()] for key in ("first", "second"))
    return months(int(found["year"]), first, second) if first <= second else None


def _month_and_year(found: re.Match[str], _: dt.date) -> Days:
    return months(int(found["year"]), int(found["month"]), int(found["month"]))


def _short_range(found: re.Match[str], _: dt.date) -> Days | None:
    """2011-13; up to 12 the second number may be a month."""
    first, last = int(found["year"]), int(found["year"][:2] + found["last"])
    return years(first, last) if last > first and int(found["last"]) > 12 else None


def _decade(found: re.Match[str], _: dt.date) -> Days:
    first = int(found["decade"])
    return years(first, first + 9)


def _calendar(found: re.Match[str], today: dt.date) -> Days:
    """This or the last year, quarter, month or week; today and yesterday."""
    if found["day"]:
        day = today - dt.timedelta(days=found["day"].lower() == "yesterday")
        return day, day
    back = found["which"].lower() != "this"
    unit = found["unit"].lower()
    if unit == "week":
        monday = today - dt.timedelta(days=today.weekday() + 7 * back)
        return monday, monday + dt.timedelta(days=6)
    size = {"year": 12, "quarter": 3, "month": 1}[unit]
    first = (today.year * 12 + today.month - 1) // size * size - size * back
    return months(first // 12, first % 12 + 1, first % 12 + size)


def _up_to_today(found: re.Match[str], today: dt.date) -> Days | None:
    return _before(today, found["count"], found["unit"]), today


def _ago(found: re.Match[str], today: dt.date) -> Days | None:
    """Return the year of "ten years ago", or all before that day of "more than ten years ago"."""
    day = _before(today, found["count"], found["unit"])
    how = (found["how"] or "").lower()
    if how.startswith(("more", "over")):
        return dt.date.min, day
    if how:
        return day, today
    unit = found["unit"].lower()
    if unit.startswith("year"):
        return years(day.year, day.year)
    return months(day.year, day.month, day.month) if unit.startswith("month") else (day, day)


def _before(today: dt.date, count: str | None, unit: str) -> dt.date:
    return before_today(today, _count(count or "1"), unit.lower().rstrip("s"))


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTS[word.lower()]


def _short_year(found: re.Match[str], today: dt.date) -> Days:
    """'13, of this century unless that is to come."""
    year = today.year // 100 * 100 + int(found["short"])
    year -= 100 * (year > today.year + 20)
    return years(year, year)


def _days_of_year(found: re.Match[str], _: dt.date) -> Days | None:
    """Between 1 Jan and 31 Dec 2013: the first day has the year of the second."""
    year = int(found["year"])
    first = dt.date(year, _MONTHS[found["month1"].rstrip(".").lower()], int(found["day1"]))
    last = dt.date(year, _MONTHS[found["month2"].rstrip(".").lower()], int(found["day2"]))
    return (first, last) if first <= last else None


_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_READERS = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (
            (
                rf"\b(?:(?:between|from) )?(?:the )?(?:(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month1>{_MONTH}))"
                rf"(?: (?:and|to|until|till|through) | ?[-–—] ?)(?:the )?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month2>{_MONTH}),? {_YEAR}"
            ),
            _days_of_year,
        ),
        (
            (
                rf"\b(?:(?:between|from) )?(?P<month1>{_MONTH}) (?P<day1>\d{{1,2}})(?:st|nd|rd|th)?"
                rf"(?: (?:and|to|until|till|through) | ?[-–—] ?)(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"
            ),
            _days_of_year,
        ),
        (r"(?<![\w'’])['’](?P<short>\d\d)(?![\w'’])", _short_year),
        (
            (
                rf"\b(?:the )?(?:(?P<ordinal>{_ORDINAL})(?: (?:and|to|or|through) (?:the )?(?P<ordinal2>{_ORDINAL}))? (?P<part>quarter|half|halve)s?"
                rf"|(?P<letter>[qh])(?P<number>[1-4])(?:(?: (?:and|to|or|through) |[-–/])[qh]?(?P<number2>[1-4]))?)(?: of| in|/|-)?,? ?{_YEAR}"
            ),
            _part,
        ),
        (rf"(?<!\d){_YEAR}[ /-]?(?P<letter>[qh])(?P<number>[1-4])\b", _part_after),
        (
            rf"\b(?:the )?(?P<end>first|last) (?P<count>{_COUNT}) (?P<unit>quarters|months) (?:of|in) {_YEAR}",
            _several,
        ),
        (
            rf"\b(?:(?:the )?(?P<part>early|mid|late)(?: in)?|(?:the )?(?P<noun>beginning|start|middle|end) of(?: the year)?)[ -]{_YEAR}",
            _rough,
        ),
        (rf"\b(?:the )?(?P<season>{'|'.join(_SEASONS)})(?: of| in)?,? {_YEAR}", _season),
        (
            rf"\b(?P<first>{_MONTH})(?P<link> (?:and|or|to|until|till|through) | ?[-–—/] ?)(?P<second>{_MONTH})(?: of|,)? {_YEAR}",
            _months_of_year,
        ),
        (rf"(?<![\d/.-])(?P<month>0?[1-9]|1[0-2])[/.]{_YEAR}(?![/.-]\d)", _month_and_year),
        (rf"(?<![\d-]){_YEAR}[-–](?P<last>\d\d)(?![\d-])", _short_range),
        (r"\b(?:the )?(?P<decade>(?:19|20)\d0)s\b", _decade),
        (
            r"\b(?P<which>this|last|previous) (?P<unit>year|quarter|month|week)\b|\b(?P<day>today|yesterday)\b",
            _calendar,
        ),
        (
            rf"\b(?:in |over |during |within )?the (?:last|past|previous) (?:(?P<count>{_COUNT}) )?(?P<unit>(?:decade|year|quarter|month|week|day)s?)\b",
            _up_to_today,
        ),
        (
            rf"\b(?:(?P<how>more than|over|less than|within|under) )?(?P<count>{_COUNT}) (?P<unit>(?:year|month|week|day)s?) ago\b",
            _ago,
        ),
    )
)


def english_dates(text: str, today: dt.date) -> list[Entity]:
    """Return an entity for every span of time in a cleaned question that is no plain date.

    ``today`` is what "last year" is relative to.
    """
    return spans_of_time(_READERS, text, today)
