"""`policybot calibrate` over the project's corpus."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest

from policybot.evaluation.calibration.questions import foreign_questions
from tests.project import DATA, copy_project, indexed_project, policybot

QUESTIONS = str(DATA / "questions.jsonl")


@pytest.fixture(scope="module")
def project() -> Path:
    return indexed_project()


@pytest.fixture
def few_foreign(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibrate with 40 of the foreign questions instead of 180, for what does not count them."""
    fewer = functools.partial(foreign_questions, count=40)
    monkeypatch.setattr("policybot.evaluation.calibration.calibrate.foreign_questions", fewer)


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
    project: Path, tmp_path: Path, few_foreign: None
) -> None:
    folder = copy_project(tmp_path)
    done = policybot("calibrate", QUESTIONS, "--json", folder=folder)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["questions"]["labelled_foreign"] == 16
    fitted = told["with_vector"]
    assert fitted["fitted"]
    assert fitted["labelled"] == {"answered": 1.0, "rightly": 1.0, "declined": 1.0}
    answered = [row["answered"] for row in fitted["curve"]]
    assert answered == sorted(answered, reverse=True)
    assert policybot("eval", QUESTIONS, folder=folder).returncode == 0
    shown = policybot("status", folder=folder).stdout
    assert told["generation"] in shown
    assert "31 labelled: " in shown


def test_the_curve_is_a_table_from_the_surest_to_the_least_sure(
    project: Path, tmp_path: Path
) -> None:
    folder = copy_project(tmp_path)
    shown = policybot("calibrate", QUESTIONS, folder=folder).stdout
    # Of the 13 made, "what does the … say?" is answered by the title, without a search.
    assert "asked 12 questions made from the corpus and 177 foreign ones" in shown
    assert "asked 31 labelled ones: 15 of the corpus, 16 foreign" in shown
    rows = [line.split("\t") for line in shown.splitlines() if "\t" in line]
    assert rows.pop(0) == [
        "confidence", "answered rightly", "answered", "declined wrongly", "foreign declined",
    ]  # fmt: skip
    assert all(len(row) == 5 for row in rows)
    assert any(row[0] == "0.500" for row in rows)
    assert [float(row[0]) for row in rows] == sorted(float(row[0]) for row in rows)
    assert "of the labelled alone, 100.0% of its own answered, 100.0% of foreign declined" in shown


def test_a_question_file_that_cannot_be_read_is_an_error(project: Path) -> None:
    done = policybot("calibrate", "nowhere.jsonl", folder=project)
    assert done.returncode == 2
    assert "policybot: nowhere.jsonl: cannot be read as a question file" in done.stderr
    assert "Traceback" not in done.stderr


def test_kept_questions_stay_when_others_of_another_kind_are_given(
    project: Path, tmp_path: Path, few_foreign: None
) -> None:
    folder = copy_project(tmp_path)
    kept = folder / "embeddings" / "questions.jsonl"
    lines = Path(QUESTIONS).read_text("utf-8").splitlines(keepends=True)
    for name, kind in (("own", False), ("foreign", True)):
        chosen = [line for line in lines if ('"kind": "none"' in line) == kind]
        (folder / f"{name}.jsonl").write_text("".join(chosen), "utf-8")
    shown = policybot("calibrate", "own.jsonl", folder=folder).stdout
    assert "kept for later fits: 30 of the corpus; 0 foreign\n" in shown
    assert "of the labelled alone, 100.0% of its own answered\n" in shown
    shown = policybot("calibrate", "--foreign", "foreign.jsonl", folder=folder).stdout
    assert "kept for later fits: 30 of the corpus; 17 foreign\n" in shown
    done = policybot("calibrate", "--foreign", "foreign.jsonl", "--json", folder=folder)
    assert json.loads(done.stdout)["kept"] == {
        "own": {"questions": 30, "replaced": 0},
        "foreign": {"questions": 17, "replaced": 17},
    }
    before = kept.read_bytes()
    assert before.count(b"\n") == 47
    (folder / "empty.jsonl").write_text("")
    done = policybot("calibrate", "empty.jsonl", folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "policybot: empty.jsonl: no questions in it" in done.stderr
    assert kept.read_bytes() == before


def test_of_foreign_questions_alone_no_share_of_its_own_is_told(
    project: Path, tmp_path: Path, few_foreign: None
) -> None:
    folder = copy_project(tmp_path)
    (folder / "corpus" / "more.jsonl").write_text(
        "".join(
            json.dumps(
                {
                    "id": f"m{number}",
                    "title": f"Notice {number} on the inspection of bridges and harbours",
                    "body": f"Bridge {number} is inspected in spring by engineers of the district.",
                    "issuers": ["Ministry of Finance"],
                    "date": f"20{number:02}-01-02",
                }
            )
            + "\n"
            for number in range(10, 40)
        )
    )
    assert policybot("index", folder=folder).returncode == 0
    (folder / "foreign.jsonl").write_text('{"text": "How do I bake bread?"}\n')
    done = policybot("calibrate", "--foreign", "foreign.jsonl", folder=folder)
    assert "of the labelled alone, 100.0% of foreign declined\n" in done.stdout, done.stderr
