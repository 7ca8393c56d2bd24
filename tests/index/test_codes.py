import dataclasses
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.serve.generation import open_generation
from policybot.index.vectors import codes as rooms
from policybot.index.vectors import rows
from policybot.index.vectors.codes import EXACT_UP_TO, FILE, RECALL, Codes, Tuning, write_codes
from policybot.index.vectors.mapped import FILE as VECTORS
from policybot.index.vectors.mapped import Vectors, write_vectors
from policybot.query.conditions import Numbered
from tests.index.samples import BICYCLES, POLICIES, build

COUNT, DIMENSION = 40_000, 96


def near(centres: NDArray[np.float32], count: int, seed: int) -> NDArray[np.float32]:
    """Return vectors of length 1 around centres, as those of texts about a few subjects are."""
    generator = np.random.default_rng(seed)
    rows = centres[generator.integers(len(centres), size=count)]
    rows = rows + 0.6 * generator.standard_normal(rows.shape, dtype=np.float32) / DIMENSION**0.5
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


CENTRES = np.random.default_rng(0).standard_normal((60, DIMENSION), dtype=np.float32)
CENTRES /= np.linalg.norm(CENTRES, axis=1, keepdims=True)
STORED = near(CENTRES, COUNT, 1).astype(np.float16)
QUESTIONS = near(CENTRES, 24, 2)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("codes")
    write_vectors(folder / VECTORS, DIMENSION, [STORED])
    tuning = write_codes(folder / FILE, STORED, STORED[::7])
    assert tuning
    (folder / "tuning.json").write_text(json.dumps(dataclasses.asdict(tuning)))
    return folder


@pytest.fixture(scope="module")
def tuning(folder: Path) -> Tuning:
    found = Tuning.of(json.loads((folder / "tuning.json").read_text()))
    assert found
    return found


