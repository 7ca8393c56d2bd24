"""The outcome of a tuning, and its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policybot.evaluation.compare import Comparison
from policybot.evaluation.tune import training

Guarded = Mapping[str, tuple[Comparison, ...]]
"""Comparisons before and after on each guard, by its name."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Numbers of questions: trained on, held out, and left out."""

    name: str
    trained_on: int
    held_out: int
    passed_over: int
    pairs: int


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Comparisons before and after on the held-out questions.

    ``whole`` is as questions are answered, ``unseen`` the same on questions none of whose policies
    was trained on, ``dense`` by cosine alone.
    """

    whole: tuple[Comparison, ...]
    unseen: tuple[Comparison, ...]
    dense: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome. ``objections`` are the reasons against adopting; without any, it was adopted.

    ``guards`` are by the share of the trained weights that was tried; the rest is about the last
    one. ``held_out`` is None if the guards had decided already. ``seconds`` is the training time.
    """

    questions: Questions
    before: str
    after: str
    guards: Mapping[float, Guarded]
    held_out: HeldOut | None
    objections: tuple[str, ...]
    seconds: float

    @property
    def adopted(self) -> bool:
        """Whether the encoder was kept."""
        return not self.objections

    @property
    def share(self) -> float:
        """The share of the trained weights in the last encoder tried."""
        return list(self.guards)[-1]

    def figures(self) -> dict[str, tuple[Comparison, ...]]:
        """Return every comparison by its display name, in order."""
        figures = {
            f"guard {name}, share {share}": rows
            for share, guarded in self.guards.items()
            for name, rows in guarded.items()
        }
        if self.held_out:
            figures |= {
                "held out": self.held_out.whole,
                "held out, policies not trained on": self.held_out.unseen,
                "held out, cosine alone": self.held_out.dense,
            }
        return figures

    def to_dict(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "adopted": self.adopted,
            "objections": list(self.objections),
            "questions": self.questions.name,
            "trained_on": self.questions.trained_on,
            "held_out": self.questions.held_out,
            "passed_over": self.questions.passed_over,
            "pairs": self.questions.pairs,
            "epochs": training.EPOCHS,
            "seconds_to_train": round(self.seconds, 1),
            "share": self.share,
            "encoder_before": self.before,
            "encoder_after": self.after,
            "figures": {name: _rows(rows) for name, rows in self.figures().items()},
        }


def report_of(folder: Path) -> Path:
    """Return the path of the report on the encoder in ``folder``, adopted or not."""
    return folder.with_name(f"{folder.name}.json")


def _rows(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    return [
        comparison.to_dict() | {"questions": comparison.questions} for comparison in comparisons
    ]
