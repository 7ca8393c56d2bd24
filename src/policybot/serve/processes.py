"""Worker processes that answer questions on several cores.

Threads of one process run Python code one at a time; only the encoder runs in parallel. So each
worker has its own engine over the same index. The files of the index are mapped, so they are in
memory once; each worker has a copy of the encoder.
"""

from __future__ import annotations

import contextlib
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

from policybot.errors import ConfigError, PolicyBotError
from policybot.render.json import answer_json

if TYPE_CHECKING:
    from policybot.answering.engine import Engine
    from policybot.config import Config
    from policybot.model import Answer, Intent
    from policybot.query.conditions import Condition

log = logging.getLogger(__name__)

T = TypeVar("T")

AGAIN_SECONDS = 30.0
"""How long the server answers by itself after a worker has failed, before workers are restarted."""


@dataclass(frozen=True, slots=True)
class EngineQuery:
    """A question and the other arguments of :meth:`Engine.answer`; can be pickled."""

    question: str
    conditions: Sequence[Condition] = ()
    limit: int | None = None
    intent: Intent | None = None

    def answer(self, engine: Engine) -> Answer:
        """Return the answer."""
        return engine.answer(
            self.question, conditions=self.conditions, limit=self.limit, intent=self.intent
        )

    def json(self, engine: Engine) -> str:
        """Return the answer as a JSON object; between processes that is faster than pickling it."""
        return answer_json(self.answer(engine))


class Processes:
    """A pool of worker processes, each with its own engine. All methods are thread-safe."""

    def __init__(
        self, config: Config, count: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start ``count`` workers; each opens the index of ``config``. ``clock`` is in seconds."""
        self._config = config
        self._count = count
        self._clock = clock
        self._changing = threading.Lock()
        self._closed = False
        self._again = 0.0
        self._executor: ProcessPoolExecutor | None = self._start()

    def run(self, work: Callable[[Engine], T], engine: Engine) -> T:
        """Return the result of ``work`` in a worker that has the generation of ``engine``.

        ``work`` must be picklable. It runs here, on ``engine``, where the worker has another
        generation or no worker runs.

        Raises:
            Exception: whatever ``work`` raises.
        """
        executor = self._running()
        if executor is not None:
            try:
                result = executor.submit(_run, work, engine.generation.name).result()
            except BrokenExecutor as error:
                self._end(executor, error)
            else:
                if result is not None:
                    return result[0]
        return work(engine)

    def close(self) -> None:
        """Stop the workers once they have finished the work in progress."""
        with self._changing:
            self._closed = True
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    def _running(self) -> ProcessPoolExecutor | None:
        """Return the pool, restarted if its time has come; None while there is none."""
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
        log.error("a worker process has ended (%s); restart in %d s", error, AGAIN_SECONDS)
        executor.shutdown(wait=False)

    def _start(self) -> ProcessPoolExecutor | None:
        """Return a new pool; None where the system cannot start a process."""
        # Not forked: threads of this process may hold locks, and libraries have threads of theirs.
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(self._count, context, _open, (self._config,))
        try:
            for _ in range(self._count):
                executor.submit(_warm)  # a worker is started for each task that waits
        except (OSError, BrokenExecutor) as error:
            executor.shutdown(wait=False)
            self._again = self._clock() + AGAIN_SECONDS
            log.error("no worker process started (%s); next try in %d s", error, AGAIN_SECONDS)  # noqa: TRY400
            return None
        return executor


def check_processes(config: Config) -> None:
    """Check that several processes can open the index, if ``config`` asks for workers.

    Raises:
        ConfigError: the index is a Milvus Lite file, which only one process can open.
    """
    uri = config.index.uri or ""
    if config.serve.processes and config.index.backend == "milvus" and uri.endswith(".db"):
        raise ConfigError(
            f"[serve] processes = {config.serve.processes}: only one process can open the Milvus "
            f"Lite file {uri}; set it to 0, or name a Milvus server under [index] uri"
        )


_engine: Engine | None = None
"""The engine of this worker process."""


def _open(config: Config) -> None:
    """Initialize a worker: it opens the index, and ends when the server does, not before."""
    global _engine  # noqa: PLW0603 (an executor offers its workers no other place to keep it)
    from policybot.answering.engine import open_engine
    from policybot.bot.ops.logs import set_up_logging

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    set_up_logging(config.log)
    try:
        _engine = open_engine(config, encoder_threads=1)
    except (PolicyBotError, OSError) as error:
        log.error("a worker process cannot open the index: %s", error)  # noqa: TRY400
        os._exit(1)  # raised here, the executor would print a traceback
    gc.freeze()


def _end_with_the_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
    os._exit(0)


def _warm() -> None:
    """Load the encoder before the first request needs it."""
    if _engine is not None:
        _engine.answer("policy")


def _run(work: Callable[[Engine], T], generation: str) -> tuple[T] | None:
    """Return the result of ``work``, or None where this worker does not have ``generation``."""
    if _engine is None:
        raise RuntimeError("this process has no engine")
    if _engine.generation.name != generation:
        with contextlib.suppress(PolicyBotError, OSError):  # the server answers, and reports it
            _engine.refresh()
    return (work(_engine),) if _engine.generation.name == generation else None
