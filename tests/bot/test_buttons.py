"""Buttons: old ones, other people's, and forged ones."""

from __future__ import annotations

import sqlite3

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from tests.bot.conftest import Running, Start
from tests.bot.fake_engine import FakeEngine, policy

EXPIRED = "This button no longer works. Please ask again."


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def test_buttons_work_after_a_restart_with_another_index(start: Start, chat: Chat) -> None:
    first = await start()
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    await first.stop()
    await start(FakeEngine((policy(9, "Else", "Something else."),)))
    await chat.press(answer, "▶").answered()
    assert (await chat.next_edit(timeout=60)).plain.startswith("Sensor Network Plan")
    await chat.press(answer, "Whole policy").answered()
    assert "Sensors in the rain shall be sealed." in (await chat.next_message()).plain


@pytest.mark.parametrize(
    "data",
    ["nonsense", "h.unknown00000.1", "h.{id}.99", "o.{id}.-1", "l.{id}.0", "e.{id}.0", "x.{id}.y"],
)
async def test_forged_data_gets_a_polite_answer(start: Start, chat: Chat, data: str) -> None:
    await start()
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    id_ = (answer.buttons[0].data or "").split(".")[1]
    reply = await chat.press(answer, data=data.format(id=id_)).answered()
    assert reply["text"] == EXPIRED


