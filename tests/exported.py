"""The bundled model's fp32 export, made once a test run and shared by whoever serves it."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
from pathlib import Path

from policybot.config import Config, IndexConfig
from policybot.encoder import open_for_indexing
from policybot.encoder.artifact import WEIGHTS, encoders_folder
from tests.shared import made_once

# Read when the hub's client is first imported: no test reaches the network.
os.environ["HF_HUB_OFFLINE"] = "1"


@functools.cache
def bundled_export() -> tuple[Path, str]:
    """Export the bundled model; return the index path that holds it, and its fingerprint.

    Nobody writes there: ``copy_export`` puts it where a test may.
    """

    def export(folder: Path) -> None:
        open_for_indexing(Config(index=IndexConfig(path=folder)))

    folder = made_once("export", export)
    (fingerprint,) = [path.name for path in encoders_folder(folder).iterdir() if path.is_dir()]
    return folder, fingerprint


def copy_export(index_path: Path) -> str:
    """Copy the bundled export to ``index_path``, and return its fingerprint.

    ``open_for_indexing`` and ``open_for_serving`` find it there without loading PyTorch.
    """
    shared, fingerprint = bundled_export()
    target = encoders_folder(index_path)
    shutil.copytree(
        encoders_folder(shared) / fingerprint, target / fingerprint, copy_function=copy_file
    )
    return fingerprint


def copy_file(source: str, target: str) -> None:
    """Copy a file, but link an encoder's weights, 90 MB that nobody writes into.

    Whoever alters them puts another file in their place.
    """
    if Path(source).name == WEIGHTS:
        with contextlib.suppress(OSError):  # another file system
            os.link(source, target)
            return
    shutil.copy2(source, target)
