"""A policy of several versions answers by the one that holds on the day of the question."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.answering.engine import Engine
from policybot.corpus.files.read import scan_line
from policybot.errors import PolicyNotFoundError
from policybot.model import Policy, State
from policybot.query.conditions import EffectiveIn, ExpiresIn, InForce
from policybot.render.text import answer_text, document_text
from tests.small_index import BACKENDS, open_small

TODAY = dt.date(2016, 6, 15)


def policy(name: str, title: str, **stated: Any) -> Policy:
    row = {"id": name, "title": title, "issuers": ["Ministry of Transport"], **stated}
    found, problems = scan_line(json.dumps(row).encode(), Path("all.jsonl"))
    assert found is not None
    assert problems == []
    return found


FERRIES = policy(
    "ferries",
    "Ferry Safety Rules",
    date="2012-02-01",
    versions=[
        {
            "from": "2012-03-01",
            "source": "Gazette 4/2012",
            "body": "Article 1. A ferry carries a lifebelt for every passenger.\n\n"
            "Article 2. A ferry waits for fog to lift.",
        },
        {
            "from": "2014-01-01",
            "body": "Article 1. A ferry carries a jacket for every passenger.\n\n"
            "Article 2. A ferry waits for fog to lift.",
        },
        {
            "from": "2017-01-01",
            "body": "Article 1. A ferry carries a raft for every passenger.\n\n"
            "Article 2. A ferry waits for fog to lift.",
        },
    ],
)
PORTS = policy(
    "ports",
    "Port Charges Order",
    date="2011-01-01",
    effective="2011-02-01",
    versions=[
        {"from": "2011-02-01", "body": "Ships pay a charge by length."},
        {"from": "2012-02-01", "body": "Ships pay a charge by weight."},
    ],
)
HARBOURS = policy(
    "harbours",
    "Harbour Charges Order",
    date="2015-01-01",
    effective="2015-02-01",
    relations={"repeals": ["ports"]},
    body="Ships and boats pay a due in every harbour.",
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("versions")
    engine = open_small(folder, [FERRIES, PORTS, HARBOURS], today=TODAY, backend=request.param)
    yield engine
    engine.close()


def texts(engine: Engine, question: str) -> list[str]:
    return [hit.policy.index_id for hit in engine.answer(question).hits]


def test_without_a_day_the_version_of_today_answers(engine: Engine) -> None:
    assert texts(engine, "When does a ferry wait for fog?") == ["ferries@2014-01-01"]


def test_what_only_an_earlier_version_says_is_found_and_marked(engine: Engine) -> None:
    answer = engine.answer("Does a ferry carry a lifebelt?")
    hit = answer.hits[-1]
    assert hit.policy.index_id == "ferries@2012-03-01"
    assert hit.validity is not None
    assert hit.validity.state == "ended"
    assert (
        "version 1 of 3, 2012-03-01 to 2013-12-31; a later version from 2014-01-01\n"
        "no longer in force today, 2016-06-15: since 2012-03-01, until 2013-12-31, then amended\n"
    ) in answer_text(answer)
    assert len(texts(engine, "Does a ferry carry a lifebelt?")) <= 2


def test_json_tells_which_version_it_is(engine: Engine) -> None:
    (hit,) = engine.answer("Were the Ferry Safety Rules in force in 2013?").to_dict()["hits"]
    assert hit["policy"]["id"] == "ferries"
    assert hit["policy"]["source"] == "Gazette 4/2012"
    assert hit["policy"]["version"] == {
        "id": "ferries@2012-03-01",
        "number": 1,
        "of": 3,
        "from": "2012-03-01",
        "until": "2013-12-31",
        "next": "2014-01-01",
    }


def test_a_list_has_each_policy_once(engine: Engine) -> None:
    assert texts(engine, "list all policies") == ["ports", "ferries@2014-01-01", "harbours"]
    assert engine.info.to_dict()["policies"] == 3
    assert [(issuer.name, count) for issuer, count in engine.issuer_counts()] == [
        ("Ministry of Transport", 3)
    ]


def test_a_list_of_a_day_has_the_versions_of_that_day(engine: Engine) -> None:
    question = "Which policies were in force on 1 March 2013?"
    assert texts(engine, question) == ["ports", "ferries@2012-03-01"]
    assert texts(engine, "Which policies will be in force on 1 March 2017?") == [
        "ferries",
        "harbours",
    ]
    assert texts(engine, "Which policies were in force on 1 March 2011?") == ["ports@2011-02-01"]


def test_words_that_only_an_earlier_version_has_are_found_in_a_list(engine: Engine) -> None:
    assert texts(engine, 'Which policies mention "lifebelt"?') == ["ferries@2012-03-01"]


def test_a_repeal_ends_every_version(engine: Engine) -> None:
    answer = engine.answer("Is the Port Charges Order still in force?")
    (hit,) = answer.hits
    assert hit.validity is not None
    assert (hit.validity.state, hit.validity.reason) == ("ended", "repeals")
    assert texts(engine, "Which policies are no longer in force?") == ["ports"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (EffectiveIn(((dt.date(2014, 1, 1), dt.date(2014, 12, 31)),)), ["ferries@2014-01-01"]),
        (EffectiveIn(((None, dt.date(2011, 12, 31)),)), ["ports"]),
        (EffectiveIn(((dt.date(2018, 1, 1), None),)), []),
        (ExpiresIn(((dt.date(2015, 2, 1), dt.date(2015, 2, 1)),)), ["ports"]),
        (ExpiresIn(((dt.date(2013, 1, 1), dt.date(2014, 12, 31)),)), []),
    ],
)
def test_a_policy_enters_into_force_with_any_version_and_ends_with_the_last(
    engine: Engine, condition: EffectiveIn | ExpiresIn, expected: list[str]
) -> None:
    assert [hit.policy.index_id for hit in engine.list([condition]).hits] == expected


def test_show_opens_the_version_of_today_or_the_one_named(engine: Engine) -> None:
    assert "a jacket" in engine.show("ferries").passages[0].text
    assert "a lifebelt" in engine.show("ferries@2012-03-01").passages[0].text
    assert "a raft" in engine.show("ferries@2017-01-01").passages[0].text
    assert "a raft" in engine.provision("ferries@2017-01-01", "art1").passage.text
    said = document_text(engine.show("ferries"))
    assert "this is:  version 2 of 3, 2014-01-01 to 2016-12-31" in said
    assert "  version 3 of 3, from 2017-01-01 [ferries@2017-01-01]" in said
    shown = engine.show("ferries").policy_dict()["versions"]
    assert [one["id"] for one in shown] == [
        "ferries@2012-03-01",
        "ferries@2014-01-01",
        "ferries@2017-01-01",
    ]


def test_a_version_that_there_is_not_is_refused_with_those_there_are(engine: Engine) -> None:
    with pytest.raises(PolicyNotFoundError, match="those from 2012-03-01, 2014-01-01, 2017-01-01"):
        engine.show("ferries@2013-01-01")
    with pytest.raises(PolicyNotFoundError, match="it has only one"):
        engine.show("harbours@2013-01-01")


def test_a_provision_is_that_of_the_day(engine: Engine) -> None:
    answer = engine.answer("What did Article 1 of the Ferry Safety Rules say as of 1 May 2013?")
    assert "a lifebelt" in answer.hits[0].quotes[0].passage.text
    answer = engine.answer("What does Article 1 of the Ferry Safety Rules say?")
    assert "a jacket" in answer.hits[0].quotes[0].passage.text


def test_every_text_is_checked_by_its_hash(engine: Engine) -> None:
    answer = engine.answer("Which policies were in force on 1 March 2013?")
    for hit in answer.to_dict()["hits"]:
        (passage,) = hit["passages"]
        body = {"ports": PORTS, "ferries": FERRIES}[hit["policy"]["id"]]
        assert any(passage["text"] in one.body for one in body.versions)
        assert passage["id"].startswith(f"{hit['policy']['version']['id']}#")


@settings(max_examples=5, deadline=None)
@given(st.permutations([FERRIES, PORTS, HARBOURS]), st.dates(dt.date(2010, 1, 1)))
def test_the_order_of_policies_decides_no_version(shuffled: list[Policy], day: dt.date) -> None:
    states: tuple[State, ...] = ("in_force", "not_yet", "ended", "unknown")
    found = []
    for given_in in ([FERRIES, PORTS, HARBOURS], shuffled):
        with tempfile.TemporaryDirectory() as folder:
            engine = open_small(Path(folder), given_in, today=TODAY)
            everything = engine.list([InForce((day, day), states, TODAY)]).hits
            found.append([(one.policy.index_id, one.quotes[0].passage.text) for one in everything])
            engine.close()
    assert found[0] == found[1]
    assert sorted(name.partition("@")[0] for name, _ in found[0]) == [
        "ferries",
        "harbours",
        "ports",
    ]
    (ferry,) = (text for name, text in found[0] if name.startswith("ferries"))
    held = [
        one.body for one in FERRIES.versions if one.version.since and one.version.since.first <= day
    ] or [FERRIES.versions[0].body]
    assert ferry in held[-1]


def test_policies_that_state_no_date_are_counted(tmp_path: Path) -> None:
    undated = policy(
        "bicycles", "Bicycle Order", date="2010-01-01", body="Bicycles stand in racks."
    )
    engine = open_small(tmp_path, [FERRIES, PORTS, undated], today=TODAY)
    answer = engine.answer("Which policies came into force in 2011?")
    assert ([hit.policy.id for hit in answer.hits], answer.undetermined) == (["ports"], 1)
    answer = engine.answer("Which policies came into force in 2001?")
    assert answer.empty_filter == "validity"
    assert answer.detail == (
        "No policy matches: taking effect 2001-01-01 to 2001-12-31. Of 1 policy no date of entry "
        "into force is stated."
    )
    answer = engine.answer("What was the rule on bicycle racks on 1 March 2013?")
    assert answer.detail == (
        "No policy that answers is known to be in force on 2013-03-01; of 1 policy the sources do "
        "not say."
    )
    engine.close()


def test_a_follow_up_may_name_other_days_of_entry_into_force(engine: Engine) -> None:
    before = engine.answer("Which policies came into force in 2011?")
    after = engine.answer("And in 2015?", before=before)
    assert [hit.policy.id for hit in after.hits] == ["harbours"]


def test_a_corpus_without_versions_has_no_file_of_them(tmp_path: Path) -> None:
    open_small(tmp_path / "with", [FERRIES], today=TODAY).close()
    open_small(tmp_path / "without", [HARBOURS], today=TODAY).close()
    (found,) = tmp_path.rglob("versions.npy")
    assert found.is_relative_to(tmp_path / "with")


def test_another_version_changes_only_what_it_must(tmp_path: Path) -> None:
    before = dataclasses.replace(PORTS, versions=PORTS.versions[:1])
    open_small(tmp_path, [before, HARBOURS], today=TODAY).close()
    engine = open_small(tmp_path, [PORTS, HARBOURS], today=TODAY)
    assert texts(engine, "Which policies were in force on 1 March 2011?") == ["ports@2011-02-01"]
    assert texts(engine, "Which policies were in force on 1 March 2012?") == ["ports"]
    engine.close()


def test_an_earlier_version_refers_to_provisions_of_its_own_text(tmp_path: Path) -> None:
    lamps = policy(
        "lamps",
        "Lamp Rules",
        versions=[
            {
                "from": "2012-01-01",
                "body": "Article 1. Wicks.\n\nArticle 2. Sextants follow Article 1.",
            },
            {
                "from": "2015-01-01",
                "body": "Article 1. Of bulbs that burn through the whole night at every pier.\n\n"
                "Article 2. Compasses follow Article 1.",
            },
        ],
    )
    with closing(open_small(tmp_path, (lamps,), today=TODAY)) as engine:
        answer = engine.answer("As of 1 March 2013, what must sextants follow?")
        quotes = [quote for hit in answer.hits or answer.near_misses for quote in hit.quotes]
        cited = [one.to_dict()["text"] for quote in quotes for one in quote.cites]
        assert cited == ["Article 1. Wicks."]
