"""Whether a policy is in force on a day, derived only from what the sources state.

What is not stated is unknown, never assumed. A date with year or month precision is an interval:
on a day inside it, whatever depends on that date is unknown.

A policy is in force from its ``effective`` date through its ``expires`` date, or until another
policy repeals or replaces it: on the date of that relation, else on the day the other takes effect,
else on the other's own date. A relation about single provisions does not end the policy. A status
printed by the source ("repealed", 现行有效) was true when it was imported, so it applies from today
on and says nothing about earlier days.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from policybot.model import ENDING, Policy, PolicyDate, Relative, State, Validity, Version

Days = tuple[dt.date, dt.date]

Status = Literal["in_force", "not_yet", "repealed", "expired", "superseded"]
"""A printed status, normalised."""

NEVER = dt.date.max.toordinal()
"""The ordinal used where no end is stated."""

_STATUSES: dict[Status, str] = {
    "in_force": (
        "in force;in effect;valid;current;effective;active;currently in force;still in force;"
        "有效;现行有效;现行;生效;已生效;在用;施行中;继续有效;"
        "vigente;en vigor;en vigencia;válido;válida;em vigor;in vigore;"
        "en vigueur;in kraft;geltend"
    ),
    "not_yet": (
        "not yet in force;not yet in effect;not yet effective;prospective;pending;"
        "尚未生效;未生效;尚未施行;未施行;待生效;"
        "pendiente de entrada en vigor;aún no vigente;no vigente aún;todavía no vigente;"
        "pas encore en vigueur;noch nicht in kraft"
    ),
    "repealed": (
        "repealed;revoked;rescinded;annulled;abrogated;withdrawn;cancelled;canceled;void;abolished;"
        "废止;已废止;已被废止;全文废止;撤销;已撤销;已被撤销;停止执行;作废;已作废;"
        "derogado;derogada;revocado;revocada;anulado;anulada;abrogado;abrogada;abrogato;abrogata;"
        "revogado;revogada;abrogé;abrogée;aufgehoben"
    ),
    "expired": (
        "expired;lapsed;spent;no longer in force;not in force;no longer in effect;no longer valid;"
        "失效;已失效;全文失效;过期;已过期;无效;"
        "caducado;caducada;vencido;vencida;expirado;expirada;no vigente;sin vigencia;ya no vigente;"
        "scaduto;caducado;périmé;périmée;außer kraft"
    ),
    "superseded": (
        "superseded;replaced;obsolete;取代;已被取代;被取代;已被替代;被替代;"
        "sustituido;sustituida;reemplazado;reemplazada;substituído;remplacé;remplacée"
    ),
}
_NORMAL = {
    wording: status for status, said in _STATUSES.items() for wording in said.split(";") if wording
}
_AROUND = re.compile(r"^(?:status|状态|时效性)[:：]\s*|[\s.。!！]+$")


def normal_status(printed: str | None) -> Status | None:
    """Return the normalised status of a printed one; None for any other wording ("部分失效")."""
    plain = _AROUND.sub("", " ".join((printed or "").casefold().split()))
    return _NORMAL.get(plain)


@dataclass(frozen=True, slots=True)
class Ending:
    """An event that ends a policy, or one version of it.

    ``kind`` is a relation that the policy ``by`` has to it, its own expiry (``expires``), or the
    start of the next version (``version``); for the last two ``by`` is None.
    """

    kind: Literal["expires", "repeals", "replaces", "version"]
    date: PolicyDate | None
    by: Relative | None = None

    @property
    def bounds(self) -> tuple[int, int]:
        """The ordinals of the first day it may have ended on, and of the first it surely has.

        An expiry date is the last day in force, so the policy has ended the day after.
        """
        if self.date is None:
            return 1, NEVER
        first, last = self.date.first.toordinal(), self.date.last.toordinal()
        if first == last:
            day = min(first + (self.kind == "expires"), NEVER)
            return day, day
        return first, min(last + 1, NEVER)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is stated about one policy's validity; ``endings`` are sorted, the earliest first."""

    issued: PolicyDate | None = None
    effective: PolicyDate | None = None
    status: str | None = None
    endings: tuple[Ending, ...] = ()

    @property
    def end(self) -> PolicyDate | None:
        """The date of the first ending that has one; None where a later version follows first."""
        first = next((ending for ending in self.endings if ending.date), None)
        return None if first is None or first.kind == "version" else first.date


@dataclass(frozen=True, slots=True)
class Bounds:
    """The same facts as day ordinals, the form an index stores.

    ``start`` and ``end`` each hold the first day it may have started (or ended) and the first day
    it surely has; (0, 0) where no start is stated, :data:`NEVER` where no end is. ``issued`` is the
    first day it may have been issued on, 0 where that is not stated.
    """

    issued: int = 0
    start: tuple[int, int] = (0, 0)
    end: tuple[int, int] = (NEVER, NEVER)
    status: Status | None = None

    def state(self, day: int, today: int) -> State:
        """Return the state on ``day``; both days are ordinals."""
        is_over = self.is_over(today)
        if day >= self.end[1] or (is_over and day >= today):
            return "ended"
        if day < (self.start[0] or self.issued):
            return "not_yet"
        if day >= self.end[0] or is_over:
            return "unknown"
        if self.start[0] and day >= self.start[1]:
            return "in_force"
        return "in_force" if self.status == "in_force" and day == today else "unknown"

    def is_over(self, today: int) -> bool:
        """Return whether its source says that it has ended, without stating when."""
        stated = self.status in {"repealed", "expired", "superseded"}
        return stated and today < self.end[1]

    def telling_days(self, first: int, last: int, today: int) -> list[int]:
        """Return the days of a span on which the state may change, and both its ends, sorted."""
        changes = [self.issued, *self.start, *self.end, self.end[0] - 1, today]
        return sorted({first, last, *(day for day in changes if first < day < last)})

    def state_in(self, first: int, last: int, today: int) -> State:
        """Return the state in a span of days: in force if it surely is on some day of it."""
        states = [self.state(day, today) for day in self.telling_days(first, last, today)]
        wanted: tuple[State, ...] = ("in_force", "unknown")
        return next((state for state in wanted if state in states), states[-1])


