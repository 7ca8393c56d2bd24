"""Measures of a ranking against relevance judgements, and a test whether two rankings differ.

trec_eval measures (``pytrec_eval``): a document without a judgement is irrelevant, and a relevant
one that is not ranked counts as not found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.errors import ConfigError

Judged = Mapping[str, int]
"""The judged documents of one question, by id; above 0 is relevant, higher is more relevant."""

RESAMPLES = 10_000
SEED = 20_240_801


MEASURES = {
    "recall@10": ("recall_10", 10),
    "recall@100": ("recall_100", 100),
    "map@10": ("map_cut_10", 10),
    "ndcg@10": ("ndcg_cut_10", 10),
    "mrr@10": ("recip_rank", 10),
}
"""The measures of a run, by the name under which they are reported: what trec_eval calls each, and
how many documents of a ranking count."""


def measure(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Judged]
) -> dict[str, NDArray[np.float64]]:
    """Return every measure of every question that has a relevant document, by trec_eval.

    Each array is ``(questions,)`` in the order of ``judgements``; a question missing from
    ``rankings`` scores 0. The gain of nDCG is the relevance itself.

    Raises:
        ConfigError: pytrec_eval is not installed.
    """
    try:
        from pytrec_eval import RelevanceEvaluator
    except ModuleNotFoundError:
        raise ConfigError(
            "measuring needs pytrec_eval-terrier, which is not installed; "
            "run: pip install 'policybot[embed]'"
        ) from None
    judged = {
        name: {document: max(relevance, 0) for document, relevance in own.items()}
        for name, own in judgements.items()
        if _relevant(own)
    }
    results: dict[int, dict[str, dict[str, float]]] = {}
    for at in {at for _, at in MEASURES.values()}:
        # trec_eval's reciprocal rank knows no cut: it is shown only what counts.
        runs = {
            question: {
                document: float(at - place)
                for place, document in enumerate(rankings.get(question, ())[:at])
            }
            for question in judged
        }
        names = {name for name, cut in MEASURES.values() if cut == at}
        asked = {re.sub(r"_(?=\d+$)", ".", name) for name in names}
        results[at] = RelevanceEvaluator(judged, asked).evaluate(runs)
    return {
        reported: np.array([results[at].get(q, {}).get(name, 0.0) for q in judged])
        for reported, (name, at) in MEASURES.items()
    }


def clusters_of(relevant: Sequence[Collection[str]]) -> NDArray[np.int64]:
    """Return the number of each question's cluster, int64 ``(questions,)``.

    ``relevant`` are each question's relevant documents. The questions of a cluster share a
    document, so that they tend to be right or wrong together: of a question's documents, the one
    shared by most questions decides. Chains of shared documents are not followed, since they would
    join most of a collection. A question without documents is a cluster of its own.
    """
    shared = Counter(document for documents in relevant for document in set(documents))
    numbers: dict[str | int, int] = {}
    return np.array(
        [
            numbers.setdefault(
                max(documents, key=lambda name: (shared[name], name)) if documents else place,
                len(numbers),
            )
            for place, documents in enumerate(relevant)
        ],
        dtype=np.int64,
    )


def clusters_judged(judgements: Mapping[str, Judged]) -> NDArray[np.int64]:
    """Return the clusters of the questions of :func:`measure`, in the same order."""
    relevant = (_relevant(judged) for judged in judgements.values())
    return clusters_of([documents for documents in relevant if documents])


def percentiles(times: Sequence[float]) -> tuple[float, float]:
    """Return the 50th and the 95th percentile, interpolated linearly."""
    median, high = np.percentile(times, [50, 95]).tolist()
    return median, high


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of a second system from a first on the same questions.

    ``low`` and ``high`` bound 95% of the resampled mean differences; ``p`` is the two-sided
    probability of so large a difference if there were none.
    """

    mean: float
    low: float
    high: float
    p: float


def paired_bootstrap(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    clusters: NDArray[np.int64] | None = None,
    *,
    resamples: int = RESAMPLES,
) -> Difference:
    """Compare two systems' scores ``(n,)``, in [0, 1], on the same ``n`` questions.

    The difference is ``second - first``. Whole clusters of questions are drawn with replacement, as
    many as there are (Field and Welsh, "Bootstrapping clustered data", JRSS B 2007; Cameron,
    Gelbach and Miller, "Bootstrap-based improvements for inference with clustered errors", 2008):
    questions about one document are correlated. ``clusters`` ``(n,)`` are consecutive numbers from
    0; by default each question is its own cluster.

    The interval is the percentile interval; for ``p`` the differences are shifted to mean 0 (Sakai,
    "Evaluating evaluation metrics based on the bootstrap", SIGIR 2006), and the observed difference
    counts as one resample, so that it is never 0. A single cluster cannot be resampled: the
    interval is then the full range, and p is 1.

    Raises:
        ValueError: there are no questions, or the numbers of scores differ.
    """
    if first.shape != second.shape or first.ndim != 1 or not len(first):
        raise ValueError(f"{first.shape} and {second.shape}: figures of the same questions needed")
    differences = second - first
    observed = float(differences.mean())
    if clusters is None:
        clusters = np.arange(len(differences))
    sums = np.bincount(clusters, weights=differences)
    sizes = np.bincount(clusters)
    if len(sums) == 1:
        return Difference(observed, -1.0, 1.0, 1.0)
    random = np.random.default_rng(SEED)
    chunk = max(1, 4_000_000 // len(sums))
    means = np.empty(resamples)
    for done in range(0, resamples, chunk):
        drawn = random.integers(len(sums), size=(min(chunk, resamples - done), len(sums)))
        means[done : done + chunk] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975]).tolist()
    # Sums in another order differ in the last digits, and equal systems must have p = 1.
    beyond = np.count_nonzero(np.abs(means - observed) >= abs(observed) - 1e-12)
    return Difference(observed, low, high, (1 + int(beyond)) / (1 + resamples))


def _relevant(judged: Judged) -> set[str]:
    return {document for document, relevance in judged.items() if relevance > 0}
