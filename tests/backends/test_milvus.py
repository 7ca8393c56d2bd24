"""The index on a Milvus server: what the files answer, it answers; and what goes wrong with it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from pymilvus.grpc_gen import common_pb2, milvus_pb2
from pymilvus.grpc_gen.milvus_pb2_grpc import (
    MilvusServiceServicer,
    add_MilvusServiceServicer_to_server,
)

from policybot.answering.engine import Engine
from policybot.backends.milvus import records
from policybot.backends.milvus import rows as milvus_rows
from policybot.backends.milvus import server as milvus_server
from policybot.backends.milvus import store as milvus_store
from policybot.backends.milvus.expressions import only
from policybot.backends.milvus.records import parts_of, rows_of, text_of
from policybot.backends.milvus.schema import ALIAS, PASSAGES, collection_of
from policybot.backends.milvus.server import Server
from policybot.backends.milvus.store import MilvusStore
from policybot.config import Config, IndexConfig, load_config
from policybot.errors import (
    ConfigError,
    IndexDamagedError,
    IndexMismatchError,
    NoIndexError,
    PolicyBotError,
    UnavailableError,
)
from policybot.evaluation.evaluate import read_questions
from policybot.index.build.build import BuildReport, build_index
from policybot.index.build.diff import compare, find_generations, open_two
from policybot.index.format.calibration import WITH_VECTOR, Calibration, Weights
from policybot.index.serve.generation import open_generation
from policybot.index.serve.interface import Generation
from policybot.model import Policy
from tests.fake_encoder import FakeEncoder
from tests.index.samples import HARBOURS, INTERNET, POLICIES, TOLLS
from tests.project import DATA, indexed_project
from tests.small_index import BOOK

TODAY = dt.date(2014, 8, 1)


def config(folder: Path) -> IndexConfig:
    return IndexConfig(folder, "milvus", str(folder / "index.db"))


def build(folder: Path, policies: Any = POLICIES) -> BuildReport:
    return build_index(
        policies,
        index_path=folder,
        encoder=FakeEncoder(),
        issuers=BOOK,
        store=MilvusStore(config(folder)),
    )


def collections(folder: Path) -> list[str]:
    return Server(str(folder / "index.db")).collections()


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Engine]]:
    """The project's own index, in files, and the same one in Milvus."""
    folder = tmp_path_factory.mktemp("seed")
    files = indexed_project() / "embeddings"
    with open_generation(files) as live:
        shutil.copytree(live.folder, folder / "generation")
        MilvusStore(config(folder)).publish(folder / "generation", live.manifest)
    shutil.copytree(files / "encoders", folder / "encoders")
    shutil.rmtree(folder / "generation")
    engines = (
        Engine(Config(index=IndexConfig(files)), today=lambda: TODAY),
        Engine(Config(index=config(folder)), today=lambda: TODAY),
    )
    yield engines
    for engine in engines:
        engine.close()


@pytest.mark.parametrize(
    "file", ["questions.jsonl", pytest.param("more-questions.jsonl", marks=pytest.mark.slow)]
)
def test_the_same_questions_get_the_same_answers(seed: tuple[Engine, Engine], file: str) -> None:
    for question in read_questions(DATA / file):
        ours, theirs = (engine.answer(question.text).to_dict() for engine in seed)
        for answer in (ours, theirs):
            for one in (answer, *answer.get("also", ())):
                del one["took_ms"], one["index"]["generation"]
        assert rounded(theirs) == pytest.approx(rounded(ours), abs=1e-4), question.text


