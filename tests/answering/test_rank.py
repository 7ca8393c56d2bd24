"""Candidates to one order: what speaks for a passage, and how much it counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from policybot.answering.engine import Engine
from policybot.retrieval.confidence import HintMask
from policybot.retrieval.rank import Ranked, rank
from policybot.retrieval.retrieve import Candidates
from tests.small_index import BACKENDS, open_small

EVIDENCE = ("dense", "sentence", "title", "lexical", "hubness")


def candidates(
    count: int, policies: list[int] | None = None, **evidence: list[float]
) -> Candidates:
    """Return candidates with the evidence that is given, 0 where none is; each a policy's only one.

    The best sentence is as near as the passage unless it is given.
    """
    evidence.setdefault("sentence", evidence.get("dense", [0.0] * count))
    figures: dict[str, Any] = {
        name: np.array(evidence.get(name, [0.0] * count), np.float32) for name in EVIDENCE
    }
    return Candidates(
        passages=np.arange(count),
        policies=np.array(policies or range(count)),
        sentence_cosines=np.zeros(0, np.float32),
        sentence_offsets=np.zeros(count + 1, np.int64),
        **figures,
    )


def order(found: Candidates, covered: list[float] | None = None, *hints: HintMask) -> list[int]:
    ranked = rank(found, shares(covered or [0.0] * len(found)), hints)
    return [int(policy) for policy in ranked.policies]


def shares(covered: list[float]) -> NDArray[np.float64]:
    return np.array(covered, np.float64)


def test_what_is_nearer_and_says_more_of_the_words_comes_first() -> None:
    assert order(candidates(2, dense=[0.3, 0.6], lexical=[4.0, 8.0])) == [1, 0]


def test_of_two_that_are_as_near_the_one_that_is_near_everything_comes_last() -> None:
    found = candidates(2, dense=[0.6, 0.6], lexical=[5.0, 5.0], hubness=[0.7, 0.4])
    assert order(found) == [1, 0]


def test_words_count_the_more_the_more_of_the_question_some_passage_holds() -> None:
    found = candidates(3, dense=[0.60, 0.45, 0.1], lexical=[5.0, 8.0, 1.0])
    assert order(found, [0.1, 0.1, 0.1])[0] == 0
    assert order(found, [0.5, 0.5, 1.0])[0] == 1


def test_a_title_asked_for_by_name_finds_its_policy() -> None:
    found = candidates(2, dense=[0.45, 0.4], title=[0.2, 0.9], lexical=[5.0, 5.0])
    assert order(found) == [1, 0]


def test_among_the_passages_of_a_title_the_content_decides() -> None:
    found = candidates(3, [7, 7, 7], dense=[0.2, 0.4, 0.3], title=[0.9] * 3, lexical=[5.0] * 3)
    assert rank(found, shares([0.0] * 3)).rows(0).tolist() == [1, 2, 0]


def test_without_a_vector_the_words_alone_decide() -> None:
    assert order(candidates(3, lexical=[2.0, 9.0, 5.0])) == [1, 2, 0]


def test_without_words_the_vector_alone_decides() -> None:
    assert order(candidates(3, dense=[0.2, 0.5, 0.3])) == [1, 2, 0]


def test_of_two_alike_the_one_that_holds_more_of_the_question_comes_first() -> None:
    found = candidates(2, dense=[0.5, 0.5], lexical=[5.0, 5.0])
    assert order(found, [0.4, 0.6]) == [1, 0]


def test_a_policy_of_the_body_or_date_named_in_passing_comes_before_one_alike() -> None:
    found = candidates(3, dense=[0.5] * 3, lexical=[5.0] * 3)
    hint = HintMask(frozenset(), np.array([False, False, True]), 0.9)
    assert order(found, None, hint) == [2, 0, 1]


def test_nothing_found_is_no_policy() -> None:
    ranked = rank(candidates(0), shares([]))
    assert (len(ranked.policies), len(ranked.grouped), len(ranked.best(shares([])))) == (0, 0, 0)


unit = st.floats(0, 1, width=32)
rows = st.lists(st.tuples(st.integers(0, 4), unit, unit, unit, unit, unit), min_size=1, max_size=12)


def ranked_of(found: list[tuple[float, ...]]) -> Ranked:
    owners, dense, title, lexical, hubness, covered = map(list, zip(*found, strict=True))
    return rank(
        candidates(
            len(found),
            [int(owner) for owner in owners],
            dense=dense,
            title=title,
            lexical=[20 * figure for figure in lexical],
            hubness=hubness,
        ),
        shares(covered),
    )


@given(rows)
def test_every_candidate_is_in_its_policys_group_best_first(found: list[tuple[float, ...]]) -> None:
    ranked = ranked_of(found)
    groups = [ranked.rows(place).tolist() for place in range(len(ranked.policies))]
    assert sorted(row for group in groups for row in group) == list(range(len(found)))
    for policy, group in zip(ranked.policies.tolist(), groups, strict=True):
        assert {found[row][0] for row in group} == {policy}
        scores = ranked.row_scores[group]
        assert (np.diff(scores) <= 0).all()


@given(rows)
def test_a_policy_ranks_by_its_best_passage(found: list[tuple[float, ...]]) -> None:
    ranked = ranked_of(found)
    assert np.array_equal(ranked.scores, ranked.best(ranked.row_scores))
    assert (np.diff(ranked.scores) <= 0).all()
    assert (ranked.scores >= 0).all()


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("small"), backend=request.param)
    yield engine
    engine.close()


def ranking(engine: Engine, question: str) -> list[str]:
    return [policy for policy, _ in engine.rank(question).policies]


def test_a_phrase_that_some_policy_holds_leaves_only_those(engine: Engine) -> None:
    assert ranking(engine, 'which bridges are "closed at once"?') == ["roads"]


def test_a_phrase_that_no_policy_holds_ranks_what_an_answer_would_nearly_give(
    engine: Engine,
) -> None:
    question = 'which damaged bridges are "closed for good"?'
    assert not engine.answer(question).hits
    assert ranking(engine, question)[0] == "roads"
