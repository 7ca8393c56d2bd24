import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.vectors import rows as module
from policybot.index.vectors.rows import Rows, widened

HALF = np.random.default_rng(0).standard_normal((50, 8)).astype(np.float16)
VECTOR = np.arange(8, dtype=np.float32)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "vectors.npy"
    np.save(path, HALF)
    return path


@pytest.fixture(scope="module")
def read(file: Path) -> Iterator[Rows]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "READ_FROM", 1)
        rows = Rows(file, np.load(file))
    yield rows
    rows.close()


@given(st.lists(st.integers(0, 49), max_size=60))
def test_rows_read_from_the_file_are_those_of_the_mapping(read: Rows, picked: list[int]) -> None:
    ordinals = np.array(picked, dtype=np.int64)
    mapped = Rows(Path("unused"), HALF)
    assert np.array_equal(read.cosines(VECTOR, ordinals), mapped.cosines(VECTOR, ordinals))
    assert np.allclose(
        read.cosines(VECTOR, ordinals), HALF[ordinals].astype(np.float32) @ VECTOR, atol=1e-5
    )


def test_more_rows_than_one_chunk_come_in_their_order(read: Rows) -> None:
    ordinals: NDArray[np.int64] = np.random.default_rng(1).integers(0, 50, 5000)
    assert np.allclose(
        read.cosines(VECTOR, ordinals), HALF[ordinals].astype(np.float32) @ VECTOR, atol=1e-4
    )


def test_a_file_that_lost_its_end_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_FROM", 1)
    path = tmp_path / "vectors.npy"
    np.save(path, HALF)
    rows = Rows(path, HALF)
    with path.open("r+b") as damaged:
        damaged.truncate(path.stat().st_size - 16 * 10)
    with pytest.raises(IndexDamagedError, match=r"vectors\.npy: row 45 is not whole.*policybot"):
        rows.cosines(VECTOR, np.array([3, 45]))
    rows.close()


def _resident(path: Path) -> int:
    """Return how many kB of a mapped file count as this process's memory."""
    found = 0
    ours = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            ours = line.endswith(str(path))
        elif ours and line.startswith("Rss:"):
            found += int(line.split()[1])
    return found


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells")
def test_what_was_looked_at_through_the_mapping_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_FROM", 1)
    path = tmp_path / "vectors.npy"
    np.save(path, np.arange(1 << 20, dtype=np.float16).reshape(-1, 16))
    mapped = np.load(path, mmap_mode="r")
    rows = Rows(path, mapped)
    before = mapped.copy()
    assert _resident(path) >= 1024
    rows.forget()
    assert _resident(path) < 64
    assert np.array_equal(mapped, before, equal_nan=True)
    rows.close()


def test_every_finite_half_is_widened_exactly() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    finite = halves[np.isfinite(halves)]
    wide = widened(finite)
    assert wide.dtype == np.float32
    np.testing.assert_array_equal(wide, finite.astype(np.float32))
    np.testing.assert_array_equal(np.signbit(wide), np.signbit(finite))
