"""When a policy is to have been issued: since, until, between, in, not in.

A rule gives the periods of what it matched and how firmly they speak of issuing: ``firm`` ones do
wherever they stand, ``plain`` ones where policies are asked for, ``bare`` ones where besides they
are not part of what the policies are about, ``target`` ones only beside a word of issuing.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from policybot.query.entities.entity import Days
from policybot.query.periods import Period, joined_periods, other_periods
from policybot.query.rules.rule import RuleMatch, rule

Speaks = Literal["firm", "plain", "bare", "target"]

_DAY = dt.timedelta(days=1)
_END_OF = re.compile(r"(?:the )?(?:end|finales|fines) (?:of|de)\b|.*[底末]$")


@dataclass(frozen=True, slots=True)
class When:
    """The periods that a question names, and how firmly they speak of issuing.

    ``narrows`` says that they are the ends of a span, not a span that others are beside.
    """

    periods: tuple[Period, ...]
    speaks: Speaks = "plain"
    narrows: bool = False


def _hull(days: list[Days]) -> Period:
    return min(first for first, _ in days), max(last for _, last in days)


@rule(
    "issued_in",
    "{between|from|since}?@date(?:{to|until|dash|and|slash}{in|of|from}?@date){between_post}?",
    bonus=0.5,
)
def between(matched: RuleMatch) -> When | None:
    """From one date to another.

    policies between 2011 and 2012 → issued 2011-01-01 to 2012-12-31
    2011年到2012年之间的政策 → issued 2011-01-01 to 2012-12-31
    políticas entre 2011 y 2012 → issued 2011-01-01 to 2012-12-31
    """
    days = matched.days()
    ranged = any({"between"} & t.classes or {"between_post"} & t.classes for t in matched.of())
    linked = any(
        {"to", "until", "dash", "slash"} & t.classes and "D" not in t.classes for t in matched.of()
    )
    if len(days) != 2 or not (ranged or linked):
        return None
    starts = bool({"between", "from", "since"} & matched.of()[0].classes) or ranged
    return When((_hull(days),), "plain" if starts else "bare")


@rule("issued_in", "{between|from|since}?@date{to|until|and|dash}{now}", bonus=1)
def until_now(matched: RuleMatch) -> When:
    """From a date until today.

    policies between 2012 and now → issued 2012-01-01 or later
    2010年至今发布的政策 → issued 2010-01-01 or later
    """
    return When(((matched.days()[0][0], None),), narrows=True)


@rule(
    "issued_in",
    "{since}@date{since_post}?|{from|in|since}?@date(?:{since_post}|{or|and}{after|since}(?!@date))|{from}@date{about}(?=$|{stop|comma|question})|{not}{be}?{before}@date",
)
def since(matched: RuleMatch) -> When:
    """From a date on, that date included.

    policies since September 2013 → issued 2013-09-01 or later
    documents from 2012 onwards → issued 2012-01-01 or later
    2013年9月以来的政策 → issued 2013-09-01 or later
    不早于2012年的政策 → issued 2012-01-01 or later
    políticas desde 2012 → issued 2012-01-01 or later
    """
    return When(((matched.days()[0][0], None),), narrows=True)


@rule("issued_in", "{from|in}?{after}{dash}?@date{after_post}?|@date{after_post}")
def after(matched: RuleMatch) -> When:
    """After a date.

    anything after 2013 → issued 2014-01-01 or later
    晚于2012年发布的政策 → issued 2013-01-01 or later
    políticas después de 2012 → issued 2013-01-01 or later
    """
    last = matched.days()[0][1]
    return When(((last + _DAY if last < dt.date.max else last, None),), narrows=True)


@rule("issued_in", "{from|in}?{before}{dash}?@date|@date{before_post}")
def before(matched: RuleMatch) -> When:
    """Before a date; before the end of a year, most of that year.

    policies before 2011 → issued 2010-12-31 or earlier
    2012年以前的政策 → issued 2011-12-31 or earlier
    policies before the end of 2012 → issued 2012-12-31 or earlier
    """
    first, last = matched.days()[0]
    wording = next(t.text for t in matched.of() if t.entity)
    if _END_OF.match(wording):
        return When(((None, last),), narrows=True)
    return When(((None, first - _DAY if first > dt.date.min else first),), narrows=True)


@rule(
    "issued_in",
    "{until}@date{until_post}?|{from|in}?@date(?:{until_post}|{or|and}{before|until}(?!@date)|{mark}{contain}{mark}{before_post})|{not}{be}?{after}@date",
)
def until(matched: RuleMatch) -> When:
    """Up to a date, that date included.

    policies published until June 2012 → issued 2012-06-30 or earlier
    不晚于2013年发布的政策 → issued 2013-12-31 or earlier
    políticas hasta 2011 → issued 2011-12-31 or earlier
    """
    return When(((None, matched.days()[0][1]),), narrows=True)


_NAMED = "(?P<name>{T}|(?:{word|praise|number|I|plain|N}{0,6}{kind}(?:{of|for_}{article}*{word|plain}{1,5}(?=$|{stop|question|comma}))?))"


@rule(
    "issued_in", "(?P<how>{after|before|since|until}){article}*" + _NAMED + "@aux{issue}?", bonus=2
)
def anchored(matched: RuleMatch) -> When | None:
    """After or before another policy, which stands for its date.

    policies issued after the Wuxi outline → issued 2012-08-18 or later
    """
    return _anchored(matched, matched.of("how")[0].classes)


@rule(
    "issued_in",
    "{in}?{article}*(?:{unit|year_word}(?P<step>{after|before})|(?P<same>{same_year})){article}*"
    + _NAMED,
    bonus=3,
)
def anchored_year(matched: RuleMatch) -> When | None:
    """In the year of another policy, the one after, or the one before.

    policies issued the year after the Wuxi outline → issued 2013-01-01 to 2013-12-31
    policies issued in the same year as the Wuxi outline → issued 2012-01-01 to 2012-12-31
    """
    days = _days_of(matched, "name")
    if days is None:
        return None
    step = 0 if matched.has("same") else 1 if "after" in matched.of("step")[0].classes else -1
    year = days[0].year + step
    return When(((dt.date(year, 1, 1), dt.date(year, 12, 31)),), "firm", narrows=True)


@rule("issued_in", "{with_|and}?(?P<name>{T})(?:{same_year})", bonus=3)
def anchored_year_han(matched: RuleMatch) -> When | None:
    """In the year of another policy, which Chinese names first.

    与Special Action Plan for the Development of Internet of Things同年发布的政策 → issued 2013-01-01 to 2013-12-31
    """
    days = _days_of(matched, "name")
    if days is None:
        return None
    return When(
        ((dt.date(days[0].year, 1, 1), dt.date(days[0].year, 12, 31)),), "firm", narrows=True
    )


@rule(
    "issued_in",
    "{between}{article}*" + _NAMED + "{and}{article}*" + _NAMED.replace("<name>", "<name2>"),
    bonus=3,
)
def anchored_between(matched: RuleMatch) -> When | None:
    """Between two other policies.

    policies issued between the Interim Measures and the Wuxi outline → issued 2011-04-07 to 2012-08-16
    """
    first, last = _days_of(matched, "name"), _days_of(matched, "name2")
    if first is None or last is None:
        return None
    first, last = sorted((first, last))
    return When(((first[1] + _DAY, last[0] - _DAY),), "firm", narrows=True)


@rule(
    "issued_in",
    "(?:{in|since|with_})?"
    + _NAMED
    + "(?:{issue}{issue_mark}*)?(?P<how>{after_post|before_post|since_post})",
    bonus=2,
)
def anchored_han(matched: RuleMatch) -> When | None:
    """The same in Chinese, which says it after the name.

    在Wuxi outline之后发布的政策 → issued 2012-08-18 or later
    """
    return _anchored(matched, matched.of("how")[0].classes)


def _days_of(matched: RuleMatch, group: str) -> Days | None:
    """Return the days that the date of the policy named by a group may be."""
    token = matched.of(group)[0]
    if token.entity and token.entity.kind == "title":
        ordinals = [one for one in token.entity.value if isinstance(one, int)]
    else:
        ordinals = list(matched.vocabulary.named(matched.wording(group)))
    return matched.vocabulary.days_of(ordinals[0]) if len(ordinals) == 1 else None


def _anchored(matched: RuleMatch, how: frozenset[str]) -> When | None:
    days = _days_of(matched, "name")
    if days is None:
        return None
    first, last = days
    if {"since", "since_post"} & how and "after" not in how:
        return When(((first, None),), "firm", narrows=True)
    if {"after", "after_post"} & how:
        return When(((last + _DAY, None),), "firm", narrows=True)
    if "until" in how and "before" not in how:
        return When(((None, last),), "firm", narrows=True)
    return When(((None, first - _DAY),), "firm", narrows=True)


@rule("issued_in", "{by}@date")
def by_then(matched: RuleMatch) -> When:
    """By a date: a target, or an end where policies were issued by it.

    policies issued by 2012 → issued 2012-12-31 or earlier
    """
    return When(((None, matched.days()[0][1]),), "target", narrows=True)


@rule(
    "issued_in",
    "{either}?{in|of|from|between}?@dates{around_post}?(?!{after_post|before_post|since_post|until_post|except_post})",
)
def within(matched: RuleMatch) -> When | None:
    """In a date, or in any of several.

    What was issued in 2012? → issued 2012-01-01 to 2012-12-31
    policies in 2011 and 2013 → issued 2011-01-01 to 2011-12-31 or 2013-01-01 to 2013-12-31
    在2012年发布的政策 → issued 2012-01-01 to 2012-12-31
    políticas de 2013 → issued 2013-01-01 to 2013-12-31
    """
    first = matched.of()[0]
    bare = "D" in first.classes or "article" in first.classes or "year_word" in first.classes
    return When(joined_periods(matched.days()), "bare" if bare else "plain")


@rule("issued_in", "{for_}@date")
def meant_for(matched: RuleMatch) -> When:
    """For a date: issued then where nothing but policies is asked for, else what they are about.

    everything for 2013 → issued 2013-01-01 to 2013-12-31
    """
    return When(joined_periods(matched.days()), "target")


@rule(
    "not_issued_in",
    "(?:{not}@aux{issue}?|{except|without|but|either})(?:{thing|article|document}|{issue})*{in|of|from|by}?@dates{except_post}?",
    bonus=0.5,
)
def not_within(matched: RuleMatch) -> When | None:
    """In none of some dates.

    policies by MIIT not issued in 2012 → issued by Ministry of Industry and Information Technology; issued 2011-12-31 or earlier or 2013-01-01 or later
    everything but 2013 → issued 2012-12-31 or earlier or 2014-01-01 or later
    除2012年以外的政策 → issued 2011-12-31 or earlier or 2013-01-01 or later
    políticas que no son de 2012 → issued 2011-12-31 or earlier or 2013-01-01 or later
    """
    before = matched.tokens[: matched.match.start()][-1:]
    if any("there" in token.classes for token in before):
        return None  # "are there no policies from 2012"
    if matched.starts and "but" in matched.of()[0].classes:
        return None  # "but 2013 policies": a word that goes on
    return When(other_periods(matched.days()), "firm", narrows=True)


@rule(
    "not_issued_in",
    "(?:{not}@aux{issue}?|{except|without|but})(?:{thing|article|document}|{issue})*"
    "(?:{between|from|in|since}{article}*)?@date(?P<link>{to|until|dash|and|slash}){in|of|from}?@date"
    "{between_post}?{except_post}?",
    bonus=1,
)
def not_between(matched: RuleMatch) -> When | None:
    """In no year from one to another.

    policies except those from 2011 to 2012 → issued 2010-12-31 or earlier or 2013-01-01 or later
    policies not issued between 2011 and 2012 → issued 2010-12-31 or earlier or 2013-01-01 or later
    """
    days = matched.days()
    ranged = any({"between", "between_post"} & t.classes for t in matched.of())
    linked = "and" not in matched.of("link")[0].classes
    if len(days) != 2 or not (ranged or linked):
        return None
    return When(other_periods([_hull(days)]), "firm", narrows=True)


@rule("not_issued_in", "@dates{of}?{except_post}")
def excepted(matched: RuleMatch) -> When:
    """Dates that are left out, said after them.

    2012年以外发布的政策 → issued 2011-12-31 or earlier or 2013-01-01 or later
    """
    return When(other_periods(matched.days()), "firm", narrows=True)
