"""Conditions that a caller sets beside the question, their groups, and what of them is stored.

A caller sets them by options of the terminal, or in Python.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Intent
from policybot.query.assemble import with_notes
from policybot.query.conditions import (
    And,
    Condition,
    EffectiveIn,
    ExpiresIn,
    Holds,
    InForce,
    IssuedBy,
    IssuedIn,
    IssuerCount,
    Not,
    Numbered,
    OfPolicy,
    Or,
    Stated,
    Titled,
    WrittenIn,
    affirmed,
)
from policybot.query.periods import common_periods
from policybot.query.query import Query

DEMANDS = ("issuers", "dates", "number", "phrases", "validity")
"""Groups of conditions, by their names in ``Answer.empty_filter``."""

_GROUPS = {
    IssuedBy: "issuers",
    IssuerCount: "issuers",
    IssuedIn: "dates",
    Numbered: "number",
    Holds: "phrases",
    Titled: "phrases",
    InForce: "validity",
    EffectiveIn: "validity",
    ExpiresIn: "validity",
    OfPolicy: "policy",
    WrittenIn: "phrases",
}


def demanded(
    query: Query, conditions: Sequence[Condition], book: IssuerBook, intent: Intent | None = None
) -> Query:
    """Return ``query`` with a caller's conditions, which replace its own of the same kind.

    Bodies may be named by any alias. ``intent``, if given, replaces the one read.
    """
    if not conditions:
        if intent is None or intent == query.intent:
            return query
        return with_notes(dataclasses.replace(query, intent=intent))
    given: list[Condition] = []
    unknown: list[str] = []
    for condition in conditions:
        if isinstance(condition, IssuedBy):
            names = {name: book.canonical(name) for name in condition.names}
            unknown += [name for name, known in names.items() if known is None]
            known = tuple(name for name in names.values() if name)
            if known:
                given.append(dataclasses.replace(condition, names=known))
        else:
            given.append(condition)
    replaced = {type(condition) for condition in given}
    own: list[Condition] = []
    for condition in query.conditions:
        dates = next((condition for condition in given if isinstance(condition, IssuedIn)), None)
        if isinstance(condition, IssuedIn) and dates is not None:
            both = common_periods(condition.periods, dates.periods)
            if both:
                given[given.index(dates)] = dataclasses.replace(dates, periods=both)
            else:
                own.append(condition)  # the two share no day
            continue
        named = isinstance(condition, IssuedBy | IssuerCount) and IssuedBy in replaced
        if type(condition) not in replaced and not named:
            own.append(condition)
    listed = query.intent if query.topic or query.policies else "list"
    changed = dataclasses.replace(
        query,
        conditions=(*own, *given),
        unknown_issuers=(*query.unknown_issuers, *unknown),
        intent=intent or listed,
        missing=None,
        small_talk=None,
    )
    return with_notes(changed)


def without_demand(conditions: Sequence[Condition], name: str) -> tuple[Condition, ...]:
    """Return the conditions that are not of the group ``name`` of :data:`DEMANDS`."""
    return tuple(condition for condition in conditions if _group_of(condition) != name)


def demands(conditions: Sequence[Condition]) -> dict[str, tuple[Condition, ...]]:
    """Return the conditions by group, without empty groups."""
    parts = {name: tuple(o for o in conditions if _group_of(o) == name) for name in DEMANDS}
    return {name: part for name, part in parts.items() if part}


def _group_of(condition: Condition) -> str:
    """Return which of :data:`DEMANDS` a condition belongs to.

    ``policy``, which no caller can demand or drop, where it names a policy.
    """
    while isinstance(condition, Not | Or | And):
        condition = condition.condition if isinstance(condition, Not) else condition.conditions[0]
    if isinstance(condition, Stated):
        return {"number": "number", "date": "dates", "issuer": "issuers"}[condition.what]
    return _GROUPS[type(condition)]


def without_words(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions without any word that the person chose, so that they may be stored.

    Wordings are left out, and numbers keep only their digits and marks.
    """
    kept: list[Condition] = []
    for condition in conditions:
        inner = affirmed(condition)
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
