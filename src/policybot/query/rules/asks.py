"""What a question asks about a policy: when and by whom it was issued, its number, its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policybot.model import State
from policybot.query.periods import Period
from policybot.query.rules.rule import RuleMatch, rule
from policybot.query.tokens import has_class


@dataclass(frozen=True, slots=True)
class ValidityState:
    """States of validity, and the days for which they are asked; None for today."""

    states: tuple[State, ...] = ("in_force",)
    days: Period | None = None


@dataclass(frozen=True, slots=True)
class PolicyQuestion:
    """A question about a policy, and for ``in_force`` the state asked about."""

    asks: Literal["when", "who", "number", "about", "in_force", "other"]
    validity: ValidityState | None = None


def is_spoken_of(matched: RuleMatch) -> bool:
    """Return whether the document is the subject of "say": "does the plan say …"."""
    return has_class(matched.after[:1], "say")


@rule("ask", "{make}(?={article|T|word|kind|it|Q|N|praise})", bonus=0.3)
def summary(matched: RuleMatch) -> PolicyQuestion:
    """A request for the content of a policy.

    summarise the Special Action Plan → asks about; about “Special Action Plan”
    """
    return PolicyQuestion("about")


@rule(
    "about",
    "(?<={where}){be|do|have|it|pronoun|light}*{discuss|mention}|(?<={word}){discuss|mention}(?={stop|question}*$)",
    bonus=1,
)
def spoken_of(matched: RuleMatch) -> bool | None:
    """Where something is spoken of.

    Where is cloud computing talked about? → find; about “cloud computing”
    ¿Dónde se habla de computación en la nube? → find; about “computación en la nube”
    """
    return True if has_class(matched.tokens[:2], "where") else None


@rule(
    "ask",
    "{when}{be|do|have|modal|adverb}*(?:(?<={be}){issue}(?={article|word|kind}))?",
    bonus=0.2,
)
def when(matched: RuleMatch) -> PolicyQuestion:
    """When.

    When was the Special Action Plan issued? → asks when; about “Special Action Plan”
    ¿Cuándo se publicó el Plan de Acción Especial? → asks when; about “Plan de Acción Especial”
    """
    return PolicyQuestion("when")


@rule(
    "ask",
    "{who}{be|do|have|modal|adverb}*(?:(?:{article|it|pronoun}*{issue})|{by})?(?=.)|{by|from}{who}|{which}{body_noun}s?{issue|be|have}*",
    bonus=0.4,
)
def who(matched: RuleMatch) -> PolicyQuestion | None:
    """Who.

    Who issued the Special Action Plan? → asks who; about “Special Action Plan”
    """
    named = has_class(matched.of(), "issue", "body_noun")
    return PolicyQuestion("who" if named else "other")


@rule("ask", "{where|how|why}", bonus=0)
def where_how_why(matched: RuleMatch) -> PolicyQuestion:
    """Where, how, why.

    How should cities build demonstration zones? → find; about “cities build demonstration zones”
    """
    return PolicyQuestion("other")


@rule(
    "ask",
    "(?:{which}{be}(?:{article}*{document|kind}?{number_word}|{how_many}(?={article}))|{number_word}(?:{of}|{be}*{which|how_many}|$)|{which}{number_word}{do|have|be}(?={it}))",
    bonus=0.6,
)
def number(matched: RuleMatch) -> PolicyQuestion:
    """Which number.

    What is the number of the Special Action Plan? → asks number; about “Special Action Plan”
    What number does it have? → asks number
    """
    return PolicyQuestion("number")


@rule("issue", "{be|have|do|modal|adverb}*{issue}{adverb|issue_mark}*", bonus=-0.3)
def issued(matched: RuleMatch) -> bool:
    """A word of issuing.

    Which policies were issued in 2013? → issued 2013-01-01 to 2013-12-31
    """
    return True


@rule(
    "about",
    "{be|relative}*{about|discuss}{about|to|article}*(?={word|kind|praise|document|number|nation|I|D|Q|wording|han|body_noun|title|unit|other|plain|in_force})",
    bonus=0.1,
)
def about(matched: RuleMatch) -> bool:
    """What policies are about.

    policies on patents → about “patents”
    关于标准的政策 → about “标准”
    políticas sobre patentes → about “patentes”
    """
    return True
