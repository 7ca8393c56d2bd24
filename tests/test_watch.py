"""Embedding again whenever files change: what counts as a change, and the command at work."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from policybot.watch import settled_changes, state_of
from tests.project import copy_project, policybot

HEARING_CTRL_C = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("policybot", run_name="__main__")
"""
"""The command as from a terminal: what a shell starts in the background ignores SIGINT, and what
that starts does too."""


class _OverError(Exception):
    """The steps of a test are done."""


def rounds(corpus: Path, *steps: Callable[[], object], work: Path | None = None) -> list[int]:
    """Return after how many steps, one at each pause, files had changed and settled.

    ``work`` is a file that whoever is told of a change writes, the first time.
    """
    left, found = list(steps), []

    def pause(_: float) -> None:
        if not left:
            raise _OverError
        left.pop(0)()

    with contextlib.suppress(_OverError):
        for _ in settled_changes(lambda: state_of(corpus, (corpus / "issuers.toml",)), pause=pause):
            found.append(len(steps) - len(left))
            if work and len(found) == 1:
                work.write_text("while at work")
    return found


def nothing() -> None:
    """Leave everything as it is."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "sources").mkdir()
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.md").write_text("a")
    return tmp_path


def test_the_first_round_comes_at_once_and_no_other_without_a_change(corpus: Path) -> None:
    assert rounds(corpus, nothing, nothing, nothing) == [0]


def test_a_change_is_told_when_files_have_been_left_alone(corpus: Path) -> None:
    write = (corpus / "a.md").write_text
    assert rounds(corpus, lambda: write("one"), nothing, nothing) == [0, 2]
    busy = [lambda text=text: write(text) for text in ("four", "fives", "sixsix")]
    assert rounds(corpus, *busy, nothing, nothing) == [0, 4]


@pytest.mark.parametrize(
    "change",
    [
        lambda corpus: (corpus / "b.md").write_text("b"),
        lambda corpus: (corpus / "deep" / "b.jsonl").write_text("b"),
        lambda corpus: (corpus / "a.md").unlink(),
        lambda corpus: (corpus / "a.md").rename(corpus / "c.md"),
        lambda corpus: (corpus / "issuers.toml").write_text(""),
    ],
)
def test_policies_and_issuers_count(corpus: Path, change: Callable[[Path], object]) -> None:
    assert rounds(corpus, lambda: change(corpus), nothing) == [0, 2]


@pytest.mark.parametrize("name", [".a.md.swp", ".b.md", "sources/b.md", "b.txt", "a.md~"])
def test_sources_and_an_editors_own_files_do_not(corpus: Path, name: str) -> None:
    assert rounds(corpus, lambda: (corpus / name).write_text("b"), nothing, nothing) == [0]


def test_what_changes_while_at_work_is_seen_after(corpus: Path) -> None:
    assert rounds(corpus, nothing, nothing, work=corpus / "b.md") == [0, 1]


def test_a_corpus_may_come_later(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"

    def come() -> None:
        corpus.mkdir()
        (corpus / "a.md").write_text("a")

    assert rounds(corpus, nothing, come, nothing) == [0, 3]


def test_the_command_embeds_changes_survives_errors_and_ends_cleanly(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    policy = project / "corpus" / "drones.md"
    process = subprocess.Popen(
        [sys.executable, "-c", HEARING_CTRL_C, "index", "--watch"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    watchdog = threading.Timer(120, process.kill)
    watchdog.start()

    def told() -> str:
        """Return what is said up to the end of a round."""
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("watching corpus"):
                return "".join(lines)
        raise AssertionError("".join(lines))

    try:
        assert "unchanged     12" in told()
        policy.write_text("---\ntitle: Drones\ndate: 2012-02-30\n---\n\nDrones fly.\n")
        assert "drones.md:3: date '2012-02-30' is not a date" in told()
        policy.write_text("---\ntitle: Drones\ndate: 2012-02-29\n---\n\nDrones fly.\n")
        assert "added          1  drones" in told()
        process.send_signal(signal.SIGINT)
        assert process.communicate()[0] == "stopped watching\n"
        assert process.returncode == 0
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
    assert "Drones fly." in policybot("show", "drones", folder=project).stdout
