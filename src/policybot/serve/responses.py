"""A cache of responses, which also merges identical requests that arrive at the same time.

A response depends on the index, the day and the request. The cache is cleared when the index or
the day changes. It is in memory only.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from policybot.index.serve.interface import Generation

BESIDE = 600
"""Estimated bytes of a cached response besides its body (key, headers, entry)."""

LARGEST = 8
"""A response may take 1/LARGEST of the cache, so that one does not evict all the others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What responses depend on: an open generation, and a day."""

    generation: Generation
    day: dt.date

    def same_as(self, standing: Standing) -> bool:
        """Return whether both have the same open generation object and the same day."""
        return self.generation is standing.generation and self.day == standing.day


@dataclass(frozen=True, slots=True)
class Finished:
    """A response: its status, body and headers.

    ``settled`` is False where the index or the day changed while it was computed, so that it may
    be of either.
    """

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    settled: bool = True

    def response(self) -> Response:
        """Return a Starlette response, to which headers can be added."""
        made = Response(status_code=self.status)
        made.body, made.raw_headers = self.body, [*self.headers]
        return made


class Responses:
    """An LRU cache of the responses of one standing; for use on one event loop.

    ``most_bytes`` is its size (0: no cache). ``run`` runs work in a thread; ``now`` returns the
    current standing.
    """

    def __init__(
        self,
        most_bytes: int,
        run: Callable[[Callable[[], Response]], Awaitable[Response]],
        now: Callable[[], Standing],
    ) -> None:
        self._most = most_bytes
        self._run = run
        self._now = now
        self._standing: Standing | None = None
        self._kept: OrderedDict[str, Finished] = OrderedDict()
        self._bytes = 0
        self._under_way: dict[str, asyncio.Task[Finished]] = {}

    def stand_on(self, standing: Standing) -> None:
        """Clear the cache if it is of another generation or day."""
        if self._standing is None or not standing.same_as(self._standing):
            self._standing = standing
            self._kept.clear()
            self._bytes = 0

    async def give(
        self, standing: Standing, key: str, work: Callable[[], Response], *, keep: bool = True
    ) -> Finished:
        """Return the response of ``work``: cached, in progress already, or computed now.

        ``key`` identifies everything that the response depends on, with generation and day. Only
        responses with status 200 that are ``settled`` and small enough are cached.

        Raises:
            Exception: whatever ``work`` raises, for all requests that wait for it.
        """
        self.stand_on(standing)
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._work_out(standing, key, work, keep=keep))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        # The first client may disconnect while others still wait.
        return await asyncio.shield(task)

    async def _work_out(
        self, standing: Standing, key: str, work: Callable[[], Response], *, keep: bool
    ) -> Finished:
        response = await self._run(work)
        # A generation object is never live a second time: it would be opened anew. So if it is
        # still live, everything read meanwhile was from it.
        settled = standing.same_as(self._now())
        finished = Finished(
            response.status_code, bytes(response.body), tuple(response.raw_headers), settled
        )
        if keep and settled and finished.status == 200:
            self._keep(standing, key, finished)
        return finished

    def _keep(self, standing: Standing, key: str, finished: Finished) -> None:
        size = _size(finished)
        if size > self._most // LARGEST:
            return
        self.stand_on(standing)
        self._kept[key] = finished
        self._bytes += size
        while self._bytes > self._most:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _size(dropped)

    def _done(self, key: str, task: asyncio.Task[Finished]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # retrieved, or asyncio logs it if all clients are gone


def _size(finished: Finished) -> int:
    return len(finished.body) + BESIDE
