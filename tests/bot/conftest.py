"""A running bot in the test's own loop, against the strict server."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from botapi_server import BotApiServer
from policybot.bot import jobs
from policybot.bot.app import Bot
from policybot.bot.outbox import rate_limiter, sending
from policybot.bot.updates import receive
from policybot.config import Config, LogConfig, MetricsConfig, ServeConfig, TelegramConfig
from tests.bot.fake_engine import FakeEngine, as_engine

_TLS = ssl.create_default_context()


@dataclasses.dataclass
class Running:
    """A bot that runs, and what it runs on."""

    server: BotApiServer
    engine: FakeEngine
    config: Config
    bot: Bot
    task: asyncio.Task[None]

    async def stop(self) -> None:
        await self.bot.stop(self.task)

    async def kill(self) -> None:
        """End the bot as SIGKILL would: nothing is finished, nothing is noted."""
        self.task.cancel()
        intake = self.bot._intake
        for task in [*intake._tasks, *self.bot._background]:
            task.cancel()
        await asyncio.gather(
            self.task, *intake._tasks, *self.bot._background, return_exceptions=True
        )
        await self.bot._application.shutdown()
        self.bot._ledger.close()
        self.bot._state.close()


Start = Callable[..., Any]


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until ``condition()`` is true, looking again and again."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (what is waited for tells nobody)
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here waits for Telegram's pace or the next look but the tests about them."""
    monkeypatch.setattr(rate_limiter, "CHAT_INTERVAL", 0.0)
    monkeypatch.setattr(jobs, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(receive, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(receive, "LONGEST_PAUSE", 0.5)
    monkeypatch.setattr(sending, "FIRST_PAUSE", 0.05)
    # Certificates are read for every client, and nothing here is encrypted.
    monkeypatch.setattr("httpx._transports.default.create_ssl_context", lambda **_: _TLS)


@pytest.fixture
def listen() -> str:
    """An address of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running


@pytest.fixture
async def start(server: BotApiServer, tmp_path: Path) -> AsyncIterator[Start]:
    """Start a bot; call it again for the bot after a restart, on the same state."""
    running: list[Running] = []

    async def begin(
        engine: FakeEngine | None = None,
        *,
        log: LogConfig | None = None,
        metrics: str | None = None,
        public_url: str | None = None,
        **telegram: Any,
    ) -> Running:
        given: dict[str, Any] = {
            "base_url": server.base_url,
            "state": tmp_path / "state.sqlite",
        } | telegram
        config = Config(
            telegram=TelegramConfig(**given),
            log=log or LogConfig(),
            metrics=MetricsConfig(metrics),
            serve=ServeConfig(public_url=public_url),
        )
        fake = engine or FakeEngine()
        bot = Bot(config, server.token, as_engine(fake))
        task = asyncio.create_task(bot.run())
        running.append(Running(server, fake, config, bot, task))
        return running[-1]

    yield begin
    for one in running:
        if not one.task.done():
            await one.stop()
