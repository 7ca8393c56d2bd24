"""The sentences that passages are compared with (see ``hubness.py``), kept by differences.

A fresh index takes the smallest different keys of all its sentences, as many as
:data:`policybot.index.build.hubness.SAMPLE` says. Here some more are kept, with how often each
stands in the corpus: whatever is smaller than the largest kept is known, so that after a change the
smallest are still those of a fresh index, as long as no more have gone than were kept in reserve.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.build.hubness import LEAST, SAMPLE

RESERVE = 500
"""Sentences kept beside those of the sample: a fifth of the corpus may go before they run out."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sentences with the smallest keys.

    ``heads`` uint64 ``(n,)``, ascending: the first eight bytes of each key; ``counts`` int64: how
    often each stands in the corpus; ``vectors`` float16 ``(n, d)``. ``whole`` says that there is no
    other sentence in the corpus.
    """

    heads: NDArray[np.uint64]
    counts: NDArray[np.int64]
    vectors: NDArray[np.float16]
    whole: bool

    @property
    def exhausted(self) -> bool:
        """Whether there are too few left, so that a fresh index would have others."""
        return not self.whole and len(self.heads) < SAMPLE

    @property
    def chosen(self) -> NDArray[np.float32]:
        """The vectors that passages are compared with, ``(n, d)``; empty where they are too few."""
        few = len(self.heads) < LEAST
        return self.vectors[: 0 if few else SAMPLE].astype(np.float32)

    @property
    def name(self) -> int:
        """What tells this sample from another, 0 for one that compares with nothing."""
        few = len(self.heads) < LEAST
        return 0 if few else zlib.crc32(self.heads[:SAMPLE].tobytes()) or 1


def sample_of(keys: NDArray[np.bytes_], vectors: NDArray[np.float16]) -> Sample:
    """Return the sample of a corpus whose sentences have these keys and vectors."""
    heads, places, counts = np.unique(heads_of(keys), return_index=True, return_counts=True)
    known = heads > 0
    heads, places, counts = heads[known], places[known], counts[known]
    most = SAMPLE + RESERVE
    return Sample(heads[:most], counts[:most], vectors[places[:most]], len(heads) <= most)


def follow(
    before: Sample,
    removed: NDArray[np.bytes_],
    keys: NDArray[np.bytes_],
    vectors: NDArray[np.float16],
) -> Sample:
    """Return the sample after some sentences have gone, and others with ``keys`` have come."""
    bound = None if before.whole else before.heads[-1]
    gone, times = np.unique(heads_of(removed), return_counts=True)
    counts = before.counts.copy()
    places = np.minimum(before.heads.searchsorted(gone), max(len(before.heads) - 1, 0))
    if len(before.heads):
        there = before.heads[places] == gone
        counts[places[there]] -= times[there]
    fresh, first, often = np.unique(heads_of(keys), return_index=True, return_counts=True)
    wanted = fresh > 0 if bound is None else (fresh > 0) & (fresh <= bound)
    fresh, first, often = fresh[wanted], first[wanted], often[wanted]
    heads = np.concatenate([before.heads, fresh])
    counts = np.concatenate([counts, often])
    rows = np.concatenate([before.vectors, vectors[first]])
    united, at, inverse = np.unique(heads, return_index=True, return_inverse=True)
    total = np.bincount(inverse, counts, minlength=len(united)).astype(np.int64)
    left = total > 0
    united, at, total = united[left], at[left], total[left]
    most = SAMPLE + RESERVE
    return Sample(
        united[:most], total[:most], rows[at[:most]], before.whole and len(united) <= most
    )


def heads_of(keys: NDArray[np.bytes_]) -> NDArray[np.uint64]:
    """Return the first eight bytes of keys, as ``hubness`` orders them."""
    return np.ascontiguousarray(keys).view(">u8")[::2].astype(np.uint64)
