"""Two configurations or encoders on the same questions, side by side."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.config import Config, load_config
from policybot.evaluate import Evaluation
from policybot.measures import Difference, paired_bootstrap


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


def compare(
    first: Mapping[str, NDArray[np.float64]], second: Mapping[str, NDArray[np.float64]]
) -> list[Comparison]:
    """Compare every measure of the same questions, in order."""
    return [
        Comparison(
            name,
            len(figures),
            float(figures.mean()),
            float(second[name].mean()),
            paired_bootstrap(figures, second[name]),
        )
        for name, figures in first.items()
        if len(figures)
    ]


def figures_of(evaluation: Evaluation) -> dict[str, NDArray[np.float64]]:
    """Return what can be compared of the answers to a question file, a figure a question."""
    outcomes = evaluation.outcomes
    ones = evaluation.of("one")
    figures: dict[str, Sequence[float]] = {
        "right": [o.right for o in outcomes],
        "one: right": [o.right for o in ones],
        "one: mrr": [1 / o.rank if o.rank else 0.0 for o in ones],
        "set: right": [o.right for o in evaluation.of("set")],
        "all: right": [o.right for o in evaluation.of("all")],
        "none: declined": [o.right for o in evaluation.of("none")],
    }
    return {name: np.array(values, np.float64) for name, values in figures.items()}
