"""A builder that runs in a process of its own, and dies when it is told to."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.model import Policy
from tests.fake_encoder import FakeEncoder
from tests.index.samples import build

_TOUCHING = ("open", "os.", "shutil.", "sqlite3.", "mmap.", "fcntl.")


class Patient(FakeEncoder):
    """Encodes when ``go`` is set, having said so by setting ``waiting``."""

    def __init__(self, waiting: Event, go: Event) -> None:
        super().__init__()
        self._waiting = waiting
        self._go = go

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._waiting.set()
        self._go.wait()
        return super().encode_documents(texts)


def build_and_die(index_path: Path, policies: Sequence[Policy], at: int) -> None:
    """Build, killed by SIGKILL at step ``at``: a call that touches a file, or one of progress."""
    steps = itertools.count(1)

    def step(*_: object) -> None:
        if next(steps) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def audit(event: str, _: object) -> None:
        if event.startswith(_TOUCHING):
            step()

    sys.addaudithook(audit)
    build(index_path, policies, progress=step)


def count_steps(index_path: Path, policies: Sequence[Policy], answer: Connection) -> None:
    """Build, and send how many steps it took."""
    steps = itertools.count(1)

    def step(*_: object) -> None:
        next(steps)

    def audit(event: str, _: object) -> None:
        if event.startswith(_TOUCHING):
            step()

    sys.addaudithook(audit)
    build(index_path, policies, progress=step)
    answer.send(next(steps))


def build_when_told(
    index_path: Path, policies: Sequence[Policy], waiting: Event, go: Event
) -> None:
    """Build with an encoder that waits to be told to go on."""
    build(index_path, policies, Patient(waiting, go))
