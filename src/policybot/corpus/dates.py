"""A strict parser of dates in English and Chinese.

A date that is unreadable, impossible or ambiguous is a :class:`~policybot.errors.DateError`, never
a guess; parsing does not depend on today's date. Years are 1000 to 2999; a bare number in running
text counts as a year only from 1900 to 2099.
"""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from policybot.errors import DateError
from policybot.model import PolicyDate, Span
from policybot.numerals import han_value

FIRST_YEAR, LAST_YEAR = 1000, 2999
FIRST_BARE_YEAR, LAST_BARE_YEAR = 1900, 2099

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS["sept"] = 9

# One character for one, so that spans into the folded text are spans into the text as typed.
_FOLD = str.maketrans(
    {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
    | {"\u00a0": " ", "\u3000": " ", "\u2010": "-", "\u2011": "-", "\u2019": "'"}
)

MONTH = r"(?:{})\b\.?".format("|".join(sorted(_MONTHS, key=len, reverse=True)))
"""A regular expression (ignoring case) for the name of a month."""

_YEAR = r"[0-9]{4}(?![0-9])"
_DAY = r"[0-9]{1,2}"
_ORDINAL = rf"{_DAY}(?:\ ?(?:st|nd|rd|th))?"
_HAN_YEAR = r"(?:[0-9]{4}|[〇零○一二三四五六七八九]{4})"
_HAN_WRITTEN = re.compile(
    "[一二三四五六七八九]?十[一二三四五六七八九]?|[〇零○一二三四五六七八九]{1}(?:[〇零○一二三四五六七八九]{3})?"
)
_HAN_YEAR_ALONE = re.compile("[〇零○一二三四五六七八九]{4}")
_HAN_NUMBER = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_PART = (
    r"(?:early|mid|late|(?:the\ )?(?:beginning|start|middle|end|first\ half|second\ half)\ of"
    r"(?:\ the\ year)?)"
)
# 2012年中 is the middle of 2012, but in 2012年中小企业 the 中 belongs to what follows; 初 as well.
_HAN_PART = r"(?:中(?=[以之的至到发出印颁]|[^\u4e00-\u9fff]|$)|初(?![中级步等])|[末底])"
_BEFORE_WORD = r"(?<![^\W_])"
# Chinese leaves no space before a number; 工信部2012-2014年 has its 年 at the end.
_HAN_RANGE = r"(?<=[\u4e00-\u9fff])(?=[0-9]{4}\s*[-–—~至到]\s*[0-9]{4}\s*年)"
_AFTER_WORD = r"(?![A-Za-z0-9_])"

# Longer forms come before shorter ones that begin alike: at one place the first that fits is taken.
_DATE = re.compile(
    rf"""
    (?P<han> (?<![0-9〇零○一二三四五六七八九]) (?P<han_y>{_HAN_YEAR}) \s*年
        (?: \s* (?P<han_part_y>年?{_HAN_PART}|[上下]半年)
          | \s* (?P<han_m>{_HAN_NUMBER}) \s*月份?
            (?: \s* (?P<han_part_m>{_HAN_PART}|[上中下]旬)
              | \s* (?P<han_d>{_HAN_NUMBER}) (?![0-9]) \s*[日号號]? )? )? )
    | (?P<ymd> (?<![\w/.-]) (?P<ymd_y>{_YEAR}) (?P<sep>[-/.]) (?P<ymd_m>{_DAY}) (?P=sep)
        (?P<ymd_d>{_DAY}) (?![A-Za-z0-9_/-]|\.[0-9]) )
    | (?P<xxy> (?<![\w/.-]) (?P<xxy_1>{_DAY}) (?P<sep2>[-/.]) (?P<xxy_2>{_DAY}) (?P=sep2)
        (?P<xxy_y>{_YEAR}) (?![A-Za-z0-9_/-]|\.[0-9]) )
    | (?P<ym> (?<![\w/.-]) (?P<ym_y>{_YEAR}) - (?P<ym_m>[0-9]{{2}}) (?![A-Za-z0-9_/-]|\.[0-9]) )
    | (?P<mdy> {_BEFORE_WORD} (?P<mdy_m>{MONTH}) \s* (?P<mdy_d>{_ORDINAL}) (?:\s*,\s*|\s+)
        (?P<mdy_y>{_YEAR}) {_AFTER_WORD} )
    | (?P<dmy> (?<![\w/.,-]) (?P<dmy_d>{_ORDINAL}) (?:\s+day)? (?:\s+of)? [\s-]+
        (?P<dmy_m>{MONTH}) [\s,-]* (?P<dmy_y>{_YEAR}) {_AFTER_WORD} )
    | (?P<my> {_BEFORE_WORD} (?:(?P<my_part>{_PART})[\s-]+)? (?P<my_m>{MONTH})
        (?:\s*,\s*|\s+of\s+|\s+) (?P<my_y>{_YEAR}) {_AFTER_WORD} )
    | (?P<y> (?:{_BEFORE_WORD}|{_HAN_RANGE}) (?:(?P<y_part>{_PART})[\s-]+)? (?P<y_y>{_YEAR})
        {_AFTER_WORD} )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR_SOMEWHERE = re.compile(r"[0-9]{4}|[〇零○一二三四五六七八九]{4}\s*年")
_BEFORE_YEAR = 80
"""The most characters that any date wording has before its year."""
_FORMS = ("han", "ymd", "xxy", "ym", "mdy", "dmy", "my", "y")

# A bare number after or before one of these is a number of something else.
_NOT_A_YEAR_AFTER = re.compile(
    r"(?:\bno\.?|\bnos\.?|№|#|§|[$¥€£]|第|[\[〔【]|[/\\_@=]|[A-Za-z0-9]-|[A-Za-z]/T)\s*$"
    r"|[0-9][.,:]$",
    re.IGNORECASE,
)
_NOT_A_YEAR_BEFORE = re.compile(r"\s*[%‰号條条\]〕】]|[/\\_@=]|[.,:][0-9]|-[0-9]{1,3}(?![0-9])")
_PREFIX = re.compile(r"^(?:in|on)\s+(?:the\s+)?|^the\s+(?=[0-9])", re.IGNORECASE)

_TIME = re.compile(r"[0-9][T\s]*[0-9]{1,2}:[0-9]{2}|\b[0-9]{1,2}\s*[ap]\.?m\b", re.IGNORECASE)
_SHORT_YEAR = re.compile(
    rf"(?:{_DAY}[-/.]{_DAY}[-/.]|{MONTH}\s*(?:{_ORDINAL})?\s*,?\s*|')[0-9]{{2}}|[0-9]{{2}}\s*年.*",
    re.IGNORECASE,
)
_BARE_MONTH = re.compile(
    rf"(?:{_PART}[\s-]+)?(?:{MONTH}(?:\s*{_ORDINAL})?|{_ORDINAL}(?:\s+of)?\s+{MONTH}"
    rf"|{_HAN_NUMBER}月(?:{_HAN_NUMBER}[日号])?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in running text: ``wording`` is ``text[span[0]:span[1]]``.

    ``approximate`` is true when it narrows the interval in words ("mid-June 2014", "end of 2013",
    2013年初).
    """

    span: Span
    date: PolicyDate
    wording: str
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class UnreadableDate:
    """Text that looks like a date but is impossible or ambiguous; ``problem`` says why."""

    span: Span
    wording: str
    problem: str


@functools.lru_cache(maxsize=4096)
def parse_date(text: str) -> PolicyDate:
    """Parse a text that is exactly one date.

    Raises:
        DateError: the text is not a date, is an impossible one, or is ambiguous.
    """
    folded = _PREFIX.sub("", _fold(text).strip())
    # In running text Chinese digits need their 年; alone, four of them can only be a year.
    match = _DATE.fullmatch(f"{folded}年" if _HAN_YEAR_ALONE.fullmatch(folded) else folded)
    if match is None:
        raise DateError(f"{text!r} is not a date: {_why_unreadable(folded)}")
    try:
        return _read(match)
    except DateError as error:
        raise DateError(f"{text!r} is not a date: {error}") from None


def find_dates(text: str) -> list[FoundDate]:
    """Return every date in running text, in order; at each position the longest match.

    Impossible and ambiguous dates are left out; see :func:`find_unreadable_dates`.
    """
    dates: list[FoundDate] = []
    for match, date in _scan(_fold(text)):
        if not isinstance(date, PolicyDate):
            continue
        span = match.span()
        parts = ("han_part_y", "han_part_m", "my_part", "y_part")
        approximate = any(match[part] for part in parts)
        dates.append(FoundDate(span, date, text[slice(*span)], approximate))
    return dates


def find_unreadable_dates(text: str) -> list[UnreadableDate]:
    """Return what looks like a date in running text but is impossible or ambiguous, in order."""
    return [
        UnreadableDate(match.span(), text[slice(*match.span())], str(date))
        for match, date in _scan(_fold(text))
        if isinstance(date, DateError)
    ]


def _fold(text: str) -> str:
    return text.translate(_FOLD)


def _scan(folded: str) -> Iterator[tuple[re.Match[str], PolicyDate | DateError]]:
    year = _YEAR_SOMEWHERE.search(folded)
    if year is None:  # the rule in most texts, and the pattern is slow
        return
    for match in _DATE.finditer(folded, max(0, year.start() - _BEFORE_YEAR)):
        bare = match["y"] is not None and match["y_part"] is None
        if match["y"] is not None and not _is_year(folded, match):
            continue
        if bare and not FIRST_BARE_YEAR <= int(match["y_y"]) <= LAST_BARE_YEAR:
            continue
        try:
            yield match, _read(match)
        except DateError as error:
            yield match, error


def _is_year(folded: str, match: re.Match[str]) -> bool:
    """Return whether a four-digit number stands alone, not inside a number, id or amount."""
    start, end = match.span("y_y")
    before = folded[max(0, start - 8) : start]
    # "2013-2015": the second end of a range comes after a year and a dash, and is no id's number.
    second = re.search(r"(?<![0-9])[0-9]{4}-$", before)
    if match["y_part"] is None and not second and _NOT_A_YEAR_AFTER.search(before):
        return False
    return not _NOT_A_YEAR_BEFORE.match(folded, end)


def _read(match: re.Match[str]) -> PolicyDate:
    form = next(name for name in _FORMS if match[name] is not None)
    groups = match.groupdict()
    if form == "xxy":
        return _read_day_and_month(match["xxy_1"], match["xxy_2"], match["xxy_y"])
    year, month, day = (groups.get(f"{form}_{part}") for part in "ymd")
    return _make(_number(year or ""), _month(month), _day(day))


def _read_day_and_month(first: str, second: str, year: str) -> PolicyDate:
    a, b = int(first), int(second)
    if a > 12 or a == b:
        return _make(int(year), b, a)
    if b > 12:
        return _make(int(year), a, b)
    readings = [_make(int(year), b, a), _make(int(year), a, b)]
    raise DateError(f"it may be {readings[0]} or {readings[1]}; write one of them")


def _month(text: str | None) -> int | None:
    if text is None:
        return None
    return _MONTHS.get(text.rstrip(".").casefold()) or _number(text)


def _day(text: str | None) -> int | None:
    if text is None:
        return None
    number = re.sub(r"\s*(?:st|nd|rd|th)$", "", text, flags=re.IGNORECASE)
    suffix = text[len(number) :].strip().casefold()
    value = _number(number)
    expected = "th" if 11 <= value <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    if suffix and suffix != expected:
        raise DateError(f"{text} is no day: the ordinal of {value} is {value}{expected}")
    return value


def _number(text: str) -> int:
    """Parse ``12``, 十二 or 二〇一二."""
    if text.isdigit():
        return int(text)
    if _HAN_WRITTEN.fullmatch(text):
        return han_value(text)
    raise DateError(f"{text} is no number of a month or a day")


def _make(year: int, month: int | None, day: int | None) -> PolicyDate:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DateError(f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    if month is not None and not 1 <= month <= 12:
        raise DateError(f"there is no month {month}")
    if month is not None and day is not None:
        days = calendar.monthrange(year, month)[1]
        if not 1 <= day <= days:
            raise DateError(f"{calendar.month_name[month]} {year} has no day {day}")
    return PolicyDate(year, month, day)


def _why_unreadable(folded: str) -> str:
    if not folded:
        return "it is empty"
    if _TIME.search(folded):
        return "it holds a time of day; write the day alone, as 2012-02-14"
    if _BARE_MONTH.fullmatch(folded):
        impossible = _impossible_day(folded)
        return impossible or "it has no year; write it, as 2012-02-14 or 2012-02"
    if _SHORT_YEAR.fullmatch(folded):
        return "its year has two digits; write all four"
    return "write it as 2012-02-14, 2012-02 or 2012"


def _impossible_day(folded: str) -> str | None:
    """Return why a day and month without a year are impossible in every year, or None."""
    match = _DATE.fullmatch(f"{folded}, 2000") or _DATE.fullmatch(f"2000年{folded}")
    if match is None:
        return None
    try:
        _read(match)
    except DateError as error:
        return str(error).replace(" 2000", "")
    return None