async def test_an_answer_of_another_chat_stays_there(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    await start()
    chat.send("Where does the rain fall?")
    data = (await chat.next_message(timeout=60)).button("▶").data or ""
    other = server.private(server.user(first_name="Eve"))
    other.send("What are special funds?")
    message = await other.next_message(timeout=60)
    assert (await other.press(message, data=data).answered())["text"] == EXPIRED


async def test_anybody_in_a_group_may_turn_pages(start: Start, server: BotApiServer) -> None:
    await start()
    ann, bob = server.user(first_name="Ann"), server.user(first_name="Bob")
    group = server.supergroup("Team", members=[ann, bob])
    group.send("/ask Where does the rain fall?", sender=ann)
    answer = await group.next_message(timeout=60)
    group.press(answer, "▶", sender=bob)
    assert (await group.next_edit(timeout=60)).plain.startswith("Sensor")


async def test_thumbs_are_counted_once_a_person_and_taken_back(start: Start, chat: Chat) -> None:
    running: Running = await start(admins=(chat.id,))
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    for button, said in [
        ("👍", "Thank you!"),
        ("👎", "Sorry about that. What was wrong?"),
        ("👎", "Your vote is withdrawn."),
    ]:
        assert (await chat.press(answer, button).answered())["text"] == said
    assert (await chat.press(answer, "👍").answered())["text"] == "Thank you!"
    chat.send("/stats")
    assert "👍 1  👎 0" in (await chat.next_message()).plain
    assert not running.server.refusals


async def test_after_a_thumb_down_one_tap_says_why(start: Start, chat: Chat) -> None:
    await start(admins=(chat.id,))
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    before = [button.text for button in answer.buttons]
    await chat.press(answer, "👎").answered()
    asking = await chat.next_edit()
    reasons = ["Wrong passage", "Not in force", "Incomplete", "Something else"]
    assert [button.text for button in asking.buttons] == [*reasons, *before]
    assert (await chat.press(asking, "Incomplete").answered())["text"] == "Thank you!"
    assert [button.text for button in (await chat.next_edit()).buttons] == before
    chat.send("/stats")
    assert "👍 0  👎 1 (Incomplete 1)" in (await chat.next_message()).plain


async def test_settings_are_changed_by_their_owner_only(start: Start, chat: Chat) -> None:
    await start()
    chat.send("/settings")
    menu = await chat.next_message(timeout=60)
    foreign = (menu.button("简体中文").data or "").replace(str(chat.id), str(chat.id + 1))
    reply = await chat.press(menu, data=foreign).answered()
    assert reply["text"] == "These buttons belong to someone else."


async def test_the_language_can_be_set_and_stays(start: Start, chat: Chat) -> None:
    first = await start()
    chat.send("/settings")
    menu = await chat.next_message(timeout=60)
    await chat.press(menu, "简体中文").answered()
    assert "语言：简体中文" in (await chat.next_edit()).plain
    await first.stop()
    await start()
    chat.send("/privacy")
    assert "保存的信息" in (await chat.next_message(timeout=60)).plain


async def test_the_number_of_hits_can_be_set(start: Start, chat: Chat) -> None:
    await start()
    chat.send("/settings")
    menu = await chat.next_message(timeout=60)
    assert "Results per answer: 5" in menu.plain
    await chat.press(menu, "1").answered()
    assert "Results per answer: 1" in (await chat.next_edit()).plain
    chat.send("Where does the rain fall?")
    answer = await chat.next_message()
    assert "▶" not in [button.text for button in answer.buttons]


@pytest.mark.parametrize("detail", ["7", "fr", "99999999999999999999"])
async def test_a_setting_nobody_can_choose_is_refused(
    start: Start, chat: Chat, detail: str
) -> None:
    await start()
    chat.send("/settings")
    menu = await chat.next_message(timeout=60)
    for action in ("g", "c"):
        data = f"{action}.{chat.id}.{detail}"
        assert (await chat.press(menu, data=data).answered())["text"] == EXPIRED


async def test_forget_asks_first_and_then_leaves_nothing(start: Start, chat: Chat) -> None:
    running: Running = await start()
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    await chat.press(answer, "👍").answered()
    chat.send("/subscribe rain")
    await chat.next_message()
    chat.send("/settings")
    await chat.press(await chat.next_message(), "10").answered()
    chat.send("/forget")
    question = await chat.next_message()
    await chat.press(question, "Delete everything").answered()
    assert (await chat.next_edit()).plain.startswith("Results") is False
    assert (await chat.press(answer, "▶").answered())["text"] == EXPIRED
    await running.stop()
    path = running.config.telegram.state
    db = sqlite3.connect(path)
    hashed = running.bot.services.hash_of(chat.id)
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in db.execute(f"SELECT * FROM {table}"):
            assert chat.id not in row, table
            assert hashed not in row, table
    db.close()
    assert b"Where does the rain fall?" not in path.read_bytes()


async def test_what_is_forgotten_is_gone_from_the_disk_at_once(start: Start, chat: Chat) -> None:
    running: Running = await start()
    chat.send("Where does the rain fall?")
    await chat.next_message(timeout=60)
    chat.send("/forget")
    await chat.press(await chat.next_message(), "Delete everything").answered()
    await chat.next_edit()
    path = running.config.telegram.state
    for file in (path, path.with_name(f"{path.name}-wal")):
        assert b"Where does the rain fall?" not in file.read_bytes()


async def test_forget_can_be_declined(start: Start, chat: Chat) -> None:
    await start()
    chat.send("/subscribe rain")
    await chat.next_message(timeout=60)
    chat.send("/forget")
    await chat.press(await chat.next_message(), "Keep it").answered()
    assert (await chat.next_edit()).plain == "Nothing was deleted."
    chat.send("/subscriptions")
    assert "• rain" in (await chat.next_message()).plain


async def test_the_state_holds_no_question_under_an_id(start: Start, chat: Chat) -> None:
    running: Running = await start()
    chat.send("Where does the rain fall?")
    await chat.next_message(timeout=60)
    await running.stop()
    db = sqlite3.connect(running.config.telegram.state)
    assert db.execute("SELECT text FROM questions").fetchall() == [("Where does the rain fall?",)]
    assert db.execute("SELECT body FROM inbox").fetchall() == [(None,)]
    for table in ("questions", "answers", "replies"):
        for row in db.execute(f"SELECT * FROM {table}"):
            assert chat.id not in row
            assert str(chat.id) not in row
    db.close()


async def test_with_no_days_of_retention_no_question_is_kept(start: Start, chat: Chat) -> None:
    running: Running = await start(retention_days=0)
    chat.send("Where does the “rain gauge” stand?")
    await chat.next_message(timeout=60)
    chat.send("/privacy")
    assert "Not your questions." in (await chat.next_message()).plain
    await running.stop()
    held = running.config.telegram.state.read_bytes()
    assert b"stand?" not in held
    assert "“rain gauge”".encode() not in held
