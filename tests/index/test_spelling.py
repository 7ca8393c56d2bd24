"""British and American spellings are one term; other words stay what they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.index.analyse import words
from policybot.index.spelling import one_spelling

PAIRS = """
centre/center centred/centered epicentre/epicenter kilometres/kilometers theatre/theater
fibres/fibers litre/liter programme/program kilogrammes/kilograms
colour/color labour/labor labourer/laborer favourably/favorably behaviourally/behaviorally
odour/odor vapour/vapor neighbourhoods/neighborhoods armoury/armory
defence/defense defences/defenses licence/license licenced/licensed practise/practice
practising/practicing pretence/pretense
organise/organize organisations/organizations recognisable/recognizable
standardisation/standardization criticise/criticize incentivise/incentivize
analyse/analyze paralysed/paralyzed dialogue/dialog catalogues/catalogs cataloguing/cataloging
travelled/traveled fuelled/fueled dialled/dialed counsellors/counselors instalments/installments
enrolment/enrollment fulfil/fulfill skilful/skillful jewellery/jewelry
judgement/judgment acknowledgements/acknowledgments lodgement/lodgment ageing/aging
paediatric/pediatric leukaemia/leukemia anaesthetic/anesthetic encyclopaedia/encyclopedia
foetus/fetus diarrhoea/diarrhea oestrogen/estrogen
enquiries/inquiries sceptical/skeptical despatched/dispatched ploughed/plowed moulded/molded
sulphur/sulfur artefacts/artifacts cheques/checks grey/gray tyres/tires aluminium/aluminum
advisers/advisors
"""

FAMILIES = """
supervise/supervision revise/revision precise/precision advertise/advertisement advise/advising
exercise/exercising compel/compelled control/controlled refuel/refuelled
"""

APART = """
four/for hour/hor prize/price size/sise sell/sel principal/principle ensure/insure affect/effect
storey/story advice/advise does/des israel/isrel poem/pem
"""


def pairs(table: str) -> list[tuple[str, str]]:
    return [(one, other) for one, _, other in (pair.partition("/") for pair in table.split())]


@pytest.mark.parametrize(("british", "american"), pairs(PAIRS))
def test_both_spellings_are_one_term(british: str, american: str) -> None:
    assert words(british) == words(american) != []


@pytest.mark.parametrize(("one", "other"), pairs(FAMILIES))
def test_words_of_one_family_stay_together(one: str, other: str) -> None:
    assert words(one) == words(other)


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert words(one) != words(other)


ENDINGS = """
ise isation our oured lling ogue ogued metre centre gramme dgement aemia oetus
"""


@given(st.text("abcdeghiloprstuvw"), st.sampled_from(ENDINGS.split()))
def test_the_one_spelling_of_a_word_is_its_own(word: str, ending: str) -> None:
    once = one_spelling(word + ending)
    assert one_spelling(once) == once
