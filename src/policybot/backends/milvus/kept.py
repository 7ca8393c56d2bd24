"""What was read from the server, kept for the next question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


class Kept(Generic[T]):
    """What was fetched last, by its key: a generation never changes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, T] = OrderedDict()

    def some(self, keys: Iterable[int]) -> dict[int, T]:
        """Return what there is of ``keys``."""
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            for key in found:
                self._kept.move_to_end(key)
            return found

    def keep(self, fresh: dict[int, T]) -> None:
        """Keep more, and forget what was not asked for longest."""
        with self._lock:
            self._kept.update(fresh)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


def first_of(
    ordinals: NDArray[np.int64], scores: NDArray[np.float32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the best, best first; equal ones in the order of their ordinals."""
    order = np.lexsort((ordinals, -scores))[: max(count, 0)]
    return ordinals[order], scores[order]
