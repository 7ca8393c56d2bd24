"""What is left out by when it was issued, and dates whose own year is said to be included."""

from __future__ import annotations

import datetime as dt

from policybot.query.periods import Period, day_after, day_before, other_periods
from policybot.query.rules.days.dates import NamedPeriods
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class

_DAY = dt.timedelta(days=1)
_WHAT = "(?:{thing|article|document|kind|those|which|relative|it|pronoun|be|have|adverb}){1,6}"
_HOW = "(?P<how>{in|of|from|since|after|before|until|by}{0,2})"


def _said(matched: RuleMatch) -> Period:
    """Return the days that are named, open where the words beside them say so."""
    days = matched.days()
    first, last = min(one for one, _ in days), max(one for _, one in days)
    how = {name for token in [*matched.of("how"), *matched.of("post")] for name in token.classes}
    if {"before", "before_post"} & how:
        return None, first - _DAY if first > dt.date.min else first
    if {"after", "after_post"} & how:
        return last + _DAY if last < dt.date.max else last, None
    if {"since", "since_post"} & how:
        return first, None
    if {"until", "until_post", "by"} & how and "in" not in how:
        return None, last
    return first, last


@rule(
    "not_issued_in",
    "{but}?{except|without|but}" + _WHAT + "{issue}{issue_mark|adverb}*" + _HOW + "@dates"
    "(?P<post>{since_post|until_post}?)",
    bonus=3,
)
def except_what_was_issued(matched: RuleMatch) -> NamedPeriods | None:
    """All but what was issued in some days.

    everything by MIIT except what it issued in 2012 → issued by Ministry of Industry and Information Technology; issued 2011-12-31 or earlier or 2013-01-01 or later
    policies by MIIT excluding those they released before 2012 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 or later
    todo lo del MIIT excepto lo que publicó en 2012 → issued by Ministry of Industry and Information Technology; issued 2011-12-31 or earlier or 2013-01-01 or later
    """
    if matched.starts and "but" in matched.of()[0].classes:
        return None
    return NamedPeriods(other_periods([_said(matched)]), "firm", narrows=True)


@rule(
    "not_issued_in",
    "{except}{in|since}?@dates(?P<post>{since_post|until_post|before_post|after_post}?)"
    "{issue}{issue_mark|of}{0,2}{document|kind}?{except_post}",
    bonus=3,
)
def except_issued_han(matched: RuleMatch) -> NamedPeriods:
    """The same in Chinese.

    工信部除了2012年发布的以外的所有文件 → issued by Ministry of Industry and Information Technology; issued 2011-12-31 or earlier or 2013-01-01 or later
    """
    days = matched.days()
    span = (min(one for one, _ in days), max(one for _, one in days))
    return NamedPeriods(
        other_periods([_said(matched) if matched.has("post") else span]), "firm", narrows=True
    )


_BRACKETS = (
    "{mark|comma}?(?P<says>(?:{contain|including|except}|{not}{contain|including}))?"
    "(?P<year>@date|{word})?(?P<after>(?:{be}?{contain|including|except}))?{mark}?"
)


@rule(
    "issued_in",
    "(?:(?P<how>{before|after|since|until})@date|@date(?P<post>{before_post|after_post|since_post|until_post}))"
    + _BRACKETS,
    bonus=2,
)
def with_its_own_year(matched: RuleMatch) -> NamedPeriods | None:
    """Before or after a date that brackets include, or leave out.

    2012年以前（含2012年）的政策 → issued 2012-12-31 or earlier
    2012年以后(含)工信部发布的政策 → issued by Ministry of Industry and Information Technology; issued 2012-01-01 or later
    2012年以后(含2012)的政策 → issued 2012-01-01 or later
    2012年以来(不含2012年)的政策 → issued 2013-01-01 or later
    policies before 2012 (including 2012) → issued 2012-12-31 or earlier
    policies since 2012 (inclusive) → issued 2012-01-01 or later
    políticas posteriores a 2012 (incluido 2012) → issued 2012-01-01 or later
    """
    days, year = matched.days(), matched.of("year")
    words = [*matched.of("says"), *matched.of("after")]
    if not words or len({*days}) != 1:
        return None
    first, last = days[0]
    if any(token.is_word and token.text != str(first.year) for token in year):
        return None
    how = {name for token in [*matched.of("how"), *matched.of("post")] for name in token.classes}
    early = bool({"before", "before_post", "until", "until_post"} & how)
    if has_class(words, "not", "except"):
        first, last = day_after(last), day_before(first)
    return NamedPeriods(((None, last) if early else (first, None),), narrows=True)
