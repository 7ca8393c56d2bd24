"""Answers judged against question files, over a real index."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.evaluate import evaluate, policies_named, read_questions
from policybot.search.engine import Engine
from tests.small_index import POLICIES, open_small, policy

SAME_DAY = policy(
    "roads-two", "Road Signs", "Signs stand beside roads.", "2010-05-03", ["Ministry of Transport"]
)
LIKE_A_DATE = policy("2013-01-31", "Lighthouse Rules", "Lighthouses are lit.", "2009-02-02")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("small"), [*POLICIES, SAME_DAY, LIKE_A_DATE])
    yield engine
    engine.close()


def is_right(engine: Engine, folder: Path, kind: str, question: str, *expect: str) -> bool:
    file = folder / "questions.jsonl"
    file.write_text(json.dumps({"kind": kind, "question": question, "expect": expect}), "utf-8")
    return evaluate(engine, read_questions(file)).outcomes[0].right


TWO_ON_ONE_DAY = "policies issued on 3 May 2010"
DIFFERENT = "policies issued from May 2010 to 2011"


@pytest.mark.parametrize(
    ("expect", "right"),
    [
        (["roads", "roads-two", "funds"], True),
        (["2010-05-03", "2010-05-03", "2011"], True),
        (["2010-05-03", "roads", "2011"], True),
        (["2010-05-03", "roads-two", "funds"], True),
        (["2010-05-03", "2010-05-03", "2010-05-03"], False),
        (["2010-05-03", "2011", "2011"], False),
        (["roads", "roads", "funds"], False),
        (["roads", "2010-05-03"], False),
        (["roads", "roads-two", "funds", "joint"], False),
    ],
)
def test_each_expected_value_of_a_set_stands_for_one_hit(
    engine: Engine, tmp_path: Path, expect: list[str], right: bool
) -> None:
    assert is_right(engine, tmp_path, "set", DIFFERENT, *expect) is right


def test_two_policies_of_one_day_are_expected_by_it_twice(engine: Engine, tmp_path: Path) -> None:
    assert is_right(engine, tmp_path, "set", TWO_ON_ONE_DAY, "2010-05-03", "2010-05-03")
    assert not is_right(engine, tmp_path, "set", TWO_ON_ONE_DAY, "2010-05-03", "2011")


@pytest.mark.parametrize("date", ["2010-05-03", "3 May 2010", "May 3, 2010", "2010年5月3日"])
@pytest.mark.parametrize("kind", ["set", "all"])
def test_a_date_may_be_written_as_a_corpus_states_it(
    engine: Engine, tmp_path: Path, kind: str, date: str
) -> None:
    assert is_right(engine, tmp_path, kind, TWO_ON_ONE_DAY, date, date)


def test_the_first_hit_is_judged_by_a_date_in_words(engine: Engine, tmp_path: Path) -> None:
    question = "Where do ships wait, and do pilots come aboard?"
    assert is_right(engine, tmp_path, "one", question, "ships")
    assert not is_right(engine, tmp_path, "one", question, "31 January 2012")


def test_a_key_is_an_id_before_it_is_a_date(engine: Engine) -> None:
    def named(key: str) -> list[str]:
        generation = engine.generation
        return [generation.policy(ordinal).id for ordinal in policies_named(generation, key)]

    assert named("2013-01-31") == ["2013-01-31"]
    assert named("31 January 2013") == ["ships"]
    assert named("June 2012") == ["joint"]
    assert named("2012") == []  # a date is that date with its precision, not one within it
    assert named("no such policy") == []
