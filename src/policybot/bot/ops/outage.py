"""While the index is out of reach: people are told once, and answered when it is back."""

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
"""Seconds between two looks whether the index is back; they double, until a search succeeds."""

slot: ContextVar[asyncio.Semaphore | None] = ContextVar("slot", default=None)
"""What this task holds one of, as one of so many that may be at work at once."""


class Outage:
    """Whether the index is out of reach; one task looks whether it is back, for all who wait."""

    def __init__(self) -> None:
        self._looking: asyncio.Task[None] | None = None
        self._pause = FIRST_PAUSE

    @property
    def on(self) -> bool:
        """Whether somebody is waiting for its end."""
        return self._looking is not None and not self._looking.done()

    async def wait(self, look: Callable[[], Awaitable[object]]) -> None:
        """Return when ``look`` finds the index within reach again."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(look), name="looking for the index")
        await asyncio.shield(self._looking)

    def ended(self) -> None:
        """Note that a search succeeded."""
        self._pause = FIRST_PAUSE

    def close(self) -> None:
        """Look no more."""
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
                # Another trouble, which those who search are told of.
                log.debug("the index is back: %s", error)
            return


async def insist(
    services: Services,
    visitor: Visitor,
    place: Place,
    work: Callable[[], Awaitable[object]],
    *,
    searches: bool = True,
) -> None:
    """Await ``work()``, again and again while the index is out of reach.

    Where it surely ``searches``, it is not even begun while others wait: each would have to find
    out by itself, slowly. ``work`` searches before it says anything. The person is told once that
    it takes longer; that message goes when the answer is there. It has no receipt: after a crash it
    may come again, but it never stands for the answer.
    """
    told: int | None = None
    while True:
        try:
            if not (searches and services.outage.on):
                await work()
                break
        except UnavailableError as error:
            if not services.outage.on:
                services.metrics.failed("search")
                log.error("no answer yet: %s", error)  # noqa: TRY400 (the message says it all)
        if told is None:
            told = await _tell(services, visitor, place)
        searches = True
        async with aside():
            await services.outage.wait(lambda: services.search(services.engine.refresh))
    services.outage.ended()
    if told:
        log.info("answered after an outage")
        await services.sender.delete(place.chat, told)


async def _tell(services: Services, visitor: Visitor, place: Place) -> int:
    """Say that the index is briefly unavailable; return the message, 0 if it was not sent."""
    text = say(visitor.language, "unavailable")
    sent = await beside(
        services.sender.send(place.chat, text, reply_to=place.reply_to, thread=place.thread)
    )
    return sent.message_id if sent else 0


async def beside(sending: Awaitable[T]) -> T:
    """Await a message that stands for no answer: without a receipt, so a crash may repeat it."""
    token = current_receipt.set(None)
    try:
        return await sending
    finally:
        current_receipt.reset(token)


@contextlib.asynccontextmanager
async def aside() -> AsyncIterator[None]:
    """Leave this task's slot to others for the block."""
    held = slot.get()
    if held is None:
        yield
        return
    held.release()
    try:
        yield
    finally:
        await held.acquire()
