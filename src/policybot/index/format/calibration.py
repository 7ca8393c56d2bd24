"""Calibration of confidence: logistic weights of the evidence, fitted to and stored per generation.

:mod:`policybot.retrieval.confidence` computes the evidence and
:mod:`policybot.evaluation.calibration` fits the weights.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = "calibration.json"

SCALE = 2
"""Version of the evidence; raised when it is computed otherwise, so that old weights expire."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of a logistic model: the log-odds that a policy answers the question.

    ``bias`` is the intercept. ``similarity`` and ``coverage`` are per unit; ``lexical`` is per BM25
    weight of a word that occurs in a single passage.
    """

    similarity: float
    coverage: float
    lexical: float
    bias: float


WITH_VECTOR = Weights(16.0, 2.0, 2.5, -7.3)
ACROSS = Weights(14.0, 0.0, 0.0, -5.35)
"""For policies in another language than the question, which share no words with it."""

WITHOUT_VECTOR = Weights(0.0, 7.0, 3.0, -6.5)


@dataclass(frozen=True, slots=True)
class Point:
    """Rates at which calibration questions were answered, in [0, 1].

    ``answered``: in-corpus questions that were answered. ``rightly``: in-corpus questions whose
    expected policy is among the confident answers. ``declined``: out-of-corpus questions that were
    declined.
    """

    answered: float
    rightly: float
    declined: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of a generation, and the questions they were fitted to.

    ``with_vector`` apply if the encoder reads the question's language, ``without_vector`` if only
    words can be compared, ``across`` if a policy is in another language. ``fitted`` is the time of
    fitting (ISO 8601, UTC), empty if there were too few questions; ``questions`` counts those used,
    by kind; ``points`` are the rates they reached, by the name of the weights; ``changed`` is the
    number of policies changed since; ``labels`` the SHA-256 of the maintainer's questions, or "".
    """

    with_vector: Weights = WITH_VECTOR
    without_vector: Weights = WITHOUT_VECTOR
    across: Weights = ACROSS
    fitted: str = ""
    questions: Mapping[str, int] = field(default_factory=dict)
    points: Mapping[str, Point] = field(default_factory=dict)
    changed: int = 0
    labels: str = ""


def write_calibration(folder: Path, calibration: Calibration) -> None:
    """Write the calibration into a generation's folder."""
    values = {"scale": SCALE, **dataclasses.asdict(calibration)}
    text = json.dumps(values, indent=1, sort_keys=True)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8")


def read_calibration(folder: Path) -> Calibration:
    """Read what :func:`write_calibration` wrote."""
    return parse_calibration((folder / FILE).read_bytes())


def parse_calibration(data: bytes) -> Calibration:
    """Return the calibration in a file's bytes; the default if its evidence has another version."""
    values: dict[str, Any] = json.loads(data)
    if values.pop("scale", None) != SCALE:
        return Calibration()
    return Calibration(
        with_vector=Weights(**values.pop("with_vector")),
        without_vector=Weights(**values.pop("without_vector")),
        across=Weights(**values.pop("across")),
        points={name: Point(**point) for name, point in values.pop("points").items()},
        **values,
    )
