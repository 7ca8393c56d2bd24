"""Whether the bot is well, and its figures: /healthz and /metrics on an address of one's own."""

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
"""Longer without a word from Telegram is no health: a long poll takes 25, a pause up to 15."""

STUCK_SECONDS = 300.0
"""Longer with updates waiting and none dealt with is no health either."""

ASK_SECONDS = 30.0
"""How often Telegram is asked about a webhook that it does not call."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that health depends on, and how it stands."""

    name: str
    ok: bool
    detail: str


def checks(metrics: BotMetrics, moment: Moment) -> tuple[Check, ...]:
    """Return what health depends on, besides that there is a process to ask."""
    now = time.monotonic()
    there = moment.index.generation != "none"
    told = f"generation {moment.index.generation}, {moment.index.documents} policies"
    if metrics.search_fails:
        told = "the last search failed"
    if not there:
        told = "there is none yet"
    index = Check("index", there and not metrics.search_fails, told)
    if metrics.heard is None:
        telegram = Check("telegram", ok=False, detail="has not answered yet")
    else:
        silence = now - metrics.heard
        telegram = Check("telegram", silence <= SILENCE_SECONDS, f"heard {silence:.0f} s ago")
    still = min(moment.oldest_seconds, now - metrics.dealt if metrics.dealt else float("inf"))
    queue = Check(
        "queue",
        not moment.waiting or still <= STUCK_SECONDS,
        f"{moment.waiting} waiting, the oldest for {moment.oldest_seconds:.0f} s",
    )
    state = Check(
        "state",
        not (metrics.state_fails or metrics.state_lost),
        metrics.state_lost
        or ("updates cannot be written down" if metrics.state_fails else "is written"),
    )
    return index, telegram, queue, state


@asynccontextmanager
async def health_served(
    listen: str, metrics: BotMetrics, now: Callable[[], Moment]
) -> AsyncIterator[None]:
    """Answer /healthz (200, or 503 with what is wrong) and /metrics meanwhile.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    from tornado.web import RequestHandler

    figures = exposition(metrics, now)
    if figures is None:
        log.warning("%s", MISSING)

    class Health(RequestHandler):
        def get(self) -> None:
            found = checks(metrics, now())
            well = all(check.ok for check in found)
            said = {c.name: {"ok": c.ok, "detail": c.detail} for c in found}
            self.set_status(200 if well else 503)
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"ok": well, "checks": said}) + "\n")

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
    """Ask Telegram about its webhook now and then: one that nobody writes to is not called."""
    said = ""
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
            metrics.hear()
        if trouble and trouble != said:
            log.warning("%s", trouble)
        said = trouble
