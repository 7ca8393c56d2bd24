"""Sending the encoder to other machines, which share no files with this one."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from policybot.encoder import Encoder
from policybot.encoder.artifact import DESCRIPTION, encoders_folder, read_export, verify_export
from policybot.errors import ClusterError, EncoderError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from ray import ObjectRef

    from policybot.config import Config
    from policybot.encoder.source import Source

    Files = Mapping[str, ObjectRef[NDArray[np.uint8]]]


class Shipment(Protocol):
    """A picklable description of an encoder, which a worker opens."""

    def open(self) -> Encoder:
        """Open the encoder on the worker.

        Raises:
            PolicyBotError: it cannot be opened there, or is not the one that was sent.
        """
        ...


@dataclass(frozen=True, slots=True)
class ShippedExport:
    """An exported encoder, as files; each worker runs it on one core."""

    files: Files

    def open(self) -> Encoder:
        """Write the files, verify every SHA-256, and open them; they are mapped, then unlinked."""
        from policybot.encoder.onnx import OnnxEncoder

        with _unpacked(self.files) as folder:
            verify_export(folder)
            return OnnxEncoder(folder, purpose="indexing", workers=1)


@dataclass(frozen=True, slots=True)
class ShippedModel:
    """A published model; ``files`` are those of its folder, none for a model of the hub."""

    source: Source
    files: Files
    fingerprint: str
    languages: tuple[str, ...]
    device: str

    def open(self) -> Encoder:
        """Load the model with sentence-transformers and compare its fingerprint."""
        from policybot.encoder.torch import TorchEncoder, load_model

        with _unpacked(self.files) as folder:
            source = replace(self.source, folder=folder if self.files else None)
            encoder = TorchEncoder(load_model(source, self.device), source, self.languages)
        if encoder.fingerprint != self.fingerprint:
            raise EncoderError(
                f"the model {source.name} is {encoder.fingerprint} there, and {self.fingerprint} "
                "here: have the same sentence-transformers and the same model on every machine"
            )
        return encoder


def ship(
    config: Config, encoder: Encoder, gpus: int, device: str | None
) -> tuple[Shipment, Shipment, bool]:
    """Return what workers split with, what they embed with, and whether the latter uses GPUs.

    Args:
        config: The configuration, with the model of ``encoder`` and its export.
        encoder: The encoder as opened for indexing on this machine's CPU.
        gpus: The number of GPUs in the cluster.
        device: ``cpu``, ``cuda`` or ``auto``; None for the configured one if that is not the CPU,
            else ``auto``: GPUs if there are any and the vectors are not quantised.

    Raises:
        ClusterError: another device is named, or GPUs where there are none.
        EncoderError: the model that GPUs would run is not on this machine.
    """
    from policybot.encoder.onnx import OnnxEncoder
    from policybot.encoder.source import find_source

    configured = config.encoder.device if config.encoder.device != "cpu" else "auto"
    device = device or configured
    if device not in ("auto", "cpu", "cuda"):
        raise ClusterError(f"device {device!r}: a cluster's workers embed on cpu, cuda or auto")
    if device == "cuda" and not gpus:
        raise ClusterError("device 'cuda': the cluster has no GPUs; name --device cpu or auto")
    fp32 = config.encoder.precision == "fp32"
    if device == "cuda" and not fp32:
        raise ClusterError(
            f"device 'cuda': {config.encoder.precision} vectors are made on CPUs; name --device "
            "cpu, or fp32 under [encoder] precision"
        )
    divider: Shipment
    if isinstance(encoder, OnnxEncoder):
        divider = ship_export(encoders_folder(config.index.path) / encoder.fingerprint)
    else:
        divider = ship_model(find_source(config), encoder, "cpu")
    if device != "cpu" and gpus and fp32:
        return divider, ship_model(find_source(config), encoder, "cuda"), True
    return divider, divider, False


def ship_export(folder: Path) -> ShippedExport:
    """Put an exported encoder into the cluster's object store.

    Raises:
        IndexDamagedError: a file is missing, truncated or altered.
    """
    export = read_export(folder)
    return ShippedExport(_sent(folder, [DESCRIPTION, *export.files]))


def ship_model(source: Source, encoder: Encoder, device: str) -> ShippedModel:
    """Put the model of ``encoder`` into the cluster's object store, to be run on ``device``."""
    files: Files = {}
    if source.folder is not None:
        paths = sorted(path for path in source.folder.rglob("*") if path.is_file())
        files = _sent(source.folder, [str(path.relative_to(source.folder)) for path in paths])
    return ShippedModel(source, files, encoder.fingerprint, tuple(encoder.languages), device)


def _sent(folder: Path, names: list[str]) -> Files:
    import ray

    return {name: ray.put(np.fromfile(folder / name, dtype=np.uint8)) for name in names}


@contextlib.contextmanager
def _unpacked(files: Files) -> Iterator[Path]:
    """Yield a folder with the files; nothing is left even if the process is killed later."""
    import ray

    with tempfile.TemporaryDirectory(
        prefix="policybot-encoder-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        for file, sent in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            ray.get(sent).tofile(folder / file)
        yield folder