def rounded(value: object, path: str = "") -> dict[str, object]:
    """Return everything that an answer holds by its place, for comparing with a tolerance."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = ((str(number), part) for number, part in enumerate(value))  # type: ignore[assignment]
    else:
        return {path: value}
    return {k: v for name, part in parts for k, v in rounded(part, f"{path}/{name}").items()}


def test_every_candidate_has_the_same_evidence(seed: tuple[Engine, Engine]) -> None:
    question = "What did the State Council decide about strategic emerging industries?"
    ours, theirs = (engine.answer(question, explain=True).evidence for engine in seed)
    for mine, other in zip(ours, theirs, strict=True):
        assert other == pytest.approx(mine, abs=1e-4)


def test_the_engines_bm25_is_ours_but_for_a_factor(seed: tuple[Engine, Engine]) -> None:
    files, milvus = (engine.generation for engine in seed)
    terms = ["internet", "thing", "internet thing", "fund", "thing"]
    ordinals, scores = files.lexical(terms, 50)
    found, ranked = milvus.lexical(terms, 50)
    assert found.tolist() == ordinals.tolist()
    assert ranked == pytest.approx(scores, rel=1e-6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build(tmp_path)
    return tmp_path


def test_nothing_changed_leaves_the_live_generation(folder: Path) -> None:
    live = MilvusStore(config(folder)).current()
    report = build(folder)
    assert (report.generation, report.embedded) == (live, 0)


def test_only_what_changed_is_embedded_again(folder: Path) -> None:
    import dataclasses

    changed = dataclasses.replace(HARBOURS, body=HARBOURS.body + "\n\nBoats are blue.")
    rest = [policy for policy in POLICIES if policy.id != HARBOURS.id]
    report = build(folder, [*rest, changed])
    assert report.changed == ("harbours",)
    assert 0 < report.embedded <= 2  # the new paragraph, which is one sentence
    with MilvusStore(config(folder)).open() as generation:
        assert (
            "Boats are blue." in generation.policy(generation.policy_ordinal("harbours") or 0).body
        )


def test_an_engine_changes_over_when_the_alias_does(folder: Path) -> None:
    engine = Engine(Config(index=config(folder)), encoder=FakeEncoder())
    assert not engine.refresh()
    build(folder, [TOLLS])
    assert engine.info.policies == len(POLICIES)
    assert engine.refresh()
    assert engine.info.policies == 1
    engine.close()


class Killed(BaseException):
    """Stands for the death of a builder."""


@pytest.mark.parametrize("step", ["create", "insert", "upsert", "settle", "finish", "point_alias"])
def test_a_builder_killed_at_any_step_leaves_the_old_index_whole(
    folder: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MilvusStore(config(folder))
    live, before = store.current(), collections(folder)

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(Server, step, die)
        with pytest.raises(Killed):
            build(folder, [TOLLS, INTERNET])
    assert store.current() == live
    store.verify()
    build(folder)
    assert collections(folder) == before


def test_two_generations_are_kept_and_can_be_compared(folder: Path) -> None:
    for policies in ([TOLLS], [TOLLS, INTERNET]):
        build(folder, policies)
    store = MilvusStore(config(folder))
    assert len(store.kept()) == 2
    with open_two(store, *find_generations(store, ())) as (old, new):
        assert [name for name, _ in compare(old, new).added] == ["internet"]


def test_another_calibration_shares_everything_else(folder: Path) -> None:
    store, weights = MilvusStore(config(folder)), Weights(1.0, 2.0, 3.0, 4.0)
    before = set(collections(folder))

    def fit(generation: Generation) -> Calibration:
        assert generation.calibration.with_vector == WITH_VECTOR
        return Calibration(with_vector=weights)

    name = store.recalibrate(fit)
    assert set(collections(folder)) - before == {collection_of(name, "about")}
    with store.open() as generation:
        assert generation.calibration.with_vector == weights
        assert generation.passages([0])[0].text
    store.verify()
    # The next build takes vectors from it, and drops nothing that it needs.
    assert build(folder, [TOLLS, INTERNET, HARBOURS]).embedded == 0


def test_a_text_that_was_altered_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MilvusStore(config(folder)).open() as generation:
        plain = records.read_records

        def altered(*given: Any) -> list[str]:
            return [text.replace("Ships", "Chips") for text in plain(*given)]

        monkeypatch.setattr("policybot.backends.milvus.rows.read_records", altered)
        with pytest.raises(IndexDamagedError, match="is not what was indexed"):
            generation.policy(generation.policy_ordinal("harbours") or 0)


def test_what_asks_for_more_than_the_engine_gives_is_searched_in_parts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MilvusStore(config(folder)).open() as generation:
        vector = FakeEncoder().encode_queries(["ships and tolls"])[0]
        whole = (
            generation.vector_sets[0].dense(vector, 100),
            generation.lexical(["ship", "toll"], 100),
        )
        led = generation.policies_led_by("toll").tolist()
        monkeypatch.setattr(milvus_rows, "MOST", 2)
        parts = (
            generation.vector_sets[0].dense(vector, 100),
            generation.lexical(["ship", "toll"], 100),
        )
        for (ours, _), (theirs, _) in zip(whole, parts, strict=True):
            assert theirs.tolist() == ours.tolist()
        assert generation.policies_led_by("toll").tolist() == led


def test_an_empty_corpus_is_an_index(tmp_path: Path) -> None:
    build(tmp_path, [])
    with MilvusStore(config(tmp_path)).open() as generation:
        assert generation.info.policies == 0
        engine = Engine(Config(index=config(tmp_path)), encoder=FakeEncoder())
        assert engine.answer("ships?").reason == "empty_corpus"


def test_an_index_of_another_layout_is_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = MilvusStore(config(folder)).current()
    with monkeypatch.context() as later:
        for room in ("about", "store"):
            later.setattr(f"policybot.backends.milvus.{room}.EXTRA", "another.json")
        later.setattr("policybot.backends.milvus.about.OPENED", ("another.json",))
        store = MilvusStore(config(folder))
        with pytest.raises(IndexMismatchError, match="another index format"):
            store.open()
    assert MilvusStore(config(folder)).current() == before


def test_a_corpus_may_become_empty_and_fill_again(tmp_path: Path) -> None:
    build(tmp_path, [])
    for policies in ([TOLLS, HARBOURS], [], [INTERNET]):
        build(tmp_path, policies)
        with MilvusStore(config(tmp_path)).open() as generation:
            held = generation.policies(range(generation.info.policies))
            assert sorted(held, key=str) == sorted(policies, key=str)
            found = generation.lexical(["ship"], 5)[0]
            assert bool(len(found)) == (HARBOURS in policies)


def test_a_text_longer_than_a_row_goes_on_in_others(tmp_path: Path) -> None:
    long = "运河" * 10_000
    policy = Policy("long", "Canals", f"Ships.\n\n{long}")
    build(tmp_path, [policy])
    with MilvusStore(config(tmp_path)).open() as generation:
        assert generation.policy(0).body == policy.body
    rows = list(rows_of(3, text_of(long)))
    assert [row["more"] for row in rows] == list(range(len(rows) - 1, -1, -1))
    assert parts_of("".join(row["data"] for row in rows)) == [long]
    assert all(len(row["data"].encode()) <= 65_535 for row in rows)


def test_filters_are_ranges_of_dates_for_the_bodies() -> None:
    offsets = np.arange(0, 1001, 2)
    bodies = np.arange(500) % 2
    numbers = np.arange(500) + 1000
    every_other = np.flatnonzero((np.arange(500) % 2 == 0) & (np.arange(500) >= 100))
    passages = np.concatenate([[2 * p, 2 * p + 1] for p in every_other]).astype(np.int64)
    assert only(passages, offsets, numbers, bodies) == (
        "(bodies == 0 and (policy >= 1100 and policy <= 1498))"
    )
    assert only(np.arange(10, 20), offsets, numbers, bodies) == (
        "(policy >= 1005 and policy <= 1009)"
    )
    assert only(passages[::2], offsets, numbers, bodies).startswith(f"key in [{1100 * PASSAGES}, ")
    # What was written later has a higher number, wherever its date puts it.
    numbers[7] = 9000
    assert only(np.arange(10, 20), offsets, numbers, bodies) == (
        "(policy >= 1005 and policy <= 1009) or (policy >= 9000 and policy <= 9000)"
    )


def test_nothing_of_milvus_is_imported_for_an_index_in_files() -> None:
    code = (
        "import sys, policybot.cli, policybot.answering.engine, policybot.index.build.build\n"
        "from policybot.config import IndexConfig\n"
        "from policybot.index.serve.store import store_of\n"
        "store_of(IndexConfig())\n"
        "absent = {'pymilvus', 'milvus_lite', 'grpc', 'policybot.backends.milvus'}\n"
        "assert not absent & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# What goes wrong.


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milvus_server, "ANSWER_SECONDS", 0.3)


def failure(uri: str, tmp_path: Path) -> PolicyBotError:
    with pytest.raises(PolicyBotError) as raised:
        Engine(Config(index=IndexConfig(tmp_path, "milvus", uri)), encoder=FakeEncoder())
    return raised.value


@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_down_is_named(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = failure(uri, tmp_path)
    assert isinstance(error, UnavailableError)
    assert str(error).startswith(f"{uri}: Milvus does not answer (")
    assert str(error).endswith("check that it runs and can be reached, then try again")


@pytest.mark.usefixtures("impatient")
def test_a_server_that_never_answers_is_not_waited_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(f"http://127.0.0.1:{silent.getsockname()[1]}", tmp_path)
    assert isinstance(error, UnavailableError)


def test_a_server_without_the_alias_has_nothing_indexed(folder: Path) -> None:
    server = Server(str(folder / "index.db"))
    server._call(lambda client: client.drop_alias(ALIAS))
    error = failure(server.place, folder)
    assert isinstance(error, NoIndexError)
    assert "has no alias policybot, so nothing is indexed there yet" in str(error)


class Older(MilvusServiceServicer):  # type: ignore[misc]
    """A server of Milvus that tells its version, and does nothing else."""

    def __init__(self, version: str) -> None:
        self._version = version

    def Connect(self, *_: object) -> Any:  # noqa: N802  (gRPC's name)
        return milvus_pb2.ConnectResponse(status=common_pb2.Status())

    def GetVersion(self, *_: object) -> Any:  # noqa: N802
        return milvus_pb2.GetVersionResponse(status=common_pb2.Status(), version=self._version)


@pytest.mark.parametrize(("version", "too_old"), [("v2.3.5", True), ("2.5.0-dev", False)])
def test_a_server_that_is_too_old_is_told_which_version_is_needed(
    tmp_path: Path, version: str, too_old: bool
) -> None:
    server = grpc.server(ThreadPoolExecutor(2))
    add_MilvusServiceServicer_to_server(Older(version), server)
    uri = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    error = failure(uri, tmp_path)
    server.stop(None)
    assert ("is too old: policybot needs 2.5 or later" in str(error)) == too_old
    if too_old:
        assert isinstance(error, ConfigError)
        assert str(error).startswith(f"{uri}: runs Milvus 2.3.5, ")


IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from policybot.answering.engine import Engine
from policybot.backends.milvus.store import MilvusStore
from policybot.config import Config, IndexConfig
from policybot.index.build.build import build_index
from tests.fake_encoder import FakeEncoder
from tests.index.samples import POLICIES
from tests.small_index import BOOK

folder, *steps = sys.argv[1:]
index = IndexConfig(Path(folder), "milvus", f"{folder}/index.db")
for step in steps:
    if step == "read":
        engine = Engine(Config(index=index), encoder=FakeEncoder())
        print(*(hit.policy.id for hit in engine.answer("ships wait outside the harbour").hits))
        engine.close()
    else:
        report = build_index(
            POLICIES[: int(step)],
            index_path=Path(folder),
            encoder=FakeEncoder(),
            issuers=BOOK,
            store=MilvusStore(index),
        )
        print(report.policies)
"""


