"""A cross-encoder's export gives its scores without PyTorch, is checked, and says what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray

from policybot.cli import cli
from policybot.config import Config, IndexConfig, SearchConfig
from policybot.encoder.languages import PAIRS
from policybot.encoder.reranker import export
from policybot.encoder.reranker.export import export_reranker, probe_languages
from policybot.encoder.reranker.onnx import OnnxReranker
from policybot.encoder.reranker.reranker import (
    find_reranker,
    open_reranker,
    read_cross_export,
    rerankers_folder,
    verify_cross_export,
)
from policybot.errors import EncoderError, IndexDamagedError
from tests.encoder.tiny import save_tiny_reranker
from tests.project import copy_project

QUESTION = "Which ministry inspects bridges?"
TEXTS = ["Roads are inspected every spring.", "", "Bridges. " * 40, "物联网", "Ships wait."]
FILES = ("reranker.json", "model.onnx", "model.weights", "tokenizer.json")

SERVE = """
import json, sys
from pathlib import Path
from policybot.cli import cli
from policybot.config import Config, IndexConfig, SearchConfig
from policybot.encoder.reranker.reranker import open_reranker
index, model, question, *texts = sys.argv[1:]
search = SearchConfig(reranker=model)
reranker = open_reranker(Config(index=IndexConfig(path=Path(index)), search=search))
scores = reranker.scores(question, texts)
libraries = ("torch", "transformers", "sentence_transformers", "onnx")
heavy = [name for name in libraries if name in sys.modules]
print(json.dumps({"scores": scores.tolist(), "heavy": heavy}))
"""


def config_of(model: Path | str | None, index: Path) -> Config:
    return Config(
        index=IndexConfig(path=index), search=SearchConfig(reranker=str(model) if model else None)
    )


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A tiny exported re-ranker, for tests that do not touch its files."""
    folder = tmp_path_factory.mktemp("tiny")
    config = config_of(save_tiny_reranker(folder / "model"), folder / "index")
    export_reranker(config)
    return config


@pytest.fixture
def copied(tiny: Config, tmp_path: Path) -> tuple[Config, Path]:
    """A tiny exported re-ranker whose files the test may change, and their folder."""
    shutil.copytree(tiny.index.path, tmp_path / "index")
    config = replace(tiny, index=IndexConfig(path=tmp_path / "index"))
    folder = find_reranker(config)
    assert folder is not None
    return config, folder


def test_the_export_gives_the_models_scores(tiny: Config) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    published = CrossEncoder(str(tiny.search.reranker), device="cpu", local_files_only=True)
    theirs = published.predict([(QUESTION, text) for text in TEXTS], activation_fn=Identity())
    exported = open_reranker(tiny)
    assert isinstance(exported, OnnxReranker)
    ours = exported.scores(QUESTION, TEXTS)
    assert ours.shape == (len(TEXTS),)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert exported.export.parity.pairs > 50
    assert exported.name == "model"


def test_a_texts_score_does_not_depend_on_the_others(tiny: Config) -> None:
    reranker = open_reranker(tiny)
    assert reranker is not None
    alone = [reranker.scores(QUESTION, [text])[0] for text in TEXTS]
    np.testing.assert_allclose(reranker.scores(QUESTION, TEXTS), alone, atol=1e-5)
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_a_process_that_serves_never_imports_pytorch(tiny: Config) -> None:
    arguments = [str(tiny.index.path), str(tiny.search.reranker), QUESTION, *TEXTS]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVE, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert (told["heavy"], done.stderr) == ([], "")
    reranker = open_reranker(tiny)
    assert reranker is not None
    np.testing.assert_allclose(told["scores"], reranker.scores(QUESTION, TEXTS), atol=1e-5)


def test_without_a_configured_one_there_is_none(tmp_path: Path) -> None:
    config = config_of(None, tmp_path)
    assert export_reranker(config) is None
    assert open_reranker(config) is None
    assert not rerankers_folder(tmp_path).exists()


