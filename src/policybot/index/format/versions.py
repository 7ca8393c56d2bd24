"""Versions: policies of an index that are texts of one document, each valid for a period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.columns import map_column

FILE = "columns/versions.npy"
"""Absent if no policy of the corpus has several versions."""


class Versions:
    """The versions of a generation's policies.

    Args:
        rows: int32 ``(V, 2)``: the ordinal of the latest version of a document, and the ordinal of
            one of its versions, grouped by document and oldest first.
    """

    def __init__(self, rows: NDArray[np.int32]) -> None:
        groups: dict[int, list[int]] = {}
        for last, ordinal in rows.tolist():
            groups.setdefault(last, []).append(ordinal)
        self._groups = groups
        self._last = {ordinal: last for last, group in groups.items() for ordinal in group}

    def __len__(self) -> int:
        """Return how many policies are earlier versions of another."""
        return len(self._last) - len(self._groups)

    @property
    def groups(self) -> Iterable[Sequence[int]]:
        """The ordinals of the versions of each document with several versions, oldest first."""
        return self._groups.values()

    def last_of(self, policy: int) -> int:
        """Return the latest version of a policy's document; itself if there is only one."""
        return self._last.get(policy, policy)

    def group_of(self, policy: int) -> Sequence[int]:
        """Return all versions of a policy's document, oldest first."""
        return self._groups.get(self.last_of(policy), [policy])

    def earlier(self, count: int) -> NDArray[np.bool_]:
        """Return bool ``(count,)``: which policies are earlier versions of another."""
        mask = np.zeros(count, dtype=np.bool_)
        mask[[ordinal for ordinal, last in self._last.items() if ordinal != last]] = True
        return mask


def write_versions(folder: Path, groups: Sequence[Sequence[int]]) -> None:
    """Write the groups of :class:`Versions` into a generation's folder, if there are any."""
    rows = [(group[-1], ordinal) for group in groups for ordinal in group]
    if rows:
        np.save(folder / FILE, np.array(rows, dtype=np.int32).reshape(-1))


def read_versions(folder: Path) -> Versions:
    """Open the versions of a generation; empty if it has no such file.

    Raises:
        IndexDamagedError: the file cannot be read.
    """
    path = folder / FILE
    rows = map_column(path, np.int32) if path.exists() else np.zeros(0, dtype=np.int32)
    return Versions(rows.reshape(-1, 2))
