"""What people open is noted under a hash, as long as their questions are kept."""

from __future__ import annotations

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.world import Message
from policybot.evaluation.feedback import read_feedback
from tests.bot.conftest import Start
from tests.bot.fake_engine import POLICIES


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def test_thumbs_and_openings_are_noted_for_the_hit_that_was_shown(
    start: Start, chat: Chat
) -> None:
    running = await start()
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    await chat.press(answer, "▶").answered()
    turned = await chat.next_edit(timeout=60)
    await chat.press(turned, "Whole policy").answered()
    await chat.next_message()
    await chat.press(turned, "👍").answered()
    await running.stop()
    (line,) = read_feedback(running.config.telegram.state, 30)
    second = {turned_to(turned): 1}
    assert line.seen == {"asked": 1, "helpful": second, "opened": second, "turned_to": second}


def turned_to(message: Message) -> str:
    """Return the id of the policy a message shows."""
    return next(one.id for one in POLICIES if message.plain.startswith(one.title))


async def test_a_declined_question_is_exported(start: Start, chat: Chat) -> None:
    running = await start()
    chat.send("submarine")
    await chat.next_message(timeout=60)
    await running.stop()
    (line,) = read_feedback(running.config.telegram.state, 30)
    assert (line.kind, line.text) == ("none", "submarine")


async def test_where_questions_are_not_kept_nothing_opened_is_noted(
    start: Start, chat: Chat
) -> None:
    running = await start(retention_days=0)
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    await chat.press(answer, "Whole policy").answered()
    rows = await running.bot.services.state.run(
        lambda db: db.execute("SELECT COUNT(*) FROM opened").fetchone()
    )
    assert rows == (0,)
