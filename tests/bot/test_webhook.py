"""The webhook: Telegram's calls only, each update once."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot.ops import listening
from policybot.errors import ConfigError
from tests.bot.conftest import Start, until

QUESTION = "Where does the rain fall?"


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


Connect = Callable[..., Awaitable[asyncio.StreamReader]]


@pytest.fixture
async def connect(listen: str) -> AsyncIterator[Connect]:
    """Connect to the webhook and send just these lines, as slowly as one likes."""
    opened: list[asyncio.StreamWriter] = []

    async def begin(*lines: str) -> asyncio.StreamReader:
        host, _, port = listen.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        opened.append(writer)
        writer.write("".join(f"{line}\r\n" for line in lines).encode())
        await writer.drain()
        return reader

    yield begin
    for writer in opened:
        writer.close()
        await writer.wait_closed()


async def call(server: BotApiServer, body: bytes) -> int:
    """Call the bot's webhook as Telegram does; the status, 0 when it hung up."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": server.webhook.secret_token}
    try:
        async with (
            aiohttp.ClientSession() as http,
            http.post(server.webhook.url, data=io.BytesIO(body), headers=headers) as response,
        ):
            return response.status
    except aiohttp.ClientError:
        return 0


async def test_updates_come_in_with_the_secret(
    start: Start, server: BotApiServer, chat: Chat, listen: str
) -> None:
    url = f"http://{listen}/telegram"
    await start(mode="webhook", webhook_url=url, webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
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


NO_UPDATES = {
    "nothing": "",
    "a list": "[]",
    "no number": "{}",
    "a text for a number": '{"update_id": "1"}',
    "true for a number": '{"update_id": true}',
    "a number too large to keep": '{"update_id": 9223372036854775808}',
    "half a character": r'"\ud83d"',
    "nested without end": '{"update_id": 1, "message": ' + "[" * 100_000,
}


@pytest.mark.parametrize("body", NO_UPDATES.values(), ids=NO_UPDATES)
async def test_what_is_no_update_is_turned_away(
    start: Start, server: BotApiServer, listen: str, body: str
) -> None:
    await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    assert await call(server, body.encode()) == 400


async def test_an_update_larger_than_any_of_telegrams_is_not_read(
    start: Start, server: BotApiServer, listen: str
) -> None:
    await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    update = {"update_id": 1, "padding": "x" * (2 << 20)}
    assert await call(server, json.dumps(update).encode()) in {0, 400, 413}


async def test_without_the_secret_a_body_is_not_waited_for(
    start: Start, server: BotApiServer, listen: str, connect: Connect
) -> None:
    await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.webhook.url)
    caller = await connect("POST / HTTP/1.1", "Host: x", "Content-Length: 900000", "")
    async with asyncio.timeout(5):
        assert b" 403 " in await caller.readline()


@pytest.mark.parametrize("part", ["headers", "body"])
async def test_a_caller_who_sends_no_further_is_hung_up_on(
    start: Start,
    server: BotApiServer,
    listen: str,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    monkeypatch.setattr(listening, "HEADER_SECONDS", 0.2)
    monkeypatch.setattr(listening, "BODY_SECONDS", 0.2)
    await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.webhook.url)
    lines = ["POST / HTTP/1.1", "Host: x"]
    if part == "body":
        secret = server.webhook.secret_token
        lines += [f"X-Telegram-Bot-Api-Secret-Token: {secret}", "Content-Length: 900000", "", "{"]
    caller = await connect(*lines)
    async with asyncio.timeout(5):
        assert await caller.read() == b""


async def test_connections_are_counted_and_there_is_an_end_to_them(
    start: Start,
    server: BotApiServer,
    listen: str,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "MOST_CONNECTIONS", 2)
    monkeypatch.setattr(listening, "HEADER_SECONDS", 0.5)
    await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.webhook.url)
    held = [await connect("POST / HTTP/1.1") for _ in range(2)]
    assert await call(server, b"{}") == 0
    async with asyncio.timeout(5):
        assert [await one.read() for one in held] == [b"", b""]
    assert await call(server, b"{}") == 400


async def test_an_update_that_telegram_delivers_twice_is_answered_once_also_after_a_restart(
    start: Start, server: BotApiServer, chat: Chat, listen: str
) -> None:
    webhook = {"mode": "webhook", "webhook_url": f"http://{listen}/", "webhook_listen": listen}
    first = await start(**webhook)
    await until(lambda: server.calls_to("setWebhook"))
    update = {
        "update_id": 5_000_000,
        "message": {
            "message_id": 77,
            "date": 1,
            "chat": {"id": chat.id, "type": "private"},
            "from": {"id": chat.id, "is_bot": False, "first_name": "Ann"},
            "text": QUESTION,
        },
    }
    body = json.dumps(update).encode()
    assert [await call(server, body) for _ in range(2)] == [200, 200]
    await chat.next_message(timeout=60)
    await first.kill()
    second = await start(**webhook)
    await until(lambda: len(server.calls_to("setWebhook")) == 2)
    assert await call(server, body) == 200
    await until(lambda: second.bot._intake.waiting == 0)
    assert len(chat.bot_messages) == 1
    assert len(server.calls_to("sendMessage")) == 1


async def test_half_a_character_in_an_update_breaks_nothing(
    start: Start, server: BotApiServer, chat: Chat, listen: str
) -> None:
    running = await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    update = {
        "update_id": 5_000_000,
        "message": {
            "message_id": 77,
            "date": 1,
            "chat": {"id": chat.id, "type": "private"},
            "from": {"id": chat.id, "is_bot": False, "first_name": "Ann \ud83d"},
            "text": f"{QUESTION} \ud83d",
        },
    }
    assert await call(server, json.dumps(update).encode()) == 200
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    assert running.engine.asked[-1] == f"{QUESTION} ?"


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
