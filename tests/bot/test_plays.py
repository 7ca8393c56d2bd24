"""The bot as people use it, point by point; what they see is docs/telegram.md.

After a change that is meant: POLICYBOT_WRITE_DOCS=1 python -m pytest tests/bot/test_plays.py
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from botapi_server import BotApiServer
from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig, TelegramConfig
from policybot.doctor.remote import telegram
from policybot.model import PolicyDate
from tests.bot.conftest import Running, Start, until
from tests.bot.fake_engine import POLICIES, FakeEngine, policy
from tests.bot.plays import Play
from tests.fake_encoder import FakeEncoder
from tests.project import ROOT
from tests.reading import SEED, TODAY, index_of

DOCUMENT = ROOT / "docs" / "telegram.md"
HEAD = """# The bot, as a person sees it

These conversations are played by `tests/bot/test_plays.py` against a strict Bot API server,
over the policies of this repository (and, for alerts, a few made up), and written down here by it.
Bold is what is bold in Telegram; `[…]` is a button.
"""


def seed_engine() -> FakeEngine:
    """Return an engine of one's own over the project's corpus, with the fake encoder."""
    config = Config(index=IndexConfig(index_of(SEED)))
    return cast("FakeEngine", Engine(config, today=lambda: TODAY, encoder=FakeEncoder()))


async def small_talk(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    hello = await play.say(ann, "hi")
    assert hello.plain.startswith("Hello! Ask me about public policies")
    assert len(hello.buttons) == 2
    await play.bring(ann, hello, hello.buttons[0].text)
    for text in ("thanks", "who are you?", "help", "menu"):
        assert "I found no policy" not in (await play.say(ann, text)).plain
    play.note("The same again is answered in one line; in groups the bot is silent to it.")
    assert (await play.say(ann, "thank you!")).plain == "You’re welcome!"
    li = play.private("Li", "zh-hans")
    for text in ("你好", "你是谁", "谢谢"):
        await play.say(li, text)


async def conversation(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    answer = await play.say(ann, "Who manages the special funds?")
    assert answer.plain.startswith("Interim Measures")
    issued = await play.say(ann, "when was this issued?", reply_to=answer)
    assert "2011-04-06" in issued.marked("bold")
    who = await play.say(ann, "who issued it?")
    assert "Ministry of Finance" in who.marked("bold")
    listed = await play.say(ann, "What did the State Council issue?")
    assert "Read as: State Council" in listed.plain
    listed = await play.say(ann, "policies of MIIT in 2012")
    assert listed.plain.startswith("2 policies")
    second = await play.say(ann, "the second one")
    assert second.plain.startswith("Outline of Wuxi")
    await play.say(ann, "full text please")
    later = await play.say(ann, "and in 2013?")
    assert "Read as: Ministry of Industry and Information Technology · 2013" in later.plain
    everything = await play.say(ann, "/list")
    assert everything.plain.startswith("12 policies")
    more = await play.say(ann, "more")
    assert "\n9. " in more.plain
    assert (await play.say(ann, "more")).plain == "That was all."
    await play.say(ann, "start over")
    assert "I found no" not in (await play.say(ann, "2")).plain


async def refusal(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    closest = await play.say(ann, "Who pays for sensors in hospitals?")
    assert "Closest matches" in closest.plain
    empty = await play.say(ann, "What did MIIT issue in 1999?")
    assert "Nothing matches those dates." in empty.plain
    await play.bring(ann, empty, "Search all years")
    unknown = await play.say(ann, "What did the Ministry of Magic issue?")
    await play.bring(ann, unknown, unknown.buttons[-1].text)
    foreign = await play.say(ann, "无锡的海底电缆由谁出资？")
    assert foreign.plain


async def card(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    answer = await play.say(ann, "Who manages the special funds?")
    await play.bring(ann, answer, "Whole policy")
    assert (await play.say(ann, "send me the PDF")).file_name
    cited = await play.bring(ann, answer, "Cite")
    assert "@misc{" in cited.plain
    assert "[Z]" in cited.plain
    source = await play.bring(ann, answer, "Source")
    assert "https://t.me/policy_test_bot?start=" in source.plain
    picker = answer.button("Share").raw["switch_inline_query_chosen_chat"]
    play.note(f"[{answer.button('Share').text}] lets Ann pick a chat; there the bot finds "
              f"`{picker['query']}`, which is this passage.")  # fmt: skip
    await play.press(ann, answer, "Follow")
    await play.press(ann, answer, "👎")
    why = await ann.next_edit()
    assert await play.press(ann, why, "Incomplete") == "Thank you!"


async def lists(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    listed = await play.say(ann, "/list")
    assert listed.plain.startswith("12 policies")
    await play.turn(ann, listed, "⏭") if "⏭" in str(listed.buttons) else None
    turned = await play.turn(ann, listed, "Oldest first")
    chips = await play.turn(ann, turned, "Issuer")
    narrowed = await play.turn(ann, chips, chips.buttons[0].text)
    assert " of 12 policies" in narrowed.plain
    file = await play.bring(ann, narrowed, "CSV")
    assert file.file_name == "policies.csv"
    wide = await play.turn(ann, narrowed, "✕")
    opened = await play.turn(ann, wide, "1")
    assert "Whole policy" in str([button.text for button in opened.buttons])
    one = await play.say(ann, "What did the Ministry of Finance issue in 2011?")
    assert one.plain.startswith("Interim Measures")


async def commands(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    asked = await play.say(ann, "/ask")
    await play.say(ann, "Who manages the special funds?", reply_to=asked)
    which = await play.say(ann, "/policy")
    named = await play.say(ann, "wuxi", reply_to=which)
    assert "Wuxi" in named.plain
    assert "2012-02-14" in (await play.say(ann, "/policy 2012-02-14")).plain
    assert (await play.say(ann, "/policy special action plan")).plain
    captioned = await play.say(ann, "Who manages the special funds?", media="photo")
    assert captioned.plain.startswith("Interim Measures")
    bob = play.server.user(first_name="Bob", language_code="en")
    group = play.server.supergroup("Team", members=[bob])
    play.note("Bob adds the bot to a group:")
    group.add_bot()
    assert "/ask" in (await play.hear(group)).plain


async def inline(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.server.user(first_name="Ann", language_code="en")
    for typed in ("Wux", "special fu", "MIIT 201"):
        page = await ann.inline(typed).answered()
        assert page.results, typed
        play.note(f"Ann types in any chat: `@policy_test_bot {typed}`")
        for result in page.results[:2]:
            play.lines += [f"> **{result['title']}**\\", f"> {result['description']}", ""]


async def setting_up(start: Start, play: Play) -> None:
    play.server.privacy, play.server.inline = True, False
    config = Config(telegram=TelegramConfig(base_url=play.server.base_url))
    import asyncio

    found = await asyncio.to_thread(
        lambda: list(telegram(config, play.server.token, offline=False))
    )
    said = {one.check: one for one in found}
    assert "/setprivacy" in said["privacy"].cure
    assert "/setinline" in said["inline"].cure
    play.note("`policybot doctor` asks Telegram which switches of @BotFather are off:")
    for one in found:
        if one.check in ("privacy", "inline"):
            play.lines += [f"    {one.level:8} {one.check}: {one.message}",
                           f"             {one.cure}"]  # fmt: skip
    play.lines.append("")


NEW = policy(5, "Storm Order", "Heavy rain shall be announced.", date=PolicyDate(2015))


async def alerts(start: Start, play: Play) -> None:
    running: Running = await start(FakeEngine())
    ann = play.private()
    await play.say(ann, "/subscribe rain")
    changed = policy(1, "Rain <Plan> & Outline", "Rain falls on everybody, at all hours.")
    running.engine.next = (*(changed if one.id == "p-1" else one for one in POLICIES), NEW)
    await until(lambda: running.engine.generation == 2)
    play.note("The policies are indexed anew: one is new, one has changed.")
    first, second = await play.hear(ann), await play.hear(ann)
    texts = {first.plain.splitlines()[0], second.plain.splitlines()[0]}
    assert texts == {"🔔 New on “rain”:", "🔔 Changed on “rain” (text):"}
    mine = await play.say(ann, "/subscriptions")
    weekly = await play.turn(ann, mine, "at once")
    assert "🕐 daily" in str([button.text for button in weekly.buttons])
    await play.press(ann, first, "End these alerts")
    assert "no alerts" in (await play.say(ann, "/subscriptions")).plain
    bob = play.server.user(first_name="Bob", language_code="en")
    group = play.server.supergroup("Team", members=[bob])
    card = await play.say(group, "/ask What are special funds?", sender=bob)
    play.note("In a group its admins follow for all of it:")
    assert "only admins" in await play.press(group, card, "Follow", bob)
    group.admins.add(bob.id)
    play.note("Bob is made an admin.")
    assert "Team will get" in await play.press(group, card, "Follow", bob)
    channel = play.server.channel("News")
    play.note("In a channel, an admin posts `/subscribe rain`:")
    channel.send("/subscribe rain")
    assert "Done. News will get" in (await play.hear(channel)).plain


async def picture(start: Start, play: Play) -> None:
    await start(seed_engine())
    ann = play.private()
    await play.say(ann, "/timeline MIIT")
    assert (await play.hear(ann)).photo
    play.note("The numbers in the picture are those of the list; grey is what is no longer in "
              "force. From 60 policies on it counts them by year.")  # fmt: skip


async def languages(start: Start, play: Play) -> None:
    await start(seed_engine())
    li, eva = play.private("Li", "zh-hans"), play.private("Eva", "es")
    await play.say(li, "工信部2012年发布了哪些政策？")
    await play.say(li, "第二个")
    await play.say(eva, "¿Qué emitió el MIIT en 2012?")
    await play.say(eva, "¿y en 1999?")


SCENES: dict[str, Callable[[Start, Play], Awaitable[None]]] = {
    "Small talk": small_talk,
    "A conversation": conversation,
    "When there is no sure answer": refusal,
    "One policy": card,
    "Lists": lists,
    "Commands, captions, groups": commands,
    "In any chat": inline,
    "Setting it up": setting_up,
    "Alerts": alerts,
    "The picture": picture,
    "Chinese and Spanish": languages,
}


@pytest.mark.parametrize("title", SCENES)
async def test_a_person_sees_what_the_document_shows(
    start: Start, server: BotApiServer, title: str
) -> None:
    play = Play(server, title)
    await SCENES[title](start, play)
    assert not server.refusals
    told = play.markdown()
    sys.stdout.write(told)
    if os.environ.get("POLICYBOT_WRITE_DOCS"):
        write(title, told)
    assert told.rstrip() == sections().get(title, "").rstrip()


def sections() -> dict[str, str]:
    """Return the sections of the document by their titles."""
    text = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else ""
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: f"## {part}" for part in parts}


def write(title: str, told: str) -> None:
    written = sections() | {title: told}
    ordered = [written[name].rstrip() for name in SCENES if name in written]
    DOCUMENT.write_text("\n\n".join([HEAD.rstrip(), *ordered]) + "\n", "utf-8")


def test_the_document_shows_these_conversations_and_no_others() -> None:
    assert list(sections()) == list(SCENES)
    assert DOCUMENT.read_text("utf-8").startswith(HEAD)
