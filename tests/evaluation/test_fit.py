from __future__ import annotations

import dataclasses

import hypothesis.strategies as st
from hypothesis import given

from policybot.evaluation.calibration.fit import (
    FEWEST,
    LABELLED,
    Asked,
    best_threshold,
    curve,
    point,
)


def asked(own: list[float], foreign: list[float], *, labelled: bool = False) -> list[Asked]:
    return [
        *(Asked(True, labelled, True, surest, surest) for surest in own),
        *(Asked(False, labelled, True, surest, float("-inf")) for surest in foreign),
    ]


def around(middle: float, count: int, spread: float = 1.0) -> list[float]:
    return [middle + spread * (2 * place / (count - 1) - 1) for place in range(count)]


def fitted(questions: list[Asked]) -> float:
    threshold = best_threshold(questions)
    assert threshold is not None
    return threshold


odds = st.floats(-30, 30)
some = st.lists(odds, min_size=1, max_size=6)
many = st.lists(odds, min_size=FEWEST, max_size=FEWEST)


def test_the_threshold_lies_between_own_and_foreign_questions() -> None:
    assert 3.0 < fitted(asked(around(6, 200), around(2, 200))) < 5.0


def test_the_threshold_follows_the_corpus() -> None:
    low, high = (fitted(asked(around(at + 3, 80), around(at - 3, 80))) for at in (-2, 5))
    assert low < -1 < 4 < high


@given(many, some)
def test_no_fit_leaves_the_range_of_what_it_may_choose(
    own: list[float], foreign: list[float]
) -> None:
    assert -12 <= fitted(asked(own, foreign)) <= 12


def test_too_few_questions_say_nothing() -> None:
    few = asked(around(6, FEWEST - 1), around(2, 100))
    assert best_threshold(few) is None
    assert best_threshold(asked(around(6, 100), [])) is None


def test_the_default_stands_where_nothing_gains_a_question() -> None:
    assert fitted(asked(around(8, 40), around(-6, 40))) == 0.0


def test_the_fewer_questions_the_nearer_the_default() -> None:
    few, more = (fitted(asked(around(8, n), around(4, n))) for n in (30, 300))
    assert 0 < few < more


def test_an_outlier_hardly_moves_the_threshold() -> None:
    own, foreign = around(7, 100), around(3, 100)
    moved = fitted(asked([*own, -25.0], [*foreign, 30.0])) - fitted(asked(own, foreign))
    assert abs(moved) < 0.2


def test_a_labelled_question_counts_as_several_made_ones() -> None:
    made = asked(around(8, 50), around(2, 50))
    judged = asked(around(3.5, 30, 0.5), [], labelled=True)
    as_made = [dataclasses.replace(one, labelled=False) for one in judged]
    assert fitted(made + judged) < fitted(made + as_made)
    assert best_threshold(asked(around(6, FEWEST // LABELLED), around(2, 9), labelled=True))


@given(some, some, odds, odds)
def test_a_higher_threshold_never_answers_more_or_declines_less(
    own: list[float], foreign: list[float], one: float, other: float
) -> None:
    low, high = (point(asked(own, foreign), at) for at in sorted((one, other)))
    assert low.answered >= high.answered
    assert low.rightly >= high.rightly
    assert low.declined <= high.declined


def test_rightly_counts_only_questions_whose_own_policy_is_sure() -> None:
    found = Asked(True, False, True, 5.0, 5.0)
    another = Asked(True, False, True, 5.0, 1.0)
    shares = point([found, another], 3.0)
    assert (shares.answered, shares.rightly) == (1.0, 0.5)


@given(some, some)
def test_the_curve_runs_from_the_lowest_threshold_to_the_highest(
    own: list[float], foreign: list[float]
) -> None:
    thresholds, points = zip(*curve(asked(own, foreign)), strict=True)
    assert list(thresholds) == sorted(set(thresholds))
    assert [p.answered for p in points] == sorted((p.answered for p in points), reverse=True)
    assert [p.declined for p in points] == sorted(p.declined for p in points)


def test_there_is_no_curve_without_questions_of_both_kinds() -> None:
    assert curve(asked([], [1.0])) == curve(asked([1.0], [])) == []
