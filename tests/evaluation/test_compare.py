"""Two configurations or encoders on one question file: what is opened, and what is compared."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policybot.cli import cli
from policybot.config import Config, EncoderConfig, IndexConfig
from policybot.evaluation import dataset as datasets
from policybot.evaluation.compare import compare_answers, indexed_apart
from policybot.evaluation.evaluate import Evaluation, Kind, Outcome, Question
from policybot.index.build.build import build_index
from tests.fake_encoder import FakeEncoder
from tests.small_index import BOOK, POLICIES

OTHER = Config(encoder=EncoderConfig(model="other"))
ELSEWHERE = dataclasses.replace(OTHER, index=IndexConfig(path=Path("elsewhere")))


@pytest.mark.parametrize(
    ("names", "systems", "apart"),
    [
        (("bundled", "bundled"), (Config(), Config()), [False, False]),
        (("bundled", "other"), (Config(), OTHER), [True, True]),
        (("a.toml", "b.toml"), (Config(), OTHER), [True, True]),
        (("a.toml", "b.toml"), (Config(), ELSEWHERE), [False, False]),
        (("b.toml", "other"), (ELSEWHERE, OTHER), [False, True]),
        (("b.toml", "bundled"), (ELSEWHERE, Config()), [False, False]),
    ],
)
def test_the_corpus_is_indexed_apart_where_no_index_is_of_the_encoder(
    names: Sequence[str], systems: Sequence[Config], apart: list[bool]
) -> None:
    assert indexed_apart(names, systems, Config()) == apart


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> dict[str, FakeEncoder]:
    fakes = {
        name: FakeEncoder(name=name, fingerprint=f"fa4e00000000000{number}", dimension=32 * number)
        for number, name in enumerate(("one", "two"), start=1)
    }
    monkeypatch.setattr(datasets, "open_for_indexing", lambda config: fakes[config.encoder.model])
    monkeypatch.setattr(
        datasets, "open_for_serving", lambda config, fingerprint: fakes[config.encoder.model]
    )
    return fakes


@pytest.fixture
def place(tmp_path: Path, encoders: dict[str, FakeEncoder]) -> Path:
    """A corpus of two policies with a live index of the encoder "one", and a question file."""
    (tmp_path / "corpus").mkdir()
    for number, topic in enumerate(("bridges", "tolls"), start=1):
        (tmp_path / "corpus" / f"{topic}.md").write_text(
            f"---\ntitle: On {topic}\nissuers: [Ministry of Transport]\ndate: 201{number}\n---\n\n"
            f"All {topic} are inspected in spring.\n"
        )
    for name in ("one", "two"):
        (tmp_path / f"{name}.toml").write_text(
            f'[encoder]\nmodel = "{name}"\n'
            '[index]\npath = "embeddings"\n'
            '[corpus]\npath = "corpus"\n'
        )
    build_index(POLICIES, index_path=tmp_path / "embeddings", encoder=encoders["one"], issuers=BOOK)
    (tmp_path / "asked.jsonl").write_text(
        "\ufeff"
        + json.dumps(
            {"kind": "one", "question": "When are bridges inspected?", "expect": ["bridges"]}
        ),
        "utf-8",
    )
    return tmp_path


def run(place: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli,
        ["--config", str(place / "one.toml"), "eval", *arguments],
        catch_exceptions=False,
    )


@pytest.mark.parametrize("suffix", ["", ".toml"])
def test_two_encoders_of_one_index_path_are_compared_on_a_question_file(
    place: Path, encoders: dict[str, FakeEncoder], suffix: str
) -> None:
    names = [f"{place}/{name}{suffix}" if suffix else name for name in encoders]
    live = (place / "embeddings" / "CURRENT").read_text()
    done = run(place, *names, "--questions", str(place / "asked.jsonl"))
    assert done.exit_code == 0, done.output
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert rows[0] == ["measure", *names, "difference", "95% interval", "p"]
    assert rows[1][:3] == ["right", "1.0000", "1.0000"]
    assert f"{names[1]}: the corpus is indexed apart from the live index" in done.stderr
    assert (place / "embeddings" / "CURRENT").read_text() == live
    kept = {path.name for path in (place / "embeddings" / "compared").iterdir()}
    assert kept == {encoder.fingerprint for encoder in encoders.values()}


def test_what_was_embedded_to_compare_is_there_for_the_next_time(
    place: Path, encoders: dict[str, FakeEncoder]
) -> None:
    arguments = ("one", "two", "--questions", str(place / "asked.jsonl"))
    cache = place / "cache"
    run(place, *arguments, "--cache", str(cache))
    for encoder in encoders.values():
        encoder.encode_documents = None  # type: ignore[assignment,method-assign]
    assert run(place, *arguments, "--cache", str(cache)).exit_code == 0
    assert not (place / "embeddings" / "compared").exists()


def answered(kind: Kind, expect: Sequence[str], *, right: bool) -> Outcome:
    return Outcome(Question(kind, "?", tuple(expect)), right, (), 1 if right else None, None, 1, 1)


def test_questions_of_one_policy_are_resampled_together_and_lists_as_wholes() -> None:
    def evaluation(*, right: bool) -> Evaluation:
        nine_of_one = [answered("one", ["roads"], right=right)] * 9
        lists = [answered("set", ["roads", f"p{number}"], right=right) for number in range(3)]
        return Evaluation((*nine_of_one, *lists))

    rows = {
        row.measure: row.difference
        for row in compare_answers(evaluation(right=False), evaluation(right=True))
    }
    assert set(rows) == {"right", "one: right", "one: mrr", "set: right"}
    assert (rows["one: right"].low, rows["one: right"].p) == (-1, 1)
    assert (rows["set: right"].low, rows["set: right"].high) == (1, 1)
