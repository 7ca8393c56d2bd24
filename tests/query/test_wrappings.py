"""What people write around a question changes nothing of how it is read."""

from __future__ import annotations

import pytest

from tests.query.seed import comparable, lines_of, read_question

WRAPPED = lines_of("wrapped.jsonl")


@pytest.mark.parametrize("row", WRAPPED, ids=lambda row: row["wrapped"])
def test_the_wrapped_question_demands_what_the_plain_one_does(row: dict[str, str]) -> None:
    assert comparable(read_question(row["wrapped"])) == comparable(read_question(row["question"]))


@pytest.mark.parametrize("row", WRAPPED, ids=lambda row: row["wrapped"])
def test_nothing_of_the_wrapping_is_searched_for(row: dict[str, str]) -> None:
    wrapped, plain = read_question(row["wrapped"]), read_question(row["question"])
    assert wrapped.topic.casefold() == plain.topic.casefold()
