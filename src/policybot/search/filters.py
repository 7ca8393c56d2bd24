"""What a question demands of a policy: which policies satisfy it, and each demand by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.index.interface import Generation
from policybot.model import Filters

_NONE: dict[str, dict[str, Any]] = {
    "issuers": {"issuers": (), "joint": False, "without": ()},
    "dates": {"since": None, "until": None, "periods": ()},
    "number": {"number": None},
    "phrases": {"phrases": ()},
}
"""Each demand, by the name ``Answer.empty_filter`` gives it, and what its absence looks like."""

TWO_OR_MORE = "two or more bodies"
"""Who issued what was issued jointly, by whomever."""

DEMANDS = tuple(_NONE)
"""The names of the demands."""


def allowed(generation: Generation, filters: Filters) -> NDArray[np.bool_] | None:
    """Return which policies ``filters`` allow, ``(P,)``, or None when they demand nothing."""
    if not filters:
        return None
    mask = np.ones(generation.info.policies, np.bool_)
    named = bool(filters.issuers)
    demands = [dataclasses.replace(filters, without=(), joint=filters.joint and not named)]
    if filters.joint:
        demands += [Filters(issuers=(name,)) for name in filters.issuers]
    for demand in demands:
        matching = generation.policies_matching(demand)
        if matching is not None:
            mask &= matching
    if filters.periods:
        pieces = np.zeros(len(mask), np.bool_)
        for since, until in filters.periods:
            matching = generation.policies_matching(Filters(since=since, until=until))
            if matching is not None:
                pieces |= matching
        mask &= pieces
    for name in filters.without:
        others = generation.policies_matching(Filters(issuers=(name,)))
        if others is not None:
            mask &= ~others
    return mask


def demands(filters: Filters) -> dict[str, Filters]:
    """Return every demand of ``filters`` by itself, under its name."""
    parts = {
        name: Filters(**{field: getattr(filters, field) for field in fields})
        for name, fields in _NONE.items()
    }
    return {name: part for name, part in parts.items() if part}


def without_demand(filters: Filters, name: str) -> Filters:
    """Return ``filters`` without ``issuers``, ``dates``, ``number`` or ``phrases``."""
    return dataclasses.replace(filters, **_NONE[name])


def in_words(filters: Filters, name: str) -> str:
    """Return one demand in English, as in "issued by the Ministry of Finance"."""
    if name == "issuers":
        joined = (" and " if filters.joint else " or ").join(filters.issuers)
        if filters.joint and not joined:
            joined = TWO_OR_MORE
        without = f"not issued by {' or '.join(filters.without)}" if filters.without else ""
        return ", ".join(
            part for part in (f"issued by {joined}" if joined else "", without) if part
        )
    if name == "dates":
        if filters.since and filters.until:
            return f"issued from {filters.since} to {filters.until}"
        return f"issued since {filters.since}" if filters.since else f"issued until {filters.until}"
    if name == "number":
        return f"number {filters.number}"
    return "containing " + " and ".join(f"“{phrase}”" for phrase in filters.phrases)
