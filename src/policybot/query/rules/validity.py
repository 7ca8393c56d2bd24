"""Whether policies are in force on a day: demanded of those asked for, or asked of one that is named.

A day that stands beside the words of validity is theirs, and no date of issue. Without one the day is
today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from policybot.model import State
from policybot.query.entities.entity import Days
from policybot.query.periods import Period
from policybot.query.rules.asks import Ask, Force
from policybot.query.rules.frames import Head
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import Token

_LEAD = "{be|have|do|modal|adverb|relative|still|no_longer|not_yet|not}{0,6}"
_TRAIL = "{particle|question_particle|issue_mark|mark}{0,3}"
_DAY = "{article}{0,3}{year_word}?{D}(?:{to|until|dash|and}{article}{0,3}{D})?"
_AT = "{in|since|from|until|by|to|of|between|before|after|light}?"
_ENDS = "(?=(?:{question|stop|mark})*$)"
_NAME = "(?P<keep_name>{!which|who|how_many|when|where|how|why|in_force}{1,25}?)"

_DAY_LONG = dt.timedelta(days=1)
_NAMING = frozenset(["word", "T", "N", "Q", "D", "I", "kind", "plain"])
_POINTING = frozenset(["it", "pronoun"])
_INSISTS = frozenset(["still", "no_longer", "whether"])


def _states(tokens: Sequence[Token]) -> tuple[State, ...]:
    """Return the states that the words of validity say, with what denies them."""
    said = {name for token in tokens for name in token.classes}
    ended = any("ended" in token.classes for token in tokens)
    denied = bool({"not", "no_longer"} & said)
    if ended:
        return ("in_force",) if denied or "not_yet" in said else ("ended",)
    if "not_yet" in said:
        return ("not_yet",)
    if "no_longer" in said:
        return ("ended",)
    return ("ended", "not_yet") if denied else ("in_force",)


def _is_weak(matched: RuleMatch) -> bool:
    """Tell words that may be said of anything ("effective") where nothing else speaks of validity."""
    tokens = matched.of()
    weak = any("valid" in token.classes for token in tokens)
    return weak and not any(_INSISTS & token.classes for token in tokens)


def _span(days: Sequence[Days]) -> Period | None:
    return (min(one for one, _ in days), max(one for _, one in days)) if days else None


def _beside(matched: RuleMatch) -> Period | None:
    """Return the days that a match names, open where the words before them say so."""
    first, last = _span(matched.days()) or (None, None)
    if first is None or last is None:
        return None
    classes = {name for token in matched.of("at") for name in token.classes}
    if "before" in classes:
        return None, first - _DAY_LONG if first > dt.date.min else first
    if "after" in classes:
        return last + _DAY_LONG if last < dt.date.max else last, None
    return first, last


@rule("validity", f"(?P<force>{_LEAD}{{in_force}}){_TRAIL}", bonus=0.1)
def in_force(matched: RuleMatch) -> Force | None:
    """In force today, or no longer, or not yet.

    policies in force → in force on 2014-08-01 (today)
    Which policies are no longer in force? → no longer in force on 2014-08-01 (today)
    Which policies are not yet in force? → not yet in force on 2014-08-01 (today)
    现行有效的政策有哪些 → in force on 2014-08-01 (today)
    哪些政策已经失效 → no longer in force on 2014-08-01 (today)
    ¿Qué políticas siguen vigentes? → in force on 2014-08-01 (today)
    """
    tokens = matched.of("force")
    after = matched.tokens[matched.match.end() : matched.match.end() + 1]
    ends = not after or bool({"question", "stop"} & after[0].classes)
    if _is_weak(matched) and not (ends and "be" in tokens[0].classes):
        return None
    before = matched.tokens[max(0, matched.match.start() - 1) : matched.match.start()]
    if any("about" in token.classes for token in before) or _describes(tokens, after):
        return None
    return Force(_states(tokens))


def _describes(tokens: Sequence[Token], after: Sequence[Token]) -> bool:
    """Tell what is said of something in the text from what is said of policies.

    "policies against expired drugs", 有效利用资源.
    """
    alone = len(tokens) == 1 and (tokens[0].text < "\u2e80" or "plain" in tokens[0].classes)
    return alone and bool(after) and after[0].is_word


_DONE = "{passive|be|have|adverb|issue_mark|still}{0,4}{repeal|replace}{issue_mark}?"


@rule(
    "validity",
    f"{_LEAD}{{in_force}}{{issue_mark}}?{{or|and}}{_DONE}|{_LEAD}{_DONE}{{or|and}}{_LEAD}{{in_force}}",
    bonus=0.5,
)
def ended_or_done(matched: RuleMatch) -> Force:
    """Ended, or repealed or replaced, which is one state.

    哪些政策已经失效或者被废止了 → no longer in force on 2014-08-01 (today)
    Which policies have been repealed or have expired? → no longer in force on 2014-08-01 (today)
    ¿Qué políticas han sido derogadas o ya no están vigentes? → no longer in force on 2014-08-01 (today)
    """
    denied = any("not" in token.classes for token in matched.of()) and not any(
        "no_longer" in token.classes for token in matched.of()
    )
    return Force(("in_force",) if denied else ("ended",))


@rule("validity", f"{{as_of}}{_DAY}{{comma}}?", bonus=2)
def as_of(matched: RuleMatch) -> Force | None:
    """As of a day, in a question for what policies say: it is the day of those that answer.

    As of 1 March 2013, what must operators file? → find; in force on 2013-03-01; about “operators file”
    """
    others = [*matched.tokens[: matched.match.start()], *matched.tokens[matched.match.end() :]]
    days = matched.days()
    says = {"issue", "in_force", "take_effect", "expire"}
    documents = any(
        says & token.classes
        or ("document" in token.classes and ("plural" in token.classes or token.text > "\u2e80"))
        for token in others
    )
    if documents or days[0][0] != days[0][1]:
        return None
    told = any(token.is_word or token.entity for token in others)
    return Force(days=_span(days)) if told else None


@rule(
    "validity",
    f"{{which}}{{be|have|do|there}}{{0,2}}{{article|adverb}}{{0,2}}{{rule_noun}}"
    f"(?P<keep_topic>{{!issue|D|document}}{{0,14}}?){{comma}}?{{in}}{_DAY}(?={{question|stop}}*$)",
    bonus=2,
)
def rule_on(matched: RuleMatch) -> Force | None:
    """What the rule was on a day.

    What was the rule on sensors on 1 March 2013? → find; in force on 2013-03-01; about “sensors”
    """
    days = matched.days()
    return Force(days=_span(days)) if days[0][0] == days[0][1] else None


@rule("validity", f"{{in|since}}?{_DAY}{{then_post}}{{of|comma|mark}}?{{rule_noun}}?", bonus=2)
def at_that_time(matched: RuleMatch) -> Force:
    """Of that time, as Chinese has it.

    2013年3月1日当时的传感器规定 → find; in force on 2013-03-01; about “传感器规定”
    """
    return Force(days=_span(matched.days()))


@rule("validity", "{valid}(?={document|kind})", bonus=-0.5)
def called_valid(matched: RuleMatch) -> bool:
    """What may be said of any policy, and demands nothing: effective, applicable.

    applicable policies → list
    """
    return True


@rule(
    "head",
    "{which}{be|have|adverb|still}{0,4}(?={no_longer|not|not_yet|still}{0,2}{in_force})",
    bonus=0.3,
)
def what_is_in_force(matched: RuleMatch) -> Head:
    """What is in force, documents meant.

    What was in force on 1 March 2013? → in force on 2013-03-01
    """
    return Head(many=True, explicit=True)


@rule("validity", f"(?P<force>{_LEAD}{{in_force}})(?P<at>{_AT}){_DAY}{_TRAIL}", bonus=1.5)
def in_force_on(matched: RuleMatch) -> Force | None:
    """In force on a day, said before it.

    Which policies were in force on 1 March 2013? → in force on 2013-03-01
    policies still in force in 2013 → in force within 2013-01-01 to 2013-12-31
    Which policies were no longer in force in March 2013? → no longer in force on 2013-03-31
    ¿Qué políticas estaban vigentes el 1 de marzo de 2013? → in force on 2013-03-01
    """
    if any(token.text == "的" for token in matched.of("at")):
        return None  # 现行有效的2012年政策
    return Force(_states(matched.of("force")), _beside(matched))


@rule(
    "validity",
    f"(?P<at>{{in|since|from|until|by|to}}?){_DAY}{{in|around_post|until_post|mark|comma}}{{0,2}}"
    f"(?P<force>{_LEAD}{{in_force}}){_TRAIL}",
    bonus=1.5,
)
def on_in_force(matched: RuleMatch) -> Force | None:
    """In force on a day, said after it.

    2013年3月1日有效的政策 → in force on 2013-03-01
    截至2013年3月1日有效的政策有哪些 → in force on 2013-03-01
    哪些政策2013年有效 → in force within 2013-01-01 to 2013-12-31
    """
    tokens = matched.of("force")
    spoken = matched.tokens[max(0, matched.match.start() - 1) : matched.match.start()]
    # "policies 2012 in force", where Chinese says the day last: 哪些条例2017年生效.
    latin = matched.of()[-1].text < "\u2e80"
    named = {"issue", "document", "kind", "thing"} if latin else {"issue"}
    if any(named & token.classes for token in spoken) or (latin and _now(tokens)):
        return None
    return Force(_states(tokens), _beside(matched))


@rule(
    "validity",
    "(?<!{document|kind|thing|issue|issue_mark})"
    f"(?P<at>(?:{{in|since|until|to}}{{light}}?)?){_DAY}{{comma|around_post|mark}}{{0,2}}"
    "(?P<keep_rest>{which|article|be|do|have|T|Q|I|mark|there|who|any|all|how_many}{!issue}{0,14}?)"
    f"(?P<force>{_LEAD}{{in_force}}){_TRAIL}",
    bonus=1.6,
)
def on_that_day(matched: RuleMatch) -> Force | None:
    """In force on a day that the sentence begins with.

    As of 1 March 2013, which policies were in force? → in force on 2013-03-01
    2013年3月1日哪些政策有效？ → in force on 2013-03-01
    """
    tokens = matched.of("force")
    if not matched.starts and (_now(tokens) or _is_weak(matched)):
        return None
    return Force(_states(tokens), _beside(matched))


@rule(
    "validity",
    f"(?P<force>{_LEAD}{{in_force}})(?P<keep_rest>{{!issue|document|kind|D|comma}}{{1,8}}?)"
    f"(?P<at>{{in|since}}){_DAY}",
    bonus=1,
)
def in_force_for(matched: RuleMatch) -> Force | None:
    """In force for something on a day.

    Which policies were in force for sensors on 1 March 2013? → in force on 2013-03-01; about “sensors”
    """
    tokens = matched.of("force")
    if tokens[-1].text > "\u2e80" or _now(tokens) or _is_weak(matched):
        return None  # Chinese says the day first
    return Force(_states(tokens), _beside(matched))


def _now(tokens: Sequence[Token]) -> bool:
    """Tell "still in force", which is of today, from "in force"."""
    return any({"still", "no_longer"} & token.classes for token in tokens)


def names_one(matched: RuleMatch) -> bool:
    """Tell a group ``keep_name`` that may name a policy, or points at one."""
    classes = {one for token in matched.of("keep_name") for one in token.classes}
    return bool((_NAMING | _POINTING) & classes)


def _asked(matched: RuleMatch) -> Ask | None:
    """Return what is asked of the policy that the group ``keep_name`` names."""
    classes = {one for token in matched.of("keep_name") for one in token.classes}
    if not names_one(matched):
        return None
    if "there" in classes or (_is_weak(matched) and not matched.days("when")):
        return None
    first, last = matched.match.span("keep_name")
    said = [
        *matched.tokens[matched.match.start() : first],
        *matched.tokens[last : matched.match.end()],
    ]
    groups = [name for name in ("when", "then", "day") if name in matched.match.re.groupindex]
    days = [one for name in groups for one in matched.days(name)]
    return Ask("in_force", Force(_states(said), _span(days)))


@rule(
    "ask",
    f"(?P<then>(?:{{in|since|until}}?{_DAY}{{comma}}?)?)"
    f"{{be|have|do|whether|still|modal}}{{still|adverb|whether}}{{0,3}}{_NAME}"
    f"{_LEAD}{{in_force}}(?P<when>(?:{_AT}{_DAY})?){_ENDS}",
    bonus=3,
)
def whether_in_force(matched: RuleMatch) -> Ask | None:
    """Whether a policy is in force.

    Is the Special Action Plan still in force? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    In 2016, was the Special Action Plan in force? → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    Was the Special Action Plan in force in 2016? → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    """
    return _asked(matched) if is_opening(matched) else None


@rule(
    "ask",
    "^{mark|interjection|and|comma|plea}*{be|have|do|whether|still|modal|no_longer}"
    "{still|adverb|whether|no_longer|be}{0,3}{in_force}"
    f"(?P<when>(?:{_AT}{_DAY})?){{particle}}?{_ENDS}",
    bonus=3,
)
def still_in_force(matched: RuleMatch) -> Ask:
    """Whether what was shown before is in force: nothing is named, and nothing points at it.

    还有效吗？ → whether in force on 2014-08-01 (today); asks in_force
    ¿Sigue vigente? → whether in force on 2014-08-01 (today); asks in_force
    """
    said = matched.tokens[matched.match.start() : matched.match.end()]
    return Ask("in_force", Force(_states(said), _span(matched.days("when"))))


@rule(
    "ask",
    f"(?P<lead>(?:{{be|still|not|no_longer}}{{still|adverb}}{{0,3}})?){{in_force}}"
    f"(?P<then>(?:{_AT}{_DAY}{{comma}}?)?){_NAME}(?P<when>(?:{_AT}{_DAY})?){_ENDS}",
    bonus=3,
)
def is_in_force(matched: RuleMatch) -> Ask | None:
    """Whether a policy is in force, the verb first.

    ¿Sigue vigente el Special Action Plan? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    Can I still apply for a student loan? → find; about “still apply for a student loan”
    ¿Estaba vigente el Special Action Plan en 2016? → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    ¿Estaba vigente en 2016 el Special Action Plan? → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    ¿Se sigue aplicando el Special Action Plan? → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    """
    verb = matched.tokens[matched.match.start("keep_name") - 1]
    if not matched.has("lead") and "still" not in verb.classes:
        return None
    if "for_" in matched.of("keep_name")[0].classes:
        return None  # "can I still apply for a loan"
    return _asked(matched) if is_opening(matched) else None


@rule(
    "ask",
    f"(?:(?P<when>{{in|until}}?{_DAY}){{in|around_post|mark|comma}}{{0,2}})?{_NAME}"
    f"(?P<then>(?:{{in|until}}?{_DAY}{{in|around_post|mark}}{{0,2}})?)"
    "(?P<force>{be|have|still|whether|adverb|not|no_longer|not_yet}{0,5}{in_force}"
    f"{_TRAIL})(?P<day>(?:{_AT}{_DAY})?){_ENDS}",
    bonus=3,
)
def name_in_force(matched: RuleMatch) -> Ask | None:
    """Whether a policy is in force, its name first.

    Special Action Plan现在还有效吗 → whether in force on 2014-08-01 (today); asks in_force; about “Special Action Plan”
    Special Action Plan在2016年是否有效？ → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    ¿Special Action Plan estaba vigente en 2016? → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    2016年Special Action Plan有效吗 → whether in force within 2016-01-01 to 2016-12-31; asks in_force; about “Special Action Plan”
    """
    asks = {"still", "whether", "particle", "question_particle"}
    ends = matched.tokens[matched.match.end() : matched.match.end() + 1]
    asks |= {"be"} if ends and "question" in ends[0].classes else set()
    if not any(asks & token.classes for token in matched.of("force")):
        return None
    if {"of", "relative"} & matched.of("keep_name")[-1].classes or not is_opening(matched):
        return None
    return _asked(matched)


_OPENING = frozenset(
    """
    mark light interjection comma framing want know show pronoun first_person plea modal to greeting
    adverb and article whether
    """.split()  # noqa: SIM905 - reads as a list of words
)


def is_opening(matched: RuleMatch) -> bool:
    """Whether only courtesies and the like stand before the match in its sentence."""
    return all(_OPENING & token.classes for token in matched.tokens[: matched.match.start()])
