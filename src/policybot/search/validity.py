"""Which policies are in force on the day of a question, and what is said of those shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from policybot.corpus.validity import facts_of, validity
from policybot.index.interface import Generation
from policybot.model import Answer, Policy, State, Validity
from policybot.query.conditions import Condition, InForce, opposite
from policybot.query.query import Query

_SHOWN = 3


def with_validity(generation: Generation, answer: Answer) -> Answer:
    """Return the answer with the state of each policy on the day that the question asks for.

    Without one it is today's; an answer that does not know today's day tells none.
    """
    reading = answer.reading
    if reading.today is None:
        return answer
    today, asked = reading.today, reading.in_force
    hits, near = (
        tuple(
            dataclasses.replace(hit, validity=validity_of(generation, hit.policy, today, asked))
            for hit in several
        )
        for several in (answer.hits, answer.near_misses)
    )
    return dataclasses.replace(answer, hits=hits, near_misses=near)


def validity_of(
    generation: Generation, policy: Policy, today: dt.date, asked: InForce | None = None
) -> Validity:
    """Return the state of a policy on the days that are asked for, else today."""
    relations = generation.relations
    ordinal = generation.policy_ordinal(policy.id) if len(relations) else None
    related = relations.subjects(ordinal) if ordinal is not None else []
    others = [(kind, generation.policy(subject)) for kind, subject in related]
    days = asked.span_of_days if asked else (today, today)
    state = validity(facts_of(policy, others), days, today)
    return dataclasses.replace(state, asked=asked is not None, is_today=days == (today, today))


def ended_of(generation: Generation, reading: Query, policies: Iterable[int]) -> set[int]:
    """Return which of some policies ended before the day of a question.

    None of them where the question itself speaks of validity, or where there is no day.
    """
    if reading.today is None or reading.in_force is not None:
        return set()
    states, today = generation.states, reading.today.toordinal()
    return {one for one in policies if states.bounds(one).state(today, today) == "ended"}


def with_unknown(answer: Answer, reading: Query, answered: Callable[[Query], Answer]) -> Answer:
    """Return the answer with what there is beside the policies in the state that is demanded.

    Where there are such policies it counts those that meet everything else and of whose state the
    sources say nothing; where there are none it shows these, or else those in another state.
    ``answered`` answers a query.
    """
    demand = next((one for one in reading.demands if isinstance(one, InForce)), None)
    if demand is None or "unknown" in demand.states or reading.unknown_issuers:
        return answer
    unsure = answered(_with_states(reading, demand, ("unknown",)))
    count = unsure.total if unsure.answered else 0
    if answer.answered:
        return dataclasses.replace(answer, undetermined=count)
    said = demand.in_words()
    if unsure.answered:
        noun = "1 policy" if count == 1 else f"{count} policies"
        detail, near = f"; of {noun} the sources do not say.", unsure.hits
    else:
        others = answered(_with_states(reading, demand, opposite(demand).states))
        detail, near = ".", others.hits
        if not others.answered:
            return answer
    return dataclasses.replace(
        answer,
        undetermined=count,
        reason="no_policy_matches_filters",
        empty_filter="validity",
        detail=f"No policy that answers is known to be {said}{detail}",
        near_misses=near[:_SHOWN],
    )


def _with_states(reading: Query, demand: InForce, states: tuple[State, ...]) -> Query:
    """Return a query that demands other states in the place of those it did."""
    other: Condition = dataclasses.replace(demand, states=states)
    conditions = tuple(other if one is demand else one for one in reading.conditions)
    return dataclasses.replace(reading, conditions=conditions)
