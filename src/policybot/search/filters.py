"""What a question demands of a policy: each demand by itself, and in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from policybot.model import Filters, Order

_NONE: dict[str, dict[str, Any]] = {
    "issuers": {"issuers": (), "joint": False, "alone": False, "bodies": None, "without": ()},
    "dates": {"since": None, "until": None, "periods": ()},
    "number": {"number": None},
    "phrases": {"phrases": (), "either": (), "absent": (), "titled": (), "untitled": ()},
}
"""Each demand, by the name ``Answer.empty_filter`` gives it, and what its absence looks like."""

DEMANDS = tuple(_NONE)
"""The names of the demands."""


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
        return issuers_in_words(filters)
    if name == "dates":
        return f"issued {dates_in_words(filters)}"
    if name == "number":
        return f"number {filters.number}"
    return phrases_in_words(filters)


def order_in_words(order: Order, count: int | None) -> str:
    """Return which policies by date are wanted, in English: "the 2 newest", "newest first"."""
    if order == "relevance":
        return f"{count} at most" if count else ""
    return f"the {count} {order}" if count else f"{order} first"


def issuers_in_words(filters: Filters) -> str:
    """Return who is to have issued it, in English: "issued by X alone", "issued by X and Y"."""
    names = (" and " if filters.joint else " or ").join(filters.issuers)
    if filters.alone:
        names = f"{names} alone" if names else "one body alone"
    elif filters.bodies:
        least, most = filters.bodies
        said = f"{least} bodies" if most == least else f"{least} or more bodies"
        names = f"{names} among {said}" if names else said
    elif filters.joint and len(filters.issuers) < 2:
        names = f"{names} and another body" if names else "two or more bodies"
    without = f"not issued by {' or '.join(filters.without)}" if filters.without else ""
    return ", ".join(part for part in (f"issued by {names}" if names else "", without) if part)


def dates_in_words(filters: Filters) -> str:
    """Return the days it is to be of, in English: "2012-01-01 to 2012-12-31"."""
    periods = filters.periods or ((filters.since, filters.until),)
    return " or ".join(_period_in_words(since, until) for since, until in periods if since or until)


def _period_in_words(since: dt.date | None, until: dt.date | None) -> str:
    if since and until:
        return f"{since}" if since == until else f"{since} to {until}"
    return f"{since} or later" if since else f"{until} or earlier"


def phrases_in_words(filters: Filters) -> str:
    """Return what it is to contain and what not, in English."""
    quoted = {
        " and ": ("containing", [p for p in filters.phrases if p not in filters.titled]),
        " or ": ("containing", filters.either),
        " nor ": ("not containing", filters.absent),
        " nor the ": ("without the", filters.untitled),
    }
    titled = (
        [f"with {' or '.join(f'“{one}”' for one in filters.titled)} in the title"]
        if filters.titled
        else []
    )
    return ", ".join(
        titled
        + [
            f"{verb} {joiner.join(f'“{phrase}”' for phrase in phrases)}"
            for joiner, (verb, phrases) in quoted.items()
            if phrases
        ]
    )
