"""What a question demands of a policy: one class a condition, each with its span and its words.

Conditions are data: an index matches them (``Generation.policies_matching``), a renderer puts them
into words, and JSON lists them. A tuple of conditions is their conjunction.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from policybot.corpus.provisions.labels import address_of
from policybot.corpus.provisions.lookup import in_words
from policybot.model import Span, State
from policybot.query.condition_words import WORDS, Language, quoted
from policybot.query.periods import Period, _period_in_words, periods_in_words, periods_value


@dataclass(frozen=True, slots=True)
class Condition:
    """One demand of a question. ``span`` is where the question makes it, into what was typed."""

    kind: ClassVar[str]
    span: Span | None = field(default=None, compare=False, kw_only=True)

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """Return the condition in words, as in "issued by the Ministry of Finance"."""
        raise NotImplementedError

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever JSON shows
        """What JSON shows of it."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """The condition as JSON: its kind, its value and its span."""
        return {"kind": self.kind, "value": self.value, "span": list(self.span or ()) or None}


@dataclass(frozen=True, slots=True)
class IssuedBy(Condition):
    """Any of the bodies issued it; with ``together``, all of them did."""

    kind: ClassVar[str] = "issued_by"
    names: tuple[str, ...]
    together: bool = False

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        words = WORDS[language]
        together = self.together and len(self.names) > 1
        names = words["and" if together else "or"].join(self.names)
        key = "not_issued_by" if negated else "all" if together else "issued_by"
        return words[key].format(names)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The names."""
        return list(self.names)


@dataclass(frozen=True, slots=True)
class IssuerCount(Condition):
    """So many bodies issued it: ``least`` at least, ``most`` at most (None: any number more)."""

    kind: ClassVar[str] = "issuer_count"
    least: int
    most: int | None = None

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; its negation is another count."""
        words = WORDS[language]
        if (self.least, self.most) == (2, None):
            return words["jointly"]
        if (self.least, self.most) == (1, 1):
            return words["alone"]
        return words["bodies" if self.most == self.least else "bodies_or_more"].format(self.least)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The least and the most."""
        return [self.least, self.most]


