"""Dates of issue: since, until, between, in, not in.

A rule gives periods and how clearly they are dates of issue. ``firm`` periods are in any question,
``plain`` ones where policies are asked for, ``bare`` ones where moreover they are not part of the
topic, and ``target`` ones only beside a word of issuing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from policybot.query.entities.calendar import years
from policybot.query.entities.entity import Days
from policybot.query.periods import Period, day_after, day_before, joined_periods, other_periods
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class

Strength = Literal["firm", "plain", "bare", "target"]

_END_OF = re.compile(r"(?:the )?(?:end|finales|fines) (?:of|de)\b|.*[底末]$")


@dataclass(frozen=True, slots=True)
class NamedPeriods:
    """The periods of a date in a question, and how clearly they are dates of issue.

    ``narrows`` says that they bound the time of issue, and are no alternative to other periods.
    """

    periods: tuple[Period, ...]
    strength: Strength = "plain"
    narrows: bool = False


def _since(day: dt.date, strength: Strength = "plain") -> NamedPeriods:
    return NamedPeriods(((day, None),), strength, narrows=True)


def _until(day: dt.date, strength: Strength = "plain") -> NamedPeriods:
    return NamedPeriods(((None, day),), strength, narrows=True)


def _span(days: Sequence[Days]) -> Period:
    return min(first for first, _ in days), max(last for _, last in days)


@rule(
    "issued_in",
    "{between|from|since}?@date(?:{to|until|dash|and|slash}{in|of|from}?@date){between_post}?",
    bonus=0.5,
)
def between(matched: RuleMatch) -> NamedPeriods | None:
    """From one date to another.

    policies between 2011 and 2012 → issued 2011-01-01 to 2012-12-31
    2011年到2012年之间的政策 → issued 2011-01-01 to 2012-12-31
    políticas entre 2011 y 2012 → issued 2011-01-01 to 2012-12-31
    """
    days = matched.days()
    ranged = has_class(matched.of(), "between", "between_post")
    linked = any(
        {"to", "until", "dash", "slash"} & t.classes and "D" not in t.classes for t in matched.of()
    )
    if len(days) != 2 or not (ranged or linked):
        return None
    starts = ranged or has_class(matched.of()[:1], "from", "since")
    return NamedPeriods((_span(days),), "plain" if starts else "bare")


@rule("issued_in", "{between|from|since}?@date{to|until|and|dash}{now}", bonus=1)
def until_now(matched: RuleMatch) -> NamedPeriods:
    """From a date until today.

    policies between 2012 and now → issued 2012-01-01 or later
    2010年至今发布的政策 → issued 2010-01-01 or later
    """
    return _since(matched.days()[0][0])


@rule(
    "issued_in",
    "{since}@date{since_post}?|{from|in|since}?@date(?:{since_post}|{or|and}{after|since}(?!@date))|{from}@date{about}(?=$|{stop|comma|question})|{not}{be}?{before}@date",
)
def since(matched: RuleMatch) -> NamedPeriods:
    """From a date on, that date included.

    policies since September 2013 → issued 2013-09-01 or later
    documents from 2012 onwards → issued 2012-01-01 or later
    2013年9月以来的政策 → issued 2013-09-01 or later
    不早于2012年的政策 → issued 2012-01-01 or later
    políticas desde 2012 → issued 2012-01-01 or later
    """
    return _since(matched.days()[0][0])


@rule("issued_in", "{from|in}?{after}{dash}?@date{after_post}?|@date{after_post}")
def after(matched: RuleMatch) -> NamedPeriods:
    """After a date.

    anything after 2013 → issued 2014-01-01 or later
    晚于2012年发布的政策 → issued 2013-01-01 or later
    políticas después de 2012 → issued 2013-01-01 or later
    """
    return _since(day_after(matched.days()[0][1]))


@rule("issued_in", "{from|in}?{before}{dash}?@date|@date{before_post}")
def before(matched: RuleMatch) -> NamedPeriods:
    """Before a date; before the end of a year, most of that year.

    policies before 2011 → issued 2010-12-31 or earlier
    2012年以前的政策 → issued 2011-12-31 or earlier
    policies before the end of 2012 → issued 2012-12-31 or earlier
    """
    first, last = matched.days()[0]
    wording = next(t.text for t in matched.of() if t.entity)
    return _until(last if _END_OF.match(wording) else day_before(first))


@rule(
    "issued_in",
    "{until}@date{until_post}?|{from|in}?@date(?:{until_post}|{or|and}{before|until}(?!@date)|{mark}{contain}{mark}{before_post})|{not}{be}?{after}@date",
)
def until(matched: RuleMatch) -> NamedPeriods:
    """Up to a date, that date included.

    policies published until June 2012 → issued 2012-06-30 or earlier
    不晚于2013年发布的政策 → issued 2013-12-31 or earlier
    políticas hasta 2011 → issued 2011-12-31 or earlier
    """
    return _until(matched.days()[0][1])


_NAMED = "(?P<name>{T}|(?:{word|praise|number|I|plain|N}{0,6}{kind}(?:{of|for_}{article}*{word|plain}{1,5}(?=$|{stop|question|comma}))?))"


@rule(
    "issued_in", "(?P<side>{after|before|since|until}){article}*" + _NAMED + "@aux{issue}?", bonus=2
)
def beside_policy(matched: RuleMatch) -> NamedPeriods | None:
    """After or before the date of another policy.

    policies issued after the Wuxi outline → issued 2012-08-18 or later
    """
    return _dates_beside(matched)


@rule(
    "issued_in",
    "{in}?{article}*(?:{unit|year_word}(?P<step>{after|before})|(?P<same>{same_year})){article}*"
    + _NAMED,
    bonus=3,
)
def year_of_policy(matched: RuleMatch) -> NamedPeriods | None:
    """In the year of another policy, the one after, or the one before.

    policies issued the year after the Wuxi outline → issued 2013-01-01 to 2013-12-31
    policies issued in the same year as the Wuxi outline → issued 2012-01-01 to 2012-12-31
    """
    days = _days_of(matched, "name")
    step = 0 if matched.has("same") else 1 if "after" in matched.of("step")[0].classes else -1
    return _in_year(days, step)


@rule("issued_in", "{with_|and}?(?P<name>{T})(?:{same_year})", bonus=3)
def year_of_policy_han(matched: RuleMatch) -> NamedPeriods | None:
    """In the year of another policy, the Chinese order.

    与Special Action Plan for the Development of Internet of Things同年发布的政策 → issued 2013-01-01 to 2013-12-31
    """
    return _in_year(_days_of(matched, "name"))


@rule(
    "issued_in",
    "{between}{article}*" + _NAMED + "{and}{article}*" + _NAMED.replace("<name>", "<name2>"),
    bonus=3,
)
def between_policies(matched: RuleMatch) -> NamedPeriods | None:
    """Between two other policies.

    policies issued between the Interim Measures and the Wuxi outline → issued 2011-04-07 to 2012-08-16
    """
    first, last = _days_of(matched, "name"), _days_of(matched, "name2")
    if first is None or last is None:
        return None
    first, last = sorted((first, last))
    return NamedPeriods(((day_after(first[1]), day_before(last[0])),), "firm", narrows=True)


@rule(
    "issued_in",
    "(?:{in|since|with_})?"
    + _NAMED
    + "(?:{issue}{issue_mark}*)?(?P<side>{after_post|before_post|since_post})",
    bonus=2,
)
def beside_policy_han(matched: RuleMatch) -> NamedPeriods | None:
    """After or before the date of another policy, the Chinese order.

    在Wuxi outline之后发布的政策 → issued 2012-08-18 or later
    """
    return _dates_beside(matched)


def _days_of(matched: RuleMatch, group: str) -> Days | None:
    """Return the first and the last possible day of the date of the policy named in a group."""
    token = matched.of(group)[0]
    if token.entity and token.entity.kind == "title":
        ordinals = [ordinal for ordinal in token.entity.value if isinstance(ordinal, int)]
    else:
        ordinals = list(matched.vocabulary.named(matched.wording(group)))
    return matched.vocabulary.days_of(ordinals[0]) if len(ordinals) == 1 else None


def _in_year(days: Days | None, step: int = 0) -> NamedPeriods | None:
    """Return the year of a policy's date, or one ``step`` years later."""
    if days is None:
        return None
    year = days[0].year + step
    return NamedPeriods((years(year, year),), "firm", narrows=True)


