"""Candidates to one order: a convex combination of dense and lexical evidence.

Each side is scaled by its best candidate for the question (Bruch, Gai and Ingber, "An Analysis of
Fusion Functions for Hybrid Retrieval", TOIS 2023); the weights are measured in
``docs/retrieval.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.search.confidence import HintMask
from policybot.search.retrieve import Candidates

DENSE_WEIGHT = 0.6
SENTENCE_SHARE = 0.25
TITLE_WORTH = 0.8
TIE_BREAK = 0.1
HINT_BONUS = 0.12
COVERAGE_BONUS = 0.2


@dataclass(frozen=True, slots=True)
class Ranked:
    """Policies best first, with their passages.

    ``policies`` are ordinals ``(p,)`` int64 and ``scores`` theirs, in [0, 1] plus the
    bonuses; ``rows[i]`` are the rows of the candidates that belong to ``policies[i]``, best first,
    and ``row_scores`` holds the score of every candidate.
    """

    policies: NDArray[np.int64]
    scores: NDArray[np.float64]
    rows: tuple[NDArray[np.int64], ...]
    row_scores: NDArray[np.float64]


def score(candidates: Candidates) -> NDArray[np.float64]:
    """Return a score in [0, 1] for every candidate; 1 is the best possible on both sides."""
    content = (1 - SENTENCE_SHARE) * candidates.dense + SENTENCE_SHARE * candidates.sentence
    # A title that is asked for by name finds its policy; among its passages the content decides.
    similarity = np.maximum(content, TITLE_WORTH * candidates.title) + TIE_BREAK * content
    dense = _scaled(np.maximum(similarity, 0.0).astype(np.float64))
    lexical = _scaled(candidates.lexical.astype(np.float64))
    if not dense.any():
        return lexical
    if not lexical.any():
        return dense
    return DENSE_WEIGHT * dense + (1 - DENSE_WEIGHT) * lexical


def rank(
    candidates: Candidates, covered: NDArray[np.float64], hints: Sequence[HintMask] = ()
) -> Ranked:
    """Order the candidates' policies by their best passage.

    ``covered`` is the share of the question's words that each candidate holds, in [0, 1].

    A policy of a date or body that the question names in passing gets a bonus. Ties go to the
    earlier policy, so that the order is always the same.
    """
    scores = score(candidates) + COVERAGE_BONUS * covered
    for hint in hints:
        scores = scores + HINT_BONUS * hint.policies[candidates.policies]
    order = np.lexsort((candidates.passages, -scores))
    owners = candidates.policies[order]
    policies, first = np.unique(owners, return_index=True)
    by_best = np.argsort(first, kind="stable")
    rows = tuple(order[owners == policies[place]] for place in by_best)
    return Ranked(
        policies=policies[by_best],
        scores=scores[order][first[by_best]],
        rows=rows,
        row_scores=scores,
    )


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    top = values.max(initial=0.0)
    return values / top if top > 0 else values
