"""The spans of time a question names, and whether they are when a policy was issued.

A year inside a title or a target ("by 2015", "Plan 2013-2015") is part of the topic; a date
filters only when the question speaks of issuing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from policybot.corpus.dates import find_dates
from policybot.model import Span
from policybot.search import cues
from policybot.search.chinese_dates import chinese_date_marks
from policybot.search.english_dates import english_date_marks
from policybot.search.marks import DATE, Mark, Marked

Days = tuple[dt.date, dt.date]
Ends = tuple[dt.date | None, dt.date | None]
Kind = Literal[
    "between", "not", "each", "dash", "since", "after", "before", "until", "target", "in", "bare"
]


@dataclass(frozen=True, slots=True)
class Period:
    """A period named in a question: its span in the marked text, its days, how it was named.

    ``pieces`` are the parts of "2011 and 2013" that do not touch, or what "not in 2012" leaves;
    else there are none.
    """

    span: Span
    since: dt.date | None
    until: dt.date | None
    kind: Kind
    whole_day: bool = False
    pieces: tuple[Days, ...] = ()


def date_marks(text: str, today: dt.date) -> list[Mark]:
    """Return a mark for every date expression of a cleaned question, composite ones first."""
    return [
        *english_date_marks(text, today),
        *chinese_date_marks(text, today),
        *(Mark("date", d.span, (d.date.first, d.date.last)) for d in find_dates(text)),
    ]


_D = f"({DATE})"
_THE = "(?:the )?(?:years? )?"
_IN = "(?:in|on|during|of|from|within|dated)"
_NOW = r"(?:(?:now|(?:the )?present(?: day)?|date)\b|现在|目前|如今)"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("since", re.compile(rf"(?:\b(?:from|since|between) (?:the )?|[从自])?{_D} ?(?:to|until|till|and|through|up to|到|至|-) ?{_NOW}")),
    ("between", re.compile(rf"\b(?:in )?between {_THE}{_D} and {_THE}{_D}")),
    ("between", re.compile(rf"\bfrom {_THE}{_D} ?(?:back )?(?:to|until|till|through|and|-|–|—) ?{_THE}{_D}")),
    ("between", re.compile(rf"[从自]{_D}[年]?(?:到|至|-|—|~){_D}(?:之?间|期间)?")),
    ("between", re.compile(rf"{_D}(?:到|至|-|—|~|与|和){_D}(?:之间|间|期间)")),
    ("not", re.compile(
        rf"\b(?:not (?:\w+ )?{_IN}|(?:except|excluding|outside|besides|without|other than|(?:apart|aside) from|but|but not|neither)"
        rf"(?: for| of)?(?: (?:those|the ones))?(?: {_IN})?) {_THE}{_D}(?:,? (?:and|or|nor) (?:in |from )?{_THE}{_D})*"
    )),
    ("not", re.compile(rf"(?:除了?|不是|不在|非){_D}(?:[和与及、或]{_D})*(?:以外|之外|外)?")),
    ("each", re.compile(rf"(?:\b(?:(?:both|either) )?(?:in|on|during|of|from|within|dated) (?:the years? )?|在)?{_D}(?:(?:,? ?(?:and|or|&) ?|, ?|、|和|或者?|与|及|以及)(?:in |of |from |on )?{_D})+")),
    ("dash", re.compile(rf"{_D} ?(?:-|–|—|~|/|至|到| to | through ) ?{_D}")),
    ("until", re.compile(rf"\b(?:(?:no|not) (?:later|newer|more recent) than|not after|on or before|up to(?: and including)?|until|till|through) {_THE}{_D}")),
    ("since", re.compile(rf"\b(?:(?:no|not) (?:earlier|older) than|not before|on or after|as (?:of|from)) {_THE}{_D}")),
    ("since", re.compile(rf"\b(?:since|starting (?:in |from |with )?|beginning (?:in |from |with )?) ?{_THE}{_D}")),
    ("since", re.compile(rf"\bfrom {_THE}{_D} (?:onwards?|on|forward)\b|{_D} (?:onwards?|forward)\b")),
    ("since", re.compile(rf"(?:\bin |\bfrom )?{_D} (?:or|and) (?:later|after|newer|since)\b(?! {_THE}{DATE})")),
    ("since", re.compile(rf"不早于{_D}|自?从?{_D}(?:\(含\))?(?:以来|起|至今|及?以后|及之后)")),
    ("after", re.compile(rf"\b(?:after|later than|following|post|newer than|more recent than)[ -]?{_THE}{_D}")),
    ("after", re.compile(rf"{_D}(?:之后|后)|(?<!不)[晚迟]于{_D}")),
    ("until", re.compile(rf"不[晚迟]于{_D}|{_D}\(含\)(?:以前|之前)|截[至止]{_D}|{_D}及(?:以前|之前)")),
    ("before", re.compile(rf"\b(?:before|prior to|earlier than|preceding|pre|older than)[ -]?{_THE}{_D}")),
    ("before", re.compile(rf"{_D}(?:以前|之前|前(?!后))|(?<!不)早于{_D}")),
    ("until", re.compile(rf"(?:\bin |\bfrom )?{_D} (?:or|and) (?:earlier|before|older)\b(?! {_THE}{DATE})")),
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


def with_short_periods(text: str, periods: Sequence[Period]) -> str:
    """Return a marked text in which every period is one date's mark, whatever it was said with."""
    for period in reversed(periods):
        start, end = period.span
        mark = cues.DATES.search(text, start, end)
        text = f"{text[:start]}{mark[0] if mark else ''}{text[end:]}"
    return text


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
    if kind == "not":
        return Period(found.span(), None, None, kind, pieces=_others(marked.days(s) for s in signs))
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
        if joined and (joined[-1][1] == dt.date.max or first <= joined[-1][1] + _DAY):
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return tuple(joined)


