"""The ``about`` collection of a generation: its manifest and all small files.

Each file is stored as written, with its SHA-256 in the manifest.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.records import read_records, write_records
from policybot.backends.milvus.sample import Sample
from policybot.backends.milvus.schema import collection_of, create_records
from policybot.backends.milvus.server import Server
from policybot.errors import IndexDamagedError, IndexMismatchError
from policybot.index.format.acronyms import FILE as ACRONYMS
from policybot.index.format.calibration import FILE as CALIBRATION
from policybot.index.format.lexical import hash_terms
from policybot.index.format.manifest import (
    CURE,
    MANIFEST,
    FileEntry,
    Manifest,
    parse_manifest,
    sha256_of_file,
)
from policybot.index.format.relations import FILE as RELATIONS
from policybot.index.format.validity import FILE as VALIDITY
from policybot.index.format.versions import FILE as VERSIONS
from policybot.index.format.vocabulary import FILE as WORDS
from policybot.index.serve.generation import COLUMNS, ISSUERS

EXTRA = "engine.json"
IDS = f"{COLUMNS}/policy_ids.npy"
TOKENS = f"{COLUMNS}/number_tokens.npy"
NUMBERED = f"{COLUMNS}/number_policies.npy"
NUMBERS = f"{COLUMNS}/policy_numbers.npy"
BODIES = f"{COLUMNS}/policy_bodies.npy"
SAMPLE_HEADS = f"{COLUMNS}/sample_heads.npy"
SAMPLE_COUNTS = f"{COLUMNS}/sample_counts.npy"
SAMPLE_VECTORS = f"{COLUMNS}/sample_vectors.npy"
DIGESTS = f"{COLUMNS}/policy_digests.npy"
NAMES = "policies.json"

OPENED = (
    ACRONYMS,
    WORDS,
    CALIBRATION,
    *(
        f"{COLUMNS}/{name}.npy"
        for name in (
            "issuer_offsets",
            "issuer_policies",
            "policy_first",
            "policy_last",
            "policy_passages",
            "policy_unsure",
            "policy_languages",
        )
    ),
    RELATIONS,
    VALIDITY,
    VERSIONS,
    IDS,
    TOKENS,
    NUMBERED,
    NUMBERS,
    BODIES,
    SAMPLE_HEADS,
    SAMPLE_COUNTS,
    SAMPLE_VECTORS,
    ISSUERS,
    EXTRA,
)
"""Files read when an index is opened; some are optional."""

COMPARED = (DIGESTS, NAMES)
"""Files read when a corpus is compared with the indexed one."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What only a generation in Milvus has to know.

    ``terms`` is the number of terms in all passages, with repetitions; ``base`` the generation
    whose other collections it shares, empty where it has its own. ``number`` is the generation's
    own (microseconds since 1970), ``numbers`` are those of all that share the collections up to
    it. Policies have numbers below ``end``; ``gone`` are those of removed policies whose rows may
    still be there.
    """

    terms: int
    base: str
    number: int
    numbers: tuple[int, ...]
    end: int
    gone: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """A generation's manifest and small files."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def extra(self) -> Extra:
        """What only a generation in Milvus has to know."""
        values = json.loads(self.files[EXTRA])
        values |= {name: tuple(values[name]) for name in ("numbers", "gone")}
        return Extra(**values)

    @property
    def sample(self) -> Sample:
        """The sentences that hubness is measured with."""
        heads, counts = self.column(SAMPLE_HEADS), self.column(SAMPLE_COUNTS)
        return Sample(heads, counts[:-1], self.column(SAMPLE_VECTORS), bool(counts[-1]))

    @property
    def names(self) -> list[str]:
        """The ids of the policies, in order; empty unless read with ``compared``."""
        names: list[str] = json.loads(self.files[NAMES])
        return names

    def column(self, name: str) -> NDArray[Any]:
        """Return the NumPy array in a file."""
        array: NDArray[Any] = np.load(io.BytesIO(self.files[name]), allow_pickle=False)
        return array


@dataclass(frozen=True, slots=True)
class Policies:
    """Per policy of a generation: id, SHA-256, stable number and issuers (``body_number``)."""

    ids: list[str]
    digests: list[bytes]
    numbers: NDArray[np.int64]
    bodies: NDArray[np.int64]


def number_of(created: str) -> int:
    """Return the number of a generation from its creation time in ISO 8601."""
    since = dt.datetime.fromisoformat(created) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=1)


