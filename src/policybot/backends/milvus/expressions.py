"""Which passages a search may find, as a filter that Milvus reads.

Policies that were written together are numbered in the order of their dates, so that a filter on
dates is a few ranges of numbers, and one on bodies and dates a few for each set of issuers. What
such ranges cannot say is listed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.schema import keys_of

_MOST_RANGES = 100
"""Ranges of one filter: past that a list of numbers is read faster."""


def only(
    passages: NDArray[np.int64],
    policy_passages: NDArray[np.int64],
    numbers: NDArray[np.int64],
    bodies: NDArray[np.int64],
) -> str:
    """Return the filter that allows ``passages``, ascending, and no other of the generation.

    Args:
        passages: Ordinals.
        policy_passages: The generation's.
        numbers: ``(P,)``, the stable number of each policy.
        bodies: ``(P,)``, a number for the issuers of each (see ``schema.body_number``).
    """
    owners = np.unique(np.searchsorted(policy_passages, passages, side="right") - 1)
    if int((policy_passages[owners + 1] - policy_passages[owners]).sum()) != len(passages):
        own = np.searchsorted(policy_passages, passages, side="right") - 1
        return f"key in {keys_of(numbers[own], passages - policy_passages[own]).tolist()}"
    order = np.argsort(numbers)
    chosen = np.zeros(len(numbers), dtype=np.bool_)
    chosen[owners] = True
    ranges = _runs(np.flatnonzero(chosen[order]))
    if len(ranges) <= _MOST_RANGES:
        held = numbers[order]
        return " or ".join(
            _range("policy", int(held[first]), int(held[last])) for first, last in ranges
        )
    said: list[str] = []
    for body in np.unique(bodies[owners]).tolist():
        members = order[bodies[order] == body]
        for first, last in _runs(np.flatnonzero(chosen[members])):
            within = _range("policy", int(numbers[members[first]]), int(numbers[members[last]]))
            said.append(f"(bodies == {body} and {within})")
        if len(said) > _MOST_RANGES:
            return f"policy in {numbers[owners].tolist()}"
    return " or ".join(said)


def both(*filters: str) -> str:
    """Return the filter that allows what all of some allow; an empty one allows everything."""
    given = [one for one in filters if one]
    return " and ".join(f"({one})" for one in given) if len(given) > 1 else "".join(given)


def _range(field: str, first: int, last: int) -> str:
    return f"({field} >= {first} and {field} <= {last})"


def _runs(ordinals: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the first and last of every run of neighbours."""
    if not len(ordinals):
        return []
    breaks = np.flatnonzero(np.diff(ordinals) != 1)
    firsts = [0, *(breaks + 1).tolist()]
    lasts = [*breaks.tolist(), len(ordinals) - 1]
    return [
        (int(ordinals[first]), int(ordinals[last]))
        for first, last in zip(firsts, lasts, strict=True)
    ]
