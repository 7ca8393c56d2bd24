"""Years in titles: of the matter, of other documents, and what a date of issue says beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.retrieval.words.title_years import is_of_another, may_be_of
from tests.small_index import open_small, policy


@pytest.mark.parametrize(
    ("title", "year", "may"),
    [
        ("2024 Fare Schedule", "2023", False),
        ("2024-25 Fare Schedule", "2025", True),
        ("Fees for 2023/24", "2024", True),
        ("Fees for the fiscal year 2023", "2024", False),
        ("Tasas para el ejercicio 2023", "2024", False),
        ("Tasas del curso 2023-2024", "2024", True),
        ("Work Plan for 2012-2020", "2015", True),
        ("Data Protection Act 2018", "2021", True),
        ("关于2023年度缴存基数的通知", "2022", False),
        ("应急预案（2023年修订）", "2024", True),
    ],
)
def test_a_title_says_of_which_years_its_matter_is(title: str, year: str, *, may: bool) -> None:
    assert may_be_of(title, year) is may


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("2024 Fare Schedule", 2023),
        ("Rent Scheme 2023", 2022),
        ("Charges for Moorings, 2023/24", 2022),
        ("Harbour Plan 2021-2025", 2020),
        ("Convocatoria 2024 de becas de comedor", 2023),
        ("Tarifas del agua para el ejercicio 2025", 2024),
        ("关于做好2025年度参保缴费工作的通知", 2024),
        ("收费标准（2023版）", 2022),
    ],
)
def test_a_date_of_issue_is_not_the_year_that_a_title_is_of(title: str, year: int) -> None:
    assert is_of_another(title, str(year), year)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Data Protection Act 2018", 2019),  # called by when it was made
        ("Order amending the Fares Schedule 2018", 2020),  # the year of another document
        ("关于修改2022年收费办法的决定", 2023),
        ("Circular 021 de 2023: orientaciones", 2024),  # a number
        ("Resolución de 3 de febrero de 2022, de la Presidencia", 2023),  # a day
        ("Action Plan for the 2030 Agenda", 2021),  # a target
        ("Harbour Plan 2021-2025", 2022),
        ("Fare Schedule", 2023),
    ],
)
def test_another_year_in_a_title_leaves_the_date_of_issue(title: str, year: int) -> None:
    assert not is_of_another(title, str(year), year)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("years")
    text = "Ferry tickets cost two crowns for adults and one crown for children."
    policies = (
        policy("later", "2024 Ferry Tickets", text, "2023-11-15"),
        policy("plain", "Tickets at the Night Market", "Stalls pay ten crowns.", "2022-05-01"),
    )
    engine = open_small(folder, policies)
    yield engine
    engine.close()


@pytest.mark.parametrize(
    "question", ["ferry tickets of 2023", "What do ferry tickets cost in 2023?"]
)
def test_the_year_of_another_title_is_only_near(engine: Engine, question: str) -> None:
    answer = engine.answer(question)
    assert not answer.hits


@pytest.mark.parametrize(
    "question",
    [
        "ferry tickets of 2024",
        "ferry tickets of November 2023",
        "Which policies were issued in 2023?",
    ],
)
def test_its_own_year_and_the_day_of_issue_answer(engine: Engine, question: str) -> None:
    assert [hit.policy.id for hit in engine.answer(question).hits] == ["later"]
