"""Encoders for a cluster's workers: the fake one, one that dies at work, one that is broken."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.encoder import Encoder
from policybot.errors import EncoderError
from tests.fake_encoder import FakeEncoder


@dataclass(frozen=True)
class Fake:
    """Opens the fake encoder."""

    def open(self) -> Encoder:
        return FakeEncoder()


@dataclass(frozen=True)
class Deadly:
    """Opens encoders of which one kills its process in the middle of each kind of work."""

    folder: Path

    def open(self) -> Encoder:
        return Dying(self.folder)


@dataclass(frozen=True)
class Broken:
    """Opens nothing."""

    def open(self) -> Encoder:
        raise EncoderError("model.onnx: altered on the way")


class Dying(FakeEncoder):
    """Works, but the first of all processes that comes to a fatal text is killed there, once."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        self._die_once("dividing", texts)
        return super().count_tokens(texts)

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._die_once("embedding", texts)
        return super().encode_documents(texts)

    def _die_once(self, work: str, texts: Sequence[str]) -> None:
        if not any("Fatal" in text for text in texts):
            return
        try:
            (self._folder / work).touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)
