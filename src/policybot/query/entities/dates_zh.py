"""Spans of time in Chinese: parts of years, relative ones, five-year plans.

Plain dates (2012年2月14日, 二〇一二年) are read by :mod:`policybot.corpus.dates`.
"""

from __future__ import annotations

import datetime as dt
import re

from policybot.model import PolicyDate
from policybot.numerals import han_value
from policybot.query.entities.calendar import (
    calendar_unit,
    months,
    months_before,
    spans_of_time,
    years,
)
from policybot.query.entities.entity import Days, Entity

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九])"

_YEAR = r"(?:(?P<year>(?:19|20)\d\d|[一二][〇零一二三四五六七八九]{3})年?|(?P<which>今年|去年|(?<![以之年])前年|本年度|上一?年度))"
_PART = re.compile(
    rf"{_YEAR}[的,]?(?:(?P<half>[上下])半年度?|第?(?P<quarter>[一二三四1-4])季度|前(?P<quarters>[二两三23])个?季度"
    rf"|前(?P<months>{_NUMBER})个月|(?P<from>{_NUMBER})月?(?:至|到|-|—|~)(?P<to>{_NUMBER})月份?|(?P<month>{_NUMBER})月份?(?:(?P<day>{_NUMBER})[日号])?|年?(?P<rough>初(?![中级步等])|末|底)|)"
)
_THIS_YEAR = re.compile(r"(?<![年\d])(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度)")
_UNIT = re.compile(
    r"(?<![以基成])(?P<which>本|这个?|上一?个?)(?P<unit>季度|月|周(?!期)|星期)"
    r"|(?P<near>今天|今日|昨天|昨日|(?<![以之年])前天)"
)
_LAST = re.compile(
    rf"(?:最近|(?<![附接临])近|过去)的?(?:(?P<count>{_NUMBER})(?P<unit>年|个?月|周|个?星期|天|日)|(?P<half>半年))(?:[来内里间]|以来|之内|之间)?"
)
_DECADE = re.compile(
    r"(?:(?P<century>上|本|20|21|二十|二十一)世纪)?(?P<decade>(?<!\d)[1-9]0|(?<![一二三四五六七八九])[一二三四五六七八九]十)年代|(?P<full>(?:19|20)\d0)年代"
)

