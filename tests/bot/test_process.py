"""The real process: `policybot bot` with the real index, against the strict server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.faults import Kind
from tests.bot.conftest import until
from tests.project import copy_project, policybot, policybot_process

QUESTION = "What are special funds for the Internet of Things used for?"
STORM = """---
title: Storm Warning Order
issuers: [State Council]
date: 2015-03-04
---

Every province shall warn its people of heavy storms by siren, radio and telephone.
"""
HASTY = """
import asyncio
sleep = asyncio.sleep
asyncio.sleep = lambda seconds, *result: sleep(seconds / 10, *result)
from policybot.cli import main
main()
"""
"""policybot, whose pauses are a tenth as long."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "project")


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


Launch = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
async def launch(folder: Path, server: BotApiServer) -> AsyncIterator[Launch]:
    """Start `policybot bot`; what it logs is in ``log`` in its folder."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(
        log: str = "info",
        form: str = "text",
        token: str | None = None,
        program: tuple[str, str] = ("-m", "policybot"),
        **telegram: Any,
    ) -> Any:
        keys = {"base_url": server.base_url} | telegram
        lines = ["[telegram]", *(f"{k} = {json.dumps(v)}" for k, v in keys.items())]
        lines += ["[log]", f'level = "{log}"', f'format = "{form}"']
        (folder / "bot_config.toml").write_text("\n".join(lines), encoding="utf-8")
        with (folder / "log").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, *program, "bot"],
                cwd=folder,
                stdout=out,
                stderr=out,
                env={**os.environ, "POLICYBOT_TOKEN": token or server.token},
            )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def log_of(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8")


def mapped_by(process: subprocess.Popen[bytes]) -> str:
    return Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")


async def ended(process: subprocess.Popen[bytes], seconds: float) -> int:
    await until(lambda: process.poll() is not None, seconds)
    return process.returncode


async def test_it_answers_without_pytorch_and_sigterm_ends_it_with_questions_answered(
    launch: Launch, chat: Chat, server: BotApiServer
) -> None:
    process = launch()
    chat.send(QUESTION)
    answer = await chat.next_message(timeout=120)
    assert "Special Funds" in answer.plain
    assert "Ministry of Finance" in answer.plain
    assert "libtorch" not in mapped_by(process)
    chat.send("What did MIIT issue in 2012?")
    assert (await chat.next_message(timeout=120)).plain.startswith("2 policies · MIIT · 2012")
    people = [server.private(server.user(first_name=f"P{n}")) for n in range(20)]
    for one in people:
        one.send(QUESTION)
    await server.idle()
    process.send_signal(signal.SIGTERM)
    assert await ended(process, 120) == 0
    assert [len(one.bot_messages) for one in people] == [1] * 20
    assert not server.refusals


async def test_sigterm_ends_it_while_the_network_is_down(
    launch: Launch, server: BotApiServer, folder: Path
) -> None:
    await server.down()
    process = launch()
    await until(lambda: "out of reach" in log_of(folder), 120)
    process.send_signal(signal.SIGTERM)
    assert await ended(process, 120) == 0


async def test_a_kill_amid_questions_loses_none_and_doubles_none(
    launch: Launch, chat: Chat, server: BotApiServer
) -> None:
    first = launch()
    chat.send("/help")
    await chat.next_message(timeout=120)
    people = [server.private(server.user(first_name=f"P{n}")) for n in range(30)]
    for one in people:
        one.send(QUESTION)
    await until(lambda: sum(len(one.bot_messages) for one in people) >= 5)
    first.kill()
    first.wait()
    launch()
    await until(lambda: all(one.bot_messages for one in people), 120)
    chat.send("/help")
    await chat.next_message(timeout=120)
    assert [len(one.bot_messages) for one in people] == [1] * 30


@pytest.mark.parametrize("moment", ["answered", "told nothing yet"])
async def test_an_update_that_the_webhook_is_called_with_around_a_kill_is_answered_once(
    launch: Launch, chat: Chat, server: BotApiServer, listen: str, moment: str
) -> None:
    webhook = {"mode": "webhook", "webhook_url": f"http://{listen}/", "webhook_listen": listen}
    first = launch(**webhook)
    await until(lambda: server.webhook.url, 120)
    if moment == "told nothing yet":
        # The answer arrives, and the bot dies before it hears so.
        server.fault("sendMessage", "hang", seconds=30)
    update = {
        "update_id": 5_000_000,
        "message": {
            "message_id": 77,
            "date": 1,
            "chat": {"id": chat.id, "type": "private"},
            "from": {"id": chat.id, "is_bot": False, "first_name": "Ann", "language_code": "en"},
            "text": QUESTION,
        },
    }
    assert [await call(server, update) for _ in range(2)] == [200, 200]
    answer = await chat.next_message(timeout=120)
    first.kill()
    first.wait()
    launch(**webhook)
    await until(lambda: len(server.calls_to("setWebhook")) == 2, 120)
    assert [await call(server, update) for _ in range(2)] == [200, 200]
    # One person's updates are dealt with in turn, so all that came before this is done.
    chat.send("/help")
    last = await chat.next_message(timeout=120)
    assert chat.bot_messages == [answer, last]
    assert "Special Funds" in answer.plain
    assert last.plain.startswith("Ask me anything")


async def call(server: BotApiServer, update: dict[str, Any]) -> int:
    """Call the bot's webhook as Telegram does; the status."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": server.webhook.secret_token}
    async with (
        aiohttp.ClientSession() as http,
        http.post(server.webhook.url, json=update, headers=headers) as response,
    ):
        return response.status


