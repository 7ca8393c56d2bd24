"""Milvus filter expressions for the passages that a search may return.

Policies written together are numbered in date order, so that a filter on dates is a few ranges of
numbers, and one on issuers and dates a few ranges per set of issuers. Whatever needs too many
ranges is listed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.schema import keys_of

_MOST_RANGES = 100
"""Maximum ranges in a filter: beyond that, Milvus parses a list of numbers faster."""


def only(
    passages: NDArray[np.int64],
    policy_passages: NDArray[np.int64],
    numbers: NDArray[np.int64],
    bodies: NDArray[np.int64],
) -> str:
    """Return the filter that allows ``passages``, ascending, and no others of the generation.

    Args:
        passages: Ordinals of passages.
        policy_passages: The generation's offsets of each policy's passages.
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
    clauses: list[str] = []
    for body in np.unique(bodies[owners]).tolist():
        members = order[bodies[order] == body]
        for first, last in _runs(np.flatnonzero(chosen[members])):
            within = _range("policy", int(numbers[members[first]]), int(numbers[members[last]]))
            clauses.append(f"(bodies == {body} and {within})")
        if len(clauses) > _MOST_RANGES:
            return f"policy in {numbers[owners].tolist()}"
    return " or ".join(clauses)


def both(*filters: str) -> str:
    """Return the conjunction of filters; an empty one allows everything."""
    parts = [part for part in filters if part]
    return " and ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts)


def _range(field: str, first: int, last: int) -> str:
    return f"({field} >= {first} and {field} <= {last})"


def _runs(ordinals: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return the first and last of each run of consecutive ordinals."""
    if not len(ordinals):
        return []
    breaks = np.flatnonzero(np.diff(ordinals) != 1)
    firsts = [0, *(breaks + 1).tolist()]
    lasts = [*breaks.tolist(), len(ordinals) - 1]
    return [
        (int(ordinals[first]), int(ordinals[last]))
        for first, last in zip(firsts, lasts, strict=True)
    ]
