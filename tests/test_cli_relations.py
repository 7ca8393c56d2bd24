"""Relations from texts at the terminal: import takes them, relations lists them, review asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policybot.cli import cli

OLD = "# Harbour Rules 2010\n\nHarbour Office\n\n3 May 2010\n\nShips moor at the quay and pay.\n"
NEW = (
    "# Harbour Rules 2014\n\nHarbour Office\n\n2 May 2014\n\nShips moor at the pier and pay."
    "\n\nThe Harbour Rules 2010 are revoked with effect from 1 June 2014.\n\n"
    "The Fees Order 2003 is hereby amended.\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "bot_config.toml").write_text(
        f'[corpus]\npath = "{tmp_path / "corpus"}"\n[index]\npath = "{tmp_path / "index"}"\n'
    )
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a-new.md").write_text(NEW)
    (inbox / "b-old.md").write_text(OLD)
    return tmp_path


def run(place: Path, *arguments: str, typed: str = "") -> Result:
    config = str(place / "bot_config.toml")
    return CliRunner().invoke(cli, ["--config", config, *arguments], input=typed)


def drafts(place: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (place / "corpus").glob("*.md")}


def test_import_takes_what_is_certain_of_the_same_import_and_says_what_is_left(place: Path) -> None:
    done = run(place, "import", str(place / "inbox"))
    assert done.exit_code == 0
    assert (
        "relations that the texts state: 1 taken, 1 to documents that the corpus lacks; policybot "
        "relations lists them" in done.output
    )
    (new,) = [text for name, text in drafts(place).items() if "2014" in name]
    assert "date: '2014-06-01'" in new or "date: 2014-06-01" in new
    assert "The Harbour Rules 2010 are revoked with effect" in new.partition("evidence:")[2]


def test_importing_it_again_is_no_edit(place: Path) -> None:
    run(place, "import", str(place / "inbox"))
    before = drafts(place)
    again = run(place, "import", str(place / "inbox"))
    assert "2 files: 2 unchanged" in again.output
    assert drafts(place) == before


def test_one_file_is_told_with_each_relation(place: Path) -> None:
    run(place, "import", str(place / "inbox" / "b-old.md"))
    one = run(place, "import", str(place / "inbox" / "a-new.md"))
    assert "certain; line " in one.output
    assert "amends Fees Order 2003: not in the corpus; line " in one.output


def test_relations_lists_each_with_its_state(place: Path) -> None:
    run(place, "import", str(place / "inbox"))
    rows = [json.loads(line) for line in run(place, "relations", "--json").stdout.splitlines()]
    assert [(row["kind"], row["state"]) for row in rows] == [
        ("repeals", "recorded"),
        ("amends", "not in the corpus"),
    ]
    assert rows[0]["date"] == "2014-06-01"
    assert rows[1]["named"] == {"number": None, "title": "Fees Order 2003"}
    table = run(place, "relations").stdout
    assert "amends\tFees Order 2003\tnot in the corpus\tline " in table
    unknown = run(place, "relations", "nothing")
    assert "no policy or file is called nothing" in str(unknown.exception)


def test_review_takes_them_into_an_older_corpus(place: Path) -> None:
    run(place, "import", str(place / "inbox"))
    (path,) = [path for path in (place / "corpus").glob("*.md") if "2014" in path.name]
    kept = path.read_text("utf-8").split("\n")
    start, end = kept.index("relations:"), next(i for i, s in enumerate(kept) if s == "evidence:")
    path.write_text("\n".join([*kept[:start], *kept[end:]]), "utf-8")
    asked = run(place, "review", typed="y\n" * 9)
    assert "relations: repeals " in asked.output
    assert "relations:\n  repeals:" in path.read_text("utf-8")
    assert "relations: repeals" not in run(place, "review", typed="s\n" * 9).output
