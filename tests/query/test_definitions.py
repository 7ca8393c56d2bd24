"""What a question asks the meaning of, and of which policy."""

from __future__ import annotations

import re

import pytest

from policybot.query.rules.definitions import TermAsked, asked_definition
from tests.query.seed import read_question as read

_EXAMPLE = re.compile(r"(?P<question>.+) → “(?P<term>.+)” of “(?P<of>.*)”")
EXAMPLES = [
    (found["question"].strip(), found["term"], found["of"])
    for line in (asked_definition.__doc__ or "").split("\n")
    if (found := _EXAMPLE.fullmatch(line.strip()))
]


def test_there_are_examples_in_three_languages() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize(("question", "term", "of"), EXAMPLES)
def test_a_question_of_meaning_is_read_as_its_examples_say(
    question: str, term: str, of: str
) -> None:
    asked = read(question).defines
    assert asked is not None
    assert (asked.term, asked.of) == (term, of)


@pytest.mark.parametrize(
    "question",
    [
        "What does the notice mean for farmers?",
        "Which policies define targets?",
        "Which policies mention the definition of energy?",
        "What did MIIT issue in 2012?",
        "有哪些关于定义标准的政策",
        "¿Qué políticas hay sobre residuos?",
    ],
)
def test_other_questions_ask_for_no_definition(question: str) -> None:
    assert read(question).defines is None


def test_what_follows_in_may_be_part_of_the_term() -> None:
    assert read("What is meant by person in charge?").defines == TermAsked(
        "person", "charge", "person in charge"
    )
