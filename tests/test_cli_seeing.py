"""The terminal's commands that show what there is: list, show, timeline, diff, status."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import copy_project, indexed_project, policybot

PLAN = "2012-02-14-12th-five-year-plan-development"


@pytest.fixture(scope="module")
def project() -> Path:
    return indexed_project()


@pytest.fixture(scope="module")
def related(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with relations, indexed again."""
    project = copy_project(tmp_path_factory.mktemp("related"))
    for stem, relation in (
        ("2012-02-14", "implements: [2011-03-16-national-twelfth-five-year-plan]"),
        ("2014-07", "replaces: [2013-09-17-special-action-plan-development]"),
    ):
        (file,) = (project / "corpus").glob(f"{stem}-*.md")
        text = file.read_text().replace("\nlanguage:", f"\nrelations: {{{relation}}}\nlanguage:", 1)
        file.write_text(text)
    done = policybot("index", folder=project)
    assert done.returncode == 0, done.stderr
    return project


def test_list_gives_a_table_for_spreadsheets(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policybot", "list", "--csv", "--since", "2014"],
        cwd=project,
        capture_output=True,
        check=True,
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"), newline="")))
    assert [row["date"] for row in rows] == ["2014-06", "2014-07"]
    assert done.stdout.startswith(b"\xef\xbb\xbfid,")


def test_a_passage_is_shown_with_its_neighbours(project: Path) -> None:
    shown = policybot(
        "show", "2014-06-key-points-internet-things-work", "--context", "2", folder=project
    ).stdout
    assert "before: 2014-06-key-points-internet-things-work#1  under no heading\n" in shown
    every = policybot("show", PLAN, "--context", "--json", folder=project).stdout
    assert [passage["id"] for passage in json.loads(every)["passages"]] == [f"{PLAN}#1"]


def test_a_passage_that_is_not_there_is_an_error(project: Path) -> None:
    done = policybot("show", PLAN, "--context", "7", folder=project)
    assert done.returncode == 2
    assert f"7: {PLAN} has the passages 1 to 1" in done.stderr


def test_the_timeline_ends_with_a_chart_and_draws_pictures(project: Path, tmp_path: Path) -> None:
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    done = policybot("timeline", "--png", str(png), "--svg", str(svg), folder=project)
    assert done.stdout.splitlines()[-1].split() == ["all", "1", "3", "2", "4", "2", "12"]
    assert png.read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in svg.read_bytes()


def test_a_picture_that_cannot_be_written_fails_before_anything_is_shown(
    project: Path, tmp_path: Path
) -> None:
    done = policybot(
        "timeline", "--svg", str(tmp_path / "a.svg"), "--png", "/nowhere/a.png", folder=project
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "/nowhere/a.png: cannot be written: /nowhere is not a folder" in done.stderr
    assert not (tmp_path / "a.svg").exists()


def test_relations_answer_and_are_told(related: Path) -> None:
    asked = policybot("ask", "Which policy implements the 12th Five-Year Plan?", folder=related)
    assert asked.stdout.startswith(
        "Read as: policies that implement “National Twelfth Five-Year Plan Outline”\n\n"
        "1 policy, by date\n\n1. The 12th Five-Year Plan for the Development of the Internet of "
    )
    shown = json.loads(
        policybot("ask", "--json", "Special Action Plan 2013-2015", folder=related).stdout
    )
    affected = {hit["policy"]["id"]: hit.get("affected_by") for hit in shown["hits"]}
    assert affected["2013-09-17-special-action-plan-development"] == [
        {
            "kind": "replaces",
            "id": "2014-07-notice-printing-distributing-ten",
            "title": "Notice on Printing and Distributing Ten Special Action Plans for the "
            "Development of Internet of Things",
            "date": "2014-07",
        }
    ]


def test_diff_says_what_an_indexing_changed_and_status_what_is_kept(related: Path) -> None:
    kept = json.loads(policybot("status", "--json", folder=related).stdout)
    told = json.loads(policybot("diff", "--json", folder=related).stdout)
    assert (told["old"], told["new"]) == (kept["before"], kept["generation"])
    assert [(one["id"], one["fields"]) for one in told["changed"]] == [
        (PLAN, "relations"),
        ("2014-07-notice-printing-distributing-ten", "relations"),
    ]
    shown = policybot("diff", kept["before"][:15], folder=related).stdout.splitlines()
    assert shown[1:4] == ["0 policies added", "0 policies removed", "2 policies changed"]
    assert shown[-1] == "passages: 0 added, 0 removed, 0 changed"
    assert policybot("diff", "x", folder=related).returncode == 2
