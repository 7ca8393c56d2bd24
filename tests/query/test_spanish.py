"""A question in Spanish is read as its twin in English."""

from __future__ import annotations

import pytest

from tests.query.seed import comparable, in_notation, lines_of, read_question

TWINS = lines_of("spanish.jsonl")


def test_there_are_sixty_questions() -> None:
    assert len({twin["es"] for twin in TWINS}) >= 60


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin["en"])
def test_the_spanish_question_is_read_as_the_english_one(twin: dict[str, str]) -> None:
    spanish, english = read_question(twin["es"]), read_question(twin["en"])
    assert comparable(spanish, literal=False) == comparable(english, literal=False)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin["en"])
def test_the_english_question_is_read_as_it_is_meant(twin: dict[str, str]) -> None:
    assert in_notation(read_question(twin["en"])) == twin["reads"]


@pytest.mark.parametrize("question", [twin["es"] for twin in TWINS])
def test_spanish_is_told_from_other_languages(question: str) -> None:
    assert read_question(question).language == "es"
