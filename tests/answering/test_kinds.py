"""The kinds of document that a question asks for, by titles, numbers and headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.index.serve.filters import is_headed
from policybot.model import Answer
from policybot.render.text import answer_text
from tests.small_index import BACKENDS, open_small, policy

POLICIES = (
    policy(
        "headed",
        "Examinations in the winter term",
        "Riverside University\n\nCIRCULAR\n\nExaminations begin in January.",
        "2010-02-01",
    ),
    policy(
        "numbered",
        "Fares for pupils",
        "Pupils travel at half the fare.",
        "2011-03-01",
        number="Circular No. 12/2011",
    ),
    policy(
        "titled",
        "Circular on lost property",
        "Lost property is kept for a month.",
        "2012-04-01",
    ),
    policy(
        "cites",
        "Notice on the water supply",
        "This notice replaces a circular of 2009. The water supply is cut off at night.",
        "2013-05-01",
    ),
    policy(
        "bando",
        "Bando de la Alcaldía sobre el riego",
        "Se prohíbe el riego de jardines con agua potable.",
        "2013-06-01",
    ),
    policy(
        "decreto",
        "Decreto 4 de 2013, sobre el transporte",
        "El transporte escolar es gratuito.",
        "2013-07-01",
    ),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("kinds"), POLICIES, backend=request.param)
    yield engine
    engine.close()


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


@pytest.mark.parametrize("question", ["list all circulars", "¿Qué circulares hay?"])
def test_a_kind_is_named_by_titles_numbers_and_headings(engine: Engine, question: str) -> None:
    assert ids(engine.answer(question)) == ["headed", "numbered", "titled"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("the latest circular", "titled"),
        ("What is the oldest circular?", "headed"),
        ("¿Cuál es la última circular?", "titled"),
        ("la circular más antigua", "headed"),
        ("el bando más reciente", "bando"),
        ("the latest notice", "cites"),
    ],
)
def test_the_latest_of_a_kind_is_of_that_kind(engine: Engine, question: str, expected: str) -> None:
    answer = engine.answer(question)
    assert ids(answer)[0] == expected
    assert answer.reading.of_kinds


def test_so_many_of_a_kind_are_of_that_kind(engine: Engine) -> None:
    assert ids(engine.answer("las dos últimas circulares")) == ["titled", "numbered"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("¿Qué bandos hay?", ["bando"]),
        ("¿Qué bandos o decretos se publicaron en 2013?", ["bando", "decreto"]),
        ("¿Qué decretos y bandos hay?", ["bando", "decreto"]),
        ("¿Cuáles son las circulares de 2012?", ["titled"]),
    ],
)
def test_a_noun_that_titles_begin_with_is_a_kind_where_documents_are_asked_for(
    engine: Engine, question: str, expected: list[str]
) -> None:
    assert ids(engine.answer(question)) == expected


def test_a_follow_up_keeps_the_kind(engine: Engine) -> None:
    before = engine.answer("Which circulars are there?")
    assert ids(engine.answer("those from 2011", before=before)) == ["numbered"]
    assert ids(engine.answer("las de 2012", before=before)) == ["titled"]
    water = engine.answer("only those about water", before=before)
    assert ids(water) == []
    assert water.reading.of_kinds == ("circular",)


def test_other_kinds_are_said_to_be_others(engine: Engine) -> None:
    answer = engine.answer("Which circulars are about the water supply?")
    assert ids(answer) == ["cites"]
    assert answer.other_kinds == ("circular",)
    assert answer.to_dict()["other_kinds"] == ["circular"]
    assert "of other kinds" in answer_text(answer)


@pytest.mark.parametrize(
    ("body", "headed"),
    [
        ("Town\n\nCIRCULAR\n\nText.", True),
        ("**Circular**\n\nText.", True),
        ("Circular No. 12/2020\n\nText.", True),
        ("OFFICE CIRCULAR\n\nText.", True),
        ("CIRCULAR ON DRESS\n\nText.", True),
        ("A circular was sent.\n\nText.", False),
        ("Circular letters are kept for a month.", False),
        ("CIRCULATION\n\nText.", False),
    ],
)
def test_a_heading_names_a_kind_alone_numbered_or_in_capitals(body: str, headed: bool) -> None:
    assert is_headed(body, "circular") is headed


NUMBERED = (
    policy("port-1", "Berths", "Berths are let.", "2020-01-01", number="Port Circular 1/2020"),
    policy("port-2", "Pilots", "Pilots come.", "2020-02-01", number="Port Circular 2/2020"),
    policy("fees", "Fees", "Fees are due.", "2022-01-01", number="Information Circular 2022/3"),
    policy("joint", "Interpreters", "They speak.", "2021-01-01", number="Joint Circular 1/2021"),
    policy("code", "Ladders", "Ladders lean.", "2017-01-01", number="Code of Practice 3"),
    policy("case", "Cameras", "Cameras see.", "2020-03-01", number="GN 4/2020"),
)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("show me Information Circular 2022/3", "fees"),
        ("Joint Circular 1/2021", "joint"),
        ("what is the title of Joint Circular 1/2021?", "joint"),
        ("show me Code of Practice 3", "code"),
        ("title of GN 4/2020", "case"),
        ("circular 2/2020", "port-2"),
    ],
)
def test_a_number_as_a_policy_has_it_is_that_one(tmp_path: Path, question: str, found: str) -> None:
    engine = open_small(tmp_path, NUMBERED)
    try:
        answer = engine.answer(question)
        assert ids(answer) == [found]
        assert answer.reading.numbers
    finally:
        engine.close()


@pytest.mark.parametrize(
    "question", ["Which documents are not circulars?", "everything except circulars"]
)
def test_what_is_not_of_a_kind_is_listed(engine: Engine, question: str) -> None:
    answer = engine.answer(question, limit=0)
    assert "not of the kind “circular”" in answer.reading.in_words()
    circulars = ids(engine.answer("list the circulars", limit=0))
    assert circulars
    everything = ids(engine.list(()))
    assert sorted(ids(answer) + circulars) == sorted(everything)
