"""How crowded it is around each passage: what is near everything answers nothing in particular.

In many dimensions some vectors are near to all others (Radovanović, Nanopoulos and Ivanović, "Hubs
in space", JMLR 2010). A question that is nearer to a passage than questions usually are says more
than one that is near as such (cross-domain similarity local scaling; Conneau et al., "Word
translation without parallel data", ICLR 2018). The corpus's own sentences stand for questions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policybot.index.vectors.vector_set import VectorSet

SAMPLE = 2000
"""Sentences that passages are compared with, at most."""

NEIGHBOURS = 10
"""A passage's nearest among them: the mean of their cosines is its hubness."""

LEAST = 200
"""Where there are fewer sentences, the nearest are most of them, and nothing is crowded."""

_SAME = 0.999
"""What is as near as this says the same, as a passage's only sentence does."""

_AT_ONCE = 1024


def hubness(
    vectors: NDArray[np.float16],
    keys: NDArray[np.bytes_],
    sentences: NDArray[np.float16],
    sentence_keys: NDArray[np.bytes_],
    previous: VectorSet | None = None,
) -> NDArray[np.float16]:
    """Return the hubness of every passage, a cosine, ``(N,)``.

    Args:
        vectors: Those of the passages, ``(N, d)``.
        keys: What they are kept under, ``(N,)``.
        sentences: The vectors of all sentences, ``(S, d)``.
        sentence_keys: What they are kept under, ``(S,)``.
        previous: Vectors of the same encoder; what it has of the same passages is taken from
            it as long as the sample is the same, which most changes of a large corpus leave it.
    """
    result = np.zeros(len(vectors), np.float16)
    chosen = _sample(sentence_keys)
    if len(chosen) < LEAST:
        return result
    missing = np.arange(len(vectors))
    if previous is not None and np.array_equal(
        previous.sentence_keys[_sample(previous.sentence_keys)], sentence_keys[chosen]
    ):
        order = np.argsort(previous.passage_keys)
        places = previous.passage_keys.searchsorted(keys, sorter=order)
        rows = order[np.minimum(places, len(order) - 1)]
        known = previous.passage_keys[rows] == keys
        result[known] = previous.passage_hubness[rows[known]]
        missing = np.flatnonzero(~known)
    sample = sentences[chosen].astype(np.float32)
    for start in range(0, len(missing), _AT_ONCE):
        batch = missing[start : start + _AT_ONCE]
        result[batch] = crowding_by(vectors[batch], sample)
    return result


def crowding_by(vectors: NDArray[np.float16], sample: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return the hubness of some passages, ``(n,)``, by the vectors of a sample, ``(m, d)``.

    Nothing is crowded by a sample that is empty.
    """
    if not len(sample):
        return np.zeros(len(vectors), np.float16)
    cosines = vectors.astype(np.float32) @ sample.T
    cosines[cosines > _SAME] = -1.0
    nearest = np.partition(cosines, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
    crowds: NDArray[np.float16] = nearest.mean(axis=1).astype(np.float16)
    return crowds


def _sample(keys: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """Return the places of the :data:`SAMPLE` smallest different keys that are not all zeros.

    Keys are hashes, so that these are a sample by chance, and as good as the same after a change.
    """
    heads = keys.view(">u8")[::2].astype(np.uint64)
    values, places = np.unique(heads, return_index=True)
    return places[values > 0][:SAMPLE]
