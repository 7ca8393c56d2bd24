"""What the terminal and the JSON show is what the corpus holds."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest
from hypothesis import given

from policybot.model import Answer, PolicyDate, Source, sha256_of
from policybot.query.query import Query
from policybot.render.json import answer_json
from policybot.render.text import answer_text
from tests.answers import answers, make_answer, make_hit, make_policy
from tests.reading import Demands

ESCAPES = re.compile("\033\\[[0-9;]*m")


@given(answers())
def test_every_passage_is_written_word_for_word_in_a_pipe(answer: Answer) -> None:
    shown = answer_text(answer)
    for hit in answer.hits:
        for quote in hit.quotes:
            assert quote.passage.text.rstrip("\n") in shown


@given(answers())
def test_colour_adds_nothing_but_escape_sequences(answer: Answer) -> None:
    assert ESCAPES.sub("", answer_text(answer, colour=True)) == answer_text(answer)


@given(answers())
def test_the_json_passages_have_the_hash_they_state(answer: Answer) -> None:
    shown = json.loads(answer_json(answer))
    assert "\n" not in answer_json(answer)
    for hit, source in zip(shown["hits"], answer.hits, strict=True):
        for passage, quote in zip(hit["passages"], source.quotes, strict=True):
            assert passage["text"] == quote.passage.text
            assert passage["sha256"] == sha256_of(passage["text"])
            assert all(0 <= a < b <= len(passage["text"]) for a, b in passage["highlights"])


def test_a_hit_shows_title_issuer_date_and_source() -> None:
    shown = answer_text(make_answer((make_hit(make_policy(), "Funds are arranged."),)))
    assert shown == (
        "Measures for Special Funds\n"
        "Ministry of Finance · 2011-04-06 · iot-policies.txt:11-13\n"
        "[policy-1]\n\n"
        "Funds are arranged.\n"
    )


def test_a_word_that_was_read_as_another_is_named() -> None:
    reading = Query("bugdet", topic="bugdet", respelt={"bugdet": "budget"})
    answer = make_answer((make_hit(make_policy(), "Funds."),), reading=reading)
    assert answer_text(answer).startswith("Read as: “budget” for “bugdet”\n")
    assert json.loads(answer_json(answer))["reading"]["respelt"] == {"bugdet": "budget"}


def test_what_is_not_stated_is_said_to_be_so() -> None:
    policy = make_policy(issuers=(), date=None, source=None)
    shown = answer_text(make_answer((make_hit(policy, "Text."),)))
    assert "issuer not stated · date not stated" in shown


def test_a_date_keeps_its_precision_and_its_printed_wording() -> None:
    policy = make_policy(date=PolicyDate(2014, 6), date_text="mid-June, 2014")
    assert "2014-06 (“mid-June, 2014”)" in answer_text(make_answer((make_hit(policy, "Text."),)))


def test_a_list_is_numbered_and_counted() -> None:
    hits = tuple(make_hit(make_policy(i), "Text.") for i in (1, 2))
    shown = answer_text(make_answer(hits, "list"))
    assert shown.startswith("2 policies, by date\n\n1. Measures")
    assert "\n2. Measures" in shown


def test_the_key_sentence_is_marked_on_a_terminal_when_there_are_others() -> None:
    hit = make_hit(make_policy(), "One is here. Two is there.")
    assert "\033[1;33mOne is here.\033[0m Two is there." in answer_text(
        make_answer((hit,)), colour=True
    )


@pytest.mark.parametrize(
    ("demands", "words"),
    [
        (Demands(joint=True), "issued jointly"),
        (Demands(("A",), joint=True), "issued by A; issued jointly"),
        (Demands(("A", "B"), joint=True), "issued jointly by A and B"),
        (Demands(("A",), joint=True, bodies=(4, 4)), "issued by A; issued by 4 bodies"),
        (Demands(joint=True, bodies=(3, None)), "issued by 3 or more bodies"),
        (Demands(("A",), alone=True), "issued by A; issued by one body"),
        (Demands(alone=True, without=("B",)), "issued by one body; not issued by B"),
    ],
)
def test_how_many_bodies_issued_it_is_read_back(demands: Demands, words: str) -> None:
    answer = make_answer((make_hit(make_policy(), "Funds."),), reading=demands.query)
    assert answer_text(answer).startswith(f"Read as: {words}\n")


def test_a_refusal_says_why_and_what_the_corpus_covers() -> None:
    reading = Demands(("Ministry of Finance",)).query
    answer = make_answer(
        (),
        reading=reading,
        reason="no_policy_matches_filters",
        detail="No policy matches: issued by Ministry of Finance.",
        near_misses=(make_hit(make_policy(), "Text."),),
    )
    shown = answer_text(answer)
    assert shown.splitlines()[0] == "Read as: issued by Ministry of Finance"
    assert "No policy matches: issued by Ministry of Finance." in shown
    assert "The corpus holds 12 policies, 2010-10-18 to 2014-07-31." in shown
    assert "2011-04-06  Measures for Special Funds  [policy-1]" in shown


@pytest.mark.parametrize("answered", [True, False])
def test_near_misses_are_never_hits(answered: bool) -> None:
    near = (make_hit(make_policy(), "Text."),)
    answer = (
        make_answer(near)
        if answered
        else make_answer((), reason="nothing_similar_enough", near_misses=near)
    )
    shown = json.loads(answer_json(answer))
    assert shown["answered"] is answered
    assert bool(shown["hits"]) is answered
    assert ("near_misses" in shown) is not answered


def test_a_hit_names_the_pages_of_its_passages() -> None:
    hit = make_hit(make_policy(source=Source("plan.pdf", None, "pages 1-9")), "Text.")
    (quote,) = hit.quotes
    paged = dataclasses.replace(quote, passage=dataclasses.replace(quote.passage, pages=(2, 2)))
    hit = dataclasses.replace(hit, quotes=(paged,))
    assert "plan.pdf, page 2\n" in answer_text(make_answer((hit,)))
    assert hit.to_dict()["passages"][0]["pages"] == [2, 2]
    assert hit.to_dict()["policy"]["source"] == "plan.pdf, pages 1-9"


@pytest.mark.parametrize(
    ("pages", "shown"),
    [
        ([(2, 2)], "a.pdf, page 2"),
        ([(2, 3)], "a.pdf, pages 2-3"),
        ([(7, 7), (2, 2), (7, 7)], "a.pdf, pages 2, 7"),
        ([None], "a.pdf, pages 1-9"),
    ],
)
def test_pages_in_words(pages: list[tuple[int, int] | None], shown: str) -> None:
    assert Source("a.pdf", None, "pages 1-9").on(pages) == shown


def test_closest_passages_are_written_word_for_word_under_their_heading() -> None:
    near = make_hit(make_policy(), "Funds are spent on tests.\n\n  Not wrapped. ")
    answer = dataclasses.replace(
        make_answer(()),
        reason="nothing_similar_enough",
        detail="Nothing here surely answers this question.",
        near_misses=(near,),
        unheld=("opera",),
    )
    shown = answer_text(answer)
    assert shown.startswith("Nothing here surely answers this question.\n")
    assert "No passage has “opera”.\n" in shown
    assert "\nClosest passages; they may not answer:\n" in shown
    assert near.quotes[0].passage.text in shown + " "


def test_a_word_that_no_passage_has_is_named_below_a_sure_answer() -> None:
    hit = make_hit(make_policy(), "Funds are spent on tests.")
    answer = dataclasses.replace(make_answer((hit,)), unheld=("Shenzhen",))
    assert answer_text(answer).endswith("\nNo passage has “Shenzhen”.\n")
