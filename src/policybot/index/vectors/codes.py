"""Quantised codes of a large index's vectors, one bit a dimension (RaBitQ), to preselect passages.

A code holds the sign of each dimension relative to the mean, and two numbers that make the estimate
of a cosine unbiased (Gao and Long, "RaBitQ", SIGMOD 2024): 56 bytes instead of 768 at 384
dimensions. FAISS estimates 32 at a time. A search estimates the cosines of all passages, keeps
``depth`` times as many as were asked for, and re-ranks those by their exact cosines.

The codes are scanned exhaustively, so there are no clusters to train or balance, and a filter
(applied to the ranking) only costs depth. Measured against clusters (IVF, 1024 lists of 100,000
passages): 1.2 ms for recall@10 1.00 and recall@100 .985, where IVF with the same codes takes 1.0 ms
for .986 and .956, and 17 s of training.

The depth is tuned for each index when it is built, with sentences of its corpus, perturbed to be as
far from their passages as people's questions are; see :class:`Tuning`, stored in the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.format.manifest import CURE
from policybot.machine import cores

FILE = "codes.faiss"

EXACT_UP_TO = 20_000
"""Up to this many passages, all vectors are searched exactly, which takes 2 ms."""

RECALL = 0.98
"""The least recall@10 and recall@100, averaged over the sample of questions."""

_SAMPLE = 65_536
_QUESTIONS = 64
_LIKENESS = 0.65
"""The cosine of a synthetic question and the sentence it is made from.

At 0.75 the nearest passages are as near as those of people's questions, but easier to find: in a
million passages the depth tuned at 0.75 reaches recall@10 .991 and recall@100 .930, the depth tuned
at 0.65 .994 and .974."""

_AT = (10, 100)
_DEPTHS = (3, 4, 5, 6, 8, 12, 16, 24, 32)
_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Tuning:
    """The search parameters of the codes and their measured recall.

    ``depth`` vectors are read for each result, of at least 100; ``recall_at_10`` and
    ``recall_at_100`` are relative to exact search, over ``questions`` sentences of the corpus.
    """

    depth: int
    recall_at_10: float
    recall_at_100: float
    questions: int

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Tuning | None:
        """Convert from the manifest's mapping; None if it is empty (exact search)."""
        return cls(**values) if values else None


