"""Passage vectors in FAISS: inner product over vectors of length 1, mapped from disk.

Vectors are kept as 16-bit floats at every size (FAISS's fp16 scalar quantiser). That halves what a
search reads, moves a cosine by less than 1e-4, and lets a vector be reused from generation to
generation without drift. Up to :data:`policybot.index.vectors.codes.EXACT_UP_TO` passages a search
goes over all of them; past that their codes (see ``codes.py``) say which are worth it. Nothing
outside this module knows the difference: every score is the exact cosine of what is stored.
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
"""Up to one passage in this many (and any :data:`_FEW`) are read one by one, more by a scan."""

_DIRECT_FROM_FILE = 40
"""The same where vectors are read from the file (see ``rows.py``): there a scan maps it anew, which
of a million passages takes 30 to 60 ms, the codes at most 21 and so few vectors read at most 35."""

_WIDE = 10
"""A filter that leaves less than one passage in this many is scanned where vectors are mapped: the
codes of all take longer than the vectors of those."""

_ENOUGH = 0.8
"""Of what is wanted: where a filter allows so much of what was looked at, nothing is scanned."""

_SHALLOW = 24
"""More than one passage in this many is not kept of the codes: a scan takes no longer."""


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
        codes: The codes of the same vectors; None to search all of them.

    Raises:
        IndexDamagedError: the file is not such an index.
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
        codes_of: NDArray[np.uint8] = np.zeros(0, np.uint8)
        if count:
            codes_of = faiss.rev_swig_ptr(index.codes.data(), index.codes.size())
        half: NDArray[np.float16] = codes_of.view(np.float16).reshape(count, dimension)
        half.flags.writeable = False  # the mapping is read-only: writing would be a crash
        self._rows = Rows(path, half)

    @property
    def half(self) -> NDArray[np.float16]:
        """All vectors as stored, ``(count, dimension)`` float16; valid as long as this object."""
        return self._rows.half

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
            found = self._look_up(vector, count, mask, total)
            ordinals, scores = self._scan(vector, count, mask) if found is None else found
        order = np.lexsort((ordinals, -scores))[:count]
        return ordinals[order], scores[order]

    def scores(
        self, vector: NDArray[np.float32], ordinals: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order; 0 without a vector."""
        return self._rows.cosines(vector, ordinals)

    def close(self) -> None:
        """Close the file; what :attr:`half` gave stays valid as long as this object."""
        self._rows.close()

    def _are_few(self, total: int) -> bool:
        direct = _DIRECT_FROM_FILE if self._rows.from_file else _DIRECT
        return total <= max(_FEW, len(self.half) // direct)

    def _mask(self, selected: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
        """Return bool ``(count,)`` for what is to be searched; None for everything."""
        if selected is None:
            return self._embedded if self._missing else None
        mask = np.zeros(len(self.half), dtype=np.bool_)
        mask[selected] = True
        return mask

    def _look_up(
        self, vector: NDArray[np.float32], count: int, mask: NDArray[np.bool_] | None, total: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return the best by way of the codes; None where only a scan of the vectors will do.

        Codes rank everything there is, so those of a filter are the first of them that it allows:
        more are looked at the narrower it is, and where too few are left, every vector is.
        """
        everything = len(self.half)
        narrow = 0 if self._rows.from_file else max(EXACT_UP_TO, everything // _WIDE)
        if self._codes is None or total <= narrow:
            return None
        wanted = min(total, self._codes.depth(count))
        looked_at = wanted if mask is None else wanted * everything // total
        if looked_at * _SHALLOW > everything:
            return None
        ordinals = self._codes.search(vector, looked_at)
        if mask is not None:
            ordinals = ordinals[mask[ordinals]][:wanted]
        if len(ordinals) < _ENOUGH * wanted:
            return None
        ordinals.sort()
        return ordinals, self._rows.cosines(vector, ordinals)

    def _scan(
        self, vector: NDArray[np.float32], count: int, mask: NDArray[np.bool_] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        # FAISS divides the work of many questions, never of one: more threads would only wait.
        faiss.omp_set_num_threads(1)
        params = None
        if mask is not None:
            # FAISS's own type stubs leave out what its Python wrappers add.
            packed = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(packed)  # type: ignore[call-arg, arg-type]
            params = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        query = np.ascontiguousarray(vector, dtype=np.float32)[None]
        scores, ordinals = self._index.search(query, count, params=params)
        self._rows.forget()
        found = ordinals[0] >= 0
        return ordinals[0][found].astype(np.int64), scores[0][found]
