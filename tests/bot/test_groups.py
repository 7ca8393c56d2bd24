"""Groups: silent unless spoken to, and always in the right topic."""

from __future__ import annotations

import pytest

from botapi_server import BotApiServer
from tests.bot.conftest import Start, until

QUESTION = "Where does the rain fall?"


@pytest.mark.parametrize(
    "text",
    [
        f"/ask {QUESTION}",
        f"/ask@policy_test_bot {QUESTION}",
        f"@policy_test_bot {QUESTION}",
        f"😀 @Policy_Test_Bot: {QUESTION}",
        "/list@policy_test_bot rain",
    ],
)
async def test_it_answers_when_spoken_to(start: Start, server: BotApiServer, text: str) -> None:
    await start()
    ann = server.user(first_name="Ann")
    group = server.group("Team", members=[ann])
    asked = group.send(text, sender=ann)
    answer = await group.next_message(timeout=60)
    assert answer.reply_to is asked
    assert "Rain <Plan>" in answer.plain


async def test_a_reply_to_it_is_a_question(start: Start, server: BotApiServer) -> None:
    await start()
    ann = server.user(first_name="Ann")
    group = server.group("Team", members=[ann])
    group.send("/ask What are special funds?", sender=ann)
    first = await group.next_message(timeout=60)
    group.send(QUESTION, sender=ann, reply_to=first)
    assert (await group.next_message(timeout=60)).plain.startswith("Rain")


async def test_it_is_silent_otherwise(start: Start, server: BotApiServer) -> None:
    running = await start()
    ann = server.user(first_name="Ann")
    group = server.supergroup("Team", members=[ann])
    for text in (QUESTION, "/list", "/ask@other_bot hello", "@other_bot rain", "/nonsense"):
        group.send(text, sender=ann)
    for kind in ("photo", "sticker", "voice"):
        group.send("", media=kind, sender=ann)
    last = group.send(f"/ask {QUESTION}", sender=ann)
    assert (await group.next_message(timeout=60)).reply_to is last
    assert len(group.bot_messages) == 1
    assert running.engine.asked == [QUESTION]


async def test_it_stays_in_its_topic(start: Start, server: BotApiServer) -> None:
    await start()
    ann = server.user(first_name="Ann")
    forum = server.forum("Team", members=[ann])
    topic = forum.topic("Policies")
    forum.send(f"/ask {QUESTION}", sender=ann, thread=topic)
    answer = await forum.next_message(timeout=60)
    assert answer.thread == topic
    forum.press(answer, "Whole policy", sender=ann)
    assert (await forum.next_message(timeout=60)).thread == topic


async def test_an_edited_question_edits_its_answer(start: Start, server: BotApiServer) -> None:
    await start()
    ann = server.user(first_name="Ann")
    group = server.group("Team", members=[ann])
    asked = group.send(f"@policy_test_bot {QUESTION}", sender=ann)
    answer = await group.next_message(timeout=60)
    group.edit(asked, "@policy_test_bot what are special funds?")
    assert await group.next_edit(timeout=60) is answer
    assert answer.plain.startswith("Special Funds")


async def test_a_group_that_becomes_a_supergroup_is_answered_there(
    start: Start, server: BotApiServer
) -> None:
    running = await start()
    ann = server.user(first_name="Ann")
    group = server.group("Team", members=[ann])
    running.engine.released.clear()
    group.send(f"/ask {QUESTION}", sender=ann)
    await until(lambda: running.engine.asked)
    team = group.migrate()
    running.engine.released.set()
    answer = await team.next_message(timeout=60)
    assert answer.plain.startswith("Rain")
    team.press(answer, "▶", sender=ann)
    assert (await team.next_edit(timeout=60)).plain.startswith("Sensor")


async def test_an_allowed_group_stays_allowed_when_it_becomes_a_supergroup(
    start: Start, server: BotApiServer
) -> None:
    ann = server.user(first_name="Ann")
    group = server.group("Team", members=[ann])
    first = await start(allow=(group.id,))
    team = group.migrate()
    team.send(f"/ask {QUESTION}", sender=ann)
    assert (await team.next_message(timeout=60)).plain.startswith("Rain")
    await first.stop()
    await start(allow=(group.id,))
    team.send(f"/ask {QUESTION}", sender=ann)
    assert (await team.next_message(timeout=60)).plain.startswith("Rain")


async def test_personal_commands_are_sent_to_the_private_chat(
    start: Start, server: BotApiServer
) -> None:
    await start()
    ann = server.user(first_name="Ann")
    group = server.group("Team", members=[ann])
    group.send("/settings@policy_test_bot", sender=ann)
    assert "in a private chat" in (await group.next_message(timeout=60)).plain


async def test_those_not_allowed_are_told_in_private_once_and_not_in_groups(
    start: Start, server: BotApiServer
) -> None:
    ann, bob = server.user(first_name="Ann"), server.user(first_name="Bob")
    await start(deny=(ann.id,))
    group = server.group("Team", members=[ann, bob])
    chat = server.private(ann)
    group.send(f"/ask {QUESTION}", sender=ann)
    chat.send(QUESTION)
    chat.send(QUESTION)
    group.send("/ask What are special funds?", sender=bob)
    assert (await group.next_message(timeout=60)).plain.startswith("Special Funds")
    await server.idle()
    assert [m.plain for m in chat.bot_messages] == ["This bot is not open to you."]
    assert len(group.bot_messages) == 1


async def test_channel_posts_are_ignored(start: Start, server: BotApiServer) -> None:
    running = await start()
    channel = {"id": -1009999, "type": "channel", "title": "News"}
    post = {"message_id": 5, "date": 1, "text": QUESTION, "chat": channel}
    server.push({"channel_post": post})
    chat = server.private(server.user(first_name="Ann"))
    chat.send("/help")
    await chat.next_message(timeout=60)
    assert not running.engine.asked
