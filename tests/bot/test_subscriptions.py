"""Subscriptions: new and changed policies are told once, whatever happens between."""

from __future__ import annotations

import asyncio
import dataclasses
import re

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.model import Policy, PolicyDate
from tests.bot.conftest import Running, Start, until
from tests.bot.fake_engine import POLICIES, RAIN, FakeEngine, policy

NEW = policy(7, "Storm Order", "Heavy rain shall be announced.", date=PolicyDate(2015))


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def subscribed(chat: Chat, topic: str = "rain") -> None:
    chat.send(f"/subscribe {topic}")
    assert "when a new or changed policy matches" in (await chat.next_message(timeout=60)).plain


async def change(running: Running, *policies: Policy) -> None:
    """Embed the corpus anew, and wait until the bot has looked."""
    generation = running.engine.generation
    running.engine.next = policies
    await until(lambda: running.engine.generation > generation)
    await settled(running)


async def settled(running: Running) -> None:
    """Wait until the bot has nothing noted that it has still to tell."""

    async def done() -> bool:
        return await running.bot.services.state.run(
            lambda db: (
                db.execute("SELECT value FROM meta WHERE key = 'known_generation'").fetchone()
                == (f"g{running.engine.generation}",)
                and not db.execute(
                    "SELECT 1 FROM deliveries d JOIN subscriptions s ON s.person = d.person "
                    "WHERE d.state = 0 AND s.paused = 0"
                ).fetchone()
            )
        )

    async with asyncio.timeout(10):
        while not await done():  # noqa: ASYNC110 (a table tells nobody)
            await asyncio.sleep(0.01)


