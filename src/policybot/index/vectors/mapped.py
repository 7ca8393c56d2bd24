"""Passage vectors in FAISS: inner product over vectors of length 1, memory-mapped.

Vectors are stored as 16-bit floats (FAISS's fp16 scalar quantiser). That halves the bytes a search
reads, changes a cosine by less than 1e-4, and lets a vector be copied from generation to generation
without drift. Up to :data:`policybot.index.vectors.codes.EXACT_UP_TO` passages a search scans all
vectors; beyond that, quantised codes (see ``codes.py``) select the ones to read. Either way every
score returned is the exact cosine of a stored vector.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.format.manifest import CURE
from policybot.index.vectors.codes import EXACT_UP_TO, Codes
from policybot.index.vectors.rows import Rows

FILE = "vectors.faiss"

_FEW = 1024
_DIRECT = 256
"""Up to one passage in this many (or up to :data:`_FEW`) are read by row, more by a scan."""

_DIRECT_FROM_FILE = 40
"""The same where vectors are read from the file (see ``rows.py``). There a scan maps the file anew:
30 to 60 ms for a million passages, against at most 21 for the codes and 35 for this many rows."""

_NARROW = 10
"""Mapped vectors are scanned if a filter leaves at most one passage in this many: scanning all
codes would take longer."""

_ENOUGH = 0.8
"""The share of wanted candidates that must remain after a filter, or all vectors are scanned."""

_SHALLOW = 24
"""Beyond one candidate in this many passages the codes are not used: a scan takes no longer."""


def write_vectors(path: Path, dimension: int, batches: Iterable[NDArray[np.float16]]) -> None:
    """Write vectors of length 1 (or all zeros) from batches of shape ``(n, dimension)``."""
    index = faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )
    for batch in batches:
        index.add(batch.astype(np.float32))
    faiss.write_index(index, str(path))


class Vectors:
    """A memory-mapped file of passage vectors.

    Args:
        path: The file that :func:`write_vectors` wrote.
        count: The number of vectors it must hold.
        dimension: The dimension they must have.
        embedded: bool ``(count,)``: False if a passage has no vector; a search never returns it.
        codes: The quantised codes of the same vectors; None for exact search.

    Raises:
        IndexDamagedError: it cannot be read, or holds another index.
    """

    def __init__(
        self,
        path: Path,
        count: int,
        dimension: int,
        embedded: NDArray[np.bool_],
        codes: Codes | None = None,
    ) -> None:
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
        self._codes = codes
        self._embedded = embedded
        self._missing = len(embedded) - int(np.count_nonzero(embedded))
        data: NDArray[np.uint8] = np.zeros(0, np.uint8)
        if count:
            data = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
        half: NDArray[np.float16] = data.view(np.float16).reshape(count, dimension)
        half.flags.writeable = False  # the mapping is read-only: a write would crash
        self._rows = Rows(path, half)

    @property
    def half(self) -> NDArray[np.float16]:
        """All vectors as stored, float16 ``(count, dimension)``; valid while this object lives."""
        return self._rows.half

    def search(
        self, vector: NDArray[np.float32], count: int, selected: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals (int64) and cosines (float32) of the nearest passages, best first.

        Equal cosines are ordered by ordinal.

        Args:
            vector: float32 ``(dimension,)`` of length 1.
            count: The greatest number of results.
            selected: The ordinals to search, without repetition; None for all. The filter applies
                before ranking, so that it never empties a result that exists.
        """
        if selected is not None and self._missing:
            selected = selected[self._embedded[selected]]
        total = len(self.half) - self._missing if selected is None else len(selected)
        count = min(count, total)
        if count < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if selected is not None and self._are_few(total):
            ordinals, scores = selected, self._rows.cosines(vector, selected)
        else:
            mask = self._mask(selected)
            by_codes = self._search_codes(vector, count, mask, total)
            ordinals, scores = by_codes or self._scan(vector, count, mask)
        order = np.lexsort((ordinals, -scores))[:count]
        return ordinals[order], scores[order]

    def scores(
        self, vector: NDArray[np.float32], ordinals: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the given passages, float32, in order; 0 without a vector."""
        return self._rows.cosines(vector, ordinals)

    def close(self) -> None:
        """Close the file; :attr:`half` stays valid while this object lives."""
        self._rows.close()

    def _are_few(self, total: int) -> bool:
        direct = _DIRECT_FROM_FILE if self._rows.from_file else _DIRECT
        return total <= max(_FEW, len(self.half) // direct)

    def _mask(self, selected: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
        """Return bool ``(count,)``: the passages to search; None for all."""
        if selected is None:
            return self._embedded if self._missing else None
        mask = np.zeros(len(self.half), dtype=np.bool_)
        mask[selected] = True
        return mask

    def _search_codes(
        self, vector: NDArray[np.float32], count: int, mask: NDArray[np.bool_] | None, total: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return ordinals and cosines of candidates by the codes; None if a scan is better.

        The codes rank all passages, and the filter is applied to the ranking: the narrower it is,
        the more candidates are taken. If too few of them pass, all vectors have to be scanned.
        """
        everything = len(self.half)
        narrow = 0 if self._rows.from_file else max(EXACT_UP_TO, everything // _NARROW)
        if self._codes is None or total <= narrow:
            return None
        wanted = min(total, self._codes.depth(count))
        candidates = wanted if mask is None else wanted * everything // total
        if candidates * _SHALLOW > everything:
            return None
        ordinals = self._codes.search(vector, candidates)
        if mask is not None:
            ordinals = ordinals[mask[ordinals]][:wanted]
        if len(ordinals) < _ENOUGH * wanted:
            return None
        ordinals.sort()
        return ordinals, self._rows.cosines(vector, ordinals)

    def _scan(
        self, vector: NDArray[np.float32], count: int, mask: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest by a scan of all vectors."""
        # FAISS parallelises over queries: with one, more threads would only wait.
        faiss.omp_set_num_threads(1)
        params = None
        if mask is not None:
            # FAISS's type stubs lack what its Python wrappers add.
            packed = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(packed)  # type: ignore[call-arg, arg-type]
            params = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        query = np.ascontiguousarray(vector, dtype=np.float32)[None]
        scores, ordinals = self._index.search(query, count, params=params)
        self._rows.forget()
        valid = ordinals[0] >= 0
        return ordinals[0][valid].astype(np.int64), scores[0][valid]
