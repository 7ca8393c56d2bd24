"""BM25 over passages: weights by bm25s, one mapped column of them a term.

The formula is Lucene's (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020) with k1 = 0.9 and
b = 0.4. bm25s works out every weight when the index is built; a question's score is then the sum
of its terms' columns, which needs no more than numpy (importing bm25s costs 0.1 to 0.3 s).

A column is found by a hash of its term: a sorted array of 64-bit hashes is mapped, where a table of
strings would have to be read. Two of ten million terms share a hash with a chance of 3e-6.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.index.columns import map_column

K1 = 0.9
B = 0.4

FOLDER = "lexical"

_NARROW = 100
"""Up to one passage in this many is looked up in the columns; more are read off a full sum."""


def hash_terms(terms: Sequence[str]) -> NDArray[np.uint64]:
    """Return a 64-bit hash (BLAKE2b) of each term."""
    return np.frombuffer(b"".join(map(_digest, terms)), dtype="<u8")


@functools.lru_cache(maxsize=1 << 18)
def _digest(term: str) -> bytes:
    return hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest()


def write_lexical(folder: Path, terms: NDArray[np.uint64], offsets: NDArray[np.int64]) -> None:
    """Write the BM25 index of passages given as hashed terms.

    bm25s holds about 60 bytes for each passage's distinct term while it works: 6 GB for a million
    passages of 100.

    Args:
        folder: Where to; it is created.
        terms: Hashes of the terms of every passage, one after another, repetitions included.
        offsets: ``(passages + 1,)``: passage ``i`` has ``terms[offsets[i]:offsets[i + 1]]``.
    """
    folder.mkdir()
    vocabulary, inverse = np.unique(terms, return_inverse=True)
    columns: NDArray[np.int32] = inverse.astype(np.int32)
    if len(vocabulary):
        import bm25s

        scores = bm25s.BM25(k1=K1, b=B, method="lucene").build_index_from_ids(
            unique_token_ids=range(len(vocabulary)),
            corpus_token_ids=_Documents(columns, offsets),
            show_progress=False,
        )
        weights, passages, starts = scores["data"], scores["indices"], scores["indptr"]
    else:
        weights, passages, starts = np.zeros(0), np.zeros(0), np.zeros(1)
    np.save(folder / "vocabulary.npy", vocabulary)
    np.save(folder / "columns.npy", starts.astype(np.int64))
    np.save(folder / "passages.npy", passages.astype(np.int32))
    np.save(folder / "weights.npy", weights.astype(np.float32))
    # The next build takes the terms of unchanged passages from here and does not analyse again.
    np.save(folder / "terms.npy", columns)
    np.save(folder / "term_offsets.npy", offsets)


class _Documents:
    """Passages as lists of column numbers, made one at a time: bm25s only counts and iterates."""

    def __init__(self, columns: NDArray[np.int32], offsets: NDArray[np.int64]) -> None:
        self._columns = columns
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[list[int]]:
        for start, end in zip(self._offsets[:-1], self._offsets[1:], strict=True):
            yield self._columns[start:end].tolist()


class Lexical:
    """A mapped BM25 index.

    Args:
        folder: What :func:`write_lexical` wrote.
        count: How many passages it must be of.

    Raises:
        IndexDamagedError: a file of it has another form.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._count = count
        self._vocabulary = map_column(folder / "vocabulary.npy", np.uint64)
        self._columns = map_column(folder / "columns.npy", np.int64, (len(self._vocabulary) + 1,))
        entries = (int(self._columns[-1]),)
        self._passages = map_column(folder / "passages.npy", np.int32, entries)
        self._weights = map_column(folder / "weights.npy", np.float32, entries)
        self._term_offsets = map_column(folder / "term_offsets.npy", np.int64, (count + 1,))
        self._terms = map_column(folder / "terms.npy", np.int32, (int(self._term_offsets[-1]),))

    def document_frequency(self, term: str) -> int:
        """Return how many passages hold ``term``."""
        column = self._column(term)
        return len(column[0])

    def passages_with(self, term: str) -> NDArray[np.int32]:
        """Return the ordinals of the passages that hold ``term``, in order."""
        return self._column(term)[0]

    def search(
        self, terms: Sequence[str], count: int, selected: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and scores of the ``count`` best passages, best first.

        Only passages with one of the terms are found. Equal scores come in the order of their
        ordinals. A term that is given twice counts twice, one that no passage holds not at all.
        ``selected`` restricts the search before anything is ranked; term statistics stay those of
        all passages.
        """
        if selected is None:
            scores = self._sum(terms)
            ordinals = np.flatnonzero(scores > 0)
            scores = scores[ordinals]
        else:
            ordinals = np.unique(selected)
            scores = self.scores(terms, ordinals)
            ordinals, scores = ordinals[scores > 0], scores[scores > 0]
        count = min(count, len(ordinals))
        if count < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        ordinals, scores = ordinals[scores >= least], scores[scores >= least]
        order = np.lexsort((ordinals, -scores))[:count]
        return ordinals[order], scores[order]

    def scores(self, terms: Sequence[str], ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, float32, in their order."""
        if len(ordinals) * _NARROW > self._count:
            return self._sum(terms)[ordinals]
        scores = np.zeros(len(ordinals), dtype=np.float32)
        for term in terms:
            passages, weights = self._column(term)
            if len(passages):
                places = np.minimum(np.searchsorted(passages, ordinals), len(passages) - 1)
                scores += np.where(passages[places] == ordinals, weights[places], np.float32(0))
        return scores

    def terms_of(self, first: int, last: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the hashed terms of passages ``first`` to ``last - 1``, and how many each has."""
        offsets = self._term_offsets[first : last + 1]
        columns = self._terms[offsets[0] : offsets[-1]]
        return self._vocabulary[columns], np.diff(offsets)

    def _sum(self, terms: Sequence[str]) -> NDArray[np.float32]:
        scores = np.zeros(self._count, dtype=np.float32)
        for term in terms:
            passages, weights = self._column(term)
            scores[passages] += weights  # a passage stands once in a column
        return scores

    def _column(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        value = hash_terms([term])[0]
        column = int(np.searchsorted(self._vocabulary, value))
        if column == len(self._vocabulary) or self._vocabulary[column] != value:
            return self._passages[:0], self._weights[:0]
        start, end = self._columns[column], self._columns[column + 1]
        return self._passages[start:end], self._weights[start:end]
