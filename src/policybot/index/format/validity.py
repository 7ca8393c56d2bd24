"""The state of every policy on a day, as columns: what a condition of validity is matched by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.validity import Bounds, Status
from policybot.index.format.columns import map_column
from policybot.model import State

FILE = "columns/validity.npy"
"""Only there where something is stated of the validity of a policy of the corpus."""

_COLUMNS = 5
_STATUSES: tuple[Status | None, ...] = (
    None,
    "in_force",
    "not_yet",
    "repealed",
    "expired",
    "superseded",
)
_OVER = _STATUSES.index("repealed")
_STATES: tuple[State, ...] = ("in_force", "not_yet", "ended", "unknown")
_IN_FORCE, _UNKNOWN = _STATES.index("in_force"), _STATES.index("unknown")


def blank_rows(count: int) -> NDArray[np.int32]:
    """Return the rows of so many policies of which nothing is stated."""
    return np.tile(np.array(row_of(Bounds()), dtype=np.int32), (count, 1))


def row_of(bounds: Bounds) -> tuple[int, ...]:
    """Return the row of a policy: when it may and must have begun and ended, and its status."""
    return (*bounds.start, *bounds.end, _STATUSES.index(bounds.status))


class States:
    """What is stated of the validity of a generation's policies.

    Args:
        rows: int32 ``(P, 5)``, see :func:`row_of`.
        issued: int32 ``(P,)``: the first day that each may have been issued, 0 where none is
            stated.
    """

    def __init__(self, rows: NDArray[np.int32], issued: NDArray[np.int32]) -> None:
        self._rows = rows
        self._issued = issued

    def bounds(self, policy: int) -> Bounds:
        """Return the days on which the state of a policy changes."""
        start_may, start_must, end_may, end_must, status = self._rows[policy].tolist()
        issued = int(self._issued[policy])
        return Bounds(issued, (start_may, start_must), (end_may, end_must), _STATUSES[status])

    @property
    def starts(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The first and the last day that each may enter into force on, 0 where none is stated."""
        may, must = self._rows[:, 0], self._rows[:, 1]
        return may, np.where(must > may, must - 1, must)

    @property
    def ends(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The first day that each may be ended on, and must; :data:`NEVER` where no end is."""
        return self._rows[:, 2], self._rows[:, 3]

    def of_status(self, status: Status) -> list[int]:
        """Return the policies of which a source says that they are so, in order."""
        found: list[int] = np.flatnonzero(self._rows[:, 4] == _STATUSES.index(status)).tolist()
        return found

    def having(
        self, states: Sequence[State], first: int, last: int, today: int
    ) -> NDArray[np.bool_]:
        """Return bool ``(P,)``: which policies are in one of the states in a span of days.

        Days are ordinals. The same as :meth:`policybot.corpus.validity.Bounds.state_in` of each.
        """
        at_last = self._on(np.full_like(self._issued, last), today)
        if first == last:
            return np.isin(at_last, [_STATES.index(one) for one in states])
        start_may, start_must, end_may, end_must, _ = self._rows.T
        changes = [self._issued, start_may, start_must, end_may, end_may - 1, end_must]
        spans = [np.clip(days, first, last) for days in changes]
        spans += [np.full_like(self._issued, np.clip(day, first, last)) for day in (first, today)]
        told = np.stack([at_last, *(self._on(days, today) for days in spans)])
        state = np.where((told == _UNKNOWN).any(axis=0), _UNKNOWN, at_last)
        state = np.where((told == _IN_FORCE).any(axis=0), _IN_FORCE, state)
        return np.isin(state, [_STATES.index(one) for one in states])

    def _on(self, days: NDArray[np.int32], today: int) -> NDArray[np.int8]:
        """Return the place in ``_STATES`` of each policy's state on a day of its own."""
        start_may, start_must, end_may, end_must, status = self._rows.T
        is_over = (status >= _OVER) & (today < end_must)
        begins = np.where(start_may > 0, start_may, self._issued)
        said = (status == _STATUSES.index("in_force")) & (days == today)
        cases = [
            ((days >= end_must) | (is_over & (days >= today)), "ended"),
            (days < begins, "not_yet"),
            ((days >= end_may) | is_over, "unknown"),
            (((start_may > 0) & (days >= start_must)) | said, "in_force"),
        ]
        chosen: NDArray[np.int8] = np.select(
            [case for case, _ in cases], [_STATES.index(state) for _, state in cases], _UNKNOWN
        ).astype(np.int8)
        return chosen


def states_of(rows: NDArray[np.int32], issued: NDArray[np.int32]) -> States:
    """Return the states that stored rows tell, which may be none at all."""
    return States(rows.reshape(-1, _COLUMNS) if len(rows) else blank_rows(len(issued)), issued)


def write_validity(folder: Path, rows: NDArray[np.int32]) -> None:
    """Write the rows of :class:`States` into a generation's folder, if there are any."""
    if len(rows):
        np.save(folder / FILE, rows.reshape(-1))


def read_validity(folder: Path, issued: NDArray[np.int32]) -> States:
    """Open what a generation states of the validity of its policies.

    Raises:
        IndexDamagedError: the file cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return states_of(np.zeros(0, dtype=np.int32), issued)
    return states_of(map_column(path, np.int32, (len(issued) * _COLUMNS,)), issued)