def test_what_one_process_writes_others_read_one_after_the_other(tmp_path: Path) -> None:
    def run(*steps: str) -> list[str]:
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(tmp_path), *steps]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    assert run("2") == ["2"]
    assert run("read", "4") == ["harbours", "4"]
    assert run("read") == ["harbours"]


def test_a_file_that_is_not_there_is_not_made_by_asking(tmp_path: Path) -> None:
    uri = tmp_path / "none.db"
    assert isinstance(failure(str(uri), tmp_path), NoIndexError)
    assert not uri.exists()


def test_an_alias_of_something_else_is_no_index(folder: Path) -> None:
    server = Server(str(folder / "index.db"))
    other = next(name for name in server.collections() if name.endswith("_texts"))
    server._call(lambda client: client.alter_alias(other, ALIAS))
    error = failure(server.place, folder)
    assert isinstance(error, IndexDamagedError)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("http://me:secret@milvus:19530", "POLICYBOT_MILVUS_TOKEN"),
        ("index.sqlite", "must be http://host:port"),
    ],
)
def test_a_uri_that_cannot_be_used_is_refused(tmp_path: Path, uri: str, said: str) -> None:
    error = failure(uri, tmp_path)
    assert isinstance(error, ConfigError)
    assert said in str(error)
    assert "secret" not in str(error)


