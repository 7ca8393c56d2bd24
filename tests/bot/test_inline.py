"""Inline mode."""

from __future__ import annotations

import dataclasses

import pytest

from botapi_server import BotApiServer
from policybot.errors import IndexDamagedError
from policybot.model import PolicyDate
from tests.bot.conftest import Start
from tests.bot.fake_engine import FakeEngine, policy
from tests.bot.tdlib import parse

MANY = tuple(
    policy(n, f"Rain {n}", "Rain <falls> everywhere. " * 30, date=PolicyDate(1990 + n))
    for n in range(1, 36)
)


async def test_results_are_paged_and_personal(start: Start, server: BotApiServer) -> None:
    await start(FakeEngine(MANY))
    ann = server.user(first_name="Ann")
    titles, offset = [], ""
    while True:
        page = await ann.inline("all policies on rain", offset=offset).answered()
        titles += [result["title"] for result in page.results]
        assert page.is_personal
        assert len(page.results) <= 10
        offset = page.next_offset
        if not offset:
            break
    assert titles == [f"Rain {n}" for n in range(1, 36)]
    assert not server.refusals


async def test_what_is_chosen_carries_title_issuer_date_and_passage(
    start: Start, server: BotApiServer
) -> None:
    await start()
    ann = server.user(first_name="Ann")
    chat = server.private(server.user(first_name="Bob"))
    query = ann.inline("Where does the rain fall?")
    result = (await query.answered()).results[0]
    content = result["input_message_content"]
    text = parse(content["message_text"])[0]
    assert text.startswith("Rain <Plan> & Outline\nMinistry of Industry")
    assert "Rain falls on everybody. The rain gauge shall be read at noon." in text
    assert content["link_preview_options"]["is_disabled"]
    button = result["reply_markup"]["inline_keyboard"][0][0]
    assert button["url"] == "https://t.me/policy_test_bot?start=p_p-1"
    assert ann.choose(query, result["id"], chat=chat).plain == text


async def test_an_empty_query_gets_the_latest_and_a_way_in(
    start: Start, server: BotApiServer
) -> None:
    await start(FakeEngine(MANY))
    page = await server.user(first_name="Ann").inline("").answered()
    assert [r["title"] for r in page.results][:2] == ["Rain 35", "Rain 34"]
    assert page.button is not None
    assert page.button["start_parameter"] == "inline"


async def test_nothing_found_says_how_to_ask(start: Start, server: BotApiServer) -> None:
    await start()
    li = server.user(first_name="Li", language_code="zh-hans")
    page = await li.inline("submarine").answered()
    assert page.results == []
    assert page.button is not None
    assert page.button["text"] == "没有找到 – 如何提问"


@pytest.mark.parametrize("offset", ["nonsense", "-1", "9999999999", "٣"])
async def test_a_forged_offset_does_no_harm(
    start: Start, server: BotApiServer, offset: str
) -> None:
    await start()
    page = await server.user(first_name="Ann").inline("rain", offset=offset).answered()
    assert page.next_offset == ""


async def test_an_index_out_of_reach_leaves_no_spinner(start: Start, server: BotApiServer) -> None:
    running = await start()
    running.engine.failure = IndexDamagedError("altered")
    assert (await server.user(first_name="Ann").inline("rain").answered()).results == []


async def test_those_not_allowed_get_nothing(start: Start, server: BotApiServer) -> None:
    ann = server.user(first_name="Ann")
    await start(deny=(ann.id,))
    assert (await ann.inline("rain").answered()).results == []


@pytest.mark.parametrize(
    ("typed", "title"),
    [("Sens", "Sensor Network Plan"), ("special fu", "Special Funds Measures"),
     ("MIIT 201", "Sensor Network Plan"), ("工信部 2012-0", "Sensor Network Plan")],
)  # fmt: skip
async def test_what_is_still_being_typed_finds_what_begins_so(
    start: Start, server: BotApiServer, typed: str, title: str
) -> None:
    await start()
    page = await server.user(first_name="Ann").inline(typed).answered()
    assert title in [result["title"] for result in page.results]


async def test_a_result_says_what_became_of_its_policy(
    start: Start, server: BotApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policybot.model import Relative

    engine = FakeEngine()
    show = engine.show
    by = Relative("replaces", "p-9", "Rain Order", PolicyDate(2020))
    monkeypatch.setattr(
        engine, "show", lambda one: dataclasses.replace(show(one), related_by=(by,))
    )
    await start(engine)
    page = await server.user(first_name="Ann").inline("Outl").answered()
    first = next(r for r in page.results if r["title"].startswith("Rain"))
    assert "⚠ replaced" in first["description"]
    assert "⚠ Replaced by Rain Order (2020)" in page.text(first["id"])