def _dates_beside(matched: RuleMatch) -> NamedPeriods | None:
    """Return the days after, before, since or until the date of the policy named."""
    days = _days_of(matched, "name")
    if days is None:
        return None
    first, last = days
    side = matched.of("side")[0].classes
    if {"since", "since_post"} & side and "after" not in side:
        return _since(first, "firm")
    if {"after", "after_post"} & side:
        return _since(day_after(last), "firm")
    if "until" in side and "before" not in side:
        return _until(last, "firm")
    return _until(day_before(first), "firm")


@rule("issued_in", "{by}@date")
def by_then(matched: RuleMatch) -> NamedPeriods:
    """By a date: a target of the topic, unless beside a word of issuing.

    policies issued by 2012 → issued 2012-12-31 or earlier
    """
    return _until(matched.days()[0][1], "target")


@rule(
    "issued_in",
    "{either}?{in|of|from|between}?@dates{around_post}?(?!{after_post|before_post|since_post|until_post|except_post})",
)
def within(matched: RuleMatch) -> NamedPeriods | None:
    """In a date, or in any of several.

    What was issued in 2012? → issued 2012-01-01 to 2012-12-31
    policies in 2011 and 2013 → issued 2011-01-01 to 2011-12-31 or 2013-01-01 to 2013-12-31
    在2012年发布的政策 → issued 2012-01-01 to 2012-12-31
    políticas de 2013 → issued 2013-01-01 to 2013-12-31
    """
    first = matched.of()[0]
    bare = "D" in first.classes or "article" in first.classes or "year_word" in first.classes
    return NamedPeriods(joined_periods(matched.days()), "bare" if bare else "plain")


