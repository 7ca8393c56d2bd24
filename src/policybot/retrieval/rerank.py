"""The first candidates in the order of a re-ranker, which reads question and passage together.

It changes only the order, not which policies answer or the confidence. Its scores and those of the
ranking, each scaled over the passages read, have equal weight: a cross-encoder does not know the
issuers and dates that a question mentions as hints.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.encoder.template import document_text
from policybot.index.serve.interface import Generation
from policybot.query.query import Query
from policybot.retrieval.evidence import Evidence
from policybot.retrieval.rank import Ranked

READ = 30
"""Number of top-ranked passages that the re-ranker reads for a question."""

WEIGHT = 0.5
"""Weight of the re-ranker's scores in the order."""

Score = Callable[[str, Sequence[str]], NDArray[np.float32] | None]
"""Returns one score a passage for a question, or None if it does not read its language."""


def reranked(
    generation: Generation, reading: Query, evidence: Evidence, score: Score | None
) -> Evidence:
    """Return ``evidence`` with its first passages, and so their policies, in a new order.

    Policies without a passage read follow in their previous order. The set of policies and the
    candidates' confidences do not change.
    """
    if score is None:
        return evidence
    ranked, candidates = evidence.ranked, evidence.candidates
    rows = np.lexsort((candidates.passages, -ranked.row_scores))[:READ]
    if len(rows) < 2:
        return evidence
    given = score(reading.search_text, _texts(generation, candidates.passages[rows]))
    if given is None:
        return evidence
    values = np.full(len(candidates), -np.inf)
    values[rows] = WEIGHT * _scaled(given.astype(np.float64))
    values[rows] += (1 - WEIGHT) * _scaled(ranked.row_scores[rows])
    ordered = reordered(ranked, values)
    reread = np.full(len(candidates), np.nan)
    reread[rows] = given
    return dataclasses.replace(
        evidence, ranked=ordered, best_sure=ordered.best(evidence.sure), reread=reread
    )


def _texts(generation: Generation, ordinals: NDArray[np.int64]) -> list[str]:
    """Return the passages as for the encoder: short ones with their title and headings."""
    owners = generation.owners_of(ordinals).tolist()
    each = sorted(set(owners))
    titles = dict(zip(each, generation.titles(each), strict=True))
    return [
        document_text(titles[owner], passage.headings, passage.text)
        for owner, passage in zip(owners, generation.passages(ordinals.tolist()), strict=True)
    ]


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(np.ptp(values))
    return (values - values.min()) / spread if spread > 0 else np.zeros(len(values))


def reordered(ranked: Ranked, values: NDArray[np.float64]) -> Ranked:
    """Return ``ranked`` with its policies by the best value of their rows, and rows by their own.

    ``values`` has one a candidate, -inf where nothing was read. Equal ones stay as they were. The
    policies' scores stay those of their places.
    """
    policies, rows = len(ranked.policies), len(ranked.grouped)
    order = np.lexsort((np.arange(policies), -ranked.best(values)))
    places = np.empty(policies, np.int64)
    places[order] = np.arange(policies)
    counts = np.diff(ranked.starts, append=rows)
    owners = np.repeat(places, counts)
    grouping = np.lexsort((np.arange(rows), -values[ranked.grouped], owners))
    return dataclasses.replace(
        ranked,
        policies=ranked.policies[order],
        grouped=ranked.grouped[grouping],
        starts=np.cumsum(counts[order]) - counts[order],
    )
