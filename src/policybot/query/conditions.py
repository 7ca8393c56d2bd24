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

Language = Literal["en", "zh", "es"]

Period = tuple[dt.date | None, dt.date | None]
"""The first and the last day of a span of time, both inclusive; None where an end is open."""

_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "or": " or ", "and": " and ", "issued_by": "issued by {}",
        "not_issued_by": "not issued by {}",
        "all": "issued jointly by {}", "jointly": "issued jointly", "alone": "issued by one body",
        "bodies": "issued by {} bodies", "bodies_or_more": "issued by {} or more bodies",
        "effective": "taking effect {}", "expires": "expiring {}",
        "issued": "issued {}", "span": "{} to {}", "since": "{} or later", "until": "{} or earlier",
        "number": "number {}", "holds": "containing {}", "not_holds": "not containing {}",
        "titled": "with {} in the title", "not_titled": "without {} in the title", "quote": "“{}”",
        "in_force": "in force {}", "ended": "no longer in force {}",
        "not_yet": "not yet in force {}", "not_in_force": "not in force {}",
        "unknown": "not known to be in force {}", "asked": "whether {}",
        "of": "in the policy shown",
        "has_number": "with a number", "has_no_number": "without a number",
        "has_date": "with a date", "has_no_date": "without a date",
        "has_issuer": "of a stated issuer", "has_no_issuer": "of no stated issuer",
        "on": "on {}", "on_today": "on {} (today)", "within": "within {}", "always": "ever",
    },
    "zh": {
        "or": "或", "and": "、", "issued_by": "{}发布", "not_issued_by": "非{}发布",
        "all": "{}联合发布", "jointly": "联合发布", "alone": "单独发布",
        "bodies": "{}个部门发布", "bodies_or_more": "{}个以上部门发布",
        "effective": "生效于{}", "expires": "失效于{}",
        "issued": "发布于{}", "span": "{}至{}", "since": "{}起", "until": "{}前（含）",
        "number": "文号{}", "holds": "含{}", "not_holds": "不含{}",
        "titled": "标题含{}", "not_titled": "标题不含{}", "quote": "“{}”",
        "in_force": "{}有效", "ended": "{}已失效", "not_yet": "{}尚未生效",
        "not_in_force": "{}未生效或已失效", "unknown": "{}是否有效未知", "asked": "是否{}",
        "of": "在所示政策中",
        "has_number": "有文号", "has_no_number": "无文号", "has_date": "有日期",
        "has_no_date": "无日期", "has_issuer": "注明发布机构", "has_no_issuer": "未注明发布机构",
        "on": "{}", "on_today": "{}（今天）", "within": "{}期间", "always": "曾经",
    },
    "es": {
        "or": " o ", "and": " y ", "issued_by": "de {}", "not_issued_by": "no de {}",
        "all": "conjuntamente de {}", "jointly": "de varios organismos",
        "alone": "de un solo organismo",
        "bodies": "de {} organismos", "bodies_or_more": "de {} organismos o más",
        "effective": "con entrada en vigor {}", "expires": "con fin de vigencia {}",
        "issued": "con fecha {}", "span": "{} a {}", "since": "{} o posterior",
        "of": "en la política mostrada",
        "has_number": "con número", "has_no_number": "sin número",
        "has_date": "con fecha", "has_no_date": "sin fecha",
        "has_issuer": "con organismo emisor", "has_no_issuer": "sin organismo emisor",
        "until": "{} o anterior",
        "number": "número {}", "holds": "que contienen {}", "not_holds": "que no contienen {}",
        "titled": "con {} en el título", "not_titled": "sin {} en el título", "quote": "«{}»",
        "in_force": "vigente {}", "ended": "ya no vigente {}", "not_yet": "aún no vigente {}",
        "not_in_force": "no vigente {}", "unknown": "de vigencia desconocida {}",
        "asked": "si {}",
        "on": "el {}", "on_today": "el {} (hoy)", "within": "durante {}", "always": "alguna vez",
    },
}  # fmt: skip


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
        words = _WORDS[language]
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
        words = _WORDS[language]
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
        words = _WORDS[language]
        return words["issued"].format(self.dates_in_words(language))

    def dates_in_words(self, language: Language = "en") -> str:
        """Return the days: "2012-01-01 to 2012-12-31"."""
        return _periods_in_words(self.periods, language)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The periods, each as two days in ISO 8601 or null."""
        return _periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class EffectiveIn(Condition):
    """It entered into force, or will, within one of the periods: in order, not touching."""

    kind: ClassVar[str] = "effective_in"
    periods: tuple[Period, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; its negation is other periods."""
        return _WORDS[language]["effective"].format(_periods_in_words(self.periods, language))

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The periods, each as two days in ISO 8601 or null."""
        return _periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class ExpiresIn(Condition):
    """Its end is within one of the periods: by its own date, or by another policy."""

    kind: ClassVar[str] = "expires_in"
    periods: tuple[Period, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; its negation is other periods."""
        return _WORDS[language]["expires"].format(_periods_in_words(self.periods, language))

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The periods, each as two days in ISO 8601 or null."""
        return _periods_value(self.periods)


@dataclass(frozen=True, slots=True)
class Numbered(Condition):
    """It has one of the document numbers."""

    kind: ClassVar[str] = "numbered"
    numbers: tuple[str, ...]

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:  # noqa: ARG002
        """See :meth:`Condition.in_words`; no question denies one."""
        return _WORDS[language]["number"].format(" / ".join(self.numbers))

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
        return _WORDS[language][f"has_{'no_' if negated else ''}{self.what}"]

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
        return _WORDS[language]["of"]

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
        return _quoted(self.wordings, language, "not_holds" if negated else "holds")

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The wordings."""
        return list(self.wordings)


