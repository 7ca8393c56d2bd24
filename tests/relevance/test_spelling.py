"""The other side's spelling finds the same; one slip in a rare word is forgiven, and said so."""

from __future__ import annotations

import pytest

from policybot.answering.engine import Engine
from tests.relevance.cases import Case, Declined, Precision, Read, Same, check, named

BOTH_SIDES = (
    Same("fertiliser storage", "fertilizer storage"),
    Same("programme for community centres", "program for community centers"),
    Same("courses for labourers", "courses for laborers"),
    Same("licences and colour printing", "licenses and color printing"),
    Same("Who organises courses?", "Who organizes courses?"),
    Same("favourite courses of a neighbourhood", "favorite courses of a neighborhood"),
    Read("fertilizer storage", {}),
)

SLIPS = (
    Read("How is fertilsier stored?", {"fertilsier": "fertiliser"}),  # two swapped
    Read("How is fertliser stored?", {"fertliser": "fertiliser"}),  # one missing
    Read("How is fertilisier stored?", {"fertilisier": "fertiliser"}),  # one too many
    Read("How is fertilixer stored?", {"fertilixer": "fertiliser"}),  # one for another
    Same("How is fertilsier stored?", "How is fertiliser stored?"),
    Same("Which sheds are inspcted?", "Which sheds are inspected?"),
    Precision("How often are rivres sampled? In 2012 wells twice a year.", ["water-2012"]),
)

NO_SLIPS = (
    Read("How is frtlsr stored?", {}),  # more than one edit
    Read("How is cement stored?", {}),  # the corpus has the word
    Read("Who drives a bus?", {}),  # a short word
    Read("What costs $10000?", {}),  # a number
    Read("What does the CBZ cover?", {}),  # an acronym
    Read("Who carries out courses for carers?", {}),  # a word of its own
    Read("Wie werden Düngemittel gelagert?", {}),  # another language
    Declined("What is the block reward of a blockchain?"),
    Declined("How do I bake sourdough bread?"),
)


@pytest.mark.parametrize("case", [*BOTH_SIDES, *SLIPS, *NO_SLIPS], ids=named)
def test_of_a_small_corpus(small: Engine, case: Case) -> None:
    check(small, case)


SEED = (
    Read("stratgic emerging industries", {"stratgic": "strategic"}),
    Same("stratgic emerging industries", "strategic emerging industries"),
    Read("national standardisatoin", {"standardisatoin": "standardization"}),
    Same("standardisation work", "standardization work"),
    Read("Which blockchain projects are there?", {}),
    Declined("What is the ministry's blockchain strategy for tourism?"),
)


@pytest.mark.parametrize("case", SEED, ids=named)
def test_of_the_projects_own_corpus(seed: Engine, case: Case) -> None:
    check(seed, case)
