"""Every way Telegram and the network can fail: nothing lost that can be known, nothing twice."""

from __future__ import annotations

import asyncio
import logging

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot import app
from policybot.errors import ConfigError
from tests.bot.conftest import Running, Start, until

QUESTION = "Where does the rain fall?"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "SEND_SECONDS", 1.0)


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def dealt_with(running: Running, chat: Chat) -> None:
    """Wait until every message sent so far is dealt with."""
    await running.server.idle()
    await until(lambda: running.bot._intake.waiting == 0)


@pytest.mark.parametrize("kind", ["bad_gateway", "internal"])
async def test_a_gateways_refusal_is_tried_again(
    start: Start, server: BotApiServer, chat: Chat, kind: str
) -> None:
    running = await start()
    server.fault("sendMessage", kind, times=2)  # type: ignore[arg-type]
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    await dealt_with(running, chat)
    assert len(chat.bot_messages) == 1


@pytest.mark.parametrize("kind", ["drop_after", "hang", "garbage"])
async def test_what_may_have_arrived_is_never_sent_again(
    start: Start, server: BotApiServer, chat: Chat, kind: str
) -> None:
    running = await start()
    server.fault("sendMessage", kind, seconds=30)  # type: ignore[arg-type]
    chat.send(QUESTION)
    await dealt_with(running, chat)
    assert len(server.calls_to("sendMessage")) == 1
    chat.send("What are special funds?")
    await until(lambda: any("Special" in m.plain for m in chat.bot_messages))


async def test_a_drop_before_the_message_left_is_tried_again(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    running.engine.released.clear()
    chat.send(QUESTION)
    await until(lambda: running.engine.asked)
    await server.down()
    running.engine.released.set()
    await asyncio.sleep(0.7)
    await server.up()
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")


async def test_a_network_down_at_start_is_waited_for(
    start: Start, server: BotApiServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    await server.down()
    running = await start()
    await until(lambda: "Telegram is out of reach" in caplog.text)
    await server.up()
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    assert not running.task.done()


async def test_a_poll_that_fails_is_made_again(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    for kind in ("bad_gateway", "drop_before", "garbage", "internal"):
        server.fault("getUpdates", kind)
    server.fault("getUpdates", "flood", retry_after=1)
    await start()
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=120)).plain.startswith("Rain")


async def test_another_poller_is_named_and_outlived(
    start: Start, server: BotApiServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    server.force_conflict(2)
    await start()
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    said = [r for r in caplog.messages if "another process polls with this token" in r]
    assert len(said) == 1


async def test_a_token_that_is_refused_ends_the_bot_without_showing_it(
    start: Start, server: BotApiServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="policybot")
    server.fault("getMe", "error", code=401, description="Unauthorized")
    running = await start()
    with pytest.raises(ConfigError, match="Telegram refused the bot's token") as raised:
        await asyncio.wait_for(running.task, 60)
    assert server.token not in str(raised.value)
    assert raised.value.__cause__ is None
    await running.stop()


@pytest.mark.parametrize(
    "description",
    ["Bad Request: message to be replied not found", "Bad Request: reply message not found"],
)
async def test_a_reply_to_a_message_that_is_gone_is_sent_without(
    start: Start, server: BotApiServer, chat: Chat, description: str
) -> None:
    await start()
    server.fault("sendMessage", "error", code=400, description=description)
    chat.send(QUESTION)
    answer = await chat.next_message(timeout=60)
    assert answer.reply_to is None
    assert len(chat.bot_messages) == 1


async def test_a_message_not_modified_is_no_trouble(
    start: Start, server: BotApiServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start()
    chat.send("/settings")
    menu = await chat.next_message(timeout=60)
    await chat.press(menu, "✓ as in Telegram").answered()
    await dealt_with(running, chat)
    assert [c.description for c in server.refusals if "not modified" in (c.description or "")]
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


async def test_a_query_that_is_too_old_is_no_trouble(
    start: Start, server: BotApiServer, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start()
    chat.send(QUESTION)
    answer = await chat.next_message(timeout=60)
    server.fault(
        "answerCallbackQuery", "error", code=400,
        description="Bad Request: query is too old and response timeout expired or query ID is "
        "invalid",
    )  # fmt: skip
    chat.press(answer, "▶")
    assert (await chat.next_edit(timeout=60)).plain.startswith("Sensor")
    await dealt_with(running, chat)
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


async def test_an_edit_that_is_interrupted_is_made_again(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    await start()
    chat.send(QUESTION)
    answer = await chat.next_message(timeout=60)
    server.fault("editMessageText", "drop_before")
    server.fault("editMessageText", "bad_gateway")
    chat.press(answer, "▶")
    assert (await chat.next_edit(timeout=60)).plain.startswith("Sensor")


async def test_an_edited_question_whose_answer_was_deleted_is_answered_anew(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    await start()
    question = chat.send(QUESTION)
    await chat.next_message(timeout=60)
    server.fault(
        "editMessageText", "error", code=400, description="Bad Request: message to edit not found"
    )
    chat.edit(question, "What are special funds?")
    assert (await chat.next_message(timeout=60)).plain.startswith("Special Funds")


async def test_a_person_who_blocked_the_bot_costs_one_call(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    server.fault(
        "sendMessage", "error", code=403, description="Forbidden: bot was blocked by the user"
    )
    chat.send(QUESTION)
    await dealt_with(running, chat)
    assert len(server.calls_to("sendMessage")) == 1


async def test_a_429_delays_no_other_chat(start: Start, server: BotApiServer, chat: Chat) -> None:
    running = await start()
    server.fault("sendMessage", "flood", retry_after=30, chat_id=chat.id)
    chat.send(QUESTION)
    await until(lambda: server.calls_to("sendMessage"))
    other = server.private(server.user(first_name="Bob"))
    other.send(QUESTION)
    await other.next_message(timeout=60)
    assert not chat.bot_messages
    await running.kill()


async def test_a_429_is_waited_for(start: Start, server: BotApiServer, chat: Chat) -> None:
    await start()
    server.fault("sendMessage", "flood", retry_after=1, chat_id=chat.id)
    clock = asyncio.get_running_loop().time
    begun = clock()
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    assert clock() - begun >= 1.0
    assert len(chat.bot_messages) == 1


async def test_an_update_that_cannot_be_read_holds_up_no_other(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    await start()
    server.push({"message": {"message_id": "?", "chat": 5, "text": ["no", "message"]}})
    server.push({"something_new": {"of": "Telegram's"}})
    chat.send(QUESTION)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")


async def test_trouble_is_logged_once_until_it_is_over(
    start: Start,
    server: BotApiServer,
    chat: Chat,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="policybot")
    server.fault("getUpdates", "bad_gateway", times=3)
    await start()
    await until(lambda: "within reach again" in caplog.text)
    assert sum("Telegram is out of reach" in message for message in caplog.messages) == 1
