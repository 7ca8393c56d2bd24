"""Parse lengths of time (5年, "two years", dieciocho meses) and add them to a day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from policybot.numerals import CARDINAL, han_value, written_value

Unit = Literal["Y", "M", "W", "D"]

_UNITS: dict[str, Unit] = {
    "year": "Y", "año": "Y", "年": "Y", "month": "M", "mes": "M", "月": "M", "week": "W",
    "semana": "W", "day": "D", "día": "D", "日": "D", "天": "D",
}  # fmt: skip
_ONE = frozenset(["a", "an", "un"])
_NUMBER = rf"(?:[1-9][0-9]{{0,2}}|{CARDINAL}|an?|un)"
LENGTH = (
    rf"(?P<count>{_NUMBER})(?:\s?\([^()]{{1,16}}\))?\s+(?:calendar\s+|consecutive\s+)?"
    r"(?P<unit>years?|months?|weeks?|days?|años?|mes(?:es)?|semanas?|d[ií]as?)\b"
)
"""A regular expression (ignoring case) for a length: "two (2) years", "2 (dos) años"."""

HAN_LENGTH = (
    r"(?P<count>[1-9][0-9]{0,2}|[一二两三四五六七八九十]{1,3})\s*个?\s*(?P<unit>年|月|日|天)"
)
"""A regular expression for a length in Chinese: 5年, 六个月."""

_ISO = re.compile(r"P(?P<count>[0-9]{1,3})(?P<unit>[YMWD])")
_PRINTED = re.compile(rf"(?:{LENGTH})", re.IGNORECASE)
_HAN_PRINTED = re.compile(HAN_LENGTH)


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in calendar units: 5 years, 18 months, 90 days."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        """The length in ISO 8601: ``P5Y``."""
        return f"P{self.count}{self.unit}"

    def last_day(self, first: dt.date) -> dt.date:
        """Return the last day of this length of time that begins with ``first``.

        Five years from 20 February 2021 end with 19 February 2026. From a day that the last month
        lacks they end with that month: one month from 31 January ends with 28 or 29 February.
        """
        if self.unit in "WD":
            days = self.count * (7 if self.unit == "W" else 1)
            return first + dt.timedelta(days=days - 1)
        months = first.month - 1 + self.count * (12 if self.unit == "Y" else 1)
        year, month = first.year + months // 12, months % 12 + 1
        days_in_month = calendar.monthrange(year, month)[1]
        if first.day > days_in_month:
            return dt.date(year, month, days_in_month)
        return dt.date(year, month, first.day) - dt.timedelta(days=1)


def length_of(match: re.Match[str]) -> Length:
    """Return the length that a match of :data:`LENGTH` or :data:`HAN_LENGTH` states."""
    count, unit = match["count"].casefold(), match["unit"].casefold().replace("dia", "día")
    stem = next(known for known in _UNITS if unit.startswith(known))
    return Length(_value(" ".join(count.split())), _UNITS[stem])


def _value(count: str) -> int:
    """Return the number that digits, Chinese numerals or words say.

    Raises:
        ValueError: it is no number.
    """
    if count.isdecimal():
        return int(count)
    if count[0] in "一二两三四五六七八九十":
        return han_value(count)
    value = 1 if count in _ONE else written_value(count)
    if value is None:
        raise ValueError(f"{count!r} is no number")
    return value


def parse_length(text: str) -> Length | None:
    """Return the length that a text consists of, printed or in ISO 8601; None for other texts."""
    plain = text.strip(" \u3000。.")
    if match := _ISO.fullmatch(plain):
        unit: Unit = match["unit"]  # type: ignore[assignment]
        return Length(int(match["count"]), unit)
    match = _PRINTED.fullmatch(plain) or _HAN_PRINTED.fullmatch(plain)
    return length_of(match) if match else None
