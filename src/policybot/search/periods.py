"""The spans of time a question names, and whether they are when a policy was issued.

A year inside a title or a target ("by 2015", "Plan 2013-2015") is part of the topic; a date
filters only when the question speaks of issuing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from policybot.corpus.dates import find_dates
from policybot.model import PolicyDate, Span
from policybot.search import cues
from policybot.search.chinese_dates import chinese_date_marks, months_before
from policybot.search.marks import DATE, Mark, Marked

Days = tuple[dt.date, dt.date]
Kind = Literal[
    "between", "each", "dash", "since", "after", "before", "until", "target", "in", "bare"
]


@dataclass(frozen=True, slots=True)
class Period:
    """A period named in a question: its span in the marked text, its days, how it was named.

    ``pieces`` are the parts of "2011 and 2013" that do not touch; else there are none.
    """

    span: Span
    since: dt.date | None
    until: dt.date | None
    kind: Kind
    whole_day: bool = False
    pieces: tuple[Days, ...] = ()


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?:{'|'.join(_MONTHS)})\.?"
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
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"

_PART_OF_YEAR = re.compile(
    r"\b(?:(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th) (?P<part>quarter|half)"
    rf"|(?P<letter>[qh])(?P<number>[1-4]))(?: of| in)?,? ?{_YEAR}",
    re.IGNORECASE,
)
_MONTHS_OF_YEAR = re.compile(
    rf"\b(?P<first>{_MONTH})(?P<link> (?:and|to|until|till|through) | ?[-–—] ?)(?P<second>{_MONTH}),? {_YEAR}",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\b(?P<which>this|last|previous) year\b"
    r"|\b(?:in |over |during |within )?the (?:last|past) (?P<count>\d{1,2}|two|three|four|five|ten) (?P<unit>years|months)\b",
    re.IGNORECASE,
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}


def _month_span(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    return PolicyDate(year, first).first, PolicyDate(year, last).last


def _part_of_year(found: re.Match[str]) -> tuple[dt.date, dt.date] | None:
    quarter = (found["part"] or "").lower() == "quarter" or (found["letter"] or "").lower() == "q"
    number = int(found["number"]) if found["number"] else _ORDINALS[found["ordinal"].lower()]
    months = 3 if quarter else 6
    if number * months > 12:
        return None
    return _month_span(int(found["year"]), (number - 1) * months + 1, number * months)


def _months_of_year(found: re.Match[str]) -> tuple[dt.date, dt.date] | None:
    first, second = (_MONTHS[found[key].rstrip(".").lower()] for key in ("first", "second"))
    return _month_span(int(found["year"]), first, second) if first <= second else None


def _relative(today: dt.date) -> Callable[[re.Match[str]], tuple[dt.date, dt.date]]:
    def days(found: re.Match[str]) -> tuple[dt.date, dt.date]:
        if found["which"]:
            year = today.year - (found["which"].lower() != "this")
            return _month_span(year, 1, 12)
        text = found["count"].lower()
        count = int(text) if text.isdigit() else _COUNTS[text]
        months = count if found["unit"].lower() == "months" else 12 * count
        return months_before(today, months), today

    return days


def date_marks(text: str, today: dt.date) -> list[Mark]:
    """Return a mark for every date expression of a cleaned question, composite ones first."""
    marks: list[Mark] = []
    composites = (
        (_PART_OF_YEAR, _part_of_year),
        (_MONTHS_OF_YEAR, _months_of_year),
        (_RELATIVE, _relative(today)),
    )
    for pattern, read in composites:
        for found in pattern.finditer(text):
            days = read(found)
            if days:
                marks.append(Mark("date", found.span(), days))
    marks += chinese_date_marks(text, today)
    marks += [Mark("date", d.span, (d.date.first, d.date.last)) for d in find_dates(text)]
    return marks


_D = f"({DATE})"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("between", re.compile(rf"\bbetween (?:the years )?{_D} and {_D}")),
    ("between", re.compile(rf"\bfrom (?:the years? )?{_D} ?(?:to|until|till|through|and|-|–|—) ?{_D}")),
    ("between", re.compile(rf"[从自]{_D}[年]?(?:到|至|-|—|~){_D}(?:之?间|期间)?")),
    ("between", re.compile(rf"{_D}(?:到|至|-|—|~|与|和){_D}(?:之间|间|期间)")),
    ("each", re.compile(rf"(?:\b(?:in|on|during|of|from|within|dated) (?:the years? )?|在)?{_D}(?:(?:,? ?(?:and|or|&) ?|, ?|、|和|或|与|及)(?:in |of |from |on )?{_D})+")),
    ("dash", re.compile(rf"{_D} ?(?:-|–|—|~|/|至|到| to | through ) ?{_D}")),
    ("since", re.compile(rf"\b(?:since|starting (?:in |from |with )?|beginning (?:in |from |with )?) ?(?:the year )?{_D}")),
    ("since", re.compile(rf"\bfrom (?:the year )?{_D} (?:onwards?|on|forward)\b")),
    ("since", re.compile(rf"(?:\bin |\bfrom )?{_D} (?:or|and) (?:later|after|newer|since)\b")),
    ("since", re.compile(rf"自?从?{_D}(?:以来|起|至今|及?以后|及之后)")),
    ("after", re.compile(rf"\b(?:after|later than|following|post|newer than|more recent than)(?: the year)?[ -]?{_D}")),
    ("after", re.compile(rf"{_D}(?:之后|后)")),
    ("before", re.compile(rf"\b(?:before|prior to|earlier than|preceding|pre|older than)(?: the year)?[ -]?{_D}")),
    ("before", re.compile(rf"{_D}(?:以前|之前|前(?!后))")),
    ("until", re.compile(rf"\b(?:no later than|not later than|up to(?: and including)?|until|till|through)(?: the year)? {_D}")),
    ("until", re.compile(rf"(?:\bin |\bfrom )?{_D} (?:or|and) (?:earlier|before|older)\b")),
    ("until", re.compile(rf"截[至止]{_D}|{_D}及(?:以前|之前)")),
    ("target", re.compile(rf"\b(?:by|towards?|to|for|into|about)(?: the)?(?: end of| year| years)? ?{_D}")),
    ("target", re.compile(rf"[到至]{_D}")),
    ("in", re.compile(rf"\b(?:in|on|during|of|from|within|throughout|dated|at|around)(?: the)?(?: year| course of)? {_D}")),
    ("in", re.compile(rf"在{_D}|{_D}(?:前后|左右)")),
    ("bare", re.compile(_D)),
)  # fmt: skip
_DAY = dt.timedelta(days=1)


def read_periods(marked: Marked, text: str) -> list[Period]:
    """Return the periods of a marked question (``text``: its lower case), in the text's order."""
    periods: list[Period] = []
    taken: set[int] = set()
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            positions = [found.start() + m.start() for m in cues.DATES.finditer(found[0])]
            if taken.intersection(positions):
                continue
            taken.update(positions)
            periods.append(_period(kind, found, [text[p] for p in positions], marked))
    return sorted(periods, key=lambda period: period.span)