@dataclass(frozen=True, slots=True)
class IssuedIn(Condition):
    """It was issued within one of the periods, which are in order and do not touch."""

    kind: ClassVar[str] = "issued_in"
    periods: tuple[Period, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; its negation is other periods."""
        words = WORDS[language]
        return words["issued"].format(self.dates_in_words(language))

    def dates_in_words(self, language: Language = "en") -> str:
        """Return the days: "2012-01-01 to 2012-12-31"."""
        return periods_in_words(self.periods, language)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The periods, each as two days in ISO 8601 or null."""
        return periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class EffectiveIn(Condition):
    """It entered into force, or will, within one of the periods: in order, not touching."""

    kind: ClassVar[str] = "effective_in"
    periods: tuple[Period, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; its negation is other periods."""
        return WORDS[language]["effective"].format(periods_in_words(self.periods, language))

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The periods, each as two days in ISO 8601 or null."""
        return periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class ExpiresIn(Condition):
    """Its end is within one of the periods: by its own date, or by another policy."""

    kind: ClassVar[str] = "expires_in"
    periods: tuple[Period, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; its negation is other periods."""
        return WORDS[language]["expires"].format(periods_in_words(self.periods, language))

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The periods, each as two days in ISO 8601 or null."""
        return periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class Numbered(Condition):
    """It has one of the document numbers."""

    kind: ClassVar[str] = "numbered"
    numbers: tuple[str, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; no question denies one."""
        return WORDS[language]["number"].format(" / ".join(self.numbers))

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The numbers."""
        return list(self.numbers)


Stateable = Literal["number", "date", "issuer"]


@dataclass(frozen=True, slots=True)
class Stated(Condition):
    """Its source states a document number, a date, or who issued it, whichever these are."""

    kind: ClassVar[str] = "stated"
    what: Stateable

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        return WORDS[language][f"has_{'no_' if negated else ''}{self.what}"]

    @property
    def value(self) -> str:
        """What is stated."""
        return self.what


@dataclass(frozen=True, slots=True)
class OfPolicy(Condition):
    """It is the policy shown before, by its id: what a follow-up asks something of."""

    kind: ClassVar[str] = "policy"
    id: str

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; no question denies one."""
        return WORDS[language]["of"]

    @property
    def value(self) -> str:
        """The id."""
        return self.id


@dataclass(frozen=True, slots=True)
class AtProvision(Condition):
    """It has a provision: what is to be shown of it. ``steps`` lead there, the widest first."""

    kind: ClassVar[str] = "provision"
    steps: tuple[tuple[str, str], ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; no question denies one."""
        return in_words(self.value, language)

    @property
    def value(self) -> str:
        """The address."""
        return address_of(self.steps)


@dataclass(frozen=True, slots=True)
class Holds(Condition):
    """Its title or text holds one of the wordings, word for word.

    A body's name stands for all its names, and a word in the singular or the plural for both,
    unless ``chosen``: then the person quoted them.
    """

    kind: ClassVar[str] = "holds"
    wordings: tuple[str, ...]
    chosen: bool = False

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        return quoted(self.wordings, language, "not_holds" if negated else "holds")

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The wordings."""
        return list(self.wordings)


@dataclass(frozen=True, slots=True)
class Titled(Condition):
    """Its title has one of the wordings, in singular or plural.

    With ``kinds``, they are kinds of document ("notices"), which its number or a heading above its
    text may name, too; with ``scattered``, every word of one
    stands somewhere in the title.
    """

    kind: ClassVar[str] = "titled"
    wordings: tuple[str, ...]
    kinds: bool = False
    scattered: bool = False

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        key = "of_kind" if self.kinds else "titled"
        return quoted(self.wordings, language, f"not_{key}" if negated else key)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The wordings."""
        return list(self.wordings)


@dataclass(frozen=True, slots=True)
class InForce(Condition):
    """It is in one of ``states`` on a day, or on some day of a span.

    What the sources do not state meets no state but ``unknown``, denied or not. With ``asked`` the
    question asks whether it is so, and demands nothing. ``today`` is the day on which the question
    is asked: from then on counts what a source says of the status.
    """

    kind: ClassVar[str] = "in_force"
    days: Period
    states: tuple[State, ...] = ("in_force",)
    today: dt.date | None = None
    asked: bool = False

    @property
    def span_of_days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day, the calendar's where an end is open."""
        return self.days[0] or dt.date.min, self.days[1] or dt.date.max

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        words = WORDS[language]
        states = {*(opposite(self).states if negated else self.states)}
        key = "not_in_force" if len(states) > 1 else next(iter(states), "unknown")
        first, last = self.days
        how = "within" if first != last else "on_today" if first == self.today else "on"
        when = _period_in_words(self.days, language)
        said = words[key].format(words[how].format(when) if when else words["always"])
        return words["asked"].format(said) if self.asked else said

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The days in ISO 8601, null where open; the states; whether it is only asked."""
        days = [day.isoformat() if day else None for day in self.days]
        return {"days": days, "states": list(self.states), "asked": self.asked}


def opposite(condition: InForce) -> InForce:
    """Return the condition that is met where one is known not to be."""
    known: tuple[State, ...] = ("in_force", "not_yet", "ended")
    others = tuple(state for state in known if state not in condition.states)
    return dataclasses.replace(condition, states=others)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The condition does not hold."""

    kind: ClassVar[str] = "not"
    condition: Condition

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        return self.condition.in_words(language, negated=not negated)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The condition that does not hold."""
        return self.condition.to_dict()


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """One of the conditions holds."""

    kind: ClassVar[str] = "or"
    conditions: tuple[Condition, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        joiner = WORDS[language]["and" if negated else "or"]
        return joiner.join(one.in_words(language, negated=negated) for one in self.conditions)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The conditions."""
        return [one.to_dict() for one in self.conditions]


@dataclass(frozen=True, slots=True)
class And(Condition):
    """All of the conditions hold."""

    kind: ClassVar[str] = "and"
    conditions: tuple[Condition, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        joiner = WORDS[language]["or" if negated else "and"]
        return joiner.join(one.in_words(language, negated=negated) for one in self.conditions)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The conditions."""
        return [one.to_dict() for one in self.conditions]


_DEMANDS = {
    IssuedBy: "issuers",
    IssuerCount: "issuers",
    IssuedIn: "dates",
    Numbered: "number",
    Holds: "phrases",
    Titled: "phrases",
    InForce: "validity",
    EffectiveIn: "validity",
    ExpiresIn: "validity",
}


def demand_of(condition: Condition) -> str:
    """Return which of :data:`policybot.query.demanded.DEMANDS` a condition is about."""
    while isinstance(condition, Not | Or | And):
        condition = condition.condition if isinstance(condition, Not) else condition.conditions[0]
    if isinstance(condition, Stated):
        return {"number": "number", "date": "dates", "issuer": "issuers"}[condition.what]
    return _DEMANDS[type(condition)]


def conditions_in_words(conditions: Sequence[Condition], language: Language = "en") -> list[str]:
    """Return each condition in words; "issued jointly" only where the bodies do not say it."""
    joint = any(isinstance(c, IssuedBy) and c.together and len(c.names) > 1 for c in conditions)
    return [
        condition.in_words(language)
        for condition in conditions
        if not (joint and isinstance(condition, IssuerCount) and condition.most is None)
    ]


def without_words(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions that hold no word a person chose: what may be kept of a question."""
    kept: list[Condition] = []
    for condition in conditions:
        inner = condition.condition if isinstance(condition, Not) else condition
        if isinstance(inner, Holds) or (isinstance(inner, Titled) and not inner.kinds):
            continue
        if not isinstance(inner, Numbered):
            kept.append(condition)
            continue
        digits = (
            "".join(c for c in number if c.isdigit() or c in "〔〕()[]/. 号-").strip()
            for number in inner.numbers
        )
        numbers = tuple(filter(None, digits))
        if numbers:
            kept.append(dataclasses.replace(inner, numbers=numbers))
    return tuple(kept)
