import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.index.format import lexical as lexical_room
from policybot.index.format.lexical import Lexical, hash_terms
from policybot.index.format.weights import K1, B, TermTable, write_lexical

DOCUMENTS = [
    ["toll", "road", "toll", "toll"],
    ["road", "bridge"],
    ["harbour", "ship", "ship", "pilot", "road"],
    [],
    ["road", "bridge"],
    ["bridge", "bridge", "bridge", "pilot", "toll"],
]


def index(folder: Path, documents: Sequence[Sequence[str]]) -> Lexical:
    table = TermTable(None)
    for document in documents:
        table.add(hash_terms(document))
    offsets = np.cumsum([0, *map(len, documents)], dtype=np.int64)
    write_lexical(folder / "lexical", *table.finish(), offsets)
    return Lexical(folder / "lexical", len(documents))


def bm25(documents: Sequence[Sequence[str]], query: Sequence[str]) -> list[float]:
    """Lucene's formula, as Kamphuis et al. (2020) print it."""
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        counts = Counter(document)
        score = 0.0
        for term in query:
            frequency = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
            length = K1 * (1 - B + B * len(document) / mean)
            score += idf * counts[term] / (counts[term] + length) if counts[term] else 0
        scores.append(score)
    return scores


@pytest.fixture
def lexical(tmp_path: Path) -> Lexical:
    return index(tmp_path, DOCUMENTS)


@pytest.mark.parametrize("query", ["road", "toll bridge", "pilot road road nowhere", "nowhere"])
def test_scores_are_those_of_the_formula(lexical: Lexical, query: str) -> None:
    terms = query.split()
    everywhere = np.arange(len(DOCUMENTS))
    assert lexical.scores(terms, everywhere) == pytest.approx(bm25(DOCUMENTS, terms), rel=1e-5)


@settings(max_examples=25, deadline=None)
@given(
    documents=st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=12),
    query=st.lists(st.sampled_from("abcdefg"), max_size=4),
)
def test_ranking_is_that_of_the_formula(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[str]], query: list[str]
) -> None:
    lexical = index(tmp_path_factory.mktemp("any"), documents)
    wanted = np.array(bm25(documents, query)) if any(documents) else np.zeros(len(documents))
    ordinals, scores = lexical.search(query, len(documents))
    assert sorted(ordinals) == np.flatnonzero(wanted > 0).tolist()
    assert scores == pytest.approx(wanted[ordinals], rel=1e-5)
    assert np.all(np.diff(scores) <= 0)


@pytest.fixture(scope="module")
def zipf(tmp_path_factory: pytest.TempPathFactory) -> Lexical:
    """2,000 passages whose words are as unequal as those of a language; some passages are twins."""
    generator = np.random.default_rng(0)
    ranks = np.minimum(generator.zipf(1.3, size=30_000), 400)
    bounds = np.sort(generator.integers(0, len(ranks), size=1999))
    documents = [[f"w{rank}" for rank in part] for part in np.split(ranks, bounds)]
    documents[1000:1200] = documents[:200]
    return index(tmp_path_factory.mktemp("zipf"), documents)


@settings(max_examples=60, deadline=None)
@given(
    query=st.lists(st.integers(1, 420).map("w{}".format), min_size=1, max_size=12),
    count=st.integers(1, 60),
    share=st.sampled_from([None, 0.9, 0.3, 0.02, 0.005]),
    frequent=st.sampled_from([0, 3, 40, 500]),
)
def test_leaving_frequent_terms_for_last_changes_no_rank_and_no_score(
    zipf: Lexical, query: list[str], count: int, share: float | None, frequent: int
) -> None:
    everything = zipf.scores(query, np.arange(2000))
    selected = None
    if share is not None:
        selected = np.flatnonzero(np.random.default_rng(1).random(2000) < share)
        everything[np.setdiff1d(np.arange(2000), selected)] = 0
    wanted = np.lexsort((np.arange(2000), -everything))
    wanted = wanted[everything[wanted] > 0][:count]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical_room, "_FREQUENT", frequent)
        ordinals, scores = zipf.search(query, count, selected)
    assert ordinals.tolist() == wanted.tolist()
    assert scores.tolist() == everything[wanted].tolist()


