"""Fitting the threshold for answering to an index's evidence for many questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.calibration import Point

FEWEST = 30
"""Own questions needed for a fit; a labelled one counts as :data:`LABELLED`."""

DOUBT = 10
"""With this many own questions, the fit and the default weigh the same."""

LABELLED = 5
"""Weight of a question labelled by a person, where a generated one weighs 1."""

_DECLINING = 1.2
"""Weight of declining a foreign question, where answering an own one weighs 1: an own question that
is declined still gets the closest passages."""

_ANSWERED = (0.99, 0.98, 0.97, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
_DECLINED = (0.8, 0.9, 0.95, 0.98)
_STEPS = np.arange(-12.0, 12.01, 0.1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The evidence of an index for one question, in log-odds under the default weights.

    ``surest`` is the highest of any policy, ``expected`` the highest of an expected one; minus
    infinity if there is none. ``own`` is False for foreign questions, ``labelled`` True for those
    labelled by a person, ``vector`` True for those that the encoder read.
    """

    own: bool
    labelled: bool
    vector: bool
    surest: float
    expected: float


def best_threshold(asked: Sequence[Asked]) -> float | None:
    """Return the log-odds that best separate own questions from foreign ones.

    It maximises the sum of the share of own questions answered and (weighted a little less) the
    share of foreign ones declined. Each question counts softly (by the logistic of its distance),
    so that outliers matter little and a wide gap is split in the middle. The fewer the questions,
    the nearer it stays to the default, 0, which also remains if nothing gains a question on it.
    None where there are too few.
    """
    own, foreign = ([q for q in asked if q.own == kind] for kind in (True, False))
    count = sum(map(_weight, own))
    if count < FEWEST or not foreign:
        return None
    right = _soft_share(own, 1.0) + _DECLINING * _soft_share(foreign, -1.0)
    best = int(np.argmax(right))
    default = int(np.argmin(np.abs(_STEPS)))
    if right[best] - right[default] < 1 / len(own):
        return 0.0
    return float(_STEPS[best]) * count / (count + DOUBT)


def _weight(asked: Asked) -> int:
    return LABELLED if asked.labelled else 1


def _soft_share(asked: Sequence[Asked], sign: float) -> NDArray[np.float64]:
    """Return, per step, the weighted share of questions above it (``sign`` 1) or below."""
    surest = np.clip(np.array([q.surest for q in asked]), _STEPS[0] - 10, _STEPS[-1] + 10)
    weights = np.array([_weight(q) for q in asked], dtype=np.float64)
    above = 1 / (1 + np.exp(-sign * (surest[:, None] - _STEPS[None, :])))
    share: NDArray[np.float64] = weights @ above / weights.sum()
    return share


def point(asked: Iterable[Asked], threshold: float) -> Point:
    """Return the shares answered and declined when ``threshold`` is the least to be answered.

    A share of no questions is 0.
    """
    asked = list(asked)
    own = [q for q in asked if q.own]
    foreign = [q for q in asked if not q.own]
    return Point(
        answered=_share([q.surest >= threshold for q in own]),
        rightly=_share([q.expected >= threshold for q in own]),
        declined=_share([q.surest < threshold for q in foreign]),
    )


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def curve(asked: Sequence[Asked]) -> list[tuple[float, Point]]:
    """Return ascending thresholds with the shares of questions answered and declined at each.

    They are those at which set shares of own questions are answered, or of foreign ones declined.
    """
    own = np.array([q.surest for q in asked if q.own])
    foreign = np.array([q.surest for q in asked if not q.own])
    if not len(own) or not len(foreign):
        return []
    falling = 1 - np.array(_ANSWERED)
    thresholds = {
        *np.quantile(own, falling, method="lower").tolist(),
        *np.quantile(foreign, _DECLINED, method="higher").tolist(),
    }
    return [(threshold, point(asked, threshold)) for threshold in sorted(thresholds)]
