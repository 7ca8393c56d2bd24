"""What a person sees when they ask, in a private chat."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.world import Message
from policybot.bot.ops.access import RequestLimiter
from policybot.bot.views.links import start_payload
from policybot.errors import IndexDamagedError
from policybot.model import PolicyDate
from policybot.render import fonts
from tests.bot.conftest import Start, until
from tests.bot.fake_engine import POLICIES, RAIN, FakeEngine, policy


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def asked(chat: Chat, text: str) -> Message:
    chat.send(text)
    return await chat.next_message(timeout=60)


async def test_a_question_is_answered_as_a_reply_with_its_policy(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    await start()
    question = chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    assert answer.reply_to is question
    assert answer.plain.startswith("Rain <Plan> & Outline\nMinistry of Industry")
    assert answer.marked("bold")[1] == "Rain falls on everybody."
    assert answer.marked("code") == ["iot-policies.txt:1-3"]
    assert answer.link_preview_options == {"is_disabled": True}
    assert not server.refusals


async def test_the_buttons_turn_through_the_hits(start: Start, chat: Chat) -> None:
    await start()
    answer = await asked(chat, "Where does the rain fall?")
    assert [b.text for b in answer.rows[0]] == ["1 / 2", "▶"]
    await chat.press(answer, "▶").answered()
    second = await chat.next_edit()
    assert second.plain.startswith("Sensor Network Plan")
    assert " · 2012-08 (“mid-August 2012”)" in second.plain
    assert [b.text for b in second.rows[0]] == ["◀", "2 / 2"]
    await chat.press(second, "◀").answered()
    assert (await chat.next_edit()).plain.startswith("Rain <Plan>")


async def test_full_text_is_the_policy_word_for_word(start: Start, chat: Chat) -> None:
    await start()
    answer = await asked(chat, "Where does the rain fall?")
    await chat.press(answer, "Whole policy").answered()
    whole = await chat.next_message()
    head = "Ministry of Industry and Information Technology · 2012-02-01"
    source = "Source: iot-policies.txt:1-3"
    assert whole.plain == f"{RAIN.title}\n{head}\n{source}\n\n{RAIN.body}"
    assert [b.text for b in whole.buttons] == ["Word (DOCX)", "PDF", "Plain text"]


async def test_the_headings_of_a_full_text_are_bold_and_bare(start: Start, chat: Chat) -> None:
    body = "## Part 1 <a>\n\nRain falls.\n\n### Gauges\n\n#1 is sealed."
    await start(FakeEngine((policy(1, "Rain Plan", body),)))
    answer = await asked(chat, "Where does the rain fall?")
    await chat.press(answer, "Whole policy").answered()
    whole = await chat.next_message()
    assert whole.plain.endswith("\n\nPart 1 <a>\n\nRain falls.\n\nGauges\n\n#1 is sealed.")
    assert whole.marked("bold")[1:] == ["Part 1 <a>", "Gauges"]


async def test_a_paragraph_of_20000_characters_arrives_whole(start: Start, chat: Chat) -> None:
    sentence = "The <gauge> & the 雨 😀 مرحبا shall be read number {}. "
    body = "".join(sentence.format(n) for n in range(450))[:20_000].strip()
    await start(FakeEngine((policy(1, "Gauges", body),)))
    answer = await asked(chat, "Which gauge shall be read?")
    first = [answer]
    while "".join(m.plain for m in first).count("number") < body.count("number"):
        first.append(await chat.next_message())
    assert " ".join(m.plain for m in first[1:]) in body


@pytest.mark.parametrize(
    ("kind", "ending"), [("Plain text", ".txt"), ("Word (DOCX)", ".docx"), ("PDF", ".pdf")]
)
async def test_a_text_of_many_messages_comes_as_a_file_of_ones_choice(
    start: Start, chat: Chat, kind: str, ending: str
) -> None:
    body = "Rain shall be measured everywhere. " * 400
    await start(FakeEngine((policy(1, "Long", body),)))
    chat.send("/policy p-1")
    answer = await chat.next_message(timeout=60)
    await chat.press(answer, "Whole policy").answered()
    while "How would you like it?" not in (choice := await chat.next_message()).plain:
        pass
    assert "This policy fills 4 messages." in choice.plain
    await chat.press(choice, kind).answered()
    while not (file := await chat.next_message()).document:
        pass
    assert file.file_name == f"p-1{ending}"
    assert file.plain == "Long"
    assert body.strip() in " ".join(text_of(file).split())
    assert "Ministry of Industry and Information Technology" in text_of(file)


async def test_what_no_font_here_can_write_is_offered_without_a_pdf_and_that_is_said(
    start: Start, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    await start(
        FakeEngine((policy(1, "Short", "雨水办法"), policy(2, "Long", "雨水办法。" * 3000)))
    )
    for name, pages in (("p-1", "雨水办法"), ("p-2", "fills 4 messages")):
        chat.send(f"/policy {name}")
        answer = await chat.next_message(timeout=60)
        while answer.plain.startswith("The passage"):
            answer = await chat.next_message()
        await chat.press(answer, "Whole policy").answered()
        while pages not in (choice := await chat.next_message()).plain or "PDF" not in choice.plain:
            pass
        assert choice.plain.endswith("\n\nNo PDF: the bot has no font for some of the characters "
                                     "in this policy.")  # fmt: skip
        assert [button.text for button in choice.buttons] == ["Word (DOCX)", "Plain text"]


def text_of(message: Message) -> str:
    content, name = message.document or b"", message.file_name or ""
    if name.endswith(".docx"):
        from docx import Document

        return "\n".join(one.text for one in Document(io.BytesIO(content)).paragraphs)
    if name.endswith(".pdf"):
        pages = pypdfium2.PdfDocument(content)
        # At the foot of each stands its number.
        return "\n".join(one.get_textpage().get_text_bounded().rpartition("\n")[0] for one in pages)
    return content.decode("utf-8")


async def test_the_source_button_says_where_it_is_from(start: Start, chat: Chat) -> None:
    await start()
    answer = await asked(chat, "Where does the rain fall?")
    await chat.press(answer, "Source").answered()
    assert "SHA-256 of the source: abab" in (await chat.next_message()).plain


async def test_a_list_question_gets_a_numbered_timeline(start: Start, chat: Chat) -> None:
    await start()
    listed = await asked(chat, "What did MIIT issue in 2012?")
    assert listed.plain.startswith("2 policies · MIIT · 2012\n\n2012\n1. 2012-02-01 – Rain <Plan>")
    assert "\n2. 2012-08 (“mid-August 2012”) – Sensor Network Plan" in listed.plain
    await chat.press(listed, "2").answered()
    opened = await chat.next_edit()
    assert opened.plain.startswith("Sensor Network Plan")
    assert opened.plain.endswith("Read as: MIIT · 2012")
    await chat.press(opened, "Back").answered()
    assert (await chat.next_edit()).plain == listed.plain


async def test_a_long_list_begins_with_the_newest_and_is_turned_round(
    start: Start, chat: Chat
) -> None:
    many = tuple(policy(n, f"Rain {n}", "Rain.", date=PolicyDate(2010 + n)) for n in range(1, 21))
    await start(FakeEngine(many))
    listed = await asked(chat, "/list")
    assert listed.plain.startswith("20 policies\n\n2030\n1. 2030 – Rain 20")
    assert [b.text for b in listed.rows[2]] == ["1 / 3", "▶", "⏭"]
    await chat.press(listed, "▶").answered()
    second = await chat.next_edit()
    assert "\n9. 2022 – Rain 12" in second.plain
    await chat.press(second, "10").answered()
    opened = await chat.next_edit()
    assert opened.plain.startswith("Rain 11\n")
    await chat.press(opened, "Back").answered()
    assert "\n9. 2022 – Rain 12" in (await chat.next_edit()).plain
    await chat.press(second, "Oldest first").answered()
    assert "1. 2011 – Rain 1" in (await chat.next_edit()).plain


async def test_a_list_of_one_is_opened_at_once(start: Start, chat: Chat) -> None:
    await start()
    assert (await asked(chat, "What did MOF issue in 2011?")).plain.startswith("Special Funds")


async def test_an_unknown_issuer_is_named_and_can_be_dropped(start: Start, chat: Chat) -> None:
    await start()
    refusal = await asked(chat, "What did the Ministry of Magic say about rain?")
    assert refusal.plain.startswith("I don’t know that issuer.")
    assert "I know 4 policies, from 2011 to 2012." in refusal.plain
    await chat.press(refusal, "Search without the issuer").answered()
    assert (await chat.next_message()).plain.startswith(("Rain", "Sensor"))


async def test_years_with_nothing_can_be_dropped(start: Start, chat: Chat) -> None:
    await start()
    refusal = await asked(chat, "What did MIIT issue in 1999 on rain?")
    assert refusal.plain.startswith(
        "No policy matches that.\nNothing matches those dates.\nRead as: MIIT · 1999"
    )
    await chat.press(refusal, "Search all years").answered()
    again = await chat.next_message()
    assert "Rain <Plan>" in again.plain
    assert "MIIT" in again.plain


async def test_near_misses_are_offered_as_such(start: Start, chat: Chat) -> None:
    await start()
    refusal = await asked(chat, "Where is the submarine?")
    assert refusal.plain.startswith("I’m not sure I found an answer.")
    assert "they may not answer your question:\n\n1. " in refusal.plain
    await chat.press(refusal, "1").answered()
    assert (await chat.next_message()).plain.startswith("Special Funds Measures")


async def test_without_kept_questions_the_filter_can_still_be_dropped(
    start: Start, chat: Chat
) -> None:
    await start(retention_days=0)
    refusal = await asked(chat, "What did MIIT issue in 1999 on rain?")
    await chat.press(refusal, "Search all years").answered()
    assert "Rain <Plan>" in (await chat.next_message()).plain


async def test_start_offers_examples_from_the_corpus_that_are_answered(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    await start()
    welcome = await asked(chat, "/start")
    examples = [button.text for button in welcome.buttons]
    assert "What did MIIT issue in 2012?" in examples
    for example in examples:
        await chat.press(welcome, example).answered()
        reply = await chat.next_message()
        assert not reply.plain.startswith(("No policy", "I found no", "I know no")), example


async def test_a_deep_link_opens_its_policy_and_is_shared(start: Start, chat: Chat) -> None:
    await start()
    opened = await asked(chat, "/start p_p-2")
    assert opened.plain.startswith("Sensor Network Plan")
    picker = opened.button("Share").raw["switch_inline_query_chosen_chat"]
    assert picker["query"] == "p-2#1"
    assert picker["allow_group_chats"]
    await chat.press(opened, "Source").answered()
    link = "https://t.me/policy_test_bot?start=p_p-2"
    assert f"Link to this policy: {link}" in (await chat.next_message()).plain


async def test_a_policy_with_a_long_id_can_be_shared(start: Start, chat: Chat) -> None:
    long_id = "政策/" * 40
    await start(FakeEngine((policy(1, "Long id", "Rain.", id=long_id),)))
    await asked(chat, f"/policy {long_id}")
    payload = start_payload(long_id)
    assert (await asked(chat, f"/start {payload}")).plain.startswith("Long id")


async def test_an_unknown_id_gets_its_nearest(start: Start, chat: Chat) -> None:
    await start()
    reply = await asked(chat, "/policy p-22")
    assert reply.plain.startswith("I found no policy called “p-22”.\nDid you mean:\n/policy p-2")


async def test_the_timeline_is_text_and_a_picture(start: Start, chat: Chat) -> None:
    await start()
    assert (await asked(chat, "/timeline rain")).plain.startswith("2 policies")
    picture = await chat.next_message(timeout=60)
    assert picture.photo is not None
    assert picture.photo.startswith(b"\x89PNG")
    assert picture.plain.startswith("2 policies by date and issuer")


async def test_issuers_are_counted(start: Start, chat: Chat) -> None:
    await start()
    reply = await asked(chat, "/issuers")
    assert "Ministry of Industry and Information Technology (MIIT, 工信部) – 2" in reply.plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/ask", "What would you like to know?"),
        ("/policy", "Which policy? Send its title, number or date."),
        ("/subscribe", "Which topic would you like alerts on?"),
        ("/nonsense", "I don’t know that command."),
        ("/help", "word for word"),
        ("?!", "What would you like to know? For example: What did MIIT issue in 2012?"),
    ],
)
async def test_a_command_without_what_it_needs_says_what(
    start: Start, chat: Chat, text: str, words: str
) -> None:
    await start()
    assert words in (await asked(chat, text)).plain


@pytest.mark.parametrize("media", ["photo", "sticker", "voice", "document", "location"])
async def test_what_is_not_text_gets_a_short_line(start: Start, chat: Chat, media: Any) -> None:
    await start()
    chat.send("", media=media)
    assert "I can only read text." in (await chat.next_message(timeout=60)).plain


async def test_chinese_people_are_answered_in_chinese(start: Start, server: BotApiServer) -> None:
    await start()
    chat = server.private(server.user(first_name="Li", language_code="zh-hans"))
    answer = await asked(chat, "Where does the rain fall?")
    assert "Ministry of Industry" in answer.plain
    assert answer.button("📄 全文").data


async def test_an_edited_question_edits_its_answer(start: Start, chat: Chat) -> None:
    await start()
    question = chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    chat.edit(question, "What are special funds?")
    edited = await chat.next_edit(timeout=60)
    assert edited is answer
    assert edited.plain.startswith("Special Funds Measures")
    assert len(chat.bot_messages) == 1


async def test_an_edit_that_changes_no_word_changes_nothing(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    running = await start()
    question = chat.send("Where does the rain fall?")
    await chat.next_message(timeout=60)
    chat.edit(question, "Where does the rain fall?")
    await asked(chat, "/help")
    assert running.engine.asked == ["Where does the rain fall?"]


async def test_a_message_edited_into_a_question_is_answered_once(start: Start, chat: Chat) -> None:
    await start()
    message = chat.send("/help")
    await chat.next_message(timeout=60)
    chat.edit(message, "Where does the rain fall?")
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain")
    chat.edit(message, "What are special funds?")
    assert (await chat.next_edit(timeout=60)).plain.startswith("Special Funds")


async def test_an_edited_command_is_not_done_again(start: Start, chat: Chat) -> None:
    running = await start()
    message = chat.send("/subscribe rain")
    await chat.next_message(timeout=60)
    chat.edit(message, "/subscribe snow")
    assert "• rain" in (await asked(chat, "/subscriptions")).plain
    assert "snow" not in chat.bot_messages[-1].plain
    assert running.engine.asked == ["rain"]


async def test_too_many_messages_wait_for_their_turn_and_none_is_lost(
    start: Start, chat: Chat
) -> None:
    running = await start()
    running.bot.services.messages = RequestLimiter(1200, clock=lambda: 0.0)
    for _ in range(1197):
        running.bot.services.messages.reserve(chat.id)
    for _ in range(6):
        chat.send("/help")
    replies = [await chat.next_message(timeout=60) for _ in range(7)]
    assert sum("I’ll answer them all" in r.plain for r in replies) == 1
    assert sum("Ask me anything" in r.plain for r in replies) == 6


async def test_a_slow_question_holds_nobody_up(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    running = await start()
    running.engine.released.clear()
    slow = chat.send("Where does the rain fall?")
    other = server.private(server.user(first_name="Bob"))
    assert (await asked(other, "/help")).plain
    assert await chat.next_action(timeout=60)
    running.engine.released.set()
    assert (await chat.next_message(timeout=60)).reply_to is slow


async def test_a_quick_question_wastes_no_typing(start: Start, chat: Chat) -> None:
    running = await start()
    await asked(chat, "Where does the rain fall?")
    assert not running.server.calls_to("sendChatAction")


async def test_an_index_out_of_reach_is_said_politely(start: Start, chat: Chat) -> None:
    running = await start()
    running.engine.failure = IndexDamagedError("passages.sqlite: altered")
    reply = await asked(chat, "Where does the rain fall?")
    assert reply.plain.startswith("I can’t search right now.")


async def test_a_fault_of_ours_shows_a_reference_and_no_more(
    start: Start, chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    running = await start()
    running.engine.failure = ZeroDivisionError("Where does the rain fall?")
    reply = await asked(chat, "Where does the rain fall?")
    assert "Something went wrong on my side" in reply.plain
    reference = reply.plain.rpartition("(")[2].rstrip(")")
    assert f"failed {reference}: ZeroDivisionError" in caplog.text
    assert "rain" not in caplog.text
    running.engine.failure = None
    assert (await asked(chat, "Where does the rain fall?")).plain.startswith("Rain")


async def test_a_change_of_index_goes_unnoticed(start: Start, chat: Chat) -> None:
    running = await start()
    old = await asked(chat, "Where does the rain fall?")
    running.engine.next = tuple(p for p in POLICIES if p is not RAIN)
    await until(lambda: running.engine.generation == 2)
    assert (await asked(chat, "Where does the rain fall?")).plain.startswith("Sensor")
    await chat.press(old, "Whole policy").answered()
    assert (await chat.next_message()).plain.endswith(f"\n\n{RAIN.body}")


async def test_any_answer_leads_to_a_policy_with_a_long_id(start: Start, chat: Chat) -> None:
    eli = "http://data.europa.eu/eli/reg_impl/2016/679/2018-05-25/oj/eng/xhtml"
    await start(FakeEngine((policy(1, "Long id", "Rain falls.", id=eli),)))
    await asked(chat, "rain")
    payload = start_payload(eli)
    assert len(payload) <= 64
    assert (await asked(chat, f"/start {payload}")).plain.startswith("Long id")
