"""The decision whether a tuned encoder is adopted: which measures must rise or must not fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policybot.evaluation.compare import Comparison

DECIDING = ("recall@10", "map@10")
"""The measures that decide; all are reported."""

TOLERANCE = 0.005
"""Tolerated loss of a guard's mean: less is noise on a few hundred questions."""


def held_out_objections(comparisons: Sequence[Comparison]) -> list[str]:
    """Return an objection for each deciding measure that does not rise on held-out questions."""
    return [
        f"{comparison.measure} does not rise on the held-out questions ({_change(comparison)})"
        for comparison in comparisons
        if comparison.measure in DECIDING and comparison.difference.mean <= 0
    ]


def guard_objections(guards: Mapping[str, Sequence[Comparison]]) -> list[str]:
    """Return an objection for each deciding measure that falls on a guard.

    It falls if it loses more than :data:`TOLERANCE`, or less but with certainty: the 95% interval
    of the paired bootstrap lies below 0.
    """
    objections = []
    for name, comparisons in guards.items():
        for comparison in comparisons:
            falls = comparison.difference.mean < -TOLERANCE
            if comparison.measure in DECIDING and (falls or comparison.difference.high < 0):
                degree = "" if falls else ", little but surely"
                change = _change(comparison)
                objections.append(f"{comparison.measure} falls on {name}{degree} ({change})")
    return objections


def _change(comparison: Comparison) -> str:
    return f"{comparison.first:.4f} to {comparison.second:.4f}"
