"""``policybot import`` as a process of its own: what it prints, and how it exits."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.many import import_paths
from tests.corpus.importers.samples import GOV_CN, page, pdf, write
from tests.project import ROOT, policybot

SEED = ROOT / "corpus" / "sources" / "iot-policies.txt"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An inbox with a page that states all, a text that states nothing, and three refusals."""
    inbox = tmp_path / "inbox"
    write(inbox, "decision.html", GOV_CN.format(charset="utf-8"))
    write(inbox / "texts", "text.txt", "A text.\n")
    write(inbox, "empty.pdf", "")
    write(inbox, "old.doc", "x")
    write(inbox, "picture.jpg", "x")
    return tmp_path


def test_a_folder_ends_with_a_table_of_what_became_of_each_file(folder: Path) -> None:
    done = policybot("import", "inbox", folder=folder)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "imported\tinbox/decision.html\tcorpus/2018-12-21-国务院关于促进物联网发.md\t",
        (
            "needs review\tinbox/texts/text.txt\tcorpus/undated-text.md\t"
            "no date is stated; no issuer is stated; no title is stated"
        ),
        "refused\tinbox/empty.pdf\t\tthe file is empty",
        "refused\tinbox/old.doc\t\tis no .doc file; its content is of another kind",
        "4 files: 1 imported, 1 needs review, 2 refused",
        "left alone, as no importer reads them: 1 .jpg",
        (
            "2 policies from inbox; read them through (policybot check says what needs it), then "
            "run: policybot index"
        ),
    ]
    assert done.stderr == ""


def test_importing_it_again_changes_nothing_and_check_says_what_is_left(folder: Path) -> None:
    import_paths([folder / "inbox"], folder / "corpus")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")}
    again = policybot("import", "inbox", folder=folder)
    assert "4 files: 2 unchanged, 2 refused" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.md")} == before
    checked = policybot("check", folder=folder)
    assert checked.returncode == 0
    assert "corpus/undated-text.md:1: warning: needs review: no issuer is stated" in checked.stdout


def test_rows_that_a_folder_leaves_out_are_told(folder: Path) -> None:
    rows = "title,body,date,issuer\nA,Text,2012,X\n" + "B,,2012,X\n" * 7
    write(folder / "inbox", "table.csv", rows)
    said = policybot("import", "inbox", folder=folder).stdout
    assert "table.csv: read as: title=title" in said
    assert said.count("skipped: there is no text") == 5
    assert "inbox/table.csv: 2 more skipped; import it alone to see them" in said


def test_one_file_is_told_with_its_reports(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf([page("A plan."), b""]))
    done = policybot("import", "scan.pdf", folder=tmp_path)
    assert done.returncode == 0
    assert done.stdout.splitlines()[0] == "scan.pdf: skipped: page 2 is blank"


def test_one_refused_file_is_one_line_on_standard_error(tmp_path: Path) -> None:
    write(tmp_path, "a.pdf", "x")
    done = policybot("import", "a.pdf", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "policybot: a.pdf: is no PDF; it does not begin as one\n"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_a_changed_file_needs_replace(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "A text.\n")
    import_file(path, tmp_path / "corpus")
    path.write_text("Another text.\n")
    refused = policybot("import", "a.txt", folder=tmp_path)
    assert refused.returncode == 2
    assert "undated-text.md (title, body, source) would change; --replace takes" in refused.stderr
    done = policybot("import", "a.txt", "--replace", folder=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "corpus" / "undated-text.md").read_text().endswith("\nAnother text.\n")


def test_the_users_document_is_one_document_where_they_say_so(tmp_path: Path) -> None:
    done = policybot("import", str(SEED), "--text", "document", folder=tmp_path)
    assert done.returncode == 0
    assert len(list((tmp_path / "corpus").glob("*.md"))) == 1


def test_years_that_are_none_are_a_usage_error(tmp_path: Path) -> None:
    done = policybot("import", str(SEED), "--years", "2030-2010", folder=tmp_path)
    assert done.returncode == 2
    assert "write two years, as in 2010-2030" in done.stderr
