"""What a question asks of a policy: when, who, by which number, what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policybot.model import State
from policybot.query.periods import Period
from policybot.query.rules.rule import RuleMatch, rule


@dataclass(frozen=True, slots=True)
class Force:
    """A state of validity, and the days it is asked for: None for today."""

    states: tuple[State, ...] = ("in_force",)
    days: Period | None = None

    @property
    def dated(self) -> bool:
        """Whether the question names the days."""
        return self.days is not None


@dataclass(frozen=True, slots=True)
class Ask:
    """A word of asking for one thing: when, who, which number, what is in it, and any other.

    ``force`` is the state that is asked about, where it is that.
    """

    what: Literal["when", "who", "number", "about", "in_force", "other"]
    force: Force | None = None


def is_spoken_of(matched: RuleMatch) -> bool:
    """Tell "does the plan say …", where the document is known, from a question for documents."""
    after = matched.tokens[matched.match.end() : matched.match.end() + 1]
    return any("say" in token.classes for token in after)


@rule("ask", "{make}(?={article|T|word|kind|it|Q|N|praise})", bonus=0.3)
def make(matched: RuleMatch) -> Ask:
    """What a policy is about as such.

    summarise the Special Action Plan → asks about; about “Special Action Plan”
    """
    return Ask("about")


@rule(
    "about",
    "(?<={where}){be|do|have|it|pronoun|light}*{discuss|mention}|(?<={word}){discuss|mention}(?={stop|question}*$)",
    bonus=1,
)
def spoken_of(matched: RuleMatch) -> bool | None:
    """What is spoken of somewhere, as policies are asked for in passing.

    Where is cloud computing talked about? → find; about “cloud computing”
    ¿Dónde se habla de computación en la nube? → find; about “computación en la nube”
    """
    return True if any("where" in t.classes for t in matched.tokens[:2]) else None


@rule("ask", "{when}{be|do|have|modal|adverb}*", bonus=0.2)
def when(matched: RuleMatch) -> Ask:
    """When.

    When was the Special Action Plan issued? → asks when; about “Special Action Plan”
    """
    return Ask("when")


@rule(
    "ask",
    "{who}{be|do|have|modal|adverb}*(?:(?:{article|it|pronoun}*{issue})|{by})?(?=.)|{by|from}{who}|{which}{body_noun}s?{issue|be|have}*",
    bonus=0.4,
)
def who(matched: RuleMatch) -> Ask | None:
    """Who.

    Who issued the Special Action Plan? → asks who; about “Special Action Plan”
    """
    named = any({"issue", "body_noun"} & t.classes for t in matched.of())
    return Ask("who" if named else "other")


@rule("ask", "{where|how|why}", bonus=0)
def other(matched: RuleMatch) -> Ask:
    """Where, how, why.

    How should cities build demonstration zones? → find; about “cities build demonstration zones”
    """
    return Ask("other")


@rule(
    "ask",
    "(?:{which}{be}(?:{article}*{document|kind}?{number_word}|{how_many}(?={article}))|{number_word}(?:{of}|{be}*{which}|$))",
    bonus=0.6,
)
def number(matched: RuleMatch) -> Ask:
    """Which number.

    What is the number of the Special Action Plan? → asks number; about “Special Action Plan”
    """
    return Ask("number")


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
