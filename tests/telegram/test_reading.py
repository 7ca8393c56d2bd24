"""How a question was read, in the line below an answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from policybot.corpus.issuers import IssuerBook
from policybot.model import Filters, Reading
from policybot.telegram.desk import Desk, Visitor
from policybot.telegram.sheets import read_as

READING = Reading("bugdet", Filters(number="17"), "find", "bugdet", respelt={"bugdet": "budget"})


@pytest.mark.parametrize(("keeps", "line"), [(True, "No. 17 · bugdet → budget"), (False, "No. 17")])
def test_a_misspelt_word_is_shown_only_where_questions_are_kept(keeps: bool, line: str) -> None:
    engine = SimpleNamespace(issuers=IssuerBook(()))
    desk = cast("Desk", SimpleNamespace(keeps_questions=keeps, engine=engine))
    visitor = cast("Visitor", SimpleNamespace(language="en"))
    assert read_as(desk, visitor, READING, READING.question) == line
