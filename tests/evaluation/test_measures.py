"""The measures against worked examples and trec_eval, and the bootstrap against what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from policybot.evaluation.measures import (
    MEASURES,
    average_precision,
    clusters_judged,
    clusters_of,
    measure,
    ndcg,
    paired_bootstrap,
    percentiles,
    recall,
    reciprocal_rank,
)

JUDGED = {"a": 1, "b": 2, "c": 0, "d": 1}


def test_recall_is_of_all_relevant_documents() -> None:
    assert recall(["x", "a", "b", "d"], JUDGED, 3) == pytest.approx(2 / 3)


def test_average_precision_counts_what_is_not_found_as_nothing() -> None:
    assert average_precision(["a", "x", "b"], JUDGED, 10) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision(["a", "x", "b"], JUDGED, 2) == pytest.approx(1 / 3)


def test_ndcg_has_the_relevance_itself_as_gain() -> None:
    found = 1 / math.log2(2) + 2 / math.log2(4)
    best = 2 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(["a", "x", "b"], JUDGED, 10) == pytest.approx(found / best)
    assert ndcg(["b", "d", "a", "c"], JUDGED, 10) == pytest.approx(1)


def test_the_best_ndcg_is_that_of_as_many_as_are_looked_at() -> None:
    assert ndcg(["b"], JUDGED, 1) == 1.0


def test_reciprocal_rank_ends_where_it_is_cut() -> None:
    assert reciprocal_rank(["c", "x", "d", "a"], JUDGED, 10) == pytest.approx(1 / 3)
    assert reciprocal_rank(["c", "x", "d", "a"], JUDGED, 2) == 0.0


def test_a_question_without_relevant_documents_is_not_measured_and_one_not_asked_scores_0() -> None:
    figures = measure({"1": ["a"]}, {"1": {"a": 1}, "2": {"b": 0}, "3": {"c": 1}})
    assert set(figures) == set(MEASURES)
    assert all(values.tolist() == [1.0, 0.0] for values in figures.values())


def test_every_measure_is_trec_evals() -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    random = np.random.default_rng(5)
    documents = [f"d{number:03}" for number in range(300)]
    judgements = {
        f"q{question}": {
            str(document): int(random.integers(0, 4))
            for document in random.choice(documents, 30, replace=False)
        }
        for question in range(40)
    }
    rankings = {
        question: [str(d) for d in random.permutation(documents)[: random.integers(5, 100)]]
        for question in judgements
    }
    runs = {
        question: {document: float(1000 - place) for place, document in enumerate(ranking)}
        for question, ranking in rankings.items()
    }
    names = {"recall@10": "recall_10", "recall@100": "recall_100", "map@10": "map_cut_10",
             "ndcg@10": "ndcg_cut_10"}  # fmt: skip
    theirs = pytrec_eval.RelevanceEvaluator(
        judgements, {"recall.10,100", "map_cut.10", "ndcg_cut.10"}
    ).evaluate(runs)
    # Its reciprocal rank knows no cut, so it is shown only as much as is looked at.
    first_ten = {
        question: {document: run[document] for document in rankings[question][:10]}
        for question, run in runs.items()
    }
    reciprocal = pytrec_eval.RelevanceEvaluator(judgements, {"recip_rank"}).evaluate(first_ten)
    ours = measure(rankings, judgements)
    for ours_name, name in names.items():
        assert ours[ours_name] == pytest.approx([theirs[q][name] for q in judgements])
    assert ours["mrr@10"] == pytest.approx([reciprocal[q]["recip_rank"] for q in judgements])


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
