"""A question about a day is answered from the text that held on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.model import Policy
from tests.small_index import BACKENDS, open_small, policy

TODAY = dt.date(2026, 6, 15)

FARES = policy(
    "fares-2015",
    "Ferry Tariff Order",
    "A crossing with a bicycle costs four crowns for each passenger.",
    "2015-03-01",
    ["Ministry of Transport"],
)
NEW_FARES = policy(
    "fares-2019",
    "Ferry Tariff Order (revised)",
    "A crossing with a bicycle costs seven crowns for each passenger.",
    "2019-04-01",
    ["Ministry of Transport"],
    replaces="fares-2015",
)
HOSTELS = policy(
    "hostels",
    "Hostel Rules",
    "A guest of a hostel leaves the room at ten in the morning.",
    "2012-01-10",
    ["Ministry of Finance"],
)
HOSTELS_LATER = policy(
    "hostels-amended",
    "Order Amending the Hostel Rules",
    "Rule 4 is amended: a guest of a hostel leaves the room at noon.",
    "2020-01-10",
    ["Ministry of Finance"],
    amends="hostels",
)
BUSES = policy(
    "buses",
    "公共汽车管理办法",
    "乘客携带自行车乘坐公共汽车的，每次收费两元。",
    "2014-05-01",
    ["财政部"],
)
BUSES_LATER = policy(
    "buses-amended",
    "关于修改公共汽车管理办法的决定",
    "乘客携带自行车乘坐公共汽车的，每次收费五元。",
    "2021-05-01",
    ["财政部"],
    amends="buses",
)
REPORT = policy(
    "harvest-2017",
    "Harvest Report",
    "In 2017 the harvest of apples came to nine tonnes for each orchard.",
    "2018-02-01",
    ["Ministry of Finance"],
)
ALL = (FARES, NEW_FARES, HOSTELS, HOSTELS_LATER, BUSES, BUSES_LATER, REPORT)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp(f"as-of-{request.param}")
    with closing(open_small(folder, ALL, backend=request.param, today=TODAY)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What did a crossing with a bicycle cost in 2017?", "fares-2015"),
        ("How much was a crossing with a bicycle as of March 2018?", "fares-2015"),
        ("What did a crossing with a bicycle cost in 2022?", "fares-2019"),
        ("What does a crossing with a bicycle cost now?", "fares-2019"),
        ("What does a crossing with a bicycle cost nowadays?", "fares-2019"),
        ("When did a guest of a hostel leave the room in 2016?", "hostels"),
        ("When does a guest of a hostel leave the room these days?", "hostels-amended"),
        ("2018年的时候携带自行车乘坐公共汽车收费多少", "buses"),
        ("现在携带自行车乘坐公共汽车收费多少", "buses-amended"),
        ("What was the harvest of apples in 2017 for each orchard?", "harvest-2017"),
    ],
)
def test_the_text_that_held_comes_first(engine: Engine, question: str, first: str) -> None:
    answer = engine.answer(question)

    assert [hit.policy.id for hit in answer.hits][:1] == [first]


@pytest.mark.parametrize(
    ("question", "then", "first"),
    [
        ("What does a crossing with a bicycle cost?", "and in 2017?", "fares-2015"),
        (
            "What does a crossing with a bicycle cost now?",
            "and what did it cost in 2017?",
            "fares-2015",
        ),
        ("What did a crossing with a bicycle cost in 2017?", "and now?", "fares-2019"),
        ("What did a crossing with a bicycle cost in 2017?", "¿y ahora?", "fares-2019"),
        ("What does a crossing with a bicycle cost now?", "and before that?", "fares-2015"),
        ("现在携带自行车乘坐公共汽车收费多少", "那2018年呢", "buses"),
        ("2018年的时候携带自行车乘坐公共汽车收费多少", "现在呢", "buses-amended"),
    ],
)
def test_a_follow_up_asks_it_of_other_days(
    engine: Engine, question: str, then: str, first: str
) -> None:
    answer = engine.answer(then, before=engine.answer(question))

    assert [hit.policy.id for hit in answer.hits][:1] == [first]
    assert answer.reading.taken_from


def test_the_reading_tells_the_days(engine: Engine) -> None:
    reading = engine.answer("What did a crossing with a bicycle cost in 2017?").reading

    assert reading.to_dict()["as_of"] == ["2017-01-01", "2017-12-31"]


@pytest.mark.parametrize(
    "question",
    [
        "What do the 2019 regulations on bicycles cost?",
        "Which orders were issued in 2019?",
        "crossing with a bicycle in 2017 or in 2020",
    ],
)
def test_a_year_of_a_thing_or_of_issue_is_no_day(engine: Engine, question: str) -> None:
    assert engine.answer(question).reading.as_of is None


def test_what_is_newest_is_not_guessed_without_a_relation(tmp_path: Path) -> None:
    unrelated: list[Policy] = [FARES, policy("later", "Ferry Order", FARES.body, "2019-04-01")]
    with closing(open_small(tmp_path, unrelated, today=TODAY)) as opened:
        now = opened.answer("What does a crossing with a bicycle cost now?")
        plain = opened.answer("What does a crossing with a bicycle cost?")

    assert [hit.policy.id for hit in now.hits] == [hit.policy.id for hit in plain.hits]


def test_a_list_has_what_amends_its_members(tmp_path: Path) -> None:
    amended = policy(
        "later",
        "Amending Order",
        "Item 4: the room of a guest is to be left at noon.",
        "2020-01-10",
        amends="hostels",
    )
    alone = policy("alone", "Another Order", amended.body, "2020-02-10")
    with closing(open_small(tmp_path, [HOSTELS, amended, alone], today=TODAY)) as opened:
        answer = opened.answer("List all policies on a guest of a hostel leaving the room")

    assert [hit.policy.id for hit in answer.hits] == ["hostels", "later"]
