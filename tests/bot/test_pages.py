"""The page that the bot names is the page of the passage shown, also when a button opens it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from policybot.bot.store.answers import Shown, keep_answer, load_answer, load_hits, new_id
from policybot.bot.store.state import State
from policybot.model import Hit, Source
from policybot.render.telegram import hit_page, source_page
from tests.answers import make_hit, make_policy


def paged() -> Hit:
    hit = make_hit(make_policy(source=Source("plan.pdf", "ab" * 32, "pages 1-9")), "Text.")
    (quote,) = hit.quotes
    passage = dataclasses.replace(quote.passage, pages=(2, 3))
    return dataclasses.replace(hit, quotes=(dataclasses.replace(quote, passage=passage),))


def test_a_hit_and_its_source_name_the_page() -> None:
    assert "plan.pdf, pages 2-3" in hit_page(paged(), "en").html
    assert "plan.pdf, pages 2-3" in source_page(paged(), "en")


async def test_an_answer_that_is_kept_names_it_too(tmp_path: Path) -> None:
    state = State(tmp_path / "state.sqlite")
    kept = await state.run(keep_answer, Shown(new_id(), "p", "c", "find"), [paged()], 1.0)
    shown = await state.run(load_answer, kept.id)
    assert shown is not None
    (hit,) = await state.run(load_hits, shown.entries)
    state.close()
    assert hit is not None
    assert hit.source == "plan.pdf, pages 2-3"
