"""Two workers of a local cluster of Ray, against one process."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from policybot.backends.ray import workers as room
from policybot.backends.ray.join import Cluster, joined
from policybot.backends.ray.ship import ship_export, ship_model
from policybot.backends.ray.workers import ClusterWorkers
from policybot.config import Config
from policybot.encoder.artifact import encoders_folder
from policybot.encoder.onnx import OnnxEncoder
from policybot.encoder.source import find_source
from policybot.errors import ClusterError
from policybot.index.build.embed import BATCH
from policybot.index.serve.generation import current_generation, open_generation
from policybot.model import Policy
from tests.backends.shipments import Broken, Deadly, Fake
from tests.exported import bundled_export
from tests.index.samples import POLICIES, build, contents

MANY = (
    *POLICIES,
    *(Policy(f"p{at}", f"Title {at}", f"Sentence {at} a. And {at} b.") for at in range(500)),
    Policy("fatal", "Fatal Measures", "Fatal: nothing is lost.\n\nNothing comes twice."),
)
MEMORY = 80 * 1024 * 1024


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with joined("local", cpus=2, memory=MEMORY) as started:
        yield started


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one process makes, for reading only."""
    folder = tmp_path_factory.mktemp("one")
    build(folder, MANY)
    return folder


@pytest.fixture(scope="module")
def one_process(indexed: Path) -> dict[str, str]:
    return files_of(indexed)


def files_of(index_path: Path) -> dict[str, str]:
    with open_generation(index_path) as generation:
        return contents(generation)


def fake(cluster: Cluster) -> ClusterWorkers:
    # One process: each kind of work starts its own, and what is tested here needs no second.
    return ClusterWorkers(dataclasses.replace(cluster, cpus=1), Fake(), Fake())


@pytest.mark.slow
def test_workers_killed_at_work_lose_nothing_and_the_index_is_that_of_one_process(
    cluster: Cluster,
    one_process: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(room, "_POLICIES", 2_000)
    deaths = tmp_path / "deaths"
    deaths.mkdir()
    deadly = Deadly(deaths)
    report = build(
        tmp_path / "index", MANY, workers=ClusterWorkers(cluster, deadly, deadly, wave=100_000)
    )
    assert {path.name for path in deaths.iterdir()} == {"dividing", "embedding"}
    assert report.embedded > 2 * BATCH
    assert files_of(tmp_path / "index") == one_process


def test_only_what_changed_is_sent(cluster: Cluster, indexed: Path, tmp_path: Path) -> None:
    changed = [*MANY[:-1], dataclasses.replace(MANY[-1], title="Fateful Measures")]
    for folder in ("one", "cluster"):
        shutil.copytree(indexed, tmp_path / folder)
    expected = build(tmp_path / "one", changed)
    report = build(tmp_path / "cluster", changed, workers=fake(cluster))
    assert (report.embedded, report.reused) == (expected.embedded, expected.reused)
    assert 0 < report.embedded < 10
    assert files_of(tmp_path / "cluster") == files_of(tmp_path / "one")


def test_a_builder_that_ends_midway_goes_on_with_what_the_workers_made(
    cluster: Cluster, one_process: dict[str, str], tmp_path: Path
) -> None:
    def stop(stage: str, done: int, _total: int) -> None:
        if stage == "embed" and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, MANY, workers=fake(cluster), progress=stop)
    assert current_generation(tmp_path) is None
    report = build(tmp_path, MANY)
    assert report.reused >= 1
    assert files_of(tmp_path) == one_process


def test_an_encoder_that_workers_cannot_open_is_one_line_and_the_index_stays(
    cluster: Cluster, tmp_path: Path
) -> None:
    build(tmp_path)
    before = current_generation(tmp_path)
    with pytest.raises(ClusterError, match=r"^--ray local: \S+: model.onnx: altered on the way$"):
        build(tmp_path, MANY, workers=ClusterWorkers(cluster, Broken(), Broken()))
    assert current_generation(tmp_path) == before


def test_a_shipped_encoder_gives_the_vectors_of_the_one_that_was_sent(cluster: Cluster) -> None:
    index_path, fingerprint = bundled_export()
    folder = encoders_folder(index_path) / fingerprint
    here = OnnxEncoder(folder, purpose="indexing")
    texts = ["Tolls are set by the ministries.", "Ambulances pay nothing.", "Ships wait."]
    export = ship_export(folder).open()
    assert export.fingerprint == fingerprint
    assert np.array_equal(export.encode_documents(texts), here.encode_documents(texts))
    # What a GPU would run, on the CPU.
    model = ship_model(find_source(Config()), here, "cpu").open()
    assert (model.fingerprint, model.languages) == (fingerprint, here.languages)
    difference = np.abs(model.encode_documents(texts) - here.encode_documents(texts))
    assert difference.max() < 1e-5
