"""Which policies are in force on the day of a question, and the state of those shown."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from policybot.answering.versions import standing
from policybot.corpus.validity import NEVER, facts_of, validity
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Policy, State, Validity
from policybot.query.conditions import Condition, EffectiveIn, ExpiresIn, InForce, opposite
from policybot.query.query import Query

_SHOWN = 3


def with_validity(generation: Generation, answer: Answer) -> Answer:
    """Return the answer with the state of each policy on the day that the question asks for.

    Without one it is today's; if today's date is unknown, no state is given.
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
    """Return the state of a policy on the days that are asked for, by default today."""
    relations = generation.relations
    ordinal = generation.policy_ordinal(policy.id) if len(relations) else None
    related = relations.subjects(ordinal) if ordinal is not None else []
    others = [(kind, generation.policy(subject)) for kind, subject in related]
    days = asked.span_of_days if asked else (today, today)
    state = validity(facts_of(policy, others), days, today)
    return dataclasses.replace(state, asked=asked is not None, is_today=days == (today, today))


def ended_of(generation: Generation, reading: Query, policies: Iterable[int]) -> set[int]:
    """Return which of some policies ended before the day of a question.

    Empty if the question itself is about validity, or has no day.
    """
    if reading.today is None or reading.in_force is not None:
        return set()
    states, today = generation.states, reading.today.toordinal()
    return {policy for policy in policies if states.bounds(policy).state(today, today) == "ended"}


def with_unknown(
    generation: Generation, answer: Answer, reading: Query, answered: Callable[[Query], Answer]
) -> Answer:
    """Return the answer with the policies whose state of validity is not stated.

    If policies are in the requested state, those that meet all other conditions but have no known
    state are counted. If none is, these are shown or else those in another state. ``answered``
    answers a query.
    """
    demand = next((part for part in reading.demands if isinstance(part, InForce)), None)
    if demand is None or "unknown" in demand.states or reading.unknown_issuers:
        return _with_unstated(generation, answer, reading)
    unsure = answered(_with_states(reading, demand, ("unknown",)))
    count = unsure.total if unsure.answered else 0
    if answer.answered:
        return dataclasses.replace(answer, undetermined=count)
    state = demand.in_words()
    if unsure.answered:
        noun = "1 policy" if count == 1 else f"{count} policies"
        detail, near = f"; of {noun} the sources do not say.", unsure.hits
    else:
        others = answered(_with_states(reading, demand, opposite(demand).states))
        detail, near = ".", others.hits
        if not others.answered and not unsure.near_misses:
            return _without_any(generation, answer, demand)
        if not others.answered:
            detail, near = "; of the closest the sources do not say.", unsure.near_misses
    return dataclasses.replace(
        answer,
        undetermined=count,
        reason="no_policy_matches_filters",
        empty_filter="validity",
        detail=f"No policy that answers is known to be {state}{detail}",
        near_misses=near[:_SHOWN],
    )


def _without_any(generation: Generation, answer: Answer, demand: InForce) -> Answer:
    """Return an empty answer with the number of policies whose state is not stated."""
    unknown: Condition = dataclasses.replace(demand, states=("unknown",))
    mask = generation.policies_matching([unknown])
    now = standing(generation, demand.days[1] or demand.today)
    count = 0 if mask is None else int((mask if now is None else mask & now).sum())
    if not count or answer.empty_filter != "validity":
        return answer
    noun = "1 policy" if count == 1 else f"{count} policies"
    return dataclasses.replace(answer, detail=f"{answer.detail} Of {noun} the sources do not say.")


def _with_unstated(generation: Generation, answer: Answer, reading: Query) -> Answer:
    """Return the answer with the number of policies without a date of the requested kind.

    They meet all other conditions. With a topic they are not counted: they may not be about it.
    """
    terms = [part for part in reading.conditions if isinstance(part, EffectiveIn | ExpiresIn)]
    if not terms or reading.topic or (not answer.answered and answer.empty_filter != "validity"):
        return answer
    rest = [part for part in reading.conditions if part not in terms]
    states = generation.states
    begins = any(isinstance(part, EffectiveIn) for part in terms)
    open_ = states.starts[0] == 0 if begins else states.ends[0] == NEVER
    for mask in (generation.policies_matching(rest), standing(generation, reading.today)):
        open_ = open_ if mask is None else open_ & mask
    count = int(open_.sum())
    if answer.answered or not count:
        return dataclasses.replace(answer, undetermined=count)
    noun = "1 policy" if count == 1 else f"{count} policies"
    event = "entry into force" if begins else "its end"
    detail = f"{answer.detail} Of {noun} no date of {event} is stated."
    return dataclasses.replace(answer, undetermined=count, detail=detail)


def _with_states(reading: Query, demand: InForce, states: tuple[State, ...]) -> Query:
    """Return the query with other states of validity as its condition."""
    replacement: Condition = dataclasses.replace(demand, states=states)
    conditions = tuple(replacement if part is demand else part for part in reading.conditions)
    return dataclasses.replace(reading, conditions=conditions)
