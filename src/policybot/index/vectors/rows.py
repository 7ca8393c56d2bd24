"""Vectors picked out of a large file: each read where it lies, or looked at through a mapping.

Whatever is looked at through a mapping counts as the process's memory, with the sixteen pages
around it, for as long as the system has room. Files that would fill a small machine so are read.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.format.manifest import CURE

READ_FROM = 256 << 20
"""Files of so many bytes and more are read: that costs 1.5 microseconds a run of rows."""

_CHUNK = 1024

_EXPONENT = 0x70000000
_BIASES = 2.0**112
"""An exponent is counted from 15 in 16 bits, from 127 in 32."""


def widened(half: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return finite 16-bit floats as 32-bit floats, exactly.

    ``astype`` takes seven times as long and FAISS's decoder five times, which is a quarter of a
    millisecond a question. Sign, exponent and fraction are in the same order in both formats:
    they are moved to their places, and the exponents are mended by a product that is exact.
    """
    bits = half.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= ~_EXPONENT  # copies of the sign
    wide = bits.view(np.float32)
    wide *= np.float32(_BIASES)
    return wide


class Rows:
    """The rows of a file that ends with them.

    Args:
        path: The file.
        half: float16 ``(n, d)``: the same rows, mapped.
    """

    def __init__(self, path: Path, half: NDArray[np.float16]) -> None:
        self.half = half
        self._path = path
        self._file = None
        if half.nbytes >= READ_FROM:
            self._file = path.open("rb", buffering=0)
            self._start = os.fstat(self._file.fileno()).st_size - half.nbytes

    @property
    def from_file(self) -> bool:
        """Whether rows are read from the file, not looked at through the mapping."""
        return self._file is not None

    def close(self) -> None:
        """Close the file; rows that are mapped stay valid."""
        if self._file is not None:
            self._file.close()

    def forget(self) -> None:
        """Give back the memory that a look at all rows through the mapping took, if they are many.

        What is asked for again is read again, most often from the system's file cache.
        """
        if self._file is None or not hasattr(mmap, "MADV_DONTNEED"):
            return
        first = -(-self.half.ctypes.data // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (self.half.ctypes.data + self.half.nbytes - first) // mmap.PAGESIZE
        ctypes.CDLL(None).madvise(
            ctypes.c_void_p(first),
            ctypes.c_size_t(length * mmap.PAGESIZE),
            mmap.MADV_DONTNEED,
        )

    def cosines(
        self, vector: NDArray[np.float32], ordinals: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the inner products of some rows with a float32 ``(d,)``, in their order.

        Raises:
            IndexDamagedError: the file ends too early.
        """
        found = np.empty(len(ordinals), dtype=np.float32)
        for start in range(0, len(ordinals), _CHUNK):
            rows = self._pick(ordinals[start : start + _CHUNK])
            found[start : start + _CHUNK] = widened(rows) @ vector
        return found

    def _pick(self, ordinals: NDArray[np.int64]) -> NDArray[np.float16]:
        if self._file is None:
            picked: NDArray[np.float16] = self.half[ordinals]
            return picked
        rows = np.empty((len(ordinals), self.half.shape[1]), dtype=np.float16)
        if not len(ordinals):
            return rows
        handle, width = self._file.fileno(), rows.strides[0]
        into = rows.data.cast("B")
        breaks = np.flatnonzero(np.diff(ordinals) != 1) + 1
        firsts = [0, *breaks.tolist()]
        places = ordinals[firsts].tolist()
        for first, end, place in zip(firsts, [*firsts[1:], len(ordinals)], places, strict=True):
            part = into[first * width : end * width]
            if os.preadv(handle, [part], self._start + place * width) != len(part):
                raise IndexDamagedError(f"{self._path}: row {place} is not whole; {CURE}")
        return rows
