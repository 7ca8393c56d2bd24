from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.shared import RUN, remove_left_behind, run_folder

HIDDEN = str(Path(__file__).parent / "hidden")
"""Where an installed multilingual encoder is not found: most tests ask for one encoder's index."""

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
"""Threads of PyTorch's and FAISS's OpenMP wait for each other spinning: on cores that other work
wants too, exporting a tiny model took 15 s of CPU time and 117 s with two, and 0.8 s and 4 s with
one. pytest-xdist keeps the cores busy."""
for _name, _value in ONE_THREAD.items():  # before anything imports NumPy; children inherit it
    os.environ.setdefault(_name, _value)

MEMORY = Path("/dev/shm")
"""A file system in memory, where there is one: building an index waits for the disk some forty
times, which takes longer than all the rest of most tests. Builders still ask for it."""

WITH_TORCH = ("tests/encoder/", "tests/evaluation/")
"""Folders whose tests import PyTorch, which takes 6 s of CPU time. They come first: pytest-xdist
gives each worker a stretch of the tests, and one that has none left takes from another's end."""

FEW, MANY = 40, 200
"""Examples of a property that asks for no number: in `make test`, and in `make test-all`."""

MISREADINGS = Path(__file__).parent / "data" / "misreadings.txt"


def pytest_configure(config: pytest.Config) -> None:
    if HIDDEN not in sys.path:
        sys.path.insert(0, HIDDEN)
        inherited = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (HIDDEN, inherited)))
    # Otherwise each of some hundred processes that the tests start compiles the package again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if _roomy(MEMORY):
        tempfile.tempdir = str(MEMORY)
    # How long an example takes says something of the machine and nothing of the code. Where CI is
    # set, Hypothesis has a profile of its own, without chance.
    settings.register_profile(
        "tests",
        settings.get_profile("ci") if os.environ.get("CI") else None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        max_examples=FEW if config.getoption("markexpr") == "not slow" else MANY,
    )
    settings.load_profile("tests")
    remove_left_behind()
    # Read when the hub's client is first imported: what this machine has of the hub is not seen.
    os.environ["HF_HUB_CACHE"] = str(run_folder() / "hub")


def _roomy(folder: Path) -> bool:
    """Tell whether a folder can be written to and has 4 GiB left; a run needs less than one."""
    if "TMPDIR" in os.environ or not os.access(folder, os.W_OK):
        return False
    return shutil.disk_usage(folder).free >= 4 * 1024**3


@pytest.hookimpl(tryfirst=True)  # before any are deselected
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(WITH_TORCH))
    # Questions that the reader is known to misread: what they mean stays written down, and mending
    # one takes its line out of the file.
    known = set(MISREADINGS.read_text("utf-8").splitlines())
    for item in items:
        if item.nodeid in known:
            item.add_marker(pytest.mark.xfail(reason="a known misreading", strict=True))
    if not any("::" in one for one in config.args):
        whole = {item.nodeid.partition("::")[0] for item in items}
        gone = {one for one in known if one.partition("::")[0] in whole}
        gone -= {item.nodeid for item in items}
        if gone:
            raise pytest.UsageError(f"{MISREADINGS.name} names no test of today: {sorted(gone)}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(run_folder(), ignore_errors=True)
        os.environ.pop(RUN, None)
