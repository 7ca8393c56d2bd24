"""How policies stand to each other, and what held on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from policybot.model.policy import NO_TERMS, PolicyDate, RelationTerms
from policybot.model.terms import AFFECTING, State


@dataclass(frozen=True, slots=True)
class Relative:
    """A policy at the other end of a relation; ``kind`` is the relation's, either way round.

    ``terms`` is what is stated of the relation itself.
    """

    kind: str
    id: str
    title: str
    date: PolicyDate | None = None
    terms: RelationTerms = NO_TERMS

    def to_dict(self) -> dict[str, Any]:
        """The relative as the answer's JSON shows it; ``on`` is the relation's own date."""
        terms = self.terms.to_dict()
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "date": str(self.date) if self.date else None,
            **({"on": terms["date"]} if "date" in terms else {}),
            **({"provisions": terms["provisions"]} if "provisions" in terms else {}),
        }


@dataclass(frozen=True, slots=True)
class Validity:
    """The state of a policy on some days, from what the sources state and nothing else.

    ``days`` are the first and the last of them, most often the same. ``since`` is the date from
    which it is stated to be in force, ``until`` the one of its end: its last day where ``by`` is
    None, else the first on which it holds no more. ``by`` is the policy that ends it, ``status``
    what its source says, where that decides. ``reason`` is what the state follows from; see
    :data:`REASONS`. ``asked`` says that the question speaks of validity, ``is_today`` that the day
    is that of the question.
    """

    state: State
    reason: str
    days: tuple[dt.date, dt.date]
    since: PolicyDate | None = None
    until: PolicyDate | None = None
    by: Relative | None = None
    status: str | None = None
    asked: bool = False
    is_today: bool = False

    @property
    def day(self) -> str:
        """The days in ISO 8601: ``2013-03-01``, or ``2013-01-01/2013-12-31`` for several."""
        first, last = self.days
        return first.isoformat() if first == last else f"{first}/{last}"

    @property
    def is_shown(self) -> bool:
        """Whether a reader is told: it was asked for, or the sources state something of it."""
        return (
            self.asked
            or self.reason not in {"not_stated", "issued"}
            or bool(self.until or self.status)
        )

    def to_dict(self) -> dict[str, Any]:
        """The state as the answer's JSON shows it."""
        return {
            "state": self.state,
            "day": self.day,
            "since": str(self.since) if self.since else None,
            "until": str(self.until) if self.until else None,
            "by": self.by.to_dict() if self.by else None,
            "because": REASONS[self.reason],
            **({"status": self.status} if self.status else {}),
        }


REASONS = {
    "effective": "its date of entry into force is stated",
    "status": "its source says so",
    "issued": "it was issued later",
    "expires": "its date of expiry is stated",
    "repeals": "another policy repeals it",
    "replaces": "another policy replaces it",
    "version": "a later version of it is stated",
    "not_stated": "no date of entry into force is stated",
    "effective_imprecise": "the day of its entry into force is not stated",
    "end_imprecise": "the day of its end is not stated",
    "end_undated": "the date of its end is not stated",
}
"""What a state may follow from, in English words."""


def affecting(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    """Return those that replace, repeal or amend a policy of all that are related to it so."""
    chosen = (relative for relative in relatives if relative.kind in AFFECTING)
    return tuple(sorted(chosen, key=lambda relative: AFFECTING.index(relative.kind)))


@dataclass(frozen=True, slots=True)
class RelationAsked:
    """The relation a question asks for, and the policies that it names.

    Wanted are the ``subjects`` (policies that replace the named ones) or the ``objects`` (policies
    that the named ones replace). ``named`` is how the question names them; where that is empty, the
    wanted are those that any policy replaces.
    """

    kind: str
    wanted: Literal["subjects", "objects"]
    named: str = ""
    policies: tuple[Relative, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The relation as the answer's JSON shows it."""
        return {
            "kind": self.kind,
            "wanted": self.wanted,
            "named": self.named,
            "policies": [policy.to_dict() for policy in self.policies],
        }
