"""The rate limiter for outgoing messages: Telegram's limits per bot and per chat.

Telegram's FAQ ("My bot is hitting limits") asks for at most 30 messages a second overall, one a
second in a chat (short bursts are tolerated), and 20 a minute in a group. Staying below is cheaper
than a 429, which costs seconds. Edits and answers to callback queries are not subject to the limit
of a chat.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import AIORateLimiter, BaseRateLimiter

log = logging.getLogger(__name__)

OVERALL_PER_SECOND = 27
"""A little under Telegram's 30, since the network bunches requests up."""

CHAT_INTERVAL = 1.0
"""Seconds per message in one chat."""

BURST = 3
"""Messages that may be sent to a chat at once after a pause."""

NO_BURST_SECONDS = 600.0
"""After a 429, bursts are suspended in all chats for so long."""

GROUP_PER_MINUTE = 20
RETRIES = 8
LONGEST_WAIT = 900.0
"""Seconds: a longer ``retry_after`` is not waited for."""

_CALM = 0.5
"""Seconds: 429s on three chats within them count as a limit on the bot as a whole."""

Result = bool | dict[str, Any] | list[dict[str, Any]]


@dataclass(slots=True)
class _Chat:
    """The state of one chat: ``left`` messages were allowed at ``seen``, none before ``free_at``.

    Counted from when Telegram answered, so that delays of the network do not allow a larger burst.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    left: float = BURST
    seen: float = 0.0
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP_PER_MINUTE))


class SendLimiter(BaseRateLimiter[int]):
    """AIORateLimiter for the bot as a whole, and a queue for each chat.

    AIORateLimiter holds back every chat after a 429. Here only the chat that got it waits, unless
    three chats get one within half a second. ``refused`` is called for each refused message, before
    the wait.
    """

    def __init__(self, refused: Callable[[], None] = lambda: None) -> None:
        self._refused = refused
        # RetryAfter.retry_after warns unless this opts into its newer type.
        os.environ.setdefault("PTB_TIMEDELTA", "1")
        # One at a time: a larger bucket would let a full second's worth leave at once.
        self._overall = AIORateLimiter(
            overall_max_rate=1,
            overall_time_period=1 / OVERALL_PER_SECOND,
            group_max_rate=0,
            max_retries=0,
        )
        self._chats: dict[int | str, _Chat] = {}
        self._limited: deque[tuple[float, int | str]] = deque(maxlen=3)
        self._all_free_at = 0.0
        self._burst_at = 0.0

    async def initialize(self) -> None:
        """Do nothing: there is nothing to prepare."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 (python-telegram-bot's signature)
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,  # noqa: ARG002
    ) -> Result:
        """Run ``callback`` when its chat's turn has come, and again after each 429.

        Raises:
            RetryAfter: the wait asked for is too long, or was asked for too often.
        """
        chat_id = data.get("chat_id")
        if chat_id is None or not endpoint.startswith("send") or endpoint == "sendChatAction":
            return await self._at_once(callback, args, kwargs, endpoint, data)
        chat = self._chat(chat_id)
        async with chat.turn:
            for attempt in range(RETRIES + 1):
                await self._wait(chat, grouped=_is_group(chat_id))
                outcome = await self._overall.process_request(
                    _flood_as_value(callback), args, kwargs, endpoint, data, None
                )
                now = _now()
                if not isinstance(outcome, RetryAfter):
                    chat.left = self._allowance(chat, now) - 1
                    chat.seen = now
                    chat.sent.append(now)
                    return outcome
                self._refused()
                wait = _seconds(outcome)
                log.warning("429 on %s: that chat waits %.1f s", endpoint, wait)
                if attempt == RETRIES or wait > LONGEST_WAIT:
                    raise outcome
                chat.free_at = now + wait
                self._note_flood(chat_id, now, wait)
        raise AssertionError("the loop returns or raises")

    async def _at_once(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 (python-telegram-bot's signature)
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
    ) -> Result:
        """Run a call that sends no message, again after each 429; edits share the overall limit."""
        for attempt in range(RETRIES + 1):
            outcome: Result | RetryAfter
            if endpoint.startswith("edit"):
                outcome = await self._overall.process_request(
                    _flood_as_value(callback), args, kwargs, endpoint, data, None
                )
            else:
                outcome = await _flood_as_value(callback)(*args, **kwargs)
            if not isinstance(outcome, RetryAfter):
                return outcome
            wait = _seconds(outcome)
            if endpoint == "sendChatAction" or attempt == RETRIES or wait > LONGEST_WAIT:
                raise outcome
            await asyncio.sleep(wait)
        raise AssertionError("the loop returns or raises")

    def _chat(self, chat_id: int | str) -> _Chat:
        now = _now()
        if len(self._chats) > 2000:
            idle = now - 120
            self._chats = {
                key: chat
                for key, chat in self._chats.items()
                if chat.turn.locked() or max(chat.free_at, chat.seen) > idle
            }
        return self._chats.setdefault(chat_id, _Chat())

    async def _wait(self, chat: _Chat, *, grouped: bool) -> None:
        now = _now()
        missing = 1 - self._allowance(chat, now)
        until = max(chat.free_at, self._all_free_at, now + missing * CHAT_INTERVAL)
        if grouped and len(chat.sent) == GROUP_PER_MINUTE:
            until = max(until, chat.sent[0] + 60)
        delay = until - now
        if delay > 0:
            await asyncio.sleep(delay)

    def _allowance(self, chat: _Chat, now: float) -> float:
        """Return how many messages may be sent to a chat at ``now``."""
        burst = BURST if now >= self._burst_at else 1
        if CHAT_INTERVAL <= 0:
            return burst
        return min(burst, chat.left + (now - chat.seen) / CHAT_INTERVAL)

    def _note_flood(self, chat_id: int | str, now: float, wait: float) -> None:
        self._burst_at = now + NO_BURST_SECONDS
        self._limited.append((now, chat_id))
        recent = {chat for at, chat in self._limited if now - at < _CALM}
        if len(recent) == 3:
            log.warning("429 on several chats at once: all wait %.1f s", wait)
            self._all_free_at = now + wait


def _flood_as_value(
    callback: Callable[..., Coroutine[Any, Any, Result]],
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Return ``callback`` returning RetryAfter instead of raising it through AIORateLimiter."""

    async def call(*args: object, **kwargs: object) -> Result | RetryAfter:
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            return error

    return call


def _now() -> float:
    """Return the event loop's time in seconds."""
    return asyncio.get_running_loop().time()


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return (wait if isinstance(wait, int) else wait.total_seconds()) + 0.1


def _is_group(chat_id: int | str) -> bool:
    return isinstance(chat_id, str) or chat_id < 0
