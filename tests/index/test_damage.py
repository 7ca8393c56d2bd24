import contextlib
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policybot.errors import IndexDamagedError
from policybot.index.serve.generation import open_generation, verify_generation
from tests.fake_encoder import FakeEncoder
from tests.index.samples import POLICIES, build, everything


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embeddings")
    build(folder)
    return folder


@pytest.fixture
def index_path(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "embeddings"))


def files(index_path: Path) -> list[Path]:
    paths = [path for path in index_path.glob("generations/**/*") if path.is_file()]
    assert len(paths) > 20
    return sorted(paths)


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every file as those too large to be read when an index is opened."""
    monkeypatch.setattr("policybot.index.serve.generation.SMALL", -1)


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def test_a_flipped_bit_in_any_file_is_found_on_opening(index_path: Path) -> None:
    for path in files(index_path):
        data = path.read_bytes()
        for at in {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(flip(data, at))
            with pytest.raises(IndexDamagedError) as caught:
                open_generation(index_path)
            assert str(path) in str(caught.value)
            assert "policybot index" in str(caught.value)
        path.write_bytes(data)
    open_generation(index_path).close()


@pytest.mark.usefixtures("nothing_is_small")
def test_a_truncated_file_is_found_on_opening_however_large(index_path: Path) -> None:
    for path in files(index_path):
        data = path.read_bytes()
        for size in {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:size])
            with pytest.raises(IndexDamagedError, match=path.name):
                open_generation(index_path)
        path.write_bytes(data)


@pytest.mark.usefixtures("nothing_is_small")
def test_a_missing_file_is_found_on_opening_however_large(index_path: Path) -> None:
    for path in files(index_path):
        path.rename(index_path / "aside")
        with pytest.raises(IndexDamagedError, match=path.name):
            open_generation(index_path)
        (index_path / "aside").rename(path)


@pytest.mark.usefixtures("nothing_is_small")
def test_a_flipped_bit_in_a_large_file_is_found_by_verifying(index_path: Path) -> None:
    for path in files(index_path):
        data = path.read_bytes()
        path.write_bytes(flip(data, len(data) // 2))
        with pytest.raises(IndexDamagedError, match=path.name):
            verify_generation(index_path)
        path.write_bytes(data)


@pytest.mark.parametrize("stride", [131, pytest.param(31, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("nothing_is_small")
def test_a_text_is_what_was_indexed_or_an_error(index_path: Path, stride: int) -> None:
    with open_generation(index_path) as generation:
        whole = everything(generation)
    (path,) = index_path.glob("generations/*/passages.sqlite")
    data = path.read_bytes()
    errors = []
    for at in range(0, len(data), stride):
        path.write_bytes(flip(data, at))
        try:
            with open_generation(index_path) as generation:
                assert everything(generation) == whole
        except IndexDamagedError as error:
            errors.append(str(error))
    assert len(errors) > 20
    assert all(path.name in error for error in errors)


@pytest.mark.parametrize("stride", [7, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("nothing_is_small")
def test_a_spoilt_form_of_a_column_is_found_on_opening(index_path: Path, stride: int) -> None:
    for path in files(index_path):
        if path.suffix == ".npy":
            data = path.read_bytes()
            # The header, but for the spaces that fill it up.
            for at in range(0, len(data[: data.index(b"\n")].rstrip()), stride):
                path.write_bytes(flip(data, at))
                with pytest.raises(IndexDamagedError, match=path.name):
                    open_generation(index_path)
            path.write_bytes(data)


def forge(index_path: Path, change: Callable[[Path, dict[str, Any]], None]) -> Path:
    """Change a generation as ``change`` does, and have every checksum say that it is whole."""
    (folder,) = (index_path / "generations").iterdir()
    manifest = json.loads((folder / "manifest.json").read_bytes())
    change(folder, manifest)
    for name in manifest.get("files", ()):
        if (path := folder / name).is_file():
            data = path.read_bytes()
            sha256 = hashlib.sha256(data).hexdigest()
            manifest["files"][name] = {"size": len(data), "sha256": sha256}
    data = json.dumps(manifest).encode()
    (folder / "manifest.json").write_bytes(data)
    name = f"20261128T000000.000000Z-{hashlib.sha256(data).hexdigest()[:12]}"
    (index_path / "CURRENT").write_text(f"{name}\n", encoding="ascii")
    return folder.rename(folder.parent / name)


def test_a_forged_generation_that_is_as_policybot_writes_it_opens(index_path: Path) -> None:
    forge(index_path, lambda _folder, _manifest: None)
    open_generation(index_path).close()


PROGRAMS = {
    "a view in the place of a table": (
        "ALTER TABLE passages RENAME TO real; CREATE VIEW passages AS WITH RECURSIVE n(i) AS "
        "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT real.* FROM real, n"
    ),
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON passages BEGIN DELETE FROM policies; END",
    "a generated column": (
        "ALTER TABLE numbers ADD COLUMN large AS (zeroblob(1000000000)) VIRTUAL"
    ),
    "one table more": "CREATE TABLE more (x)",
}


@pytest.mark.parametrize("sql", PROGRAMS.values(), ids=PROGRAMS)
def test_a_database_that_is_a_program_is_not_read(index_path: Path, sql: str) -> None:
    def change(folder: Path, _: dict[str, Any]) -> None:
        with contextlib.closing(sqlite3.connect(folder / "passages.sqlite")) as db:
            db.executescript(sql)

    forge(index_path, change)
    with pytest.raises(IndexDamagedError, match=r"passages.sqlite: holds other tables than"):
        open_generation(index_path)


@pytest.mark.parametrize("name", ["../../../../etc/passwd", "/etc/passwd", "a/../../b", "a\0b"])
def test_a_manifest_names_no_file_outside_its_generation(index_path: Path, name: str) -> None:
    def change(_: Path, manifest: dict[str, Any]) -> None:
        manifest["files"][name] = {"size": 1, "sha256": "0" * 64}

    forge(index_path, change)
    with pytest.raises(IndexDamagedError, match="which is not in the index"):
        open_generation(index_path)


def test_a_manifest_names_no_encoder_outside_the_index(index_path: Path) -> None:
    def change(_: Path, manifest: dict[str, Any]) -> None:
        manifest["encoder"]["fingerprint"] = "../../elsewhere"

    forge(index_path, change)
    with pytest.raises(IndexDamagedError, match="which is not in the index"):
        open_generation(index_path)


FORMS = ("[1]", "{}", '{"a": null}', "[" * 100_000, "1e999", '"x"', "not json")


@pytest.mark.parametrize("name", ["issuers.json", "acronyms.json"])
@pytest.mark.parametrize("text", ["[" * 100_000, "not json"], ids=["nested", "no json"])
def test_a_table_of_another_form_is_damaged(index_path: Path, name: str, text: str) -> None:
    def change(folder: Path, _: dict[str, Any]) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    forge(index_path, change)
    with pytest.raises(IndexDamagedError, match="is not of the form that policybot writes"):
        open_generation(index_path)


@pytest.mark.parametrize("text", FORMS)
def test_a_manifest_of_another_form_is_damaged(index_path: Path, text: str) -> None:
    (folder,) = (index_path / "generations").iterdir()
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    name = f"20261128T000000.000000Z-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    folder.rename(folder.parent / name)
    (index_path / "CURRENT").write_text(f"{name}\n", encoding="ascii")
    with pytest.raises(IndexDamagedError, match=r"manifest.json: is not of the form"):
        open_generation(index_path)


def test_a_damaged_index_is_built_anew_and_nothing_of_it_used(
    index_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (path,) = index_path.glob("generations/*/columns/sentence_vectors.npy")
    data = path.read_bytes()
    path.write_bytes(flip(data, len(data) - 1))
    encoder = FakeEncoder()
    report = build(index_path, encoder=encoder)
    assert report.reused == 0
    assert len(encoder.encoded) == report.embedded > 0
    assert "sentence_vectors.npy" in caplog.text
    verify_generation(index_path)


@pytest.mark.parametrize("current", [b"nonsense", b"\xff"])
def test_an_index_whose_current_is_spoilt_is_mended_by_building(
    index_path: Path, current: bytes
) -> None:
    (index_path / "CURRENT").write_bytes(current)
    build(index_path)
    with open_generation(index_path) as generation:
        assert {generation.policy(at).id for at in range(4)} == {policy.id for policy in POLICIES}
