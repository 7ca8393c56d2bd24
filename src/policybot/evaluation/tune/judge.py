"""Whether a tuned encoder is adopted: what must rise, and what must not fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policybot.evaluation.compare import Comparison

DECIDING = ("recall@10", "map@10")
"""The measures that decide; all are reported."""

TOLERANCE = 0.005
"""What a guard's mean may lose: less than this is noise on a few hundred questions."""


def held_out_objections(comparisons: Sequence[Comparison]) -> list[str]:
    """Return which deciding measures do not rise on the held-out questions, and say so."""
    return [
        f"{one.measure} does not rise on the held-out questions ({_change(one)})"
        for one in comparisons
        if one.measure in DECIDING and one.difference.mean <= 0
    ]


def guard_objections(guards: Mapping[str, Sequence[Comparison]]) -> list[str]:
    """Return which deciding measures fall on which guard, and say so.

    One falls by more than :data:`TOLERANCE`, or by less but surely: the 95% interval of the paired
    bootstrap lies below 0.
    """
    found = []
    for name, comparisons in guards.items():
        for one in comparisons:
            if one.measure not in DECIDING:
                continue
            if one.difference.mean < -TOLERANCE:
                found.append(f"{one.measure} falls on {name} ({_change(one)})")
            elif one.difference.high < 0:
                found.append(f"{one.measure} falls on {name}, little but surely ({_change(one)})")
    return found


def _change(one: Comparison) -> str:
    return f"{one.first:.4f} to {one.second:.4f}"
