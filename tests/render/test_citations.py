"""References to policies."""

from __future__ import annotations

import datetime as dt

import pytest

from policybot.model import Policy, PolicyDate
from policybot.render.citations import FILES, NAMES, STYLES, cite

TODAY = dt.date(2026, 11, 30)

FUNDS = Policy(
    "funds-2011",
    "Interim Measures for Special Funds",
    "",
    issuers=("Ministry of Finance", "MIIT"),
    date=PolicyDate(2011, 4, 6),
    number="Cai Qi [2011] No. 64",
    language="en",
    url="https://example.org/funds?a=1&b=2",
)
PLAN = Policy("计划", "关于加快发展的决定", "", issuers=("国务院",), date=PolicyDate(2010, 10))
BARE = Policy("bare", "A title with 50 % & {braces}", "")


def test_plain_words() -> None:
    assert cite(FUNDS, "plain", accessed=TODAY) == (
        "Ministry of Finance; MIIT. Interim Measures for Special Funds, Cai Qi [2011] No. 64. "
        "2011-04-06. https://example.org/funds?a=1&b=2 (accessed 2026-11-30)"
    )
    assert cite(BARE, "plain", accessed=TODAY) == "A title with 50 % & {braces}. n.d."


def test_bibtex() -> None:
    assert cite(FUNDS, "bibtex", accessed=TODAY) == (
        "@misc{funds-2011,\n"
        "  title = {{Interim Measures for Special Funds}},\n"
        "  author = {{Ministry of Finance} and {MIIT}},\n"
        "  year = {2011},\n"
        "  month = apr,\n"
        "  day = {6},\n"
        "  number = {Cai Qi [2011] No. 64},\n"
        "  language = {en},\n"
        "  url = {https://example.org/funds?a=1&b=2},\n"
        "  urldate = {2026-11-30}\n"
        "}"
    )


def test_bibtex_has_no_more_of_a_date_than_is_known_and_escapes_what_latex_reads() -> None:
    plan = cite(PLAN, "bibtex")
    assert "month = oct" in plan
    assert "day" not in plan
    assert plan.startswith("@misc{policy-")
    bare = cite(BARE, "bibtex")
    assert r"title = {{A title with 50 \% \& \{braces\}}}" in bare
    assert "year" not in bare


def test_ris() -> None:
    assert cite(FUNDS, "ris", accessed=TODAY).split("\r\n") == [
        "TY  - GOVDOC",
        "ID  - funds-2011",
        "TI  - Interim Measures for Special Funds",
        "AU  - Ministry of Finance",
        "AU  - MIIT",
        "PY  - 2011",
        "DA  - 2011/04/06/",
        "M1  - Cai Qi [2011] No. 64",
        "LA  - en",
        "UR  - https://example.org/funds?a=1&b=2",
        "Y2  - 2026/11/30/",
        "ER  - ",
    ]
    assert "DA  - 2010/10//" in cite(PLAN, "ris")


def test_gbt_7714() -> None:
    assert cite(FUNDS, "gbt7714", accessed=TODAY) == (
        "Ministry of Finance, MIIT. Interim Measures for Special Funds: Cai Qi [2011] No. 64"
        "[EB/OL]. (2011-04-06)[2026-11-30]. https://example.org/funds?a=1&b=2."
    )
    assert cite(PLAN, "gbt7714") == "国务院. 关于加快发展的决定[Z]. 2010-10."
    assert cite(BARE, "gbt7714") == "A title with 50 % & {braces}[Z]."


def test_gbt_7714_names_three_bodies_at_most() -> None:
    many = Policy("m", "关于标准的意见", "", issuers=("一部", "二部", "三部", "四部"))
    assert cite(many, "gbt7714") == "一部, 二部, 三部, 等. 关于标准的意见[Z]."


@pytest.mark.parametrize("style", STYLES)
def test_every_style_has_a_name_and_a_file(style: str) -> None:
    assert style in NAMES
    assert style in FILES


@pytest.mark.parametrize("style", STYLES)
def test_a_title_over_two_lines_stays_in_its_field(style: str) -> None:
    broken = Policy("b", "A title\nER  - \n}", "")
    written = cite(broken, style)  # type: ignore[arg-type]
    assert "A title ER" in written
