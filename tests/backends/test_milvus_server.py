"""The index on a real server of Milvus: published, changed, fetched, and after its death."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policybot.backends.milvus import server as milvus_server
from policybot.backends.milvus.schema import ALIAS
from policybot.backends.milvus.store import MilvusStore
from policybot.config import IndexConfig
from policybot.errors import ConfigError, UnavailableError
from policybot.index.build.build import BuildReport, build_index
from policybot.index.serve.generation import open_generation
from policybot.model import Policy
from tests.backends.milvus_server import FOLDER, RealServer, SplitServer, installed
from tests.backends.test_milvus_follow import assert_same
from tests.fake_encoder import FakeEncoder
from tests.index.samples import BOOK, HARBOURS, POLICIES
from tests.index.samples import build as build_in_files

pytestmark = [
    pytest.mark.slow,
    # The package leaves its own sockets and log files open.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(
        not installed(),
        reason=f"a real server of Milvus runs where {FOLDER} names the folder of PyPI's milvus",
    ),
]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    server = RealServer(tmp_path_factory.mktemp("milvus"))
    yield server
    server.stop()


@pytest.fixture
def store(real: RealServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MilvusStore:
    uri = real.start()
    made = MilvusStore(IndexConfig(tmp_path / "index", "milvus", uri))
    with pytest.raises(ConfigError, match=r"runs Milvus 2\.3\.5-lite, which is too old"):
        made.current()
    # From here on the server counts as new enough: Milvus Lite works out BM25 for it.
    monkeypatch.setattr(milvus_server, "LEAST", (2, 3))
    monkeypatch.setattr(milvus_server, "ANSWER_SECONDS", 60.0)
    made._server = SplitServer(uri, tmp_path / "bm25.db")
    return made


def build(store: MilvusStore, folder: Path, policies: Any) -> BuildReport:
    return build_index(
        policies, index_path=folder, encoder=FakeEncoder(), issuers=BOOK, store=store
    )


def test_a_real_server_holds_the_index_through_changes_and_its_own_death(
    real: RealServer, store: MilvusStore, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    build(store, folder, POLICIES)
    check(store, tmp_path / "files", POLICIES)
    first = store.current()
    changed = dataclasses.replace(HARBOURS, body=HARBOURS.body + "\n\nBoats are blue.")
    policies = [changed if policy.id == "harbours" else policy for policy in POLICIES[:3]]
    report = build(store, folder, policies)
    assert (report.changed, report.removed) == (("harbours",), ("bicycles",))
    assert store._server.alias_target(ALIAS) != first
    check(store, tmp_path / "changed", policies)
    with store.open_files(tmp_path / "download") as fetched:
        assert [policy.id for policy in fetched.policies(range(3))] == [
            policy.id for policy in every(store)
        ]
    with store.open() as generation:
        real.kill()
        milvus_server.ANSWER_SECONDS = 2.0  # the fixture's monkeypatch puts it back
        with pytest.raises(UnavailableError, match="does not answer"):
            generation.policies([0])
        milvus_server.ANSWER_SECONDS = 60.0
    store._server = SplitServer(real.start(), tmp_path / "bm25.db")
    assert store.current() == report.generation
    check(store, tmp_path / "restarted", policies)
    assert build(store, folder, POLICIES).added == ("bicycles",)
    check(store, tmp_path / "after", POLICIES)


def every(store: MilvusStore) -> list[Policy]:
    with store.open() as generation:
        return generation.policies(range(generation.manifest.corpus.policies))


def check(store: MilvusStore, folder: Path, policies: Any) -> None:
    build_in_files(folder, policies)
    with open_generation(folder) as ours, store.open() as theirs:
        assert_same(ours, theirs)
    store.verify()
