"""`policybot calibrate`, run as a process of its own over the project's corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.project import DATA, copy_project, indexed_project, policybot

QUESTIONS = str(DATA / "questions.jsonl")


@pytest.fixture(scope="module")
def project() -> Path:
    return indexed_project()


def test_the_command_is_listed_and_has_examples(project: Path) -> None:
    assert "\n  calibrate " in policybot("--help", folder=project).stdout
    assert "policybot calibrate questions.jsonl" in policybot(
        "calibrate", "--help", folder=project
    ).stdout  # fmt: skip


def test_the_projects_own_corpus_is_too_small_to_be_fitted_by_itself(project: Path) -> None:
    shown = policybot("status", folder=project).stdout
    assert "calibration   the default (13 questions could be made from the corpus)" in shown
    told = json.loads(policybot("status", "--json", folder=project).stdout)
    assert told["calibration"]["fitted"] == ""


def test_labelled_questions_fit_it_and_every_one_of_them_is_still_answered(
    project: Path, tmp_path: Path
) -> None:
    folder = copy_project(tmp_path)
    done = policybot("calibrate", QUESTIONS, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["questions"]["labelled_foreign"] == 17
    fitted = told["with_vector"]
    assert fitted["fitted"]
    assert fitted["labelled"] == {"answered": 1.0, "rightly": 1.0, "declined": 1.0}
    answered = [row["answered"] for row in fitted["curve"]]
    assert answered == sorted(answered, reverse=True)
    assert policybot("eval", QUESTIONS, folder=folder).returncode == 0
    shown = policybot("status", folder=folder).stdout
    assert told["generation"] in shown
    assert "32 labelled: 100.0% of its own answered" in shown


def test_the_curve_is_a_table_from_the_surest_to_the_least_sure(
    project: Path, tmp_path: Path
) -> None:
    folder = copy_project(tmp_path)
    shown = policybot("calibrate", QUESTIONS, folder=folder).stdout
    assert "asked 13 questions made from the corpus and 179 foreign ones" in shown
    assert "asked 32 labelled ones: 15 of the corpus, 17 foreign" in shown
    rows = [line.split("\t") for line in shown.splitlines() if "\t" in line]
    assert all(len(row) == 5 for row in rows)
    assert any(row[0] == "0.500" for row in rows)
    assert [float(row[0]) for row in rows] == sorted(float(row[0]) for row in rows)
    assert "of the labelled alone, 100.0% of its own answered, 100.0% of foreign declined" in shown


def test_a_question_file_that_cannot_be_read_is_an_error(project: Path) -> None:
    done = policybot("calibrate", "nowhere.jsonl", folder=project)
    assert done.returncode == 2
    assert "policybot: nowhere.jsonl: cannot be read as a question file" in done.stderr
    assert "Traceback" not in done.stderr
