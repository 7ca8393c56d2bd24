"""How a question was read, in the line below an answer."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import cast

import pytest

from policybot.bot.services import Services, Visitor
from policybot.bot.views.messages import read_as
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Answer, IndexInfo, Order
from policybot.query.conditions import Numbered
from policybot.query.query import Query
from tests.answers import make_answer, make_hit, make_policy
from tests.reading import Demands

READING = Query("bugdet", (Numbered(("17",)),), topic="bugdet", respelt={"bugdet": "budget"})


def answer_to(reading: Query, note: str | None = None) -> Answer:
    return Answer(reading, (), 0, IndexInfo("", "", 0, 0, None, None), note=note)


@pytest.mark.parametrize(("keeps", "line"), [(True, "No. 17 · bugdet → budget"), (False, "No. 17")])
def test_a_misspelt_word_is_shown_only_where_questions_are_kept(keeps: bool, line: str) -> None:
    engine = SimpleNamespace(issuers=IssuerBook(()))
    services = cast("Services", SimpleNamespace(keeps_questions=keeps, engine=engine))
    visitor = cast("Visitor", SimpleNamespace(language="en"))
    assert read_as(services, visitor, answer_to(READING), READING.question) == line


def test_no_word_a_person_chose_is_shown_where_questions_are_not_kept() -> None:
    words = ("Wuxi",)
    demands = Demands(
        numbers=("癌症〔2013〕7号",),
        phrases=words,
        either=words,
        absent=words,
        titled=words,
        untitled=words,
    )
    engine = SimpleNamespace(issuers=IssuerBook(()))
    services = cast("Services", SimpleNamespace(keeps_questions=False, engine=engine))
    visitor = cast("Visitor", SimpleNamespace(language="en"))
    line = read_as(services, visitor, answer_to(demands.query), "x")
    assert line == "No. 〔2013〕7号"


@pytest.mark.parametrize(
    ("order", "count", "line"),
    [
        ("newest", None, "newest first"),
        ("oldest", 3, "the 3 oldest"),
        ("relevance", 2, "2 at most"),
        ("relevance", None, ""),
    ],
)
def test_order_and_number_are_said(order: Order, count: int | None, line: str) -> None:
    services = cast(
        "Services",
        SimpleNamespace(keeps_questions=True, engine=SimpleNamespace(issuers=IssuerBook(()))),
    )
    visitor = cast("Visitor", SimpleNamespace(language="en"))
    reading = Query("x", intent="list", order=order, count=count)
    assert read_as(services, visitor, answer_to(reading), "x") == line


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "policies in another language than your question"), ("zh", "政策原文与提问的语言不同")],
)
def test_policies_in_another_language_are_said_to_be(language: str, line: str) -> None:
    engine = SimpleNamespace(issuers=IssuerBook(()))
    services = cast("Services", SimpleNamespace(keeps_questions=True, engine=engine))
    visitor = cast("Visitor", SimpleNamespace(language=language))
    assert read_as(services, visitor, answer_to(Query("x"), note="In Chinese."), "x") == line


@pytest.mark.parametrize(
    ("keeps", "line"), [(True, "No passage contains “<b>Texas”."), (False, "")]
)
def test_a_word_that_no_passage_has_is_named_beside_a_sure_answer(keeps: bool, line: str) -> None:
    services = cast(
        "Services",
        SimpleNamespace(keeps_questions=keeps, engine=SimpleNamespace(issuers=IssuerBook(()))),
    )
    visitor = cast("Visitor", SimpleNamespace(language="en"))
    hit = make_hit(make_policy(), "Wages are paid.")
    answer = dataclasses.replace(make_answer((hit,)), unheld=("<b>Texas",))
    # As it stands: it is escaped where the line is put into the message.
    assert read_as(services, visitor, answer, "wages in <b>Texas") == line


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "nothing of the kind “circular”; these are of other kinds"),
        ("zh", "没有“circular”类文件，以下为其他文种"),
        ("es", "nada del tipo «circular»; estas son de otros tipos"),
    ],
)
def test_that_hits_are_of_other_kinds_is_said_first(language: str, line: str) -> None:
    engine = SimpleNamespace(issuers=IssuerBook(()))
    services = cast("Services", SimpleNamespace(keeps_questions=True, engine=engine))
    visitor = cast("Visitor", SimpleNamespace(language=language))
    answer = dataclasses.replace(
        answer_to(Query("x", (Numbered(("17",)),))), other_kinds=("circular",)
    )
    assert read_as(services, visitor, answer, "x").split(" · ")[0] == line
