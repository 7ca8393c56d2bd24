"""The index is out of reach for a while: people are told, and answered when it is back, once."""

from __future__ import annotations

import asyncio

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot.ops import outage
from policybot.bot.updates import intake
from policybot.errors import UnavailableError
from tests.bot.conftest import Start, until
from tests.bot.fake_engine import FakeEngine

QUESTION = "Where does the rain fall?"
TOLD = "The policies are not available right now."


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(outage, "LONGEST_PAUSE", 0.05)


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


def fail(engine: FakeEngine) -> None:
    engine.failure = engine.refresh_failure = UnavailableError("milvus: does not answer")


def mend(engine: FakeEngine) -> None:
    engine.failure = engine.refresh_failure = None


async def test_a_question_is_answered_when_the_index_is_back(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    fail(running.engine)
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith(TOLD)
    mend(running.engine)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    await until(lambda: running.bot._intake.waiting == 0)
    assert [m.plain[:4] for m in chat.bot_messages] == ["Rain"]
    assert len(server.calls_to("sendMessage")) == 2


async def test_it_is_said_in_chinese_too(start: Start, server: BotApiServer) -> None:
    running = await start()
    fail(running.engine)
    chat = server.private(server.user(first_name="安", language_code="zh-hans"))
    chat.send("雨水政策")
    assert "暂时无法查阅" in (await chat.next_message(timeout=60)).plain
    mend(running.engine)


async def test_a_restart_in_the_middle_loses_nothing_and_answers_once(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    fail(running.engine)
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith(TOLD)
    running.task.cancel()
    for task in running.bot._intake._tasks:
        task.cancel()
    await asyncio.gather(*running.bot._intake._tasks, return_exceptions=True)
    await running.stop()
    again = await start()
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    await until(lambda: again.bot._intake.waiting == 0)
    assert sum(m.plain.startswith("Rain") for m in chat.bot_messages) == 1


async def test_those_who_wait_leave_room_for_others(
    start: Start, server: BotApiServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "SLOTS", 1)
    running = await start()
    fail(running.engine)
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith(TOLD)
    other = server.private(server.user(first_name="Bo", language_code="en"))
    other.send("/privacy")
    assert (await other.next_message(timeout=60)).plain.startswith("What is kept")
    assert len(other.bot_messages) == 1
    mend(running.engine)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")


async def test_all_who_wait_are_answered(start: Start, server: BotApiServer) -> None:
    running = await start()
    fail(running.engine)
    chats = [server.private(server.user(first_name=n, language_code="en")) for n in ("A", "B", "C")]
    for chat in chats:
        chat.send(QUESTION)
        assert (await chat.next_message(timeout=60)).plain.startswith(TOLD)
    asked = len(running.engine.asked)
    assert asked <= 3  # once it is known, nobody else has to find out
    mend(running.engine)
    for chat in chats:
        assert (await chat.next_message(timeout=60)).plain.startswith("Rain")


async def test_a_command_waits_as_a_question_does(
    start: Start, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await start()
    fail(running.engine)
    chat.send("/list rain")
    assert (await chat.next_message(timeout=60)).plain.startswith(TOLD)
    mend(running.engine)
    assert "Rain" in (await chat.next_message(timeout=60)).plain
