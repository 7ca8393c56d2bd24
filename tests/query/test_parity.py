"""A question in English and in Chinese is read alike."""

from __future__ import annotations

import pytest

from tests.query.seed import comparable, in_notation, lines_of, read_question

PAIRS = lines_of("parity.jsonl")


def test_there_are_a_hundred_pairs() -> None:
    assert len({pair["en"] for pair in PAIRS}) >= 100


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["en"])
def test_the_chinese_question_is_read_as_the_english_one(pair: dict[str, str]) -> None:
    chinese, english = read_question(pair["zh"]), read_question(pair["en"])
    assert comparable(chinese, literal=False) == comparable(english, literal=False)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair["en"])
def test_the_english_question_is_read_as_it_is_meant(pair: dict[str, str]) -> None:
    assert in_notation(read_question(pair["en"])) == pair["reads"]


@pytest.mark.parametrize("question", [pair["zh"] for pair in PAIRS])
def test_chinese_is_told_from_other_languages(question: str) -> None:
    assert read_question(question).language == "zh"