def facts_of(policy: Policy, related: Iterable[tuple[str, Policy]]) -> Facts:
    """Return what a policy, and the policies with a relation to it, state about its validity.

    ``related`` yields the kind of each relation and its subject. For a version, the facts are its
    own first day and the first day of the next version.
    """
    version = policy.version or Version()
    expires = [date for date in (policy.expires, version.until) if date]
    endings = [Ending("expires", date) for date in expires]
    endings += [Ending("version", version.next)] if version.next else []
    endings += [
        ending
        for kind, subject in related
        if (ending := ending_by(kind, subject, policy.id)) is not None
    ]
    endings.sort(key=_order)
    effective = version.since or policy.effective
    return Facts(policy.date, effective, policy.status, tuple(endings))


def ending_by(kind: str, subject: Policy, object_id: str) -> Ending | None:
    """Return how ``subject``'s relation ends the policy ``object_id``; None if it does not."""
    terms = subject.terms_of(kind, object_id)
    if kind not in ENDING or terms.provisions:
        return None
    date = terms.date or subject.effective or subject.date
    by = Relative(kind, subject.id, subject.title, subject.date, terms)
    return Ending("replaces" if kind == "replaces" else "repeals", date, by)


def _order(ending: Ending) -> tuple[int, int, str, str]:
    may, must = ending.bounds
    return must, may, ending.kind, ending.by.id if ending.by else ""


def bounds_of(facts: Facts) -> Bounds:
    """Return the days on which the state of a policy changes, as ordinals."""
    start = (0, 0)
    if facts.effective:
        first, last = facts.effective.first.toordinal(), facts.effective.last.toordinal()
        start = (first, last if first == last else last + 1)
    ends = [ending.bounds for ending in facts.endings]
    end = (
        min((may for may, _ in ends), default=NEVER),
        min((must for _, must in ends), default=NEVER),
    )
    issued = facts.issued.first.toordinal() if facts.issued else 0
    return Bounds(issued, start, end, normal_status(facts.status))


def validity(facts: Facts, days: Days, today: dt.date) -> Validity:
    """Return the state in a span of days (both ends included), and the reason for it."""
    bounds, now = bounds_of(facts), today.toordinal()
    first, last = (day.toordinal() for day in days)
    state = bounds.state_in(first, last, now)
    of_state = [
        day for day in bounds.telling_days(first, last, now) if bounds.state(day, now) == state
    ]
    return _with_reason(facts, bounds, state, of_state[-1], days, is_over=bounds.is_over(now))


def _with_reason(
    facts: Facts, bounds: Bounds, state: State, day: int, days: Days, *, is_over: bool
) -> Validity:
    """Return a state together with the reason for it on ``day``."""
    since = facts.effective
    passed = next(_passed(facts, day, state), None)
    ending = passed or next((candidate for candidate in facts.endings if candidate.date), None)
    until, by = (_until(ending), ending.by) if ending else (None, None)
    if state == "ended" and passed:
        return Validity(state, passed.kind, days, since, until, by)
    if state == "ended":
        return Validity(state, "status", days, since, status=facts.status)
    if state == "not_yet":
        return Validity(state, "effective" if since else "issued", days, since)
    if state == "in_force":
        if since and day >= bounds.start[1]:
            return Validity(state, "effective", days, since, until, by)
        return Validity(state, "status", days, since, until, by, facts.status)
    if passed:
        reason = "end_imprecise" if passed.date else "end_undated"
        return Validity(state, reason, days, since, until, by)
    if is_over:
        return Validity(state, "end_undated", days, since, status=facts.status)
    if since:
        return Validity(state, "effective_imprecise", days, since, until, by)
    return Validity(state, "not_stated", days, None, until, by, facts.status)


def _until(ending: Ending) -> PolicyDate | None:
    """Return the date of an ending; for a version, its last day."""
    return Version(next=ending.date).last_day if ending.kind == "version" else ending.date


def _passed(facts: Facts, day: int, state: State) -> Iterator[Ending]:
    """Yield the endings reached by a day: surely if the state is ended, possibly if unknown."""
    for ending in facts.endings:
        may, must = ending.bounds
        if day >= (must if state == "ended" else may) and state in {"ended", "unknown"}:
            yield ending


def contradictions(policy: Policy) -> Iterator[str]:
    """Yield a message for each contradiction between the dates a policy states."""
    if policy.expires is None:
        return
    for key, date in (("effective", policy.effective), ("date", policy.date)):
        if date and policy.expires.last < date.first:
            yield f"expires {policy.expires} is before {key} {date}"
