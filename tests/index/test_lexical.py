import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.index.lexical import K1, B, Lexical, hash_terms, write_lexical

DOCUMENTS = [
    ["toll", "road", "toll", "toll"],
    ["road", "bridge"],
    ["harbour", "ship", "ship", "pilot", "road"],
    [],
    ["road", "bridge"],
    ["bridge", "bridge", "bridge", "pilot", "toll"],
]


def index(folder: Path, documents: Sequence[Sequence[str]]) -> Lexical:
    terms = hash_terms([term for document in documents for term in document])
    offsets = np.cumsum([0, *map(len, documents)], dtype=np.int64)
    write_lexical(folder / "lexical", terms, offsets)
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
    terms, counts = lexical.terms_of(1, 4)
    assert counts.tolist() == [2, 5, 0]
    assert terms.tolist() == hash_terms(DOCUMENTS[1] + DOCUMENTS[2]).tolist()


@pytest.mark.parametrize("documents", [[], [[], []]])
def test_an_index_without_terms_finds_nothing(tmp_path: Path, documents: list[list[str]]) -> None:
    lexical = index(tmp_path, documents)
    assert lexical.search(["road"], 5)[0].tolist() == []
    assert lexical.scores(["road"], np.arange(len(documents))).tolist() == [0.0] * len(documents)
