"""Lists: turned round, narrowed by chips with counts, and whole as a file."""

from __future__ import annotations

import csv
import io

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.world import Message
from policybot.bot.views.facets import UNDATED, Facets, facets_of, kind_of
from policybot.bot.views.list_views import ListView, first_view, read_view
from policybot.model import Policy, PolicyDate
from tests.bot.conftest import Start
from tests.bot.fake_engine import BOOK, FakeEngine, policy

KINDS = {
    "notice": "notice",
    "measures": "measures",
    "plan": "plan",
    "通知": "notice",
    "办法": "measures",
}
MANY = tuple(
    policy(
        n,
        f"{'Notice' if n % 3 else 'Plan'} {n}",
        "Rain falls.",
        date=PolicyDate(2000 + n // 4) if n < 38 else None,
        issuers=("Ministry of Finance",) if n % 2 else ("MIIT", "State Council"),
    )
    for n in range(1, 41)
)


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def listed(start: Start, chat: Chat) -> Message:
    await start(FakeEngine(MANY))
    chat.send("/list")
    return await chat.next_message(timeout=60)


async def turned(chat: Chat, message: Message, button: str) -> Message:
    await chat.press(message, button).answered()
    return await chat.next_edit()


async def test_chips_count_and_narrow_one_after_the_other(start: Start, chat: Chat) -> None:
    message = await listed(start, chat)
    chips = await turned(chat, message, "Issuer")
    assert [b.text for b in chips.buttons] == [
        "Ministry of Finance (20)",
        "Ministry of Industry and Information… (20)",
        "State Council (20)",
        "↩ Back to the list",
    ]
    narrowed = await turned(chat, chips, "Ministry of Finance")
    assert narrowed.plain.startswith("20 of 40 policies")
    kinds = await turned(chat, narrowed, "Kind")
    assert [b.text for b in kinds.buttons][:2] == ["Notice (13)", "Plan (7)"]
    plans = await turned(chat, kinds, "Plan")
    assert plans.plain.startswith("7 of 40 policies")
    wider = await turned(chat, plans, "✕ Ministry of Finance")
    assert wider.plain.startswith("13 of 40 policies")


async def test_undated_ones_come_last_whichever_way_round(start: Start, chat: Chat) -> None:
    message = await listed(start, chat)
    last = await turned(chat, message, "⏭")
    assert "Date not stated" in last.plain
    other = await turned(chat, await turned(chat, last, "Oldest first"), "⏭")
    assert "Date not stated" in other.plain


async def test_a_year_without_a_date_is_a_chip_too(start: Start, chat: Chat) -> None:
    years = await turned(chat, await listed(start, chat), "Year")
    assert years.buttons[-2].text == "Date not stated (3)"
    assert (await turned(chat, years, "Date not stated")).plain.startswith("3 of 40 policies")


@pytest.mark.parametrize("kind", ["CSV", "Word (DOCX)"])
async def test_all_of_a_narrowed_list_comes_as_a_file(start: Start, chat: Chat, kind: str) -> None:
    chips = await turned(chat, await listed(start, chat), "Issuer")
    narrowed = await turned(chat, chips, "State Council")
    await chat.press(narrowed, kind).answered()
    file = await chat.next_message(timeout=60)
    assert file.plain == "20 policies"
    assert file.document is not None
    if kind == "CSV":
        rows = list(csv.DictReader(io.StringIO(file.document.decode("utf-8-sig"))))
        titles = [row["title"] for row in rows]
    else:
        from docx import Document

        table = Document(io.BytesIO(file.document)).tables[0]
        titles = [row.cells[1].text for row in table.rows]
    wanted = {one.title for one in MANY if "State Council" in one.issuers}
    assert (len(titles), set(titles)) == (20, wanted)


async def test_the_number_of_an_entry_is_the_one_that_is_chosen_by(
    start: Start, chat: Chat
) -> None:
    chips = await turned(chat, await listed(start, chat), "Issuer")
    narrowed = await turned(chat, chips, "State Council")
    third = narrowed.plain.split("\n3. ")[1].split(" – ")[1]
    chat.send("3")
    assert (await chat.next_message(timeout=60)).plain.startswith(f"{third}\n")


@pytest.mark.parametrize(
    "data",
    [
        "l.{id}.9999o---",
        "l.{id}.0x---",
        "j.{id}.colour_0o---",
        "v.{id}.pdf_0o---",
        "l.{id}.0o-99--",
    ],
)
async def test_a_forged_view_gets_a_polite_answer(start: Start, chat: Chat, data: str) -> None:
    message = await listed(start, chat)
    id_ = (message.buttons[0].data or "").split(".")[1]
    reply = await chat.press(message, data=data.format(id=id_)).answered()
    assert reply["text"] == "This button no longer works. Please ask again."


def test_a_view_of_before_lists_were_turned_is_its_page() -> None:
    assert read_view("7") == ListView(7)


def test_a_long_list_begins_with_the_newest_unless_asked_otherwise() -> None:
    assert first_view(8, order="relevance") == ListView()
    assert first_view(9, order="relevance") == ListView(newest=True)
    assert first_view(9, order="oldest") == ListView()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Interim Measures for the Administration of Special Funds", "Measures"),
        ("Notice on Printing and Distributing Ten Plans", "Notice"),
        ("National Twelfth Five-Year Plan Outline", "Plan"),
        ("About the Notice", "Notice"),
        ("关于印发《专项资金管理办法》的通知", "通知"),
        ("专项资金管理办法", "办法"),
        ("A title without one", None),
    ],
)
def test_the_kind_is_what_a_title_calls_its_document(title: str, kind: str | None) -> None:
    assert kind_of(title, KINDS) == kind


def test_facets_are_written_and_read() -> None:
    policies = [
        Policy("a", "Notice", "", issuers=("MIIT", "工信部"), date=PolicyDate(2012)),
        Policy("b", "Nothing", ""),
    ]
    facets = facets_of(policies, BOOK.canonical, KINDS)
    name = "Ministry of Industry and Information Technology"
    assert facets == Facets((name,), ("Notice",), ((2012, (0,), 0), (UNDATED, (), -1)))
    assert Facets.from_row(facets.to_row()) == facets
