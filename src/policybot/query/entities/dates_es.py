"""Dates and spans of time as Spanish questions name them.

Years and days in figures ("2012", "2012-02-14") are read by :mod:`policybot.corpus.dates`.
"""

from __future__ import annotations

import datetime as dt
import re

from policybot.query.entities.calendar import (
    before_today,
    calendar_unit,
    months,
    months_before,
    spans_of_time,
    years,
)
from policybot.query.entities.entity import Days, Entity

_NAMES = """
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
"""
_MONTHS = {name: number for number, name in enumerate(_NAMES.split(), start=1)} | {"setiembre": 9}
_MONTH = rf"(?:{'|'.join(_MONTHS)})"
_COUNTS = {
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "doce": 12, "quince": 15, "veinte": 20,
}  # fmt: skip
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_COUNTS)})"
_ORDINALS = {"primer": 1, "primero": 1, "primera": 1, "segundo": 2, "segunda": 2, "tercer": 3,
             "tercero": 3, "cuarto": 4, "último": 0, "última": 0}  # fmt: skip
_ORDINAL = rf"(?:{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}|[1-4]\.?[ºoª°]?)"
_PARTS = {"trimestre": 3, "cuatrimestre": 4, "semestre": 6, "mitad": 6}
_ROUGH = {"principios": 1, "comienzos": 1, "inicios": 1, "mediados": 5, "finales": 9, "fines": 9}
_SEASONS = {"primavera": 3, "verano": 6, "otoño": 9}
_UNITS = {
    "año": "year", "trimestre": "quarter", "mes": "month", "semana": "week", "día": "day",
    "década": "decade",
}  # fmt: skip
_UNIT = r"(?P<unit>año|trimestre|mes|semana|día|década)(?:e?s)?"
_OF = r"(?: del? (?:año )?|, ?| )"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"


def _day(found: re.Match[str], _: dt.date) -> Days:
    number = 1 if found["day"].startswith("p") else int(found["day"])
    day = dt.date(int(found["year"]), _MONTHS[found["month"]], number)
    return day, day


def _days(found: re.Match[str], _: dt.date) -> Days:
    year, first, last = int(found["year"]), found["month"] or found["month2"], found["month2"]
    return (
        dt.date(year, _MONTHS[first], int(found["day"])),
        dt.date(year, _MONTHS[last], int(found["day2"])),
    )


def _month(found: re.Match[str], _: dt.date) -> Days:
    number = _MONTHS[found["month"]]
    return months(int(found["year"]), number, number)


def _months_of_year(found: re.Match[str], _: dt.date) -> Days | None:
    first, last = _MONTHS[found["first"]], _MONTHS[found["last"]]
    return months(int(found["year"]), first, last) if first <= last else None


def _part(found: re.Match[str], _: dt.date) -> Days | None:
    size = _PARTS[found["part"]]
    said = found["ordinal"]
    number = _ORDINALS[said] if said in _ORDINALS else int(said[0])
    number = number or 12 // size
    if number * size > 12:
        return None
    return months(int(found["year"]), (number - 1) * size + 1, number * size)


def _several(found: re.Match[str], _: dt.date) -> Days | None:
    count = _count(found["count"]) * (3 if found["units"].startswith("t") else 1)
    if not 1 <= count <= 12:
        return None
    first = 1 if found["end"].startswith("p") else 13 - count
    return months(int(found["year"]), first, first + count - 1)


def _rough(found: re.Match[str], _: dt.date) -> Days:
    first = _ROUGH[found["part"]]
    return months(int(found["year"]), first, first + 3)


def _season(found: re.Match[str], _: dt.date) -> Days:
    first = _SEASONS[found["season"]]
    return months(int(found["year"]), first, first + 2)


def _decade(found: re.Match[str], _: dt.date) -> Days:
    first = int(found["decade"])
    return years(first, first + 9)


def _this_or_last(found: re.Match[str], today: dt.date) -> Days:
    return calendar_unit(today, _UNITS[found["unit"]], back=not found["this"])


def _near(found: re.Match[str], today: dt.date) -> Days:
    day = today - dt.timedelta(days=found["near"] == "ayer")
    return day, day


def _up_to_today(found: re.Match[str], today: dt.date) -> Days:
    count = _count(found["count"] or found["count2"] or "un")
    return before_today(today, count, _UNITS[found["unit"]]), today


def _ago(found: re.Match[str], today: dt.date) -> Days:
    unit, count = _UNITS[found["unit"]], _count(found["count"])
    if unit in {"year", "decade"}:
        year = before_today(today, count, unit).year
        return years(year, year)
    if unit == "month":
        day = months_before(today, count)
        return months(day.year, day.month, day.month)
    day = before_today(today, count, unit)
    return day, day


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else _COUNTS[word]


_DAY = r"(?P<day>\d{1,2}|primero)(?:\.?[ºo°])?"
_READERS = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            (
                rf"\b(?:(?:entre|del?|desde) )?(?:el )?{_DAY}(?: de (?P<month>{_MONTH}))? (?:y|al?|hasta) (?:el )?"
                rf"(?P<day2>\d{{1,2}}) de (?P<month2>{_MONTH}){_OF}{_YEAR}"
            ),
            _days,
        ),
        (rf"\b(?:el )?{_DAY} de (?P<month>{_MONTH}){_OF}{_YEAR}", _day),
        (
            rf"\b(?:(?:entre|de|desde) )?(?P<first>{_MONTH}) (?:y|a|hasta) (?P<last>{_MONTH}){_OF}{_YEAR}",
            _months_of_year,
        ),
        (rf"\b(?P<month>{_MONTH}){_OF}{_YEAR}", _month),
        (rf"\b(?:el |la )?(?P<ordinal>{_ORDINAL}) (?P<part>{'|'.join(_PARTS)}){_OF}{_YEAR}", _part),
        (
            rf"\b(?:los )?(?P<end>primeros|últimos) (?P<count>{_COUNT}) (?P<units>meses|trimestres){_OF}{_YEAR}",
            _several,
        ),
        (rf"\b(?P<part>{'|'.join(_ROUGH)}){_OF}{_YEAR}", _rough),
        (rf"\b(?:la |el )?(?P<season>{'|'.join(_SEASONS)}){_OF}{_YEAR}", _season),
        (r"\b(?:la )?(?:década del? |años )(?P<decade>(?:19|20)\d0)\b", _decade),
        (rf"\b(?P<this>este|esta) {_UNIT}\b", _this_or_last),
        (rf"\b(?:el |la )?{_UNIT} (?:pasad[oa]|anterior)(?P<this>)", _this_or_last),
        (r"\b(?P<near>hoy|ayer)\b", _near),
        (
            rf"\b(?:(?:en|durante) )?(?:los?|las?) (?:últim[oa]s? (?:(?P<count>{_COUNT}) )?|(?P<count2>{_COUNT}) últim[oa]s ){_UNIT}\b",
            _up_to_today,
        ),
        (rf"\bhace (?P<count>{_COUNT}) {_UNIT}\b", _ago),
    )
)


def spanish_dates(text: str, today: dt.date) -> list[Entity]:
    """Return an entity for every date or span of time in a question in lower case.

    ``today`` is what "el año pasado" is relative to.
    """
    return spans_of_time(_READERS, text, today)
