"""The project's own corpus, indexed once a pytest session with the real bundled model."""

from __future__ import annotations

import functools
import io
import logging
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from policybot import cli
from tests.exported import copy_export, copy_file
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
    shutil.copytree(indexed_project(), folder, dirs_exist_ok=True, copy_function=copy_file)
    return folder


def policybot(
    *arguments: str, folder: Path, stdin: str | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a policybot command in ``folder``, in this process: starting one costs a second.

    What it is given and gives are those of a process: arguments, environment, working directory,
    standard streams, exit status. ``policybot_process`` starts a real one.
    """
    raw = {name: io.BytesIO() for name in ("stdin", "stdout", "stderr")}
    raw["stdin"] = io.BytesIO((stdin or "").encode())
    streams = {name: io.TextIOWrapper(buffer, "utf-8") for name, buffer in raw.items()}
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("error")
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["policybot", *arguments])
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        for name, value in {"HF_HUB_OFFLINE": "1", **environ}.items():
            patch.setenv(name, value)
        root.handlers = []  # pytest's own would take what a process writes on standard error
        try:
            with pytest.raises(SystemExit) as ended:
                cli.main()
        finally:
            root.handlers, root.level = handlers, level
    assert isinstance(ended.value.code, int)
    for stream in streams.values():
        stream.flush()
    out, err = (raw[name].getvalue().decode() for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(arguments, ended.value.code, out, err)


def policybot_process(
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
