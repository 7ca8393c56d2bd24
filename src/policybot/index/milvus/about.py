"""What a generation's ``about`` collection holds: the manifest, and every file that is small.

Each file is there as it was written, under the SHA-256 that the manifest has of it.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.errors import IndexDamagedError
from policybot.index.acronyms import FILE as ACRONYMS
from policybot.index.calibration import FILE as CALIBRATION
from policybot.index.filters import number_tokens
from policybot.index.generation import COLUMNS, ISSUERS, FileGeneration
from policybot.index.lexical import hash_terms
from policybot.index.manifest import (
    CURE,
    MANIFEST,
    FileEntry,
    Manifest,
    parse_manifest,
    sha256_of_file,
)
from policybot.index.milvus.records import read_records, write_records
from policybot.index.milvus.schema import collection_of, create_records
from policybot.index.milvus.server import Server
from policybot.index.relations import FILE as RELATIONS
from policybot.index.validity import FILE as VALIDITY
from policybot.index.versions import FILE as VERSIONS
from policybot.index.vocabulary import FILE as WORDS

EXTRA = "milvus.json"
IDS = f"{COLUMNS}/policy_ids.npy"
TOKENS = f"{COLUMNS}/number_tokens.npy"
NUMBERED = f"{COLUMNS}/number_policies.npy"

SMALL = (
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
    ISSUERS,
    EXTRA,
)
"""The files that are there; some only where there is something to say."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What only a generation in Milvus has to know.

    ``terms`` is how many terms all passages have, with repetitions; ``base`` the generation whose
    other collections it shares, empty where it has its own.
    """

    terms: int
    base: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """A generation's manifest and small files."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def extra(self) -> Extra:
        """What only a generation in Milvus has to know."""
        return Extra(**json.loads(self.files[EXTRA]))

    def column(self, name: str) -> NDArray[Any]:
        """Return the array that a file holds."""
        found: NDArray[Any] = np.load(io.BytesIO(self.files[name]), allow_pickle=False)
        return found


def add_extra_files(folder: Path, generation: FileGeneration, manifest: Manifest) -> Manifest:
    """Write the files into ``folder`` that are needed beside the usual; return the manifest."""
    ids: list[str] = []
    tokens: list[str] = []
    numbered: list[int] = []
    for ordinal in range(manifest.corpus.policies):
        policy = generation.policy(ordinal)
        ids.append(policy.index_id)
        found = number_tokens(policy.number or "")
        tokens += found
        numbered += [ordinal] * len(found)
    np.save(folder / IDS, hash_terms(ids))
    np.save(folder / TOKENS, hash_terms(tokens))
    np.save(folder / NUMBERED, np.array(numbered, dtype=np.int32))
    lengths = generation.terms.columns_of(0, manifest.corpus.passages)[1]
    extra = Extra(int(lengths.sum()))
    (folder / EXTRA).write_text(json.dumps(dataclasses.asdict(extra)), encoding="ascii")
    added = {name: _entry(folder / name) for name in (IDS, TOKENS, NUMBERED, EXTRA)}
    return dataclasses.replace(manifest, files=dict(manifest.files) | added)


def write_about(server: Server, folder: Path, name: str, manifest: Manifest) -> None:
    """Write the ``about`` collection of a generation whose small files are in ``folder``."""
    collection = collection_of(name, "about")
    create_records(server, collection)
    files = [(folder / path).read_bytes() for path in _small(manifest)]
    texts = [
        (folder / MANIFEST).read_text(encoding="utf-8"),
        *(base64.b64encode(data).decode("ascii") for data in files),
    ]
    server.finish(collection, write_records(server, collection, texts))


def read_manifest_of(server: Server, name: str) -> Manifest:
    """Return the manifest of a generation; raises as :func:`read_about` does."""
    collection = collection_of(name, "about")
    (text,) = read_records(server, collection, [0])
    return parse_manifest(text.encode("utf-8"), name, f"{server.place}: {collection}")


def read_about(server: Server, name: str) -> About:
    """Return the manifest and the small files of a generation, each checked by its SHA-256.

    Raises:
        IndexDamagedError: something is missing or altered.
        IndexMismatchError: the index has another schema.
    """
    collection = collection_of(name, "about")
    manifest = read_manifest_of(server, name)
    paths = _small(manifest)
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
    """Return ``manifest`` with the entry of a file in ``folder`` as it is now."""
    files = dict(manifest.files) | {path: _entry(folder / path)}
    return dataclasses.replace(manifest, files=files)


def _small(manifest: Manifest) -> list[str]:
    return sorted(set(SMALL) & set(manifest.files))


def _entry(path: Path) -> FileEntry:
    return FileEntry(path.stat().st_size, sha256_of_file(path))