def _period(kind: Kind, found: re.Match[str], signs: list[str], marked: Marked) -> Period:
    first, last = marked.days(signs[0])
    if len(signs) > 1:
        second = marked.days(signs[1])
        first, last = min(first, second[0]), max(last, second[1])
    since: dt.date | None = first
    until: dt.date | None = last
    if kind == "each":
        pieces = _joined(marked.days(sign) for sign in signs)
        since, until = pieces[0][0], pieces[-1][1]
        return Period(found.span(), since, until, kind, pieces=pieces if len(pieces) > 1 else ())
    if kind == "since":
        until = None
    elif kind == "after":
        since, until = (last + _DAY if last < dt.date.max else last), None
    elif kind == "before":
        if not _ends_late(marked.wording[signs[0]]):
            last = first - _DAY if first > dt.date.min else first
        since, until = None, last
    elif kind == "until":
        since = None
    return Period(found.span(), since, until, kind, whole_day=len(signs) == 1 and first == last)


def _ends_late(wording: str) -> bool:
    """Tell "the end of 2012", before which most of 2012 lies, from "2012"."""
    return (
        re.match(r"(?:the )?end of\b", wording, re.IGNORECASE) is not None or wording[-1] in "底末"
    )


def _joined(days: Iterable[Days]) -> tuple[Days, ...]:
    """Return spans of days in order, those that touch as one."""
    joined: list[Days] = []
    for first, last in sorted(days):
        if joined and first <= joined[-1][1] + _DAY:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


def filtering(periods: list[Period], text: str, printed: str, *, lists: bool) -> list[Period]:
    """Return those of ``periods`` that say when a policy was issued.

    ``text`` is the marked, lower-cased question, ``printed`` the same with its capitals; ``lists``
    says that it asks for a list.
    """
    attached = [_by_then(p) for p in periods if _attached(p, text, printed)]
    if attached:
        return attached
    if not cues.SEEKS.match(text):
        return []
    candidates = [p for p in periods if p.kind not in {"target", "dash"}]
    spoken = re.search(cues.ISSUE_VERB, text) is not None
    if spoken and len(candidates) == 1:
        return candidates
    return [
        p
        for p in candidates
        if not cues.TARGET_CONTEXT.search(text[: p.span[0]])
        and (
            p.kind == "between"
            or (p.whole_day and p.kind == "in")
            or (lists and p.kind in {"since", "after", "before"})
            or (lists and cues.ABOUT_TAIL.search(text[: p.span[0]]))
        )
    ]


def _by_then(period: Period) -> Period:
    """Make "issued by 2012" an end; any other period stays as it is."""
    if period.kind != "target":
        return period
    return dataclasses.replace(period, since=None, kind="until")


def _attached(period: Period, text: str, printed: str) -> bool:
    before, after = text[: period.span[0]], text[period.span[1] :]
    named = cues.BEFORE_NOUN.search(before)
    if named and named.start() and printed[named.start()].isupper() and _is_bare(period, text):
        return False  # "the Data Protection Regulations 2021": the year is of the title
    if cues.BEFORE_ISSUED.search(before):
        return period.kind != "target" or text[slice(*period.span)].startswith("by")
    if period.kind == "target":
        return False
    if named or cues.WHAT_THERE.search(before):
        return True
    if cues.AFTER_CHINESE.match(after):
        return True
    if not _is_bare(period, text):
        return False
    if cues.AFTER_NOUN.match(after):
        return True
    if cues.AFTER_CHINESE_GENERIC.match(after):
        return True
    # 2021—2035年新能源汽车规划 is a plan's name, 2021年的规划 one issued then.
    return period.kind != "dash" and cues.AFTER_CHINESE_NOUN.match(after) is not None


def _is_bare(period: Period, text: str) -> bool:
    """Tell "2021" and "2011-2013" from "in 2021"; Chinese has no such difference."""
    return period.kind in {"bare", "dash"} or not text[period.span[0]].isascii()
