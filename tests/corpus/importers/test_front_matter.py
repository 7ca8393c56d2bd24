"""Markdown of other programs: front matter, and pages that a tool turned into Markdown."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from policybot.corpus.importers.front_matter import read_front_matter
from policybot.model import Policy
from tests.corpus.importers.samples import imported, one, write

LAW = """---
title: "Ley 3/2018, de Faros"
identifier: "BOE-A-2018-16673"
country: es
rank: ley
publication_date: 2018-12-06
last_updated: 2023-05-09
status: in_force
source: https://boe.example/eli/es/l/2018/12/05/3
department: {name: Jefatura del Estado}
entry_into_force: 2018-12-07
---

# Ley 3/2018, de Faros

## Artículo 1

El farero enciende la luz.
"""

PAGE = """Title: Ferries run again in May - Harbour Board

URL Source: https://harbour.example/ferries

Published Time: 2024-02-28T00:00:00.000Z

Markdown Content:
[](javascript:void(0))

*   [Home](https://harbour.example/)
*   [Login](https://harbour.example/login)
*   Accessibility

![Image 7](https://harbour.example/logo.png)

# Ferries run again in May

*   ![Image 8](https://harbour.example/clock.png) 2024-02-27
*   Source: Harbour Board
*   Share

From 1 May every ferry runs [each hour](https://harbour.example/hours) between the two piers.

**Fares**

A car pays four crowns and a bicycle one; children under six travel without a ticket.

[Print](javascript:print()) | [Top](#top)

Related news

*   [Older news](https://harbour.example/old)

# Ferries run again in May

Copyright Harbour Board, all rights reserved, contact us by telephone.
"""


def read(tmp_path: Path, text: str) -> Policy:
    return one(write(tmp_path, "a.md", text), tmp_path / "corpus")


def test_a_law_of_a_collection_states_number_status_maker_and_days(tmp_path: Path) -> None:
    policy = read(tmp_path, LAW)
    assert (policy.title, policy.number, policy.status, policy.issuers) == (
        "Ley 3/2018, de Faros", "BOE-A-2018-16673", "in_force", ("Jefatura del Estado",),
    )  # fmt: skip
    assert (str(policy.published), str(policy.effective), policy.date) == (
        "2018-12-06", "2018-12-07", None,
    )  # fmt: skip
    assert policy.url == "https://boe.example/eli/es/l/2018/12/05/3"
    assert policy.body == "## Artículo 1\n\nEl farero enciende la luz."
    assert "country: es\nrank: ley" in (policy.note or "")


@pytest.mark.parametrize(
    ("head", "key", "value"),
    [
        ("enacted: 2012-02-14", "date", "2012-02-14"),
        ("date: 2012-02-14", "published", "2012-02-14"),
        ("effective_date: 2012-02-14", "effective", "2012-02-14"),
        ("repealed: false", "fact", "false"),
        ("source: a book", "fact", "a book"),
        ("issuers: [A Board, B Board]", "issuer", "A Board"),
        ("发文字号: 财企〔2012〕1号", "number", "财企〔2012〕1号"),
        ("sidebar: auto", None, None),
        ("meta:\n  agency: A Board", "issuer", "A Board"),
        ("broken: [yaml\nagency: A Board", "issuer", "A Board"),
    ],
)
def test_what_names_of_front_matter_mean(head: str, key: str | None, value: str | None) -> None:
    found = [(one.key, one.value) for one in read_front_matter(head)]
    assert (key, value) in found if key else not found


def test_aliases_of_aliases_state_nothing() -> None:
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"{name}: &{name} [{', '.join(f'*{before}' for _ in range(9))}]"
        for before, name in itertools.pairwise(names)
    ]
    assert len(read_front_matter("\n".join(lines))) < 200


def test_of_a_page_in_markdown_the_document_is_taken(tmp_path: Path) -> None:
    outcome, (policy,) = imported(write(tmp_path, "a.md", PAGE), tmp_path / "corpus")
    assert (policy.title, policy.url, str(policy.published)) == (
        "Ferries run again in May", "https://harbour.example/ferries", "2024-02-28",
    )  # fmt: skip
    assert policy.body == (
        "From 1 May every ferry runs each hour between the two piers.\n\n**Fares**\n\n"
        "A car pays four crowns and a bicycle one; children under six travel without a ticket."
    )
    assert any("characters around the text" in report.message for report in outcome.reports)
