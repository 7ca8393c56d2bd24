"""What changed between two texts: which two are meant, and what is said where that is not clear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer
from policybot.query.rules.comparison import compared
from policybot.render.comparison import comparison_html
from policybot.render.text import answer_text
from tests.answering.test_versions import FERRIES, HARBOURS, PORTS, TODAY, policy
from tests.query.seed import read_question
from tests.small_index import open_small

MEASURES = [
    policy(
        "mooring-2012", "Mooring Measures", date="2012-05-01", body="Ships moor by day & night."
    ),
    policy("mooring-2014", "Mooring Measures", date="2014-05-01", body="Ships moor by day <only>."),
    policy("towing-2014", "Towing Measures", date="2014-06-01", body="Tugs tow every ship."),
]
READ = [
    tuple(line.strip().split(" → "))
    for line in (compared.__doc__ or "").splitlines()
    if " → " in line
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("comparison")
    engine = open_small(folder, [FERRIES, PORTS, HARBOURS, *MEASURES], today=TODAY)
    yield engine
    engine.close()


def sides(answer: Answer) -> list[str]:
    assert answer.comparison
    return [hit.policy.index_id for hit in answer.hits]


@pytest.mark.parametrize(("question", "reading"), READ)
def test_an_example_is_read_as_it_says(question: str, reading: str) -> None:
    found = read_question(question).compared
    assert found is not None
    said = found.pairs[0] if " | " in reading else [found.single]
    told = [
        " ".join([one.name, *(str(first.year) for first, _ in one.days)]) for one in said if one
    ]
    assert " | ".join(told) == reading


@pytest.mark.parametrize(
    "question",
    [
        "How do prices change?",
        "Which policies changed the port charges?",
        "climate change policies",
        "How do the charges for vans and lorries differ?",
        "What different licences do pilots and captains need?",
        "different policies from 2014",
    ],
)
def test_other_words_of_change_compare_nothing(engine: Engine, question: str) -> None:
    assert engine.answer(question).comparison == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What changed in the Ferry Safety Rules?", ["ferries@2012-03-01", "ferries@2014-01-01"]),
        ("What changed in the Ferry Safety Rules in 2017?", ["ferries@2014-01-01", "ferries"]),
        (
            "What changed in the Ferry Safety Rules between 2013 and 2017?",
            ["ferries@2012-03-01", "ferries"],
        ),
        (
            "What has changed in the Ferry Safety Rules since 2012?",
            ["ferries@2012-03-01", "ferries@2014-01-01"],
        ),
        (
            "What's the difference between the 2012 and the 2014 Ferry Safety Rules?",
            ["ferries@2012-03-01", "ferries@2014-01-01"],
        ),
        (
            "Compare the 2012 and the 2017 versions of the Ferry Safety Rules",
            ["ferries@2012-03-01", "ferries"],
        ),
        ("What changed between the 2011 and the 2012 Orders?", ["ports@2011-02-01", "ports"]),
        (
            "What is the difference between the Port Charges Order and the Harbour Charges Order?",
            ["ports", "harbours"],
        ),
        (
            "What changed between the 2012 and the 2014 Mooring Measures?",
            ["mooring-2012", "mooring-2014"],
        ),
        (
            "How do the Port Charges Order and the Harbour Charges Order differ?",
            ["ports", "harbours"],
        ),
        (
            "How does the Harbour Charges Order differ from the Port Charges Order?",
            ["harbours", "ports"],
        ),
        (
            "How are the 2014 Mooring Measures different from the 2012 Mooring Measures?",
            ["mooring-2014", "mooring-2012"],
        ),
        (
            "What distinguishes the Port Charges Order from the Harbour Charges Order?",
            ["ports", "harbours"],
        ),
        ("Port Charges Order和Harbour Charges Order有哪些区别？", ["ports", "harbours"]),
        (
            "¿En qué se diferencian la Port Charges Order y la Harbour Charges Order?",
            ["ports", "harbours"],
        ),
    ],
)
def test_names_and_years_say_which_two_are_meant(
    engine: Engine, question: str, expected: list[str]
) -> None:
    assert sides(engine.answer(question)) == expected


def test_where_it_is_unclear_which_two_are_meant_they_are_offered(engine: Engine) -> None:
    answer = engine.answer("Compare the 2012 measures and the 2014 measures")
    assert (answer.answered, answer.reason) == (False, "no_such_comparison")
    assert (answer.detail or "").startswith("Say which two are meant, by title, number or year: ")
    offered = {hit.policy.id for hit in answer.near_misses}
    assert offered == {"mooring-2012", "mooring-2014", "towing-2014"}


def test_where_there_is_one_text_it_is_said(engine: Engine) -> None:
    answer = engine.answer("What changed in the Harbour Charges Order?")
    assert answer.detail == (
        "The corpus holds one version of “Harbour Charges Order”, so nothing says what changed."
    )
    answer = engine.answer("What changed in the Ferry Safety Rules in 2013?")
    assert answer.detail == (
        "No version of “Ferry Safety Rules” begins then, so nothing says what changed."
    )
    assert [hit.policy.index_id for hit in answer.near_misses] == [
        "ferries@2012-03-01",
        "ferries@2014-01-01",
        "ferries",
    ]


def test_a_follow_up_is_about_the_policy_before(engine: Engine) -> None:
    before = engine.answer("Are the Ferry Safety Rules in force?")
    answer = engine.answer("What changed in 2014?", before=before)
    assert sides(answer) == ["ferries@2012-03-01", "ferries@2014-01-01"]


def test_a_question_that_names_no_policy_is_any_other(engine: Engine) -> None:
    assert engine.answer("What changed in the weather?").reason != "no_such_comparison"


def test_the_terminal_shows_both_word_for_word(engine: Engine) -> None:
    answer = engine.answer("What changed in the Ferry Safety Rules?")
    assert answer_text(answer) == (
        "- Ferry Safety Rules · 2012-02-01 · version 1 of 3, 2012-03-01 to 2013-12-31; a later "
        "version from 2014-01-01 · [ferries@2012-03-01]\n"
        "+ Ferry Safety Rules · 2012-02-01 · version 2 of 3, 2014-01-01 to 2016-12-31; a later "
        "version from 2017-01-01 · [ferries@2014-01-01]\n"
        "\n"
        "- Article 1. A ferry carries a lifebelt for every passenger.\n"
        "+ Article 1. A ferry carries a jacket for every passenger.\n"
        "\n"
        "1 paragraph is the same\n"
    )
    coloured = answer_text(answer, colour=True)
    assert "A ferry carries a \033[31mlifebelt \033[0mfor every passenger." in coloured
    assert "A ferry carries a \033[32mjacket \033[0mfor every passenger." in coloured


def test_json_has_the_rows_and_both_policies(engine: Engine) -> None:
    told = engine.answer("What changed in the Ferry Safety Rules?").to_dict()
    changed, same = told["comparison"]
    assert changed["runs"] == [
        {"kind": "kept", "text": "Article 1. A ferry carries a "},
        {"kind": "removed", "text": "lifebelt "},
        {"kind": "added", "text": "jacket "},
        {"kind": "kept", "text": "for every passenger."},
    ]
    assert same == {
        "kind": "unchanged",
        "before": "Article 2. A ferry waits for fog to lift.",
        "after": "Article 2. A ferry waits for fog to lift.",
    }
    assert [hit["policy"]["version"]["number"] for hit in told["hits"]] == [1, 2]


def test_telegram_strikes_through_and_underlines_and_fits(engine: Engine) -> None:
    answer = engine.answer("What changed between the 2012 and the 2014 Mooring Measures?")
    html = comparison_html(answer, "en", 4096)
    assert "Ships moor by day <s>&amp; night</s><u>&lt;only&gt;</u>." in html
    assert len(comparison_html(answer, "zh", 100)) < 160
    assert "… +1" in comparison_html(answer, "en", 100)
