"""Hubness: how near a passage is to texts in general, so that scores can be corrected for it.

In many dimensions some vectors, the hubs, are near to all others (Radovanović, Nanopoulos and
Ivanović, "Hubs in space", JMLR 2010). The cosine of a question and a passage tells more relative to
that passage's usual cosines (cross-domain similarity local scaling; Conneau et al., "Word
translation without parallel data", ICLR 2018). A sample of the corpus's sentences stands in for
questions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from policybot.index.vectors.vector_set import VectorSet

SAMPLE = 2000
"""The greatest size of the sample of sentences that passages are compared with."""

NEIGHBOURS = 10
"""Hubness is the mean cosine to this many nearest sentences of the sample."""

LEAST = 200
"""With fewer sentences than this, hubness is 0: the nearest would be most of them."""

_SAME = 0.999
"""A sentence with a higher cosine is ignored: it is the passage itself, or a copy of it."""

_BATCH = 1024


def hubness(
    vectors: NDArray[np.float16],
    keys: NDArray[np.bytes_],
    sentences: NDArray[np.float16],
    sentence_keys: NDArray[np.bytes_],
    previous: VectorSet | None = None,
) -> NDArray[np.float16]:
    """Return the hubness of every passage, a mean cosine, float16 ``(N,)``.

    Args:
        vectors: The vectors of the passages, ``(N, d)``.
        keys: Their keys, ``(N,)``.
        sentences: The vectors of all sentences, ``(S, d)``.
        sentence_keys: Their keys, ``(S,)``.
        previous: Another generation's vectors by the same encoder. Hubness of the same passages is
            copied from it if the sample is the same, as it is after most changes of a large corpus.
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
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        result[batch] = hubness_by(vectors[batch], sample)
    return result


def hubness_by(vectors: NDArray[np.float16], sample: NDArray[np.float32]) -> NDArray[np.float16]:
    """Return the hubness of passages, ``(n,)``, by the vectors of sampled sentences, ``(m, d)``.

    It is 0 without a sample.
    """
    if not len(sample):
        return np.zeros(len(vectors), np.float16)
    cosines = vectors.astype(np.float32) @ sample.T
    cosines[cosines > _SAME] = -1.0
    nearest = np.partition(cosines, -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
    means: NDArray[np.float16] = nearest.mean(axis=1).astype(np.float16)
    return means


def _sample(keys: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """Return the positions of the :data:`SAMPLE` smallest distinct keys that are not all zeros.

    Keys are hashes, so this is a random sample, and nearly the same one after a change.
    """
    heads = keys.view(">u8")[::2].astype(np.uint64)
    values, places = np.unique(heads, return_index=True)
    return places[values > 0][:SAMPLE]
