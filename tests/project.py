"""The project's own corpus, indexed once a pytest session with the real bundled model."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.exported import copy_export
from tests.shared import made_once

ROOT = Path(__file__).parents[1]
DATA = Path(__file__).parent / "data"


@functools.cache
def indexed_project() -> Path:
    """Return a folder with ``corpus/`` and a built ``embeddings/``, for reading only."""

    def index(folder: Path) -> None:
        shutil.copytree(ROOT / "corpus", folder / "corpus")
        copy_export(folder / "embeddings")
        done = policybot("index", folder=folder)
        assert done.returncode == 0, done.stderr

    return made_once("project", index)


def copy_project(folder: Path) -> Path:
    """Copy the indexed project to ``folder``, where a test may change it."""
    shutil.copytree(indexed_project(), folder, dirs_exist_ok=True)
    return folder


def policybot(
    *arguments: str, folder: Path, stdin: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a policybot command in ``folder`` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "policybot", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "error", **environ},
    )
