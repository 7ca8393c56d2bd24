"""Readings of questions, kept as JSON and read again."""

from __future__ import annotations

import dataclasses
import json

import pytest

from policybot.bot.store.readings import read_reading, write_reading
from policybot.query.query import Query
from tests.query.seed import lines_of, read_question

QUESTIONS = [
    "policies of MIIT in 2012, not jointly",
    "Which policies from 2011 or 2013 mention “Wuxi”?",
    "the three newest policies without Wuxi in the title",
    "policies issued jointly by MIIT and NDRC since September 2013",
    "Was the Special Action Plan in force on 2014-05-01?",
    "What replaced the Special Action Plan?",
    "工信部2012年发布的政策",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_follow_up_takes_comes_back(question: str) -> None:
    reading = read_question(question)
    kept = read_reading(json.loads(json.dumps(write_reading(reading))))
    assert kept is not None
    assert kept.conditions == reading.conditions
    same = ("intent", "topic", "topic_marked", "order", "count", "asks", "language")
    for name in same:
        assert getattr(kept, name) == getattr(reading, name), name


def test_every_question_of_the_tests_can_be_kept() -> None:
    for row in lines_of("lexicon.jsonl")[:400:8]:
        for word in row.get("words", ())[:1]:
            reading = read_question(row["frame"].replace("{}", word) if "frame" in row else word)
            assert read_reading(json.loads(json.dumps(write_reading(reading)))) is not None


@pytest.mark.parametrize("row", [None, {"conditions": [{"is": "Nothing"}]}, {"colour": "red"}])
def test_what_cannot_be_read_is_none(row: dict[str, object] | None) -> None:
    assert read_reading(row) is None


def test_an_empty_reading_takes_no_room() -> None:
    assert write_reading(Query("")) == {}
    assert write_reading(dataclasses.replace(Query(""), topic_marked=False)) == {
        "topic_marked": False
    }
