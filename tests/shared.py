"""Folders that are made once a test run, whichever of its processes needs them first."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import filelock
from hypothesis import settings

RUN = "POLICYBOT_TEST_RUN"
"""The environment variable that names the run's folder; ``conftest.py`` sets and removes it."""


PREFIX = "policybot-tests-"


def examples(share: int) -> int:
    """Return how many made-up examples a costly property test tries: a share of the profile's."""
    profile = settings.default
    assert profile is not None
    return profile.max_examples // share


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
        if process.isdecimal() and not runs(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def runs(process: int) -> bool:
    """Tell whether a process runs; an orphan that ended counts as ended before it is reaped."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        state = Path(f"/proc/{process}/stat").read_text()
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self/stat").exists()  # elsewhere than on Linux there is no /proc
    return state.rpartition(")")[2].split()[0] != "Z"


def await_end(process: int) -> None:
    """Wait until a killed process has ended: a busy machine takes it away later."""
    deadline = time.monotonic() + 120
    while runs(process):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder ``name``, filled by the first process that asks while others wait."""
    folder, done = run_folder() / name, run_folder() / f"{name}.done"
    with filelock.FileLock(run_folder() / f"{name}.lock"):
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder
