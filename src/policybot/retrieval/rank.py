"""Ranking of candidates by a convex combination of dense and lexical scores.

Each side is scaled by its best candidate for the question (Bruch, Gai and Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval", TOIS 2023). Their weights depend on the question: the
more of its words a passage has, the more the lexical score counts; a person's story in their own
words is found by meaning. ``docs/retrieval.md`` has the measurements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.retrieval.confidence import HintMask
from policybot.retrieval.retrieve import Candidates

SENTENCE_SHARE = 0.25
TITLE_WORTH = 0.7
TIE_BREAK = 0.1
HUBNESS_SHARE = 0.45
DENSE_WEIGHT = 0.8
DENSE_WEIGHT_HELD = 0.5
"""Weights of the dense score where no passage has a word of the question, and where one has all."""

COVERAGE_BONUS = 0.4

UNSPACED_HUBNESS_SHARE = 0.2
UNSPACED_WEIGHT_HELD = 0.7
UNSPACED_COVERAGE_BONUS = 0.2
"""Values for encoded questions in Chinese or Japanese, where words are pairs of characters and less
informative."""

HINT_BONUS = 0.12


@dataclass(frozen=True, slots=True)
class Ranked:
    """Policies best first, with their passages.

    ``policies`` are ordinals ``(p,)`` int64 and ``scores`` theirs, at least 0; ``row_scores`` holds
    the score of every candidate. ``grouped`` has the candidates' rows policy by policy, in the
    order of ``policies``, those of one best first; ``starts`` ``(p,)`` says where each begins.
    """

    policies: NDArray[np.int64]
    scores: NDArray[np.float64]
    row_scores: NDArray[np.float64]
    grouped: NDArray[np.int64]
    starts: NDArray[np.int64]

    def rows(self, place: int) -> NDArray[np.int64]:
        """Return the rows of the candidates that belong to ``policies[place]``, best first."""
        ends = self.starts[place + 1 : place + 2].tolist() or [len(self.grouped)]
        return self.grouped[self.starts[place] : ends[0]]

    def best(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the maximum for each policy, ``(p,)``, of one value a candidate."""
        if not len(self.starts):
            return values[:0]
        highest: NDArray[np.float64] = np.maximum.reduceat(values[self.grouped], self.starts)
        return highest

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return for each candidate the value of its policy, given ``(p,)`` values."""
        result = np.empty(len(self.grouped))
        counts = np.diff(self.starts, append=len(self.grouped))
        result[self.grouped] = np.repeat(values, counts)
        return result

    def in_order(self, order: NDArray[np.int64]) -> Ranked:
        """Return the same with the policies in another order, given as places ``(p,)``."""
        rows = [self.rows(int(place)) for place in order]
        counts = np.array([len(own) for own in rows])
        return Ranked(
            policies=self.policies[order],
            scores=self.scores[order],
            row_scores=self.row_scores,
            grouped=np.concatenate(rows) if rows else self.grouped,
            starts=np.cumsum(counts) - counts,
        )


def score(candidates: Candidates, covered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a score for every candidate, at least 0.

    ``covered`` is the share of the question's words that each candidate holds, in [0, 1].
    """
    content = (1 - SENTENCE_SHARE) * candidates.dense + SENTENCE_SHARE * candidates.sentence
    # A title that is asked for by name finds its policy; among its passages the content decides.
    dense = np.maximum(content, TITLE_WORTH * candidates.title) + TIE_BREAK * content
    if candidates.across is not None:
        # Across languages no words say which passage is meant: the title stands beside it.
        beside = (candidates.dense + candidates.sentence + candidates.title) / 3
        dense = np.where(candidates.across, beside, dense)
    nearest, most = (
        float(vector_set.max(initial=0.0)) for vector_set in (dense, candidates.lexical)
    )
    hubness, held, bonus = HUBNESS_SHARE, DENSE_WEIGHT_HELD, COVERAGE_BONUS
    if candidates.unspaced:
        hubness, held = UNSPACED_HUBNESS_SHARE, UNSPACED_WEIGHT_HELD
        bonus = UNSPACED_COVERAGE_BONUS
    weight = DENSE_WEIGHT + (held - DENSE_WEIGHT) * covered.max(initial=0.0)
    if nearest <= 0:
        weight = 0.0
    elif most <= 0:
        weight = 1.0
    scores: NDArray[np.float64] = bonus * covered
    if weight > 0:
        free = np.maximum(dense - hubness * candidates.hubness, 0.0)
        scores += weight * (free / nearest)
    if weight < 1 and most > 0:
        scores += (1 - weight) * (candidates.lexical / most)
    return scores


def rank(
    candidates: Candidates, covered: NDArray[np.float64], hints: Sequence[HintMask] = ()
) -> Ranked:
    """Order the candidates' policies by their best passage.

    ``covered`` is the share of the question's words that each candidate holds, in [0, 1].

    A policy that matches a hint of the question gets a bonus. Ties go to the earlier policy, so
    that the order is deterministic.
    """
    scores = score(candidates, covered)
    for hint in hints:
        scores = scores + HINT_BONUS * hint.policies[candidates.policies]
    order = np.lexsort((candidates.passages, -scores))
    owners, first, place = np.unique(
        candidates.policies[order], return_index=True, return_inverse=True
    )
    by_best = np.argsort(first, kind="stable")
    ranks = np.empty_like(by_best)
    ranks[by_best] = np.arange(len(by_best))
    grouping = np.argsort(ranks[place], kind="stable")
    counts = np.bincount(ranks[place], minlength=len(by_best))
    return Ranked(
        policies=owners[by_best],
        scores=scores[order][first[by_best]],
        row_scores=scores,
        grouped=order[grouping],
        starts=np.cumsum(counts) - counts,
    )
