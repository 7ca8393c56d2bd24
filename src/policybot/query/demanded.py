"""What a caller demands beside the question: options of the terminal, conditions of Python."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Intent
from policybot.query.assemble import explained
from policybot.query.conditions import Condition, IssuedBy, IssuedIn, IssuerCount, demand_of
from policybot.query.periods import common_periods
from policybot.query.query import Query

DEMANDS = ("issuers", "dates", "number", "phrases", "validity")
"""What conditions are about, by the names that ``Answer.empty_filter`` has."""


def demanded(
    query: Query, conditions: Sequence[Condition], book: IssuerBook, intent: Intent | None = None
) -> Query:
    """Return ``query`` with a caller's conditions added to its own; the caller's win.

    Bodies may be named by any alias. ``intent``, where it is given, wins over the one read.
    """
    if not conditions:
        if intent is None or intent == query.intent:
            return query
        return explained(dataclasses.replace(query, intent=intent))
    given: list[Condition] = []
    unknown: list[str] = []
    for one in conditions:
        if isinstance(one, IssuedBy):
            names = {name: book.canonical(name) for name in one.names}
            unknown += [name for name, known in names.items() if known is None]
            known = tuple(name for name in names.values() if name)
            if known:
                given.append(dataclasses.replace(one, names=known))
        else:
            given.append(one)
    replaced = {type(one) for one in given}
    own: list[Condition] = []
    for one in query.conditions:
        other = next((g for g in given if isinstance(g, IssuedIn)), None)
        if isinstance(one, IssuedIn) and other is not None:
            both = common_periods(one.periods, other.periods)
            if both:
                given[given.index(other)] = dataclasses.replace(other, periods=both)
            else:
                own.append(one)  # nothing is of both
            continue
        named = isinstance(one, IssuedBy | IssuerCount) and IssuedBy in replaced
        if type(one) not in replaced and not named:
            own.append(one)
    listed = query.intent if query.topic or query.policies else "list"
    changed = dataclasses.replace(
        query,
        conditions=(*own, *given),
        unknown_issuers=(*query.unknown_issuers, *unknown),
        intent=intent or listed,
        missing=None,
        small_talk=None,
    )
    return explained(changed)


def without_demand(conditions: Sequence[Condition], name: str) -> tuple[Condition, ...]:
    """Return the conditions that are not about one of :data:`DEMANDS`."""
    return tuple(one for one in conditions if demand_of(one) != name)


def demands(conditions: Sequence[Condition]) -> dict[str, tuple[Condition, ...]]:
    """Return the conditions under what they are about, those there are."""
    parts = {name: tuple(o for o in conditions if demand_of(o) == name) for name in DEMANDS}
    return {name: part for name, part in parts.items() if part}
