"""Where updates come from: long polling, or Telegram calling a webhook."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from policybot.bot.ops.listening import served
from policybot.bot.ops.metrics import BotMetrics
from policybot.bot.outbox.sending import brief
from policybot.bot.updates.intake import UPDATE_KINDS
from policybot.errors import ConfigError

log = logging.getLogger(__name__)
T = TypeVar("T")

POLL_SECONDS = 25
LONGEST_PAUSE = 15.0
Receive = Callable[[list[Mapping[str, Any]]], Awaitable[None]]

UNWRITTEN = "updates cannot be written down"
REFUSED = (
    "Telegram refused the bot's token; check POLICYBOT_TOKEN or POLICYBOT_TOKEN_FILE, and "
    "[telegram] base_url"
)


class Trouble:
    """Says once that Telegram is out of reach, and once that it is back; waits longer each time."""

    def __init__(self) -> None:
        self._pause = 0.5
        self._said = ""
        self._said_at = 0.0

    @property
    def on(self) -> bool:
        """Whether the last call failed."""
        return bool(self._said)

    def over(self) -> None:
        """A call went through."""
        if self._said:
            log.info("Telegram is within reach again")
        self._pause, self._said = 0.5, ""

    async def wait(self, error: TelegramError) -> None:
        """Wait for as long as ``error`` asks, or twice as long as the last time.

        Raises:
            ConfigError: the token is not valid, so that waiting helps nothing.
        """
        if isinstance(error, InvalidToken):
            raise ConfigError(REFUSED) from None
        if isinstance(error, TimedOut) and not self._said:
            # A poll that nobody answered: the next may begin at once.
            self._said = "timed out"
            return
        if isinstance(error, Conflict):
            said = (
                "409: another process polls with this token (or a webhook is set); "
                "only one of them can get the updates"
            )
        else:
            said = f"Telegram is out of reach: {brief(error)}"
        now = time.monotonic()
        if said != self._said or now - self._said_at > 60:
            log.warning("%s; trying again", said)
            self._said, self._said_at = said, now
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
            return
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


async def insist(call: Callable[[], Awaitable[T]]) -> T:
    """Await ``call()`` until Telegram answers it; the network may be down at start.

    Raises:
        ConfigError: the token is not valid.
        BadRequest: Telegram refuses the call as it is.
    """
    trouble = Trouble()
    while True:
        try:
            result = await call()
        except BadRequest:
            raise
        except TelegramError as error:
            await trouble.wait(error)
        else:
            trouble.over()
            return result


async def poll(
    bot: ExtBot[int], request: HTTPXRequest, receive: Receive, metrics: BotMetrics
) -> None:
    """Fetch updates for ever, confirming each batch only when ``receive`` has it.

    Updates are fetched as plain JSON, so that one this library cannot read holds up no other.

    Raises:
        ConfigError: the token is not valid any more.
    """
    await insist(bot.delete_webhook)
    metrics.hear()
    trouble, offset = Trouble(), 0
    log.info("polling for updates")
    while True:
        try:
            # The first poll after trouble is short, to say soon that it is over.
            seconds = 0 if trouble.on else POLL_SECONDS
            updates = await get_updates(bot, request, offset, seconds)
        except TelegramError as error:
            await trouble.wait(error)
            continue
        except asyncio.CancelledError:
            # The last batch is confirmed too, if that is quick; it would be known again anyway.
            with contextlib.suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(1.5):
                    await get_updates(bot, request, offset, 0)
            raise
        trouble.over()
        metrics.hear()
        if updates:
            try:
                await receive(updates)
            except sqlite3.Error as error:
                # They are not confirmed, so they come again; a full disk may have room by then.
                metrics.failed("state")
                log.error("%s: %s; trying again", UNWRITTEN, error)  # noqa: TRY400
                await asyncio.sleep(LONGEST_PAUSE)
                continue
            offset = int(updates[-1]["update_id"]) + 1


async def get_updates(
    bot: ExtBot[int], request: HTTPXRequest, offset: int, seconds: int
) -> list[Mapping[str, Any]]:
    """Call getUpdates with a long poll of ``seconds``; return the updates as Telegram wrote them.

    Raises:
        TelegramError: the call failed.
    """
    parameters = {
        "offset": offset,
        "timeout": seconds,
        "allowed_updates": json.dumps(UPDATE_KINDS),
    }
    result = await request.post(
        f"{bot.base_url}/getUpdates",
        RequestData([RequestParameter(name, value, None) for name, value in parameters.items()]),
        read_timeout=seconds + 5.0,
    )
    return list(result) if isinstance(result, list) else []


def read_update(body: bytes) -> dict[str, Any] | None:
    """Return the update that a webhook call carries, or None when it is none."""
    try:
        update = json.loads(body)
        # Written down and replayed, it is nested as deep again.
        json.dumps(update)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    known = type(number) is int and 0 <= number < 1 << 63
    return update if known else None


async def serve_webhook(
    bot: ExtBot[int], url: str, listen: str, secret: str, receive: Receive, metrics: BotMetrics
) -> None:
    """Listen on ``listen`` (host:port) for Telegram's calls to ``url``, until cancelled.

    A call without the secret gets 403 before its body is read; an update gets 200 only once
    ``receive`` has it, and 503 when it cannot be written down.

    Raises:
        ConfigError: the address cannot be listened on, or Telegram refuses it or the token.
    """
    from tornado.web import RequestHandler, stream_request_body

    @stream_request_body
    class Door(RequestHandler):
        def prepare(self) -> None:
            self.body = bytearray()
            given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            if not hmac.compare_digest(given.encode(), secret.encode()):
                self.set_status(403)
                self.finish()

        def data_received(self, chunk: bytes) -> None:
            self.body += chunk

        async def post(self) -> None:
            update = read_update(bytes(self.body))
            if update is None:
                self.set_status(400)
                return
            metrics.hear()
            try:
                await receive([update])
            except sqlite3.Error as error:
                # Telegram calls again; a full disk may have room by then.
                metrics.failed("state")
                log.error("%s: %s", UNWRITTEN, error)  # noqa: TRY400
                self.set_status(503)

    async with served([(r".*", Door)], listen, "[telegram] webhook_listen", most=1 << 20):
        try:
            await insist(
                lambda: bot.set_webhook(
                    url, secret_token=secret, allowed_updates=UPDATE_KINDS, max_connections=40
                )
            )
            metrics.hear()
        except BadRequest as error:
            raise ConfigError(
                f"[telegram] webhook_url = {url!r}: Telegram refuses it: {error.message}"
            ) from None
        log.info("listening for Telegram's calls on %s", listen)
        await asyncio.Event().wait()
