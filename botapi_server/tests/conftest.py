"""A server, python-telegram-bot's client of it, and plain HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from telegram import Bot

from botapi_server import BotApiServer


@pytest.fixture(autouse=True)
def _waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def bot(server: BotApiServer) -> AsyncIterator[Bot]:
    made = Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url)
    async with made:
        yield made
