"""Terms: the dates on which policies take effect or expire.

A date beside these words is no date of issue. Being in force on a day is another condition: see
:mod:`policybot.query.rules.days.validity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policybot.query.periods import Period, day_after, day_before, joined_periods, other_periods
from policybot.query.rules.asks import PolicyQuestion, ValidityState
from policybot.query.rules.days.validity import is_opening, names_policy
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import Token, has_class

_LEAD = "(?P<lead>{be|have|do|modal|adverb|relative|not|still}{0,5})"
_BEFORE = "(?P<before>{in|since|from|until|by|to|of|between|before|after}{0,2})"
_DATES = "(?P<days>@date(?:{to|until|dash|and|or|comma}{in|from|of}?@date){0,3})"
_AFTER = "(?P<after>{since_post|until_post|after_post|before_post|around_post|between_post}?)"
_ENDS = "(?=(?:{question|stop|mark|particle})*$)"
_NAME = "(?P<keep_name>{!which|who|how_many|when|where|how|why|take_effect|expire}{1,25}?)"


@dataclass(frozen=True, slots=True)
class Term:
    """Whether policies take effect or expire, and the periods in which they do."""

    end: Literal["effective", "expires"]
    periods: tuple[Period, ...]


def _verb(matched: RuleMatch) -> Token:
    return next(token for token in matched.of() if {"take_effect", "expire"} & token.classes)


def _term(matched: RuleMatch) -> Term | None:
    """Return the term of a match; None where it is a state on a day instead."""
    verb = _verb(matched)
    days = matched.days("days")
    before = {name for token in matched.of("before") for name in token.classes}
    after = {name for token in matched.of("after") for name in token.classes}
    if "ended" in verb.classes and {"by", "until"} & before:
        return None  # "had expired by 2015": a state
    first, last = min(day for day, _ in days), max(day for _, day in days)
    links = [token for token in matched.of("days") if not token.entity]
    periods: tuple[Period, ...]
    if "before" in before or "before_post" in after:
        periods = ((None, day_before(first)),)
    elif "after" in before or "after_post" in after:
        periods = ((day_after(last), None),)
    elif has_class(links, "to", "until", "dash") or "between" in before or "between_post" in after:
        periods = ((first, last),)
    elif "since_post" in after or ("since" in before and not verb.is_han):
        periods = ((first, None),)
    elif {"until", "by"} & before or "until_post" in after:
        periods = ((None, last),)
    else:
        periods = joined_periods(days)
    if has_class(matched.of("lead"), "not"):
        periods = other_periods(periods)
    return Term("expires" if "expire" in verb.classes else "effective", periods)


@rule(
    "term",
    f"{_LEAD}{{take_effect|expire}}{_BEFORE}{_DATES}{_AFTER}",
    bonus=1.8,
)
def takes_effect(matched: RuleMatch) -> Term | None:
    """Taking effect or expiring, the days last.

    Which policies came into force in 2012? → taking effect 2012-01-01 to 2012-12-31
    policies that took effect before 2012 → taking effect 2011-12-31 or earlier
    Which policies will expire in 2015? → expiring 2015-01-01 to 2015-12-31
    ¿Qué políticas entraron en vigor en 2012? → taking effect 2012-01-01 to 2012-12-31
    """
    before = matched.of("before")
    if _verb(matched).is_han and (not before or has_class(before, "of")):
        return None  # 生效的2012年发布的政策: the days are of what follows
    return _term(matched)


@rule(
    "term",
    f"{_BEFORE}{_DATES}{_AFTER}(?:{{in|mark|comma}}{{0,2}}){_LEAD}{{take_effect|expire}}"
    "{issue_mark|particle}?",
    bonus=1.8,
)
def takes_effect_han(matched: RuleMatch) -> Term | None:
    """Taking effect or expiring, the days first, in Chinese.

    自2012年1月1日起施行的政策有哪些 → taking effect 2012-01-01
    哪些政策2013年到期 → expiring 2013-01-01 to 2013-12-31
    """
    return _term(matched) if _verb(matched).is_han else None


@rule(
    "term",
    f"{_BEFORE}{_DATES}{_AFTER}{{comma}}?"
    "(?P<keep_rest>{which|article|I|there|any|all|how_many}{!issue|D|take_effect|expire}{0,14}?)"
    f"{_LEAD}{{take_effect|expire}}{_ENDS}",
    bonus=1.8,
)
def begins_with_days(matched: RuleMatch) -> Term | None:
    """Taking effect or expiring, the days at the start of the question.

    In 2012, which policies came into force? → taking effect 2012-01-01 to 2012-12-31
    """
    if not matched.starts or _verb(matched).is_han:
        return None
    return _term(matched)


@rule(
    "term",
    f"{_LEAD}{{in_force}}(?P<before>{{since|from|after}}{{1,2}}){_DATES}",
    bonus=2,
)
def in_force_since(matched: RuleMatch) -> Term | None:
    """In force since a day: policies that took effect then, or later.

    policies in force since 2012 → taking effect 2012-01-01 or later
    Which policies are effective from 1 May 2013? → taking effect 2013-05-01 or later
    políticas vigentes desde 2012 → taking effect 2012-01-01 or later
    """
    state = next(token for token in matched.of() if "in_force" in token.classes)
    if state.is_han or "ended" in state.classes or has_class(matched.of("lead"), "not", "still"):
        return None
    days = matched.days("days")
    first, last = min(day for day, _ in days), max(day for _, day in days)
    links = [token for token in matched.of("days") if not token.entity]
    if has_class(links, "to", "until", "dash", "and"):
        return None  # "in force from 2012 to 2014"
    after = has_class(matched.of("before"), "after")
    return Term("effective", ((day_after(last) if after else first, None),))


def _asks_when(matched: RuleMatch) -> PolicyQuestion | None:
    return (
        PolicyQuestion("in_force", ValidityState())
        if is_opening(matched) and names_policy(matched)
        else None
    )


@rule(
    "ask",
    f"(?:{{when}}|{{in}}{{which}}{{unit|year_word}})"
    f"{{be|have|do|modal|adverb}}{{0,3}}{_NAME}{{take_effect|expire}}{_ENDS}",
    bonus=3,
)
def when_in_force(matched: RuleMatch) -> PolicyQuestion | None:
    """When a policy takes effect or expires: the answer states its validity.

    When did the Special Action Plan come into force? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    When does the Special Action Plan expire? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    return _asks_when(matched)


