"""What a message goes on from: kept per chat and person, for as long as a silence may be."""

from __future__ import annotations

import dataclasses
import sqlite3

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.world import Message
from tests.bot.conftest import Start
from tests.bot.fake_engine import FUNDS, POLICIES, FakeEngine, policy

QUESTION = "Where does the rain fall?"


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def asked(chat: Chat, text: str, reply_to: Message | None = None) -> Message:
    chat.send(text, reply_to=reply_to)
    return await chat.next_message(timeout=60)


async def test_it_is_the_policy_that_was_turned_to(start: Start, chat: Chat) -> None:
    await start()
    answer = await asked(chat, QUESTION)
    await chat.press(answer, "▶").answered()
    await chat.next_edit()
    assert (await asked(chat, "when was it issued?")).plain.startswith("Sensor Network Plan")
    assert (await asked(chat, "1")).plain.startswith("Rain <Plan>")


@pytest.mark.parametrize(
    ("text", "title"),
    [("2", "Sensor"), ("the second one", "Sensor"), ("第二个", "Sensor"), ("next", "Sensor"),
     ("full text please", "Rain <Plan>")],
)  # fmt: skip
async def test_words_and_numbers_choose_from_what_is_shown(
    start: Start, chat: Chat, text: str, title: str
) -> None:
    await start()
    await asked(chat, QUESTION)
    assert (await asked(chat, text)).plain.startswith(title)


async def test_a_reply_to_an_old_card_is_about_that_policy(start: Start, chat: Chat) -> None:
    await start()
    funds = await asked(chat, "What are special funds?")
    await asked(chat, QUESTION)
    assert (await asked(chat, "who issued it?", funds)).marked("bold")[-2:] != []
    issued = await asked(chat, "who issued it?", funds)
    assert issued.plain.startswith(FUNDS.title)
    assert "Ministry of Finance" in issued.marked("bold")


async def test_a_question_in_reply_to_a_card_is_asked_of_that_policy_first(
    start: Start, chat: Chat
) -> None:
    first = policy(1, "Rain Plan", "Rain falls. Gauges are sealed.")
    second = policy(2, "Gauges Plan", "Gauges are sealed. Gauges are sealed and kept.")
    await start(FakeEngine((first, second)))
    assert (await asked(chat, "Where are gauges sealed?")).plain.startswith("Gauges Plan")
    card = await asked(chat, "/policy p-1")
    assert (await asked(chat, "Where are gauges sealed?", card)).plain.startswith("Rain Plan")
    play = await asked(chat, "Where are submarines?", card)
    assert not play.plain.startswith("Rain Plan")


async def test_a_follow_up_keeps_what_was_asked(start: Start, chat: Chat) -> None:
    await start()
    await asked(chat, "What did MIIT issue in 2012?")
    assert "MIIT" in (await asked(chat, "and in 2011?")).plain.replace(
        "Ministry of Industry and Information Technology", "MIIT"
    )


async def test_it_goes_on_after_a_restart(start: Start, chat: Chat) -> None:
    first = await start()
    await asked(chat, "What did MIIT issue in 2012?")
    await first.stop()
    await start()
    assert (await asked(chat, "the second one")).plain.startswith("Sensor Network Plan")


async def test_an_edited_follow_up_goes_on_from_what_was_before_it(
    start: Start, chat: Chat
) -> None:
    await start()
    await asked(chat, "What did MIIT issue in 2012?")
    chosen = chat.send("2")
    await chat.next_message(timeout=60)
    chat.edit(chosen, "1")
    assert (await chat.next_edit(timeout=60)).plain.startswith("Rain <Plan>")


