"""Reading takes time in proportion to a question's length, whatever is repeated in it.

Only CPU time of this process counts, and only its growth: when a text is twice as long, reading it
takes about twice as long, on any machine.
"""

from __future__ import annotations

import gc
import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.query.read import read
from policybot.query.text import MAX_CHARACTERS
from tests.query.seed import TODAY, vocabulary

pytestmark = pytest.mark.slow

UNITS = (
    "MIIT ", "MIIT, ", "MIIT and ", "工信部", "工信部2012年", "2012年以前", "2012 ", "2012 or ",
    "Q3 2012 ", "first half of ", "not ", "or ", "neither ", "nor ", "are not ", "mention ",
    "jointly ", "issued by ", "issued jointly by ", "with ", "other ", "the ", "which ",
    "policies ", "Ministry of ", "Ministry of Finance and ", '"a" or ', "No. 1 ", "〔2013〕7号",
    "(2013) ", "除", "没有提到", "《政策》", "三个部门", "联合", "发布", "有哪些",
    "的", "、", "和", "管理",
    "规划", "a", "a ", "政", "1", "1 ", "?", "? ", "(", "«",
    "“", '"', "-", "a-", "a.", "'s ", "n't ",
    "políticas ", "de la ", "que no ", "emitidas por ", "y ", "¿", "hi ", "thx ", "谢谢", "e\u0301",
    "in the title ", "newest first ", "the two newest ", "and its departments ", "before 2014 and ",
)  # fmt: skip
TAILS = ("", "x", " issued?", "发布的政策有哪些")
LONG, DOUBLE = 2000, 4000
WORST = 3.2
"""A text of twice the length takes at most so many times as long; four times would be quadratic."""


def seconds(question: str) -> float:
    """Return the least CPU time of three readings."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        read(question, vocabulary(), today=TODAY)
        best = min(best, time.process_time() - started)
    return best


def growth(unit: str, tail: str = "") -> float:
    """Return how many times as long a text takes that is twice as long.

    Both are given time enough for the clock to tell them apart, so that very quick ones count as
    growing in proportion.
    """
    assert DOUBLE <= MAX_CHARACTERS
    short, double = (unit * (size // len(unit)) + tail for size in (LONG, DOUBLE))
    grace = 0.005
    return (seconds(double) + grace) / (seconds(short) + grace / 2)


@pytest.fixture(autouse=True)
def _without_collections() -> None:
    read("warm", vocabulary(), today=TODAY)
    gc.collect()


@pytest.mark.parametrize("unit", UNITS)
def test_a_repeated_word_costs_in_proportion_to_its_number(unit: str) -> None:
    for tail in TAILS:
        assert growth(unit, tail) < WORST


@settings(max_examples=40)
@given(st.lists(st.sampled_from(UNITS), min_size=2, max_size=4).map("".join))
def test_repeated_phrases_cost_in_proportion_to_their_number(unit: str) -> None:
    assert growth(unit) < WORST


@settings(max_examples=20)
@given(st.text(min_size=1, max_size=8))
def test_any_repeated_text_costs_in_proportion_to_its_number(unit: str) -> None:
    assert growth(unit) < WORST


def test_what_is_longer_than_a_question_may_be_costs_no_more() -> None:
    unit = "policies by MIIT "
    whole = unit * (MAX_CHARACTERS // len(unit))
    assert seconds(whole * 20) < 3 * seconds(whole) + 0.01


def test_a_doubling_is_told_from_a_square() -> None:
    # The measure itself: what takes the square of the length is told.
    def squared(size: int) -> float:
        started = time.process_time()
        sum(1 for _ in itertools.product(range(size), repeat=2))
        return time.process_time() - started

    assert squared(2400) / squared(1200) > WORST
