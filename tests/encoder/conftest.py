from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.config import Config
from policybot.encoder.artifact import encoders_folder
from policybot.encoder.onnx import OnnxEncoder
from policybot.encoder.source import Source, find_source
from policybot.encoder.torch import TorchEncoder, load_model
from tests.exported import bundled_export


@pytest.fixture(scope="package", autouse=True)
def _large_batches() -> Iterator[None]:
    """A tiny model takes as long for eight texts as for sixty-four, and is shown thousands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("policybot.encoder.torch.CPU_BATCH", 64)
        yield


@pytest.fixture(scope="session")
def bundled_source() -> Source:
    return find_source(Config())


@pytest.fixture(scope="session")
def published(bundled_source: Source) -> TorchEncoder:
    """The bundled model under sentence-transformers."""
    return TorchEncoder(load_model(bundled_source, "cpu"), bundled_source)


@pytest.fixture(scope="session")
def exported_folder() -> Path:
    index_path, fingerprint = bundled_export()
    return encoders_folder(index_path) / fingerprint


@pytest.fixture(scope="session")
def exported(exported_folder: Path) -> OnnxEncoder:
    """The bundled model's export under ONNX Runtime."""
    return OnnxEncoder(exported_folder, purpose="indexing")
