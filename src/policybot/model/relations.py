"""Relations between policies, and the validity of a policy on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from policybot.model.policy import NO_TERMS, PolicyDate, RelationTerms
from policybot.model.terms import AFFECTING, State


@dataclass(frozen=True, slots=True)
class Relative:
    """The policy at the other end of a relation; ``terms`` are those of the relation."""

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
    """The state of a policy in a span of days, derived only from what the sources state.

    ``days`` are the first and the last day, usually the same. ``since`` is the date from which it
    is stated to be in force. ``until`` is its last day if ``by`` is None, else the first day it is
    no longer in force, ended by the policy ``by``. ``status`` is what its source says, where that
    decides. ``reason`` is a key of :data:`REASONS`. ``asked`` is true if the question is about
    validity, ``is_today`` if the day is that of the question.
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
        """Whether to show it: it was asked for, or the sources state something about it."""
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
"""The reasons for a state, in English."""


def affecting(relatives: Iterable[Relative]) -> tuple[Relative, ...]:
    """Return the policies that replace, repeal or amend a policy, in that order."""
    chosen = (relative for relative in relatives if relative.kind in AFFECTING)
    return tuple(sorted(chosen, key=lambda relative: AFFECTING.index(relative.kind)))


@dataclass(frozen=True, slots=True)
class RelationAsked:
    """The relation a question asks for, and the policies that it names.

    ``wanted`` are the ``subjects`` (policies that replace the named ones) or the ``objects``
    (policies that the named ones replace). ``named`` is the question's wording for them; if it is
    empty, every policy with such a relation is wanted.
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
