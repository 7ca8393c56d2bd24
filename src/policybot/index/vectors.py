"""Passage vectors in FAISS: exact inner product over vectors of length 1, mapped from disk.

Vectors are kept as 16-bit floats at every size (FAISS's fp16 scalar quantiser). That halves what a
search reads (6 ms for 100,000 passages of 384 dimensions on one core; 9 ms as fp32), moves a cosine
by less than 1e-4, and lets a vector be reused from generation to generation without drift.

Search goes over every vector. What is faster past some 200,000 of them (IVF, HNSW) belongs behind
:func:`write_vectors` and :meth:`Vectors.search`; nothing outside this module knows the difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.manifest import CURE

FILE = "vectors.faiss"

_NARROW = 1024
"""So many passages or fewer are scored one by one; more, by a search that skips the others."""


def write_vectors(path: Path, dimension: int, batches: Iterable[NDArray[np.float16]]) -> None:
    """Write vectors of length 1 (or all zeros), batches of shape ``(n, dimension)``, in order."""
    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    for batch in batches:
        index.add(batch.astype(np.float32))
    faiss.write_index(index, str(path))


class Vectors:
    """A mapped file of passage vectors.

    Args:
        path: What :func:`write_vectors` wrote.
        count: How many vectors it must hold.
        dimension: How long each must be.
        embedded: bool ``(count,)``: False where a passage has no vector; such a passage is never
            found.

    Raises:
        IndexDamagedError: the file is not such an index.
    """

    def __init__(self, path: Path, count: int, dimension: int, embedded: NDArray[np.bool_]) -> None:
        try:
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            raise IndexDamagedError(f"{path}: FAISS cannot read it ({error}); {CURE}") from None
        if not isinstance(index, faiss.IndexScalarQuantizer) or (
            (index.codes.size(), index.ntotal, index.d) != (2 * count * dimension, count, dimension)
        ):
            raise IndexDamagedError(
                f"{path}: does not hold {count} vectors of {dimension} 16-bit floats; {CURE}"
            )
        self._index = index
        self._embedded = embedded
        self._all_embedded = bool(embedded.all())
        codes: NDArray[np.uint8] = np.zeros(0, np.uint8)
        if count:
            codes = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
        self._half: NDArray[np.float16] = codes.view(np.float16).reshape(count, dimension)
        self._half.flags.writeable = False  # the mapping is read-only: writing would be a crash

    @property
    def half(self) -> NDArray[np.float16]:
        """All vectors as stored, ``(count, dimension)`` float16; valid as long as this object."""
        return self._half

    def search(
        self, vector: NDArray[np.float32], count: int, selected: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` best passages, best first.

        Equal cosines come in the order of their ordinals. ``selected`` restricts the search to
        those ordinals before anything is ranked, so that it never empties a result that exists.

        Args:
            vector: float32 ``(dimension,)`` of length 1.
            count: How many, at most.
            selected: Ordinals without repetition, or None for all.
        """
        if selected is not None:
            selected = selected[self._embedded[selected]]
        elif not self._all_embedded:
            selected = np.flatnonzero(self._embedded)
        total = len(self._half) if selected is None else len(selected)
        count = min(count, total)
        if count < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if selected is not None and total <= _NARROW:
            ordinals, scores = selected, self.scores(vector, selected)
        else:
            ordinals, scores = self._scan(vector, count, selected)
        order = np.lexsort((ordinals, -scores))[:count]
        return ordinals[order], scores[order]

    def scores(
        self, vector: NDArray[np.float32], ordinals: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order; 0 without a vector."""
        if len(ordinals) <= _NARROW:
            return self._half[ordinals].astype(np.float32) @ vector
        distinct = np.unique(ordinals)
        found, scores = self._scan(vector, len(distinct), distinct)
        order = np.argsort(found)
        return scores[order][np.searchsorted(distinct, ordinals)]

    def _scan(
        self, vector: NDArray[np.float32], count: int, selected: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        # FAISS divides the work of many questions, never of one: more threads would only wait.
        faiss.omp_set_num_threads(1)
        params = None
        if selected is not None:
            bits = np.zeros(len(self._half), dtype=np.bool_)
            bits[selected] = True
            packed = np.packbits(bits, bitorder="little")
            # FAISS's own type stubs leave out what its Python wrappers add.
            selector = faiss.IDSelectorBitmap(packed)  # type: ignore[call-arg, arg-type]
            params = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        query = np.ascontiguousarray(vector, dtype=np.float32)[None]
        scores, ordinals = self._index.search(query, count, params=params)
        found = ordinals[0] >= 0
        return ordinals[0][found].astype(np.int64), scores[0][found]