@rule(
    "ask",
    f"{{when}}{{be|have|do|modal|adverb}}{{0,3}}{{take_effect|expire}}{_NAME}{_ENDS}",
    bonus=3,
)
def when_in_force_verb_first(matched: RuleMatch) -> PolicyQuestion | None:
    """When a policy takes effect or expires, the verb first.

    ¿Cuándo entró en vigor el Special Action Plan? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    return _asks_when(matched)


@rule(
    "ask",
    f"{_NAME}{{be|have|modal|adverb|still}}{{0,2}}{{when}}{{be|adverb|issue_mark}}{{0,2}}"
    f"{{take_effect|expire}}{_ENDS}",
    bonus=3,
)
def when_in_force_han(matched: RuleMatch) -> PolicyQuestion | None:
    """When a policy takes effect or expires, the name first, in Chinese.

    Special Action Plan什么时候开始施行？ → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    return _asks_when(matched)


@rule(
    "ask",
    "^{mark|interjection|and|comma|plea|follow|be}*{since|from|until}?{when}"
    "{be|have|do|modal|adverb|it|still}{0,4}{take_effect|expire|in_force}{of|particle}{0,2}"
    "(?=(?:{question|stop|mark})*$)",
    bonus=3,
)
def when_it_is_in_force(matched: RuleMatch) -> PolicyQuestion:
    """The same of what was shown before: nothing is named.

    是什么时候开始施行的？ → whether in force on 2014-08-01 (today); asks in_force
    ¿Desde cuándo rige? → whether in force on 2014-08-01 (today); asks in_force
    Since when is it in force? → whether in force on 2014-08-01 (today); asks in_force
    """
    return PolicyQuestion("in_force", ValidityState())


@rule(
    "ask",
    f"^{{and|interjection|mark|comma}}*{{until|to|since|from}}{{when}}"
    f"{{be|have|do|modal|adverb|it|pronoun}}{{0,3}}{{word|in_force|valid}}?{_ENDS}",
    bonus=2,
)
def until_when(matched: RuleMatch) -> PolicyQuestion:
    """Since or until when it lasts, whatever the verb: what was shown is meant.

    ¿Hasta cuándo dura? → whether in force on 2014-08-01 (today); asks in_force
    Until when is it valid? → whether in force on 2014-08-01 (today); asks in_force
    Since when? → whether in force on 2014-08-01 (today); asks in_force
    """
    return PolicyQuestion("in_force", ValidityState())
