"""The bundled model's fp32 export, made once a pytest session and shared by whoever serves it."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

from policybot.config import Config, IndexConfig
from policybot.encoder import open_for_indexing


@functools.cache
def bundled_export(folder: Path | None = None) -> tuple[Path, str]:
    """Export the bundled model at fp32; return an index path that holds it, and its fingerprint.

    Nobody writes there: :func:`copy_export` puts it where a test may.
    """
    index_path = Path(folder or tempfile.mkdtemp(prefix="policybot-export-")) / "embeddings"
    encoder = open_for_indexing(Config(index=IndexConfig(path=index_path)))
    return index_path, encoder.fingerprint
