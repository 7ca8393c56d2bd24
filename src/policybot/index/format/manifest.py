"""The manifest of a generation, integrity checks, and the pointer to the live generation.

A generation's name is its build time and the first digits of its manifest's SHA-256; the manifest
holds the size and SHA-256 of every other file. So the name authenticates the manifest, and the
manifest the files.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from policybot.encoder.levelling import AS_IT_IS, Scale
from policybot.errors import IndexDamagedError, IndexMismatchError, NoIndexError

SCHEMA = 9
"""Version of the files, raised with any change of columns, analyser or division into passages."""

CURRENT = "CURRENT"
GENERATIONS = "generations"
MANIFEST = "manifest.json"

CURE = "rebuild it with: policybot index"
SMALL = 4 * 1024 * 1024
"""The SHA-256 of files up to this size in bytes is verified whenever a generation is opened."""

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class EncoderEntry:
    """An encoder of a generation; ``scale`` maps its cosines to the encoders' common scale."""

    name: str
    fingerprint: str
    dimension: int
    languages: tuple[str, ...]
    scale: Scale = AS_IT_IS


@dataclass(frozen=True, slots=True)
class CorpusEntry:
    """The size of a generation; ``digest`` is the SHA-256 of all policies' digests, in order."""

    digest: str
    policies: int
    passages: int
    sentences: int


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file's size in bytes and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The metadata of a generation.

    ``created`` is ISO 8601 in UTC; ``issuers`` the SHA-256 of the table of issuers; ``settings``
    the values given to the build; ``vectors`` the search parameters and their measured recall
    (``codes.Tuning``; empty if search is exact); ``files`` all files but the manifest, by path
    relative to the generation. ``second`` is the encoder for questions in languages that the first
    does not read, if any, and ``second_vectors`` its search parameters. ``languages`` counts
    policies by language, most first.
    """

    created: str
    encoder: EncoderEntry
    corpus: CorpusEntry
    issuers: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    vectors: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    second: EncoderEntry | None = None
    second_vectors: Mapping[str, Any] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    schema: int = SCHEMA

    @property
    def encoders(self) -> tuple[EncoderEntry, ...]:
        """The encoder, and the second one if any."""
        return (self.encoder, self.second) if self.second else (self.encoder,)

    @property
    def source(self) -> tuple[object, ...]:
        """The inputs of a build; generations with equal sources have equal contents."""
        settings = json.dumps(self.settings, sort_keys=True)
        return (self.schema, self.encoders, self.corpus.digest, self.issuers, settings)


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe_files(folder: Path) -> dict[str, FileEntry]:
    """Return size and SHA-256 of every file below ``folder``, by relative path, sorted."""
    return {
        path.relative_to(folder).as_posix(): FileEntry(path.stat().st_size, sha256_of_file(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write the manifest into ``folder`` and return the generation's name."""
    text = json.dumps(dataclasses.asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    data = text.encode("utf-8") + b"\n"
    (folder / MANIFEST).write_bytes(data)
    moment = dt.datetime.fromisoformat(manifest.created)
    return f"{moment:%Y%m%dT%H%M%S.%fZ}-{hashlib.sha256(data).hexdigest()[:_DIGITS]}"


def read_manifest(folder: Path, name: str) -> Manifest:
    """Read the manifest of the generation called ``name``.

    Raises:
        IndexDamagedError: it is missing, or its SHA-256 does not match ``name``.
        IndexMismatchError: another version of policybot wrote it, with another schema.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except OSError as error:
        raise IndexDamagedError(f"{path}: cannot be read: {error.strerror}; {CURE}") from None
    return parse_manifest(data, name, str(path))


def parse_manifest(data: bytes, name: str, place: str) -> Manifest:
    """Parse the manifest of the generation called ``name``; errors name ``place`` as its origin.

    Raises:
        IndexDamagedError: its SHA-256 does not match ``name``, or its form is invalid.
        IndexMismatchError: another version of policybot wrote it, with another schema.
    """
    if hashlib.sha256(data).hexdigest()[:_DIGITS] != name.rpartition("-")[2]:
        raise IndexDamagedError(
            f"{place}: altered since it was written (its SHA-256 does not match the "
            f"generation's name); {CURE}"
        )
    with as_written(place):
        values = json.loads(data)
        if values["schema"] != SCHEMA:
            raise IndexMismatchError(
                f"{place}: the index has schema {values['schema']}, this policybot reads {SCHEMA}; "
                f"{CURE}"
            )
        files, second = values.pop("files"), values.pop("second")
        manifest = Manifest(
            encoder=_encoder_entry(values.pop("encoder")),
            second=_encoder_entry(second) if second else None,
            corpus=CorpusEntry(**values.pop("corpus")),
            files={name: FileEntry(**entry) for name, entry in files.items()},
            **values,
        )
        outside = [name for name in manifest.files if not _is_below(name)]
        outside += [e.fingerprint for e in manifest.encoders if not _is_name(e.fingerprint)]
        if outside:
            raise IndexDamagedError(
                f"{place}: names {outside[0]!r}, which is not in the index; {CURE}"
            )
    return manifest


def _encoder_entry(values: dict[str, Any]) -> EncoderEntry:
    languages, scale = tuple(values.pop("languages")), Scale(**values.pop("scale"))
    return EncoderEntry(**values, languages=languages, scale=scale)


@contextlib.contextmanager
def as_written(place: Path | str) -> Iterator[None]:
    """Convert errors of parsing a file, within the block, to IndexDamagedError.

    Raises:
        IndexDamagedError: the data has another form than policybot writes; it names ``place``.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise IndexDamagedError(
            f"{place}: is not of the form that policybot writes ({type(error).__name__}); {CURE}"
        ) from None


def _is_below(name: str) -> bool:
    """Whether a relative path stays below the folder it is relative to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\0" not in name


def _is_name(text: str) -> bool:
    """Whether ``text`` is a plain file name: not a path, not hidden."""
    return bool(text) and not set(text) & set("/\\\0") and not text.startswith(".")


def check_files(folder: Path, manifest: Manifest, *, contents_up_to: int | None) -> None:
    """Verify the size of every file, and the SHA-256 of files that are not too large.

    Args:
        folder: The generation's folder.
        manifest: Its manifest.
        contents_up_to: The size in bytes up to which a file's SHA-256 is verified; None for all.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered; the message names it.
    """
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
        except OSError:
            raise IndexDamagedError(f"{path}: missing; {CURE}") from None
        if size != entry.size:
            raise IndexDamagedError(f"{path}: has {size} bytes, not {entry.size}; {CURE}")
        if (contents_up_to is None or size <= contents_up_to) and (
            sha256_of_file(path) != entry.sha256
        ):
            raise IndexDamagedError(
                f"{path}: altered since it was written (its SHA-256 differs); {CURE}"
            )


def current_generation(index_path: Path) -> str | None:
    """Return the name of the live generation, or None when nothing has been indexed yet.

    Raises:
        IndexDamagedError: ``CURRENT`` does not hold a name.
    """
    path = index_path / CURRENT
    try:
        name = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise IndexDamagedError(
            f"{path}: cannot be read as the name of a generation; {CURE}"
        ) from None
    if not _is_name(name):
        raise IndexDamagedError(f"{path}: does not hold the name of a generation; {CURE}")
    return name


def live_generation(index_path: Path) -> tuple[str, Path]:
    """Return name and folder of the live generation.

    Raises:
        NoIndexError: nothing has been indexed yet.
        IndexDamagedError: the generation that ``CURRENT`` names is missing.
    """
    name = current_generation(index_path)
    if name is None:
        raise NoIndexError(f"{index_path}: nothing is indexed here yet; run: policybot index")
    folder = index_path / GENERATIONS / name
    if not folder.is_dir():
        raise IndexDamagedError(
            f"{index_path / CURRENT}: names the generation {name}, which is missing; {CURE}"
        )
    return name, folder


def switch_to(index_path: Path, name: str) -> None:
    """Make ``name`` the live generation, durably, by an atomic rename."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="ascii", dir=index_path, prefix=f".{CURRENT}-", delete=False
    ) as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary = Path(file.name)
    temporary.chmod(0o644)
    temporary.replace(index_path / CURRENT)
    sync_folders([index_path])


def sync_tree(folder: Path) -> None:
    """Flush ``folder`` and everything below it to disk (fsync)."""
    paths = sorted(folder.rglob("*"))
    for path in paths:
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folders([*(path for path in paths if path.is_dir()), folder])


def sync_folders(folders: Iterable[Path]) -> None:
    """Flush the directory entries of folders to disk (fsync)."""
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
