"""Bodies under any of their names, and dates, in titles too."""

from __future__ import annotations

import datetime as dt

import pytest

from policybot.answering.engine import Engine
from policybot.model import Hit
from tests.relevance.cases import (
    Case,
    Declined,
    Field,
    Ordered,
    Precision,
    Recall,
    Same,
    check,
    named,
)


def of_year(hit: Hit) -> bool:
    return hit.policy.date is not None and hit.policy.date.first >= dt.date(2013, 1, 1)


NAMES = (
    Same("What did the MOF issue?", "What did the Ministry of Finance issue?"),
    Same("What did the MOF issue?", "财政部发布了哪些政策？"),
    Same("What did the Transport Ministry issue?", "What did MOT issue?"),
    Recall("What did the MOF issue?", ["passports", "mines", "border-rules", "hours"], only=True),
    Field(
        "What did the MOF issue?",
        "issued by the Ministry of Finance, under either name",
        lambda hit: not {"MOF", "Ministry of Finance"}.isdisjoint(hit.policy.issuers),
    ),
    Recall("What did MOF and MOT issue jointly?", ["hours"], only=True),
    Declined("What did the Ministry of Culture issue?", "unknown_issuer"),
)

DATES = (
    Precision("work plan on water quality for 2013", ["water-2013"]),
    Precision("work plan on water quality for 2012", ["water-2012"]),
    Ordered("the 2013 water quality plan", before="water-2013", after="water-2012"),
    Recall("Which policies were issued in 2010?", ["fertiliser", "noise", "hours"], only=True),
    Field("Which policies were issued since 2013?", "dated 2013 or later", of_year),
    Recall("policies on water quality issued in 2012", ["water-2012"], only=True),
)


@pytest.mark.parametrize("case", [*NAMES, *DATES], ids=named)
def test_of_a_small_corpus(small: Engine, case: Case) -> None:
    check(small, case)


SEED = (
    Same("What did MIIT issue in 2012?", "工信部2012年发布了哪些政策？"),
    Field(
        "What did the NDRC issue?",
        "issued by the National Development and Reform Commission, under any name",
        lambda hit: any("Development and Reform Commission" in name for name in hit.policy.issuers),
    ),
    Precision(
        "What does the plan for 2012-2020 say of Wuxi?", ["2012-08-17-outline-wuxi-national-sensor"]
    ),
    Precision("key work on standardization in 2011", ["2011-05-09-key-work-standardization-2011"]),
    Ordered(
        "key points of IoT work in 2014",
        before="2014-06-key-points-internet-things-work",
        after="2011-05-09-key-work-standardization-2011",
    ),
)


@pytest.mark.parametrize("case", SEED, ids=named)
def test_of_the_projects_own_corpus(seed: Engine, case: Case) -> None:
    check(seed, case)
