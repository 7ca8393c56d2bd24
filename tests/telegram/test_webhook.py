"""The webhook: Telegram's calls only, each update once."""

from __future__ import annotations

import json
import socket

import aiohttp
import pytest

from policybot.errors import ConfigError
from tests.botapi import BotApiServer
from tests.botapi.chats import Chat
from tests.telegram.conftest import Start, until

QUESTION = "Where does the rain fall?"


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


@pytest.fixture
def listen() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


async def test_updates_come_in_with_the_secret(
    start: Start, server: BotApiServer, chat: Chat, listen: str
) -> None:
    url = f"http://{listen}/telegram"
    await start(mode="webhook", webhook_url=url, webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=10)).plain.startswith("Rain")
    assert server.token not in url


@pytest.mark.parametrize("secret", ["", "wrong"])
async def test_a_call_without_the_secret_is_turned_away(
    start: Start, server: BotApiServer, chat: Chat, listen: str, secret: str
) -> None:
    running = await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"http://{listen}/", json={"update_id": 1}, headers=headers) as response,
    ):
        assert response.status == 403
    assert not running.engine.asked


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"update_id": "1"}', "\ud83d"])
async def test_what_is_no_update_is_turned_away(
    start: Start, server: BotApiServer, listen: str, body: str
) -> None:
    running = await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    secret = await running.bot.desk.state.run(
        lambda db: db.execute("SELECT value FROM meta WHERE key = 'webhook_secret'").fetchone()[0]
    )
    async with (
        aiohttp.ClientSession() as http,
        http.post(
            f"http://{listen}/",
            data=json.dumps(body) if body == "\ud83d" else body,
            headers={"X-Telegram-Bot-Api-Secret-Token": secret},
        ) as response,
    ):
        assert response.status == 400


async def test_an_address_that_is_taken_is_named(start: Start, listen: str) -> None:
    host, _, port = listen.rpartition(":")
    with socket.create_server((host, int(port))):
        running = await start(
            mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen
        )
        with pytest.raises(ConfigError, match="webhook_listen"):
            await running.task
    await running.stop()


async def test_a_url_that_telegram_refuses_is_named(
    start: Start, server: BotApiServer, listen: str
) -> None:
    server.fault("setWebhook", "error", code=400, description="Bad Request: bad webhook: no HTTPS")
    running = await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    with pytest.raises(ConfigError, match="Telegram refuses it: Bad webhook: no https"):
        await running.task
    await running.stop()
