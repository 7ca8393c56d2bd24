"""The validity of policies as columns, from which their state on any day is computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.validity import Bounds, Status
from policybot.index.format.columns import map_column
from policybot.model import State

FILE = "columns/validity.npy"
"""Absent if no policy of the corpus states anything about its validity."""

_COLUMNS = 5
_STATUSES: tuple[Status | None, ...] = (
    None,
    "in_force",
    "not_yet",
    "repealed",
    "expired",
    "superseded",
)
_FIRST_ENDED = _STATUSES.index("repealed")
_STATES: tuple[State, ...] = ("in_force", "not_yet", "ended", "unknown")
_IN_FORCE, _UNKNOWN = _STATES.index("in_force"), _STATES.index("unknown")


def blank_rows(count: int) -> NDArray[np.int32]:
    """Return the rows of ``count`` policies that state nothing, int32 ``(count, 5)``."""
    return np.tile(np.array(row_of(Bounds()), dtype=np.int32), (count, 1))


def row_of(bounds: Bounds) -> tuple[int, ...]:
    """Return a policy's row: earliest and latest start, earliest and latest end, and status."""
    return (*bounds.start, *bounds.end, _STATUSES.index(bounds.status))


class States:
    """The stated validity of a generation's policies; days are ordinals (``date.toordinal``).

    Args:
        rows: int32 ``(P, 5)``, see :func:`row_of`.
        issued: int32 ``(P,)``: the earliest day of issue of each policy, 0 if it has no date.
    """

    def __init__(self, rows: NDArray[np.int32], issued: NDArray[np.int32]) -> None:
        self._rows = rows
        self._issued = issued

    def bounds(self, policy: int) -> Bounds:
        """Return the bounds of a policy's validity."""
        start_may, start_must, end_may, end_must, status = self._rows[policy].tolist()
        issued = int(self._issued[policy])
        return Bounds(issued, (start_may, start_must), (end_may, end_must), _STATUSES[status])

    @property
    def starts(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The earliest and latest day of entry into force, int32 ``(P,)``; 0 if none is stated."""
        may, must = self._rows[:, 0], self._rows[:, 1]
        return may, np.where(must > may, must - 1, must)

    @property
    def ends(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The earliest and latest day of the end, int32 ``(P,)``; ``NEVER`` if none is stated."""
        return self._rows[:, 2], self._rows[:, 3]

    def of_status(self, status: Status) -> list[int]:
        """Return the ordinals of the policies with a stated status, ascending."""
        policies: list[int] = np.flatnonzero(self._rows[:, 4] == _STATUSES.index(status)).tolist()
        return policies

    def having(
        self, states: Sequence[State], first: int, last: int, today: int
    ) -> NDArray[np.bool_]:
        """Return bool ``(P,)``: which policies are in one of the states in a period.

        ``first``, ``last`` and ``today`` are ordinals of days. This is the vectorised form of
        :meth:`policybot.corpus.validity.Bounds.state_in`.
        """
        at_last = self._on(np.full_like(self._issued, last), today)
        if first == last:
            return np.isin(at_last, [_STATES.index(state) for state in states])
        start_may, start_must, end_may, end_must, _ = self._rows.T
        changes = [self._issued, start_may, start_must, end_may, end_may - 1, end_must]
        moments = [np.clip(days, first, last) for days in changes]
        moments += [np.full_like(self._issued, np.clip(day, first, last)) for day in (first, today)]
        by_day = np.stack([at_last, *(self._on(days, today) for days in moments)])
        result = np.where((by_day == _UNKNOWN).any(axis=0), _UNKNOWN, at_last)
        result = np.where((by_day == _IN_FORCE).any(axis=0), _IN_FORCE, result)
        return np.isin(result, [_STATES.index(state) for state in states])

    def _on(self, days: NDArray[np.int32], today: int) -> NDArray[np.int8]:
        """Return int8 ``(P,)``: the index in ``_STATES`` of policy ``i``'s state on ``days[i]``."""
        start_may, start_must, end_may, end_must, status = self._rows.T
        is_over = (status >= _FIRST_ENDED) & (today < end_must)
        begins = np.where(start_may > 0, start_may, self._issued)
        stated = (status == _STATUSES.index("in_force")) & (days == today)
        cases = [
            ((days >= end_must) | (is_over & (days >= today)), "ended"),
            (days < begins, "not_yet"),
            ((days >= end_may) | is_over, "unknown"),
            (((start_may > 0) & (days >= start_must)) | stated, "in_force"),
        ]
        chosen: NDArray[np.int8] = np.select(
            [case for case, _ in cases], [_STATES.index(state) for _, state in cases], _UNKNOWN
        ).astype(np.int8)
        return chosen


def states_of(rows: NDArray[np.int32], issued: NDArray[np.int32]) -> States:
    """Return the states of ``issued`` policies from stored rows, flat or ``(P, 5)``, or none."""
    return States(rows.reshape(-1, _COLUMNS) if len(rows) else blank_rows(len(issued)), issued)


def write_validity(folder: Path, rows: NDArray[np.int32]) -> None:
    """Write the rows of :class:`States` into a generation's folder, if there are any."""
    if len(rows):
        np.save(folder / FILE, rows.reshape(-1))


def read_validity(folder: Path, issued: NDArray[np.int32]) -> States:
    """Open the validity of a generation's policies; nothing is stated if it has no such file.

    Raises:
        IndexDamagedError: the file cannot be read.
    """
    path = folder / FILE
    if not path.exists():
        return states_of(np.zeros(0, dtype=np.int32), issued)
    return states_of(map_column(path, np.int32, (len(issued) * _COLUMNS,)), issued)