def test_a_rare_term_spares_the_frequent_ones(zipf: Lexical) -> None:
    rare = next(
        term for term in map("w{}".format, range(400, 0, -1)) if zipf.document_frequency(term) > 5
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical_room, "_FREQUENT", 0)
        left = zipf._candidates(zipf._columns_of(["w1", "w2", rare]), 5, None)
    assert 5 <= len(left) < zipf.document_frequency("w1") / 10


def test_which_passages_hold_a_term_is_told_in_their_order(lexical: Lexical) -> None:
    assert lexical.holds("toll", np.array([5, 1, 0, 3])).tolist() == [True, False, True, False]
    assert lexical.holds("nowhere", np.array([5, 1])).tolist() == [False, False]


def test_equal_scores_come_in_the_order_of_ordinals(lexical: Lexical) -> None:
    assert lexical.search(["bridge", "road"], 9)[0].tolist()[:2] == [1, 4]


def test_the_count_cuts_equal_scores_at_the_lowest_ordinals(tmp_path: Path) -> None:
    lexical = index(tmp_path, [["same"]] * 9)
    assert lexical.search(["same"], 4)[0].tolist() == [0, 1, 2, 3]


def test_a_selection_keeps_the_statistics_of_all_passages(lexical: Lexical) -> None:
    ordinals, scores = lexical.search(["road", "pilot"], 9, np.array([5, 2]))
    assert ordinals.tolist() == [2, 5]
    assert scores.tolist() == lexical.scores(["road", "pilot"], np.arange(6))[[2, 5]].tolist()


def test_a_few_passages_of_many_are_scored_like_all(tmp_path: Path) -> None:
    lexical = index(tmp_path, DOCUMENTS * 300)
    few = np.array([0, 2, 3, 600, 1799])
    terms = ["road", "toll", "nowhere", "road"]
    everywhere = lexical.scores(terms, np.arange(1800))
    assert lexical.scores(terms, few).tolist() == everywhere[few].tolist()


def test_document_frequency_counts_passages(lexical: Lexical) -> None:
    counts = {term: lexical.document_frequency(term) for term in ("road", "ship", "nowhere")}
    assert counts == {"road": 4, "ship": 1, "nowhere": 0}


def test_passages_of_a_term_are_given_in_order(lexical: Lexical) -> None:
    assert lexical.passages_with("toll").tolist() == [0, 5]


def test_terms_of_passages_are_given_back_for_the_next_build(lexical: Lexical) -> None:
    columns, counts = lexical.columns_of(1, 4)
    assert counts.tolist() == [2, 5, 0]
    wanted = hash_terms(DOCUMENTS[1] + DOCUMENTS[2])
    assert lexical.vocabulary[columns].tolist() == wanted.tolist()


def test_copied_and_new_terms_make_the_vocabulary_of_what_is_there(lexical: Lexical) -> None:
    table = TermTable(lexical)
    assert table.copy(1, 2).tolist() == [2]
    table.add(hash_terms(["ferry", "road"]))
    assert table.copy(4, 5).tolist() == [2]
    vocabulary, columns = table.finish()
    assert vocabulary.tolist() == sorted(hash_terms(["bridge", "ferry", "road"]).tolist())
    wanted = hash_terms(["road", "bridge", "ferry", "road", "road", "bridge"])
    assert vocabulary[columns].tolist() == wanted.tolist()


@pytest.mark.parametrize("documents", [[], [[], []]])
def test_an_index_without_terms_finds_nothing(tmp_path: Path, documents: list[list[str]]) -> None:
    lexical = index(tmp_path, documents)
    assert lexical.search(["road"], 5)[0].tolist() == []
    assert lexical.scores(["road"], np.arange(len(documents))).tolist() == [0.0] * len(documents)
