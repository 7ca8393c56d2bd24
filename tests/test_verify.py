"""From the passages of an index back to the sources they were imported from."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.many import import_paths
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.issuers.table import IssuerBook
from policybot.index.serve.generation import open_generation
from policybot.verify import Finding, SourceCheck
from tests.corpus.importers.samples import page, pdf, word, write
from tests.index.samples import build
from tests.project import copy_project, indexed_project, policybot

LIST = (
    "About roads\n\n"
    "May 4, 211: Plan for Roads (Ministry of Plans)\n\n"
    "Since 211 roads are inspected.\n\nBridges are closed in 213 at the latest.\n\n"
    "June 5, 212: Plan for Ships (Ministry of Plans)\n\nShips wait outside.\n"
)
ROWS = [
    ("Plan for Trams", "2012-02-14", "Trams ring.\nTrams stop.", "Bells are polished."),
    ("Plan for Carts", "2013", "Carts are drawn.", ""),
    ("Plan for Boats", "2014", "Boats float.\n\nBoats are painted.", "Oars are kept dry."),
]


def table() -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([("name", "day", "summary", "details"), *ROWS])
    return text.getvalue()


def objects() -> str:
    """The same rows as JSON, all on one line."""
    rows = [{"title": f"Rules, {row[0]}", "date": row[1], "text": row[2]} for row in ROWS]
    return json.dumps(rows)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus imported from a source of every kind."""
    tmp_path = tmp_path_factory.mktemp("imported")
    inbox, corpus = tmp_path / "inbox", tmp_path / "corpus"
    listed = write(tmp_path, "list.txt", LIST)
    tabled = write(tmp_path, "table.csv", table())
    write(inbox, "objects.json", objects())
    lines = [
        f"This line of the document is about as long as the others, number {n}." for n in "123"
    ]
    write(inbox, "plain.txt", "A Document\n\n" + "\n".join(lines) + "\n\nIts end.\n")
    write(inbox, "page.html", "<h1>A Page</h1><p>First <b>words</b>.</p><p>Last words.</p>")
    write(inbox, "notes.md", "# Notes\n\nWords of notes.\n")
    (inbox / "print.pdf").write_bytes(
        pdf([page("A print", "The develop-", "ment of development.")])
    )
    (inbox / "word.docx").write_bytes(word("A plan in Word."))
    columns = ("title=name", "date=day", "body=summary", "body=details")
    for paths, options in (
        ([listed], ImportOptions(years=(2010, 2019))),
        ([tabled], ImportOptions(map=columns)),
        ([inbox], ImportOptions()),
    ):
        import_paths(paths, corpus, options)
    return corpus


@pytest.fixture
def corpus(imported: Path, tmp_path: Path) -> Path:
    """The same, for a test to change."""
    return Path(shutil.copytree(imported, tmp_path / "corpus"))


def checked(corpus: Path) -> tuple[list[str], SourceCheck]:
    """Index the corpus and return what was found, and the counts."""
    index_path = corpus.parent / "embeddings"
    build(index_path, read_policies(corpus))
    with open_generation(index_path) as generation:
        check = SourceCheck(generation, corpus, IssuerBook())
        found: Sequence[Finding] = list(check.run(lambda *_: None))
    return [str(finding) for finding in found], check


def source(corpus: Path, name: str) -> Path:
    return next((corpus / "sources").rglob(name))


def test_what_was_imported_is_what_every_kind_of_source_says(corpus: Path) -> None:
    found, check = checked(corpus)
    assert found == []
    assert (check.files, check.policies, check.without) == (8, 13, 0)
    assert check.matching == check.passages > 13


def test_a_passage_edited_since_is_named_with_its_source_and_the_first_difference(
    corpus: Path,
) -> None:
    file = next(corpus.glob("2011-05-04-*.md"))
    file.write_text(file.read_text().replace("closed in 2013", "opened in 2013"))
    (found,), check = checked(corpus)
    assert found == (
        "list.txt:3-7: 2011-05-04-plan-roads#2: differs from the source; it says “Bridges are "
        "opened in 2013 at the latest.”, the source “Bridges are closed in 2013 at the latest.”"
    )
    assert check.passages - check.matching == 1


