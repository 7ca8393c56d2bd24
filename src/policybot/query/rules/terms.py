"""When policies are to have entered into force, or to end: the dates of their term.

A date beside these words is theirs, and no date of issue. They are of a policy's own dates, not of
its state on a day, which is of :mod:`policybot.query.rules.validity`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from policybot.query.periods import Period, joined_periods, other_periods
from policybot.query.rules.asks import Ask, Force
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.rules.validity import is_opening, names_one
from policybot.query.tokens import Token

_DAY = dt.timedelta(days=1)
_LEAD = "(?P<lead>{be|have|do|modal|adverb|relative|not|still}{0,5})"
_HOW = "(?P<how>{in|since|from|until|by|to|of|between|before|after}{0,2})"
_DATES = "(?P<days>@date(?:{to|until|dash|and|or|comma}{in|from|of}?@date){0,3})"
_POST = "(?P<post>{since_post|until_post|after_post|before_post|around_post|between_post}?)"
_ENDS = "(?=(?:{question|stop|mark|particle})*$)"
_NAME = "(?P<keep_name>{!which|who|how_many|when|where|how|why|take_effect|expire}{1,25}?)"


@dataclass(frozen=True, slots=True)
class Term:
    """The end of a policy's term that is asked for, and the days it is to be on."""

    end: Literal["effective", "expires"]
    periods: tuple[Period, ...]


def _verb(matched: RuleMatch) -> Token:
    return next(one for one in matched.of() if {"take_effect", "expire"} & one.classes)


def _term(matched: RuleMatch) -> Term | None:
    """Return the term that a match names; None where it is a state on a day instead."""
    verb = _verb(matched)
    days = matched.days("days")
    how = {name for token in matched.of("how") for name in token.classes}
    post = {name for token in matched.of("post") for name in token.classes}
    if "ended" in verb.classes and {"by", "until"} & how:
        return None  # "had expired by 2015": a state
    first, last = min(one for one, _ in days), max(one for _, one in days)
    links = {name for token in matched.of("days") if not token.entity for name in token.classes}
    han = verb.text > "\u2e80"
    if "before" in how or "before_post" in post:
        periods: tuple[Period, ...] = ((None, first - _DAY if first > dt.date.min else first),)
    elif "after" in how or "after_post" in post:
        periods = ((last + _DAY if last < dt.date.max else last, None),)
    elif {"to", "until", "dash"} & links or {"between"} & how or "between_post" in post:
        periods = ((first, last),)
    elif "since_post" in post or ("since" in how and not han):
        periods = ((first, None),)
    elif {"until", "by"} & how or "until_post" in post:
        periods = ((None, last),)
    else:
        periods = joined_periods(days)
    if any("not" in token.classes for token in matched.of("lead")):
        periods = other_periods(periods)
    return Term("expires" if "expire" in verb.classes else "effective", periods)


@rule(
    "term",
    f"{_LEAD}{{take_effect|expire}}{_HOW}{_DATES}{_POST}",
    bonus=1.8,
)
def takes_effect(matched: RuleMatch) -> Term | None:
    """Entering into force, or expiring, in some days said after it.

    Which policies came into force in 2012? → taking effect 2012-01-01 to 2012-12-31
    policies that took effect before 2012 → taking effect 2011-12-31 or earlier
    Which policies will expire in 2015? → expiring 2015-01-01 to 2015-12-31
    ¿Qué políticas entraron en vigor en 2012? → taking effect 2012-01-01 to 2012-12-31
    """
    how = [name for token in matched.of("how") for name in token.classes]
    if _verb(matched).text > "\u2e80" and (not how or "of" in how):
        return None  # 生效的2012年发布的政策: the days are of what follows
    return _term(matched)


@rule(
    "term",
    f"{_HOW}{_DATES}{_POST}(?:{{in|mark|comma}}{{0,2}}){_LEAD}{{take_effect|expire}}"
    "{issue_mark|particle}?",
    bonus=1.8,
)
def takes_effect_han(matched: RuleMatch) -> Term | None:
    """The same in Chinese, which says the days first.

    自2012年1月1日起施行的政策有哪些 → taking effect 2012-01-01
    哪些政策2013年到期 → expiring 2013-01-01 to 2013-12-31
    """
    return _term(matched) if _verb(matched).text > "\u2e80" else None


@rule(
    "term",
    f"{_HOW}{_DATES}{_POST}{{comma}}?"
    "(?P<keep_rest>{which|article|I|there|any|all|how_many}{!issue|D|take_effect|expire}{0,14}?)"
    f"{_LEAD}{{take_effect|expire}}{_ENDS}",
    bonus=1.8,
)
def begins_with_days(matched: RuleMatch) -> Term | None:
    """The same in a question that begins with the days.

    In 2012, which policies came into force? → taking effect 2012-01-01 to 2012-12-31
    """
    if not matched.starts or _verb(matched).text > "\u2e80":
        return None
    return _term(matched)


def _asks_when(matched: RuleMatch) -> Ask | None:
    return Ask("in_force", Force()) if is_opening(matched) and names_one(matched) else None


@rule(
    "ask",
    f"(?:{{when}}|{{in}}{{which}}{{unit|year_word}})"
    f"{{be|have|do|modal|adverb}}{{0,3}}{_NAME}{{take_effect|expire}}{_ENDS}",
    bonus=3,
)
def when_in_force(matched: RuleMatch) -> Ask | None:
    """When a policy enters into force, or ends: its state says that.

    When did the Special Action Plan come into force? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    When does the Special Action Plan expire? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    return _asks_when(matched)


@rule(
    "ask",
    f"{{when}}{{be|have|do|modal|adverb}}{{0,3}}{{take_effect|expire}}{_NAME}{_ENDS}",
    bonus=3,
)
def when_in_force_verb_first(matched: RuleMatch) -> Ask | None:
    """The same, the verb first.

    ¿Cuándo entró en vigor el Special Action Plan? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    return _asks_when(matched)


@rule(
    "ask",
    f"{_NAME}{{be|have|modal|adverb|still}}{{0,2}}{{when}}{{be|adverb|issue_mark}}{{0,2}}"
    f"{{take_effect|expire}}{_ENDS}",
    bonus=3,
)
def when_in_force_han(matched: RuleMatch) -> Ask | None:
    """The same in Chinese, the name first.

    Special Action Plan什么时候开始施行？ → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    return _asks_when(matched)


@rule(
    "ask",
    f"^{{and|interjection|mark|comma}}*{{until|to}}{{when}}"
    f"{{be|have|do|modal|adverb|it|pronoun}}{{0,3}}{{word|in_force|valid}}?{_ENDS}",
    bonus=2,
)
def until_when(matched: RuleMatch) -> Ask:
    """Until when it lasts, whatever the verb: what was shown is meant.

    ¿Hasta cuándo dura? → whether in force on 2014-08-01 (today); asks in_force
    Until when is it valid? → whether in force on 2014-08-01 (today); asks in_force
    """
    return Ask("in_force", Force())
