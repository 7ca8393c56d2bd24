"""What came of a tuning, and the report that is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policybot.evaluation.compare import Comparison
from policybot.evaluation.tune import training

Guarded = Mapping[str, tuple[Comparison, ...]]
"""Before and after on each guard, by its name."""


@dataclass(frozen=True, slots=True)
class Questions:
    """How many questions there were: on either side of the split, and passed over."""

    name: str
    trained_on: int
    held_out: int
    passed_over: int
    pairs: int


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Before and after on the questions held out.

    ``whole`` is as questions are answered, ``unseen`` likewise on those questions of which no
    answering policy was trained on, ``dense`` by cosine alone.
    """

    whole: tuple[Comparison, ...]
    unseen: tuple[Comparison, ...]
    dense: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. ``objections`` are the reasons why it was not adopted; none: it was.

    ``guards`` are by the share of the trained weights that was tried; the last share is the one the
    rest is about. ``held_out`` is None when the guards had decided already. ``seconds`` is the time
    to train.
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
        """The share of the trained weights in the last encoder that was tried."""
        return list(self.guards)[-1]

    def figures(self) -> dict[str, tuple[Comparison, ...]]:
        """Return every comparison under the name it is shown under, in order."""
        found = {
            f"guard {name}, share {share}": rows
            for share, guarded in self.guards.items()
            for name, rows in guarded.items()
        }
        if self.held_out:
            found |= {
                "held out": self.held_out.whole,
                "held out, policies not trained on": self.held_out.unseen,
                "held out, cosine alone": self.held_out.dense,
            }
        return found

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
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
            "figures": {name: _rows(found) for name, found in self.figures().items()},
        }


def report_of(folder: Path) -> Path:
    """Return where the report on the encoder in ``folder`` stands, kept or not."""
    return folder.with_name(f"{folder.name}.json")


def _rows(comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
    return [one.to_dict() | {"questions": one.questions} for one in comparisons]