def _others(days: Iterable[Days]) -> tuple[Days, ...]:
    """Return all days but these, in order."""
    left: list[Days] = []
    first = dt.date.min
    for since, until in _joined(days):
        if since > first:
            left.append((first, since - _DAY))
        first = until + _DAY if until < dt.date.max else until
    return (*left, (first, dt.date.max))


def filtering(periods: list[Period], text: str, printed: str, *, lists: bool) -> list[Period]:
    """Return those of ``periods`` that say when a policy was issued.

    ``text`` is the marked, lower-cased question, ``printed`` the same with its capitals; ``lists``
    says that it asks for a list.
    """
    attached = [_by_then(p) for p in periods if _attached(p, text, printed)]
    if attached:
        return _with_connected(attached, periods, text)
    if not cues.SEEKS.match(text):
        return []
    candidates = [p for p in periods if p.kind not in {"target", "dash"}]
    spoken = re.search(cues.ISSUE_VERB, text) is not None
    there = cues.IS_THERE.search(text) is not None
    if spoken and len(candidates) == 1:
        return candidates
    chosen = [
        p
        for p in candidates
        if not cues.TARGET_CONTEXT.search(text[: p.span[0]])
        and (
            p.kind == "between"
            or (p.whole_day and p.kind == "in")
            or p.kind == "not"
            or ((lists or there) and p.kind in {"since", "after", "before"})
            or (there and p.kind in {"in", "between"})
            or (lists and cues.ABOUT_TAIL.search(text[: p.span[0]]))
        )
    ]
    return _with_connected(chosen, periods, text)


_CONNECTED = re.compile(
    r"[\s,;]*(?:(?:but|and|or|yet|nor|as well as|但|而|且|并且?|或者?|以及|和)[\s,]*)?"
    r"(?:(?:also|were|was|those|issued|published|released|(?:which )?(?:policies|documents)) )*"
)


def _with_connected(chosen: list[Period], periods: list[Period], text: str) -> list[Period]:
    """Return the chosen periods and those that no more than an "and", "or", "but" ties to them."""
    found = list(chosen)
    spans = {period.span for period in chosen}
    for period in [*periods, *reversed(periods)]:
        if period.span in spans or period.kind in {"target", "dash"} or not chosen:
            continue
        for start, end in spans:
            gap = text[end : period.span[0]] or text[period.span[1] : start]
            if _CONNECTED.fullmatch(gap):
                found.append(period)
                spans.add(period.span)
                break
    return sorted(found, key=lambda period: period.span)


def combined(periods: Sequence[Period], text: str) -> tuple[Ends, tuple[Ends, ...]]:
    """Return the days that all of the ``periods`` leave: the first and last, and any pieces.

    An end is None where they leave it open. Periods with an "or" between them, or that no day could
    both satisfy ("in 2012, and in 2014"), are alternatives.
    """
    days: list[Days] = [(dt.date.min, dt.date.max)]
    before: Period | None = None
    for period in periods:
        own = period.pieces or ((period.since or dt.date.min, period.until or dt.date.max),)
        both = [
            (max(first, since), min(last, until))
            for first, last in days
            for since, until in own
            if max(first, since) <= min(last, until)
        ]
        either = before and _OR.search(text[before.span[1] : period.span[0]])
        if before and (not both or (either and period.kind != "not")):
            both = [*days, *own]
        days, before = list(_joined(both)), period
    pieces = tuple(
        (None if first == dt.date.min else first, None if last == dt.date.max else last)
        for first, last in days
    )
    return (pieces[0][0], pieces[-1][1]), pieces if len(pieces) > 1 else ()


_OR = re.compile(r"\bor\b|或")


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
    if named and period.kind == "dash" and before[-1:] >= "\u4e00":
        return False  # 规划2021—2035年: likewise
    if cues.BEFORE_ISSUED.search(before):
        return period.kind != "target" or text[slice(*period.span)].startswith("by")
    if period.kind == "target":
        return bool(named) and text[slice(*period.span)].startswith("by")
    if named or cues.WHAT_THERE.search(before):
        return True
    if cues.AFTER_CHINESE.match(after):
        return True
    if not _is_bare(period, text):
        return False
    if cues.AFTER_NOUN.match(after):
        return True
    if period.kind != "dash" and cues.AFTER_CHINESE_GENERIC.match(after):
        return True
    # 2021—2035年新能源汽车规划 is a plan's name, 2021年的规划 one issued then.
    return period.kind != "dash" and cues.AFTER_CHINESE_NOUN.match(after) is not None


def _is_bare(period: Period, text: str) -> bool:
    """Tell "2021" and "2011-2013" from "in 2021"; Chinese has no such difference."""
    return period.kind in {"bare", "dash"} or not text[period.span[0]].isascii()
