"""The files of an exported encoder, ``<index>/encoders/<fingerprint>/``, and their verification.

``model.onnx`` is the graph and ``model.weights`` its tensors, separate so that they can be mapped
into memory; ``tokenizer.json`` is the tokenizer, with its pieces in ``pieces.npy`` if there are
very many; ``encoder.json`` describes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from policybot.encoder.levelling import AS_IT_IS, Scale
from policybot.encoder.spec import EncoderSpec, canonical_json, spec_from_dict
from policybot.errors import IndexDamagedError

GRAPH = "model.onnx"
WEIGHTS = "model.weights"
TOKENIZER = "tokenizer.json"
PIECES = "pieces.npy"
DESCRIPTION = "encoder.json"

FORMAT = 2
"""The version of this format."""

MEND = "run `policybot index` to export it again"


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file's size in bytes and SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Parity:
    """How much the export's vectors differ from the model's, over ``texts`` texts.

    ``max_difference`` is the largest absolute difference of a component, ``mean_cosine`` the mean
    cosine between the two vectors of a text.
    """

    texts: int
    max_difference: float
    mean_cosine: float


@dataclass(frozen=True, slots=True)
class Export:
    """The contents of ``encoder.json``.

    ``source`` is a digest of the model's files, None for a hub name; ``scale`` maps its cosines to
    the common scale.
    """

    spec: EncoderSpec
    languages: tuple[str, ...]
    parity: Parity
    files: Mapping[str, ExportedFile]
    source: str | None
    scale: Scale = AS_IT_IS


def encoders_folder(index_path: Path) -> Path:
    """Return the folder of exported encoders, one subfolder per fingerprint."""
    return index_path / "encoders"


def describe_file(path: Path) -> ExportedFile:
    """Return a file's size and SHA-256, read in chunks."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ExportedFile(path.stat().st_size, digest)


def write_description(folder: Path, export: Export) -> None:
    """Write ``encoder.json`` atomically, with the SHA-256 of every other file."""
    description: dict[str, Any] = {
        "format": FORMAT,
        "fingerprint": export.spec.fingerprint,
        **asdict(export),
    }
    write_sealed(folder / DESCRIPTION, description)


def write_sealed(path: Path, description: dict[str, Any]) -> None:
    """Write a description atomically, with its own SHA-256 in it."""
    sealed = {**description, "sha256": hashlib.sha256(canonical_json(description)).hexdigest()}
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(sealed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)


def read_sealed(path: Path) -> dict[str, Any]:
    """Return the description that :func:`write_sealed` wrote.

    Raises:
        IndexDamagedError: it is missing or altered.
    """
    try:
        description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        claimed = description.pop("sha256")
        if claimed == hashlib.sha256(canonical_json(description)).hexdigest():
            return description
    except FileNotFoundError:
        raise IndexDamagedError(f"{path}: missing; {MEND}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{path}: cannot be read ({error}); {MEND}") from None
    raise IndexDamagedError(f"{path}: altered since it was written; {MEND}")


def read_export(folder: Path) -> Export:
    """Read ``encoder.json`` and check the files it names: all sizes, and the SHA-256 of small ones.

    The weights are not hashed here, which would double the time to the first vector; see
    :func:`verify_export`.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered.
    """
    path = folder / DESCRIPTION
    description = read_sealed(path)
    try:
        export = Export(
            spec=spec_from_dict(description["spec"]),
            languages=tuple(description["languages"]),
            parity=Parity(**description["parity"]),
            files={name: ExportedFile(**file) for name, file in description["files"].items()},
            source=description["source"],
            scale=Scale(**description["scale"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{path}: cannot be read ({error}); {MEND}") from None
    if description["format"] != FORMAT or export.spec.fingerprint != description["fingerprint"]:
        raise IndexDamagedError(f"{path}: written by another version of policybot; {MEND}")
    check_sizes(folder, export.files)
    return export


def verify_export(folder: Path) -> Export:
    """Check the SHA-256 of every file, the weights included.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered.
    """
    export = read_export(folder)
    check_weights(folder, export.files)
    return export


def check_sizes(folder: Path, files: Mapping[str, ExportedFile]) -> None:
    """Check the size of every file, and the SHA-256 of all but the weights.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered.
    """
    for name, file in files.items():
        _check_size(folder / name, file)
        if name != WEIGHTS:
            _check_hash(folder / name, file)


def check_weights(folder: Path, files: Mapping[str, ExportedFile]) -> None:
    """Check the SHA-256 of the weights.

    Raises:
        IndexDamagedError: they are missing or altered.
    """
    _check_hash(folder / WEIGHTS, files[WEIGHTS])


def _check_size(path: Path, file: ExportedFile) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise IndexDamagedError(f"{path}: missing; {MEND}") from None
    if size != file.size:
        raise IndexDamagedError(f"{path}: holds {size} bytes instead of {file.size}; {MEND}")


def _check_hash(path: Path, file: ExportedFile) -> None:
    if describe_file(path).sha256 != file.sha256:
        raise IndexDamagedError(f"{path}: altered since it was written; {MEND}")
