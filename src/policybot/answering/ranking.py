"""Policies in the order of an answer, whether or not any is confident enough to be shown.

What ``policybot eval --dataset`` measures: the steps of an answer up to its order, so that a figure
says something about answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.answering.versions import narrowed
from policybot.index.serve.interface import Generation
from policybot.query.demanded import without_demand
from policybot.query.query import Query
from policybot.retrieval.evidence import EncodeQuestion, gather
from policybot.retrieval.rerank import Score, reranked


@dataclass(frozen=True, slots=True)
class Ranking:
    """Policy ids best first with their scores, never rising, and how the question was read.

    ``took_ms`` is the time from the question to the order, in milliseconds.
    """

    reading: Query
    policies: tuple[tuple[str, float], ...]
    took_ms: float = 0.0


def rank_reading(
    generation: Generation,
    reading: Query,
    encode: EncodeQuestion,
    *,
    count: int,
    score: Score | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return ordinals and scores of at most ``count`` policies, best first, with no confidence cut.

    Conditions exclude as they do in an answer. An issuer that the corpus does not know excludes
    nothing, nor does a quoted phrase where no policy is left that holds it: what is left of the
    question is ranked, as an answer's near misses are. A question without a topic ranks all that
    its conditions allow alike, in date order; one without conditions either ranks nothing.
    """
    nothing = np.empty(0, np.int64), np.empty(0, np.float64)
    mask = generation.policies_matching(reading.conditions)
    if mask is not None and not mask.any():
        mask = generation.policies_matching(without_demand(reading.conditions, "phrases"))
    if not generation.info.policies or (mask is not None and not mask.any()):
        return nothing
    mask = narrowed(generation, reading, mask)
    if not reading.search_text:
        if mask is None:
            return nothing
        ordinals = np.flatnonzero(mask)[:count]
        return ordinals, np.ones(len(ordinals))
    evidence = gather(generation, reading, encode, mask)
    ranked = reranked(generation, reading, evidence, score).ranked
    return ranked.policies[:count], ranked.scores[:count]
