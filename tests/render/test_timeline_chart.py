"""How many policies each issuer has of each year, in columns."""

from __future__ import annotations

import unicodedata

import pytest

from policybot.model import Policy, PolicyDate
from policybot.render.timeline import MOST_ISSUERS, timeline_chart
from tests.answers import make_policy

POLICIES = [
    make_policy(1, date=PolicyDate(2010), issuers=("Ministry of Finance",)),
    make_policy(2, date=PolicyDate(2012, 5), issuers=("MOF", "工信部")),
    make_policy(3, date=PolicyDate(2012, 6, 1), issuers=()),
    make_policy(4, date=None, issuers=("工信部",)),
]
NAMES = {"MOF": "Ministry of Finance"}


def test_issuers_have_a_row_each_and_years_a_column_each() -> None:
    chart = timeline_chart(POLICIES, canonical=NAMES.get)
    assert chart.splitlines() == [
        "                    2010 2011 2012 undated",
        "Ministry of Finance    1    ·    1       ·  ████████████████████ 2",
        "工信部                 ·    ·    1       1  ████████████████████ 2",
        "not stated             ·    ·    1       ·  ██████████ 1",
        "all                    1    ·    2       1  4",
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_years_that_do_not_fit_share_a_column(width: int) -> None:
    policies = [make_policy(n, date=PolicyDate(1900 + n)) for n in range(120)]
    lines = timeline_chart(policies, width=width).splitlines()
    assert all(len(line) <= width for line in lines)
    counts = [int(cell) for cell in lines[-1].split()[1:]]
    assert sum(counts[:-1]) == counts[-1] == 120


def test_columns_line_up_whatever_the_script() -> None:
    chart = timeline_chart(
        [make_policy(n, issuers=(name,)) for n, name in enumerate(["财政部" * 20, "é" * 50, "MOF"])]
    )

    def cells(text: str) -> int:
        return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)

    assert len({cells(line[: line.index("█")]) for line in chart.splitlines()[1:-1]}) == 1


def test_many_issuers_share_the_last_row() -> None:
    policies: list[Policy] = [make_policy(n, issuers=(f"Body {n}",)) for n in range(60)]
    lines = timeline_chart(policies).splitlines()
    assert len(lines) == MOST_ISSUERS + 2
    assert lines[-2].startswith("47 others")


def test_without_policies_there_is_no_chart() -> None:
    assert timeline_chart([]) == ""
