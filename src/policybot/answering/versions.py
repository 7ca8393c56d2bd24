"""Which version of a policy answers: for an amended one, the version in force on the day asked.

The versions of a policy are policies of their own in an index. One of them stands for the policy on
a day: the one that holds then, else the last one before, else the first. A question without a day
is answered from those of today; an earlier one is found only for words that today's lacks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.errors import PolicyNotFoundError
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Hit, Version
from policybot.query.query import Query

Mask = NDArray[np.bool_] | None


def day_of(reading: Query) -> dt.date | None:
    """Return the day whose versions answer: today, or the last day that is asked for.

    None if the question has no day; then the last versions answer.
    """
    asked, today = reading.in_force, reading.today
    if asked is None:
        return today
    first, last = asked.span_of_days
    return today if today is not None and first <= today <= last else last


def version_on(generation: Generation, policy: int, day: dt.date | None) -> int:
    """Return the ordinal of the version of a policy that applies on a day."""
    group = generation.versions.group_of(policy)
    if len(group) == 1 or day is None:
        return group[-1]
    on = day.toordinal()
    begun = [version for version in group if generation.states.bounds(version).start[0] <= on]
    return begun[-1] if begun else group[0]


def versions_on(
    generation: Generation, policies: Iterable[int], day: dt.date | None
) -> tuple[int, ...]:
    """Return the versions of policies that apply on a day, each once, in the given order."""
    if not len(generation.versions):
        return tuple(policies)
    return tuple(dict.fromkeys(version_on(generation, policy, day) for policy in policies))


def standing(generation: Generation, day: dt.date | None) -> Mask:
    """Return a mask ``(P,)`` of the versions of a day; None if each policy has one version."""
    versions = generation.versions
    if not len(versions):
        return None
    mask = np.ones(generation.info.policies, dtype=np.bool_)
    for group in versions.groups:
        mask[[*group]] = False
        mask[version_on(generation, group[-1], day)] = True
    return mask


def narrowed(generation: Generation, reading: Query, mask: Mask) -> Mask:
    """Return the mask limited to the versions of the day that a question asks for.

    If conditions leave only earlier versions ("policies that mention lifebelts"), those are kept.
    """
    now = standing(generation, day_of(reading))
    if now is None:
        return mask
    if mask is None:
        return now
    both = mask & now
    return both if both.any() or reading.in_force is not None else mask


def with_other_versions(
    generation: Generation,
    reading: Query,
    mask: Mask,
    search: Callable[[Mask], Answer],
    *,
    limit: int,
) -> Answer:
    """Return the answer of a search, followed by hits in versions of other days.

    ``search`` searches the policies of a mask. If a policy's version of the day is a hit, another
    version is shown only if it has words of the question that the former lacks; of several, the
    best. At most ``limit`` hits are shown (0 for all).
    """
    now = standing(generation, day_of(reading))
    answer = search(narrowed(generation, reading, mask))
    if now is None or reading.asks_for_all or reading.in_force is not None:
        return answer
    if mask is not None and not (mask & ~now).any():
        return answer
    wider = search(mask)
    hits = _of_other_days(generation, reading, answer, wider, now)
    if not hits:
        return answer
    if not answer.answered:
        return dataclasses.replace(wider, hits=hits, total=len(hits))
    shown = (*answer.hits, *hits)
    return dataclasses.replace(
        answer, hits=shown[:limit] if limit else shown, total=answer.total + len(hits)
    )


def _of_other_days(
    generation: Generation, reading: Query, answer: Answer, wider: Answer, now: NDArray[np.bool_]
) -> tuple[Hit, ...]:
    """Return the hits of a search of all versions (``wider``) in versions of other days."""
    shown = {hit.policy.id for hit in answer.hits}
    asked = {*words(reading.search_text)}
    best: dict[str, tuple[tuple[int, float], Hit]] = {}
    for hit in wider.hits:
        ordinal = generation.policy_ordinal(hit.policy.index_id)
        name = hit.policy.id
        if ordinal is None or now[ordinal]:
            continue
        today = generation.policy(version_on(generation, ordinal, day_of(reading)))
        terms = {term for quote in hit.quotes for term in words(quote.passage.text)}
        more = len((asked & terms) - {*words(today.body)})
        if name in shown and not more:
            continue
        if name not in best or best[name][0] < (more, hit.score):
            best[name] = (more, hit.score), hit
    return tuple(hit for _, hit in best.values())


def versions_of(generation: Generation, policy: int) -> tuple[tuple[str, Version], ...]:
    """Return the versions of a policy, oldest first, each with the id that opens it.

    Empty if it has only one.
    """
    group = generation.versions.group_of(policy)
    if len(group) == 1:
        return ()
    policies = generation.policies(group)
    return tuple(
        (
            f"{policy.id}@{policy.version.since}" if policy.version.since else policy.index_id,
            policy.version,
        )
        for policy in policies
        if policy.version
    )


def ordinal_of(generation: Generation, policy_id: str, day: dt.date | None) -> int:
    """Return the ordinal of the policy with an id, in the version of a day.

    ``tolls@2012-03-01`` is the version that holds from that day, whatever day it is.

    Raises:
        PolicyNotFoundError: no policy has that id, or none of its versions begins that day.
    """
    ordinal = generation.policy_ordinal(policy_id)
    if ordinal is not None:
        asked = "@" in policy_id and generation.policy(ordinal).index_id != (
            generation.policy(ordinal).id
        )
        return ordinal if asked else version_on(generation, ordinal, day)
    name, _, since = policy_id.rpartition("@")
    last = generation.policy_ordinal(name) if name else None
    if last is None:
        raise PolicyNotFoundError(
            f"{policy_id}: no policy has this id; `policybot list` shows those there are"
        )
    policies = generation.policies(_group(generation, last))
    for version, policy in zip(_group(generation, last), policies, strict=True):
        if policy.version and str(policy.version.since) == since:
            return version
    known = [
        str(policy.version.since) for policy in policies if policy.version and policy.version.since
    ]
    hint = f"it has those from {', '.join(known)}" if known else "it has only one"
    raise PolicyNotFoundError(f"{policy_id}: {name} has no version from {since}; {hint}")


def _group(generation: Generation, policy: int) -> Sequence[int]:
    return generation.versions.group_of(policy)
