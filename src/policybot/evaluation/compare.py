"""Two configurations or encoders on the same questions, side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.answering.engine import Engine
from policybot.config import Config, load_config
from policybot.corpus.files.read import read_policies
from policybot.corpus.issuers.table import read_issuers
from policybot.evaluation.dataset import open_apart
from policybot.evaluation.evaluate import Evaluation, Kind, Outcome, Question
from policybot.evaluation.measures import Difference, clusters_of, paired_bootstrap
from policybot.progress import Progress

COMPARED = "compared"
"""The folder under the index path where the corpus is indexed with encoders to compare."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two systems over ``questions`` questions; the difference is B less A."""

    measure: str
    questions: int
    first: float
    second: float
    difference: Difference

    def to_dict(self) -> dict[str, float | int | str]:
        """The comparison as JSON shows it."""
        return {
            "measure": self.measure,
            "questions": self.questions,
            "a": round(self.first, 4),
            "b": round(self.second, 4),
            "difference": round(self.difference.mean, 4),
            "low": round(self.difference.low, 4),
            "high": round(self.difference.high, 4),
            "p": round(self.difference.p, 4),
        }


def system(name: str, base: Config) -> Config:
    """Return what ``name`` stands for.

    A name that ends in ``.toml`` is a configuration; any other is an encoder, named as
    ``[encoder] model`` names one, in the configuration ``base``.

    Raises:
        ConfigError: the configuration cannot be read.
    """
    if name.endswith(".toml"):
        return load_config(name)
    return dataclasses.replace(base, encoder=dataclasses.replace(base.encoder, model=name))


def indexed_apart(names: Sequence[str], systems: Sequence[Config], base: Config) -> list[bool]:
    """Tell of each of two systems whether its encoder is not that of the index it would open.

    So it is of both where they name one index and two encoders, and of an encoder that is named
    and is not the one in ``base``.
    """
    first, second = systems
    clash = _index(first) == _index(second) and _encoder(first) != _encoder(second)
    return [
        clash or (not name.endswith(".toml") and _encoder(one) != _encoder(base))
        for name, one in zip(names, systems, strict=True)
    ]


def open_apart_from(config: Config, cache: Path | None, progress: Progress) -> Engine:
    """Index the corpus with the configured encoder, apart from the configured index, and open that.

    It is kept in ``cache`` (default: a folder below the index path), so that only what is not in it
    yet is embedded, and calibrated as the configured index is.

    Raises:
        PolicyBotError: as reading, building and opening do.
    """
    opened, _ = open_apart(
        config,
        read_policies(config.corpus.path),
        read_issuers(config.corpus.issuers_file),
        cache or config.index.path / COMPARED,
        progress,
        calibrated=True,
    )
    return opened.engine


def _index(config: Config) -> tuple[str, str | None, Path]:
    return config.index.backend, config.index.uri, config.index.path.resolve()


def _encoder(config: Config) -> tuple[str, str]:
    return config.encoder.model, config.encoder.precision


def compare(
    first: Mapping[str, NDArray[np.float64]],
    second: Mapping[str, NDArray[np.float64]],
    clusters: NDArray[np.int64],
) -> list[Comparison]:
    """Compare every measure ``(questions,)`` of the same questions, in order.

    ``clusters`` ``(questions,)`` are what :func:`policybot.evaluation.measures.clusters_of` gives.
    """
    return [
        _compared(name, figures, second[name], clusters)
        for name, figures in first.items()
        if len(figures)
    ]


def compare_answers(first: Evaluation, second: Evaluation) -> list[Comparison]:
    """Compare the answers to the same question file, over all and by kind of question."""
    compared = []
    for name, kind, figure in _FIGURES:
        ours, theirs = (one.of(kind) if kind else one.outcomes for one in (first, second))
        if ours:
            clusters = clusters_of([_expected(outcome.question) for outcome in ours])
            a, b = (np.array([figure(one) for one in part], float) for part in (ours, theirs))
            compared.append(_compared(name, a, b, clusters))
    return compared


def _right(outcome: Outcome) -> float:
    return float(outcome.right)


def _reciprocal(outcome: Outcome) -> float:
    return 1 / outcome.rank if outcome.rank else 0.0


_FIGURES: tuple[tuple[str, Kind | None, Callable[[Outcome], float]], ...] = (
    ("right", None, _right),
    ("one: right", "one", _right),
    ("one: mrr", "one", _reciprocal),
    ("set: right", "set", _right),
    ("all: right", "all", _right),
    ("none: declined", "none", _right),
)


def _expected(question: Question) -> tuple[str, ...]:
    """Return what is found or missed as one: any expected policy, but a list only as a whole."""
    if question.kind in ("one", "none"):
        return question.expect
    return (" ".join(sorted(question.expect)),)


def _compared(
    name: str,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    clusters: NDArray[np.int64],
) -> Comparison:
    difference = paired_bootstrap(first, second, clusters)
    return Comparison(name, len(first), float(first.mean()), float(second.mean()), difference)