_ORDINAL = r"(?:十[一二三四五六七八九]?|[一二三四五六七八九])"
_PLAN = (
    rf"(?:[“\"「『‘'](?P<{{0}}_quoted>{_ORDINAL})五[”\"」』’']"
    rf"|(?<![一二三四五六七八九十百千第])(?P<{{0}}_short>{_ORDINAL})五"
    rf"|第(?P<{{0}}_long>{_ORDINAL}|\d{{{{1,2}}}})个五年)(?:规划|计划)?"
)
_PLAN_PERIOD = re.compile(
    f"{_PLAN.format('first')}(?:(?P<link>[和与及至到、~-]){_PLAN.format('second')})?"
    r"(?P<end>的?(?:期间|时期|期内|阶段)|(?=以来|至今|以前|之前|以后|之后|前(?!后)))"
)
_ENGLISH = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth
"""
_ENGLISH_ORDINALS = {word: number for number, word in enumerate(_ENGLISH.split(), start=1)}
_ENGLISH_PLAN_PERIOD = re.compile(
    rf"\bthe (?:(?P<number>\d{{1,2}})(?:st|nd|rd|th)|(?P<word>{'|'.join(_ENGLISH_ORDINALS)}))"
    r" five[- ]year(?: plan)? period\b"
)
PLAN_NAME = re.compile(rf"{_ORDINAL}五")
"""The short name of a five-year plan; it is often printed in quotes, which then mean nothing."""


def plan_periods(text: str) -> list[Entity]:
    """Return an entity for every five-year plan whose years a question names.

    "During the 12th Five-Year Plan period" and 十二五期间 are 2011 to 2015. A plan named without
    such a word is the document itself.
    """
    entities: list[Entity] = []
    for match in _PLAN_PERIOD.finditer(text):
        first = _plan_years(match["first_quoted"] or match["first_short"] or match["first_long"])
        if not match["link"]:
            entities.append(Entity("date", match.span(), first))
            continue
        second = _plan_years(
            match["second_quoted"] or match["second_short"] or match["second_long"]
        )
        entities.append(Entity("date", (match.start(), match.start("link")), first))
        entities.append(Entity("date", (match.end("link"), match.end()), second))
    for match in _ENGLISH_PLAN_PERIOD.finditer(text):
        number = int(match["number"] or _ENGLISH_ORDINALS[match["word"]])
        if number:
            entities.append(Entity("date", match.span(), _plan_years(str(number))))
    return entities


def chinese_dates(text: str, today: dt.date) -> list[Entity]:
    """Return an entity for every span of time in a question that is no plain date.

    ``today`` is the day to which "last year" (去年) is relative.
    """
    readers = (
        (_PART, _part),
        (_THIS_YEAR, _part),
        (_UNIT, _unit),
        (_LAST, _last),
        (_DECADE, _decade),
    )
    return spans_of_time(readers, text, today)


def _plan_years(number: str) -> Days:
    """Return the years of a plan: from the third on, five years each without a gap."""
    n = int(number) if number.isdigit() else _number(number)
    first = {1: 1953, 2: 1958}.get(n, 1966 + 5 * (n - 3))
    return years(first, first + 4)


def _part(match: re.Match[str], today: dt.date) -> Days | None:
    groups = match.groupdict()
    year = _year_of(groups, today)
    if groups["half"]:
        return months(year, 1, 6) if groups["half"] == "上" else months(year, 7, 12)
    if groups["quarter"]:
        last = 3 * _number(groups["quarter"])
        return months(year, last - 2, last)
    if groups.get("quarters"):
        return months(year, 1, 3 * _number(groups["quarters"]))
    if groups.get("rough"):  # a third of the year, as "late 2012" is
        first = 1 if groups["rough"] == "初" else 9
        return months(year, first, first + 3)
    if groups.get("from") and groups.get("to"):
        first, last = _number(groups["from"]), _number(groups["to"])
        return months(year, first, last) if 1 <= first <= last <= 12 else None
    if groups.get("months"):
        return months(year, 1, min(12, _number(groups["months"])))
    if groups.get("year"):
        return None  # a plain date, or a plain year
    if groups.get("month"):
        date = PolicyDate(
            year, _number(groups["month"]), _number(groups["day"]) if groups["day"] else None
        )
        return date.first, date.last
    return months(year, 1, 12)


def _year_of(groups: dict[str, str | None], today: dt.date) -> int:
    if year := groups.get("year"):
        return _number(year)
    back = {"去": 1, "上": 1, "前": 2}
    return today.year - back.get((groups.get("which") or "今")[0], 0)


def _unit(match: re.Match[str], today: dt.date) -> Days:
    if match["near"]:
        day = today - dt.timedelta(days={"今": 0, "昨": 1, "前": 2}[match["near"][0]])
        return day, day
    unit = {"季度": "quarter", "月": "month", "周": "week", "星期": "week"}[match["unit"]]
    return calendar_unit(today, unit, back=match["which"].startswith("上"))


def _last(match: re.Match[str], today: dt.date) -> Days:
    count = 6 if match["half"] else _number(match["count"])
    unit = "月" if match["half"] else match["unit"][-1]
    if unit in "天日":
        return today - dt.timedelta(days=count), today
    if unit in "周期":
        return today - dt.timedelta(weeks=count), today
    return months_before(today, 12 * count if unit == "年" else count), today


def _decade(match: re.Match[str], _today: dt.date) -> Days | None:
    if match["full"]:
        first = int(match["full"])
    else:
        decade = match["decade"]
        tens = int(decade) if decade.isdigit() else 10 * han_value(decade[0])
        if not match["century"] and tens < 50:
            return None  # 20年代 may be of either century
        this_century = match["century"] in {"本", "21", "二十一"}
        first = (2000 if this_century else 1900) + tens
    return years(first, first + 9)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else han_value(text)
