"""Measures of a ranking against judged relevance, and whether two rankings differ.

The measures are those of trec_eval (``pytrec_eval``, ``ranx``): a document without a judgement is
irrelevant, and whatever is relevant but not ranked counts as not found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Judged = Mapping[str, int]
"""Documents judged for one question, by id; above 0 is relevant, more is more so."""

RESAMPLES = 10_000
SEED = 20_240_801


def recall(ranking: Sequence[str], judged: Judged, at: int) -> float:
    """Return the share of the relevant documents that is among the first ``at``."""
    relevant = _relevant(judged)
    return len(relevant.intersection(ranking[:at])) / len(relevant)


def average_precision(ranking: Sequence[str], judged: Judged, at: int) -> float:
    """Return the mean over all relevant documents of the precision where each is found.

    One that is not among the first ``at`` counts 0 (trec_eval's ``map_cut``).
    """
    relevant = _relevant(judged)
    found, total = 0, 0.0
    for place, document in enumerate(ranking[:at], start=1):
        if document in relevant:
            found += 1
            total += found / place
    return total / len(relevant)


def ndcg(ranking: Sequence[str], judged: Judged, at: int) -> float:
    """Return the discounted cumulative gain of the first ``at``, 1 for the best order there is.

    The gain is the relevance itself, the discount log2(1 + place) (Järvelin and Kekäläinen,
    "Cumulated gain-based evaluation of IR techniques", TOIS 2002).
    """
    gains = [max(judged.get(document, 0), 0) for document in ranking[:at]]
    best = sorted((gain for gain in judged.values() if gain > 0), reverse=True)[:at]
    return _discounted(gains) / _discounted(best)


def reciprocal_rank(ranking: Sequence[str], judged: Judged, at: int) -> float:
    """Return 1 / the place of the first relevant document, 0 when none is among the first."""
    relevant = _relevant(judged)
    places = (i for i, document in enumerate(ranking[:at], start=1) if document in relevant)
    return 1 / next(places, math.inf)


MEASURES: Mapping[str, tuple[Callable[[Sequence[str], Judged, int], float], int]] = {
    "recall@10": (recall, 10),
    "recall@100": (recall, 100),
    "map@10": (average_precision, 10),
    "ndcg@10": (ndcg, 10),
    "mrr@10": (reciprocal_rank, 10),
}
"""What is measured of a run, by the name it is reported under."""


def measure(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Judged]
) -> dict[str, NDArray[np.float64]]:
    """Return every measure of every question that has a relevant document.

    Each array is ``(questions,)`` in the order of ``judgements``; a question that ``rankings``
    lacks scores 0.
    """
    judged = {name: one for name, one in judgements.items() if _relevant(one)}
    return {
        name: np.array([function(rankings.get(q, ()), one, at) for q, one in judged.items()])
        for name, (function, at) in MEASURES.items()
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a second system differs from a first on the same questions.

    ``low`` and ``high`` bound 95% of the resampled mean differences; ``p`` is the chance of a
    difference this large, either way, were there none.
    """

    mean: float
    low: float
    high: float
    p: float


def paired_bootstrap(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Difference:
    """Compare two systems' figures ``(n,)`` of the same ``n`` questions, ``second - first``.

    Questions are drawn with replacement. The interval is the percentile interval; for ``p`` the
    differences are shifted to have no mean (Sakai, "Evaluating evaluation metrics based on the
    bootstrap", SIGIR 2006), and the figures themselves count as one resample, so that it is never
    0. The same seed gives the same result.

    Raises:
        ValueError: there are no questions, or not as many of both.
    """
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise ValueError(f"{first.shape} and {second.shape}: figures of the same questions needed")
    differences = second - first
    observed = float(differences.mean())
    random = np.random.default_rng(seed)
    chunk = max(1, 4_000_000 // len(differences))
    means = np.concatenate(
        [
            differences[
                random.integers(
                    len(differences), size=(min(chunk, resamples - done), len(differences))
                )
            ].mean(axis=1)
            for done in range(0, resamples, chunk)
        ]
    )
    low, high = np.quantile(means, [0.025, 0.975]).tolist()
    # Sums in another order differ in the last digits, and equal systems are to have p = 1.
    beyond = np.count_nonzero(np.abs(means - observed) >= abs(observed) - 1e-12)
    return Difference(observed, low, high, (1 + int(beyond)) / (1 + resamples))


def _relevant(judged: Judged) -> set[str]:
    return {document for document, relevance in judged.items() if relevance > 0}


def _discounted(gains: Sequence[int]) -> float:
    return math.fsum(gain / math.log2(1 + place) for place, gain in enumerate(gains, start=1))
