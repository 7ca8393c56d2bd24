"""Answers from relations over a real index, and what they say of other answers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer, PolicyDate, Relative
from policybot.query.conditions import IssuedIn
from tests.small_index import BACKENDS, POLICIES, open_small, policy

RELATED = (
    policy(
        "outline", "National Twelfth Five-Year Plan Outline", "Roads.", "2011", ["State Council"]
    ),
    policy("zh", "国民经济和社会发展第十二个五年规划纲要", "加快发展。", "2011-03", ["国务院"]),
    policy(
        "sensors",
        "The 12th Five-Year Plan for Sensors",
        "Sensors.",
        "2012",
        ["MOT"],
        implements="outline",
    ),
    policy("zh-sensors", "传感网发展规划", "传感网。", "2012-02", ["财政部"], implements="zh"),
    policy("radio", "Notice on Radio Frequencies", "Frequencies.", "2010-05-03", number="No. 7"),
    policy("ship-radio", "Notice on Radio Frequencies for Ships", "Ships call.", "2009"),
    policy(
        "measures",
        "Measures for Radio",
        "Radio is free.\n\nThe Notice on radio  frequencies is replaced by these measures.",
        "2013",
        ["MOF"],
        replaces="radio",
        amends="ship-radio",
    ),
    policy(
        "law",
        "Radio Law",
        "All is free.",
        "2014",
        ["State Council"],
        replaces="measures",
        repeals="ship-radio",
    ),
    policy("trams", "Tram Outline", "Trams.", "1999"),
    policy("bells", "Plan for Bells", "Trams.", "2000", implements="trams"),
    policy("old", "Rules on Carts", "Carts.", "2001"),
    policy(
        "guidelines",
        "Guiding Opinions on Carts",
        "Carts.",
        "2013",
        ["State Council"],
        repeals="old",
    ),
    policy("tides", "Ordenanza de mareas", "Mareas.", "2005"),
    policy(
        "tides-change",
        "Anuncio de la modificación de la Ordenanza de mareas",
        "Mareas nuevas. Esta ordenanza deroga la Circular 012 de 1999.",
        "2008",
        amends="tides",
    ),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("related")
    engine = open_small(folder, [*POLICIES, *RELATED], backend=request.param)
    yield engine
    engine.close()


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which policy implements the 12th Five-Year Plan?", ["sensors"]),
        ("Which policies of the MOT implement the Twelfth Five-Year Plan?", ["sensors"]),
        ("哪项政策落实十二五规划？", ["zh-sensors"]),
        ("财政部的哪些政策落实十二五规划？", ["zh-sensors"]),
        ("What replaced the 2010 notice on radio frequencies?", ["measures"]),
        ("What replaced document No. 7?", ["measures"]),
        ("What repealed ship-radio?", ["law"]),
        ("《Notice on Radio Frequencies》被什么取代？", ["measures"]),
        ("Which law replaced the Measures for Radio?", ["law"]),
        ("What amends the notice on radio frequencies for ships?", ["measures"]),
        ("Which policies did the State Council's guidelines repeal?", ["old"]),
        ("Which policies did the State Council repeal?", ["old", "ship-radio"]),
        ("What did the Radio Law replace?", ["measures"]),
        ("What did the guiding opinions repeal?", ["old"]),
        ("¿Qué modificó la ordenanza de mareas?", ["tides-change"]),
        ("¿Qué modificó la ordenanza de mareas en 2008?", ["tides-change"]),
        ("What amended the Ordenanza de mareas?", ["tides-change"]),
        ("What replaced Notices No. 7?", ["measures"]),
        ("Which ordenanza amended the tidal ordenanza?", []),
        ("¿Qué reemplaza el Radio Law?", ["measures"]),
        ("¿Qué reemplazó el Measures for Radio?", ["law"]),
        ("¿Qué reemplazó el Radio Law?", ["measures"]),
        ("Which policies have been repealed?", ["old", "ship-radio"]),
        ("Which policies on carts have been repealed?", ["old"]),
        ("已废止的政策有哪些？", ["old", "ship-radio"]),
        ("哪些政策取代了别的政策", ["measures", "law"]),
        ("2014年发布的哪个规定替代了旧规定", ["law"]),
        ("哪些文件被新文件替代了", ["radio", "measures"]),
        ("传感网发展规划的上位依据是什么", ["zh"]),
        ("传感网发展规划是根据什么制定的", ["zh"]),
        ("根据国民经济和社会发展第十二个五年规划纲要制定的政策有哪些", ["zh-sensors"]),
    ],
)
def test_relations_answer_in_date_order(engine: Engine, question: str, expected: list[str]) -> None:
    answer = engine.answer(question)
    assert ids(answer) == expected
    assert answer.reading.intent == "list"
    assert answer.reading.relation is not None


@pytest.mark.parametrize(
    ("question", "found", "verb", "detail"),
    [
        (
            "What replaced the Rules on Carts?",
            "guidelines",
            "repeal",
            "It is recorded as repealed by what is shown, not replaced.",
        ),
        (
            "What repealed the Measures for Radio?",
            "law",
            "replace",
            "It is recorded as replaced by what is shown, not repealed.",
        ),
        (
            "哪个文件废止了《Notice on Radio Frequencies》？",
            "measures",
            "replace",
            "It is recorded as replaced by what is shown, not repealed.",
        ),
        (
            "¿Qué sustituyó a las Rules on Carts?",
            "guidelines",
            "repeal",
            "It is recorded as repealed by what is shown, not replaced.",
        ),
    ],
)
def test_what_ended_a_policy_answers_with_its_real_verb(
    engine: Engine, question: str, found: str, verb: str, detail: str
) -> None:
    answer = engine.answer(question)
    assert (ids(answer), answer.detail) == ([found], detail)
    assert answer.reading.notes[0].startswith(f"asks for policies that {verb} “")


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        (
            "¿Qué derogó la Circular 012 de 1999?",
            "No relation is recorded; what is quoted states it.",
        ),
        (
            "¿Qué sustituyó a la Circular 012 de 1999?",
            "No relation is recorded; what is quoted states that it was repealed, not replaced.",
        ),
    ],
)
def test_a_text_that_ends_a_document_outside_the_corpus_answers(
    engine: Engine, question: str, detail: str
) -> None:
    answer = engine.answer(question)
    assert (ids(answer), answer.detail) == (["tides-change"], detail)


def test_a_name_with_a_year_is_of_a_document_and_lists_nothing_of_that_year(engine: Engine) -> None:
    answer = engine.answer("What replaced the 2011 toll arrangement?")
    assert answer.reason == "no_such_relation"
    assert not answer.reading.conditions


def test_the_reading_says_what_was_asked_and_of_which_policy(engine: Engine) -> None:
    reading = engine.answer("What replaced the 2010 notice on radio frequencies?").reading
    assert reading.notes[0] == "asks for policies that replace “Notice on Radio Frequencies”"
    assert reading.to_dict()["relation"] == {
        "kind": "replaces",
        "wanted": "subjects",
        "named": "2010 notice on radio frequencies",
        "policies": [
            {
                "kind": "replaces",
                "id": "radio",
                "title": "Notice on Radio Frequencies",
                "date": "2010-05-03",
            }
        ],
    }


def test_the_passage_that_names_the_other_policy_is_quoted(engine: Engine) -> None:
    quote = engine.answer("What replaced the notice on radio frequencies?").hits[0].quotes[0]
    assert [quote.passage.text[a:b] for a, b in quote.highlights] == [
        "Notice on radio  frequencies"
    ]


@pytest.mark.parametrize(
    ("question", "detail", "near"),
    [
        (
            "What replaced the Harbour Rules?",
            "The corpus records no policy that replaces “Harbour Rules”.",
            ["ships"],
        ),
        (
            "国民经济和社会发展第十二个五年规划纲要的依据是什么",
            (
                "The corpus records no policy that "
                "“国民经济和社会发展第十二个五年规划纲要” implements."
            ),
            ["zh"],
        ),
        (
            "Which policies did the Radio Law amend?",
            "The corpus records no policy that “Radio Law” amends.",
            ["law"],
        ),
        (
            "What replaced the notice on tar?",
            (
                "The corpus holds no policy called “notice on tar”, "
                "and no text states what replaced it."
            ),
            [],
        ),
        (
            "Which policies of the MOF implement the Tram Outline?",
            "There are policies that implement “Tram Outline”, but none is what was asked for.",
            ["trams"],
        ),
    ],
)
def test_what_no_relation_says_is_declined(
    engine: Engine, question: str, detail: str, near: list[str]
) -> None:
    answer = engine.answer(question)
    assert (answer.reason, answer.detail) == ("no_such_relation", detail)
    assert [hit.policy.id for hit in answer.near_misses] == near


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("What replaces coal in power plants?", "no policy of the corpus is called “coal in power"),
        ("Which policies implement toll cards?", "no policy of the corpus is called “toll cards”"),
        ("Has the Ministry of Finance been replaced?", "“Ministry of Finance” is no policy"),
    ],
)
def test_a_question_that_names_no_policy_is_read_as_any_other(
    engine: Engine, question: str, note: str
) -> None:
    reading = engine.answer(question).reading
    assert reading.relation is None
    assert reading.notes[-1].startswith(note)


def test_a_callers_conditions_and_limit_hold_for_relations_too(engine: Engine) -> None:
    question = "Which policies have been repealed?"
    late = [IssuedIn(((dt.date(2009, 1, 1), None),))]
    assert ids(engine.answer(question, conditions=late)) == ["ship-radio"]
    few = engine.answer(question, limit=1)
    assert (ids(few), few.total) == (["old"], 2)


@pytest.mark.parametrize(
    ("question", "detail"),
    [
        (
            "What replaced the Road Safety Plan?",
            "The corpus records no policy that replaces “Road Safety Plan”.",
        ),
        (
            "Which policies implement the Road Safety Plan?",
            "The corpus records no policy that implements “Road Safety Plan”.",
        ),
        (
            "Has the 2011 measure been repealed?",
            "The corpus records no policy that repeals “Measures for Special Funds”.",
        ),
        ("Which policies have been repealed?", "The corpus records no policy that was repealed."),
    ],
)
def test_without_relations_a_policy_is_not_taken_for_its_own_successor(
    tmp_path: Path, question: str, detail: str
) -> None:
    plain = open_small(tmp_path)
    answer = plain.answer(question)
    assert (answer.reason, answer.detail) == ("no_such_relation", detail)
    plain.close()


@pytest.mark.parametrize(
    "question",
    [
        "What should replace damaged bridges?",
        "Which body implements the Road Safety Plan?",
        "Which bridges were replaced?",
        "Are toll cards still valid?",
    ],
)
def test_what_asks_for_no_policy_is_read_as_any_other(tmp_path: Path, question: str) -> None:
    plain = open_small(tmp_path)
    assert plain.answer(question).reading.relation is None
    plain.close()


def test_whether_a_policy_is_in_force_is_told_by_either_relation(engine: Engine) -> None:
    (radio,) = engine.answer("Is the notice on radio frequencies still in force?").hits
    assert (radio.policy.id, radio.affected_by[0].id) == ("radio", "measures")
    assert radio.validity is not None
    assert (radio.validity.state, radio.validity.reason) == ("ended", "replaces")
    (old,) = engine.answer("Are the Rules on Carts still in force?").hits
    assert old.validity is not None
    assert (old.policy.id, old.validity.state, old.validity.reason) == ("old", "ended", "repeals")


def test_a_hit_says_what_replaces_repeals_or_amends_it_the_gravest_first(engine: Engine) -> None:
    hits = {hit.policy.id: hit for hit in engine.answer("which policies mention frequencies").hits}
    assert hits["ship-radio"].affected_by == (
        Relative("repeals", "law", "Radio Law", PolicyDate(2014)),
        Relative("amends", "measures", "Measures for Radio", PolicyDate(2013)),
    )
    assert hits["radio"].to_dict()["affected_by"] == [
        {"kind": "replaces", "id": "measures", "title": "Measures for Radio", "date": "2013"}
    ]
    assert "affected_by" not in engine.answer("Radio Law").hits[0].to_dict()


def test_being_implemented_leaves_a_policy_as_it_is(engine: Engine) -> None:
    found = {hit.policy.id: hit.affected_by for hit in engine.list().hits}
    assert found["outline"] == ()
    assert [one.id for one in found["old"]] == ["guidelines"]


def test_near_misses_say_so_too(engine: Engine) -> None:
    answer = engine.answer("Has the notice on radio frequencies been amended?")
    assert [one.kind for one in answer.near_misses[0].affected_by] == ["replaces"]


def test_a_document_has_its_relations_both_ways(engine: Engine) -> None:
    document = engine.show("measures")
    assert [(one.kind, one.id) for one in document.relates_to] == [
        ("amends", "ship-radio"),
        ("replaces", "radio"),
    ]
    assert [(one.kind, one.id) for one in document.related_by] == [("replaces", "law")]
    assert document.affected_by == document.related_by
    assert [one.kind for one in engine.show("outline").related_by] == ["implements"]


@pytest.mark.parametrize(
    ("questions", "found"),
    [
        (["Ordenanza de mareas", "was it changed?"], "tides-change"),
        (["Ordenanza de mareas", "后来改过吗"], "tides-change"),
        (["Ordenanza de mareas", "¿ha sido cambiada?", "what changed?"], "tides-change"),
        (["Ordenanza de mareas", "改了什么"], "tides-change"),
        (["Is the notice on radio frequencies still in force?", "¿qué lo reemplazó?"], "measures"),
        (["Are the Rules on Carts still in force?", "¿qué las sustituyó?"], "guidelines"),
        (["Are the Rules on Carts still in force?", "¿quién las derogó?"], "guidelines"),
        (["Radio Law", "它替代了哪个文件"], "measures"),
        (["What replaced the Harbour Rules?", "who issued it?"], "ships"),
    ],
)
def test_a_follow_up_is_about_the_policy_shown(
    engine: Engine, questions: list[str], found: str
) -> None:
    answer = None
    for question in questions:
        answer = engine.answer(question, before=answer)
    assert answer is not None
    assert ids(answer) == [found]


def test_a_follow_up_with_a_pronoun_asks_for_one_side_alone(engine: Engine) -> None:
    followed = engine.answer("¿qué la reemplazó?", before=engine.answer("Radio Law"))
    assert (ids(followed), followed.reason) == ([], "no_such_relation")


def test_a_follow_up_is_about_the_closest_where_nothing_was_sure(engine: Engine) -> None:
    sure = engine.answer("Radio Law")
    closest = dataclasses.replace(sure, hits=(), total=0, near_misses=sure.hits)
    followed = engine.answer("since when is it in force?", before=closest)
    assert ids(followed) == [closest.near_misses[0].policy.id]
    assert followed.reading.asks == "in_force"