OPENED: list[Vectors] = []


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture
def from_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors are read from the file, as those of large ones are."""
    monkeypatch.setattr(rows, "READ_FROM", 1)


@pytest.fixture(params=["mapped", "from the file"])
def way(request: pytest.FixtureRequest) -> str:
    if request.param != "mapped":
        request.getfixturevalue("from_file")
    return str(request.param)


def opened(folder: Path, tuning: Tuning | None, missing: int = 0) -> Vectors:
    embedded = np.ones(COUNT, dtype=np.bool_)
    embedded[:missing] = False
    codes = Codes(folder / FILE, COUNT, DIMENSION, tuning) if tuning else None
    OPENED.append(Vectors(folder / VECTORS, COUNT, DIMENSION, embedded, codes))
    return OPENED[-1]


def test_what_is_written_down_holds_for_questions_that_were_not_measured_with(
    folder: Path, tuning: Tuning
) -> None:
    assert min(tuning.recall_at_10, tuning.recall_at_100) >= RECALL
    assert tuning.depth * 100 < COUNT / 24, "too deep for the codes to be used at all"
    quick, exact = opened(folder, tuning), opened(folder, None)
    for count in (10, 100):
        shares = [
            np.isin(exact.search(question, count)[0], quick.search(question, count)[0]).mean()
            for question in QUESTIONS
        ]
        assert np.mean(shares) >= RECALL - 0.01


def test_scores_are_the_exact_cosines(folder: Path, tuning: Tuning) -> None:
    ordinals, scores = opened(folder, tuning).search(QUESTIONS[0], 50)
    cosines = STORED[ordinals].astype(np.float32) @ QUESTIONS[0]
    assert scores == pytest.approx(cosines, abs=1e-6)
    assert np.all(np.diff(scores) <= 0)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("share", [0.9, 0.6, 0.55, 0.4, 0.1])
def test_a_filter_finds_what_is_nearest_of_what_it_allows(
    folder: Path, tuning: Tuning, share: float
) -> None:
    allowed = np.flatnonzero(np.random.default_rng(3).random(COUNT) < share)
    quick, exact = opened(folder, tuning), opened(folder, None)
    shares = []
    for question in QUESTIONS:
        found = quick.search(question, 100, allowed)[0]
        assert len(found) == 100
        assert np.isin(found, allowed).all()
        shares.append(np.isin(exact.search(question, 100, allowed)[0], found).mean())
    assert np.mean(shares) >= RECALL - 0.01


@pytest.mark.usefixtures("way")
def test_a_wide_filter_that_allows_only_what_is_far_away_is_searched_to_the_end(
    folder: Path, tuning: Tuning
) -> None:
    cosines = STORED.astype(np.float32) @ QUESTIONS[0]
    far = np.sort(np.argsort(cosines)[: EXACT_UP_TO + 1000])
    found = opened(folder, tuning).search(QUESTIONS[0], 30, far)[0]
    assert found.tolist() == opened(folder, None).search(QUESTIONS[0], 30, far)[0].tolist()


@pytest.mark.parametrize("size", [1, 40, 3000, EXACT_UP_TO])
def test_a_narrow_filter_is_exact(folder: Path, tuning: Tuning, size: int) -> None:
    allowed = np.random.default_rng(4).permutation(COUNT)[:size]
    found = opened(folder, tuning).search(QUESTIONS[1], 25, allowed)[0]
    assert found.tolist() == opened(folder, None).search(QUESTIONS[1], 25, allowed)[0].tolist()


@pytest.mark.usefixtures("from_file")
@pytest.mark.parametrize("size", [1, 40, COUNT // 40])
def test_a_narrow_filter_of_a_large_file_is_exact(folder: Path, tuning: Tuning, size: int) -> None:
    test_a_narrow_filter_is_exact(folder, tuning, size)


def test_a_passage_that_was_not_embedded_is_never_found(folder: Path, tuning: Tuning) -> None:
    vectors = opened(folder, tuning, missing=5000)
    for question in QUESTIONS[:5]:
        found = vectors.search(question, 100)[0]
        assert len(found) == 100
        assert found.min() >= 5000


def test_the_same_vectors_give_the_same_file_and_the_same_answers(
    folder: Path, tuning: Tuning, tmp_path: Path
) -> None:
    assert write_codes(tmp_path / FILE, STORED, STORED[::7]) == tuning
    assert (tmp_path / FILE).read_bytes() == (folder / FILE).read_bytes()
    once, again = (opened(folder, tuning).search(QUESTIONS[2], 100)[0] for _ in range(2))
    assert once.tolist() == again.tolist()


def test_a_small_index_has_no_codes(tmp_path: Path) -> None:
    assert write_codes(tmp_path / FILE, STORED[:EXACT_UP_TO], STORED[:9]) is None
    assert not (tmp_path / FILE).exists()


def test_codes_that_do_not_find_what_is_nearest_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike = np.random.default_rng(5).standard_normal((21_000, 8), dtype=np.float32)
    alike /= np.linalg.norm(alike, axis=1, keepdims=True)
    monkeypatch.setattr(rooms, "_DEPTHS", (2,))
    half = alike.astype(np.float16)
    assert write_codes(tmp_path / FILE, half, half[:64]) is None
    assert not (tmp_path / FILE).exists()


def test_damaged_codes_are_named(folder: Path, tuning: Tuning, tmp_path: Path) -> None:
    shutil.copy(folder / FILE, tmp_path)
    with pytest.raises(IndexDamagedError, match="does not hold the codes of 9 vectors"):
        Codes(tmp_path / FILE, 9, DIMENSION, tuning)
    (tmp_path / FILE).write_bytes(b"something else entirely")
    with pytest.raises(IndexDamagedError, match=FILE):
        Codes(tmp_path / FILE, COUNT, DIMENSION, tuning)


def test_a_build_writes_codes_past_the_size_and_the_manifest_says_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "EXACT_UP_TO", 3)
    monkeypatch.setattr(rooms, "RECALL", 0.0)
    build(tmp_path)
    with open_generation(tmp_path) as generation:
        assert set(generation.manifest.vectors) == {
            *("depth", "questions", "recall_at_10", "recall_at_100")
        }
        assert FILE in generation.manifest.files
        assert generation.policies_matching([Numbered(("1718",))]) is not None
    changed = dataclasses.replace(BICYCLES, body="Bicycles are not welcome.")
    incremental = build(tmp_path, [*POLICIES[:3], changed])
    full = build(tmp_path / "other", [*POLICIES[:3], changed])
    assert incremental.passages == full.passages
    with open_generation(tmp_path) as one, open_generation(tmp_path / "other") as two:
        assert one.manifest.files[FILE] == two.manifest.files[FILE]
        assert one.manifest.vectors == two.manifest.vectors


def test_codes_are_written_where_no_cores_can_be_set_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # as on macOS and Windows
    assert write_codes(tmp_path / FILE, STORED[: EXACT_UP_TO + 1], STORED[::7])
