"""Letterheads, signatures and headings are neither shown for a policy nor its answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer
from tests.small_index import BACKENDS, POLICIES, open_small, policy

QUAYS = """NORTHWICK HARBOUR TRUST

Order No. 9 of 2013

ORDER ON QUAYS AND MOORINGS

Moorings

1. A yacht pays nine crowns a night at the east quay.

2. Trawlers unload before dawn.

Done at Northwick, 5 May 2013.

Ingrid Solheim
Harbour Master"""
PLAIN = "NORTHWICK HARBOUR TRUST\n\nNorthwick, 6 June 2013"

FORMAL = (
    *POLICIES,
    policy("quays", "Order on quays and moorings", QUAYS, "2013-05-05",
           ["Northwick Harbour Trust"], "Order No. 9 of 2013"),
    policy("plain", "Notice", PLAIN, "2013-06-06", ["Northwick Harbour Trust"]),
)  # fmt: skip


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("formal"), FORMAL, backend=request.param)
    yield engine
    engine.close()


def shown(answer: Answer, policy_id: str) -> list[str]:
    hits = [hit for hit in (*answer.hits, *answer.near_misses) if hit.policy.id == policy_id]
    return [quote.passage.text for hit in hits for quote in hit.quotes]


@pytest.mark.parametrize(
    "question",
    [
        "policies issued in 2013",
        "everything by Northwick Harbour Trust",
        "Order No. 9 of 2013",
        "When was the order on quays and moorings issued?",
    ],
)
def test_a_policy_is_shown_with_a_passage_that_says_something(
    engine: Engine, question: str
) -> None:
    assert shown(engine.answer(question), "quays")[0].startswith("1. A yacht pays")


def test_of_a_policy_with_nothing_else_its_first_passage_is_shown(engine: Engine) -> None:
    assert shown(engine.answer("policies issued in June 2013"), "plain") == [
        "NORTHWICK HARBOUR TRUST"
    ]


def test_a_heading_that_is_found_gives_way_to_what_stands_below_it(engine: Engine) -> None:
    answer = engine.answer("What does a yacht pay at its moorings?")
    assert shown(answer, "quays")[0].startswith("1. A yacht pays")


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("Who is Ingrid Solheim?", "Ingrid Solheim\nHarbour Master"),
        ("Who signed the order on quays and moorings?", "Ingrid Solheim\nHarbour Master"),
        ("Who signed Order No. 9 of 2013?", "Ingrid Solheim\nHarbour Master"),
        ("which order says “Harbour Master”?", "Ingrid Solheim\nHarbour Master"),
    ],
)
def test_a_signature_that_is_asked_for_is_shown(
    engine: Engine, question: str, passage: str
) -> None:
    assert passage in shown(engine.answer(question), "quays")


@pytest.mark.parametrize(
    "question",
    ["What is Northwick?", "Does the trust at Northwick, a harbour, feed penguins?"],
)
def test_a_letterhead_makes_no_answer_sure(engine: Engine, question: str) -> None:
    assert {"quays", "plain"}.isdisjoint(hit.policy.id for hit in engine.answer(question).hits)


def test_the_whole_document_keeps_its_formalities(engine: Engine) -> None:
    document = engine.show("quays")
    assert document.passages[0].text == "NORTHWICK HARBOUR TRUST"
    assert document.passages[-1].text == "Ingrid Solheim\nHarbour Master"


ROYAL = """Real Decreto 135/2013, de 2 de marzo

El amarre de yates se cobra por noches.

Los pescadores quedan exentos.

El presente Real Decreto 135/2013 entrará en vigor el 1 de abril de 2013.

Dado en Puerto Norte, el 2 de marzo de 2013."""


@pytest.mark.parametrize(
    "question",
    [
        "¿Qué dice el Real Decreto 135/2013?",
        "What does Decree 135/2013 say?",
        "Real Decreto 135/2013",
        "¿Qué dice el Real Decreto sobre amarres y yates?",
    ],
)
def test_a_policy_that_is_only_named_is_shown_from_its_beginning(
    tmp_path_factory: pytest.TempPathFactory, question: str
) -> None:
    title = "Real Decreto sobre amarres y yates"
    royal = policy("royal", title, ROYAL, "2013-03-02", (), "Real Decreto 135/2013")
    engine = open_small(tmp_path_factory.mktemp("royal"), (*POLICIES, royal))
    assert shown(engine.answer(question), "royal") == ["El amarre de yates se cobra por noches."]
    engine.close()


def test_a_policy_that_is_named_and_asked_more_is_shown_by_what_answers(engine: Engine) -> None:
    answer = engine.answer(
        "What does Order No. 9 of 2013 say about trawlers that unload before dawn?"
    )
    assert "Trawlers" in shown(answer, "quays")[0]
