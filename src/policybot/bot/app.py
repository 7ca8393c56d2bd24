"""The running bot: wiring, start, and graceful shutdown without losing updates."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
import sqlite3
import sys
from collections.abc import Coroutine, Mapping
from typing import Any, cast

from telegram import LinkPreviewOptions, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    Defaults,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from policybot.answering.engine import Engine, open_engine
from policybot.bot.buttons.dispatch import on_press
from policybot.bot.handlers.dispatch import on_edit, on_error, on_membership, on_message, on_post
from policybot.bot.handlers.inline import on_inline
from policybot.bot.jobs import (
    announce_index,
    deliver_news,
    follow_index,
    set_menus,
    set_profile,
    watch_state,
)
from policybot.bot.late_engine import LateEngine
from policybot.bot.ops.access import PER_MINUTE, PRESSES_PER_MINUTE, RequestLimiter, access_of
from policybot.bot.ops.health import health_served, watch_webhook
from policybot.bot.ops.logs import describe, set_up_logging
from policybot.bot.ops.metrics import BotMetrics, CountedRequest, Moment
from policybot.bot.outbox.rate_limiter import SendLimiter
from policybot.bot.outbox.receipts import retract_attempt, trace_request
from policybot.bot.outbox.sending import Sender, moves
from policybot.bot.services import Services
from policybot.bot.store.conversations import Conversations
from policybot.bot.store.state import Ledger, State, recall, remember
from policybot.bot.updates.gate import admit
from policybot.bot.updates.intake import Intake, Waiting
from policybot.bot.updates.receive import poll, retry_call, serve_webhook
from policybot.config import Config, read_token
from policybot.errors import ConfigError, IndexUnusableError, UnavailableError

log = logging.getLogger(__name__)

FINISH_SECONDS = 3.0
"""After SIGTERM, queued updates may still be started for so long."""

CANCEL_SECONDS = 5.0
"""After SIGTERM, unfinished updates are cancelled and left for the next start: closing takes time
on a loaded machine, and service managers kill after ten seconds."""

SEND_SECONDS = 8.0
"""Read and write timeout of one call to Telegram."""


SWITCH_SECONDS = 0.0005
"""Thread switch interval. A kill between the note that a message is sent and its sending loses that
message; with Python's default of 5 ms and two busy search threads that gap was up to 37 ms, with
this it is 0.3 ms."""


def run_bot(config: Config, environ: Mapping[str, str] | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT; started questions are answered before it returns.

    Raises:
        ConfigError: the token is missing or refused, or the configuration cannot be used.
        EncoderError: the configured re-ranker has not been exported.
    """
    token = read_token(environ)
    set_up_logging(config.log, token)
    if config.telegram.mode == "webhook" and not config.telegram.webhook_url:
        raise ConfigError("[telegram] mode = 'webhook' needs webhook_url, its public address")
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(_run(config, token))


