"""Policies that a question names by their titles, over a real index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer
from policybot.query.conditions import IssuedIn
from tests.small_index import BACKENDS, POLICIES, open_small, policy

TITLED = (
    policy(
        "ten",
        "Notice on Ten Special Plans for the Development of Bicycle Lanes",
        "Ten special plans for the development of bicycle lanes are sent out.",
        "2014-07",
        ["MOT"],
    ),
    policy(
        "special",
        "Special Plan for the Development of Bicycle Lanes (2013-2015)",
        "Lanes are painted red.",
        "2013-09-17",
        ["MOT"],
    ),
    policy("opinions", "Guiding Opinions on Canals", "Canals freeze.", "2013-02-05", ["MOF"]),
    policy(
        "airships",
        "Opinions of the State Council Guiding Airships",
        "Airships moor.",
        "2014-01-08",
        ["State Council"],
    ),
    policy("airship-plan", "Plan of the Ports for Airships", "Airships land.", "2014-02", ["MOT"]),
    policy("outline", "Outline of the Delta Locks Zone", "Locks open at dawn.", "2012-08-17"),
    policy("interim", "Interim Measures for the Administration of Ports", "Loans.", "2011-04-06"),
    policy("air", "大气污染防治行动计划", "空气。", "2013-09-10", ["国务院"]),
    policy("water", "水污染防治行动计划", "水体。", "2015-04-02", ["国务院"]),
    policy("cars-old", "节能与新能源汽车产业发展规划（2012—2020年）", "汽车。", "2012-06-28"),
    policy("cars", "新能源汽车产业发展规划（2021—2035年）", "汽车。", "2020-10-20"),
    policy("ships-aid", "关于2016-2020年电动船推广财政支持政策的通知", "电动船。", "2015-04-22"),
    policy("cites", "城市通知", "落实《大气污染防治行动计划》。", "2016"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("titled")
    engine = open_small(folder, [*POLICIES, *TITLED], backend=request.param)
    yield engine
    engine.close()


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who issued the Special Plan for the Development of Bicycle Lanes?", ["special"]),
        (
            "When was the Special Plan for the Development of Bicycle Lanes (2013-2015) published?",
            ["special"],
        ),
        ("When was the special plan for development of the bicycle lanes issued?", ["special"]),
        ("Which bodies issued the special plan?", ["special"]),
        ("the State Council guidance on airships", ["airships"]),
        ("When was the State Council guidance on airships issued?", ["airships"]),
        ("When was the Interim Measures for the Administration of Ports published?", ["interim"]),
        ("When were the Guiding Opinions published?", ["opinions"]),
        ("summarise the interim measures", ["interim"]),
        ("When was the Delta outline published?", ["outline"]),
        ("When was the outline issued?", ["outline"]),
        ("Compare the Guiding Opinions and the interim measures", ["opinions", "interim"]),
        ("《新能源汽车产业发展规划》什么时候发布的", ["cars"]),
        ("新能源汽车产业发展规划2021—2035年是什么时候发布的", ["cars"]),
        ("2012-2020年节能与新能源汽车产业发展规划是谁发布的", ["cars-old"]),
        ("2016—2020年电动船推广财政支持政策", ["ships-aid"]),
        ("《大气污染防治行动计划》和《水污染防治行动计划》分别是哪年发布的", ["air", "water"]),
        ("节能与新能源汽车产业发展规划是谁发布的？", ["cars-old"]),
        (
            "《节能与新能源汽车产业发展规划》和《新能源汽车产业发展规划》有什么区别",
            ["cars-old", "cars"],
        ),
    ],
)
def test_a_question_of_named_policies_finds_them_alone(
    engine: Engine, question: str, expected: list[str]
) -> None:
    answer = engine.answer(question)
    assert (ids(answer), answer.reading.intent) == (expected, "find")


@pytest.mark.parametrize(
    "question",
    [
        "When was the Special Plan for the Development of Bicycle Lanes (2016-2020) published?",
        "When were the cybersecurity measures published?",
        "the cybersecurity measures",
        "When was the plan published?",
        "When was the fishing outline published?",
        "Compare the Guiding Opinions and the fishing outline",
        "What came after the Guiding Opinions?",
        "What are the measures?",
        "When was the 2011 outline published?",
        "When were the Delta measures published?",
        "《上海市新能源汽车产业发展规划》什么时候发布的",
    ],
)
def test_a_name_that_fits_no_title_or_several_is_not_guessed(engine: Engine, question: str) -> None:
    assert not any(note.startswith("asks") for note in engine.answer(question).reading.notes)


def test_among_others_the_policy_of_the_exact_title_comes_first(engine: Engine) -> None:
    question = "Which lanes does the Special Plan for the Development of Bicycle Lanes paint red?"
    answer = engine.answer(question)
    assert (ids(answer)[0], "ten" in ids(answer)) == ("special", True)


def test_what_mentions_a_named_policy_is_searched_for(engine: Engine) -> None:
    assert ids(engine.answer("哪些文件提到《大气污染防治行动计划》")) == ["air", "cites"]


def test_titles_that_others_are_to_mention_are_demanded(engine: Engine) -> None:
    question = "提到《大气污染防治行动计划》和《水污染防治行动计划》的文件"
    assert len(engine.answer(question).reading.phrases) == 2


def test_several_quoted_titles_need_not_stand_in_one_policy(engine: Engine) -> None:
    answer = engine.answer("《大气污染防治行动计划》和《水污染防治行动计划》对空气的要求")
    assert answer.reading.phrases == ()
    assert ids(answer)[:1] == ["air"]


def test_a_callers_conditions_hold_for_named_policies_too(engine: Engine) -> None:
    late = [IssuedIn(((dt.date(2014, 1, 1), None),))]
    question = "《大气污染防治行动计划》和《水污染防治行动计划》分别是哪年发布的"
    assert ids(engine.answer(question, conditions=late)) == ["water"]


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("policies issued after the Delta outline", dt.date(2012, 8, 18), None),
        ("What was published before the Guiding Opinions?", None, dt.date(2013, 2, 4)),
        (
            "policies issued since the Special Plan for the Development of Bicycle Lanes",
            dt.date(2013, 9, 17),
            None,
        ),
        (
            "Which policies were issued in the same year as the Delta outline?",
            dt.date(2012, 1, 1),
            dt.date(2012, 12, 31),
        ),
        (
            "Which policies were issued before the Delta outline but after the Interim Measures?",
            dt.date(2011, 4, 7),
            dt.date(2012, 8, 16),
        ),
        (
            "policies issued between the Interim Measures and the Delta outline",
            dt.date(2011, 4, 7),
            dt.date(2012, 8, 16),
        ),
        (
            "policies issued the year after the Delta outline",
            dt.date(2013, 1, 1),
            dt.date(2013, 12, 31),
        ),
        (
            "What was issued in the year before the Delta outline?",
            dt.date(2011, 1, 1),
            dt.date(2011, 12, 31),
        ),
        ("在《大气污染防治行动计划》之后发布的政策", dt.date(2013, 9, 11), None),
        ("《大气污染防治行动计划》发布以前的政策有哪些", None, dt.date(2013, 9, 9)),
        (
            "与《大气污染防治行动计划》同年发布的政策",
            dt.date(2013, 1, 1),
            dt.date(2013, 12, 31),
        ),
    ],
)
def test_a_named_policy_stands_for_its_date(
    engine: Engine, question: str, since: dt.date | None, until: dt.date | None
) -> None:
    reading = engine.answer(question).reading
    assert (reading.since, reading.until) == (since, until)
    assert reading.question == question


@pytest.mark.parametrize(
    ("question", "topic", "since"),
    [
        ("新能源汽车产业发展规划2021—2035年的目标", "新能源汽车产业发展规划的目标", None),
        ("新能源汽车产业发展规划（2021—2035年）的目标", "新能源汽车产业发展规划的目标", None),
        ("2016-2020年电动船推广财政支持政策的对象是谁", "电动船推广财政支持政策的对象", None),
        (
            "新能源汽车产业发展规划2021—2025年的目标",
            "新能源汽车产业发展规划2021—2025年的目标",
            None,
        ),
        ("2016-2020年发布的电动船政策", "电动船", dt.date(2016, 1, 1)),
    ],
)
def test_the_years_of_a_title_are_no_dates_of_issue(
    engine: Engine, question: str, topic: str, since: dt.date | None
) -> None:
    reading = engine.answer(question).reading
    assert (reading.topic, reading.since) == (topic, since)
    assert reading.question == question


def test_the_date_of_what_no_policy_is_called_is_not_guessed(engine: Engine) -> None:
    reading = engine.answer("policies issued after the fishing outline").reading
    assert (reading.since, reading.until) == (None, None)
