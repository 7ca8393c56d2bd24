"""Candidate passages for a question, with everything that speaks for each of them.

Dense and lexical search each give their best passages among those the conditions allow; the union
is then measured exactly on both sides, so that no candidate lacks a figure because the other side
did not rank it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.interface import Generation

CANDIDATES = 100
"""Passages each side proposes for a find; a list proposes ten times as many."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate passages, one row each. Arrays have the same length ``n`` but where it is said.

    ``passages`` and ``policies`` are ordinals (int64); the similarities are cosines in [-1, 1]
    (float32), 0 where the encoder does not read the question's or the passage's language;
    ``lexical`` is BM25, 0 or more (float32); ``crowding`` (float32) is how near a passage is to
    what it is nearest to (:func:`policybot.index.crowding.crowding`). Row ``i`` has the cosines
    ``sentence_offsets[i]`` to ``sentence_offsets[i + 1] - 1`` of ``sentence_cosines``, one for each
    of its sentences, or none without a vector.
    """

    passages: NDArray[np.int64]
    policies: NDArray[np.int64]
    dense: NDArray[np.float32]
    sentence: NDArray[np.float32]
    title: NDArray[np.float32]
    lexical: NDArray[np.float32]
    crowding: NDArray[np.float32]
    sentence_cosines: NDArray[np.float32]
    sentence_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.passages)


def retrieve(
    generation: Generation,
    vector: NDArray[np.float32] | None,
    terms: Sequence[str],
    *,
    policies: NDArray[np.bool_] | None,
    count: int = CANDIDATES,
) -> Candidates:
    """Return the candidates for a question.

    Args:
        generation: the index to search.
        vector: the question's vector ``(d,)``, or None when the encoder cannot read it.
        terms: the question's terms, as :func:`policybot.index.analyse.analyse` gives them.
        policies: which policies the conditions allow, ``(P,)``, or None for all.
        count: how many passages each side proposes.
    """
    allowed = None if policies is None else generation.passages_of(policies)
    found: list[NDArray[np.int64]] = []
    if vector is not None:
        found.append(generation.dense(vector, count, allowed)[0])
    if terms:
        found.append(generation.lexical(terms, count, allowed)[0])
    passages = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    return measure(generation, vector, terms, passages)


def measure(
    generation: Generation,
    vector: NDArray[np.float32] | None,
    terms: Sequence[str],
    passages: NDArray[np.int64],
) -> Candidates:
    """Return the evidence for given passages (ordinals, ascending)."""
    owners = generation.owners_of(passages)
    nothing = np.zeros(len(passages), np.float32)
    dense = sentence = title = nothing
    cosines, offsets = nothing[:0], np.zeros(len(passages) + 1, np.int64)
    if vector is not None and len(passages):
        dense = generation.dense_at(vector, passages)
        cosines, counts = generation.sentences_at(vector, passages)
        np.cumsum(counts, out=offsets[1:])
        sentence = _best_sentences(cosines, offsets, dense)
        unique, place = np.unique(owners, return_inverse=True)
        title = generation.titles_at(vector, unique)[place]
    lexical = generation.lexical_at(terms, passages) if terms and len(passages) else nothing
    crowding = generation.crowding_at(passages)
    return Candidates(passages, owners, dense, sentence, title, lexical, crowding, cosines, offsets)


def nearness(
    generation: Generation, vector: NDArray[np.float32], passages: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return each passage's highest cosine with a vector: its own, or that of a sentence."""
    dense = generation.dense_at(vector, passages)
    cosines, counts = generation.sentences_at(vector, passages)
    offsets = np.zeros(len(passages) + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    return np.maximum(dense, _best_sentences(cosines, offsets, dense))


def _best_sentences(
    cosines: NDArray[np.float32], offsets: NDArray[np.int64], dense: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return each passage's highest sentence cosine.

    For a passage of one sentence its own cosine stands: that has the title before it.
    """
    highest = dense.copy()
    several = np.diff(offsets) > 1
    filled = offsets[:-1] < offsets[1:]
    if filled.any():
        best = np.full(len(dense), -np.inf, np.float32)
        best[filled] = np.maximum.reduceat(cosines, offsets[:-1][filled])
        highest[several] = best[several]
    return highest
