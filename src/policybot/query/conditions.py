"""The conditions that a question sets for policies: one class each, with its span and its words.

Conditions are data: an index matches them (``Generation.policies_matching``), renderers put them
into words, and JSON lists them. A tuple of conditions is their conjunction.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar

from policybot.corpus.provisions.labels import address_of
from policybot.corpus.provisions.lookup import in_words
from policybot.model import Span, State
from policybot.query.condition_words import LANGUAGE_NAMES, WORDS, Language
from policybot.query.periods import Period, period_in_words, periods_in_words, periods_value


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that a policy must meet. ``span`` is its place in the question as typed."""

    kind: ClassVar[str]
    span: Span | None = field(default=None, compare=False, kw_only=True)

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """Return the condition in words, as in "issued by the Ministry of Finance".

        With ``negated``, the words say that it does not hold. Conditions that are never negated
        ignore it.
        """
        return self._words(language, negated)

    @property
    def value(self) -> Any:  # noqa: ANN401 - any JSON value
        """The value as JSON shows it."""
        return self._value()

    def to_dict(self) -> dict[str, Any]:
        """The condition as JSON: its kind, its value and its span."""
        return {"kind": self.kind, "value": self.value, "span": list(self.span or ()) or None}

    def _words(self, language: Language, negated: bool) -> str:
        raise NotImplementedError

    def _value(self) -> object:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class IssuedBy(Condition):
    """At least one of the bodies issued the policy; with ``together``, all of them did."""

    kind: ClassVar[str] = "issued_by"
    names: tuple[str, ...]
    together: bool = False

    def _words(self, language: Language, negated: bool) -> str:
        words = WORDS[language]
        together = self.together and len(self.names) > 1
        names = words["and" if together else "or"].join(self.names)
        key = "not_issued_by" if negated else "all" if together else "issued_by"
        return words[key].format(names)

    def _value(self) -> object:
        return list(self.names)


@dataclass(frozen=True, slots=True)
class IssuerCount(Condition):
    """From ``least`` to ``most`` bodies issued the policy (``most`` None: no upper limit)."""

    kind: ClassVar[str] = "issuer_count"
    least: int
    most: int | None = None

    def _words(self, language: Language, _negated: bool) -> str:
        words = WORDS[language]
        if (self.least, self.most) == (2, None):
            return words["jointly"]
        if (self.least, self.most) == (1, 1):
            return words["alone"]
        return words["bodies" if self.most == self.least else "bodies_or_more"].format(self.least)

    def _value(self) -> object:
        return [self.least, self.most]


@dataclass(frozen=True, slots=True)
class InPeriods(Condition):
    """A date of the policy is within one of the periods, which are in order and do not touch.

    ``key`` names the words of the condition. No subclass is ever negated: its opposite is the same
    condition with other periods.
    """

    key: ClassVar[str]
    periods: tuple[Period, ...]

    def _words(self, language: Language, _negated: bool) -> str:
        return WORDS[language][self.key].format(self.dates_in_words(language))

    def dates_in_words(self, language: Language = "en") -> str:
        """Return the days: "2012-01-01 to 2012-12-31"."""
        return periods_in_words(self.periods, language)

    def _value(self) -> object:
        return periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class IssuedIn(InPeriods):
    """The policy was issued within one of the periods."""

    kind: ClassVar[str] = "issued_in"
    key: ClassVar[str] = "issued"


@dataclass(frozen=True, slots=True)
class EffectiveIn(InPeriods):
    """The policy took effect, or will, within one of the periods."""

    kind: ClassVar[str] = "effective_in"
    key: ClassVar[str] = "effective"


@dataclass(frozen=True, slots=True)
class ExpiresIn(InPeriods):
    """The policy ceases to be in force within one of the periods.

    Either by its own expiry date, or because another policy repeals or replaces it.
    """

    kind: ClassVar[str] = "expires_in"
    key: ClassVar[str] = "expires"


@dataclass(frozen=True, slots=True)
class Numbered(Condition):
    """The policy has one of the document numbers."""

    kind: ClassVar[str] = "numbered"
    numbers: tuple[str, ...]

    def _words(self, language: Language, _negated: bool) -> str:
        return WORDS[language]["number"].format(" / ".join(self.numbers))

    def _value(self) -> object:
        return list(self.numbers)


Stateable = Literal["number", "date", "issuer"]


