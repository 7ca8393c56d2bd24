"""Corpora large enough to be asked about, indexed with the fake encoder."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from policybot.config import Config, IndexConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder import Encoder
from policybot.evaluation.calibration.calibrate import calibrator
from policybot.index.build.build import build_index
from policybot.index.format.calibration import Calibration
from policybot.index.serve.generation import FileGeneration, open_generation
from policybot.model import Policy
from tests.fake_encoder import FakeEncoder

_SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "po", "ri", "sa", "te", "vu", "zo")


def policies(count: int, *, seed: int = 1) -> list[Policy]:
    """Return policies of invented words, each word in few of them."""
    random_ = random.Random(seed)

    def words(number: int) -> str:
        return " ".join("".join(random_.choices(_SYLLABLES, k=3)) for _ in range(number))

    return [
        Policy(
            f"p{number:03}",
            words(4).title(),
            f"{words(9)}. {words(8)}.".capitalize(),
        )
        for number in range(count)
    ]


def config(folder: Path) -> Config:
    return Config(index=IndexConfig(path=folder))


def index(
    folder: Path, corpus: Sequence[Policy], *, full: bool = False, encoder: Encoder | None = None
) -> Calibration:
    """Index as `policybot index` does it, and return what was fitted."""
    encoder = encoder or FakeEncoder()
    build_index(
        corpus,
        index_path=folder,
        encoder=encoder,
        issuers=IssuerBook(()),
        full=full,
        calibrate=calibrator(config(folder), encoder, lambda *_: None),
    )
    with open_generation(folder) as generation:
        return generation.calibration


def index_plainly(folder: Path, corpus: Sequence[Policy]) -> FileGeneration:
    """Index without calibrating, and open the index."""
    build_index(corpus, index_path=folder, encoder=FakeEncoder(), issuers=IssuerBook(()))
    return open_generation(folder)
