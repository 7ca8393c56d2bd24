"""The sample of sentences for measuring hubness (see ``hubness.py``), updated by differences.

A full build takes the distinct sentences with the smallest keys, as many as
:data:`policybot.index.build.hubness.SAMPLE` says. Here a reserve is stored as well, with how often
each occurs in the corpus. All keys below the largest stored one are known, so the sample after a
change equals that of a full build, as long as the reserve lasts.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.build.hubness import LEAST, SAMPLE

RESERVE = 500
"""Sentences in reserve: a fifth of the corpus may be removed before they run out."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sentences with the smallest keys.

    ``heads`` uint64 ``(n,)``, ascending: the first eight bytes of each key; ``counts`` int64: how
    often each occurs in the corpus; ``vectors`` float16 ``(n, d)``. ``whole`` says that the corpus
    has no other sentences.
    """

    heads: NDArray[np.uint64]
    counts: NDArray[np.int64]
    vectors: NDArray[np.float16]
    whole: bool

    @property
    def exhausted(self) -> bool:
        """Whether the reserve is used up, so that a full build would choose others."""
        return not self.whole and len(self.heads) < SAMPLE

    @property
    def chosen(self) -> NDArray[np.float32]:
        """The vectors for measuring hubness, ``(n, d)``; empty where there are too few."""
        few = len(self.heads) < LEAST
        return self.vectors[: 0 if few else SAMPLE].astype(np.float32)

    @property
    def name(self) -> int:
        """A number that identifies the sample; 0 for the empty one."""
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
    """Return the sample after sentences were ``removed`` and others with ``keys`` were added."""
    bound = None if before.whole else before.heads[-1]
    gone, times = np.unique(heads_of(removed), return_counts=True)
    counts = before.counts.copy()
    places = np.minimum(before.heads.searchsorted(gone), max(len(before.heads) - 1, 0))
    if len(before.heads):
        present = before.heads[places] == gone
        counts[places[present]] -= times[present]
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
    """Return the first eight bytes of keys as integers, in the order that ``hubness`` uses."""
    return np.ascontiguousarray(keys).view(">u8")[::2].astype(np.uint64)
