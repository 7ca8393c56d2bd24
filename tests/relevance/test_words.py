"""Phrases, numbers, forms of words and acronyms: the near is told apart, the same is found."""

from __future__ import annotations

import pytest

from policybot.answering.engine import Engine
from policybot.model import Hit
from tests.relevance.cases import (
    Case,
    Declined,
    Field,
    Ordered,
    Precision,
    Read,
    Recall,
    Same,
    check,
    named,
)


def marks(phrase: str) -> Field:
    """Every hit of a list of what says ``phrase`` has it marked in a quote."""

    def marked(hit: Hit) -> bool:
        return any(q.passage.text[a:b] == phrase for q in hit.quotes for a, b in q.highlights)

    return Field(f'Which policies say "{phrase}"?', f"“{phrase}” marked in a quote", marked)


PHRASES = (
    Recall('Which orders say "quiet hours begin"?', ["noise"], only=True),
    Recall('Which orders say "hours"?', ["noise", "hours"], only=True),
    Declined('Which orders say "begin quiet hours"?', "no_policy_matches_filters"),
    Declined('Which orders say "quiet hour begin"?', "no_policy_matches_filters"),
    marks("quiet hours begin"),
    marks("every month"),
)

NUMBERS = (
    Precision("What costs $100?", ["passports"]),
    Precision("What costs $1000?", ["mines"]),
    Precision("What costs $1,000?", ["mines"]),
    Recall('Which notices say "$100"?', ["passports"], only=True),
    Recall('Which notices say "$1000"?', ["mines"], only=True),
    Declined('Which notices say "$10"?', "no_policy_matches_filters"),
)

FORMS = (
    Same("free bus lanes", "free bus lane"),
    Same("inspection of sheds", "inspection of the shed"),
    Same("How often is a river sampled?", "How often are rivers sampled?"),
    Ordered("sampling of rivers every week", before="water-2013", after="water-2012"),
)

ACRONYMS = (
    Read("Who pays under the CBA?", {"CBA": "Carbon Border Adjustment"}),
    Same("report on the CBA", "report on the Carbon Border Adjustment"),
    Recall("list everything on the CBA", ["border-rules", "border-report"], only=True),
    Read("Who pays under the CBX?", {}),
)


@pytest.mark.parametrize("case", [*PHRASES, *NUMBERS, *FORMS, *ACRONYMS], ids=named)
def test_of_a_small_corpus(small: Engine, case: Case) -> None:
    check(small, case)


SEED = (
    Recall(
        'Which policies mention "information security"?',
        [
            "2013-02-05-guiding-opinions-state-council",
            "2013-03-04-medium-long-term-plan-construction",
        ],
        only=True,
    ),
    marks("core technologies"),
    Precision(
        "How many standards are to be formulated, 3,000?",
        ["2011-05-09-key-work-standardization-2011"],
    ),
    Read("IoT standards", {"IoT": "Internet of Things"}),
    Same("IoT demonstration zones", "Internet of Things demonstration zone"),
)


@pytest.mark.parametrize("case", SEED, ids=named)
def test_of_the_projects_own_corpus(seed: Engine, case: Case) -> None:
    check(seed, case)
