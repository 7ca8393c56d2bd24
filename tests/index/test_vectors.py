from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.vectors.mapped import FILE, Vectors, write_vectors

COUNT, DIMENSION = 3000, 16


def random_vectors(count: int) -> NDArray[np.float16]:
    vectors = np.random.default_rng(0).standard_normal((count, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16)


STORED = random_vectors(COUNT)
QUESTION = STORED[7].astype(np.float32)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / FILE
    write_vectors(path, DIMENSION, [STORED[:1000], STORED[1000:]])
    return path


@pytest.fixture(scope="module")
def vectors(path: Path) -> Vectors:
    return Vectors(path, COUNT, DIMENSION, np.ones(COUNT, dtype=np.bool_))


def exact(ordinals: NDArray[np.int64]) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = STORED[ordinals].astype(np.float32) @ QUESTION
    return cosines


def test_search_is_exact(vectors: Vectors) -> None:
    ordinals, scores = vectors.search(QUESTION, 20)
    cosines = exact(np.arange(COUNT))
    assert ordinals.tolist() == np.argsort(-cosines, kind="stable")[:20].tolist()
    assert scores == pytest.approx(cosines[ordinals], abs=1e-6)


def test_vectors_are_kept_without_drift(vectors: Vectors) -> None:
    assert np.array_equal(vectors.half, STORED)


@pytest.mark.parametrize("size", [1, 900, 1500, COUNT])
def test_scores_of_given_passages_are_exact_and_in_their_order(vectors: Vectors, size: int) -> None:
    ordinals = np.random.default_rng(1).permutation(COUNT)[:size]
    assert vectors.scores(QUESTION, ordinals) == pytest.approx(exact(ordinals), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(
    selected=st.one_of(
        st.sets(st.integers(0, COUNT - 1), max_size=12),
        st.integers(1025, COUNT).map(lambda size: set(range(0, COUNT, max(1, COUNT // size)))),
    ),
    count=st.integers(1, 30),
)
def test_a_selection_never_empties_a_result_that_exists(
    vectors: Vectors, selected: set[int], count: int
) -> None:
    ordinals = np.array(sorted(selected), dtype=np.int64)
    found, _ = vectors.search(QUESTION, count, ordinals)
    best = ordinals[np.argsort(-exact(ordinals), kind="stable")][:count]
    assert found.tolist() == best.tolist()


def test_fewer_passages_than_asked_for_come_without_padding(vectors: Vectors) -> None:
    ordinals, scores = vectors.search(QUESTION, 10_000)
    assert sorted(ordinals) == list(range(COUNT))
    assert len(scores) == COUNT


def test_equal_vectors_come_in_the_order_of_ordinals(tmp_path: Path) -> None:
    write_vectors(tmp_path / FILE, DIMENSION, [STORED[[3, 7, 3, 7, 7]]])
    vectors = Vectors(tmp_path / FILE, 5, DIMENSION, np.ones(5, dtype=np.bool_))
    assert vectors.search(QUESTION, 5)[0].tolist() == [1, 3, 4, 0, 2]


@pytest.mark.parametrize("selected", [None, np.arange(2000), np.array([7, 8])])
def test_a_passage_that_was_not_embedded_is_never_found(
    path: Path, selected: NDArray[np.int64] | None
) -> None:
    embedded = np.ones(COUNT, dtype=np.bool_)
    embedded[7] = False
    found = Vectors(path, COUNT, DIMENSION, embedded).search(QUESTION, COUNT, selected)[0]
    assert 7 not in found
    assert len(found) == (COUNT if selected is None else len(selected)) - 1


def test_no_vectors_are_searched_without_a_result(tmp_path: Path) -> None:
    write_vectors(tmp_path / FILE, DIMENSION, [])
    vectors = Vectors(tmp_path / FILE, 0, DIMENSION, np.ones(0, dtype=np.bool_))
    assert vectors.search(QUESTION, 5)[0].tolist() == []


def test_a_file_that_is_no_index_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"something else entirely")
    with pytest.raises(IndexDamagedError, match=FILE):
        Vectors(tmp_path / FILE, 3, DIMENSION, np.ones(3, dtype=np.bool_))


def test_a_truncated_file_is_named(path: Path, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(path.read_bytes()[:5000])
    with pytest.raises(IndexDamagedError, match=FILE):
        Vectors(tmp_path / FILE, COUNT, DIMENSION, np.ones(COUNT, dtype=np.bool_))


def test_an_index_of_other_passages_is_refused(path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="does not hold 9 vectors"):
        Vectors(path, 9, DIMENSION, np.ones(9, dtype=np.bool_))
