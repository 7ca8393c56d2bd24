"""Which of several texts on a matter answers a question about a day: the one that held then.

"What was the fare in 2017?" is answered by the schedule of 2016, not by the one of 2019 that
replaced it, and "what is it now?" by the amendment before the text that it amends. What held when
is told from relations and validity alone; where neither is stated, a date is a word like others.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.answering.passages.choosing import NEAR_MISSES
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Hit
from policybot.query.as_of import AsOf, timeless
from policybot.query.query import Query
from policybot.retrieval.confidence import CLOSEST
from policybot.retrieval.evidence import Evidence

Mask = NDArray[np.bool_] | None

_CHANGING = frozenset(["amends", "repeals", "replaces"])
"""The relations after which another text holds, in part or instead."""

_ENDING = frozenset(["repeals", "replaces"])
"""Those after which it holds instead. Where a question names no time, only these count, and only
among what may answer: of what surely does, what has ended stands last already."""


def answered_as_of(
    generation: Generation, reading: Query, search: Callable[[Query, Mask], Answer]
) -> Answer:
    """Return the answer of a search, from the texts that held on the days that are asked about.

    ``search`` answers a query among the policies of a mask. Where what it finds held then, or the
    words of the date are those of a passage found, nothing else is looked for.
    """
    plain = search(reading, None)
    asked = reading.as_of
    if reading.asks_for_all or reading.demands or not len(generation.relations):
        return plain
    if asked is None:
        if reading.titles:
            return plain
        near = _in_order(generation, plain.near_misses, _ENDING)
        return dataclasses.replace(plain, near_misses=near)
    if asked.is_today(reading.today):
        return _changed_last(generation, plain)
    held = _may_hold(generation, reading, asked)
    if held.all() or not held.any():
        return _changed_last(generation, plain)
    if plain.answered and held[_ordinal(generation, plain.hits[0])] and _says(plain.hits[0], asked):
        return plain
    again = search(timeless(reading, asked.wording), held)
    first = next(iter(again.hits or again.near_misses), None)
    if first is None or not _changes(generation, _ordinal(generation, first), asked, reading):
        return _among(generation, plain, held)
    if not again.answered and plain.answered and held[_ordinal(generation, plain.hits[0])]:
        return plain
    again = _changed_last(generation, dataclasses.replace(again, reading=reading))
    if again.answered or plain.answered:
        return again
    known = {hit.policy.index_id for hit in again.near_misses}
    others = (hit for hit in plain.near_misses if hit.policy.index_id not in known)
    return dataclasses.replace(again, near_misses=(*again.near_misses, *others)[:NEAR_MISSES])


def _may_hold(generation: Generation, reading: Query, asked: AsOf) -> NDArray[np.bool_]:
    """Return bool ``(P,)``: which policies may have been in force on one of the days."""
    first, last, today = _days(reading, asked)
    return generation.states.having(("in_force", "unknown"), first, last, today)


def _days(reading: Query, asked: AsOf) -> tuple[int, int, int]:
    """Return the ordinals of the first and the last day asked about, and of the question's."""
    first, last = asked.days
    return first.toordinal(), last.toordinal(), (reading.today or last).toordinal()


def _changes(generation: Generation, policy: int, asked: AsOf, reading: Query) -> bool:
    """Tell whether sources state that a policy held on the days, or that another changed it."""
    first, last, today = _days(reading, asked)
    bounds = generation.states.bounds(policy)
    if "in_force" in {bounds.state(day, today) for day in (first, last)}:
        return True
    changed = {kind for kind, _ in generation.relations.subjects(policy)}
    return bool(_CHANGING & (changed | {*generation.policy(policy).relations}))


def _says(hit: Hit, asked: AsOf) -> bool:
    """Tell whether the title or a passage of a hit has a year that is asked about."""
    years = {str(day.year) for day in asked.days}
    texts = (hit.policy.title, *(quote.passage.text for quote in hit.quotes))
    return any(year in text for text in texts for year in years)


def _among(generation: Generation, answer: Answer, held: NDArray[np.bool_]) -> Answer:
    """Return an answer with what surely did not hold after the rest."""

    def key(hit: Hit) -> bool:
        return not held[_ordinal(generation, hit)]

    return dataclasses.replace(
        answer,
        hits=tuple(sorted(answer.hits, key=key)),
        near_misses=tuple(sorted(answer.near_misses, key=key)),
    )


def _changed_last(generation: Generation, answer: Answer) -> Answer:
    """Return an answer in which each text stands after those that changed it."""
    return dataclasses.replace(
        answer,
        hits=_in_order(generation, answer.hits, _CHANGING),
        near_misses=_in_order(generation, answer.near_misses, _CHANGING),
    )


def _in_order(
    generation: Generation, hits: Sequence[Hit], kinds: frozenset[str]
) -> tuple[Hit, ...]:
    places = {_ordinal(generation, hit): hit for hit in hits}
    ordered: list[int] = []

    def add(policy: int) -> None:
        if policy in ordered:
            return
        ordered.append(policy)  # holds the place, so that texts that change each other end
        for kind, subject in generation.relations.subjects(policy):
            if kind in kinds and subject in places and subject not in ordered:
                add(subject)
                ordered.remove(subject)
                ordered.insert(ordered.index(policy), subject)

    for policy in places:
        add(policy)
    return tuple(places[policy] for policy in ordered)


def with_changed(generation: Generation, evidence: Evidence, places: list[int]) -> list[int]:
    """Return the ranks of the members of a list with those of what they change or are changed by.

    An order that amends one on the topic is on it too, if it is near to it at all.
    """
    if not places or not len(generation.relations):
        return places
    policies = evidence.ranked.policies.tolist()
    near = {policies[i]: i for i in np.flatnonzero(evidence.best_sure >= CLOSEST).tolist()}
    found = dict.fromkeys(places)
    for place in places:
        policy = policies[place]
        related = [
            subject for kind, subject in generation.relations.subjects(policy) if kind in _CHANGING
        ]
        named = generation.policy(policy).relations
        objects = (
            generation.policy_ordinal(name) for kind in _CHANGING for name in named.get(kind, ())
        )
        found.update((near[other], None) for other in (*related, *objects) if other in near)
    return sorted(found)


def _ordinal(generation: Generation, hit: Hit) -> int:
    ordinal = generation.policy_ordinal(hit.policy.index_id)
    if ordinal is None:
        raise LookupError(f"{hit.policy.index_id}: shown, but not in the index")
    return ordinal