@dataclass(frozen=True, slots=True)
class Stated(Condition):
    """The policy's source states the field ``what``: a document number, a date, or an issuer."""

    kind: ClassVar[str] = "stated"
    what: Stateable

    def _words(self, language: Language, negated: bool) -> str:
        return WORDS[language][f"has_{'no_' if negated else ''}{self.what}"]

    def _value(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class WrittenIn(Condition):
    """The policy is in this language, a code of ISO 639."""

    kind: ClassVar[str] = "language"
    language: str

    def _words(self, language: Language, negated: bool) -> str:
        name = LANGUAGE_NAMES[language].get(self.language, self.language)
        return WORDS[language]["not_written" if negated else "written"].format(name)

    def _value(self) -> str:
        return self.language


@dataclass(frozen=True, slots=True)
class OfPolicy(Condition):
    """It is the policy with this id, which the answer before showed: a follow-up is about it."""

    kind: ClassVar[str] = "policy"
    id: str

    def _words(self, language: Language, _negated: bool) -> str:
        return WORDS[language]["of"]

    def _value(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class AtProvision(Condition):
    """The policy has a provision, which is to be shown. ``steps`` lead to it, the widest first."""

    kind: ClassVar[str] = "provision"
    steps: tuple[tuple[str, str], ...]

    def _words(self, language: Language, _negated: bool) -> str:
        decimals = any("." in number for _, number in self.steps)
        return in_words(self._value(), language, decimals=decimals)

    def _value(self) -> str:
        return address_of(self.steps)


@dataclass(frozen=True, slots=True)
class _Wordings(Condition):
    """The policy has one of the wordings. ``key`` names the words of the condition."""

    key: ClassVar[str]
    wordings: tuple[str, ...]

    def _words(self, language: Language, negated: bool) -> str:
        return self._quoted(self.key, language, negated)

    def _quoted(self, key: str, language: Language, negated: bool) -> str:
        words = WORDS[language]
        quoted = words["or"].join(map(words["quote"].format, self.wordings))
        return words[f"{'not_' if negated else ''}{key}"].format(quoted)

    def _value(self) -> object:
        return list(self.wordings)


@dataclass(frozen=True, slots=True)
class Holds(_Wordings):
    """The policy's title or text contains one of the wordings, word for word.

    A body's name matches all its names, and a singular or plural noun matches both forms; with
    ``chosen``, the person quoted the wordings, and only these match.
    """

    kind: ClassVar[str] = "holds"
    key: ClassVar[str] = "holds"
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Titled(_Wordings):
    """The policy's title contains one of the wordings, in singular or plural.

    With ``kinds``, they are kinds of document ("notices"), which its number or a heading above its
    text may name, too; with ``scattered``, every word of one stands somewhere in the title, in any
    order.
    """

    kind: ClassVar[str] = "titled"
    key: ClassVar[str] = "titled"
    kinds: bool = False
    scattered: bool = False

    def _words(self, language: Language, negated: bool) -> str:
        return self._quoted("of_kind" if self.kinds else self.key, language, negated)


@dataclass(frozen=True, slots=True)
class InForce(Condition):
    """The policy is in one of ``states`` on a day, or on at least one day of a span.

    A policy whose sources do not state its validity is in no state but ``unknown``, and meets
    neither this condition nor its negation. With ``asked``, the question asks whether it holds, and
    excludes no policy. ``today`` is the day of the question: from then on, the status that a source
    states applies.
    """

    kind: ClassVar[str] = "in_force"
    days: Period
    states: tuple[State, ...] = ("in_force",)
    today: dt.date | None = None
    asked: bool = False

    @property
    def span_of_days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day; for an open end, that of the calendar."""
        return self.days[0] or dt.date.min, self.days[1] or dt.date.max

    def _words(self, language: Language, negated: bool) -> str:
        words = WORDS[language]
        states = {*(opposite(self).states if negated else self.states)}
        key = "not_in_force" if len(states) > 1 else next(iter(states), "unknown")
        first, last = self.days
        key_of_days = "within" if first != last else "on_today" if first == self.today else "on"
        when = period_in_words(self.days, language)
        stated = words[key].format(words[key_of_days].format(when) if when else words["always"])
        return words["asked"].format(stated) if self.asked else stated

    def _value(self) -> object:
        days = [day.isoformat() if day else None for day in self.days]
        return {"days": days, "states": list(self.states), "asked": self.asked}


def opposite(condition: InForce) -> InForce:
    """Return the condition met by exactly the policies that are known not to meet this one."""
    known: tuple[State, ...] = ("in_force", "not_yet", "ended")
    others = tuple(state for state in known if state not in condition.states)
    return dataclasses.replace(condition, states=others)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The condition does not hold."""

    kind: ClassVar[str] = "not"
    condition: Condition

    def _words(self, language: Language, negated: bool) -> str:
        return self.condition.in_words(language, negated=not negated)

    def _value(self) -> object:
        return self.condition.to_dict()


@dataclass(frozen=True, slots=True)
class _Several(Condition):
    """Conditions joined by "and" or "or", as ``kind`` says; when negated, by the other."""

    conditions: tuple[Condition, ...]

    def _words(self, language: Language, negated: bool) -> str:
        joiner = WORDS[language]["and" if (self.kind == "and") != negated else "or"]
        return joiner.join(part.in_words(language, negated=negated) for part in self.conditions)

    def _value(self) -> object:
        return [condition.to_dict() for condition in self.conditions]


@dataclass(frozen=True, slots=True)
class Or(_Several):
    """One of the conditions holds."""

    kind: ClassVar[str] = "or"


@dataclass(frozen=True, slots=True)
class And(_Several):
    """All of the conditions hold."""

    kind: ClassVar[str] = "and"


_C = TypeVar("_C", bound=Condition)


def of_type(conditions: Iterable[Condition], kind: type[_C]) -> list[_C]:
    """Return the conditions of a class, without those that are negated."""
    return [condition for condition in conditions if isinstance(condition, kind)]


def wordings_of(conditions: Iterable[Condition], kind: type[Holds | Titled]) -> tuple[str, ...]:
    """Return all wordings of the conditions of a class."""
    return tuple(word for condition in of_type(conditions, kind) for word in condition.wordings)


def demanding(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions that exclude policies: all but those only asked about."""
    return tuple(c for c in conditions if not (isinstance(c, InForce) and c.asked))


def affirmed(condition: Condition) -> Condition:
    """Return the condition itself, or the one that it negates."""
    return condition.condition if isinstance(condition, Not) else condition


def conditions_in_words(conditions: Sequence[Condition]) -> list[str]:
    """Return each condition in English words.

    "Issued jointly" is left out where the condition on issuers already says it.
    """
    joint = any(c.together and len(c.names) > 1 for c in of_type(conditions, IssuedBy))
    return [
        condition.in_words()
        for condition in conditions
        if not (joint and isinstance(condition, IssuerCount) and condition.most is None)
    ]
