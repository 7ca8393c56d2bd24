"""Re-rankers: cross-encoders that read question and passage together, and their exported files.

``<index>/rerankers/<fingerprint>/`` contains ``model.onnx``, ``model.weights``, ``tokenizer.json``
and ``reranker.json``, which describes them. ONNX Runtime serves it without PyTorch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from policybot.encoder.artifact import (
    MEND,
    ExportedFile,
    check_sizes,
    check_weights,
    read_sealed,
    write_sealed,
)
from policybot.encoder.spec import canonical_json
from policybot.errors import EncoderError, IndexDamagedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from policybot.config import Config

DESCRIPTION = "reranker.json"
FORMAT = 1
"""The version of this format."""


class Reranker(Protocol):
    """Scores how well passages answer a question; higher is better."""

    @property
    def name(self) -> str:
        """The model's name: a hub name or a folder's name."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """BCP 47 primary subtags of the languages it was found to read, of ``en`` and ``zh``."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a score per text, float32 ``(len(texts),)``, unbounded."""
        ...


@dataclass(frozen=True, slots=True)
class CrossSpec:
    """Everything that identifies a re-ranker; all but ``name`` and ``model`` affects its scores.

    ``weights`` and ``tokenizer`` are SHA-256 digests, ``modules`` the model's modules and their
    settings. ``max_tokens`` is of question and text together. Scores are the model's raw output: an
    activation would not change their order, and would flatten high ones.
    """

    name: str
    model: str
    weights: str
    tokenizer: str
    modules: tuple[str, ...]
    max_tokens: int

    @property
    def fingerprint(self) -> str:
        """The first 16 hex digits of the SHA-256 of all that affects scores."""
        fields = {key: value for key, value in asdict(self).items() if key not in ("name", "model")}
        return hashlib.sha256(canonical_json(fields)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class CrossParity:
    """The largest difference between the export's scores and the model's over ``pairs`` pairs."""

    pairs: int
    max_difference: float


@dataclass(frozen=True, slots=True)
class CrossExport:
    """The contents of ``reranker.json``. ``source`` is the files' digest; None for a hub name."""

    spec: CrossSpec
    languages: tuple[str, ...]
    parity: CrossParity
    files: Mapping[str, ExportedFile]
    source: str | None


def rerankers_folder(index_path: Path) -> Path:
    """Return the folder of exported re-rankers, one subfolder per fingerprint."""
    return index_path / "rerankers"


def write_cross_description(folder: Path, export: CrossExport) -> None:
    """Write ``reranker.json`` atomically, with the SHA-256 of every other file."""
    description = {"format": FORMAT, "fingerprint": export.spec.fingerprint, **asdict(export)}
    write_sealed(folder / DESCRIPTION, description)


def read_cross_export(folder: Path) -> CrossExport:
    """Read ``reranker.json`` and check the files it names, all but the weights by their SHA-256.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered.
    """
    path = folder / DESCRIPTION
    description = read_sealed(path)
    try:
        spec: dict[str, Any] = description["spec"]
        export = CrossExport(
            spec=CrossSpec(**{**spec, "modules": tuple(spec["modules"])}),
            languages=tuple(description["languages"]),
            parity=CrossParity(**description["parity"]),
            files={name: ExportedFile(**file) for name, file in description["files"].items()},
            source=description["source"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(f"{path}: cannot be read ({error}); {MEND}") from None
    if description["format"] != FORMAT or export.spec.fingerprint != description["fingerprint"]:
        raise IndexDamagedError(f"{path}: written by another version of policybot; {MEND}")
    check_sizes(folder, export.files)
    return export


def verify_cross_export(folder: Path) -> CrossExport:
    """Check the SHA-256 of every file, the weights included.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered.
    """
    export = read_cross_export(folder)
    check_weights(folder, export.files)
    return export


def exports_of(model: str, index_path: Path) -> Iterator[tuple[Path, CrossExport]]:
    """Yield the folder and the description of every export of the model called ``model``.

    Raises:
        IndexDamagedError: a file of an export is missing, truncated or altered.
    """
    for folder in sorted(rerankers_folder(index_path).glob("[0-9a-f]*")):
        export = read_cross_export(folder)
        if export.spec.model == model:
            yield folder, export


def find_reranker(config: Config) -> Path | None:
    """Return the folder of the configured re-ranker's export; None where none is configured.

    Raises:
        EncoderError: it has not been exported.
        IndexDamagedError: a file of an export is missing, truncated or altered.
    """
    model = config.search.reranker
    if model is None:
        return None
    for folder, _ in exports_of(model, config.index.path):
        return folder
    raise EncoderError(
        f"{rerankers_folder(config.index.path)}: holds no export of [search] reranker = {model!r}; "
        "run `policybot index` to export it, or leave the key out"
    )


def open_reranker(config: Config) -> Reranker | None:
    """Open the configured re-ranker for serving, without PyTorch; None where none is configured.

    Raises:
        EncoderError: it has not been exported.
        IndexDamagedError: a file of an export is missing, truncated or altered.
    """
    folder = find_reranker(config)
    if folder is None:
        return None
    from policybot.encoder.reranker.onnx import OnnxReranker

    return OnnxReranker(folder)
