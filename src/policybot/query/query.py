"""A question understood: its conditions, its intent, and the topic that is left to search for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from policybot.model import Intent, Order, RelationAsked, Span
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
)
from policybot.query.periods import Period
from policybot.query.rules.comparison import Compared
from policybot.query.rules.definitions import TermAsked
from policybot.query.rules.relations import Asked

_C = TypeVar("_C", bound=Condition)

JOINTLY = (2, None)
"""Two bodies or more."""

SmallTalk = Literal["greeting", "thanks", "identity", "help", "start_over", "goodbye"]

Asks = Literal["when", "who", "number", "about", "in_force", "text"]
"""What a question asks of a policy as such: its date, issuers or number, whether it is in force, or
(of the policy of the answer before) its whole text."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A date or a body the question names without saying that it issued anything then.

    ``wording`` is how the question says it, ``condition`` what a policy of that date or body meets.
    """

    wording: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Query:
    """How a question was read.

    Attributes:
        question: what was typed.
        conditions: what a policy must meet, all of it.
        intent: whether one passage is looked for, or every policy that belongs.
        topic: what is left to search for; ``topic_marked``: whether the question says that policies
            are about it; ``search_text`` is the same with quoted words, in words
            that the corpus has.
        order: which policies by date come first; ``count``: the most that are wanted.
        hints: what orders hits and excludes none.
        unknown_issuers: bodies it attributes policies to that the corpus does not know;
            ``nearest`` are known ones that may be meant.
        unreadable_date: what is wrong with a date it demands that is none.
        compares: whether it compares numbers of policies, which no passage says.
        includes: for a body of the conditions, those it was before, whose policies are its own.
        respelt: for a misspelt word, the one it is read as.
        asked_relation: what it asks of relations, as it says it; ``relation``: what that came to.
        compared: which two texts it compares, as it says it.
        defines: the term that it asks the meaning of, and of which policy.
        policies: ordinals of the policies that it asks of by title or number, and nothing else.
        ids: policies that a follow-up speaks of, by id; ``skip``: how many hits it has seen.
        titles: ordinals of those it names by title; of the hits of a find, they come first.
        asks: what it asks of a policy as such.
        small_talk: what it is instead of a question.
        ignored: words that belong to nothing the question asks for, and what sentences beside it
            say that is not used, with their spans; ``not_understood``: those of its own sentence.
        missing: what the question leaves out, where it cannot be answered for that.
        lone_word: the one word that it is, where policies may use it too ("people", "state").
        language: of its words: ``en``, ``zh`` or ``es``.
        taken_from: what a follow-up took from the question before, in words.
        background: the rest of a longer text, which helps ranking; ``sentences``: that and the
            sentence that asks as they were typed, for an encoder to read.
        today: the day on which it is asked.
        notes: one line for each step, for ``--explain``.
        provisions: what is to be shown of the policy meant; ``provision_of`` is how it calls
            that; ``otherwise`` is the question read as any other, for where none is so called.
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
    small_talk: SmallTalk | None = None
    ignored: tuple[tuple[str, Span], ...] = ()
    not_understood: tuple[str, ...] = ()
    missing: str | None = None
    lone_word: str = ""
    language: str = "en"
    taken_from: str | None = None
    background: str = ""
    sentences: str = ""
    today: dt.date | None = None
    notes: tuple[str, ...] = ()
    provisions: tuple[AtProvision, ...] = ()
    provision_of: str = ""
    otherwise: Query | None = field(default=None, compare=False, repr=False)

    @property
    def issuers(self) -> tuple[str, ...]:
        """The bodies that are to have issued it."""
        return tuple(
            name for one in self.conditions if isinstance(one, IssuedBy) for name in one.names
        )

    @property
    def without(self) -> tuple[str, ...]:
        """The bodies that are not to have issued it."""
        return tuple(name for one in self._negated(IssuedBy) for name in one.names)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The spans of time that it is to be of; empty where any will do."""
        return next((one.periods for one in self.conditions if isinstance(one, IssuedIn)), ())

    @property
    def since(self) -> dt.date | None:
        """The first day that counts."""
        return self.periods[0][0] if self.periods else None

    @property
    def until(self) -> dt.date | None:
        """The last day that counts."""
        return self.periods[-1][1] if self.periods else None

    @property
    def in_force(self) -> InForce | None:
        """What it demands or asks of validity."""
        return next((one for one in self.conditions if isinstance(one, InForce)), None)

    @property
    def demands(self) -> tuple[Condition, ...]:
        """The conditions that leave policies out: all but what is only asked."""
        return tuple(o for o in self.conditions if not (isinstance(o, InForce) and o.asked))

    @property
    def numbers(self) -> tuple[str, ...]:
        """The document numbers of which it is to have one."""
        return tuple(
            number for one in self.conditions if isinstance(one, Numbered) for number in one.numbers
        )

    @property
    def bodies(self) -> tuple[int, int | None] | None:
        """How many bodies are to have issued it, at least and at most."""
        return next(
            ((one.least, one.most) for one in self.conditions if isinstance(one, IssuerCount)), None
        )

    @property
    def joint(self) -> bool:
        """Whether two bodies or more are to have issued it."""
        together = any(
            isinstance(one, IssuedBy) and one.together and len(one.names) > 1
            for one in self.conditions
        )
        return together or (self.bodies is not None and self.bodies[0] >= 2)

    @property
    def alone(self) -> bool:
        """Whether one body is to have issued it."""
        return self.bodies == (1, 1)

    @property
    def phrases(self) -> tuple[str, ...]:
        """Words that its text or title must hold, each of them."""
        held = [o for o in self.conditions if isinstance(o, Holds) and len(o.wordings) == 1]
        return tuple(one.wordings[0] for one in held)

    @property
    def either(self) -> tuple[str, ...]:
        """Words of which its text or title must hold one."""
        held = [o for o in self.conditions if isinstance(o, Holds) and len(o.wordings) > 1]
        return tuple(wording for one in held for wording in one.wordings)

    @property
    def contained(self) -> tuple[str, ...]:
        """The words that a policy may be shown for: all it must hold, or may."""
        return self.phrases + self.either

    @property
    def absent(self) -> tuple[str, ...]:
        """Words that neither its text nor its title may hold."""
        return tuple(wording for one in self._negated(Holds) for wording in one.wordings)

    @property
    def titled(self) -> tuple[str, ...]:
        """Words of which its title must hold one, or by which it is called."""
        held = [one for one in self.conditions if isinstance(one, Titled)]
        return tuple(wording for one in held for wording in one.wordings)

    @property
    def of_kinds(self) -> tuple[str, ...]:
        """Kinds of document of which it is to be one."""
        held = [one for one in self.conditions if isinstance(one, Titled) and one.kinds]
        return tuple(wording for one in held for wording in one.wordings)

    @property
    def untitled(self) -> tuple[str, ...]:
        """Words that its title may not hold."""
        return tuple(wording for one in self._negated(Titled) for wording in one.wordings)

    @property
    def asks_for_all(self) -> bool:
        """Whether every policy that belongs is wanted, or those that come first by date."""
        return self.intent == "list" or self.order != "relevance"

    def _negated(self, kind: type[_C]) -> list[_C]:
        inner = [one.condition for one in self.conditions if isinstance(one, Not)]
        return [one for one in inner if isinstance(one, kind)]

    def in_words(self) -> str:
        """Return the conditions and the topic in English, on one line."""
        said = conditions_in_words(self.conditions)
        return "; ".join([*said, *([f"about “{self.topic}”"] if self.topic else [])])

    def to_dict(self) -> dict[str, Any]:
        """The reading as the answer's JSON shows it."""
        more: dict[str, Any] = {
            "without": list(self.without),
            "joint": self.joint,
            "alone": self.alone,
            "bodies": list(self.bodies)
            if self.bodies and self.bodies not in {JOINTLY, (1, 1)}
            else [],
            "periods": [[d.isoformat() if d else None for d in p] for p in self.periods]
            if len(self.periods) > 1
            else [],
            "either": list(self.either),
            "absent": list(self.absent),
            "titled": list(self.titled),
            "untitled": list(self.untitled),
            "order": self.order if self.order != "relevance" else None,
            "count": self.count,
            "respelt": dict(self.respelt),
            "includes": {name: list(former) for name, former in self.includes.items()},
            "relation": self.relation.to_dict() if self.relation else None,
            **({"defines": self.defines.to_dict()} if self.defines else {}),
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
            "conditions": [one.to_dict() for one in (*self.conditions, *self.provisions)],
            "ignored": [{"text": text, "span": list(span)} for text, span in self.ignored],
            **{name: value for name, value in more.items() if value},
        }
