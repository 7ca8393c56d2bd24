"""At what evidence an index answers: kept with each generation, as it was fitted to it.

:mod:`policybot.retrieval.confidence` says what is weighed,
:mod:`policybot.evaluation.calibration` fits it.
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
"""Which evidence the weights are of; raised when it is measured otherwise."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence adds to the log-odds that a policy answers, and where they start.

    ``lexical`` is per what a word of one passage alone gives in BM25, the others per 1.
    """

    similarity: float
    coverage: float
    lexical: float
    bias: float


WITH_VECTOR = Weights(16.0, 2.0, 2.5, -7.3)
ACROSS = Weights(14.0, 0.0, 0.0, -5.35)
"""Where policies are in another language than the question, and share no words with it."""

WITHOUT_VECTOR = Weights(0.0, 7.0, 3.0, -6.5)


@dataclass(frozen=True, slots=True)
class Point:
    """What became of the questions asked, as shares in [0, 1].

    ``answered`` are those of the corpus's own that were answered, ``rightly`` those with the policy
    they are after among the sure ones, ``declined`` the foreign ones that were declined.
    """

    answered: float
    rightly: float
    declined: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of a generation, and what they rest on.

    ``with_vector`` are used where the encoder reads the question, ``without_vector`` where the
    words alone decide, ``across`` where a policy is in another language. ``fitted`` is when they
    were fitted, ISO 8601 in UTC, empty where there were too few questions; ``questions`` how many
    of which kind were asked; ``points`` what became of them, by the name of the weights;
    ``changed`` how many policies have changed since; ``labels`` the SHA-256 of the maintainer's
    questions, empty without.
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
    """Return the calibration that a file holds; the default if it weighs another evidence."""
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
