"""``deploy/Containerfile`` carried out without a container engine: in folders, into an environment.

Its instructions are read as a builder reads them. ``COPY`` and ``RUN`` are done below a folder that
stands for the image's root; the base image's Python is a virtual environment, into which ``pip
install`` goes.
"""

from __future__ import annotations

import functools
import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.project import ROOT
from tests.shared import made_once

FILE = ROOT / "deploy" / "Containerfile"


@dataclass
class Stage:
    """One stage: its name, its base, and its instructions in order, continued lines joined."""

    base: str
    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def last(self, instruction: str) -> str:
        """The arguments of the last instruction of a kind."""
        return [rest for kind, rest in self.steps if kind == instruction][-1]

    def environment(self) -> dict[str, str]:
        """What ``ENV`` sets."""
        pairs = [word for kind, rest in self.steps if kind == "ENV" for word in shlex.split(rest)]
        return dict(pair.split("=", 1) for pair in pairs)

    def command(self, instruction: str) -> list[str]:
        """The words of a command in its JSON form (``ENTRYPOINT``, ``CMD``, ``HEALTHCHECK``)."""
        words: list[str] = json.loads(self.last(instruction).rpartition("CMD ")[2])
        return words


@dataclass(frozen=True)
class Container:
    """What the final stage leaves: its working folder, and the Python that is ``python`` there."""

    home: Path
    python: Path


def stages() -> list[Stage]:
    """Read the Containerfile."""
    found: list[Stage] = []
    text = FILE.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        instruction, _, rest = line.strip().partition(" ")
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        else:
            found[-1].steps.append((instruction, rest.strip()))
    return found


@functools.cache
def built() -> Container:
    """Carry the Containerfile out, once a test run."""
    return _container(made_once("container", _build))


def _build(folder: Path) -> None:
    python = _container(folder).python
    _run([sys.executable, "-m", "venv", "--without-pip", str(python.parents[1])], folder, {})
    # The Python of the tests runs pip; what it installs goes into the environment.
    tools = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    for stage in stages():
        root = folder / (stage.name or "final")
        at = root
        for instruction, rest in stage.steps:
            if instruction == "WORKDIR":
                at = root / rest.lstrip("/")
                at.mkdir(parents=True)
            elif instruction == "COPY":
                _copy(shlex.split(rest), at, folder)
            elif instruction == "RUN":
                # Only root gives a folder away.
                command = rest if os.geteuid() == 0 else rest.partition("&& chown")[0]
                installs = {"PIP_PYTHON": str(python)} if "pip install" in rest else {}
                _run(["sh", "-ec", command], at, tools | installs)


def _container(folder: Path) -> Container:
    home = folder / "final" / stages()[-1].last("WORKDIR").lstrip("/")
    return Container(home, folder / "venv" / "bin" / "python")


def _copy(words: list[str], at: Path, folder: Path) -> None:
    source = ROOT
    if words[0].startswith("--from="):
        source = folder / words.pop(0).removeprefix("--from=")
    *names, target = words
    for name in names:
        path = source / name.lstrip("/")
        into = at / target / path.name if target.endswith("./") else at / target
        if path.is_dir():
            shutil.copytree(path, into, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, into)


def _run(command: list[str], folder: Path, environ: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