def test_a_missing_export_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"no export of .*'some/model'; run `policybot index`"):
        open_reranker(config_of("some/model", tmp_path))


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_truncated_file_is_named(name: str, copied: tuple[Config, Path]) -> None:
    config, folder = copied
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(IndexDamagedError, match=name):
        open_reranker(config)
    (folder / name).unlink()
    with pytest.raises(IndexDamagedError, match=rf"{name}: missing; run `policybot index`"):
        open_reranker(config)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_byte_of_any_file_is_found_by_verifying(
    name: str, copied: tuple[Config, Path]
) -> None:
    _, folder = copied
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 0xFF
    (folder / name).write_bytes(data)
    with pytest.raises(IndexDamagedError, match=name):
        verify_cross_export(folder)


def test_a_model_that_is_exported_already_is_not_loaded_again(
    tiny: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_load", None)
    assert export_reranker(tiny) == find_reranker(tiny)


def test_exporting_mends_a_damaged_export(copied: tuple[Config, Path]) -> None:
    config, folder = copied
    (folder / "model.onnx").write_bytes(b"")
    assert export_reranker(config) == folder
    assert verify_cross_export(folder) == read_cross_export(folder)


def test_other_weights_under_the_same_name_take_the_place_of_the_earlier(
    copied: tuple[Config, Path], tmp_path: Path
) -> None:
    config, earlier = copied
    model = save_tiny_reranker(tmp_path / "model", seed=0)
    moved = replace(config, search=SearchConfig(reranker=str(model)))
    assert export_reranker(moved) == earlier  # the same weights under another name
    save_tiny_reranker(model, seed=1)
    now = export_reranker(moved)
    assert now is not None
    assert now != earlier
    assert list(rerankers_folder(config.index.path).glob("[0-9a-f]*")) == [now]


def test_a_model_of_several_labels_is_refused(tmp_path: Path) -> None:
    model = save_tiny_reranker(tmp_path / "model", labels=3)
    with pytest.raises(EncoderError, match="gives 3 scores a pair"):
        export_reranker(config_of(model, tmp_path / "index"))


def test_an_export_that_differs_from_the_model_is_refused_and_not_kept(
    tiny: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MAX_DIFFERENCE", 0.0)
    config = replace(tiny, index=IndexConfig(path=tmp_path))
    with pytest.raises(EncoderError, match="does not give the model's scores"):
        export_reranker(config)
    assert not rerankers_folder(tmp_path).exists()


def test_an_export_that_fails_leaves_the_others(copied: tuple[Config, Path]) -> None:
    config, folder = copied
    missing = replace(config, search=SearchConfig(reranker="nobody/nothing"))
    with pytest.raises(EncoderError, match="cannot be loaded"):
        export_reranker(missing)
    assert export_reranker(config) == folder


@pytest.mark.parametrize(
    ("model", "reason"),
    [("./nowhere", "no such folder"), ("nobody/nothing", "cannot be loaded")],
)
def test_a_model_that_is_not_there_is_named(model: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=rf"reranker = '{model}'.*{reason}"):
        export_reranker(config_of(model, tmp_path))
    assert not rerankers_folder(tmp_path).exists()


def test_languages_are_probed() -> None:
    meant = dict(PAIRS["en"])

    def reads_english(question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([text == meant.get(question) for text in texts], np.float32)

    assert probe_languages(reads_english) == ("en",)


def test_indexing_exports_it_and_answers_are_ordered_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_project(tmp_path)
    monkeypatch.chdir(folder)
    model = save_tiny_reranker(tmp_path / "tiny")
    Path("bot_config.toml").write_text(f'[search]\nreranker = "{model.name}"\n')

    def run(*command: str) -> Result:
        return CliRunner().invoke(cli, command)

    assert "run `policybot index` to export it" in str(run("ask", "special funds").exception)
    indexed = run("index")
    assert (indexed.exit_code, "exporting the re-ranker" in indexed.stderr) == (0, True)
    told = json.loads(run("ask", "special funds for research", "--json", "--explain").stdout)
    assert told["answered"]
    assert all("reranker" in row for row in told["evidence"])
    assert "re-ranker" in run("verify").stdout
