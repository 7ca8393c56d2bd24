"""An LRU cache of what was read from the server."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


class Kept(Generic[T]):
    """A thread-safe LRU cache of ``most`` entries, valid for ever as generations are immutable."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, T] = OrderedDict()

    def some(self, keys: Iterable[int]) -> dict[int, T]:
        """Return the cached entries of ``keys``."""
        with self._lock:
            hits = {key: self._kept[key] for key in keys if key in self._kept}
            for key in hits:
                self._kept.move_to_end(key)
            return hits

    def keep(self, fresh: dict[int, T]) -> None:
        """Add entries, and evict the least recently used."""
        with self._lock:
            self._kept.update(fresh)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock:
            self._kept.clear()


def first_of(
    ordinals: NDArray[np.int64], scores: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the ``count`` best ordinals and scores, best first; ties in order of ordinals."""
    order = np.lexsort((ordinals, -scores))[: max(count, 0)]
    return ordinals[order], scores[order]
