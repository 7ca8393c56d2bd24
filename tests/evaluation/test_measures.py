"""The measures against worked examples and trec_eval, and the bootstrap against what is known."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from policybot.errors import ConfigError
from policybot.evaluation.measures import (
    MEASURES,
    clusters_judged,
    clusters_of,
    measure,
    paired_bootstrap,
    percentiles,
)

JUDGED = {"a": 1, "b": 2, "c": 0, "d": 1}


def measured(*ranking: str) -> dict[str, float]:
    return {name: values[0] for name, values in measure({"1": ranking}, {"1": JUDGED}).items()}


def test_recall_is_of_all_relevant_documents() -> None:
    assert measured("x", "a", "b")["recall@10"] == pytest.approx(2 / 3)
    far = [*"abd", *(f"x{place}" for place in range(9))]
    assert measured(*far[3:], *far[:3])["recall@10"] == pytest.approx(1 / 3)
    assert measured(*far[3:], *far[:3])["recall@100"] == 1


def test_average_precision_counts_what_is_not_found_as_nothing() -> None:
    assert measured("a", "x", "b")["map@10"] == pytest.approx((1 + 2 / 3) / 3)


def test_ndcg_has_the_relevance_itself_as_gain() -> None:
    gained = 1 / math.log2(2) + 2 / math.log2(4)
    best = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert measured("a", "x", "b")["ndcg@10"] == pytest.approx(gained / best)
    assert measured("b", "d", "a", "c")["ndcg@10"] == pytest.approx(1)


def test_reciprocal_rank_ends_where_it_is_cut() -> None:
    assert measured("c", "x", "d", "a")["mrr@10"] == pytest.approx(1 / 3)
    assert measured(*(f"x{place}" for place in range(10)), "a")["mrr@10"] == 0


def test_a_ranking_keeps_its_order_whatever_its_documents_are_called() -> None:
    assert measured("z", "a")["mrr@10"] == measured("A", "a")["mrr@10"] == pytest.approx(1 / 2)


def test_measuring_without_trec_eval_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytrec_eval", None)
    with pytest.raises(ConfigError, match=r"run: pip install 'policybot\[embed\]'"):
        measured("a")


def test_a_question_without_relevant_documents_is_not_measured_and_one_not_asked_scores_0() -> None:
    figures = measure({"1": ["a"]}, {"1": {"a": 1}, "2": {"b": 0}, "3": {"c": 1}})
    assert set(figures) == set(MEASURES)
    assert all(values.tolist() == [1.0, 0.0] for values in figures.values())


def test_a_clear_difference_is_found_and_its_interval_holds_it() -> None:
    random = np.random.default_rng(1)
    first = random.random(400)
    found = paired_bootstrap(first, first + 0.05 + 0.1 * random.standard_normal(400))
    assert found.mean == pytest.approx(0.05, abs=0.02)
    assert 0 < found.low < found.mean < found.high
    assert found.p < 0.001


def test_equal_systems_do_not_differ() -> None:
    same = np.random.default_rng(2).random(50)
    found = paired_bootstrap(same, same)
    assert (found.mean, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_noise_is_seldom_called_a_difference() -> None:
    random = np.random.default_rng(3)
    p = [
        paired_bootstrap(random.random(60), random.random(60), resamples=400).p for _ in range(200)
    ]
    assert np.mean(np.array(p) < 0.05) < 0.12
    assert np.mean(p) == pytest.approx(0.5, abs=0.1)


def test_the_interval_is_that_of_the_normal_distribution_where_there_are_many() -> None:
    differences = np.random.default_rng(4).standard_normal(2000)
    found = paired_bootstrap(np.zeros(2000), differences)
    error = differences.std() / math.sqrt(2000)
    assert found.high - found.low == pytest.approx(2 * 1.96 * error, rel=0.06)


def test_the_same_figures_give_the_same_result_and_others_are_refused() -> None:
    first, second = np.random.default_rng(6).random((2, 30))
    assert paired_bootstrap(first, second) == paired_bootstrap(first, second)
    with pytest.raises(ValueError, match="same questions"):
        paired_bootstrap(first, second[:-1])


def test_questions_that_share_a_document_are_a_cluster() -> None:
    assert clusters_of([{"a"}, {"b"}, {"a"}, (), {"b"}, ()]).tolist() == [0, 1, 0, 2, 1, 3]


def test_of_a_questions_documents_the_one_that_most_share_makes_its_cluster() -> None:
    assert clusters_of([{"a"}, {"a", "b"}, {"a", "c"}, {"c"}]).tolist() == [0, 0, 0, 1]


def test_clusters_are_of_relevant_documents_of_the_questions_that_are_measured() -> None:
    judgements = {"1": {"a": 1, "x": 0}, "2": {"x": 0}, "3": {"b": 1, "x": 0}, "4": {"a": 2}}
    assert clusters_judged(judgements).tolist() == [0, 1, 0]
    measured = measure({}, judgements)["mrr@10"]
    assert len(measured) == 3


def test_questions_that_rise_and_fall_together_say_less_than_as_many_others() -> None:
    """Thirty documents, each asked for ten times: what is known is known of thirty."""
    of_documents = np.repeat([1.0, 0.0, -1.0], [12, 10, 8])
    differences = np.repeat(of_documents, 10)
    nothing = np.zeros(300)
    clusters = np.repeat(np.arange(30), 10)
    alone = paired_bootstrap(nothing, differences)
    together = paired_bootstrap(nothing, differences, clusters)
    assert together.mean == alone.mean
    ratio = (together.high - together.low) / (alone.high - alone.low)
    assert ratio == pytest.approx(math.sqrt(10), rel=0.1)
    assert alone.p < 0.05 < together.p
    as_many = paired_bootstrap(np.zeros(30), of_documents)
    assert (together.low, together.high) == pytest.approx((as_many.low, as_many.high))


def test_a_cluster_counts_by_its_questions() -> None:
    differences = np.array([1.0, 1.0, 1.0, 0.0])
    found = paired_bootstrap(np.zeros(4), differences, np.array([0, 0, 0, 1]))
    assert (found.mean, found.low, found.high) == (0.75, 0.0, 1.0)
    assert found == paired_bootstrap(np.zeros(4), differences, np.array([0, 0, 0, 1]))


def test_of_a_single_cluster_nothing_is_sure() -> None:
    found = paired_bootstrap(np.ones(9), np.zeros(9), np.zeros(9, np.int64))
    assert (found.mean, found.low, found.high, found.p) == (-1, -1, 1, 1)


def test_noise_in_clusters_is_seldom_called_a_difference() -> None:
    random = np.random.default_rng(8)
    clusters = np.repeat(np.arange(40), 9)
    p = [
        paired_bootstrap(
            np.zeros(360), np.repeat(random.standard_normal(40), 9), clusters, resamples=400
        ).p
        for _ in range(200)
    ]
    assert np.mean(np.array(p) < 0.05) < 0.12


def test_the_median_is_never_above_the_95th_percentile() -> None:
    assert percentiles([1.0, 9.0]) == pytest.approx((5.0, 8.6))
    assert percentiles([3.0]) == (3.0, 3.0)
