from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from policybot.index.build.recalibrate import recalibrate_index
from policybot.index.format.calibration import Calibration
from policybot.index.serve.generation import FileGeneration, open_generation, verify_generation
from tests.index.samples import POLICIES, build, everything

FITTED = Calibration(changed=7)


def fit(_generation: FileGeneration) -> Calibration:
    return FITTED


def recalibrate_and_die(index_path: Path, at: int) -> None:
    """Recalibrate, killed by SIGKILL at step ``at``: a call that touches a file."""
    steps = itertools.count(1)

    def audit(event: str, _: object) -> None:
        if event.startswith(("open", "os.", "shutil.", "mmap.")) and next(steps) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)
    recalibrate_index(index_path, fit)


def test_a_kill_at_any_step_leaves_the_old_or_the_new_calibration_whole(tmp_path: Path) -> None:
    start = tmp_path / "start"
    build(start, POLICIES)
    with open_generation(start) as generation:
        expected = everything(generation)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.index.test_recalibrate", "faiss", "filelock"])
    seen = set()
    step, at = 1, 1
    while True:
        index_path = Path(shutil.copytree(start, tmp_path / f"killed-{at}"))
        process = context.Process(target=recalibrate_and_die, args=(index_path, at))
        process.start()
        process.join(600)
        verify_generation(index_path)
        with open_generation(index_path) as generation:
            assert everything(generation) == expected
            seen.add(generation.calibration.changed)
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        recalibrate_index(index_path, fit)
        assert list(index_path.glob("generations/.*")) == []
        at, step = at + step, step + 2
    assert seen == {0, FITTED.changed}


def test_where_the_disk_has_no_links_files_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, POLICIES)
    with open_generation(tmp_path) as generation:
        expected = everything(generation)

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    recalibrate_index(tmp_path, fit)
    with open_generation(tmp_path) as generation:
        assert everything(generation) == expected
        assert generation.calibration == FITTED


def test_the_next_build_starts_from_the_calibrated_index(tmp_path: Path) -> None:
    build(tmp_path, POLICIES[:2])
    name = recalibrate_index(tmp_path, fit)
    report = build(tmp_path, POLICIES[:2])
    assert (report.generation, report.embedded) == (name, 0)
    assert set(build(tmp_path, POLICIES).unchanged) == {policy.id for policy in POLICIES[:2]}
