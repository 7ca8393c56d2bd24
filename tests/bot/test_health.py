"""/healthz and /metrics: what they say, and that they say it only where they were told to."""

from __future__ import annotations

import builtins
import json
import socket
import sqlite3
import time
from typing import Any

import aiohttp
import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot.ops import health
from policybot.bot.ops.health import STUCK_SECONDS, checks
from policybot.bot.ops.metrics import MISSING, BotMetrics, Moment
from policybot.errors import ConfigError, IndexDamagedError
from policybot.model import IndexInfo
from tests.bot.conftest import Start, until

QUESTION = "Where does the rain fall?"
INDEX = IndexInfo("g1", "fake", 4, 5, None, None)


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return response.status, await response.text()


def failing(metrics: BotMetrics, moment: Moment) -> list[str]:
    return [check.name for check in checks(metrics, moment) if not check.ok]


def heard() -> BotMetrics:
    metrics = BotMetrics()
    metrics.contacted()
    return metrics


async def test_a_bot_that_answers_is_well(start: Start, chat: Chat, listen: str) -> None:
    await start(metrics=listen)
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    status, body = await get(f"http://{listen}/healthz")
    said = json.loads(body)
    assert (status, said["ok"]) == (200, True)
    assert said["checks"]["index"]["detail"] == "generation g1, 4 policies"


async def test_while_telegram_is_out_of_reach_it_is_not_well(
    start: Start, server: BotApiServer, listen: str
) -> None:
    await server.down()
    running = await start(metrics=listen)
    await until(lambda: running.bot._metrics.calls["getMe", "unreachable"])
    status, body = await get(f"http://{listen}/healthz")
    assert status == 503
    assert json.loads(body)["checks"]["telegram"] == {"ok": False, "detail": "has not answered yet"}
    await server.up()
    await until(lambda: running.bot._metrics.last_contact)
    assert (await get(f"http://{listen}/healthz"))[0] == 200


async def test_while_the_index_cannot_be_searched_it_is_not_well(
    start: Start, chat: Chat, listen: str
) -> None:
    running = await start(metrics=listen)
    running.engine.failure = IndexDamagedError("vectors.faiss: truncated")
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    status, body = await get(f"http://{listen}/healthz")
    assert (status, json.loads(body)["checks"]["index"]["ok"]) == (503, False)
    running.engine.failure = None
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    assert (await get(f"http://{listen}/healthz"))[0] == 200


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_while_the_disk_is_full_it_is_not_well_and_nothing_is_lost(
    start: Start,
    server: BotApiServer,
    chat: Chat,
    listen: str,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        door = f"127.0.0.1:{free.getsockname()[1]}"
    running = await start(
        metrics=listen, mode=mode, webhook_url=f"http://{door}/", webhook_listen=door
    )
    await until(lambda: running.bot._metrics.last_contact)
    state = running.bot._intake._state
    write, room = state.run, False

    async def full(work: Any, *args: Any) -> Any:
        if not room:
            raise sqlite3.OperationalError("database or disk is full")
        return await write(work, *args)

    monkeypatch.setattr(state, "run", full)
    chat.send(QUESTION)
    await until(lambda: running.bot._metrics.errors["state"])
    status, body = await get(f"http://{listen}/healthz")
    assert (status, json.loads(body)["checks"]["state"]["ok"]) == (503, False)
    room = True
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    assert (await get(f"http://{listen}/healthz"))[0] == 200


async def test_every_error_is_counted_from_the_start(start: Start, listen: str) -> None:
    running = await start(metrics=listen)
    await until(lambda: running.bot._metrics.last_contact)
    _, body = await get(f"http://{listen}/metrics")
    for where in ("search", "handler", "update", "state", "index", "news"):
        assert f'policybot_errors_total{{where="{where}"}} 0.0' in body.splitlines()


def test_silence_and_a_queue_that_stands_still_are_no_health(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    metrics = heard()
    assert not failing(metrics, Moment(3, 2.0, INDEX))
    later = time.monotonic() + STUCK_SECONDS + 1
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert failing(metrics, Moment(3, STUCK_SECONDS + 1, INDEX)) == ["telegram", "queue"]
    metrics.contacted()
    assert failing(metrics, Moment(3, STUCK_SECONDS + 1, INDEX)) == ["queue"]
    metrics.finished("message", later)
    assert not failing(metrics, Moment(3, STUCK_SECONDS + 1, INDEX))


async def test_a_webhook_that_nobody_calls_is_asked_about(
    start: Start, server: BotApiServer, listen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "ASK_SECONDS", 0.01)
    running = await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.calls_to("setWebhook"))
    first = running.bot._metrics.last_contact
    await until(lambda: running.bot._metrics.last_contact != first)


async def test_a_webhook_that_is_not_ours_any_more_is_said(
    start: Start,
    server: BotApiServer,
    listen: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(health, "ASK_SECONDS", 0.01)
    await start(mode="webhook", webhook_url=f"http://{listen}/", webhook_listen=listen)
    await until(lambda: server.webhook.url)
    server.webhook.url = "https://elsewhere.example/"
    await until(lambda: "is not this bot's any more" in caplog.text)


async def test_metrics_count_what_happened(
    start: Start, server: BotApiServer, chat: Chat, listen: str
) -> None:
    await start(metrics=listen)
    server.fault("sendMessage", "bad_gateway")
    for text in (QUESTION, "submarine", "What did MIIT issue in 2012?"):
        chat.send(text)
        await chat.next_message(timeout=60)
    await chat.server.users[chat.id].inline("rain").answered()
    status, body = await get(f"http://{listen}/metrics")
    assert status == 200
    for line in (
        'policybot_answers_total{intent="find",place="chat"} 1.0',
        'policybot_answers_total{intent="list",place="chat"} 1.0',
        'policybot_answers_total{intent="find",place="inline"} 1.0',
        'policybot_refusals_total{reason="nothing_similar_enough"} 1.0',
        'policybot_telegram_calls_total{method="sendMessage",outcome="ok"} 3.0',
        'policybot_telegram_calls_total{method="sendMessage",outcome="unavailable"} 1.0',
        "policybot_telegram_retries_total 1.0",
        "policybot_answer_seconds_count 4.0",
        'policybot_generation_info{encoder="fake",generation="g1"} 1.0',
        "policybot_policies 4.0",
    ):
        assert line in body.splitlines(), line
    assert "policybot_updates_waiting" in body
    assert "process_resident_memory_bytes" in body
    assert server.token.partition(":")[2] not in body
    assert str(chat.id) not in body


async def test_metrics_without_the_extra_say_what_to_install(
    start: Start, listen: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("prometheus_client"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    running = await start(metrics=listen)
    await until(lambda: running.bot._metrics.last_contact)
    assert await get(f"http://{listen}/metrics") == (501, f"{MISSING}\n")
    assert (await get(f"http://{listen}/healthz"))[0] == 200
    assert MISSING in caplog.text


async def test_nothing_listens_unless_it_is_told_to(
    start: Start, server: BotApiServer, listen: str
) -> None:
    running = await start()
    await until(lambda: running.bot._metrics.last_contact)
    with pytest.raises(aiohttp.ClientError):
        await get(f"http://{listen}/healthz")


async def test_an_address_that_is_taken_is_named(start: Start, listen: str) -> None:
    host, _, port = listen.rpartition(":")
    with socket.create_server((host, int(port))):
        running = await start(metrics=listen)
        with pytest.raises(ConfigError, match=r"\[metrics\] listen"):
            await running.task
    await running.stop()
