"""Which vectors of a large index are worth reading: one bit a dimension, by RaBitQ.

A code says on which side of the mean a vector lies in each dimension, with two figures that make
the estimate of its cosine unbiased (Gao and Long, "RaBitQ", SIGMOD 2024). 56 bytes stand for 768,
and FAISS estimates 32 of them at a time. A search estimates every passage, keeps ``depth`` times as
many as it wants, and reads those vectors to rank them by their exact cosines.

All codes are looked at, so there are no clusters to train, to keep in balance or to miss, and a
filter (the first that it allows) loses nothing but depth. Measured against clusters (IVF, 1024
lists of 100,000 passages): 1.2 ms for recall@10 1.00 and recall@100 .985, where IVF with the same
codes takes 1.0 ms for .986 and .956, and 17 s of training.

The depth is chosen for each index when it is built, with sentences of its own corpus, moved as far
from their passages as people's questions are: see :class:`Tuning`, which the manifest holds.
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
"""So many passages are searched without codes: that takes 2 ms."""

RECALL = 0.98
"""Of the 10 and of the 100 nearest passages, at least, on the average of the questions."""

_SAMPLE = 65_536
_QUESTIONS = 64
_LIKENESS = 0.65
"""Cosine of a question that is measured with, and the sentence it is made from.

At 0.75 what is nearest is as near as to people's questions, and yet easier to find: of a million
passages that depth finds .991 of the 10 and .930 of the 100 nearest, this one .994 and .974."""

_AT = (10, 100)
_DEPTHS = (3, 4, 5, 6, 8, 12, 16, 24, 32)
_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a search of the codes is set, and what it was measured to find.

    ``depth`` vectors are read for each of the first 100 that are wanted; ``recall_at_10`` and
    ``recall_at_100`` are against the exact search, over ``questions`` sentences of the corpus.
    """

    depth: int
    recall_at_10: float
    recall_at_100: float
    questions: int

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Tuning | None:
        """Read what :meth:`dataclasses.asdict` gave; None for an index that is searched exactly."""
        return cls(**told) if told else None


class Codes:
    """A file of codes, read into memory (56 bytes a passage at 384 dimensions).

    Args:
        path: What :func:`write_codes` wrote.
        count: How many vectors it must be of.
        dimension: How long they are.
        tuning: What was measured when it was written.

    Raises:
        IndexDamagedError: the file is not such an index.
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
        """Return how many vectors to read for the ``count`` nearest."""
        return self._depth * max(count, _AT[-1])

    def search(self, vector: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """Return the ordinals, int64, of the ``count`` passages whose estimates are highest."""
        return _nearest(self._index, vector[None], count)[0]


def write_codes(
    path: Path, vectors: NDArray[np.float16], questions: NDArray[np.float16]
) -> Tuning | None:
    """Write the codes of ``vectors`` if a search of them is good enough, and say how to search.

    Args:
        path: Where to.
        vectors: float16 ``(n, d)`` of length 1, or zeros where a passage has none.
        questions: float16 ``(m, d)`` to measure with, of length 1 or zeros: some are used, always
            the same of the same.

    Returns:
        What was measured; None when nothing was written, because exact search is fast enough
        (:data:`EXACT_UP_TO`) or nothing reaches :data:`RECALL`.
    """
    count, dimension = vectors.shape
    asked = _questions(questions[_some_rows(questions, 8 * _QUESTIONS)])
    if count <= EXACT_UP_TO or not len(asked):
        return None
    faiss.omp_set_num_threads(cores())
    codes = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
    codes.train(vectors[_some_rows(vectors, _SAMPLE)].astype(np.float32))
    for start in range(0, count, _CHUNK):
        codes.add(vectors[start : start + _CHUNK].astype(np.float32))
    tuning = _tune(codes, vectors, asked)
    if tuning:
        faiss.write_index(codes, str(path))
    return tuning


def _tune(
    codes: faiss.IndexRaBitQFastScan, vectors: NDArray[np.float16], asked: NDArray[np.float32]
) -> Tuning | None:
    """Return the least depth at which the codes find what is nearest; None if none does."""
    nearest = _exact(vectors, asked, _AT[-1])
    deepest = min(len(vectors), _DEPTHS[-1] * _AT[-1])
    ranks = np.full(nearest.shape, deepest)
    for row, found in enumerate(_nearest(codes, asked, deepest)):
        places = np.full(len(vectors), deepest)
        places[found] = np.arange(len(found))
        ranks[row] = places[nearest[row]]
    for depth in _DEPTHS:
        recalls = [float((ranks[:, :at] < depth * _AT[-1]).mean()) for at in _AT]
        if min(recalls) >= RECALL:
            return Tuning(depth, round(recalls[0], 4), round(recalls[1], 4), len(asked))
    return None


def _nearest(
    index: faiss.IndexRaBitQFastScan, asked: NDArray[np.float32], count: int
) -> list[NDArray[np.int64]]:
    # FAISS divides the work of many questions, never of one: more threads would only wait.
    if len(asked) == 1:
        faiss.omp_set_num_threads(1)
    found: NDArray[np.int64] = index.search(np.ascontiguousarray(asked), count)[1]
    return [row[row >= 0] for row in found]


def _exact(
    vectors: NDArray[np.float16], asked: NDArray[np.float32], count: int
) -> NDArray[np.int64]:
    """Return int64 ``(m, count)``: the nearest of all vectors, best first."""
    scores = np.full((len(asked), 0), 0, dtype=np.float32)
    ordinals = np.zeros((len(asked), 0), dtype=np.int64)
    for start in range(0, len(vectors), _CHUNK):
        part = asked @ vectors[start : start + _CHUNK].astype(np.float32).T
        scores = np.hstack([scores, part])
        places = np.arange(start, start + part.shape[1])
        ordinals = np.hstack([ordinals, np.broadcast_to(places, part.shape)])
        best = np.argsort(-scores, axis=1, kind="stable")[:, :count]
        scores = np.take_along_axis(scores, best, axis=1)
        ordinals = np.take_along_axis(ordinals, best, axis=1)
    return ordinals


def _some_rows(rows: NDArray[np.float16], count: int) -> NDArray[np.int64]:
    """Return at most ``count`` places, as far apart as can be."""
    return np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64))


def _questions(sentences: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return at most :data:`_QUESTIONS` vectors near sentences that have one, always the same."""
    wide: NDArray[np.float32] = sentences.astype(np.float32)
    wide = wide[np.abs(wide).sum(axis=1) > 0]
    if not len(wide):
        return wide
    wide = wide[np.unique(np.linspace(0, len(wide) - 1, _QUESTIONS).astype(np.int64))]
    away = np.random.default_rng(0).standard_normal(wide.shape, dtype=np.float32)
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    asked: NDArray[np.float32] = _LIKENESS * wide + np.float32(1 - _LIKENESS**2) ** 0.5 * away
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    return asked
