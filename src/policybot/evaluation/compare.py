"""Comparison of two configurations or encoders on the same questions."""

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
"""The folder below the index path for indexes of encoders to compare."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of two systems over ``questions`` questions; the difference is B minus A."""

    measure: str
    questions: int
    first: float
    second: float
    difference: Difference

    def to_dict(self) -> dict[str, float | int | str]:
        """Return the comparison as a JSON object."""
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
    """Return the configuration that ``name`` stands for.

    A name that ends in ``.toml`` is a configuration file; any other is an encoder, named as in
    ``[encoder] model``, within the configuration ``base``.

    Raises:
        ConfigError: the configuration cannot be read.
    """
    if name.endswith(".toml"):
        return load_config(name)
    return dataclasses.replace(base, encoder=dataclasses.replace(base.encoder, model=name))


def indexed_apart(names: Sequence[str], systems: Sequence[Config], base: Config) -> list[bool]:
    """Return for each of two systems whether it needs an index of its own.

    Both do if they name one index but two encoders; so does an encoder other than that of ``base``.
    """
    first, second = systems
    clash = _index(first) == _index(second) and _encoder(first) != _encoder(second)
    return [
        clash or (not name.endswith(".toml") and _encoder(config) != _encoder(base))
        for name, config in zip(names, systems, strict=True)
    ]


def open_apart_from(config: Config, cache: Path | None, progress: Progress) -> Engine:
    """Index the corpus with the configured encoder, apart from the configured index, and open it.

    It is kept in ``cache`` (default: a folder below the index path), so that only what is new is
    embedded, and calibrated like the configured index.

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
    """Compare every measure ``(questions,)`` of two systems on the same questions, in order.

    ``clusters`` ``(questions,)`` is the result of
    :func:`policybot.evaluation.measures.clusters_of`.
    """
    return [
        _compared(name, figures, second[name], clusters)
        for name, figures in first.items()
        if len(figures)
    ]


def compare_answers(first: Evaluation, second: Evaluation) -> list[Comparison]:
    """Compare the answers to one question file, over all questions and by kind."""
    compared = []
    for name, kind, figure in _FIGURES:
        ours, theirs = (e.of(kind) if kind else e.outcomes for e in (first, second))
        if ours:
            clusters = clusters_of([_expected(outcome.question) for outcome in ours])
            a, b = (np.array([figure(o) for o in part], float) for part in (ours, theirs))
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
    """Return the units that are found or missed: each expected policy, but a list as a whole."""
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
