"""Memory-mapped columns: one ``.npy`` file each, whose header is validated when it is opened."""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.format.manifest import CURE

# Besides ValueError, numpy raises (or warns of) these when a header is no Python literal.
_UNREADABLE = (OSError, ValueError, EOFError, SyntaxError, TokenError, UserWarning)


def map_column(
    path: Path, dtype: np.dtype[Any] | type[np.generic], shape: tuple[int, ...] | None = None
) -> NDArray[Any]:
    """Memory-map a ``.npy`` file read-only as a plain array.

    Args:
        path: The file.
        dtype: The dtype it must have.
        shape: The shape it must have; any one-dimensional one by default.

    Raises:
        IndexDamagedError: it cannot be read, or has another dtype or shape.
    """
    try:
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    except _UNREADABLE as error:
        raise IndexDamagedError(f"{path}: numpy cannot read it ({error}); {CURE}") from None
    if not isinstance(mapped, np.memmap) or (
        mapped.dtype != dtype
        or (mapped.shape != shape if shape is not None else mapped.ndim != 1)
        or mapped.offset + mapped.nbytes != path.stat().st_size
    ):
        wanted = "one dimension" if shape is None else f"shape {shape}"
        raise IndexDamagedError(
            f"{path}: holds {mapped.dtype} of shape {mapped.shape}, not {np.dtype(dtype)} of "
            f"{wanted}; {CURE}"
        )
    # A plain array over the same mapping: slices of numpy's memmap class are slower.
    column: NDArray[Any] = mapped.view(np.ndarray)
    return column
