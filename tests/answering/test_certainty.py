"""Certainty: only what is sure answers, and what is closest is shown apart from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.answering.engine import Engine
from policybot.index.format.calibration import Calibration, parse_calibration
from policybot.model import sha256_of
from policybot.retrieval.confidence import (
    CLOSEST,
    THRESHOLD,
    Word,
    less_astray,
    log_odds,
    unheld,
    without,
)
from policybot.retrieval.words.single_word import is_single
from tests.small_index import BACKENDS, POLICIES, open_small, policy

SUCCESSION = (
    policy("orders", "Order of Succession", "The order of succession is as follows.", "2010"),
    policy("schools", "Successful Schools", "A school is successful where pupils succeed.", "2011"),
    policy("heirs", "Notice on Heirs", "Successions are settled within a year.", "2012"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("certainty")
    engine = open_small(folder, (*POLICIES, *SUCCESSION), backend=request.param)
    yield engine
    engine.close()


WORDS = ["what", "of", "the", "bridges", "roads", "funds", "toll", "ships", "2011", "Texas", "in"]
asked = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))


@settings(deadline=None, max_examples=60)
@given(asked)
def test_what_is_closest_is_never_among_the_hits(engine: Engine, question: str) -> None:
    answer = engine.answer(question)
    shown = answer.to_dict()
    assert answer.answered == (answer.certainty == "sure") == bool(answer.hits)
    assert shown["certainty"] == answer.certainty
    if answer.certainty == "closest":
        assert answer.near_misses
        assert not shown["hits"]
    for hit in answer.near_misses:
        assert hit.quotes
        for quote in hit.quotes:
            assert sha256_of(quote.passage.text) == quote.passage.sha256
            assert quote.passage.text in hit.policy.body


def test_nothing_is_shown_where_nothing_is_near(engine: Engine) -> None:
    answer = engine.answer("xylophone quartets")
    assert (answer.certainty, answer.near_misses) == ("nothing", ())
    assert answer.unheld == ("xylophone", "quartets")


def test_a_filter_that_leaves_nothing_is_no_closest_answer(engine: Engine) -> None:
    answer = engine.answer("What did the Ministry of Transport issue in 2013?")
    assert answer.near_misses
    assert answer.certainty == "nothing"


@pytest.mark.parametrize(
    "question", ["policies on succession", "Which policies mention succession?"]
)
def test_a_list_on_one_word_has_its_inflections_and_no_other_word(
    engine: Engine, question: str
) -> None:
    assert [hit.policy.id for hit in engine.answer(question).hits] == ["orders", "heirs"]


def test_the_form_that_was_typed_comes_first(engine: Engine) -> None:
    assert [hit.policy.id for hit in engine.answer("successions").hits] == ["heirs", "orders"]
    assert [hit.policy.id for hit in engine.answer("succession").hits] == ["orders", "heirs"]


ASKED_IN = (
    policy("crowds", "Notice on Gatherings", "Whoever gathers states how many people come."),
    policy("ferries", "Ferry Rules", "Ferries are inspected."),
)


@pytest.mark.parametrize("word", ["people", "state", "Gather?"])
def test_a_word_of_asking_alone_is_looked_up(tmp_path: Path, word: str) -> None:
    with closing(open_small(tmp_path, ASKED_IN)) as engine:
        assert [hit.policy.id for hit in engine.answer(word).hits] == ["crowds"]


@pytest.mark.parametrize("word", ["who", "When?", "next", "哪个"])
def test_a_question_word_alone_is_told_what_is_missing(engine: Engine, word: str) -> None:
    answer = engine.answer(word)
    assert answer.reason == "empty_question"
    assert (answer.detail or "").startswith("Say ")


@pytest.mark.parametrize("word", ["people", "gather"])
def test_a_word_of_asking_that_no_passage_has_is_told_what_is_missing(
    engine: Engine, word: str
) -> None:
    assert engine.answer(word).reason == "empty_question"


@pytest.mark.parametrize(
    ("text", "single"),
    [
        ("tax", True),
        ("medium-sized", True),
        ("知识产权", True),
        ("the", False),
        ("tax law", False),
        ("我在广州租房子能不能申请补贴", False),
        ("", False),
    ],
)
def test_a_word_alone_is_told_from_a_question(text: str, *, single: bool) -> None:
    assert is_single(text) == single


def test_words_are_left_out_whole() -> None:
    assert without("Paid sick leave for teachers in California", ["teacher", "california"]) == (
        "Paid sick leave for in"
    )
    assert without("nothing of it", ["zebra"]) == "nothing of it"


def test_words_that_no_passage_has_are_named_as_they_are_written() -> None:
    words = [Word("texa", 9.0, False), Word("wage", 3.0, True)]
    assert unheld("Minimum wages in Texas", words) == ("Texas",)


def test_what_leads_away_lowers_a_confidence_but_not_below_what_is_near() -> None:
    sure = np.array([0.99, 0.6, 0.2])
    lowered = less_astray(sure, np.array([0.1, 0.3, 0.3]), np.zeros(3, np.bool_))
    assert sure[0] > lowered[0] > THRESHOLD > lowered[1] > CLOSEST
    assert lowered[2] == pytest.approx(sure[2])
    declined = less_astray(sure, np.zeros(3), np.ones(3, np.bool_))
    assert (declined < THRESHOLD).all()
    assert (declined > CLOSEST).all()


def test_log_odds_are_finite_and_those_of_a_half_are_nothing() -> None:
    assert log_odds(np.array([0.5])) == pytest.approx(0.0)
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()


def test_a_calibration_of_other_evidence_is_not_applied() -> None:
    before = b'{"with_vector": {"similarity": 14.0, "coverage": 4.5, "lexical": 0.2, "bias": -9.0}}'
    assert parse_calibration(before) == Calibration()
