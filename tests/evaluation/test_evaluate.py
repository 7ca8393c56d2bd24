"""Answers judged against question files, over a real index."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.errors import ConfigError
from policybot.evaluation.evaluate import evaluate, policies_named, read_questions
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


def test_what_no_policy_has_is_told(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    is_right(engine, tmp_path, "one", "Who closes bridges?", "roads", "2010-05-03")
    assert not caplog.messages
    is_right(engine, tmp_path, "one", "Who closes bridges?", "raods", "roads", "1999-01-02")
    assert caplog.messages == ["no policy has what is expected: raods, 1999-01-02 (2 in all)"]


def test_a_file_without_questions_and_one_that_expects_of_none_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n")
    with pytest.raises(ConfigError, match=r"questions.jsonl: no questions in it"):
        read_questions(file)
    file.write_text('\n{"kind": "none", "question": "What of bread?", "expect": ["roads"]}\n')
    with pytest.raises(ConfigError, match=r"questions.jsonl:2: nothing may be expected where"):
        read_questions(file)


def test_a_byte_order_mark_is_no_part_of_the_first_question(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"kind": "none", "question": "What of bread?", "expect": []}', "utf-8-sig")
    assert [question.text for question in read_questions(file)] == ["What of bread?"]
