"""From how sure an index was of many questions to how sure it must be to answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.format.calibration import Point

FEWEST = 30
"""Questions of the corpus's own that a fit needs; one labelled counts as :data:`LABELLED`."""

DOUBT = 10
"""A fit to as many own questions as this is half believed."""

LABELLED = 5
"""A question that a person has judged counts as much as this many that were made."""

_DECLINING = 1.2
"""What declining a foreign question counts for, where answering an own one counts 1: for an own one
that is declined, the closest passages are still shown."""

_ANSWERED = (0.99, 0.98, 0.97, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
_DECLINED = (0.8, 0.9, 0.95, 0.98)
_STEPS = np.arange(-12.0, 12.01, 0.1)


@dataclass(frozen=True, slots=True)
class Asked:
    """How sure the index was of one question, in log-odds under the default weights.

    ``surest`` is of any policy, ``expected`` of those the question is after; minus infinity where
    there is none. ``own`` tells the corpus's own questions from foreign ones, ``labelled`` those
    a person has judged from made ones, ``vector`` those the encoder read.
    """

    own: bool
    labelled: bool
    vector: bool
    surest: float
    expected: float


def best_threshold(asked: Sequence[Asked]) -> float | None:
    """Return the log-odds at which own questions are told from foreign ones best.

    It has the highest sum of the share of own questions answered and (a little less) the share of
    foreign ones declined, each question counting softly (by the logistic of its distance): a few
    outliers hardly move it, and between two groups far apart it comes to lie in the middle. The
    fewer questions there are, the nearer it stays to 0, the default, which also stands where
    nothing gains a question on it. None where there are too few to say anything.
    """
    own, foreign = ([one for one in asked if one.own == kind] for kind in (True, False))
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
    """Return, for each step, the weighted share of questions above it (``sign`` 1) or below."""
    surest = np.clip(np.array([one.surest for one in asked]), _STEPS[0] - 10, _STEPS[-1] + 10)
    weights = np.array([_weight(one) for one in asked], dtype=np.float64)
    above = 1 / (1 + np.exp(-sign * (surest[:, None] - _STEPS[None, :])))
    share: NDArray[np.float64] = weights @ above / weights.sum()
    return share


def point(asked: Iterable[Asked], threshold: float) -> Point:
    """Return what becomes of questions when those of ``threshold`` or more are answered.

    A share is 0 where there are no questions it is of.
    """
    asked = list(asked)
    own = [one for one in asked if one.own]
    foreign = [one for one in asked if not one.own]
    return Point(
        answered=_share([one.surest >= threshold for one in own]),
        rightly=_share([one.expected >= threshold for one in own]),
        declined=_share([one.surest < threshold for one in foreign]),
    )


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def curve(asked: Sequence[Asked]) -> list[tuple[float, Point]]:
    """Return thresholds, lowest first, and what becomes of the questions at each.

    They are where set shares of the own questions are answered, or of the foreign ones declined.
    """
    own = np.array([one.surest for one in asked if one.own])
    foreign = np.array([one.surest for one in asked if not one.own])
    if not len(own) or not len(foreign):
        return []
    falling = 1 - np.array(_ANSWERED)
    thresholds = {
        *np.quantile(own, falling, method="lower").tolist(),
        *np.quantile(foreign, _DECLINED, method="higher").tolist(),
    }
    return [(threshold, point(asked, threshold)) for threshold in sorted(thresholds)]