def test_a_file_is_relative_to_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "bot_config.toml"
    file.write_text('[index]\nbackend = "milvus"\nuri = "./x.db"\n')
    assert load_config(file).index.uri == str(tmp_path / "x.db")
    file.write_text('[index]\nbackend = "milvus"\n')
    with pytest.raises(ConfigError, match="needs uri"):
        load_config(file)


def test_a_manifest_that_was_altered_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = records.read_records

    def altered(server: Server, collection: str, ordinals: Any) -> list[str]:
        texts = plain(server, collection, ordinals)
        return [json.dumps(json.loads(texts[0]) | {"created": ""})] if 0 in ordinals else texts

    monkeypatch.setattr("policybot.backends.milvus.about.read_records", altered)
    with pytest.raises(IndexDamagedError, match="altered since it was written"):
        milvus_store.MilvusStore(config(folder)).open()


def test_tune_says_that_it_needs_files(tmp_path: Path) -> None:
    from policybot.evaluation.tune.material import of_questions

    with pytest.raises(ConfigError, match="measures with an index in files"):
        of_questions(DATA / "questions.jsonl", Config(index=config(tmp_path)))


def test_the_doctor_warns_of_a_token_that_travels_in_the_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from policybot.doctor.local import configuration

    monkeypatch.setenv(milvus_server.TOKEN, "me:secret")
    clear = IndexConfig(tmp_path, "milvus", "http://milvus.example.org:19530")
    (told,) = [f for f in configuration(Config(index=clear)) if f.level == "warning"]
    assert "travels in the clear" in told.message
    assert "secret" not in told.message
