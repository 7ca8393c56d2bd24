"""Processes that answer questions beside the server's own, so that several cores do.

Threads of one process take turns at everything but the encoder. Each process has an engine of its
own over the same index: vectors and texts lie in the system's memory once, an encoder in each.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from policybot.render.json import answer_json

if TYPE_CHECKING:
    from policybot.answering.engine import Engine
    from policybot.config import Config
    from policybot.model import Answer, Intent
    from policybot.query.conditions import Condition

log = logging.getLogger(__name__)

T = TypeVar("T")

AGAIN_SECONDS = 30.0
"""How long the server answers by itself after a process has died, before others are started."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what the engine's ``answer`` is given beside it; can be pickled."""

    question: str
    conditions: Sequence[Condition] = ()
    limit: int | None = None
    intent: Intent | None = None

    def answer(self, engine: Engine) -> Answer:
        """Return the answer."""
        return engine.answer(
            self.question, conditions=self.conditions, limit=self.limit, intent=self.intent
        )

    def line(self, engine: Engine) -> str:
        """Return the answer's JSON object, which is sooner sent to another process than itself."""
        return answer_json(self.answer(engine))


class Processes:
    """Processes with an engine each; every method may be called from several threads at once."""

    def __init__(
        self, config: Config, count: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start ``count`` processes; each opens the index that ``config`` names."""
        self._config = config
        self._count = count
        self._clock = clock
        self._changing = threading.Lock()
        self._closed = False
        self._again = 0.0
        self._executor: ProcessPoolExecutor | None = self._start()

    def run(self, work: Callable[[Engine], T], own: Engine) -> T:
        """Return what ``work`` gives of an engine over the generation that ``own`` answers from.

        ``work`` can be pickled. It is given ``own`` where no process has that generation, or none
        is there.

        Raises whatever ``work`` does.
        """
        name = own.generation.name
        executor = self._running()
        if executor is not None:
            try:
                answered_from, value = executor.submit(_run, work, name).result()
            except BrokenExecutor as error:
                self._end(executor, error)
            else:
                if answered_from == name:
                    return value
        return work(own)

    def close(self) -> None:
        """End the processes; what they work on is finished first."""
        with self._changing:
            self._closed = True
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    def _running(self) -> ProcessPoolExecutor | None:
        """Return the processes that run, started anew where that is due."""
        with self._changing:
            due = self._executor is None and not self._closed and self._clock() >= self._again
            if due:
                self._executor = self._start()
            return self._executor

    def _end(self, executor: ProcessPoolExecutor, error: BrokenExecutor) -> None:
        with self._changing:
            if self._executor is not executor:
                return
            self._executor = None
            self._again = self._clock() + AGAIN_SECONDS
        log.error("a process that answers has ended (%s); others are started soon", error)
        executor.shutdown(wait=False)

    def _start(self) -> ProcessPoolExecutor:
        # Not forked: threads of this process may hold locks, and libraries have threads of theirs.
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(self._count, context, _open, (self._config,))
        for _ in range(self._count):
            executor.submit(_warm)  # each is started by work that waits
        return executor


_engine: Engine | None = None
"""That of a process which answers."""


def _open(config: Config) -> None:
    """Make this process one that answers: it ends with the server and not before."""
    global _engine  # noqa: PLW0603 (an executor gives its processes nothing else to keep it in)
    from policybot.answering.engine import open_engine

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    _engine = open_engine(config, encoder_threads=1)
    gc.freeze()


def _end_with_the_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
    os._exit(0)


def _warm() -> None:
    """Open the encoder before somebody waits for it."""
    if _engine is not None:
        _engine.answer("policy")


def _run(work: Callable[[Engine], T], wanted: str) -> tuple[str, T]:
    """Return the generation that ``work`` was done with, and what it gave."""
    if _engine is None:
        raise RuntimeError("this process has no engine")
    if _engine.generation.name != wanted:
        _engine.refresh()
    return _engine.generation.name, work(_engine)