@pytest.mark.parametrize("ends", ["start over", "silence", "/forget"])
async def test_what_ends_it(
    start: Start, chat: Chat, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await start()
    await asked(chat, QUESTION)
    if ends == "silence":
        running.bot.services.talks._silence = -1.0
    elif ends == "/forget":
        await chat.press(await asked(chat, "/forget"), "Delete everything").answered()
        await chat.next_edit()
    else:
        assert "fresh start" in (await asked(chat, ends)).plain
    assert not (await asked(chat, "the second one")).plain.startswith("Sensor")


async def test_two_people_of_a_group_have_a_conversation_each(
    start: Start, server: BotApiServer
) -> None:
    await start()
    ann, bob = server.user(first_name="Ann"), server.user(first_name="Bob")
    group = server.supergroup("Team", members=[ann, bob])
    group.send(f"/ask {QUESTION}", sender=ann)
    await group.next_message(timeout=60)
    group.send("/ask What are special funds?", sender=bob)
    await group.next_message(timeout=60)
    group.send("/ask the second one", sender=ann)
    assert (await group.next_message(timeout=60)).plain.startswith("Sensor")


async def test_groups_hear_no_small_talk(start: Start, server: BotApiServer) -> None:
    await start()
    ann = server.user(first_name="Ann")
    group = server.supergroup("Team", members=[ann])
    for text in ("hi", "thanks", "who are you?"):
        group.send(f"@policy_test_bot {text}", sender=ann)
    group.send(f"/ask {QUESTION}", sender=ann)
    assert (await group.next_message(timeout=60)).plain.startswith("Rain")
    assert len(group.bot_messages) == 1


async def test_where_questions_are_not_kept_it_is_in_memory_alone(start: Start, chat: Chat) -> None:
    running = await start(retention_days=0)
    await asked(chat, "Which policies mention “rain gauge”?")
    await asked(chat, "What did MIIT issue in 2012?")
    assert (await asked(chat, "2")).plain.startswith("Sensor")
    await running.stop()
    db = sqlite3.connect(running.config.telegram.state)
    assert db.execute("SELECT COUNT(*) FROM conversations").fetchone() == (0,)
    db.close()
    assert b"rain gauge?" not in running.config.telegram.state.read_bytes()


async def test_the_state_says_of_no_id_what_it_speaks_of(start: Start, chat: Chat) -> None:
    running = await start()
    await asked(chat, QUESTION)
    await running.stop()
    db = sqlite3.connect(running.config.telegram.state)
    rows = db.execute("SELECT * FROM conversations").fetchall()
    db.close()
    assert len(rows) == 1
    assert str(chat.id) not in str(rows)


async def test_a_list_that_changed_is_chosen_from_as_it_was_shown(start: Start, chat: Chat) -> None:
    running = await start()
    await asked(chat, "What did MIIT issue in 2012?")
    running.engine.policies = tuple(one for one in POLICIES if one.id != "p-1")
    assert (await asked(chat, "1")).plain
    assert (await asked(chat, "2")).plain.startswith("Sensor")


async def test_a_reply_to_a_whole_policy_is_about_it_too(start: Start, chat: Chat) -> None:
    await start()
    await chat.press(await asked(chat, "What are special funds?"), "Whole policy").answered()
    whole = await chat.next_message()
    await asked(chat, QUESTION)
    assert (await asked(chat, "who issued it?", whole)).plain.startswith(FUNDS.title)


async def test_a_reply_to_a_list_goes_on_from_it(start: Start, chat: Chat) -> None:
    await start()
    listed = await asked(chat, "What did MIIT issue in 2012?")
    await asked(chat, "What are special funds?")
    assert (await asked(chat, "2", listed)).plain.startswith("Sensor Network Plan")


async def test_a_forwarded_message_and_a_caption_are_questions(start: Start, chat: Chat) -> None:
    await start()
    origin = {"type": "hidden_user", "sender_user_name": "Eve", "date": 1}
    chat.send(QUESTION, forward_origin=origin)
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    chat.send(QUESTION, media="document")
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")


async def test_next_in_reply_to_a_card_is_the_one_after_it(start: Start, chat: Chat) -> None:
    await start()
    rain = await asked(chat, QUESTION)
    await asked(chat, "What are special funds?")
    second = await asked(chat, "next", rain)
    assert second.plain.startswith("Sensor Network Plan")
    assert (await asked(chat, "next", second)).plain == "That was all."


async def test_a_number_that_is_not_there_is_said_to_be_none(start: Start, chat: Chat) -> None:
    await start()
    await asked(chat, "What did MIIT issue in 2012?")
    assert (await asked(chat, "7")).plain == "Please choose a number from 1 to 2."
    assert (await asked(chat, "#2.")).plain.startswith("Sensor")


async def test_a_number_past_99_chooses_too(start: Start, chat: Chat) -> None:
    many = tuple(policy(n, f"Rain {n}", "Rain.") for n in range(1, 131))
    await start(FakeEngine(tuple(dataclasses.replace(p, date=None) for p in many)))
    await asked(chat, "/list")
    assert (await asked(chat, "120")).plain.startswith("Rain 120")


@pytest.mark.parametrize("text", ["ok", "👍", "…"])
async def test_what_says_nothing_shows_nothing_again(start: Start, chat: Chat, text: str) -> None:
    await start()
    await asked(chat, "What are special funds?")
    assert not (await asked(chat, text)).plain.startswith("Special")
