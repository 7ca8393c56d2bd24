"""The terms that a text defines, and where another passage uses them."""

from __future__ import annotations

import pytest

from policybot.corpus.provisions.definitions import definitions_of, term_key, used_in


def terms(body: str) -> list[str]:
    return [one.term for one in definitions_of(body)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In these rules, “master” means the person in command.", ["master"]),
        ('"Vessel" has the meaning given in the Port Act.', ["Vessel"]),
        ("The term “quay” or “pier” includes a jetty.", ["quay", "pier"]),
        ("**Agent** means a person acting for the owner.", ["Agent"]),
        ("(c) Covered person means any person on board.", ["Covered person"]),
        ("本办法所称船舶，是指各类排水或者非排水的船。", ["船舶"]),
        ("（一）引航，是指引领船舶的活动；", ["引航"]),
        ("A efectos de esta ley, se entenderá por buque toda nave.", ["buque"]),
        ("Se entiende por «residuo»: cualquier sustancia.", ["residuo"]),
    ],
)
def test_a_term_with_a_word_of_meaning_is_defined(sentence: str, expected: list[str]) -> None:
    assert terms(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "The “master” is fined.",
        "This means that ships wait.",
        "The word “ship” is struck.",
        "销售货物、服务、船舶，由港口收费。",
        "船长指定引航员。",
        "Los buques esperan.",
    ],
)
def test_a_term_that_is_only_used_is_not(sentence: str) -> None:
    assert terms(sentence) == []


def test_a_definition_is_its_sentence_or_goes_on_with_its_items() -> None:
    body = "First.\n\nShips wait. “Dues” means the fees paid. Others do not.\n\nLast."
    (dues,) = definitions_of(body)
    assert body[slice(*dues.span)] == "“Dues” means the fees paid."
    listed = "“Master” means:\n(a) the captain; or\n(b) the mate.\n\nLast."
    spans = [listed[slice(*one.span)] for one in definitions_of(listed)]
    assert spans == ["“Master” means:\n(a) the captain; or\n(b) the mate."]


def test_uses_are_found_whole_the_longest_term_first() -> None:
    body = "“Port” means a port. “Port dues” means fees. “agent” means a person."
    found = used_in("Agents pay Port dues, reports are due, and ports too.", definitions_of(body))
    assert [one.term for _, one in found] == ["agent", "Port dues"]
    (han,) = used_in("船舶应当登记。", definitions_of("本法所称船舶，是指各类船。"))
    assert han[0] == (0, 2)


def test_ways_of_writing_a_term_are_one() -> None:
    assert term_key("Greenhouse Gases") == term_key("greenhouse gase") == "greenhouse gase"
    assert term_key("covered parties") == term_key("Covered Party")
