"""A case that fails says why: what was asked, what came, and the evidence of each candidate."""

from __future__ import annotations

import pytest

from policybot.answering.engine import Engine
from tests.relevance.cases import (
    Case,
    Closest,
    Declined,
    Field,
    Ordered,
    Precision,
    Read,
    Recall,
    Same,
    check,
    named,
)

ASKED = "When is fertiliser kept in dry sheds?"
WRONG = (
    Precision(ASKED, ["noise"]),
    Recall(ASKED, ["fertiliser", "noise"]),
    Ordered(ASKED, before="noise", after="fertiliser"),
    Field(ASKED, "issued by somebody", lambda hit: bool(hit.policy.issuers)),
    Same(ASKED, "quiet hours"),
    Declined(ASKED),
    Closest(ASKED, "noise"),
    Read(ASKED, {"sheds": "shelves"}),
)


@pytest.mark.parametrize("case", WRONG, ids=named)
def test_a_failure_explains_itself(small: Engine, case: Case) -> None:
    with pytest.raises(AssertionError) as failure:
        check(small, case)
    said = str(failure.value)
    assert f"asked: {ASKED}" in said
    assert "expected" in said or "missing: ['noise']" in said
    assert "came: ['fertiliser']" in said
    assert "confidence  passage" in said
    assert "fertiliser#1" in said


def test_a_refusal_explains_itself(small: Engine) -> None:
    said = Precision("How do I bake sourdough bread?", ["noise"]).failure(small)
    assert said is not None
    assert "came: nothing_similar_enough" in said


def test_hits_that_are_not_wanted_are_named(small: Engine) -> None:
    said = Recall('Which orders say "hours"?', ["noise"], only=True).failure(small)
    assert said is not None
    assert "not wanted: ['hours']" in said
