"""Names of other documents that a policy cites are not what it is about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.retrieval.cited import without_names
from tests.small_index import BACKENDS, open_small, policy

FERRIES = (
    policy("fares", "Order on the Fares of Night Ferries", "Night ferries charge half.", "2011"),
    policy("piers", "Order on Piers", "Night ferries moor at the northern pier.", "2012"),
    policy(
        "ended",
        "Rescissions of Harmful Orders",
        "Ended are Order 12 of May 3, 2011 (Lights and Bells of Night Ferries), and the Order on "
        "the Fares of Night Ferries.",
        "2013",
    ),
    policy("tolls", "Toll Order", "Tolls are due at bridges.", "2014"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    opened = open_small(tmp_path_factory.mktemp("cited"), FERRIES, backend=request.param)
    yield opened
    opened.close()


@pytest.mark.parametrize("question", ["all orders on night ferries", "orders about ferries"])
def test_a_list_has_no_policy_that_only_cites_others_on_its_topic(
    engine: Engine, question: str
) -> None:
    assert [hit.policy.id for hit in engine.answer(question).hits] == ["fares", "piers"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which policies mention night ferries?", "fares"),
        ("What is ended of the lights and bells of night ferries?", "ended"),
    ],
)
def test_what_is_cited_is_found_where_it_is_asked_for(
    engine: Engine, question: str, first: str
) -> None:
    found = [hit.policy.id for hit in engine.answer(question).hits]
    assert found[:1] == [first]
    assert "ended" in found


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Order 12 of May 3, 2011 (Lights of Ferries), ends.", "Order 12 of May 3, 2011 , ends."),
        (
            "Some 300 (of which most are ferries) moor.",
            "Some 300 (of which most are ferries) moor.",
        ),
        ("See 2011 (EU).", "See 2011 (EU)."),
        ("The order on piers and the rest.", "the   and the rest."),
        ("Nothing of it.", "Nothing of it."),
    ],
)
def test_names_are_left_out_and_nothing_else(text: str, left: str) -> None:
    assert without_names(text, ("order on piers",)).split() == left.split()
