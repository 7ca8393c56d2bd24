from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from policybot.config import Config, EncoderConfig, IndexConfig
from policybot.encoder import open_for_indexing, open_for_serving
from policybot.encoder.artifact import encoders_folder, read_export, verify_export
from policybot.encoder.onnx import OnnxEncoder
from policybot.encoder.source import Source
from policybot.encoder.torch import load_model
from policybot.errors import EncoderError, IndexDamagedError, IndexMismatchError
from tests.encoder.tiny import save_tiny_model, tiny_config
from tests.exported import bundled_export

FILES = ("encoder.json", "model.onnx", "model.weights", "tokenizer.json")

SERVE = """
import json, sys
from pathlib import Path
from policybot.config import Config, IndexConfig
from policybot.encoder import open_for_serving
encoder = open_for_serving(Config(index=IndexConfig(path=Path(sys.argv[1]))), sys.argv[2])
row = encoder.encode_queries(["smart cities"])[0]
heavy = [m for m in ("torch", "transformers", "sentence_transformers", "onnx") if m in sys.modules]
print(json.dumps({"row": row.tolist(), "heavy": heavy, "tokens": encoder.count_tokens(["smart"])}))
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A tiny exported model, for tests that do not touch its files."""
    folder = tmp_path_factory.mktemp("tiny")
    config = tiny_config(save_tiny_model(folder / "model"), folder / "index")
    open_for_indexing(config)
    return config


@pytest.fixture
def damaged(tiny: Config, tmp_path: Path) -> tuple[Config, Path]:
    """A tiny exported model whose files the test may damage, and their folder."""
    shutil.copytree(tiny.index.path, tmp_path / "index")
    config = replace(tiny, index=IndexConfig(path=tmp_path / "index"))
    return config, encoders_folder(config.index.path) / fingerprint_of(config)


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def fingerprint_of(config: Config) -> str:
    (folder,) = encoders_folder(config.index.path).glob("[0-9a-f]*")
    return folder.name


def test_a_process_that_serves_never_imports_pytorch(exported: OnnxEncoder) -> None:
    index_path, fingerprint = bundled_export()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SERVE, str(index_path), fingerprint],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(done.stdout)
    assert (told["heavy"], told["tokens"], done.stderr) == ([], [3], "")
    np.testing.assert_allclose(told["row"], exported.encode_queries(["smart cities"])[0], atol=1e-6)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(name: str, damaged: tuple[Config, Path]) -> None:
    config, folder = damaged
    (folder / name).unlink()
    with pytest.raises(IndexDamagedError, match=rf"{name}: missing; run `policybot index`"):
        open_for_serving(config, folder.name)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_named(name: str, damaged: tuple[Config, Path]) -> None:
    config, folder = damaged
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: len(data) // 2])
    with pytest.raises(IndexDamagedError, match=name):
        open_for_serving(config, folder.name)


@pytest.mark.parametrize("name", [name for name in FILES if name != "model.weights"])
def test_an_altered_byte_of_a_small_file_is_found_at_opening(
    name: str, damaged: tuple[Config, Path]
) -> None:
    config, folder = damaged
    flip(folder / name)
    with pytest.raises(IndexDamagedError, match=name):
        open_for_serving(config, folder.name)


def test_an_altered_figure_in_the_description_is_found(damaged: tuple[Config, Path]) -> None:
    config, folder = damaged
    told = json.loads((folder / "encoder.json").read_text())
    (folder / "encoder.json").write_text(json.dumps({**told, "languages": ["zh"]}))
    with pytest.raises(IndexDamagedError, match=r"encoder\.json: altered"):
        open_for_serving(config, folder.name)


@pytest.mark.parametrize("name", FILES)
def test_an_altered_byte_of_any_file_is_found_by_verifying(
    name: str, damaged: tuple[Config, Path]
) -> None:
    _, folder = damaged
    flip(folder / name)
    with pytest.raises(IndexDamagedError, match=name):
        verify_export(folder)


def test_indexing_mends_a_damaged_export(damaged: tuple[Config, Path]) -> None:
    config, folder = damaged
    flip(folder / "model.weights")
    assert open_for_indexing(config).fingerprint == folder.name
    assert verify_export(folder) == read_export(folder)


def test_another_configured_encoder_is_a_mismatch_that_indexing_mends(tiny: Config) -> None:
    other = Config(index=tiny.index, encoder=EncoderConfig(model="other/model"))
    with pytest.raises(IndexMismatchError, match=r"other/model.*`policybot index`"):
        open_for_serving(other, fingerprint_of(tiny))


def test_another_configured_precision_is_a_mismatch(tiny: Config) -> None:
    other = tiny_config(Path(tiny.encoder.model), tiny.index.path, precision="int8")
    with pytest.raises(IndexMismatchError, match="int8"):
        open_for_serving(other, fingerprint_of(tiny))


def test_with_nothing_configured_the_index_says_which_encoder(tiny: Config) -> None:
    plain = Config(index=tiny.index)
    assert open_for_serving(plain, fingerprint_of(tiny)).name == "model"


def test_without_an_export_the_configured_model_must_have_the_fingerprint(tiny: Config) -> None:
    with pytest.raises(IndexMismatchError, match="`policybot index`"):
        open_for_serving(tiny, "0123456789abcdef")


def test_without_an_export_and_a_model_the_error_names_the_export(tmp_path: Path) -> None:
    config = Config(index=IndexConfig(path=tmp_path), encoder=EncoderConfig(model="./nowhere"))
    with pytest.raises(EncoderError, match="0123456789abcdef: no exported encoder"):
        open_for_serving(config, "0123456789abcdef")


@pytest.mark.parametrize("device", ["nonsense", "cuda:99"])
def test_a_device_that_is_not_there_is_named(device: str) -> None:
    with pytest.raises(EncoderError, match=rf"device '{device}': PyTorch cannot use it here"):
        load_model(Source("tiny", "tiny", None), device)


@pytest.mark.parametrize("device", ["vulkan", "hpu"])
def test_of_pytorchs_reasons_against_a_device_the_first_sentence_is_told(device: str) -> None:
    with pytest.raises(EncoderError, match="PyTorch cannot use it here") as told:
        load_model(Source("tiny", "tiny", None), device)
    assert len(str(told.value)) < 300
