"""The timeline as text and as a picture."""

from __future__ import annotations

import dataclasses
import struct
from typing import Any

import pytest

from policybot.errors import PolicyBotError
from policybot.model import Policy, PolicyDate
from policybot.render.fonts import chinese_font
from policybot.render.picture import HISTOGRAM, draw_timeline
from policybot.render.timeline import MOST_ISSUERS, timeline_text
from tests.answers import make_answer, make_hit, make_policy

POLICIES = [
    make_policy(1, "Late", date=PolicyDate(2014, 6), date_text="mid-June", issuers=()),
    make_policy(2, "Early", date=PolicyDate(2010, 10, 18)),
    make_policy(3, "Some time", date=PolicyDate(2010)),
    make_policy(4, "Never", date=None),
]


ANSWER = make_answer(tuple(make_hit(policy, "x") for policy in POLICIES), "list")


def test_text_is_in_date_order_under_years() -> None:
    lines = timeline_text(ANSWER).splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == [
        "2010",
        "2014",
        "date not stated",
    ]
    assert [line.rsplit("[", 1)[1] for line in lines if line.startswith(" ")] == [
        "policy-3]",
        "policy-2]",
        "policy-1]",
        "policy-4]",
    ]


def test_text_says_the_printed_wording_and_what_is_not_stated() -> None:
    assert "Late (“mid-June”) – issuer not stated" in timeline_text(ANSWER)


def test_a_picture_is_a_png_and_always_the_same() -> None:
    chart = draw_timeline(POLICIES, title="Policies")
    assert chart.data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", chart.data[16:24])
    assert 10 * max(width, height) < 20 * 10_000
    assert draw_timeline(POLICIES, title="Policies") == chart


def test_a_picture_may_be_svg() -> None:
    policies = [hit.policy for hit in ANSWER.hits]
    assert b"<svg" in draw_timeline(policies, form="svg").data


def test_text_of_an_answer_without_hits_says_why() -> None:
    answer = dataclasses.replace(make_answer(()), reason="empty_corpus", detail="No policies.")
    assert "No policies." in timeline_text(answer)


def test_names_no_font_can_write_are_numbered_in_a_legend() -> None:
    named = make_policy(5, issuers=("\U0001f5ff\U00012345",))
    assert draw_timeline([named]).legend == ("1. \U0001f5ff\U00012345",)


def test_names_may_look_like_formulas() -> None:
    assert draw_timeline([make_policy(6, issuers=("$\\frac{$", "a_b^c$"))]).legend == ()


def test_an_issuer_printed_in_two_ways_has_one_row() -> None:
    policies = [
        make_policy(1, issuers=("MIIT",), date=PolicyDate(2010)),
        make_policy(2, issuers=("工信部",), date=PolicyDate(2014)),
    ]
    one = draw_timeline(policies, canonical=lambda name: "The Ministry")
    assert one.legend == ()
    height = struct.unpack(">I", one.data[20:24])[0]
    assert height == struct.unpack(">I", draw_timeline(policies[:1]).data[20:24])[0]


def test_many_issuers_share_the_last_row() -> None:
    policies: list[Policy] = [make_policy(n, issuers=(f"Body {n}",)) for n in range(50)]
    height = struct.unpack(">I", draw_timeline(policies).data[20:24])[0]
    few = struct.unpack(">I", draw_timeline(policies[:MOST_ISSUERS]).data[20:24])[0]
    assert height > few  # what they share is as deep as it must be


def test_without_dates_there_is_no_picture() -> None:
    with pytest.raises(PolicyBotError, match="no policy with a date"):
        draw_timeline([make_policy(date=None)])


def test_without_matplotlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(PolicyBotError, match="policybot\\[plots\\]"):
        draw_timeline(POLICIES)


needs_chinese = pytest.mark.skipif(chinese_font() is None, reason="no font here has Chinese")
MANY = [make_policy(n, date=PolicyDate(1950 + n), issuers=("财政部",)) for n in range(HISTOGRAM)]


def test_a_policy_that_ended_and_a_number_change_the_picture() -> None:
    plain = draw_timeline(POLICIES)
    numbered = draw_timeline(POLICIES, numbers={one.id: n for n, one in enumerate(POLICIES, 1)})
    ended = draw_timeline(POLICIES, ended={"policy-2"})
    assert len({plain.data, numbered.data, ended.data}) == 3


def test_many_policies_are_counted_by_year() -> None:
    few, many = draw_timeline(MANY[:-1]), draw_timeline(MANY)
    heights = [struct.unpack(">I", chart.data[20:24])[0] for chart in (few, many)]
    assert heights[1] == 504
    assert many == draw_timeline(MANY, numbers={one.id: 7 for one in MANY})


@pytest.mark.parametrize("language", ["es", pytest.param("zh", marks=needs_chinese)])
def test_the_words_in_a_picture_are_of_the_interface(language: Any) -> None:
    own = draw_timeline(MANY, form="svg", language=language).data
    english = draw_timeline(MANY, form="svg", language="en").data
    assert own != english
    assert own == draw_timeline(MANY, form="svg", language=language).data


def test_marks_that_would_cover_each_other_stand_in_lanes() -> None:
    apart = [make_policy(n, date=PolicyDate(2000 + 5 * n, 1, 1)) for n in range(5)]
    close = [make_policy(n, date=PolicyDate(2000, 1, 1 + n)) for n in range(5)]
    heights = [struct.unpack(">I", draw_timeline(p).data[20:24])[0] for p in (apart, close)]
    assert heights[0] < heights[1]
