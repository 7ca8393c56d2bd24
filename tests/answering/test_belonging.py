"""Which policies belong to a list does not depend on how strict a calibration is."""

from __future__ import annotations

import dataclasses

import pytest

from policybot.index.format.calibration import ACROSS, WITH_VECTOR, Weights
from policybot.retrieval.confidence import THRESHOLD, belonging


@pytest.mark.parametrize("default", [WITH_VECTOR, ACROSS])
def test_a_stricter_calibration_leaves_who_belongs_as_it_is(default: Weights) -> None:
    assert belonging(default, default) == THRESHOLD
    stricter = dataclasses.replace(default, bias=default.bias - 1.5)
    looser = dataclasses.replace(default, bias=default.bias + 1.5)
    assert belonging(stricter, default) == pytest.approx(1 / (1 + 2.718281828**1.5))
    assert belonging(looser, default) == THRESHOLD
