"""Health and metrics over HTTP: /healthz and /metrics on an address of their own."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram.error import TelegramError
from telegram.ext import ExtBot

from policybot.bot.ops.listening import served
from policybot.bot.ops.metrics import MISSING, BotMetrics, Moment, exposition
from policybot.bot.outbox.sending import brief

log = logging.getLogger(__name__)

SILENCE_SECONDS = 90.0
"""Longest healthy silence of Telegram: a long poll takes 25 s, a pause up to 15 s."""

STUCK_SECONDS = 300.0
"""Longest healthy time in which updates wait and none is finished."""

ASK_SECONDS = 30.0
"""Interval of the checks of the webhook's status at Telegram."""


@dataclass(frozen=True, slots=True)
class Check:
    """One health check and its result."""

    name: str
    ok: bool
    detail: str


def checks(metrics: BotMetrics, moment: Moment) -> tuple[Check, ...]:
    """Return the results of all health checks."""
    now = time.monotonic()
    indexed = moment.index.generation != "none"
    detail = f"generation {moment.index.generation}, {moment.index.documents} policies"
    if metrics.search_fails:
        detail = "the last search failed"
    if not indexed:
        detail = "there is no index yet"
    index = Check("index", indexed and not metrics.search_fails, detail)
    if metrics.last_contact is None:
        telegram = Check("telegram", ok=False, detail="has not answered yet")
    else:
        silence = now - metrics.last_contact
        telegram = Check("telegram", silence <= SILENCE_SECONDS, f"silent for {silence:.0f} s")
    finished = metrics.last_finished
    still = min(moment.oldest_seconds, now - finished if finished else float("inf"))
    queue = Check(
        "queue",
        not moment.waiting or still <= STUCK_SECONDS,
        f"{moment.waiting} waiting, the oldest for {moment.oldest_seconds:.0f} s",
    )
    state = Check(
        "state",
        not (metrics.state_fails or metrics.state_lost),
        metrics.state_lost
        or ("updates cannot be stored" if metrics.state_fails else "can be written"),
    )
    return index, telegram, queue, state


@asynccontextmanager
async def health_served(
    listen: str, metrics: BotMetrics, now: Callable[[], Moment]
) -> AsyncIterator[None]:
    """Serve /healthz (200, or 503 naming what fails) and /metrics within the block.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    from tornado.web import RequestHandler

    figures = exposition(metrics, now)
    if figures is None:
        log.warning("%s", MISSING)

    class Health(RequestHandler):
        def get(self) -> None:
            results = checks(metrics, now())
            well = all(check.ok for check in results)
            body = {c.name: {"ok": c.ok, "detail": c.detail} for c in results}
            self.set_status(200 if well else 503)
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"ok": well, "checks": body}) + "\n")

    class Metrics(RequestHandler):
        def get(self) -> None:
            self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            if figures is None:
                self.set_status(501)
            self.finish(figures() if figures else f"{MISSING}\n")

    handlers: list[tuple[str, type[RequestHandler]]] = [
        ("/healthz", Health),
        ("/metrics", Metrics),
    ]
    async with served(handlers, listen, "[metrics] listen", most=0):
        log.info("health and metrics on %s", listen)
        yield


async def watch_webhook(api: ExtBot[int], url: str, metrics: BotMetrics) -> None:
    """Poll the webhook's status, so that silence of an idle bot is not taken for an outage."""
    logged = ""
    while True:
        await asyncio.sleep(ASK_SECONDS)
        try:
            info = await api.get_webhook_info()
        except TelegramError as error:
            log.info("Telegram cannot be asked about the webhook: %s", brief(error))
            continue
        trouble = ""
        if info.url != url:
            trouble = "Telegram's webhook is not this bot's any more; start the bot again"
        elif info.last_error_date and time.time() - info.last_error_date.timestamp() < ASK_SECONDS:
            trouble = f"Telegram cannot call the webhook: {info.last_error_message}"
        else:
            metrics.contacted()
        if trouble and trouble != logged:
            log.warning("%s", trouble)
        logged = trouble
