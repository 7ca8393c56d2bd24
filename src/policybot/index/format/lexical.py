"""BM25 over passages: one mapped column of weights (see ``weights.py``) a term.

A question's score is the sum of its terms' columns. Frequent terms say little and have the
longest columns, so they are only looked up for passages that rarer ones have found: a passage that
has nothing but frequent terms cannot reach the best, as the terms' highest weights prove (Turtle
and Flood, "Query evaluation: strategies and optimizations", 1995: MaxScore). The ranking is the
same as that of the whole sum.

A column is found by a hash of its term: a sorted array of 64-bit hashes is mapped, where a table of
strings would have to be read. Two of ten million terms share a hash with a chance of 3e-6.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.columns import map_column

FOLDER = "lexical"

_NARROW = 100
"""Where a filter leaves no more than one passage in this many, each is scored."""

_LOOK_UP = 20
"""To find a passage in a column costs as much as to go past this many."""

_CERTAIN = 1.0001
"""Sums of 32-bit floats in another order differ by less than this factor."""

_FREQUENT = 1 << 17
"""Columns up to this long are added up faster than it is found out whether they need be."""


def hash_terms(terms: Sequence[str]) -> NDArray[np.uint64]:
    """Return a 64-bit hash (BLAKE2b) of each term."""
    return np.frombuffer(b"".join(map(_digest, terms)), dtype="<u8")


@functools.lru_cache(maxsize=1 << 18)
def _digest(term: str) -> bytes:
    return hashlib.blake2b(term.encode("utf-8"), digest_size=8).digest()


_LOOKED_UP = 1024
"""Terms whose columns are kept at hand, about."""

_FEW = 64
"""Terms of a question, at most: more are words that it may have meant."""


class _Column(NamedTuple):
    """The passages that hold a term, ascending int32, its weight in each, and what none exceeds."""

    passages: NDArray[np.int32]
    weights: NDArray[np.float32]
    peak: float


class Lexical:
    """A mapped BM25 index.

    Args:
        folder: What :func:`policybot.index.format.weights.write_lexical` wrote.
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
        self._looked_up: dict[str, _Column] = {}

    def document_frequency(self, term: str) -> int:
        """Return how many passages hold ``term``."""
        return len(self._column(term).passages)

    def document_frequencies(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """Return how many passages hold each of many terms, most of which may be in none."""
        if len(terms) <= _FEW:
            return np.array([len(one.passages) for one in self._columns_with(terms)], np.int64)
        starts, ends = self._bounds(terms)
        return ends - starts

    def passages_with(self, term: str) -> NDArray[np.int32]:
        """Return the ordinals of the passages that hold ``term``, in order."""
        return self._column(term).passages

    def holds(self, term: str, ordinals: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages hold ``term``, bool, in their order."""
        return _find(self._column(term), ordinals.astype(np.int32))[1]

    def search(
        self, terms: Sequence[str], count: int, selected: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and scores of the ``count`` best passages, best first.

        Only passages with one of the terms are found. Equal scores come in the order of their
        ordinals. A term that is given twice counts twice, one that no passage holds not at all.
        ``selected`` restricts the search before anything is ranked; term statistics stay those of
        all passages.
        """
        columns = self._columns_of(terms)
        if selected is not None and len(selected) * _NARROW <= self._count:
            ordinals = np.sort(selected)
        else:
            ordinals = self._candidates(columns, count, selected)
        scores = self._scores(columns, ordinals)
        ordinals, scores = ordinals[scores > 0], scores[scores > 0]
        count = min(count, len(ordinals))
        if count < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        least = _nth(scores, count)
        ordinals, scores = ordinals[scores >= least], scores[scores >= least]
        order = np.lexsort((ordinals, -scores))[:count]
        return ordinals[order], scores[order]

    def scores(self, terms: Sequence[str], ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the BM25 scores of given passages, float32, in their order."""
        return self._scores(self._columns_of(terms), ordinals)

    def _scores(
        self, columns: Sequence[_Column], ordinals: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        scores = np.zeros(len(ordinals), dtype=np.float32)
        wanted = ordinals.astype(np.int32)
        place: NDArray[np.int32] | None = None
        for column in columns:
            if len(wanted) * _LOOK_UP <= len(column.passages) + self._count // 8:
                places, there = _find(column, wanted)
                scores[there] += column.weights[places[there]]
                continue
            if place is None:
                place = np.full(self._count, -1, dtype=np.int32)
                place[wanted] = np.arange(len(wanted), dtype=np.int32)
            rows = place[column.passages]
            there = rows >= 0
            scores[rows[there]] += column.weights[there]
        return scores

    @property
    def vocabulary(self) -> NDArray[np.uint64]:
        """The hash of every term, ascending."""
        return self._vocabulary

    @property
    def frequencies(self) -> NDArray[np.int64]:
        """How many passages hold each term, in the order of :attr:`vocabulary`."""
        return np.diff(self._columns)

    def columns_of(self, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the terms of passages ``first`` to ``last - 1``, and how many each has.

        A term is its place in :attr:`vocabulary`.
        """
        offsets = self._term_offsets[first : last + 1]
        return self._terms[offsets[0] : offsets[-1]], np.diff(offsets)

    def _candidates(
        self, columns: Sequence[_Column], count: int, selected: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Return passages, ascending, that the ``count`` best are among, ties included.

        Columns are added up from the shortest on, until what only the rest could find is out of
        reach of the ``count`` best. Then the rest is looked up for those that are left, and after
        each column those that can no longer reach the best are dropped.
        """
        columns = sorted(columns, key=lambda column: len(column.passages))
        rest = np.cumsum([column.peak for column in columns][::-1])[::-1] * _CERTAIN
        allowed = None
        if selected is not None:
            allowed = np.zeros(self._count, dtype=np.bool_)
            allowed[selected] = True
        sums = np.zeros(self._count, dtype=np.float32)
        ordinals: NDArray[np.int64] | None = None
        partial = sums[:0]
        for column, still in zip(columns, rest.tolist(), strict=True):
            if ordinals is None and len(column.passages) > _FREQUENT:
                found = self._found(sums, allowed)
                if _nth(sums[found], count) > still:
                    ordinals, partial = found, sums[found]
            if ordinals is not None:
                ordinals, partial = _within_reach(ordinals, partial, count, still)
            if ordinals is None or len(ordinals) * _LOOK_UP > len(column.passages):
                sums[column.passages] += column.weights  # a passage stands once in a column
                if ordinals is not None:
                    partial = sums[ordinals]
            else:
                # From here on it stays so: columns grow, and what is left gets less.
                places, there = _find(column, ordinals.astype(np.int32))
                partial[there] += column.weights[places[there]]
        if ordinals is None:
            ordinals = self._found(sums, allowed)
            partial = sums[ordinals]
        return _within_reach(ordinals, partial, count, 0.0)[0]

    def _found(
        self, sums: NDArray[np.float32], allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        return np.flatnonzero(sums > 0 if allowed is None else (sums > 0) & allowed)

    def _column(self, term: str) -> _Column:
        return self._columns_with([term])[0]

    def _columns_of(self, terms: Sequence[str]) -> list[_Column]:
        """Return the columns of the terms that there are, in their order."""
        return [column for column in self._columns_with(terms) if len(column.passages)]

    def _columns_with(self, terms: Sequence[str]) -> list[_Column]:
        """Return the columns of the terms, in their order; an empty one where there is none.

        A question asks for the same columns several times: those of the last ones are at hand.
        """
        known = self._looked_up
        if len(known) > _LOOKED_UP:
            known = self._looked_up = {}  # another thread may still read from the old one
        missing = [term for term in dict.fromkeys(terms) if term not in known]
        if missing:
            known.update(zip(missing, self._find_columns(missing), strict=True))
        return [known[term] for term in terms]

    def _find_columns(self, terms: Sequence[str]) -> list[_Column]:
        starts, ends = self._bounds(terms)
        return [
            _Column(self._passages[start:end], self._weights[start:end], peak)
            for start, end, peak in zip(
                starts.tolist(),
                ends.tolist(),
                inverse_frequency(self._count, ends - starts).tolist(),
                strict=True,
            )
        ]

    def _bounds(self, terms: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the column of each term begins and ends; alike where there is none."""
        if not len(self._vocabulary):
            return np.zeros(len(terms), np.int64), np.zeros(len(terms), np.int64)
        hashes = hash_terms(terms)
        places = np.minimum(self._vocabulary.searchsorted(hashes), len(self._vocabulary) - 1)
        starts, ends = self._columns[places], self._columns[places + 1]
        return starts, np.where(self._vocabulary[places] == hashes, ends, starts)


def inverse_frequency(total: int, frequencies: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the factor that every weight of a term is a share of, as Lucene smooths it."""
    idf: NDArray[np.float64] = np.log(1 + (total - frequencies + 0.5) / (frequencies + 0.5))
    return idf


def _find(
    column: _Column, ordinals: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return where in a column each passage is, and whether it is there at all."""
    if not len(column.passages):
        return np.zeros(len(ordinals), dtype=np.int64), np.zeros(len(ordinals), dtype=np.bool_)
    places = np.minimum(column.passages.searchsorted(ordinals), len(column.passages) - 1)
    there: NDArray[np.bool_] = column.passages[places] == ordinals
    return places, there


def _within_reach(
    ordinals: NDArray[np.int64], partial: NDArray[np.float32], count: int, left: float
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Keep the passages whose sums can still be among the best when ``left`` may be added."""
    kept = partial >= (_nth(partial, count) - left) / _CERTAIN
    return ordinals[kept], partial[kept]


def _nth(scores: NDArray[np.float32], count: int) -> float:
    """Return the ``count``-th highest score; 0 where there are fewer."""
    if len(scores) < count:
        return 0.0
    return float(np.partition(scores, len(scores) - count)[len(scores) - count])
