"""An event loop whose time passes at once when all wait, however loaded the machine is."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any


class PassingLoop(asyncio.SelectorEventLoop):
    """Counts its own seconds, from 0, and goes on to the next timer as soon as nothing is ready.

    For what waits for timers alone: files and sockets do not hold its time back.
    """

    _ready: Any
    _scheduled: Any

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0.0

    def time(self) -> float:
        return self._passed

    def _run_once(self) -> None:
        self._passed += 1e-6  # as with any clock, nothing takes no time at all
        if not self._ready and self._scheduled:
            self._passed = max(self._passed, self._scheduled[0].when())
        super()._run_once()  # type: ignore[misc]


def in_passing_time(
    test: Callable[..., Coroutine[Any, Any, None]],
) -> Callable[..., None]:
    """Run a test on a loop of its own whose time passes at once."""

    @functools.wraps(test)
    def run(**fixtures: object) -> None:
        with asyncio.Runner(loop_factory=PassingLoop) as runner:
            runner.run(test(**fixtures))

    return run