class Codes:
    """A file of codes, read into memory (56 bytes a passage at 384 dimensions).

    Args:
        path: The file that :func:`write_codes` wrote.
        count: The number of vectors it must hold codes of.
        dimension: The dimension of the vectors.
        tuning: The search parameters that :func:`write_codes` returned.

    Raises:
        IndexDamagedError: it cannot be read, or holds another index.
    """

    def __init__(self, path: Path, count: int, dimension: int, tuning: Tuning) -> None:
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamagedError(f"{path}: FAISS cannot read it ({error}); {CURE}") from None
        if not isinstance(index, faiss.IndexRaBitQFastScan) or (
            (index.ntotal, index.d) != (count, dimension)
        ):
            raise IndexDamagedError(
                f"{path}: does not hold the codes of {count} vectors of {dimension}; {CURE}"
            )
        self._index = index
        self._depth = tuning.depth

    def depth(self, count: int) -> int:
        """Return how many vectors to read and re-rank for the ``count`` nearest."""
        return self._depth * max(count, _AT[-1])

    def search(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """Return the ordinals, int64, of the ``count`` passages with the highest estimates."""
        return _nearest(self._index, vector[None], count)[0]


def write_codes(
    path: Path, vectors: NDArray[np.float16], questions: NDArray[np.float16]
) -> Tuning | None:
    """Write the codes of ``vectors`` if a search of them reaches :data:`RECALL`, and tune it.

    Args:
        path: The file to write.
        vectors: float16 ``(n, d)``, rows of length 1, or zeros for a passage without a vector.
        questions: float16 ``(m, d)``, rows of length 1 or zeros, from which questions to tune with
            are made; the choice is deterministic.

    Returns:
        The search parameters; None if nothing was written, because exact search is fast enough
        (:data:`EXACT_UP_TO`) or no depth reaches :data:`RECALL`.
    """
    count, dimension = vectors.shape
    queries = _queries(questions[_spread(len(questions), 8 * _QUESTIONS)])
    if count <= EXACT_UP_TO or not len(queries):
        return None
    faiss.omp_set_num_threads(cores())
    codes = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
    codes.train(vectors[_spread(count, _SAMPLE)].astype(np.float32))
    for start in range(0, count, _CHUNK):
        codes.add(vectors[start : start + _CHUNK].astype(np.float32))
    tuning = _tune(codes, vectors, queries)
    if tuning:
        faiss.write_index(codes, str(path))
    return tuning


def _tune(
    codes: faiss.IndexRaBitQFastScan, vectors: NDArray[np.float16], queries: NDArray[np.float32]
) -> Tuning | None:
    """Return the least depth that reaches :data:`RECALL` at 10 and at 100; None if none does."""
    nearest = _exact(vectors, queries, _AT[-1])
    deepest = min(len(vectors), _DEPTHS[-1] * _AT[-1])
    ranks = np.full(nearest.shape, deepest)
    for row, ordinals in enumerate(_nearest(codes, queries, deepest)):
        rank_of = np.full(len(vectors), deepest)
        rank_of[ordinals] = np.arange(len(ordinals))
        ranks[row] = rank_of[nearest[row]]
    for depth in _DEPTHS:
        recalls = [float((ranks[:, :at] < depth * _AT[-1]).mean()) for at in _AT]
        if min(recalls) >= RECALL:
            return Tuning(depth, round(recalls[0], 4), round(recalls[1], 4), len(queries))
    return None


def _nearest(
    index: faiss.IndexRaBitQFastScan, queries: NDArray[np.float32], count: int
) -> list[NDArray[np.int64]]:
    # FAISS parallelises over queries: with one, more threads would only wait.
    if len(queries) == 1:
        faiss.omp_set_num_threads(1)
    ordinals: NDArray[np.int64] = index.search(np.ascontiguousarray(queries), count)[1]
    return [row[row >= 0] for row in ordinals]


def _exact(
    vectors: NDArray[np.float16], queries: NDArray[np.float32], count: int
) -> NDArray[np.int64]:
    """Return int64 ``(m, count)``: the ordinals of the nearest vectors by exact search."""
    scores = np.zeros((len(queries), 0), dtype=np.float32)
    ordinals = np.zeros((len(queries), 0), dtype=np.int64)
    for start in range(0, len(vectors), _CHUNK):
        part = queries @ vectors[start : start + _CHUNK].astype(np.float32).T
        scores = np.hstack([scores, part])
        places = np.arange(start, start + part.shape[1])
        ordinals = np.hstack([ordinals, np.broadcast_to(places, part.shape)])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :count]
        scores = np.take_along_axis(scores, best, axis=1)
        ordinals = np.take_along_axis(ordinals, best, axis=1)
    return ordinals


def _spread(total: int, count: int) -> NDArray[np.int64]:
    """Return at most ``count`` evenly spaced indices of ``total`` rows."""
    return np.unique(np.linspace(0, total - 1, min(count, total)).astype(np.int64))


def _queries(sentences: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return at most :data:`_QUESTIONS` perturbed vectors of sentences, deterministically."""
    wide: NDArray[np.float32] = sentences.astype(np.float32)
    wide = wide[np.abs(wide).sum(axis=1) > 0]
    if not len(wide):
        return wide
    wide = wide[_spread(len(wide), _QUESTIONS)]
    noise = np.random.default_rng(0).standard_normal(wide.shape, dtype=np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    queries: NDArray[np.float32] = _LIKENESS * wide + np.float32(1 - _LIKENESS**2) ** 0.5 * noise
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    return queries
