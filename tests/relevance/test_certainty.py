"""Sure, closest or nothing: what the words of a question that are not held make of an answer."""

from __future__ import annotations

import pytest

from policybot.answering.engine import Engine
from policybot.model import Answer, sha256_of
from tests.relevance.cases import Case, Closest, Declined, Precision, Recall, check, ids, named

WUXI = "2012-08-17-outline-wuxi-national-sensor"
FUNDS = "2011-04-06-interim-measures-administration"
STANDARDS = "2011-05-09-key-work-standardization-2011"

ELSEWHERE = (
    Closest("weather in Wuxi", WUXI, ["weather"]),
    Closest("blockchain in wuxi", WUXI, ["blockchain"]),
    Closest("iot demonstration zone in texas", WUXI, ["texas"]),
    Closest("special funds for electric buses", FUNDS, ["electric", "buses"]),
    Closest("special funds for flood relief", FUNDS, ["flood", "relief"]),
    Declined("iot in shenzhen"),
    Declined("policies on film"),
)

SAID_OTHERWISE = (
    Precision("Who manages the money set aside for Internet of Things development?", [FUNDS]),
    Precision("How are the earmarked IoT funds supposed to be spent?", [FUNDS]),
    Precision("What tax help do firms in the Wuxi zone get?", [WUXI]),
)

ALONE = (
    Precision("tax", [WUXI]),
    Recall("talent", [WUXI]),
    Precision("standardization", [STANDARDS]),
    Recall("policies on tax", [WUXI]),
    Recall("Which policies mention tax?", [WUXI]),
    Closest("subsidies", FUNDS, ["subsidies"]),
)


@pytest.mark.parametrize("case", [*ELSEWHERE, *SAID_OTHERWISE, *ALONE], ids=named)
def test_of_the_projects_own_corpus(seed: Engine, case: Case) -> None:
    check(seed, case)


SMALL = (
    Closest("fees for passports in texas", "passports", ["texas"]),
    Closest("How often is wine sampled?", "water-2012", ["wine"]),
    Precision("What is due for handing over passports?", ["passports"]),
    Precision("who may use a bus lane after dark", ["lanes"]),
    Precision("sheds", ["fertiliser"]),
)


@pytest.mark.parametrize("case", SMALL, ids=named)
def test_of_a_small_corpus(small: Engine, case: Case) -> None:
    check(small, case)


@pytest.mark.parametrize("word", ["tax", "talent", "patents", "satellite", "laboratories"])
def test_a_word_alone_shows_a_passage_that_has_it(seed: Engine, word: str) -> None:
    answer = seed.answer(word)
    if answer.certainty == "sure":
        assert word[:5] in answer.hits[0].quotes[0].passage.text.lower()
    else:
        assert word in answer.unheld


def test_what_is_closest_is_quoted_word_for_word(seed: Engine) -> None:
    answer = seed.answer("special funds for electric buses")
    quotes = _quoted(answer)
    assert quotes
    for text, digest, body in quotes:
        assert text in body
        assert sha256_of(text) == digest


def test_a_word_that_is_nowhere_is_named_even_where_the_answer_is_sure(small: Engine) -> None:
    answer = small.answer("who may use a bus lane after dark")
    assert (answer.certainty, ids(answer), answer.unheld) == ("sure", ["lanes"], ("dark",))


def _quoted(answer: Answer) -> list[tuple[str, str, str]]:
    return [
        (quote.passage.text, quote.passage.sha256, hit.policy.body)
        for hit in answer.near_misses
        for quote in hit.quotes
    ]
