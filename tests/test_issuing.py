"""The command that lists who issued what, and proposes which names are one body."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policybot.cli import cli
from policybot.corpus.issuers.table import IssuerBook, read_issuers
from policybot.index.build.build import build_index
from policybot.model import Issuer, PolicyDate
from tests.fake_encoder import FakeEncoder
from tests.small_index import policy

FINANCE, COMMERCE = "Ministry of Finance", "Ministry of Commerce"
TABLE = f"""
[[issuer]]
name = "{FINANCE}"
aliases = ["MOF"]
parent = "State Council"
since = "2003"
predecessors = ["Treasury"]

[[issuer]]
name = "Treasury"

[[issuer]]
name = "State Council"
"""
POLICIES = (
    policy("a", "A", "Roads.", "2012", ["MOF"]),
    policy("b", "B", "Roads.", "2012", [FINANCE, "Treasury"]),
    policy("c", "C", "Roads.", "2012", ["Finance Ministry"]),
    policy("d", "D", "Roads.", "2012", [COMMERCE]),
    policy("e", "E", "Roads.", "2012", [COMMERCE, "Ministry of Commerce of the PRC"]),
    policy("f", "F", "Roads.", "2012", ["Ministry of Science"]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("issuers")
    (folder / "corpus").mkdir()
    table = folder / "corpus" / "issuers.toml"
    table.write_text(TABLE, encoding="utf-8")
    config = '[corpus]\npath = "corpus"\n[index]\npath = "embeddings"\n'
    (folder / "bot_config.toml").write_text(config, encoding="utf-8")
    build_index(
        POLICIES,
        index_path=folder / "embeddings",
        encoder=FakeEncoder(),
        issuers=read_issuers(table),
    )
    return folder


def listed(folder: Path, *options: str) -> Result:
    config = str(folder / "bot_config.toml")
    return CliRunner().invoke(cli, ["--config", config, "issuers", *options])


def test_bodies_are_listed_with_counts_aliases_parents_and_former_names(folder: Path) -> None:
    rows = [line.split("\t") for line in listed(folder).stdout.splitlines()]
    assert rows[:2] == [
        ["2", COMMERCE, "", "", ""],
        ["2", FINANCE, "MOF", "State Council", "Treasury"],
    ]
    assert {row[1]: row[0] for row in rows[2:]} == {
        "Finance Ministry": "1",
        "Ministry of Commerce of the PRC": "1",
        "Ministry of Science": "1",
        "Treasury": "1",
    }


def test_names_that_are_probably_one_are_proposed_with_the_lines_to_write(folder: Path) -> None:
    table = folder / "corpus" / "issuers.toml"
    assert listed(folder).stderr == (
        f"\nprobably one body: {COMMERCE} (2), Ministry of Commerce of the PRC (1)\n"
        f"in {table}, if so:\n"
        f'[[issuer]]\nname = "{COMMERCE}"\naliases = ["Ministry of Commerce of the PRC"]\n'
        f"\nprobably {FINANCE}: Finance Ministry (1)\n"
        f"in {table}, under that name:\n"
        'aliases = ["MOF", "Finance Ministry"]\n'
    )


def test_nothing_is_proposed_that_the_table_says_already(folder: Path) -> None:
    table = folder / "corpus" / "issuers.toml"
    text = table.read_text(encoding="utf-8")
    try:
        joined = text.replace('["MOF"]', '["MOF", "Finance Ministry"]')
        table.write_text(joined, encoding="utf-8")
        assert "Finance Ministry" not in listed(folder).stderr
    finally:
        table.write_text(text, encoding="utf-8")


def test_json_is_one_object_with_issuers_and_proposals(folder: Path) -> None:
    shown = json.loads(listed(folder, "--json").stdout)
    finance = next(row for row in shown["issuers"] if row["name"] == FINANCE)
    assert finance == {
        "name": FINANCE,
        "policies": 2,
        "known": True,
        "aliases": ["MOF"],
        "parent": "State Council",
        "predecessors": ["Treasury"],
        "since": "2003",
        "until": None,
    }
    assert [row["known"] for row in shown["proposals"]] == [False, True]
    assert shown["proposals"][1]["names"] == [{"name": "Finance Ministry", "policies": 1}]


def test_the_index_keeps_times_and_predecessors(folder: Path, tmp_path: Path) -> None:
    from policybot.index.serve.generation import open_generation

    with open_generation(folder / "embeddings") as generation:
        assert generation.issuers == read_issuers(folder / "corpus" / "issuers.toml")
    body = Issuer("A", ("B",), None, PolicyDate(2008, 6, 29), PolicyDate(2010, 1), ())
    build_index((), index_path=tmp_path, encoder=FakeEncoder(), issuers=IssuerBook((body,)))
    with open_generation(tmp_path) as generation:
        assert generation.issuers.issuers == (body,)
