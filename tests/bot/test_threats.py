"""Threats from people who write to the bot: markup, paths, SQL, what is not theirs."""

from __future__ import annotations

import base64
import dataclasses

import pytest

from botapi_server import BotApiServer, Chat
from tests.bot.conftest import Start, until
from tests.bot.fake_engine import FakeEngine, policy


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="<b>Ann</b>", language_code="en"))


async def said(chat: Chat, text: str) -> str:
    chat.send(text)
    return (await chat.next_message(timeout=60)).plain


async def test_markup_in_any_field_of_a_policy_or_in_a_question_is_text(
    start: Start,
    server: BotApiServer,
    chat: Chat,
) -> None:
    link = '<a href="https://evil.example/">Rain</a> &amp; <tg-spoiler>'
    poisoned = policy(
        1,
        f"Rain {link}",
        f"Rain falls. {link} is what it says.\n\nRain </b></code> again.",
        issuers=(f"Ministry {link}",),
        date_text=f"in May {link}",
        note=f"Seen {link}",
        url='https://example.org/"><b>',
    )
    poisoned = dataclasses.replace(poisoned, number=f"No. 17 {link}")
    await start(FakeEngine((poisoned, policy(2, "Snow Plan", "Snow falls as rain."))))
    chat.send(f"Where does the rain fall {link}?")
    answer = await chat.next_message(timeout=60)
    assert f"Rain {link}" in answer.plain
    assert f"Ministry {link}" in answer.plain
    for button in ("Whole policy", "Source"):
        await chat.press(answer, button).answered()
        assert link in (await chat.next_message(timeout=60)).plain
    for text in ("/list", "/issuers", f"/subscribe {link}", "/subscriptions", f"submarine {link}"):
        assert await said(chat, text)
    assert not server.refusals
    linked = [e for m in chat.bot_messages for e in m.entities if e["type"] == "text_link"]
    assert not [entity for entity in linked if "evil" in entity["url"]]


async def test_a_path_in_a_command_or_a_deep_link_is_no_policy(start: Start, chat: Chat) -> None:
    await start()
    coded = base64.urlsafe_b64encode(b"../../etc/passwd").decode().rstrip("=")
    for text in ("/policy ../../etc/passwd", f"/start b_{coded}", "/policy state.sqlite"):
        assert "root:" not in await said(chat, text)
        assert "found no policy" in chat.bot_messages[-1].plain.lower()


async def test_sql_in_what_people_write_is_kept_as_they_wrote_it(start: Start, chat: Chat) -> None:
    await start()
    topic = "rain'); DROP TABLE subscriptions; --"
    await said(chat, f"/subscribe {topic}")
    assert topic in await said(chat, "/subscriptions")


async def test_nobody_ends_or_forgets_for_somebody_else(
    start: Start,
    server: BotApiServer,
    chat: Chat,
) -> None:
    running = await start()
    bob = server.private(server.user(first_name="Bob", language_code="en"))
    await said(chat, "/subscribe rain")
    await said(bob, "/subscribe snow")
    chat.send("/subscriptions")
    ann_menu = await chat.next_message(timeout=60)
    data = next(b.data for b in ann_menu.buttons if b.data)
    bob.send("/subscriptions")
    bob_menu = await bob.next_message(timeout=60)
    own = await bob.press(bob_menu, data=data).answered()
    assert own["text"] == "These buttons belong to someone else."
    # Under his own id, but with the number of her subscription.
    await bob.press(bob_menu, data=data.replace(str(chat.id), str(bob.id))).answered()
    await bob.press(bob_menu, data=f"k.{chat.id}.yes").answered()
    rows = await running.bot.services.state.run(
        lambda db: db.execute("SELECT person, topic FROM subscriptions ORDER BY topic").fetchall()
    )
    assert rows == [(chat.id, "rain"), (bob.id, "snow")]


@pytest.mark.parametrize("command", ["/status", "/stats", "/unanswered", "/reload"])
async def test_an_admins_command_is_unknown_to_others_wherever_they_give_it(
    start: Start,
    server: BotApiServer,
    chat: Chat,
    command: str,
) -> None:
    admin = server.user(first_name="Admin")
    running = await start(admins=(admin.id,))
    running.engine.next = ()
    unknown = await said(chat, "/nosuchcommand")
    assert await said(chat, command) == unknown
    assert chat.user is not None
    group = server.supergroup("Team", members=[admin, chat.user])
    # An anonymous admin of a group is no admin of the bot; nor is who forwards an admin's words.
    group.send(f"{command}@{server.bot.username}", sender=chat.user)
    group.send(f"{command}@{server.bot.username}", sender=chat.user, sender_chat=group.raw())
    chat.send(command, forward_origin={"type": "user", "date": 1, "sender_user": admin.raw()})
    assert (await chat.next_message(timeout=60)).plain == unknown
    await server.idle()
    await until(lambda: running.bot._intake.waiting == 0)
    assert not group.bot_messages
