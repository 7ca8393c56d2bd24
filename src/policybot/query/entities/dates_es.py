"""Dates and spans of time in Spanish.

Years and days in figures ("2012", "2012-02-14") are read by :mod:`policybot.corpus.dates`.
"""

from __future__ import annotations

import datetime as dt
import re

from policybot.query.entities.calendar import (
    before_today,
    calendar_unit,
    decade,
    first_or_last_months,
    month_to_month,
    months,
    months_before,
    months_from,
    part_of_year,
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


def _day(match: re.Match[str], _: dt.date) -> Days:
    number = 1 if match["day"].startswith("p") else int(match["day"])
    day = dt.date(int(match["year"]), _MONTHS[match["month"]], number)
    return day, day


def _days(match: re.Match[str], _: dt.date) -> Days:
    year, first, last = int(match["year"]), match["month"] or match["month2"], match["month2"]
    return (
        dt.date(year, _MONTHS[first], int(match["day"])),
        dt.date(year, _MONTHS[last], int(match["day2"])),
    )


def _part(match: re.Match[str], _: dt.date) -> Days | None:
    size = _PARTS[match["part"]]
    ordinal = match["ordinal"]
    number = _ORDINALS[ordinal] if ordinal in _ORDINALS else int(ordinal[0])
    number = number or 12 // size
    return part_of_year(int(match["year"]), size, number, number)


def _several(match: re.Match[str], _: dt.date) -> Days | None:
    count = _count(match["count"]) * (3 if match["units"].startswith("t") else 1)
    return first_or_last_months(match, count, first=match["end"].startswith("p"))


def _this_or_last(match: re.Match[str], today: dt.date) -> Days:
    return calendar_unit(today, _UNITS[match["unit"]], back=not match["this"])


def _near(match: re.Match[str], today: dt.date) -> Days:
    day = today - dt.timedelta(days=match["near"] == "ayer")
    return day, day


def _up_to_today(match: re.Match[str], today: dt.date) -> Days:
    count = _count(match["count"] or match["count2"] or "un")
    return before_today(today, count, _UNITS[match["unit"]]), today


def _ago(match: re.Match[str], today: dt.date) -> Days:
    unit, count = _UNITS[match["unit"]], _count(match["count"])
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
    for read, pattern in (
        (_days, rf"\b(?:(?:entre|del?|desde) )?(?:el )?{_DAY}(?: de (?P<month>{_MONTH}))? (?:y|al?|hasta) (?:el )?(?P<day2>\d{{1,2}}) de (?P<month2>{_MONTH}){_OF}{_YEAR}"),
        (_day, rf"\b(?:el )?{_DAY} de (?P<month>{_MONTH}){_OF}{_YEAR}"),
        (month_to_month(_MONTHS), rf"\b(?:(?:entre|de|desde) )?(?P<first>{_MONTH}) (?:y|a|hasta) (?P<last>{_MONTH}){_OF}{_YEAR}"),
        (months_from(_MONTHS, 1, "month"), rf"\b(?P<month>{_MONTH}){_OF}{_YEAR}"),
        (_part, rf"\b(?:el |la )?(?P<ordinal>{_ORDINAL}) (?P<part>{'|'.join(_PARTS)}){_OF}{_YEAR}"),
        (_several, rf"\b(?:los )?(?P<end>primeros|últimos) (?P<count>{_COUNT}) (?P<units>meses|trimestres){_OF}{_YEAR}"),
        (months_from(_ROUGH, 4, "part"), rf"\b(?P<part>{'|'.join(_ROUGH)}){_OF}{_YEAR}"),
        (months_from(_SEASONS, 3, "season"), rf"\b(?:la |el )?(?P<season>{'|'.join(_SEASONS)}){_OF}{_YEAR}"),
        (decade, r"\b(?:la )?(?:década del? |años )(?P<decade>(?:19|20)\d0)\b"),
        (_this_or_last, rf"\b(?P<this>este|esta) {_UNIT}\b"),
        (_this_or_last, rf"\b(?:el |la )?{_UNIT} (?:pasad[oa]|anterior)(?P<this>)"),
        (_near, r"\b(?P<near>hoy|ayer)\b(?: (?:en )?día\b)?"),
        (_up_to_today, rf"\b(?:(?:en|durante) )?(?:los?|las?) (?:últim[oa]s? (?:(?P<count>{_COUNT}) )?|(?P<count2>{_COUNT}) últim[oa]s ){_UNIT}\b"),
        (_ago, rf"\bhace (?P<count>{_COUNT}) {_UNIT}\b"),
    )
)  # fmt: skip


def spanish_dates(text: str, today: dt.date) -> list[Entity]:
    """Return an entity for every date or span of time in a question in lower case.

    ``today`` is the day to which "el año pasado" is relative.
    """
    return spans_of_time(_READERS, text, today)