@rule("issued_in", "{for_}@date")
def meant_for(matched: RuleMatch) -> NamedPeriods:
    """For a date: a target of the topic, unless beside a word for documents.

    everything for 2013 → issued 2013-01-01 to 2013-12-31
    """
    return NamedPeriods(joined_periods(matched.days()), "target")


@rule(
    "not_issued_in",
    "(?:{not}@aux{issue}?|{except|without|but|either})(?:{thing|article|document}|{issue})*{in|of|from|by}?@dates{except_post}?",
    bonus=0.5,
)
def not_within(matched: RuleMatch) -> NamedPeriods | None:
    """In none of some dates.

    policies by MIIT not issued in 2012 → issued by Ministry of Industry and Information Technology; issued 2011-12-31 or earlier or 2013-01-01 or later
    everything but 2013 → issued 2012-12-31 or earlier or 2014-01-01 or later
    除2012年以外的政策 → issued 2011-12-31 or earlier or 2013-01-01 or later
    políticas que no son de 2012 → issued 2011-12-31 or earlier or 2013-01-01 or later
    """
    before = matched.before[-1:]
    if has_class(before, "there"):
        return None  # "are there no policies from 2012"
    if matched.starts and "but" in matched.of()[0].classes:
        return None  # "but 2013 policies": a word that goes on
    return NamedPeriods(other_periods(matched.days()), "firm", narrows=True)


@rule(
    "not_issued_in",
    "(?:{not}@aux{issue}?|{except|without|but})(?:{thing|article|document}|{issue})*"
    "(?:{between|from|in|since}{article}*)?@date(?P<link>{to|until|dash|and|slash}){in|of|from}?@date"
    "{between_post}?{except_post}?",
    bonus=1,
)
def not_between(matched: RuleMatch) -> NamedPeriods | None:
    """Not between one date and another.

    policies except those from 2011 to 2012 → issued 2010-12-31 or earlier or 2013-01-01 or later
    policies not issued between 2011 and 2012 → issued 2010-12-31 or earlier or 2013-01-01 or later
    """
    days = matched.days()
    ranged = has_class(matched.of(), "between", "between_post")
    linked = "and" not in matched.of("link")[0].classes
    if len(days) != 2 or not (ranged or linked):
        return None
    return NamedPeriods(other_periods([_span(days)]), "firm", narrows=True)


@rule("not_issued_in", "@dates{of}?{except_post}")
def excepted(matched: RuleMatch) -> NamedPeriods:
    """Except for dates, with the word after them.

    2012年以外发布的政策 → issued 2011-12-31 or earlier or 2013-01-01 or later
    """
    return NamedPeriods(other_periods(matched.days()), "firm", narrows=True)
