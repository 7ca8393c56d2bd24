"""Which policies of an index are versions of one: texts of the same document, each of its days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.columns import map_column

FILE = "columns/versions.npy"
"""Only there where a policy of the corpus has several versions."""


class Versions:
    """The versions of a generation's policies.

    Args:
        rows: int32 ``(V, 2)``: the ordinal of the last version of a policy, and that of one of its
            versions, each policy's together and oldest first.
    """

    def __init__(self, rows: NDArray[np.int32]) -> None:
        groups: dict[int, list[int]] = {}
        for last, ordinal in rows.tolist():
            groups.setdefault(last, []).append(ordinal)
        self._groups = groups
        self._last = {ordinal: last for last, group in groups.items() for ordinal in group}

    def __len__(self) -> int:
        """How many policies are earlier versions of another."""
        return len(self._last) - len(self._groups)

    @property
    def groups(self) -> Iterable[Sequence[int]]:
        """The ordinals of the versions of each policy that has several, oldest first."""
        return self._groups.values()

    def last_of(self, policy: int) -> int:
        """Return the last version of the policy that one is a version of; itself for any other."""
        return self._last.get(policy, policy)

    def group_of(self, policy: int) -> Sequence[int]:
        """Return all versions of the policy that one is a version of, oldest first."""
        return self._groups.get(self.last_of(policy), [policy])

    def earlier(self, count: int) -> NDArray[np.bool_]:
        """Return bool ``(count,)``: which of so many policies are earlier versions of another."""
        mask = np.zeros(count, dtype=np.bool_)
        mask[[ordinal for ordinal, last in self._last.items() if ordinal != last]] = True
        return mask


def write_versions(folder: Path, groups: Sequence[Sequence[int]]) -> None:
    """Write the groups of :class:`Versions` into a generation's folder, if there are any."""
    rows = [(group[-1], ordinal) for group in groups for ordinal in group]
    if rows:
        np.save(folder / FILE, np.array(rows, dtype=np.int32).reshape(-1))


def read_versions(folder: Path) -> Versions:
    """Open the versions of a generation; none where it has no such file.

    Raises:
        IndexDamagedError: the file cannot be read.
    """
    path = folder / FILE
    rows = map_column(path, np.int32) if path.exists() else np.zeros(0, dtype=np.int32)
    return Versions(rows.reshape(-1, 2))
