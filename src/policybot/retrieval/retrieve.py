"""Candidate passages for a question, with all scores of each.

Dense and lexical search each give their best passages among those the conditions allow; the union
is then scored exactly on both sides, so that no candidate lacks a score because one side did not
rank it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.serve.interface import Generation, Similarity

CANDIDATES = 100
"""Passages that each side proposes for a find; ten times as many for a list."""


UNSPACED = ("zh", "ja")
"""Languages without spaces between words, whose terms are pairs of characters."""


@dataclass(frozen=True, slots=True)
class EncodedQuestion:
    """An encoded question: its vector ``(d,)`` float32, and the index of its ``vector_set``.

    ``multilingual`` says that passages in other languages than the question's are near to it too.
    """

    vector: NDArray[np.float32]
    vector_set: int = 0
    multilingual: bool = False


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidate passages, one row each. Arrays have length ``n`` unless stated otherwise.

    ``passages`` and ``policies`` are ordinals (int64); the similarities are cosines on the common
    scale (float32), 0 where no encoder reads both the question's and the passage's language;
    ``lexical`` is BM25, 0 or more (float32); ``hubness`` (float32) is how near a passage is to
    what it is nearest to (:func:`policybot.index.build.hubness.hubness`). Row ``i`` has the cosines
    ``sentence_offsets[i]`` to ``sentence_offsets[i + 1] - 1`` of ``sentence_cosines``, one for each
    of its sentences, or none without a vector. ``across`` (bool) is True where the policy is in
    another language than the question, and no words can be shared; None where none is.
    ``unspaced`` says that an encoded question has terms that are pairs of characters.
    """

    passages: NDArray[np.int64]
    policies: NDArray[np.int64]
    dense: NDArray[np.float32]
    sentence: NDArray[np.float32]
    title: NDArray[np.float32]
    lexical: NDArray[np.float32]
    hubness: NDArray[np.float32]
    sentence_cosines: NDArray[np.float32]
    sentence_offsets: NDArray[np.int64]
    across: NDArray[np.bool_] | None = None
    unspaced: bool = False

    def __len__(self) -> int:
        return len(self.passages)


def retrieve(
    generation: Generation,
    encoded: Sequence[EncodedQuestion],
    terms: Sequence[str],
    *,
    language: str,
    policies: NDArray[np.bool_] | None,
    count: int = CANDIDATES,
) -> Candidates:
    """Return the candidates for a question.

    Args:
        generation: the index to search.
        encoded: the question's vectors, by the encoders that read it; empty where words decide.
        terms: the question's terms, as :func:`policybot.index.analyse.analyse` gives them.
        language: the question's language.
        policies: which policies the conditions allow, ``(P,)``, or None for all.
        count: how many passages each side proposes.
    """
    allowed = None if policies is None else generation.passages_of(policies)
    proposed = [
        generation.vector_sets[question.vector_set].dense(question.vector, count, allowed)[0]
        for question in encoded
    ]
    if terms:
        proposed.append(generation.lexical(terms, count, allowed)[0])
    passages = np.unique(np.concatenate(proposed)) if proposed else np.empty(0, np.int64)
    return measure(generation, encoded, terms, passages, language)


def measure(
    generation: Generation,
    encoded: Sequence[EncodedQuestion],
    terms: Sequence[str],
    passages: NDArray[np.int64],
    language: str,
) -> Candidates:
    """Return the scores of given passages (ordinals, ascending).

    A passage is compared by the first encoder that reads it.
    """
    owners = generation.owners_of(passages)
    nothing = np.zeros(len(passages), np.float32)
    near = _compared(generation, encoded, passages, owners)
    lexical = generation.lexical_at(terms, passages) if terms and len(passages) else nothing
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(near.counts)])
    sentence = _best_sentences(near.sentences, offsets, near.dense)
    across = None
    if any(question.multilingual for question in encoded):
        across = generation.policy_languages[owners] != language.encode("ascii")
    return Candidates(
        passages, owners, near.dense, sentence, near.title, lexical, near.hubness,
        near.sentences, offsets, across, unspaced=bool(encoded) and language in UNSPACED,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Near:
    """Cosines from one encoder: one entry a passage, and those of its sentences."""

    dense: NDArray[np.float32]
    title: NDArray[np.float32]
    hubness: NDArray[np.float32]
    sentences: NDArray[np.float32]
    counts: NDArray[np.int64]

    def over(self, rest: _Near, read: NDArray[np.bool_]) -> _Near:
        """Return these cosines where ``read`` is true, and ``rest`` elsewhere."""
        rows = np.repeat(read, self.counts)
        return dataclasses.replace(
            self,
            dense=np.where(read, self.dense, rest.dense),
            title=np.where(read, self.title, rest.title),
            hubness=np.where(read, self.hubness, rest.hubness),
            sentences=np.where(rows, self.sentences, rest.sentences),
        )


def _compared(
    generation: Generation,
    encoded: Sequence[EncodedQuestion],
    passages: NDArray[np.int64],
    owners: NDArray[np.int64],
) -> _Near:
    """Return the cosines of passages, each by the first encoder that reads it."""
    nothing = np.zeros(len(passages), np.float32)
    near = _Near(nothing, nothing, nothing, nothing[:0], np.zeros_like(passages))
    if len(passages):
        for question in reversed(encoded):
            vector_set = generation.vector_sets[question.vector_set]
            own = _near(vector_set, question.vector, passages, owners)
            near = (
                own if question is encoded[-1] else own.over(near, vector_set.embedded_at(passages))
            )
        if not encoded:
            near = dataclasses.replace(near, hubness=generation.vector_sets[0].hubness_at(passages))
    return near


def _near(
    vector_set: Similarity,
    vector: NDArray[np.float32],
    passages: NDArray[np.int64],
    owners: NDArray[np.int64],
) -> _Near:
    cosines, counts = vector_set.sentences_at(vector, passages)
    unique, place = np.unique(owners, return_inverse=True)
    return _Near(
        vector_set.scale.of(vector_set.dense_at(vector, passages)),
        vector_set.scale.of(vector_set.titles_at(vector, unique)[place]),
        vector_set.scale.of(vector_set.hubness_at(passages)),
        vector_set.scale.of(cosines),
        np.asarray(counts, np.int64),
    )


def nearness(
    generation: Generation, encoded: Sequence[EncodedQuestion], passages: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return each passage's highest cosine with the question: its own, or that of a sentence."""
    near = _compared(generation, encoded, passages, generation.owners_of(passages))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(near.counts)])
    return np.maximum(near.dense, _best_sentences(near.sentences, offsets, near.dense))


def _best_sentences(
    cosines: NDArray[np.float32], offsets: NDArray[np.int64], dense: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return each passage's highest sentence cosine.

    For a passage of one sentence it is the passage's cosine, which includes the title.
    """
    highest = dense.copy()
    several = np.diff(offsets) > 1
    filled = offsets[:-1] < offsets[1:]
    if filled.any():
        best = np.full(len(dense), -np.inf, np.float32)
        best[filled] = np.maximum.reduceat(cosines, offsets[:-1][filled])
        highest[several] = best[several]
    return highest
