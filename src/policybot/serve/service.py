"""The service behind page, API and MCP: engine, facets, changes, cache and thread pool."""

from __future__ import annotations

import asyncio
import contextvars
import hashlib
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, TypeVar

from policybot.errors import PolicyBotError
from policybot.index.serve.store import store_of
from policybot.serve.catalogue import Catalogue, Filters, Listing
from policybot.serve.changes import ChangeLog
from policybot.serve.problems import RETRY_SECONDS, ProblemError
from policybot.serve.processes import Processes
from policybot.serve.responses import Responses, Standing

if TYPE_CHECKING:
    from policybot.answering.engine import Engine
    from policybot.config import Config
    from policybot.index.format.history import History
    from policybot.query.conditions import Condition

log = logging.getLogger(__name__)

T = TypeVar("T")

THREADS = 4
"""Number of requests processed in parallel."""

MOST_WAITING = 200
"""Limit of requests in progress or waiting for a thread; further ones get status 503."""

LOOK_SECONDS = 2.0
"""Interval of checks for a new generation; each reads one small file."""

REFUSED_SECONDS = 60.0
"""Longest interval of checks while the new generation cannot be used."""


@dataclass
class Service:
    """The engine with its catalogue, change log, response cache, thread pool and workers."""

    config: Config
    engine: Engine
    changes: ChangeLog
    catalogue: Catalogue = field(default_factory=Catalogue)
    processes: Processes | None = None
    waiting: int = 0
    pool: ThreadPoolExecutor = field(init=False)
    responses: Responses = field(init=False)

    def __post_init__(self) -> None:
        workers = self.config.serve.processes if self.processes else 0
        self.pool = ThreadPoolExecutor(THREADS + workers, thread_name_prefix="serve")
        room = self.config.serve.cache_mb * 1024 * 1024
        self.responses = Responses(room, self.run, self.standing)

    def standing(self) -> Standing:
        """Return the current generation and day, which answers depend on."""
        return Standing(self.engine.generation, self.engine.today())

    async def run(self, work: Callable[[], T]) -> T:
        """Run ``work`` off the event loop.

        Raises:
            ProblemError: 503, too many requests are waiting.
        """
        if self.waiting >= MOST_WAITING:
            raise ProblemError(
                503,
                "too many requests are waiting; ask again in a moment",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        self.waiting += 1
        try:
            context = contextvars.copy_context()
            return await asyncio.get_running_loop().run_in_executor(self.pool, context.run, work)
        finally:
            self.waiting -= 1

    def with_engine(self, work: Callable[[Engine], T]) -> T:
        """Return the result of ``work`` (picklable) on an engine, here or in a worker process."""
        return self.processes.run(work, self.engine) if self.processes else work(self.engine)

    def conditions(self, filters: Filters) -> tuple[Condition, ...]:
        """Return the search conditions of filters.

        Raises:
            ProblemError: 404, the corpus has no such kind of document.
        """
        with self.engine.reading() as generation:
            try:
                return self.catalogue.conditions(generation, filters, self.engine.today())
            except KeyError:
                raise _no_kind(filters) from None

    def listing(
        self, filters: Filters, *, first: int = 0, count: int = 50, newest: bool = False
    ) -> Listing:
        """Return policies that match filters, and counts; see :meth:`Catalogue.listing`.

        Raises:
            ProblemError: 404, the corpus has no such issuer or kind of document.
        """
        with self.engine.reading() as generation:
            for name in filters.issuers:
                if generation.known_issuers.canonical(name) is None:
                    raise ProblemError(404, f"issuer: the corpus knows no issuer called {name!r}")
            try:
                return self.catalogue.listing(
                    generation,
                    filters,
                    self.engine.today(),
                    first=first,
                    count=count,
                    newest=newest,
                )
            except KeyError:
                raise _no_kind(filters) from None

    @staticmethod
    def tag(standing: Standing, *parts: str) -> str:
        """Return the entity tag (RFC 9110, section 8.8.3) of the response to ``parts``.

        A response depends on the index, the day and the version of policybot only. The tag is weak,
        since the response has the time it took.
        """
        values = (standing.generation.name, standing.day.isoformat(), VERSION, *parts)
        # As JSON, so that different lists of values never have the same text.
        digest = hashlib.sha256(json.dumps(values).encode("ascii")).hexdigest()
        return f'W/"{digest[:32]}"'

    async def keep_up(self) -> None:
        """Switch to each new generation, until cancelled."""
        logged, pause = "", LOOK_SECONDS
        await self.run(self.history)
        while True:
            await asyncio.sleep(pause)
            try:
                if await self.run(self.engine.refresh):
                    self.responses.stand_on(self.standing())
                    log.info("changed over to generation %s", self.engine.info.generation)
                    await self.run(self.history)
                logged, pause = "", LOOK_SECONDS
            except (PolicyBotError, OSError, ProblemError) as error:
                # The old generation stays in use; the same error is logged once.
                trouble = str(error)
                pause = min(2 * pause, REFUSED_SECONDS) if trouble == logged else LOOK_SECONDS
                if trouble != logged:
                    logged = trouble
                    log.error("the new index is not used: %s", trouble)  # noqa: TRY400

    def close(self) -> None:
        """Close the thread pool, the workers and the engine."""
        self.pool.shutdown(wait=True, cancel_futures=True)
        if self.processes:
            self.processes.close()
        self.engine.close()

    def history(self) -> History:
        """Return the changes up to the generation in use."""
        return self.changes.history(self.engine.info.generation)


def _no_kind(filters: Filters) -> ProblemError:
    return ProblemError(404, f"kind: no policy's title calls it {filters.kind!r}")


VERSION = version("policybot")


def service_of(config: Config, engine: Engine, processes: Processes | None = None) -> Service:
    """Return the service over an open engine, with worker processes if there are any."""
    return Service(config, engine, ChangeLog(store_of(config.index)), processes=processes)
