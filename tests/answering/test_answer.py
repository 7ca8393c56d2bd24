"""From a question to an answer over a real index: conditions first, then ranking, or a reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.answering.engine import Engine
from policybot.errors import PolicyNotFoundError
from policybot.model import Answer, sha256_of
from policybot.query.conditions import Holds, IssuedBy, IssuedIn, Not, Numbered
from tests.small_index import BACKENDS, POLICIES, open_small, policy


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    engine = open_small(tmp_path_factory.mktemp("small"), backend=request.param)
    yield engine
    engine.close()


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


def test_a_find_puts_the_best_policy_first(engine: Engine) -> None:
    answer = engine.answer("when are damaged bridges closed")
    assert ids(answer)[0] == "roads"
    assert answer.reading.intent == "find"


def test_the_sentence_that_answers_is_highlighted(engine: Engine) -> None:
    quote = engine.answer("when are damaged bridges closed").hits[0].quotes[0]
    assert [quote.passage.text[a:b] for a, b in quote.highlights] == [
        "Damaged bridges are closed at once."
    ]


def test_a_list_gives_every_policy_in_date_order_undated_last(engine: Engine) -> None:
    assert ids(engine.answer("list all policies")) == [p.id for p in POLICIES]
    assert ids(engine.list()) == [p.id for p in POLICIES]


@pytest.mark.parametrize(
    ("question", "found", "detail"),
    [
        (
            "Which policies were not issued in 2011?",
            ["roads", "joint", "ships"],
            "1 without a date is not among them.",
        ),
        ("What did MOF issue except what it published in 2011?", ["joint"], None),
        ("Which policies were issued in 2011?", ["funds"], None),
    ],
)
def test_a_list_that_leaves_dates_out_says_how_many_have_none(
    engine: Engine, question: str, found: list[str], detail: str | None
) -> None:
    answer = engine.answer(question)
    assert (ids(answer), answer.detail) == (found, detail)


def test_a_list_with_a_topic_gives_every_policy_that_speaks_of_it(engine: Engine) -> None:
    assert ids(engine.answer("Which policies mention bridges?")) == ["roads", "funds"]


def test_an_issuer_is_found_under_its_alias_and_its_name(engine: Engine) -> None:
    assert ids(engine.answer("What did the Ministry of Finance issue?")) == ["funds", "joint"]
    assert ids(engine.answer("财政部发布了哪些政策？")) == ["funds", "joint"]


def test_bodies_acting_jointly_leave_only_what_both_issued(engine: Engine) -> None:
    assert ids(engine.answer("What did MOF and MOT issue jointly?")) == ["joint"]
    assert ids(engine.answer("What did MOF issue jointly with the MOT?")) == ["joint"]
    assert ids(engine.answer("What did MOF issue jointly with other ministries?")) == ["joint"]
    assert ids(engine.answer("What did MOF issue alone?")) == ["funds"]


def test_what_was_issued_jointly_by_whomever_is_a_complete_list(engine: Engine) -> None:
    answer = engine.answer("Which policies were issued jointly?")
    everything = engine.list().hits
    assert ids(answer) == [hit.policy.id for hit in everything if len(hit.policy.issuers) > 1]
    assert ids(answer)
    assert answer.to_dict()["reading"]["joint"] is True
    alone = engine.answer("Which policies were not issued jointly?")
    assert ids(alone) == [hit.policy.id for hit in everything if len(hit.policy.issuers) == 1]
    assert alone.to_dict()["reading"]["alone"] is True
    nothing = engine.answer("Which policies were issued jointly in 1990?")
    assert (nothing.reason, nothing.empty_filter) == ("no_policy_matches_filters", "dates")


def test_policies_of_a_body_can_be_left_out(engine: Engine) -> None:
    assert ids(engine.answer("Which policies were not issued by the MOF?")) == [
        "roads",
        "ships",
        "undated",
    ]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("policies of 2011", ["funds"]),
        ("policies before 2012", ["roads", "funds"]),
        ("policies issued on 15 June 2012", ["joint"]),
        ("policies since June 2012", ["joint", "ships"]),
        ("policies issued last year", ["ships"]),
        ("policies of 2010 and 2012", ["roads", "joint"]),
    ],
)
def test_dates_compare_as_intervals(engine: Engine, question: str, expected: list[str]) -> None:
    assert ids(engine.answer(question)) == expected


def test_an_ambiguous_date_is_said_to_be_so(engine: Engine) -> None:
    answer = engine.answer("policies issued on 10/11/2012")
    assert (answer.reason, answer.empty_filter) == ("no_policy_matches_filters", "dates")
    assert "10/11/2012" in str(answer.detail)


def test_a_number_finds_its_document(engine: Engine) -> None:
    assert ids(engine.answer("What does document No. 17 say?")) == ["funds"]


def test_a_quoted_phrase_must_occur_and_is_highlighted(engine: Engine) -> None:
    answer = engine.answer('policies with "toll of $100"')
    assert ids(answer) == ["joint"]
    quote = answer.hits[0].quotes[0]
    assert [quote.passage.text[a:b] for a, b in quote.highlights] == ["toll of $100"]


def test_the_newest_comes_first_when_asked_for(engine: Engine) -> None:
    assert ids(engine.answer("What is the latest policy?"))[0] == "ships"
    everything = ids(engine.list())
    newest = ids(engine.answer("list all policies newest first"))
    assert sorted(newest) == sorted(everything)
    assert newest[0] == "ships"


def test_a_kind_that_no_title_names_narrows_nothing(engine: Engine) -> None:
    assert ids(engine.answer("Which decrees are there?")) == ids(engine.list())


@pytest.mark.parametrize(
    "question",
    [
        "Which body issued the most policies?",
        "Which year had the most policies?",
        "Did MOF issue more policies than MOT?",
        "哪年发布的政策最多？",
    ],
)
def test_numbers_of_policies_are_not_compared(engine: Engine, question: str) -> None:
    answer = engine.answer(question)
    assert answer.reason == "nothing_similar_enough"
    assert "Ask for a list" in str(answer.detail)


def test_a_list_of_one_thing_or_another_is_of_both(engine: Engine) -> None:
    either = ids(engine.answer("Which policies are about bridges or harbours?"))
    each = [
        ids(engine.answer(f"Which policies are about {one}?")) for one in ("bridges", "harbours")
    ]
    assert all(each)
    assert sorted(either) == sorted({*each[0], *each[1]})


def test_so_many_are_given_as_were_asked_for(engine: Engine) -> None:
    newest = ids(engine.answer("list all policies newest first"))
    two = engine.answer("What are the two most recent policies?")
    assert (ids(two), two.total) == (newest[:2], 2)
    assert two.to_dict()["reading"]["count"] == 2
    three = engine.answer("list 3 policies")
    assert (ids(three), three.total) == (ids(engine.list())[:3], 3)
    assert ids(engine.answer("What is the earliest policy?"))[0] == "roads"


def test_a_callers_conditions_are_demands_too(engine: Engine) -> None:
    only = [IssuedBy(("MOT",))]
    assert ids(engine.answer("damaged bridges", conditions=only)) == ["roads"]
    assert ids(engine.list([IssuedIn(((dt.date(2012, 1, 1), None),))])) == ["joint", "ships"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2010-01-01", None, ["roads", "joint"]),
        ("2009-01-01", "2013-12-31", ["roads", "joint"]),
        ("2010-06-01", None, ["joint"]),
        (None, "2011-12-31", ["roads"]),
        ("2013-01-01", None, []),
        ("2011-01-01", "2011-12-31", []),
    ],
)
def test_a_callers_span_cuts_the_years_a_question_names(
    engine: Engine, since: str | None, until: str | None, expected: list[str]
) -> None:
    first = dt.date.fromisoformat(since) if since else None
    last = dt.date.fromisoformat(until) if until else None
    span = [IssuedIn(((first, last),))]
    assert ids(engine.answer("policies of 2010 and 2012", conditions=span)) == expected


def test_a_callers_span_leaves_out_the_years_a_question_leaves_out(engine: Engine) -> None:
    since = [IssuedIn(((dt.date(2011, 1, 1), None),))]
    assert ids(engine.answer("policies not issued in 2012", conditions=since)) == ["funds", "ships"]


def test_a_callers_words_to_hold_and_to_miss_are_demands_too(engine: Engine) -> None:
    assert ids(engine.list([Holds(("bridges", "Pilots"))])) == ["roads", "funds", "ships"]
    absent = [Not(Holds(("bridges",)))]
    assert ids(engine.answer("policies of 2010 and 2012", conditions=absent)) == ["joint"]


def test_a_callers_periods_and_the_questions_are_both_demands(engine: Engine) -> None:
    first, last = dt.date(2011, 1, 1), dt.date(2012, 12, 31)
    years = ((dt.date(2009, 1, 1), dt.date(2009, 12, 31)), (first, last))
    told = [IssuedIn(years)]
    assert ids(engine.answer("policies of 2010 and 2012", conditions=told)) == ["joint"]
    nothing = engine.answer("policies of 2010 and 2013", conditions=told)
    assert (nothing.reason, nothing.empty_filter) == ("no_policy_matches_filters", "dates")


def test_the_notes_tell_the_callers_conditions(engine: Engine) -> None:
    told = [IssuedBy(("MOT",)), IssuedIn(((dt.date(2012, 1, 1), None),))]
    reading = engine.answer("Which policies did the MOF issue in 2011?", conditions=told).reading
    assert {
        "issued by Ministry of Transport",
        "issued 2011-01-01 to 2011-12-31",
        "issued 2012-01-01 or later",
    } <= set(reading.notes)
    assert not any("Finance" in note for note in reading.notes)
    reading = engine.answer("damaged bridges", conditions=[Numbered(("17",))]).reading
    assert {"number 17", "topic: damaged bridges"} <= set(reading.notes)


def test_the_notes_tell_the_callers_intent(engine: Engine) -> None:
    reading = engine.answer("damaged bridges", intent="list").reading
    assert "intent list" in reading.notes
    assert "intent find" not in reading.notes


def test_a_limit_bounds_the_hits_and_not_the_total(engine: Engine) -> None:
    answer = engine.answer("list all policies", limit=2)
    assert ids(answer) == ["roads", "funds"]
    assert answer.total == len(POLICIES)


def test_a_limit_of_0_gives_all_and_one_below_is_refused(engine: Engine) -> None:
    assert len(engine.answer("list all policies", limit=0).hits) == len(POLICIES)
    assert len(engine.answer("toll stations and bridges", limit=0).hits) >= 1
    with pytest.raises(ValueError, match="limit -1"):
        engine.answer("list all policies", limit=-1)


def test_an_issuer_that_is_only_printed_is_known_by_that_name(tmp_path: Path) -> None:
    printed = policy("trams", "Tram Rules", "Trams ring.", "2014", ["Tram Board"])
    with_printed = open_small(tmp_path, [*POLICIES, printed])
    assert ids(with_printed.answer("What did the Tram Board issue?")) == ["trams"]
    assert ids(with_printed.list([IssuedBy(("Tram Board",))])) == ["trams"]
    ranking = with_printed.rank("What did the Tram Board issue?")
    assert [name for name, _ in ranking.policies] == ["trams"]
    assert ranking.reading.issuers == ("Tram Board",)
    unknown = with_printed.rank("What did the Tram Board issue?", printed=False)
    assert unknown.reading.conditions == ()
    with_printed.close()


def test_an_unknown_body_is_named(engine: Engine) -> None:
    answer = engine.answer("What did the European Commission issue?")
    assert (answer.reason, answer.hits) == ("unknown_issuer", ())
    assert answer.detail == "The corpus knows no issuer called European Commission."


def test_an_unknown_body_given_as_a_condition_is_named_too(engine: Engine) -> None:
    assert engine.answer("roads", conditions=[IssuedBy(("FCC",))]).reason == "unknown_issuer"


def test_the_condition_that_leaves_nothing_is_named_beside_what_is_near(
    engine: Engine,
) -> None:
    answer = engine.answer("What did the Ministry of Transport issue in 2013?")
    assert answer.reason == "no_policy_matches_filters"
    assert answer.hits == ()
    assert answer.empty_filter in {"issuers", "dates"}
    assert answer.near_misses


def test_years_without_policies_are_the_condition_that_leaves_nothing(engine: Engine) -> None:
    answer = engine.answer("Which policies did the MOF issue in 1999?")
    assert answer.empty_filter == "dates"
    assert answer.detail == "No policy matches: issued 1999-01-01 to 1999-12-31."
    assert [hit.policy.id for hit in answer.near_misses] == ["funds", "joint"]


def test_a_phrase_that_occurs_nowhere_is_the_reason(engine: Engine) -> None:
    answer = engine.answer('which policies say "flying carpets"')
    assert (answer.reason, answer.empty_filter) == ("no_policy_matches_filters", "phrases")


@pytest.mark.parametrize("question", ["", "   ", "?!", "the", "\x00\x07", "…"])
def test_nothing_asked_is_an_empty_question(engine: Engine, question: str) -> None:
    assert engine.answer(question).reason == "empty_question"


def test_an_empty_corpus_says_so(tmp_path: Path) -> None:
    with_nothing = open_small(tmp_path, ())
    assert with_nothing.answer("anything about roads?").reason == "empty_corpus"
    assert with_nothing.list().reason == "empty_corpus"
    with_nothing.close()


@pytest.mark.parametrize(
    "question",
    [
        "x" * 10_000,
        "roads " * 2_000,
        "\x00\x01\x02 roads \x1b[31m",
        "🚧🚗💨",
        "'; DROP TABLE policies; --",
        'title:"roads" AND (body:bridges OR *) NOT ^funds~2',
        "(?=.*roads)[a-z]+$ \\1 (((",
        "ما هي سياسات الطرق؟",
        "\u202eroads\u202c",
        "\ud800 roads",
        "%s %n {0} ${HOME} <script>",
    ],
)
def test_bad_input_gets_an_answer_or_a_stated_reason(engine: Engine, question: str) -> None:
    answer = engine.answer(question)
    assert answer.answered or answer.reason
    assert answer.answered == bool(answer.hits)


@settings(deadline=None)
@given(st.text(max_size=120))
def test_any_text_gets_an_answer_or_a_stated_reason(engine: Engine, question: str) -> None:
    answer = engine.answer(question)
    assert answer.answered == bool(answer.hits)
    for hit in answer.hits:
        for quote in hit.quotes:
            assert sha256_of(quote.passage.text) == quote.passage.sha256
            assert quote.passage.text in next(p.body for p in POLICIES if p.id == hit.policy.id)


@given(
    st.sampled_from(["MOF", "roads", "bridges", "2011", "funds", "toll stations", "policies"]),
    st.data(),
)
def test_a_condition_never_empties_an_answer_that_exists(
    engine: Engine, word: str, data: st.DataObject
) -> None:
    found = engine.answer(word)
    for hit in found.hits:
        name = data.draw(st.sampled_from([*hit.policy.issuers, None]))
        date = hit.policy.date
        narrowed = [
            *([IssuedBy((name,))] if name else ()),
            *([IssuedIn(((date.first, date.last),))] if date else ()),
        ]
        if narrowed:
            assert hit.policy.id in ids(engine.answer(word, conditions=narrowed, limit=10))


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("when are damaged bridges closed", True),
        ("when are damaged bridges closed 国", True),
        ("when are damaged bridges closed 〇 々", True),
        ("公路桥梁损坏时由谁负责关闭 bridges", False),
        ("𠮷野家𠮷野家", False),
    ],
)
def test_the_encoder_is_asked_unless_a_question_is_mostly_chinese(
    engine: Engine, question: str, read: bool
) -> None:
    evidence = engine.evidence(question)
    assert evidence is not None
    assert bool(evidence.encoded) is read


def test_explaining_gives_every_candidates_evidence(engine: Engine) -> None:
    answer = engine.answer("damaged bridges", explain=True)
    assert answer.evidence[0]["passage"] == "roads#1"
    assert set(answer.evidence[0]) >= {"score", "dense", "lexical", "coverage", "confidence"}
    assert answer.reading.notes


def test_showing_a_policy_gives_it_whole(engine: Engine) -> None:
    document = engine.show("funds")
    assert document.policy.body == POLICIES[1].body
    assert "".join(p.text for p in document.passages) == document.policy.body


def test_showing_what_is_not_there_says_so(engine: Engine) -> None:
    with pytest.raises(PolicyNotFoundError, match="nowhere: no policy has this id"):
        engine.show("nowhere")


def test_the_answer_is_the_json_object_of_the_contract(engine: Engine) -> None:
    shown = engine.answer("What did the MOF issue in 2011?").to_dict()
    assert shown["reading"] == {
        "issuers": ["Ministry of Finance"],
        "since": "2011-01-01",
        "until": "2011-12-31",
        "number": None,
        "phrases": [],
        "topic": "",
        "conditions": [
            {"kind": "issued_by", "value": ["Ministry of Finance"], "span": [5, 22]},
            {"kind": "issued_in", "value": [["2011-01-01", "2011-12-31"]], "span": [23, 30]},
        ],
        "ignored": [],
    }
    assert (shown["answered"], shown["intent"], shown["reason"], shown["total"]) == (
        True,
        "list",
        None,
        1,
    )
    hit = shown["hits"][0]
    assert hit["policy"] == {
        "id": "funds",
        "title": "Measures for Special Funds",
        "issuers": ["MOF"],
        "date": "2011",
        "date_text": None,
        "number": "No. 17 [2011]",
        "language": None,
        "url": None,
        "source": None,
        "relations": {},
        "validity": {
            "state": "unknown",
            "day": "2014-08-01",
            "since": None,
            "until": None,
            "by": None,
            "because": "no date of entry into force is stated",
        },
    }
    assert set(hit["passages"][0]) == {"id", "text", "sha256", "highlights", "score"}
    assert shown["index"]["policies"] == 5
    assert (shown["index"]["from"], shown["index"]["until"]) == ("2010-05-03", "2013-01-31")
