"""The Query: how a question was read, as conditions, intent, order and topic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from policybot.model import Intent, Order, RelationAsked, Span
from policybot.query.as_of import AsOf
from policybot.query.conditions import (
    AtProvision,
    Condition,
    Holds,
    InForce,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    Titled,
    conditions_in_words,
    demanding,
    of_type,
    wordings_of,
)
from policybot.query.periods import Period, periods_value
from policybot.query.rules.comparison import Compared
from policybot.query.rules.definitions import TermAsked
from policybot.query.rules.relations import Asked

JOINTLY = (2, None)
"""Two bodies or more."""

SmallTalk = Literal["greeting", "thanks", "identity", "help", "start_over", "goodbye"]

Asks = Literal["when", "who", "number", "about", "in_force", "text"]
"""What a question asks about a policy: its date, issuers or number, its content, whether it is in
force, or its whole text (only of the policy that the answer before showed)."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A date or a body that the question names without saying that it issued anything.

    ``wording`` is how the question names it; policies that meet ``condition`` are ranked higher.
    """

    wording: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Query:
    """How a question was read.

    Attributes:
        question: the question as typed.
        conditions: all that a policy must meet.
        intent: whether the best passages are wanted ("find"), or every policy that matches
            ("list").
        topic: the words to search for; ``topic_marked``: whether the question says that the
            policies are about it; ``search_text``: the topic and the quoted words, spelt as the
            corpus spells them.
        order: by relevance, or newest or oldest first; ``count``: the most policies wanted.
        hints: conditions that only raise the rank of policies that meet them.
        as_of: the days that a question for a rule is about, where it names them.
        unknown_issuers: bodies named as issuers that the corpus does not know; ``nearest``: known
            bodies that may be meant.
        unreadable_date: what is wrong with a date that the calendar does not have.
        compares: whether it compares numbers of policies, which no passage answers.
        includes: for a body in the conditions, its predecessors, whose policies match too.
        respelt: for a misspelt word, the word it was read as.
        asked_relation: the relation between policies that it asks for, as it says it;
            ``relation``: the same with the policies found.
        compared: the two texts that it asks to compare, as it names them.
        defines: the term whose definition it asks for, and the policy that defines it.
        policies: ordinals of the policies named by title or number, where it asks of nothing else.
        ids: ids of the policies that a follow-up is about; ``skip``: how many hits were shown.
        titles: ordinals of all policies named by title; in a "find" they are ranked first.
        asks: what it asks about a policy; ``whole``: whether it asks what a whole policy says.
        small_talk: the kind of message, where it is no question.
        ignored: words that the reading does not use, with their spans; ``not_understood``: those
            of the sentence that asks.
        missing: what the question would have to add, where it cannot be answered as it is.
        lone_word: the only word of the question, where it is a word of asking that policies may
            use too ("people", "state").
        language: of its words: ``en``, ``zh`` or ``es``.
        taken_from: what a follow-up took from the question before, in words.
        background: the other sentences of a longer text, which help ranking.
        today: the day of the question.
        notes: one line for each step of the reading, for ``--explain``.
        provisions: the provisions to be shown; ``provision_of``: how the question names their
            policy; ``otherwise``: the reading without provisions, used where no policy has that
            name.
    """

    question: str
    conditions: tuple[Condition, ...] = ()
    intent: Intent = "find"
    topic: str = ""
    topic_marked: bool = True
    search_text: str = ""
    order: Order = "relevance"
    count: int | None = None
    hints: tuple[Hint, ...] = ()
    as_of: AsOf | None = None
    unknown_issuers: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    unreadable_date: str | None = None
    compares: bool = False
    includes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    respelt: Mapping[str, str] = field(default_factory=dict)
    relation: RelationAsked | None = None
    asked_relation: Asked | None = None
    compared: Compared | None = None
    defines: TermAsked | None = None
    policies: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    skip: int = 0
    titles: tuple[int, ...] = ()
    asks: Asks | None = None
    whole: bool = False
    small_talk: SmallTalk | None = None
    ignored: tuple[tuple[str, Span], ...] = ()
    not_understood: tuple[str, ...] = ()
    missing: str | None = None
    lone_word: str = ""
    language: str = "en"
    taken_from: str | None = None
    background: str = ""
    today: dt.date | None = None
    notes: tuple[str, ...] = ()
    provisions: tuple[AtProvision, ...] = ()
    provision_of: str = ""
    otherwise: Query | None = field(default=None, compare=False, repr=False)

    @property
    def issuers(self) -> tuple[str, ...]:
        """The bodies that issued the policies."""
        return tuple(name for part in of_type(self.conditions, IssuedBy) for name in part.names)

    @property
    def without(self) -> tuple[str, ...]:
        """The bodies that did not issue them."""
        return tuple(name for part in of_type(self._negated, IssuedBy) for name in part.names)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods in which they were issued; empty for any time."""
        return next((part.periods for part in of_type(self.conditions, IssuedIn)), ())

    @property
    def since(self) -> dt.date | None:
        """The first day of the periods."""
        return self.periods[0][0] if self.periods else None

    @property
    def until(self) -> dt.date | None:
        """The last day of the periods."""
        return self.periods[-1][1] if self.periods else None

    @property
    def in_force(self) -> InForce | None:
        """The condition on validity, required or only asked about."""
        return next(iter(of_type(self.conditions, InForce)), None)

    @property
    def demands(self) -> tuple[Condition, ...]:
        """The conditions that exclude policies: all but what is only asked about."""
        return demanding(self.conditions)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The document numbers, of which a policy has one."""
        return tuple(
            number for part in of_type(self.conditions, Numbered) for number in part.numbers
        )

    @property
    def bodies(self) -> tuple[int, int | None] | None:
        """How many bodies issued a policy: at least, and at most."""
        return next(((c.least, c.most) for c in of_type(self.conditions, IssuerCount)), None)

    @property
    def joint(self) -> bool:
        """Whether two or more bodies issued them."""
        named = of_type(self.conditions, IssuedBy)
        together = any(part.together and len(part.names) > 1 for part in named)
        return together or (self.bodies is not None and self.bodies[0] >= 2)

    @property
    def alone(self) -> bool:
        """Whether exactly one body issued them."""
        return self.bodies == (1, 1)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Wordings that the text or the title contains, all of them."""
        held = of_type(self.conditions, Holds)
        return wordings_of((part for part in held if len(part.wordings) == 1), Holds)

    @property
    def either(self) -> tuple[str, ...]:
        """Wordings of which the text or the title contains one."""
        held = of_type(self.conditions, Holds)
        return wordings_of((part for part in held if len(part.wordings) > 1), Holds)

    @property
    def contained(self) -> tuple[str, ...]:
        """The wordings of :attr:`phrases` and :attr:`either`."""
        return self.phrases + self.either

    @property
    def absent(self) -> tuple[str, ...]:
        """Wordings that neither the text nor the title contains."""
        return wordings_of(self._negated, Holds)

    @property
    def titled(self) -> tuple[str, ...]:
        """Wordings of which the title contains one, kinds of document included."""
        return wordings_of(self.conditions, Titled)

    @property
    def of_kinds(self) -> tuple[str, ...]:
        """Kinds of document of which it is to be one."""
        held = [one for one in self.conditions if isinstance(one, Titled) and one.kinds]
        return tuple(wording for one in held for wording in one.wordings)

    @property
    def untitled(self) -> tuple[str, ...]:
        """Wordings that the title does not contain."""
        return wordings_of(self._negated, Titled)

    @property
    def asks_for_all(self) -> bool:
        """Whether every matching policy is wanted, or the first of them by date."""
        return self.intent == "list" or self.order != "relevance"

    @property
    def _negated(self) -> list[Condition]:
        return [part.condition for part in of_type(self.conditions, Not)]

    def in_words(self) -> str:
        """Return the conditions and the topic in English, on one line."""
        parts = conditions_in_words(self.conditions)
        return "; ".join([*parts, *([f"about “{self.topic}”"] if self.topic else [])])

    def to_dict(self) -> dict[str, Any]:
        """The reading as the answer's JSON shows it."""
        bodies = self.bodies if self.bodies not in {JOINTLY, (1, 1)} else None
        optional: dict[str, Any] = {
            "without": list(self.without),
            "joint": self.joint,
            "alone": self.alone,
            "bodies": list(bodies or ()),
            "periods": periods_value(self.periods) if len(self.periods) > 1 else [],
            "either": list(self.either),
            "absent": list(self.absent),
            "titled": list(self.titled),
            "untitled": list(self.untitled),
            "order": self.order if self.order != "relevance" else None,
            "count": self.count,
            "respelt": dict(self.respelt),
            "includes": {name: list(former) for name, former in self.includes.items()},
            "as_of": [day.isoformat() for day in self.as_of.days] if self.as_of else [],
            "relation": self.relation.to_dict() if self.relation else None,
            "defines": self.defines.to_dict() if self.defines else None,
            "asks": self.asks,
            "today": self.today.isoformat() if self.today and self.in_force else None,
            "small_talk": self.small_talk,
            "from_before": self.taken_from,
        }
        return {
            "issuers": list(self.issuers),
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "number": " / ".join(self.numbers) or None,
            "phrases": list(self.phrases),
            "topic": self.topic,
            "conditions": [part.to_dict() for part in (*self.conditions, *self.provisions)],
            "ignored": [{"text": text, "span": list(span)} for text, span in self.ignored],
            **{name: value for name, value in optional.items() if value},
        }
