"""Outages of the index: people are notified once, and answered when it is back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

from policybot.bot.outbox.receipts import current_receipt
from policybot.errors import PolicyBotError, UnavailableError
from policybot.render.telegram.texts import say

if TYPE_CHECKING:
    from policybot.bot.services import Place, Services, Visitor

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 15.0
"""Seconds between two checks whether the index is back; doubled until a search succeeds."""

slot: ContextVar[asyncio.Semaphore | None] = ContextVar("slot", default=None)
"""The semaphore of concurrent updates that this task holds one slot of; None outside of them."""


class Outage:
    """Whether the index is unavailable; one task checks for all waiters whether it is back."""

    def __init__(self) -> None:
        self._looking: asyncio.Task[None] | None = None
        self._pause = FIRST_PAUSE

    @property
    def on(self) -> bool:
        """Whether anyone is waiting for the index."""
        return self._looking is not None and not self._looking.done()

    async def wait(self, look: Callable[[], Awaitable[object]]) -> None:
        """Wait until ``look`` returns without :class:`UnavailableError`."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(look), name="looking for the index")
        await asyncio.shield(self._looking)

    def ended(self) -> None:
        """Reset the pause after a successful search."""
        self._pause = FIRST_PAUSE

    def close(self) -> None:
        """Cancel the check."""
        if self._looking is not None:
            self._looking.cancel()

    async def _look(self, look: Callable[[], Awaitable[object]]) -> None:
        while True:
            await asyncio.sleep(self._pause)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            try:
                await look()
            except UnavailableError:
                continue
            except PolicyBotError as error:
                # The index is reachable; searches will report this other error.
                log.debug("the index is back: %s", error)
            return


async def run_when_available(
    services: Services,
    visitor: Visitor,
    place: Place,
    work: Callable[[], Awaitable[object]],
    *,
    searches: bool = True,
) -> None:
    """Await ``work()``, and retry it while the index is unavailable.

    Where ``work`` certainly ``searches``, it is not started while others wait: it would only run
    into the same timeout. ``work`` must search before it sends anything. The person is notified
    once; the notice is deleted when the answer is sent. It has no receipt: after a crash it may be
    sent again, but is never taken for the answer.
    """
    notice: int | None = None
    while True:
        try:
            if not (searches and services.outage.on):
                await work()
                break
        except UnavailableError as error:
            if not services.outage.on:
                services.metrics.failed("search")
                log.error("no answer yet: %s", error)  # noqa: TRY400 (the message says it all)
        if notice is None:
            notice = await _tell(services, visitor, place)
        searches = True
        async with slot_released():
            await services.outage.wait(lambda: services.search(services.engine.refresh))
    services.outage.ended()
    if notice:
        log.info("answered after an outage")
        await services.sender.delete(place.chat, notice)


async def _tell(services: Services, visitor: Visitor, place: Place) -> int:
    """Send the notice that the index is unavailable; return its message id, 0 if not sent."""
    sent = await without_receipt(services.reply(place, say(visitor.language, "unavailable")))
    return sent.message_id if sent else 0


async def without_receipt(sending: Awaitable[T]) -> T:
    """Send a message that is not the answer: without a receipt, so a crash may repeat it."""
    token = current_receipt.set(None)
    try:
        return await sending
    finally:
        current_receipt.reset(token)


@contextlib.asynccontextmanager
async def slot_released() -> AsyncIterator[None]:
    """Release this task's slot within the block, and acquire one again after it."""
    held = slot.get()
    if held is None:
        yield
        return
    held.release()
    try:
        yield
    finally:
        await held.acquire()