async def test_it_changes_over_to_a_new_index_and_tells_subscribers(
    launch: Launch, chat: Chat, server: BotApiServer, folder: Path
) -> None:
    launch()
    chat.send("/subscribe storm warnings by siren")
    await chat.next_message(timeout=120)
    chat.send(QUESTION)
    old = await chat.next_message(timeout=120)
    (folder / "corpus" / "storm.md").write_text(STORM, encoding="utf-8")
    for gone in (folder / "corpus").glob("2011-04-06-*.md"):
        gone.unlink()
    done = await asyncio.to_thread(policybot_process, "index", folder=folder)
    assert done.returncode == 0, done.stderr
    news = await chat.next_message(timeout=120)
    assert "Storm Warning Order" in news.plain
    chat.send("Who shall be warned of storms?")
    assert "Storm Warning Order" in (await chat.next_message(timeout=120)).plain
    await chat.press(old, "Whole policy").answered()
    assert "special funds" in (await chat.next_message(timeout=120)).plain
    assert not server.refusals


async def test_the_token_and_the_questions_are_in_no_log(
    launch: Launch, chat: Chat, server: BotApiServer, folder: Path
) -> None:
    troubles: dict[str, tuple[Kind, ...]] = {
        "getMe": ("bad_gateway", "drop_before"),
        "getUpdates": ("garbage", "internal"),
        "sendMessage": ("bad_gateway", "garbage", "drop_after"),
    }
    for method, kinds in troubles.items():
        for kind in kinds:
            server.fault(method, kind)
    process = launch("debug", "json", program=("-c", HASTY))
    for _ in range(4):
        chat.send(QUESTION)
    await until(lambda: len(chat.bot_messages) >= 1, 120)
    await server.down()
    await until(lambda: "out of reach: httpx" in log_of(folder), 120)
    process.send_signal(signal.SIGTERM)
    assert await ended(process, 120) == 0
    log = log_of(folder)
    assert server.token not in log
    assert server.token.partition(":")[2] not in log
    assert QUESTION not in log
    assert "Traceback" not in log
    for line in log.splitlines():
        assert json.loads(line)["level"] in {"debug", "info", "warning", "error"}


async def test_a_token_that_is_refused_ends_it_with_one_line(
    launch: Launch, folder: Path, server: BotApiServer
) -> None:
    token = "987654321:wrong-token-that-nobody-gave"
    assert await ended(launch(token=token), 120) == 2
    last = log_of(folder).splitlines()[-1]
    assert "Telegram refused the bot's token" in last
    assert token not in log_of(folder)


def test_without_a_token_it_says_what_to_set(folder: Path) -> None:
    done = policybot("bot", folder=folder, POLICYBOT_TOKEN="", POLICYBOT_TOKEN_FILE="")
    assert done.returncode == 2
    assert "set POLICYBOT_TOKEN" in done.stderr


def test_help_does_not_show_the_token(folder: Path) -> None:
    token = "987654321:secret-token-of-the-environment"
    done = policybot("bot", "--help", folder=folder, POLICYBOT_TOKEN=token)
    assert done.returncode == 0
    assert token not in done.stdout + done.stderr


async def test_without_an_index_it_starts_tells_its_admins_and_people_and_goes_on_with_one(
    launch: Launch, folder: Path, chat: Chat, server: BotApiServer
) -> None:
    there, away = folder / "embeddings" / "CURRENT", folder / "embeddings" / "AWAY"
    there.rename(away)
    admin = server.private(server.user(first_name="Root", language_code="en"))
    launch(admins=[admin.id])
    told = await admin.next_message(timeout=120)
    assert told.plain.startswith("⚠ There is no index to answer from:")
    assert "policybot index" in told.plain
    chat.send(QUESTION)
    wait = await chat.next_message(timeout=120)
    assert wait.plain.startswith("The policies are not available right now.")
    away.rename(there)
    assert (await admin.next_message(timeout=120)).plain.startswith("✓ The index is there: 12")
    assert "Special Funds" in (await chat.next_message(timeout=120)).plain
