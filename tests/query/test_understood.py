"""No clause of a question vanishes: it is a condition, searched for, or told to be ignored."""

from __future__ import annotations

import pytest

from policybot.query.conditions import Not
from tests.query.seed import in_notation, lines_of, read_question

CLAUSES = lines_of("clauses.jsonl")


@pytest.mark.parametrize("row", CLAUSES, ids=lambda row: row["question"])
def test_a_clause_is_a_condition_or_searched_for_or_not_understood(row: dict[str, str]) -> None:
    reading = read_question(row["question"])
    demanded = [row["question"][slice(*one.span)] for one in reading.conditions if one.span]
    told = [reading.topic, *reading.not_understood, *demanded]
    assert any(row["clause"] in one for one in told), told


@pytest.mark.parametrize(
    "row",
    [
        row
        for row in CLAUSES
        if row["clause"].split()[0] in {"no", "not", "without", "sin", "never"}
    ],
    ids=lambda row: row["question"],
)
def test_what_is_denied_is_not_searched_for(row: dict[str, str]) -> None:
    reading = read_question(row["question"])
    assert not reading.topic
    denied = any(isinstance(one, Not) for one in reading.conditions)
    assert denied or reading.not_understood


@pytest.mark.parametrize(
    "question",
    [
        "policies about smoke without fire",
        "policies on goods with no origin",
        "travel without passport policies",
    ],
)
def test_what_denies_within_a_topic_belongs_to_it(question: str) -> None:
    reading = read_question(question)
    assert not reading.not_understood
    assert {"without", "no"} & {*reading.topic.split()}


@pytest.mark.parametrize(
    "question",
    ["Are there no policies from 2012?", "¿No hay políticas de 2012?", "有2012年的政策没有"],
)
def test_a_question_put_as_a_denial_denies_nothing(question: str) -> None:
    reading = read_question(question)
    assert in_notation(reading) == "issued 2012-01-01 to 2012-12-31"
    assert not reading.not_understood
