"""Front matter of other programs: what its names mean."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from policybot.corpus.importers.texts.front_matter import read_front_matter
from policybot.model import Policy
from tests.corpus.importers.samples import one, write

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
