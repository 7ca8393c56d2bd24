"""What only those who look after the bot may do, and the menus."""

from __future__ import annotations

import json
import time

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot import jobs
from policybot.errors import IndexDamagedError, IndexMismatchError
from tests.bot.conftest import Start, until
from tests.bot.fake_engine import POLICIES


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def asked(chat: Chat, text: str) -> str:
    chat.send(text)
    return (await chat.next_message(timeout=60)).plain


async def test_status_says_what_answers_and_how_fast(start: Start, chat: Chat) -> None:
    await start(admins=(chat.id,))
    await asked(chat, "Where does the rain fall?")
    status = await asked(chat, "/status")
    assert "Generation: g1\nEncoder: fake\nPolicies: 4, passages: 5" in status
    assert "p50 1.5 ms, p95 1.5 ms (1 answers)" in status


async def test_stats_count(start: Start, chat: Chat) -> None:
    await start(admins=(chat.id,))
    await asked(chat, "Where does the rain fall?")
    await asked(chat, "submarine")
    assert "Questions: 2, of them unanswered: 1" in await asked(chat, "/stats")


async def test_unanswered_lists_what_found_nothing(start: Start, chat: Chat) -> None:
    await start(admins=(chat.id,))
    assert "Every question kept was answered." in await asked(chat, "/unanswered")
    for text in ("submarine <b>", "Where does the rain fall?", "submarine <b>"):
        await asked(chat, text)
    listed = await asked(chat, "/unanswered")
    assert "• submarine <b> ×2 – nothing_similar_enough" in listed
    assert "rain" not in listed


async def test_unanswered_when_questions_are_not_kept(start: Start, chat: Chat) -> None:
    await start(admins=(chat.id,), retention_days=0)
    assert "not kept" in await asked(chat, "/unanswered")


async def test_reload_changes_over_now_or_says_why_not(start: Start, chat: Chat) -> None:
    running = await start(admins=(chat.id,))
    assert await asked(chat, "/reload") == "Generation g1 is the latest."
    running.engine.refresh_failure = IndexDamagedError("vectors.faiss: truncated")
    assert await asked(chat, "/reload") == "vectors.faiss: truncated"
    running.engine.refresh_failure = None
    running.engine.next = POLICIES[:2]
    await until(lambda: running.engine.generation == 2)
    assert (await asked(chat, "Where does the rain fall?")).startswith("Rain")


async def test_a_damaged_new_index_leaves_the_old_one_answering(
    start: Start, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start()
    running.engine.refresh_failure = IndexDamagedError("vectors.faiss: truncated")
    await until(lambda: "the new index is not used" in caplog.text)
    assert (await asked(chat, "Where does the rain fall?")).startswith("Rain")


async def test_whatever_is_wrong_with_a_new_index_the_one_after_it_is_taken(
    start: Start, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start()
    running.engine.refresh_failure = IndexError("index 99 is out of bounds")
    await until(lambda: "the new index is not used: IndexError at fake_engine.py" in caplog.text)
    running.engine.refresh_failure = None
    running.engine.next = POLICIES[:2]
    await until(lambda: running.engine.generation == 2)
    assert (await asked(chat, "Where does the rain fall?")).startswith("Rain")


async def test_a_new_index_that_stays_unusable_is_told_once_and_looked_at_less_and_less(
    start: Start, chat: Chat, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await start()
    looks: list[float] = []

    def refused() -> bool:
        looks.append(time.monotonic())
        raise IndexMismatchError("embeddings: built with another encoder")

    monkeypatch.setattr(running.engine, "refresh", refused)
    await until(lambda: len(looks) == 5)
    assert caplog.text.count("the new index is not used: embeddings: built with another") == 1
    assert looks[4] - looks[3] > 7 * jobs.LOOK_SECONDS
    assert (await asked(chat, "Where does the rain fall?")).startswith("Rain")


@pytest.mark.parametrize("command", ["/status", "/stats", "/unanswered", "/reload"])
async def test_others_are_not_told_that_it_exists(start: Start, chat: Chat, command: str) -> None:
    await start(admins=(1,))
    assert (await asked(chat, command)).startswith("I don’t know that command.")


async def test_menus_are_set_for_each_language_and_admins_only(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    await start(admins=(chat.id,))
    await until(lambda: len(server.commands) >= 9)
    menus = {
        (json.loads(scope)["type"], language): [c["command"] for c in commands]
        for (scope, language), commands in server.commands.items()
    }
    assert menus.keys() == {
        (scope, language)
        for scope in ("default", "all_group_chats", "chat")
        for language in ("", "zh", "es")
    }
    assert "status" in menus["chat", ""]
    assert "status" not in menus["default", "zh"]
    assert "subscribe" not in menus["all_group_chats", ""]
