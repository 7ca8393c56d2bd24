"""What a passage refers to, and what its terms mean, stands on its card word for word."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from policybot.bot.store.answers import Shown, keep_answer, load_answer, load_hits, new_id
from policybot.bot.store.state import State
from policybot.model import CitedPolicy, CitedProvision, Defined, Hit, Passage, Relative
from policybot.render.telegram import hit_page
from policybot.render.telegram.texts import Language
from tests.answers import make_hit, make_policy
from tests.bot.tdlib import parse

TEXT = "Under Article 8 and the Port Order, pilots pay."


def provision(name: str, text: str) -> Passage:
    return Passage(name, "policy-1", text, 0, len(text))


def referring(long: str = "Article 8. Fees are <low>.") -> Hit:
    hit = make_hit(make_policy(), TEXT)
    other = Relative("cites", "port", "Port Order", None)
    quote = dataclasses.replace(
        hit.quotes[0],
        cites=(
            CitedProvision("Article 8", provision("policy-1#art8", long)),
            CitedPolicy("the Port Order", other),
        ),
        definitions=(Defined("pilot", provision("policy-1#art2", "“Pilot” means a guide.")),),
    )
    return dataclasses.replace(hit, quotes=(quote,))


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Cites Article 8:"), ("zh", "引用Article 8："), ("es", "Cita Article 8:")],
)
def test_references_and_definitions_are_lines_below_the_passage(
    language: Language, said: str
) -> None:
    shown, _ = parse(hit_page(referring(), language).html)
    below = shown.partition(TEXT)[2]
    assert f"{said}\nArticle 8. Fees are <low>." in below
    assert "Port Order" in below
    assert "“Pilot” means a guide." in below


def test_a_sentence_that_defines_two_terms_stands_there_once() -> None:
    hit = referring()
    said = provision("policy-1#art3", "“Guide” or “helper” means a pilot.")
    quote = dataclasses.replace(
        hit.quotes[0], definitions=(Defined("guide", said), Defined("helper", said))
    )
    shown, _ = parse(hit_page(dataclasses.replace(hit, quotes=(quote,)), "es").html)
    assert "«guide», «helper»:\n“Guide” or “helper” means a pilot." in shown
    assert shown.count("means a pilot.") == 1


def test_what_is_too_long_for_a_card_is_left_out_and_never_cut() -> None:
    shown, _ = parse(hit_page(referring("Fees " * 200), "en").html)
    assert "Fees Fees" not in shown
    assert "“Pilot” means a guide." in shown


async def test_they_are_there_when_an_answer_is_opened_again(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    kept = Shown(new_id(), "p", "c", "find")
    kept = await state.run(keep_answer, kept, [referring(), make_hit(make_policy(2), "None.")], 1.0)
    again = await state.run(load_answer, kept.id)
    assert again is not None
    back, plain = await state.run(load_hits, again.entries)
    assert back is not None
    assert plain is not None
    assert hit_page(back, "en") == hit_page(referring(), "en")
    assert (plain.quotes[0].cites, plain.quotes[0].definitions) == ((), ())
    state.close()
