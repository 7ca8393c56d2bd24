"""What somebody had to do on a day: asked of the rules of that day, and not of what was issued then."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from policybot.query.rules.asks import Force
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import Token


def _is_of_duty(tokens: Sequence[Token]) -> bool:
    """Tell a question for what somebody had to do on a day, who is no issuer, from one for policies.

    What stands right after a word of duty says what had to be done, whatever else it may say.
    """
    done = [t for before, t in itertools.pairwise(tokens) if "duty" in before.classes]
    others = [token for token in tokens if token not in done]
    named = [token for token in tokens if "article" not in token.classes]
    issuers = {"I", "body_noun"} if any(_ISSUES & token.classes for token in done) else {"I"}
    acts = any(
        issuers & token.classes and not (at and _TOWARDS & named[at - 1].classes)
        for at, token in enumerate(named)
    )
    says = {"issue", "in_force", "take_effect", "expire", "mention", "title", "wording"}
    asks = {"which", "who", "when", "where", "how", "how_many", "whether", "question", "particle"}
    days = [token for token in tokens if "D" in token.classes]
    return (
        len(days) == 1
        and any("duty" in token.classes for token in tokens)
        and any(asks & token.classes for token in tokens)
        and not any("plea" in token.classes and "duty" not in token.classes for token in tokens)
        and not any(says & token.classes for token in others)
        and not any({"kind", "policy"} & token.classes for token in tokens)
        and not acts
    )


_ISSUES = frozenset(["issue", "say", "does"])
_TOWARDS = frozenset(["with_", "to", "for_", "from"])


@rule("validity", "{in|subject_mark}?@date{in|mark|comma}{0,2}", bonus=2)
def duty_on(matched: RuleMatch) -> Force | None:
    """What somebody had to do on a day, or was allowed to: the day is that of the rules for it.

    On 1 March 2013, what did operators have to file? → find; in force on 2013-03-01; about “operators have to file”
    What were operators required to report on 1 March 2013? → find; in force on 2013-03-01; about “operators required to report”
    What did MIIT issue on 1 March 2013? → issued by Ministry of Industry and Information Technology; issued 2013-03-01
    2013年3月1日运营商必须提交哪些材料？ → find; in force on 2013-03-01; about “运营商必须提交哪些材料”
    El 1 de marzo de 2013, ¿qué tenían que presentar los operadores? → find; in force on 2013-03-01; about “presentar los operadores”
    """
    days = matched.days()
    one = bool(days) and days[0][0] == days[0][1]
    return Force(days=days[0]) if one and _is_of_duty(matched.tokens) else None


@rule(
    "duty",
    "{duty}(?:(?:{!D|duty|question|stop}{0,3}?{which})?"
    "{issue|document|thing|show|say|mention|does|define})?{article}{0,2}",
    bonus=3,
)
def what_duty_asks(matched: RuleMatch) -> bool | None:
    """What somebody had to do is part of the topic, though policies are issued and presented too.

    ¿Qué tenían que presentar los operadores el 1 de marzo de 2013? → find; in force on 2013-03-01; about “presentar los operadores”
    """
    return _is_of_duty(matched.tokens) or None
