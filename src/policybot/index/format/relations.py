"""Relations between policies, sorted by object ("which policies amend this one?").

The other direction needs no column: a policy's own ``relations`` name their objects.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.columns import map_column
from policybot.model import RELATION_KINDS

FILE = "columns/relations.npy"
"""Absent if no policy of the corpus is related to another."""


class Relations:
    """The relations of a generation's policies.

    Args:
        rows: int32 ``(R, 3)``: object, kind (its index in ``RELATION_KINDS``) and subject, sorted.
            Objects and subjects are ordinals of policies; the subject amends the object, say.
    """

    def __init__(self, rows: NDArray[np.int32]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def subjects(self, policy: int) -> list[tuple[str, int]]:
        """Return kind and subject of the relations whose object is ``policy``, by kind and date."""
        first, end = np.searchsorted(self._rows[:, 0], [policy, policy + 1]).tolist()
        rows = self._rows[first:end, 1:].tolist()
        return [(RELATION_KINDS[kind], subject) for kind, subject in rows]

    def objects(self, kind: str) -> NDArray[np.int64]:
        """Return the ordinals of the objects of a kind of relation, ascending and distinct."""
        rows = self._rows[self._rows[:, 1] == RELATION_KINDS.index(kind)]
        return np.unique(rows[:, 0]).astype(np.int64)


def write_relations(folder: Path, rows: NDArray[np.int32]) -> None:
    """Write the rows of :class:`Relations` into a generation's folder, if there are any."""
    if len(rows):
        np.save(folder / FILE, rows.reshape(-1))


def read_relations(folder: Path) -> Relations:
    """Open the relations of a generation; empty if it has no such file.

    Raises:
        IndexDamagedError: the file cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return Relations(np.empty((0, 3), dtype=np.int32))
    return Relations(map_column(path, np.int32).reshape(-1, 3))
