"""Whether policies are in force on a day: twenty of them, and sixty questions answered by hand."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.answering.engine import Engine
from policybot.corpus.files.read import read_policies
from policybot.model import Answer, Policy, State
from policybot.query.conditions import InForce
from policybot.render.text import answer_text
from tests.project import DATA
from tests.query.seed import lines_of
from tests.small_index import BACKENDS, open_small

TODAY = dt.date(2016, 6, 15)
CASES = lines_of("validity.jsonl")
STATES: tuple[State, ...] = ("in_force", "not_yet", "ended", "unknown")


def policies() -> list[Policy]:
    return [*read_policies(DATA / "validity")]


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("validity")
    engine = open_small(folder, policies(), today=TODAY, backend=request.param)
    yield engine
    engine.close()


def states(answer: Answer) -> dict[str, str]:
    return {hit.policy.id: hit.validity.state for hit in answer.hits if hit.validity}


@pytest.mark.parametrize("case", CASES, ids=[case["question"] for case in CASES])
def test_a_question_of_validity_is_answered_by_day(engine: Engine, case: dict[str, Any]) -> None:
    answer = engine.answer(case["question"])
    if case["kind"] == "asks":
        assert states(answer) == case["expect"]
        return
    texts = [hit.policy.index_id for hit in answer.hits]
    if case["kind"] == "texts":
        assert sorted(texts) == case["expect"]
        return
    if case["kind"] == "compares":
        changed = [row.kind for row in answer.comparison if row.kind != "unchanged"]
        assert {"texts": texts, "rows": changed} == case["expect"]
        return
    found = {"hits": sorted(states(answer)), "undetermined": answer.undetermined}
    assert found == case["expect"]
    assert answer.answered == bool(found["hits"])


def test_there_are_so_many_questions_of_each_language() -> None:
    languages = [case["language"] for case in CASES]
    assert (len(languages), languages.count("es")) == (93, 14)


def told(engine: Engine, question: str) -> dict[str, Any]:
    """Return what the JSON tells of the validity of the first hit."""
    found: dict[str, Any] = engine.answer(question).to_dict()["hits"][0]["policy"]["validity"]
    return found


def test_a_hit_tells_its_state_on_the_day_and_what_it_follows_from(engine: Engine) -> None:
    assert told(engine, "Were the Road Toll Measures in force on 1 July 2014?") == {
        "state": "ended",
        "day": "2014-07-01",
        "since": "2010-03-01",
        "until": "2014-07-01",
        "by": {
            "kind": "repeals",
            "id": "tolls-2014",
            "title": "Road Toll Regulations",
            "date": "2014-05-20",
            "on": "2014-07-01",
        },
        "because": "another policy repeals it",
    }
    assert told(engine, "Was the Harbour Pilots Act in force in 2014?")["day"] == (
        "2014-01-01/2014-12-31"
    )
    assert told(engine, "水库调度规程是否有效")["status"] == "现行有效"


def test_a_day_of_validity_is_no_date_of_issue(engine: Engine) -> None:
    reading = engine.answer("Which policies were in force on 1 March 2013?").to_dict()["reading"]
    assert reading["since"] is None
    assert reading["conditions"] == [
        {
            "kind": "in_force",
            "value": {
                "days": ["2013-03-01", "2013-03-01"],
                "states": ["in_force"],
                "asked": False,
            },
            "span": [15, 44],
        }
    ]


def test_without_a_day_what_ended_comes_last_and_is_marked(engine: Engine) -> None:
    answer = engine.answer("Do ambulances pay a toll?")
    assert [*states(answer).items()] == [("tolls-2014", "in_force"), ("tolls-2010", "ended")]
    old = answer_text(answer).split("Road Toll Measures\n")[1]
    assert "no longer in force today, 2016-06-15: since 2010-03-01, repealed 2014-07-01" in old


def test_a_policy_called_by_its_title_comes_first_though_it_ended(engine: Engine) -> None:
    answer = engine.answer("What do the Road Toll Measures say about ambulances?")
    assert answer.hits[0].policy.id == "tolls-2010"


def test_policies_of_unknown_validity_are_counted_and_said(engine: Engine) -> None:
    answer = engine.answer("Which policies were in force on 1 March 2013?")
    assert answer.to_dict()["undetermined"] == 5
    said = "\n5 more policies: the sources do not say whether that holds of them.\n"
    assert said in answer_text(answer)


def test_where_none_is_known_to_be_in_force_those_that_may_be_are_shown(engine: Engine) -> None:
    answer = engine.answer("Which policies from 2009 are still in force?")
    assert (answer.reason, answer.empty_filter) == ("no_policy_matches_filters", "validity")
    assert answer.detail == (
        "No policy that answers is known to be in force on 2016-06-15 (today); of 1 policy the "
        "sources do not say."
    )
    assert [hit.policy.id for hit in answer.near_misses] == ["bicycles-2009"]


def test_where_all_that_answer_ended_they_are_shown_as_such(engine: Engine) -> None:
    answer = engine.answer("关于购买电动汽车补贴的现行有效政策")
    assert answer.empty_filter == "validity"
    assert [hit.policy.id for hit in answer.near_misses] == ["cars-2013"]
    assert "no longer in force" in answer_text(answer)


def test_a_policy_that_the_corpus_does_not_hold_is_not_judged(engine: Engine) -> None:
    answer = engine.answer("Is the Zebra Crossing Act still in force?")
    assert (answer.hits, answer.reason) == ((), "no_such_relation")


def test_a_follow_up_may_ask_whether_it_is_in_force(engine: Engine) -> None:
    before = engine.answer("Who issued the Road Toll Measures?")
    answer = engine.answer("Is it still in force?", before=before)
    assert states(answer) == {"tolls-2010": "ended"}
    answer = engine.answer("Was it in force in 2012?", before=before)
    assert states(answer) == {"tolls-2010": "in_force"}


def test_a_follow_up_may_name_another_day(engine: Engine) -> None:
    before = engine.answer("Were the Road Toll Measures in force in 2012?")
    answer = engine.answer("And in 2015?", before=before)
    assert states(answer) == {"tolls-2010": "ended"}
    before = engine.answer("Which policies of the State Council were in force in 2006?")
    answer = engine.answer("And on 1 March 2013?", before=before)
    assert sorted(states(answer)) == ["lamps-2012", "pilots-2005"]


def test_an_amendment_names_the_provisions_it_amends(engine: Engine) -> None:
    answer = engine.answer("Are the Ferry Safety Rules in force?")
    (relative,) = answer.hits[0].affected_by
    assert relative.terms.provisions == ("Article 4",)
    said = answer_text(answer)
    assert "amended by: Decision on Ferry Lifebelts, 2013-08-15 [ferry-2013]" in said
    assert "[ferry-2013] (on 2013-09-01, Article 4)" in said


@settings(max_examples=5, deadline=None)
@given(st.permutations(policies()), st.dates(dt.date(2005, 1, 1), dt.date(2018, 1, 1)))
def test_the_order_of_files_decides_nothing(shuffled: list[Policy], day: dt.date) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        found = []
        for folder, given_in in ((one, policies()), (other, shuffled)):
            engine = open_small(Path(folder), given_in, today=TODAY)
            answer = engine.answer(f"Which policies were in force on {day}?")
            everything = engine.list([InForce((day, day), STATES, TODAY)])
            assert everything.total == len(given_in), "every policy has one state"
            found.append((states(answer), states(everything), answer.undetermined))
            engine.close()
        assert found[0] == found[1]