def test_a_passage_added_since_is_not_in_the_source(corpus: Path) -> None:
    file = next(corpus.glob("2012-06-05-*.md"))
    file.write_text(file.read_text() + "\nWhat a person added.\n")
    found, _ = checked(corpus)
    assert found == ["list.txt:9-11: 2012-06-05-plan-ships#2: is not in the source any more"]


def test_an_edited_row_is_compared_with_the_columns_it_came_from(corpus: Path) -> None:
    file = corpus / "table.jsonl"
    file.write_text(file.read_text().replace("Boats are painted", "Boats are varnished"))
    (found,), _ = checked(corpus)
    assert found == (
        "table.csv:5-7: 2014-plan-boats#2: differs from the source; it says “Boats are "
        "varnished.”, the source “Boats are painted. Oars are kept dry.”"
    )


def test_a_source_altered_since_is_named_with_what_it_no_longer_says(corpus: Path) -> None:
    path = source(corpus, "page.html")
    path.write_text(path.read_text().replace("Last", "Final"))
    found, check = checked(corpus)
    assert len(found) == 2
    assert "/page.html: was altered: its SHA-256 is " in found[0]
    assert found[1].endswith("page#2: is not in the source any more")
    assert check.passages - check.matching == 1


def paged(corpus: Path) -> Path:
    """A PDF of two pages in the corpus, and its policy's file."""
    path = corpus.parent / "paged.pdf"
    path.write_bytes(pdf([page("Dredged sand is stored."), page("1. Ferries sail at dawn.")]))
    import_paths([path], corpus)
    return next(corpus.glob("*dredged*.md"))


def test_a_passage_of_a_pdf_is_named_with_its_own_page(corpus: Path) -> None:
    path = paged(corpus)
    path.write_text(path.read_text("utf-8").replace("sail at dawn.\n", "sail at noon.\n"), "utf-8")
    (finding,), _ = checked(corpus)
    assert finding.startswith("paged.pdf, page 2: ")


def test_a_page_that_is_not_the_passages_is_named(corpus: Path) -> None:
    path = paged(corpus)
    text = path.read_text("utf-8")
    path.write_text(text.replace("    2: 1. Ferries", "    3: 1. Ferries"), "utf-8")
    (finding,), _ = checked(corpus)
    assert finding == (
        "paged.pdf, page 3: undated-dredged-sand-is-stored#2: is elsewhere: paged.pdf, page 2"
    )


def test_a_source_that_is_gone_is_named_once(corpus: Path) -> None:
    source(corpus, "list.txt").unlink()
    found, check = checked(corpus)
    assert found == [f"list.txt: is not in {corpus / 'sources'}, so nothing of it can be compared"]
    assert check.passages - check.matching == 3


def test_a_source_that_cannot_be_read_any_more_is_named(corpus: Path) -> None:
    source(corpus, "print.pdf").write_bytes(b"%PDF-1.4 broken")
    found, _ = checked(corpus)
    assert [line.partition(": ")[2].partition(":")[0] for line in found] == [
        "was altered",
        "cannot be read again",
    ]


def test_a_row_that_is_gone_is_named(corpus: Path) -> None:
    path = source(corpus, "objects.json")
    path.write_text(path.read_text().replace("Carts are drawn.", "Carts are pushed."))
    found, _ = checked(corpus)
    assert len(found) == 2
    assert found[1].endswith("objects.json:1: no row there has the text of '2013-rules-plan-carts'")


def test_policies_without_a_source_are_counted(corpus: Path) -> None:
    (corpus / "own.md").write_text("---\ntitle: Own\nsource: a letter\n---\n\nWords.\n")
    found, check = checked(corpus)
    assert (found, check.without) == ([], 1)


def test_the_command_walks_the_users_document(tmp_path: Path) -> None:
    done = policybot("verify", folder=indexed_project())
    assert done.returncode == 0
    assert done.stdout.splitlines()[1] == (
        "sources: 1; passages they say word for word: 13 of 13; policies that name none: 0"
    )
    project = copy_project(tmp_path)
    path = project / "corpus" / "sources" / "iot-policies.txt"
    path.write_text(path.read_text().replace("seven strategic", "eight strategic"))
    done = policybot("verify", folder=project)
    assert done.returncode == 1
    assert "iot-policies.txt: was altered" in done.stdout
