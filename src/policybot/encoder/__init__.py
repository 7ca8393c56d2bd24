"""Encoders, which turn text into vectors: the :class:`Encoder` protocol and two ways to open one.

Indexing opens the published model (sentence-transformers) and exports it once; serving opens the
export with ONNX Runtime, without PyTorch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from policybot.config import AUTO, EncoderConfig
from policybot.encoder.artifact import encoders_folder, read_export, verify_export
from policybot.encoder.levelling import Scale
from policybot.encoder.template import TEMPLATE, document_text
from policybot.errors import EncoderError, IndexDamagedError, IndexMismatchError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from policybot.config import Config

_log = logging.getLogger(__name__)

__all__ = ["TEMPLATE", "Encoder", "document_text", "open_for_indexing", "open_for_serving"]


class Encoder(Protocol):
    """Turns text into vectors; identified by a fingerprint of all that determines them."""

    @property
    def name(self) -> str:
        """The model's name: ``all-MiniLM-L6-v2``, a hub name or a folder's name."""
        ...

    @property
    def fingerprint(self) -> str:
        """16 lowercase hex digits; vectors with different fingerprints must not be compared."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """Maximum tokens of a text, special tokens included; the rest is truncated."""
        ...

    @property
    def scale(self) -> Scale:
        """The scaling of its cosines to the common scale (:mod:`policybot.encoder.levelling`)."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """BCP 47 primary subtags of the languages that the encoder was found to read."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens of each document, special tokens included, untruncated."""
        ...


def open_for_indexing(config: Config, *, passages: Iterable[str] = ()) -> Encoder:
    """Open the configured encoder for indexing, and export it the first time.

    The export is compared with the model on ``passages`` (iterated only then) and on texts that
    ship with policybot. A model exported before is not loaded again, so PyTorch is not needed then.
    A model that the export does not cover is served by sentence-transformers; one log line says so.

    Raises:
        EncoderError: the model or the ``embed`` extra is missing, or the export differs from it.
    """
    from policybot.encoder.onnx import OnnxEncoder
    from policybot.encoder.source import find_source
    from policybot.encoder.torch import TorchEncoder, load_model

    # Quantised vectors exist only in the export, which runs on the CPU.
    gpu = config.encoder.device != "cpu" and config.encoder.precision == "fp32"
    if config.encoder.device != "cpu" and not gpu:
        _log.warning("%s vectors are made on the CPU: device is not used", config.encoder.precision)
    if not gpu and (folder := _find_export(config)):
        return OnnxEncoder(folder, purpose="indexing")
    source = find_source(config)
    encoder = TorchEncoder(load_model(source, config.encoder.device), source)
    from policybot.encoder.export import export_encoder
    from policybot.encoder.graph import NotCoveredError

    try:
        folder = export_encoder(
            encoder, source, config.index.path, config.encoder.precision, passages
        )
    except NotCoveredError as reason:
        _log.warning(
            "%s is served by sentence-transformers at fp32: the export does not cover it (%s)",
            encoder.name,
            reason,
        )
        return encoder
    if gpu and encoder.model.device.type != "cpu":
        return encoder
    return OnnxEncoder(folder, purpose="indexing")


def open_for_serving(config: Config, fingerprint: str, *, threads: int | None = None) -> Encoder:
    """Open the encoder that an index was built with; without PyTorch if it has been exported.

    ``threads`` of the export share a question, by default as many as speed it up. Without a
    configuration (no file, default values) the index alone determines the encoder, and under
    ``auto`` the model.

    Raises:
        EncoderError: there is no export, and the model cannot be loaded.
        IndexDamagedError: a file of the export is missing, truncated or altered.
        IndexMismatchError: the index was built with another encoder than the configured one.
    """
    folder = encoders_folder(config.index.path) / fingerprint
    if folder.exists():
        from policybot.encoder.onnx import OnnxEncoder

        exported = OnnxEncoder(folder, threads=threads)
        spec = exported.export.spec
        wanted = config.encoder
        configured = config.file is not None or wanted != EncoderConfig()
        model = spec.model if wanted.model == AUTO else wanted.model
        if configured and (spec.model, spec.precision) != (model, wanted.precision):
            raise IndexMismatchError(
                f"{config.index.path}: built with the encoder {spec.model} at {spec.precision}, "
                f"but [encoder] names {wanted.model} at {wanted.precision}; run "
                "`policybot index` to build it again, or configure the encoder it was built with"
            )
        return exported
    from policybot.encoder.source import find_source
    from policybot.encoder.torch import TorchEncoder, load_model

    try:
        source = find_source(config)
        encoder = TorchEncoder(load_model(source, config.encoder.device), source)
    except EncoderError as error:
        raise EncoderError(f"{folder}: no exported encoder, and {error}") from None
    if encoder.fingerprint != fingerprint:
        raise IndexMismatchError(
            f"{config.index.path}: built with the encoder {fingerprint}, but the configured one, "
            f"{encoder.name}, is {encoder.fingerprint}; run `policybot index` to build it again"
        )
    return encoder


def _find_export(config: Config) -> Path | None:
    """Return the verified export of exactly the configured model's files, if there is one."""
    from policybot.encoder.source import BUNDLED, PACKAGED, find_source

    model = BUNDLED if config.encoder.model == AUTO else config.encoder.model
    source = PACKAGED[model] if model in PACKAGED else find_source(config).digest()
    for folder in sorted(encoders_folder(config.index.path).glob("[0-9a-f]*")):
        try:
            export = read_export(folder)
            spec = export.spec
            if (
                source is not None
                and (spec.model, spec.precision) == (model, config.encoder.precision)
                and (export.source, spec.template) == (source, TEMPLATE)
            ):
                verify_export(folder)
                return folder
        except IndexDamagedError as error:
            _log.warning("%s", error)
    return None
