"""BM25 weights, precomputed for every term of every passage when the index is built.

The formula is Lucene's (Kamphuis et al., "Which BM25 do you mean?", ECIR 2020) with k1 = 0.9 and
b = 0.5. bm25s computes the same weights, but takes two to three times as long, and 60 bytes of
memory a weight; here weights are written directly into the posting lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.lexical import Lexical, inverse_frequency

K1 = 0.9
B = 0.5

_TERMS_AT_ONCE = 1 << 22


class TermTable:
    """Collects the terms of passages in order: hashed ones, and ones copied from an older index.

    Copied terms are not looked up again: their columns are renumbered.
    """

    def __init__(self, older: Lexical | None) -> None:
        self._older = older
        self._parts: list[tuple[bool, NDArray[Any]]] = []
        self._fresh = bytearray()

    def add(self, terms: NDArray[np.uint64]) -> None:
        """Append the hashed terms of a passage."""
        self._fresh += terms.tobytes()

    def copy(self, first: int, last: int) -> NDArray[np.int64]:
        """Append passages ``first`` to ``last - 1`` of the older index; return their lengths."""
        if self._older is None:
            raise ValueError("there is no older index to copy from")
        self._close_part()
        columns, counts = self._older.columns_of(first, last)
        self._parts.append((True, columns))
        return counts

    def finish(self) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Return the vocabulary, sorted uint64 hashes, and each term's index in it, int32."""
        self._close_part()
        known: NDArray[np.uint64] = np.zeros(0, np.uint64)
        if self._older is not None:
            known = self._older.vocabulary
        fresh = [np.unique(part) for copied, part in self._parts if not copied]
        vocabulary = np.unique(np.concatenate([known, *fresh]))
        renumbered = vocabulary.searchsorted(known).astype(np.int32)
        columns = np.empty(sum(len(part) for _, part in self._parts), dtype=np.int32)
        at = 0
        for copied, part in self._parts:
            place = renumbered[part] if copied else vocabulary.searchsorted(part)
            columns[at : at + len(part)] = place
            at += len(part)
        used = np.zeros(len(vocabulary), dtype=np.bool_)
        used[columns] = True
        if not used.all():
            columns = (np.cumsum(used, dtype=np.int32) - 1)[columns].astype(np.int32)
        return vocabulary[used], columns

    def _close_part(self) -> None:
        if self._fresh:
            self._parts.append((False, np.frombuffer(bytes(self._fresh), dtype="<u8")))
            self._fresh = bytearray()


def write_lexical(
    folder: Path,
    vocabulary: NDArray[np.uint64],
    columns: NDArray[np.int32],
    offsets: NDArray[np.int64],
) -> None:
    """Write the inverted index: a posting list with BM25 weights for each term.

    Args:
        folder: The folder to create.
        vocabulary: The hashes of all distinct terms, ascending.
        columns: The terms of every passage as indices into the vocabulary, one passage after
            another, repetitions included.
        offsets: ``(passages + 1,)``: passage ``i`` has ``columns[offsets[i]:offsets[i + 1]]``.
    """
    folder.mkdir()
    frequencies = np.zeros(len(vocabulary), dtype=np.int64)
    for column, _, _ in _term_counts(columns, offsets):
        frequencies += np.bincount(column, minlength=len(vocabulary))
    starts = np.concatenate([[0], np.cumsum(frequencies)])
    passages = np.empty(starts[-1], dtype=np.int32)
    weights = np.empty(starts[-1], dtype=np.float32)
    lengths = np.diff(offsets)
    total = len(lengths)
    norms = K1 * (1 - B + B * lengths / (lengths.mean() if len(columns) else 1.0))
    idf = inverse_frequency(total, frequencies)
    free = starts[:-1].copy()
    for column, owner, count in _term_counts(columns, offsets):
        distinct, first, repeated = np.unique(column, return_index=True, return_counts=True)
        places = free[column] + np.arange(len(column)) - np.repeat(first, repeated)
        free[distinct] += repeated
        passages[places] = owner
        weights[places] = idf[column] * count / (count + norms[owner])
    np.save(folder / "vocabulary.npy", vocabulary)
    np.save(folder / "columns.npy", starts)
    np.save(folder / "passages.npy", passages)
    np.save(folder / "weights.npy", weights)
    # The next build copies the terms of unchanged passages from here instead of analysing them.
    np.save(folder / "terms.npy", columns)
    np.save(folder / "term_offsets.npy", offsets)


def _term_counts(
    columns: NDArray[np.int32], offsets: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Yield column, passage and term frequency, in batches of passages.

    Within a batch they are sorted by column, then by passage.
    """
    total = len(offsets) - 1
    first = 0
    while first < total:
        last = int(np.searchsorted(offsets, offsets[first] + _TERMS_AT_ONCE, side="right")) - 1
        last = max(last, first + 1)
        owners = np.repeat(np.arange(last - first), np.diff(offsets[first : last + 1]))
        part = columns[offsets[first] : offsets[last]].astype(np.int64)
        keys, counts = np.unique(part * (last - first) + owners, return_counts=True)
        yield keys // (last - first), keys % (last - first) + first, counts
        first = last