def add_extra_files(
    folder: Path,
    manifest: Manifest,
    policies: Policies,
    tokens: tuple[list[str], list[int]],
    sample: Sample,
    extra: Extra,
) -> Manifest:
    """Write the files into ``folder`` that only Milvus needs; return the manifest with them.

    ``tokens`` are those of the policies' document numbers, with the ordinal of each one's policy.
    """
    digests = np.frombuffer(b"".join(policies.digests), np.uint8).reshape(-1, 32)
    columns: dict[str, NDArray[Any]] = {
        IDS: hash_terms(policies.ids),
        TOKENS: hash_terms(tokens[0]),
        NUMBERED: np.array(tokens[1], dtype=np.int32),
        NUMBERS: policies.numbers,
        BODIES: policies.bodies,
        DIGESTS: digests,
        SAMPLE_HEADS: sample.heads,
        SAMPLE_COUNTS: np.append(sample.counts, int(sample.whole)),
        SAMPLE_VECTORS: sample.vectors,
    }
    for name, column in columns.items():
        np.save(folder / name, column)
    (folder / NAMES).write_text(json.dumps(policies.ids, ensure_ascii=False), encoding="utf-8")
    (folder / EXTRA).write_text(json.dumps(dataclasses.asdict(extra)), encoding="ascii")
    added = {name: _entry(folder / name) for name in (*columns, NAMES, EXTRA)}
    return dataclasses.replace(manifest, files=dict(manifest.files) | added)


def about_in(folder: Path, manifest: Manifest) -> About:
    """Return the small files in ``folder``, before they are written to the server."""
    names = [*_listed(manifest, OPENED), *_listed(manifest, COMPARED)]
    return About(manifest, {name: (folder / name).read_bytes() for name in names})


def write_about(server: Server, folder: Path, name: str, manifest: Manifest) -> None:
    """Write the ``about`` collection of a generation from its small files in ``folder``."""
    collection = collection_of(name, "about")
    create_records(server, collection)
    names = [*_listed(manifest, OPENED), *_listed(manifest, COMPARED)]
    files = [(folder / path).read_bytes() for path in names]
    texts = [
        (folder / MANIFEST).read_text(encoding="utf-8"),
        *(base64.b64encode(data).decode("ascii") for data in files),
    ]
    server.finish(collection, write_records(server, collection, enumerate(texts)))


def read_manifest_of(server: Server, name: str) -> Manifest:
    """Return the manifest of a generation; raises as :func:`read_about` does."""
    collection = collection_of(name, "about")
    (text,) = read_records(server, collection, [0])
    return parse_manifest(text.encode("utf-8"), name, f"{server.place}: {collection}")


def read_about(server: Server, name: str, *, compared: bool = False) -> About:
    """Return the manifest and the small files of a generation, each checked by its SHA-256.

    ``compared`` also reads the files for comparing a corpus with the indexed one.

    Raises:
        IndexDamagedError: a file is missing or altered.
        IndexMismatchError: the index has another schema.
    """
    collection = collection_of(name, "about")
    manifest = read_manifest_of(server, name)
    if EXTRA not in manifest.files:
        raise IndexMismatchError(
            f"{server.place}: {collection}: was made by a policybot with another index format; "
            f"{CURE}"
        )
    paths = _listed(manifest, OPENED)
    if compared:
        paths += _listed(manifest, COMPARED)
    files: dict[str, bytes] = {}
    texts = read_records(server, collection, range(1, len(paths) + 1))
    for path, text in zip(paths, texts, strict=True):
        files[path] = base64.b64decode(text)
        if hashlib.sha256(files[path]).hexdigest() != manifest.files[path].sha256:
            raise IndexDamagedError(
                f"{server.place}: {collection}: {path}: altered since it was written (its SHA-256 "
                f"differs); {CURE}"
            )
    return About(manifest, files)


def write_small_files(folder: Path, about: About) -> None:
    """Write the small files below ``folder``."""
    for path, data in about.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def with_file(folder: Path, path: str, manifest: Manifest) -> Manifest:
    """Return ``manifest`` with the entry of a file in ``folder`` updated."""
    files = dict(manifest.files) | {path: _entry(folder / path)}
    return dataclasses.replace(manifest, files=files)


def _listed(manifest: Manifest, names: Iterable[str]) -> list[str]:
    return sorted(set(names) & set(manifest.files))


def _entry(path: Path) -> FileEntry:
    return FileEntry(path.stat().st_size, sha256_of_file(path))
