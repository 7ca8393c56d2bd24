"""Updates across restarts: each answered, none twice."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Coroutine
from typing import Any

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot.app import run_bot
from policybot.bot.store.people import settings_of
from policybot.bot.updates import intake
from policybot.config import Config
from tests.bot.conftest import Start, until

QUESTION = "Where does the rain fall?"


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def test_what_was_confirmed_but_not_answered_is_answered_after_a_crash(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    first = await start()
    first.engine.released.clear()
    question = chat.send(QUESTION)
    await until(lambda: first.engine.asked)
    await server.idle()
    await first.kill()
    first.engine.released.set()
    await start()
    assert (await chat.next_message(timeout=60)).reply_to is question
    assert len(chat.bot_messages) == 1


async def test_what_had_left_before_the_crash_does_not_leave_again(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    first = await start()
    server.fault("sendMessage", "hang", seconds=30)
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    await first.kill()
    second = await start()
    chat.send("/help")
    await chat.next_message(timeout=60)
    await until(lambda: second.bot._intake.waiting == 0)
    assert [m.plain[:4] for m in chat.bot_messages] == ["Rain", "Ask "]


async def test_of_an_answer_in_parts_the_rest_is_sent_after_a_crash(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    from tests.bot.fake_engine import FakeEngine, policy

    body = "".join(f"The rain is measured, as said in number {n}. " for n in range(300)).strip()
    engine = FakeEngine((policy(1, "Long", body),))
    first = await start(engine)
    chat.send("/start p_p-1")
    await until(lambda: len(chat.bot_messages) >= 2)
    await first.kill()
    await start(engine)
    whole = ""
    while not whole.endswith(body[-20:]):
        whole = " ".join(m.plain for m in chat.bot_messages[1:])
        await asyncio.sleep(0.01)
    texts = [m.plain for m in chat.bot_messages]
    assert len(texts) == len(set(texts))


async def test_a_429_before_the_crash_leaves_the_answer_to_be_sent(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    first = await start()
    server.fault("sendMessage", "flood", retry_after=30)
    chat.send(QUESTION)
    await until(lambda: first.bot.services.metrics.retries)
    await first.kill()
    await start()
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")


async def test_stopping_answers_what_is_in_hand(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    running.engine.released.clear()
    chat.send(QUESTION)
    await until(lambda: running.engine.asked)
    stopping = asyncio.create_task(running.stop())
    await asyncio.sleep(0.1)
    running.engine.released.set()
    await asyncio.wait_for(stopping, 60)
    assert chat.bot_messages[0].plain.startswith("Rain")
    assert not server.pending


async def test_stopping_leaves_what_takes_too_long_for_the_next_start(
    start: Start, server: BotApiServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policybot.bot import app

    monkeypatch.setattr(app, "FINISH_SECONDS", 0.1)
    monkeypatch.setattr(app, "CANCEL_SECONDS", 0.2)
    first = await start()
    first.engine.released.clear()
    for _ in range(3):
        chat.send(QUESTION)
    await until(lambda: first.engine.asked)
    await server.idle()
    await first.stop()
    first.engine.released.set()
    assert not chat.bot_messages
    await start()
    for _ in range(3):
        await chat.next_message(timeout=60)
    assert len(chat.bot_messages) == 3


async def test_an_update_that_nothing_can_be_done_with_does_not_come_back(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    first = await start()
    server.push({"message": {"message_id": 1, "date": 1, "chat": None, "from": 5}})
    server.push({"message": {"message_id": 1, "date": 1e300, "chat": {"id": 1, "type": "group"}}})
    await server.idle()
    await until(lambda: first.bot._metrics.errors["update"] == 2)
    await until(lambda: first.bot._intake.waiting == 0)
    await first.stop()
    second = await start()
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    assert not second.bot._metrics.errors.total()


async def test_an_update_that_the_state_could_not_take_is_dealt_with_after_the_next_start(
    start: Start, server: BotApiServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await start()
    await until(lambda: first.bot._metrics.last_contact)
    run = first.bot.services.state.run

    async def full(work: Any, *args: Any) -> Any:
        if work is settings_of:
            raise sqlite3.OperationalError("database or disk is full")
        return await run(work, *args)

    monkeypatch.setattr(first.bot.services.state, "run", full)
    first.bot.services.messages.reserve = lambda _: (0.01, True)
    question = chat.send(QUESTION)
    await until(lambda: first.bot._metrics.errors["state"])
    monkeypatch.undo()
    await first.stop()
    await start()
    assert (await chat.next_message(timeout=60)).reply_to is question


async def test_updates_that_a_full_disk_cannot_take_are_fetched_again(
    start: Start, server: BotApiServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await start()
    await until(lambda: running.bot._metrics.last_contact)
    state = running.bot.services.state
    run = state.run

    async def full(work: Any, *args: Any) -> Any:
        if work is intake._accept:
            raise sqlite3.OperationalError("database or disk is full")
        return await run(work, *args)

    monkeypatch.setattr(state, "run", full)
    question = chat.send(QUESTION)
    await until(lambda: running.bot._metrics.errors["state"])
    assert server.pending
    monkeypatch.setattr(state, "run", run)
    assert (await chat.next_message(timeout=60)).reply_to is question


async def test_an_update_that_comes_again_is_dropped(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    await until(lambda: running.bot.services.username)
    body = {
        "update_id": 5_000_000,
        "message": {
            "message_id": 77,
            "date": 1,
            "chat": {"id": chat.id, "type": "private"},
            "from": {"id": chat.id, "is_bot": False, "first_name": "Ann"},
            "text": QUESTION,
        },
    }
    for _ in range(3):
        await running.bot._intake.receive([body])
    await chat.next_message(timeout=60)
    await running.stop()
    second = await start()
    await until(lambda: second.bot.services.username)
    await second.bot._intake.receive([body])
    await until(lambda: second.bot._intake.waiting == 0)
    assert len(chat.bot_messages) == 1


def test_searches_leave_the_event_loop_no_time_to_be_killed_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    intervals = []

    def run(work: Coroutine[Any, Any, None]) -> None:
        work.close()
        intervals.append(sys.getswitchinterval())

    before = sys.getswitchinterval()
    monkeypatch.setattr("asyncio.run", run)
    monkeypatch.setattr("policybot.bot.app.set_up_logging", lambda *_: None)
    try:
        run_bot(Config(), {"POLICYBOT_TOKEN": "1:a"})
    finally:
        sys.setswitchinterval(before)
    assert intervals[0] < 0.001


async def test_one_who_floods_the_bot_keeps_nobody_else_waiting(
    start: Start, server: BotApiServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_OF_ONE", 5)
    running = await start()
    running.engine.released.clear()
    for n in range(40):
        chat.send(f"{QUESTION} {n}")
    await server.idle()
    assert running.bot._intake.waiting <= 5
    other = server.private(server.user(first_name="Bob"))
    other.send("/help")
    await other.next_message(timeout=60)
    running.engine.released.set()
    await until(lambda: running.bot._intake.waiting == 0)
    waiting = await running.bot.services.state.run(
        lambda db: db.execute("SELECT COUNT(*) FROM inbox WHERE body IS NOT NULL").fetchone()
    )
    assert waiting == (0,)


async def test_a_press_is_not_held_up_by_a_question(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    chat.send(QUESTION)
    answer = await chat.next_message(timeout=60)
    running.engine.released.clear()
    chat.send("What are special funds?")
    await chat.press(answer, "▶").answered()
    assert (await chat.next_edit(timeout=60)).plain.startswith("Sensor")
    running.engine.released.set()
    assert (await chat.next_message(timeout=60)).plain.startswith("Special")