@dataclass(frozen=True, slots=True)
class Titled(Condition):
    """Its title or number has one of the wordings, in singular or plural.

    With ``kinds``, they are kinds of document ("notices"); with ``scattered``, every word of one
    stands somewhere in the title.
    """

    kind: ClassVar[str] = "titled"
    wordings: tuple[str, ...]
    kinds: bool = False
    scattered: bool = False

    def in_words(self, language: Language = "en", *, negated: bool = False) -> str:
        """See :meth:`Condition.in_words`."""
        return _quoted(self.wordings, language, "not_titled" if negated else "titled")

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
        words = _WORDS[language]
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
        joiner = _WORDS[language]["and" if negated else "or"]
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
        joiner = _WORDS[language]["or" if negated else "and"]
        return joiner.join(one.in_words(language, negated=negated) for one in self.conditions)

    @property
    def value(self) -> Any:  # noqa: ANN401
        """The conditions."""
        return [one.to_dict() for one in self.conditions]


def _period_in_words(period: Period, language: Language) -> str:
    words = _WORDS[language]
    since, until = period
    if since and until:
        return str(since) if since == until else words["span"].format(since, until)
    if since or until:
        return words["since" if since else "until"].format(since or until)
    return ""


def _periods_in_words(periods: Sequence[Period], language: Language) -> str:
    return _WORDS[language]["or"].join(
        said for period in periods if (said := _period_in_words(period, language))
    )


def _periods_value(periods: Sequence[Period]) -> list[list[str | None]]:
    return [[day.isoformat() if day else None for day in period] for period in periods]


def _quoted(wordings: Iterable[str], language: Language, key: str) -> str:
    words = _WORDS[language]
    return words[key].format(words["or"].join(words["quote"].format(one) for one in wordings))


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


def joined_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return periods in order, those that touch or overlap as one."""
    day = dt.timedelta(days=1)
    joined: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted((a or dt.date.min, b or dt.date.max) for a, b in periods):
        if joined and (joined[-1][1] == dt.date.max or first <= joined[-1][1] + day):
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    return _opened(joined)


def other_periods(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return all days but those of the periods, in order."""
    day = dt.timedelta(days=1)
    left: list[tuple[dt.date, dt.date]] = []
    first: dt.date | None = dt.date.min
    for since, until in joined_periods(periods):
        if first is not None and since is not None and since > first:
            left.append((first, since - day))
        first = until + day if until is not None and until < dt.date.max else None
    if first is not None:
        left.append((first, dt.date.max))
    return _opened(left)


def common_periods(one: Sequence[Period], other: Sequence[Period]) -> tuple[Period, ...]:
    """Return the days that both have, in order; empty where there are none."""
    both = [
        (
            max(a or dt.date.min, c or dt.date.min),
            min(b or dt.date.max, d or dt.date.max),
        )
        for a, b in one
        for c, d in other
    ]
    found = [(first, last) for first, last in both if first <= last]
    return joined_periods(_opened(found)) if found else ()


def _opened(periods: Iterable[tuple[dt.date, dt.date]]) -> tuple[Period, ...]:
    return tuple(
        (None if first == dt.date.min else first, None if last == dt.date.max else last)
        for first, last in periods
    )


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