async def test_what_is_there_already_is_no_news(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    await change(running, *POLICIES)
    assert len(chat.bot_messages) == 1


async def test_a_new_policy_is_told_once(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    await change(running, *POLICIES, NEW)
    news = await chat.next_message(timeout=60)
    assert news.plain.startswith("🔔 New on “rain”:\n\nStorm Order")
    assert news.marked("bold")[1] == "Heavy rain shall be announced."
    await change(running, *POLICIES, NEW)
    assert len(chat.bot_messages) == 2
    await chat.press(news, "Whole policy").answered()
    assert (await chat.next_message()).plain.endswith(f"\n\n{NEW.body}")


async def test_a_changed_policy_is_told_again_and_a_note_is_no_change(
    start: Start, chat: Chat
) -> None:
    running = await start()
    await subscribed(chat)
    noted = dataclasses.replace(RAIN, note="checked")
    await change(running, *(noted if p is RAIN else p for p in POLICIES))
    assert len(chat.bot_messages) == 1
    altered = dataclasses.replace(RAIN, body="Rain is over. It may rain again.")
    await change(running, *(altered if p is RAIN else p for p in POLICIES))
    assert "Rain is over." in (await chat.next_message(timeout=60)).plain


async def test_two_topics_tell_of_a_policy_once(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    await subscribed(chat, "announced rain")
    await change(running, *POLICIES, NEW)
    assert len(chat.bot_messages) == 3


async def test_much_news_comes_as_one_list(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    many = [policy(n, f"Rain {n}", "More rain.", date=PolicyDate(2000 + n)) for n in range(10, 20)]
    await change(running, *POLICIES, *many)
    news = await chat.next_message(timeout=60)
    assert news.plain.startswith("🔔 “rain”: 10 new, 0 changed\n\n10 policies")
    assert len(chat.bot_messages) == 2
    await chat.press(news, "▶").answered()
    assert "10. 2010 – Rain 10" in (await chat.next_edit()).plain


async def test_what_came_while_the_bot_was_down_is_told(start: Start, chat: Chat) -> None:
    first = await start()
    await subscribed(chat)
    await first.stop()
    engine = FakeEngine((*POLICIES, NEW))
    engine.generation = 2
    await start(engine)
    assert "Storm Order" in (await chat.next_message(timeout=60)).plain


async def test_a_crash_after_noting_the_news_tells_it_once(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    first = await start()
    await subscribed(chat)
    server.fault("sendMessage", "bad_gateway", times=1000)
    first.engine.next = (*POLICIES, NEW)
    # The refusal was read, not only given: a message that may have arrived is not sent again.
    await until(lambda: first.bot.services.metrics.retries)
    await first.kill()
    server.clear_faults()
    second = await start(first.engine)
    assert "Storm Order" in (await chat.next_message(timeout=60)).plain
    await change(second, *POLICIES, NEW)
    assert len(chat.bot_messages) == 2


@pytest.mark.parametrize("kind", ["drop_after", "hang"])
async def test_news_that_may_have_arrived_is_not_sent_again(
    start: Start, chat: Chat, server: BotApiServer, kind: str
) -> None:
    first = await start()
    await subscribed(chat)
    server.fault("sendMessage", kind, seconds=30)  # type: ignore[arg-type]
    first.engine.next = (*POLICIES, NEW)
    await chat.next_message(timeout=60)
    await first.kill()
    second = await start(first.engine)
    await settled(second)
    assert len(chat.bot_messages) == 2


async def test_blocking_pauses_and_coming_back_resumes(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    running = await start()
    await subscribed(chat)
    server.fault(
        "sendMessage", "error", code=403, description="Forbidden: bot was blocked by the user"
    )
    await change(running, *POLICIES, NEW)
    other = policy(8, "Other rain", "Rain again.")
    await change(running, *POLICIES, NEW, other)
    assert len(server.calls_to("sendMessage")) == 2
    chat.send("/start")
    texts = {(await chat.next_message(timeout=60)).plain[:40] for _ in range(2)}
    assert any("New on “rain”" in text for text in texts)


async def test_a_person_who_blocks_and_unblocks_keeps_their_topics(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    running = await start()
    await subscribed(chat)
    assert chat.user is not None
    chat.user.block()
    await server.idle()
    await change(running, *POLICIES, NEW)
    chat.user.unblock()
    await server.idle()
    await change(running, *POLICIES, NEW, policy(8, "Other rain", "Rain again."))
    assert "Other rain" in (await chat.next_message(timeout=60)).plain
    assert not re.search("Storm", chat.bot_messages[-1].plain)


async def test_topics_are_listed_and_ended(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat, "rain <b>")
    await subscribed(chat, "snow")
    chat.send("/subscribe snow")
    assert "already get alerts" in (await chat.next_message()).plain
    chat.send("/unsubscribe")
    menu = await chat.next_message()
    assert "\n• rain <b>\n• snow" in menu.plain
    assert (await chat.press(menu, "✕ rain").answered())["text"] == "No more alerts on “rain <b>”."
    assert "• snow" in (await chat.next_edit()).plain
    chat.send("/unsubscribe SNOW")
    assert (await chat.next_message()).plain == "No more alerts on “snow”."
    chat.send("/subscriptions")
    assert "You have no alerts." in (await chat.next_message()).plain
    await change(running, *POLICIES, NEW)
    assert "Storm" not in chat.bot_messages[-1].plain


async def test_subscriptions_are_bounded(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat, "topic 0")
    for n in range(1, 20):
        await running.bot.services.state.run(
            lambda db, n=n: db.execute(
                "INSERT INTO subscriptions (person, topic, made) VALUES (?, ?, 0)",
                (chat.id, f"topic {n}"),
            )
        )
    chat.send("/subscribe one more")
    assert "the maximum" in (await chat.next_message()).plain


async def test_subscribing_shows_what_matches_now(start: Start, chat: Chat) -> None:
    await start()
    chat.send("/subscribe rain")
    preview = (await chat.next_message(timeout=60)).plain.split("\n\n")[1].splitlines()
    assert preview[0] == "2 policies match right now. The newest:"
    assert "Sensor Network Plan" in preview[1]
    chat.send("/subscribe submarines")
    assert "Nothing matches right now." in (await chat.next_message(timeout=60)).plain


async def test_a_topic_that_every_policy_matches_is_said_to_be_one(
    start: Start, chat: Chat
) -> None:
    await start()
    chat.send("/subscribe policies")
    preview = (await chat.next_message(timeout=60)).plain.split("\n\n")[1].splitlines()
    assert preview[0].startswith("Every policy here matches.")
    assert "/subscribe “policies”" in preview[0]
    assert len(preview) == 4


async def test_an_alert_says_what_changed_and_can_be_ended_there(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    altered = dataclasses.replace(RAIN, title="Rain Order", date=PolicyDate(2013))
    await change(running, *(altered if p is RAIN else p for p in POLICIES))
    news = await chat.next_message(timeout=60)
    assert news.plain.startswith("🔔 Changed on “rain” (title, date):\n\nRain Order")
    pressed = await chat.press(news, "End these alerts").answered()
    assert pressed["text"] == "No more alerts on “rain”."
    assert "🔕" not in str([button.text for button in (await chat.next_edit()).buttons])
    chat.send("/subscriptions")
    assert "You have no alerts." in (await chat.next_message()).plain


async def test_a_digest_waits_for_its_day_and_comes_as_one_list(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    chat.send("/subscriptions")
    menu = await chat.next_message()
    assert (await chat.press(menu, "at once").answered())["text"].endswith("once a day.")
    await chat.next_edit()
    other = policy(8, "Other rain", "Rain again.")
    state = running.bot.services.state
    running.engine.next = (*POLICIES, NEW, other)
    await until(
        lambda: running.bot.services.named and running.bot.services.named.generation == "g2"
    )
    await asyncio.sleep(0.3)
    assert len(chat.bot_messages) == 2
    await state.run(lambda db: db.execute("UPDATE subscriptions SET told = told - 86401"))
    digest = await chat.next_message(timeout=60)
    assert digest.plain.startswith("🔔 “rain”: 2 new, 0 changed\n\n2 policies")


async def test_what_was_known_before_parts_were_kept_is_no_news(start: Start, chat: Chat) -> None:
    running = await start()
    await subscribed(chat)
    await running.bot.services.state.run(lambda db: db.execute("UPDATE known SET parts = ''"))
    altered = dataclasses.replace(RAIN, body="Rain is over. It may rain again.")
    await change(running, *(altered if p is RAIN else p for p in POLICIES))
    news = await chat.next_message(timeout=60)
    assert news.plain.startswith("🔔 Changed on “rain” (content):")
    assert len(chat.bot_messages) == 2


async def test_a_group_gets_alerts_that_its_admins_set_up(
    start: Start, server: BotApiServer
) -> None:
    running = await start()
    ann, bob = server.user(first_name="Ann"), server.user(first_name="Bob")
    group = server.supergroup("Team", members=[ann, bob])
    group.admins.add(ann.id)
    group.send("/subscribe@policy_test_bot rain", sender=bob)
    assert "Only admins" in (await group.next_message(timeout=60)).plain
    group.send("/subscribe@policy_test_bot rain", sender=ann)
    assert "Done. Team will get an alert" in (await group.next_message(timeout=60)).plain
    await change(running, *POLICIES, NEW)
    news = await group.next_message(timeout=60)
    assert news.plain.startswith("🔔 New on “rain”:")
    said = await group.press(news, "End these alerts", sender=bob).answered()
    assert said["text"] == "Only admins of this chat can do that."
    said = await group.press(news, "End these alerts", sender=ann).answered()
    assert said["text"] == "No more alerts on “rain”."


async def test_a_channel_gets_alerts_that_an_admin_of_it_sets_up_in_private(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    running = await start()
    channel = server.channel("News", username="policy_news")
    channel.admins.clear()
    chat.send("/subscribe @nowhere_news rain")
    assert "I can’t find @nowhere_news." in (await chat.next_message(timeout=60)).plain
    chat.send("/subscribe @policy_news rain")
    assert "both admins" in (await chat.next_message(timeout=60)).plain
    channel.admins |= {chat.id, server.bot.id}
    chat.send("/subscribe @policy_news rain")
    assert "Done. News will get an alert" in (await chat.next_message(timeout=60)).plain
    await change(running, *POLICIES, NEW)
    assert "Storm Order" in (await channel.next_message(timeout=60)).plain


async def test_an_admin_sets_up_alerts_by_a_post_in_the_channel(
    start: Start, server: BotApiServer
) -> None:
    running = await start()
    ann = server.user(first_name="Ann", language_code="en")
    channel = server.channel("News", admins=[ann])
    channel.send("Rain is expected.")
    channel.send("/ask Where does the rain fall?")
    channel.send("/subscribe@other_bot rain")
    channel.send("/subscribe")
    assert (await channel.next_message(timeout=60)).plain.startswith("Add a topic: /subscribe ")
    channel.send("/subscribe rain")
    assert (await channel.next_message(timeout=60)).plain.startswith("Done. News will get an alert")
    await change(running, *POLICIES, NEW)
    news = await channel.next_message(timeout=60)
    assert news.plain.startswith("🔔 New on “rain”:")
    bob = server.user(first_name="Bob", language_code="en")
    for button in ("After", "End these alerts") if "After" in str(news.buttons) else ("End",):
        said = await channel.press(news, button, sender=bob).answered()
        assert said["text"].startswith("Only this channel’s admins can use the buttons here.")
        assert "@policy_test_bot" in said["text"]
    said = await channel.press(news, "Follow", sender=ann).answered()
    assert said["text"].startswith("Done. News will get an alert when “Storm Order”")
    channel.send("/subscriptions")
    assert "• rain\n• Storm Order" in (await channel.next_message(timeout=60)).plain
    channel.send("/unsubscribe rain")
    assert (await channel.next_message(timeout=60)).plain == "No more alerts on “rain”."


async def test_a_channel_that_is_not_welcome_gets_nothing(
    start: Start, server: BotApiServer
) -> None:
    channel = server.channel("News")
    await start(deny=[channel.id])
    channel.send("/subscribe rain")
    await server.idle()
    assert not channel.bot_messages


@pytest.mark.parametrize("how", ["forwarded", "reply"])
async def test_a_forwarded_post_names_the_channel(
    start: Start, server: BotApiServer, chat: Chat, how: str
) -> None:
    await start()
    assert chat.user is not None
    channel = server.channel("News", admins=[chat.user])
    origin = {"type": "channel", "chat": channel.raw(), "message_id": 5, "date": 1}
    if how == "forwarded":
        chat.send("/subscribe rain", forward_origin=origin)
    else:
        post = chat.send("What the weather does", forward_origin=origin)
        await chat.next_message(timeout=60)
        chat.send("/subscribe", reply_to=post)
        assert (await chat.next_message(timeout=60)).plain.startswith("Add a topic: /subscribe ")
        chat.send("/subscribe rain", reply_to=post)
    said = (await chat.next_message(timeout=60)).plain
    assert said.startswith("Done. News will get an alert")


async def test_a_forwarded_post_of_anothers_channel_subscribes_nobody(
    start: Start, server: BotApiServer, chat: Chat
) -> None:
    await start()
    channel = server.channel("News")
    origin = {"type": "channel", "chat": channel.raw(), "message_id": 5, "date": 1}
    chat.send("/subscribe rain", forward_origin=origin)
    assert "both admins" in (await chat.next_message(timeout=60)).plain
