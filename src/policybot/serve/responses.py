"""Finished responses: kept for whoever asks the same again, worked out once for all who ask now.

A response is made of the index, the day and the request. So one is kept as long as index and day
stay; then all are dropped. Nothing is written to a disk.
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
"""Bytes that a kept response takes beside its body: its key, its headers, its place."""

LARGEST = 8
"""A response may take this part of the room at most, so that one does not drive out all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What responses are made from: an open generation, and a day."""

    generation: Generation
    day: dt.date

    def is_that_of(self, other: Standing) -> bool:
        """Tell whether both are of one opening of one generation, and of one day."""
        return self.generation is other.generation and self.day == other.day


@dataclass(frozen=True, slots=True)
class Finished:
    """A response: its status, body and headers.

    ``settled`` is False where index or day changed while it was worked out: of which of the two it
    is, is not known then.
    """

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    settled: bool = True

    def response(self) -> Response:
        """Return it as one that more headers can be set of."""
        made = Response(status_code=self.status)
        made.body, made.raw_headers = self.body, [*self.headers]
        return made


class Responses:
    """The responses of one standing, those asked for last; for use on one event loop.

    ``most_bytes`` of them are kept, none where it is 0. ``run`` runs work in a thread; ``now``
    gives the standing of this moment.
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
        """Drop what is kept of another generation or day."""
        if self._standing is None or not standing.is_that_of(self._standing):
            self._standing = standing
            self._kept.clear()
            self._bytes = 0

    async def give(
        self, standing: Standing, key: str, work: Callable[[], Response], *, keep: bool = True
    ) -> Finished:
        """Return what ``work`` gives: kept, under way already, or worked out now.

        ``key`` names everything that the response depends on, the generation and the day too. A
        response other than 200 is not kept, nor one that is too large or not ``settled``.

        Raises whatever ``work`` does, to all who wait for it.
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
        # Who asked first may go away; the others still wait.
        return await asyncio.shield(task)

    async def _work_out(
        self, standing: Standing, key: str, work: Callable[[], Response], *, keep: bool
    ) -> Finished:
        response = await self._run(work)
        # A generation that was opened before is never the live one again: it is opened anew. So
        # where it is live still, all that was read meanwhile was of it.
        settled = standing.is_that_of(self._now())
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
            task.exception()  # where all who waited are gone, nobody else looks at it


def _size(finished: Finished) -> int:
    return len(finished.body) + BESIDE
