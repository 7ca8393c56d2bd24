"""Duties on a day: the rules in force on that day are asked for, and not those issued then."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from policybot.query.rules.asks import ValidityState
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import Token, has_class, word_classes

_PREPOSITIONS = word_classes("with_ to for_ from")
"""Classes of words after which a body is no agent."""


def _is_of_duty(tokens: Sequence[Token]) -> bool:
    """Return whether a sentence asks what somebody, who is no issuer, had to do on a day.

    The word after one of duty says what had to be done, even if it may also be a verb of issuing.
    """
    done = [t for before, t in itertools.pairwise(tokens) if "duty" in before.classes]
    others = [token for token in tokens if token not in done]
    named = [token for token in tokens if "article" not in token.classes]
    issuers = {"I", "body_noun"} if has_class(done, "issue", "say", "does") else {"I"}
    acts = any(
        issuers & token.classes and not (at and _PREPOSITIONS & named[at - 1].classes)
        for at, token in enumerate(named)
    )
    return (
        sum("D" in token.classes for token in tokens) == 1
        and has_class(tokens, "duty")
        and has_class(tokens, *_ASKING)
        and not any("plea" in token.classes and "duty" not in token.classes for token in tokens)
        and not has_class(others, *_OF_POLICIES)
        and not has_class(tokens, "kind", "policy")
        and not acts
    )


_ASKING = word_classes("which who when where how how_many whether question particle")
_OF_POLICIES = word_classes("issue in_force take_effect expire mention title wording")


@rule("validity", "{in|subject_mark}?@date{in|mark|comma}{0,2}", bonus=2)
def duty_on(matched: RuleMatch) -> ValidityState | None:
    """What somebody had to do, or was allowed to do, on a day: the rules must be in force then.

    On 1 March 2013, what did operators have to file? → find; in force on 2013-03-01; about “operators have to file”
    What were operators required to report on 1 March 2013? → find; in force on 2013-03-01; about “operators required to report”
    What did MIIT issue on 1 March 2013? → issued by Ministry of Industry and Information Technology; issued 2013-03-01
    2013年3月1日运营商必须提交哪些材料？ → find; in force on 2013-03-01; about “运营商必须提交哪些材料”
    El 1 de marzo de 2013, ¿qué tenían que presentar los operadores? → find; in force on 2013-03-01; about “presentar los operadores”
    """
    days = matched.days()
    is_single_day = bool(days) and days[0][0] == days[0][1]
    return ValidityState(days=days[0]) if is_single_day and _is_of_duty(matched.tokens) else None


@rule(
    "duty",
    "{duty}(?:(?:{!D|duty|question|stop}{0,3}?{which})?"
    "{issue|document|thing|show|say|mention|does|define})?{article}{0,2}",
    bonus=3,
)
def what_duty_asks(matched: RuleMatch) -> bool | None:
    """The words of a duty are part of the topic, even if they may also ask for policies.

    ¿Qué tenían que presentar los operadores el 1 de marzo de 2013? → find; in force on 2013-03-01; about “presentar los operadores”
    """
    return _is_of_duty(matched.tokens) or None
