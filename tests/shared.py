"""Folders that are made once a test run, whichever of its processes needs them first."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import filelock

RUN = "POLICYBOT_TEST_RUN"
"""The environment variable that names the run's folder; ``conftest.py`` sets and removes it."""


PREFIX = "policybot-tests-"


def run_folder() -> Path:
    """Return the folder of this test run, which all of its processes share."""
    named = os.environ.get(RUN)
    if named is None:
        named = os.environ[RUN] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")
    return Path(named)


def remove_left_behind() -> None:
    """Remove the folders of runs that were killed, since they may lie in memory."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        process = folder.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdecimal() and not _runs(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``name``, filled by the first process that asks while others wait."""
    folder, done = run_folder() / name, run_folder() / f"{name}.done"
    with filelock.FileLock(run_folder() / f"{name}.lock"):
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
