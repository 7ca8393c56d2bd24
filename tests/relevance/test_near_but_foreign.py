"""Another plan, another year, another place: what is near is not an answer, only shown as near."""

from __future__ import annotations

import pytest

from policybot.answering.engine import Engine
from policybot.render.text import answer_text
from tests.relevance.cases import Case, Declined, Precision, check, ids, named

TWELFTH = "2011-03-16-national-twelfth-five-year-plan"
TWELFTH_OF_IOT = "2012-02-14-12th-five-year-plan-development"
WUXI = "2012-08-17-outline-wuxi-national-sensor"
STANDARDS = "2011-05-09-key-work-standardization-2011"
FUNDS = "2011-04-06-interim-measures-administration"

ORDINALS = (
    Declined("What does the 13th Five-Year Plan say about IoT?"),
    Declined("National Thirteenth Five-Year Plan Outline"),
    Declined("11th five-year plan"),
    Declined("Tenth Five-Year Plan"),
    Precision("What does the 12th Five-Year Plan say about IoT?", [TWELFTH_OF_IOT]),
    Precision("National 12th Five-Year Plan Outline", [TWELFTH]),
)

YEARS = (
    Declined("what should Wuxi achieve by 2025"),
    Declined("Special Action Plan for the Development of Internet of Things (2016-2020)"),
    Declined("Key Points of Internet of Things Work in 2017"),
    Declined("How many standards will be formulated in 2019?"),
    Precision("what should Wuxi achieve by 2020", [WUXI]),
    Precision("What was planned for Wuxi by 2018?", [WUXI]),  # between two years of its own
    Precision("How many standards will be formulated in 2011?", [STANDARDS]),
)

PLACES = (
    Declined("Outline of Shanghai National Sensor Network Innovation Demonstration Zone"),
    Declined("Beijing IoT demonstration zone"),
    Declined("IoT policy of Japan"),
    Declined("Who manages the special funds for 5G?"),
    Precision("Outline of Wuxi National Sensor Network Innovation Demonstration Zone", [WUXI]),
    Precision("Who manages the special funds for IoT?", [FUNDS]),
)

OTHER_WORDS = (
    Precision("How are the earmarked IoT funds supposed to be spent?", [FUNDS]),
    Precision("How Are The Earmarked IoT Funds Supposed To Be Spent?", [FUNDS]),
    Precision("Earmarked funds for IoT", [FUNDS]),
)


@pytest.mark.parametrize("case", [*ORDINALS, *YEARS, *PLACES, *OTHER_WORDS], ids=named)
def test_of_the_projects_own_corpus(seed: Engine, case: Case) -> None:
    check(seed, case)


def test_whose_policies_were_asked_is_said(small: Engine) -> None:
    answer = small.answer("How much does a yacht pay to be moored for a night at Kelm?")
    assert answer.asked_of == ("Kelm",)
    assert answer.to_dict()["asked_of"] == ["Kelm"]
    assert "No policy of “Kelm”, or that names it, surely answers this." in answer_text(answer)
    assert small.answer("How much does a yacht pay at Lorne?").asked_of == ()


def test_what_lacks_the_number_is_shown_as_near(seed: Engine) -> None:
    answer = seed.answer("What does the 13th Five-Year Plan say about IoT?")
    assert not ids(answer)
    assert TWELFTH_OF_IOT in [hit.policy.id for hit in answer.near_misses]


SMALL = (
    Declined("work plan on water quality for 2014"),
    Declined("Work Plan on Air Quality for 2011"),
    Precision("work plan on water quality for 2013", ["water-2013"]),
    Declined("How often are rivers sampled in Hungary?"),
    Precision("How often are rivers sampled in the neighbourhood?", ["water-2012"]),
)


OF_ANOTHER_YEAR = (
    Precision("What does a household pay for drinking water in 2013?", ["water-fees"]),
    Declined("What does a household pay for drinking water in 2011?"),
    Declined("What does a household pay for drinking water in 2014?"),
)

OF_ANOTHER_BODY = (
    Precision("How much does a yacht pay to be moored for a night at Lorne?", ["moorings"]),
    Precision("what does a yacht pay a night in lorne", ["moorings"]),
    Declined("How much does a yacht pay to be moored for a night at Kelm?"),
    Declined("what does a yacht pay a night in kelm"),
    Declined("Mooring charges of the Harbour Board of Kelm"),
    Declined("Do divers show a flag in Lorne?"),
    Precision("Do divers show a flag in Kelm?", ["divers"]),
)


@pytest.mark.parametrize("case", [*SMALL, *OF_ANOTHER_YEAR, *OF_ANOTHER_BODY], ids=named)
def test_of_a_small_corpus(small: Engine, case: Case) -> None:
    check(small, case)
