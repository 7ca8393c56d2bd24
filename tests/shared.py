"""Folders that are made once a test run, whichever of its processes needs them first."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import filelock

RUN = "POLICYBOT_TEST_RUN"
"""The environment variable that names the run's folder; ``conftest.py`` sets and removes it."""


def run_folder() -> Path:
    """Return the folder of this test run, which all of its processes share."""
    named = os.environ.get(RUN)
    if named is None:
        named = os.environ[RUN] = tempfile.mkdtemp(prefix="policybot-tests-")
    return Path(named)


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``name``, filled by the first process that asks while others wait."""
    folder, done = run_folder() / name, run_folder() / f"{name}.done"
    with filelock.FileLock(run_folder() / f"{name}.lock"):
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
