"""Receiving updates: by long polling, or by webhook."""

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
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
Receive = Callable[[list[Mapping[str, Any]]], Awaitable[None]]

UNWRITTEN = "updates cannot be stored"
REFUSED = (
    "Telegram refused the bot's token; check POLICYBOT_TOKEN or POLICYBOT_TOKEN_FILE, and "
    "[telegram] base_url"
)


class Backoff:
    """Exponential backoff for calls to Telegram; logs each outage and its end once."""

    def __init__(self) -> None:
        self._pause = FIRST_PAUSE
        self._logged = ""
        self._logged_at = 0.0

    @property
    def failing(self) -> bool:
        """Whether the last call failed."""
        return bool(self._logged)

    def over(self) -> None:
        """Record that a call succeeded."""
        if self._logged:
            log.info("Telegram is within reach again")
        self._pause, self._logged = FIRST_PAUSE, ""

    async def wait(self, error: TelegramError) -> None:
        """Wait for as long as ``error`` asks, or twice as long as the last time.

        Raises:
            ConfigError: the token is not valid, so that retrying is useless.
        """
        if isinstance(error, InvalidToken):
            raise ConfigError(REFUSED) from None
        if isinstance(error, TimedOut) and not self._logged:
            # A long poll that timed out; the next one may start at once.
            self._logged = "timed out"
            return
        if isinstance(error, Conflict):
            message = (
                "409: another process polls with this token (or a webhook is set); "
                "only one of them can get the updates"
            )
        else:
            message = f"Telegram is out of reach: {brief(error)}"
        now = time.monotonic()
        if message != self._logged or now - self._logged_at > 60:
            log.warning("%s; trying again", message)
            self._logged, self._logged_at = message, now
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            await asyncio.sleep(wait if isinstance(wait, int) else wait.total_seconds())
            return
        await asyncio.sleep(self._pause)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)


async def retry_call(call: Callable[[], Awaitable[T]]) -> T:
    """Await ``call()``, retried until Telegram answers; the network may be down at start.

    Raises:
        ConfigError: the token is not valid.
        BadRequest: Telegram refuses the call.
    """
    backoff = Backoff()
    while True:
        try:
            result = await call()
        except BadRequest:
            raise
        except TelegramError as error:
            await backoff.wait(error)
        else:
            backoff.over()
            return result


async def poll(
    bot: ExtBot[int], request: HTTPXRequest, receive: Receive, metrics: BotMetrics
) -> None:
    """Fetch updates until cancelled, confirming each batch only after ``receive`` returned.

    Updates are fetched as plain JSON, so that one the library cannot parse does not block others.

    Raises:
        ConfigError: the token is not valid any more.
    """
    await retry_call(bot.delete_webhook)
    metrics.contacted()
    backoff, offset = Backoff(), 0
    log.info("polling for updates")
    while True:
        try:
            # The first poll after a failure is short, to say soon that it is over.
            seconds = 0 if backoff.failing else POLL_SECONDS
            updates = await get_updates(bot, request, offset, seconds)
        except TelegramError as error:
            await backoff.wait(error)
            continue
        except asyncio.CancelledError:
            # Confirm the last batch too, if that is quick; else it is recognised when sent again.
            with contextlib.suppress(TelegramError, TimeoutError):
                async with asyncio.timeout(1.5):
                    await get_updates(bot, request, offset, 0)
            raise
        backoff.over()
        metrics.contacted()
        if updates:
            try:
                await receive(updates)
            except sqlite3.Error as error:
                # Not confirmed, so they are sent again; a full disk may have room by then.
                metrics.failed("state")
                log.error("%s: %s; trying again", UNWRITTEN, error)  # noqa: TRY400
                await asyncio.sleep(LONGEST_PAUSE)
                continue
            offset = int(updates[-1]["update_id"]) + 1


async def get_updates(
    bot: ExtBot[int], request: HTTPXRequest, offset: int, seconds: int
) -> list[Mapping[str, Any]]:
    """Call getUpdates with a long poll of ``seconds``; return the updates as raw JSON objects.

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
    """Return the update in the body of a webhook call, or None when it is not one."""
    try:
        update = json.loads(body)
        # It must also be serialisable, since it is stored and replayed.
        json.dumps(update)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    known = type(number) is int and 0 <= number < 1 << 63
    return update if known else None


async def serve_webhook(
    bot: ExtBot[int], url: str, listen: str, secret: str, receive: Receive, metrics: BotMetrics
) -> None:
    """Serve Telegram's webhook calls to ``url`` on ``listen`` (host:port), until cancelled.

    A call without the secret token gets 403 before its body is read; an update gets 200 only after
    ``receive`` returned, and 503 when it cannot be stored.

    Raises:
        ConfigError: the address cannot be bound, or Telegram refuses the URL or the token.
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
            metrics.contacted()
            try:
                await receive([update])
            except sqlite3.Error as error:
                # Telegram calls again; a full disk may have room by then.
                metrics.failed("state")
                log.error("%s: %s", UNWRITTEN, error)  # noqa: TRY400
                self.set_status(503)

    async with served([(r".*", Door)], listen, "[telegram] webhook_listen", most=1 << 20):
        try:
            await retry_call(
                lambda: bot.set_webhook(
                    url, secret_token=secret, allowed_updates=UPDATE_KINDS, max_connections=40
                )
            )
            metrics.contacted()
        except BadRequest as error:
            raise ConfigError(
                f"[telegram] webhook_url = {url!r}: Telegram refuses it: {error.message}"
            ) from None
        log.info("listening for Telegram's calls on %s", listen)
        await asyncio.Event().wait()