async def _run(config: Config, token: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    engine = await _opened(config)
    bot = Bot(config, token, engine)
    running = asyncio.create_task(bot.run(), name="bot")
    stopping = asyncio.create_task(stop.wait(), name="signal")
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not running.done():
        log.info("stopping: questions in hand are answered first")
    await bot.stop(running)
    if running.done() and not running.cancelled():
        running.result()
    log.info("stopped")


async def _opened(config: Config) -> Engine:
    """Return the engine, or a :class:`LateEngine` while the index cannot be opened."""
    try:
        return await asyncio.to_thread(open_engine, config)
    except (IndexUnusableError, UnavailableError) as error:
        log.error("waiting for the index: %s", error)  # noqa: TRY400 (the message suffices)
        return cast("Engine", LateEngine(config, str(error)))


class Bot:
    """One bot: start :meth:`run` as a task, then pass that task to :meth:`stop`."""

    def __init__(self, config: Config, token: str, engine: Engine) -> None:
        """Open the state and wire everything; nothing is sent yet.

        Raises:
            ConfigError: the state file cannot be used.
        """
        self._config = config.telegram
        self._listen = config.metrics.listen
        self._metrics = metrics = BotMetrics()
        self._state = State(config.telegram.state)
        self._ledger = Ledger(config.telegram.state)
        self._polling = CountedRequest(metrics, connection_pool_size=2)
        self._application = _application(config.telegram.base_url, token, self._polling, metrics)
        self._api: ExtBot[int] = self._application.bot
        silence = 60.0 * config.telegram.conversation_minutes
        kept = config.telegram.retention_days > 0
        self.services = Services(
            config=config,
            engine=engine,
            state=self._state,
            talks=Conversations(self._state, silence, kept=kept),
            sender=Sender(self._api, self._state, {}, metrics),
            access=access_of(config.telegram),
            messages=RequestLimiter(PER_MINUTE),
            presses=RequestLimiter(PRESSES_PER_MINUTE),
            metrics=metrics,
        )
        self._application.bot_data["services"] = self.services
        self._intake = Intake(self._state, self._ledger, self._process, metrics)
        self.services.waiting = lambda: self._intake.waiting
        self._background: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Process updates until cancelled.

        Raises:
            ConfigError: Telegram refuses the token or the webhook, or an address is in use.
        """
        async with contextlib.AsyncExitStack() as served:
            if self._listen:
                await served.enter_async_context(
                    health_served(self._listen, self._metrics, self._moment)
                )
            await self._run()

    async def _run(self) -> None:
        self.services.sender.moved.update(await self._state.run(moves))
        await retry_call(self._application.initialize)
        me = self._api.bot
        self.services.bot_id, self.services.username = me.id, me.username or ""
        self.services.inline = bool(me.supports_inline_queries)
        self.services.reads_groups = bool(me.can_read_all_group_messages)
        log.info("this is @%s", self._api.username)
        self._start(follow_index(self.services), "following the index")
        self._start(deliver_news(self.services, self._ledger), "delivering news")
        self._start(watch_state(self.services), "watching the state")
        self._start(announce_index(self.services), "announcing the index")
        self._start(set_menus(self._api, self._config.admins), "menus")
        self._start(set_profile(self._api, self._config.name), "profile")
        await self._intake.replay(self._api.id)
        if self._config.mode == "webhook":
            secret = await self._state.run(_webhook_secret)
            url, listen = self._config.webhook_url or "", self._config.webhook_listen
            self._start(watch_webhook(self._api, url, self._metrics), "watching the webhook")
            await serve_webhook(self._api, url, listen, secret, self._intake.receive, self._metrics)
        else:
            await poll(self._api, self._polling, self._intake.receive, self._metrics)

    async def stop(self, running: asyncio.Task[None]) -> None:
        """Stop receiving, finish started updates and close everything, within ten seconds."""
        running.cancel()
        await asyncio.gather(
            asyncio.wait({running}), self._intake.drain(FINISH_SECONDS, CANCEL_SECONDS)
        )
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self._application.shutdown()
        # Needed where the start did not get far enough for that to close it.
        await self._api.shutdown()
        self.services.outage.close()
        self.services.pool.shutdown(wait=False, cancel_futures=True)
        self.services.engine.close()
        self._ledger.close()
        self._state.close()

    def _moment(self) -> Moment:
        return Moment(self._intake.waiting, self._intake.oldest_seconds, self.services.engine.info)

    async def _process(self, item: Waiting) -> None:
        update = Update.de_json(dict(item.body), self._api)
        if await admit(self.services, update, replayed=item.replayed):
            await self._application.process_update(update)

    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._background.add(task)
        task.add_done_callback(_report)


def _application(
    base_url: str, token: str, polling: CountedRequest, metrics: BotMetrics
) -> Application[ExtBot[int], Any, Any, Any, Any, Any]:
    def refused() -> None:
        metrics.retried()
        retract_attempt()

    sending = CountedRequest(
        metrics,
        connection_pool_size=64,
        read_timeout=SEND_SECONDS,
        write_timeout=SEND_SECONDS,
        pool_timeout=30.0,
        httpx_kwargs={"event_hooks": {"request": [trace_request]}},
    )
    files = f"{base_url.removesuffix('/bot')}/file/bot"
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(base_url)
        .base_file_url(files)
        .request(sending)
        .get_updates_request(polling)
        .rate_limiter(SendLimiter(refused))
        .defaults(Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)))
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, on_message))
    application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, on_edit))
    application.add_handler(MessageHandler(filters.UpdateType.CHANNEL_POST, on_post))
    application.add_handler(CallbackQueryHandler(on_press))
    application.add_handler(InlineQueryHandler(on_inline))
    application.add_handler(ChatMemberHandler(on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(on_error)
    return application


def _webhook_secret(db: sqlite3.Connection) -> str:
    """Return the secret token of webhook calls, created once and stored."""
    secret = recall(db, "webhook_secret")
    if secret is None:
        secret = secrets.token_urlsafe(32)
        remember(db, "webhook_secret", secret)
    return secret


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("%s ended: %s", task.get_name(), describe(error))
