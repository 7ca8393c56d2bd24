"""The buttons under one policy."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import zipfile

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.bot.views.citing import citation_pages
from policybot.model import PolicyDate
from policybot.render.addresses import page_link
from policybot.render.documents import policies_word, policy_file, policy_word
from policybot.render.telegram import hit_page
from tests.answers import make_hit, make_policy
from tests.bot.conftest import Start, until
from tests.bot.fake_engine import POLICIES, RAIN, FakeEngine, policy
from tests.bot.tdlib import parse

URL = "https://example.org/plans/1?a=b&c=d"
LONG = policy(7, "Gauges", "One.\n\nTwo sealed gauges.\n\nThree.", url=URL)


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def test_the_title_leads_to_the_official_address(start: Start, chat: Chat) -> None:
    await start(FakeEngine((LONG,)))
    chat.send("gauges")
    answer = await chat.next_message(timeout=60)
    linked = [e for e in answer.entities if e["type"] == "text_link"]
    assert [e["url"] for e in linked] == [URL]


async def test_the_page_of_what_is_shown_is_a_button_away(start: Start, chat: Chat) -> None:
    await start(FakeEngine((LONG,)), public_url="https://policies.example.org/p1")
    chat.send("sealed gauges")
    answer = await chat.next_message(timeout=60)
    pages = [button.url for button in answer.buttons if button.text == "🌐 Page"]
    assert pages == [f"https://policies.example.org/p1/p/{LONG.id}#n2"]


@pytest.mark.parametrize(
    "public_url", [None, "http://localhost:8080", "http://127.0.0.1:8080", "https://box.local"]
)
def test_a_page_that_only_this_machine_reaches_is_no_button(public_url: str | None) -> None:
    assert page_link(public_url, "p7", 2) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://example.org", "x" * 3000, "<b>"])
def test_no_other_address_is_linked(url: str) -> None:
    html = hit_page(make_hit(make_policy(url=url), "x"), "en").html
    assert "<a " not in html
    assert parse(html)[0].startswith("Measures for Special Funds\n")


async def test_the_passages_before_and_after_are_a_button_away(start: Start, chat: Chat) -> None:
    await start(FakeEngine((LONG,)))
    chat.send("sealed gauges")
    middle = await chat.next_message(timeout=60)
    assert "Two sealed gauges." in middle.marked("bold")
    await chat.press(middle, "Next").answered()
    last = await chat.next_edit()
    assert "Three." in last.plain
    assert "↓ Next" not in [button.text for button in last.buttons]
    await chat.press(last, "Previous").answered()
    back = await chat.next_edit()
    assert "Two sealed gauges." in back.marked("bold")
    await chat.press(back, "Previous").answered()
    first = await chat.next_edit()
    assert "One." in first.plain
    assert "↑ Previous" not in [button.text for button in first.buttons]


async def test_a_policy_that_changed_since_is_not_read_on_in(start: Start, chat: Chat) -> None:
    running = await start()
    chat.send("Where does the rain fall?")
    answer = await chat.next_message(timeout=60)
    changed = dataclasses.replace(RAIN, body="Rain is over.\n\nIt may rain again.")
    running.engine.next = tuple(changed if one is RAIN else one for one in POLICIES)
    await until(lambda: running.engine.generation == 2)
    said = await chat.press(answer, "Next").answered()
    assert said["text"].startswith("This policy has changed since.")


async def test_following_a_policy_tells_of_its_changes_and_of_what_refers_to_it(
    start: Start, chat: Chat
) -> None:
    running = await start()
    chat.send("What are special funds?")
    answer = await chat.next_message(timeout=60)
    said = await chat.press(answer, "Follow").answered()
    assert said["text"].startswith("Done. You’ll get an alert when “Special Funds Measures”")
    repeal = policy(9, "Repeal Order", "All is void.", relations={"repeals": ("p-3",)})
    funds = dataclasses.replace(POLICIES[0], title="Special Funds Rules")
    running.engine.next = (funds, *POLICIES[1:], repeal)
    await until(lambda: len(chat.bot_messages) >= 3)
    heads = {message.plain.splitlines()[0] for message in chat.bot_messages[1:]}
    assert heads == {
        "🔔 Changed on “Special Funds Measures” (title):",
        "🔔 A new policy refers to “Special Funds Measures”:",
    }


async def test_in_a_group_its_admins_follow_for_the_group(
    start: Start, server: BotApiServer
) -> None:
    long = dataclasses.replace(POLICIES[0], title="Special Funds Measures " + "and so on " * 40)
    running = await start(FakeEngine((long, *POLICIES[1:])))
    ann = server.user(first_name="Ann", language_code="en")
    bob = server.user(first_name="Bob", language_code="en")
    group = server.supergroup("Team <1>", members=[ann, bob])
    group.admins.add(ann.id)
    group.send("/ask What are special funds?", sender=bob)
    answer = await group.next_message(timeout=60)
    said = await group.press(answer, "Follow", sender=bob).answered()
    assert said["text"].startswith("Here only admins can follow a policy")
    assert said["show_alert"]
    said = await group.press(answer, "Follow", sender=ann).answered()
    assert said["text"].startswith("Done. Team <1> will get an alert when “Special Funds Measures")
    assert said["text"].endswith("amends, replaces or implements it.")
    running.engine.next = (dataclasses.replace(long, title="Special Rules"), *POLICIES[1:])
    news = await group.next_message(timeout=60)
    assert news.plain.startswith("🔔 Changed on “Special Funds Measures")
    said = await group.press(news, "End these alerts", sender=ann).answered()
    assert said["text"].startswith("No more alerts")


async def test_without_inline_mode_a_link_is_shared(server: BotApiServer, start: Start) -> None:
    server.inline = False
    await start()
    chat = server.private(server.user(first_name="Ann", language_code="en"))
    chat.send("What are special funds?")
    url = (await chat.next_message(timeout=60)).button("Share").url or ""
    assert url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fpolicy_test_bot")


async def test_what_is_shared_is_the_very_passage(start: Start, server: BotApiServer) -> None:
    await start(FakeEngine((LONG,)))
    page = await server.user(first_name="Ann").inline("p-7#2").answered()
    assert [result["title"] for result in page.results] == ["Gauges"]
    assert "Two sealed gauges." in page.text(page.results[0]["id"])


def test_a_reference_of_every_style_is_copied_from_a_block() -> None:
    (page,) = citation_pages(make_policy(url=URL), "en", dt.date(2026, 11, 30))
    text = parse(page)[0]
    assert page.count("<pre>") == 4
    for piece in ("@misc{policy-1,", "TY  - GOVDOC", "[EB/OL]", "(accessed 2026-11-30)"):
        assert piece in text


def test_a_very_long_title_fills_more_messages_or_is_left_out() -> None:
    pages = citation_pages(make_policy(title="Gauge " * 300), "en", dt.date(2026, 11, 30))
    assert len(pages) > 1
    assert all(len(parse(page)[0]) <= 4096 for page in pages)


def test_a_word_document_has_the_body_word_for_word() -> None:
    from docx import Document

    body = "## Chapter 1\n\nGauges are <sealed> & kept.\n\n- one\n- two\x07"
    made = policy_word(make_policy(body=body, date=PolicyDate(2011)))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        # No clock is in it, so that the same policy is always the same file.
        assert {part.date_time for part in parts.infolist()} == {(2000, 1, 1, 0, 0, 0)}
    assert made == policy_word(make_policy(body=body, date=PolicyDate(2011)))
    paragraphs = Document(io.BytesIO(made)).paragraphs
    texts = [one.text for one in paragraphs]
    assert texts[:3] == ["Measures for Special Funds", "Ministry of Finance", "2011"]
    assert texts[-3:] == ["Chapter 1", "Gauges are <sealed> & kept.", "- one\n- two"]
    assert "Heading 2" in str(paragraphs[-3].style and paragraphs[-3].style.name)


def test_a_text_file_says_which_policy_it_is() -> None:
    text = policy_file(make_policy(body="Funds.")).decode()
    head = ["Measures for Special Funds", "Ministry of Finance", "2011-04-06"]
    assert text.splitlines() == [*head, "iot-policies.txt:11-13", "", "Funds."]


def test_a_list_as_a_word_document_is_a_table() -> None:
    from docx import Document

    made = policies_word([make_policy(1), make_policy(2, date=None, issuers=())], "2 policies")
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(made)).tables[0].rows]
    assert rows == [
        ["2011-04-06", "Measures for Special Funds", "Ministry of Finance", ""],
        ["not stated", "Measures for Special Funds", "not stated", ""],
    ]
