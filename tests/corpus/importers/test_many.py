"""Folders of mixed files: which are taken, what each is called, what is said at the end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.holdings import Holdings
from policybot.corpus.importers.pipeline.many import import_paths
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.errors import ImportRefusedError
from policybot.model import Policy, Source
from tests.corpus.importers.samples import page, pdf, write
from tests.policy_files import write_policy


def sources(corpus: Path) -> list[str]:
    return sorted(policy.source.file for policy in read_policies(corpus) if policy.source)


def test_a_folder_is_imported_with_the_folders_in_it(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write(inbox, "a.txt", "A text.\n")
    write(inbox / "of 2012" / "may", "b.MD", "# Notes\n\nWords.\n")
    done = import_paths([inbox], tmp_path / "corpus")
    assert [outcome.status for outcome in done.outcomes] == ["imported", "imported"]
    assert sources(tmp_path / "corpus") == ["inbox/a.txt", "inbox/of 2012/may/b.MD"]
    again = import_paths([inbox], tmp_path / "corpus")
    assert [outcome.status for outcome in again.outcomes] == ["unchanged", "unchanged"]


def test_files_of_one_name_in_two_folders_are_two(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(tmp_path / folder, "index.txt", f"Text of {folder}.\n")
    done = import_paths([tmp_path / "one", tmp_path / "two"], tmp_path / "corpus")
    assert [outcome.status for outcome in done.outcomes] == ["imported", "imported"]
    assert sources(tmp_path / "corpus") == ["one/index.txt", "two/index.txt"]


def test_a_file_found_again_by_its_own_name_is_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "inbox", "a.txt", "A text.\n")
    import_paths([tmp_path / "inbox"], tmp_path / "corpus")
    (again,) = import_paths([path], tmp_path / "corpus").outcomes
    assert again.status == "unchanged"
    assert sources(tmp_path / "corpus") == ["inbox/a.txt"]


def test_hidden_files_and_locks_are_passed_over_and_the_rest_is_counted(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    for name in (".hidden.txt", ".git/a.txt", "~$word.docx", "a.jpg", "b.jpg", "Makefile"):
        write(inbox, name, "x")
    write(inbox, "a.txt", "A text.\n")
    done = import_paths([inbox], tmp_path / "corpus")
    assert len(done.outcomes) == 1
    assert done.left_alone == {".jpg": 2, "no ending": 1}


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", write(tmp_path / "outside", "secret.txt", "Secret.\n")
    write(inbox, "a.txt", "A text.\n")
    (inbox / "file.txt").symlink_to(outside)
    (inbox / "folder").symlink_to(outside.parent)
    (inbox / "loop").symlink_to(inbox)
    done = import_paths([inbox], tmp_path / "corpus")
    refused = {outcome.path.name: outcome.why for outcome in done.outcomes if outcome.why}
    message = "is a symbolic link; import what it leads to by its own name"
    assert refused == {"file.txt": message, "folder": message, "loop": message}
    assert sources(tmp_path / "corpus") == ["inbox/a.txt"]


def test_a_folder_that_cannot_be_read_is_refused_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = write(tmp_path / "inbox" / "locked", "b.txt", "Unseen.\n").parent
    write(tmp_path / "inbox", "a.txt", "A text.\n")
    scandir = os.scandir

    def scan(path: Any = ".") -> Any:  # the superuser may read any folder
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    done = import_paths([tmp_path / "inbox"], tmp_path / "corpus")
    assert [(one.path, one.status, one.why) for one in done.outcomes] == [
        (locked, "refused", "cannot be read: Permission denied"),
        (tmp_path / "inbox" / "a.txt", "imported", ""),
    ]


def test_the_corpus_is_no_source_of_itself_and_its_originals_are(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "A text.\n")
    corpus = tmp_path / "corpus"
    import_paths([tmp_path / "a.txt"], corpus)
    (refused,) = import_paths([corpus], corpus).outcomes
    assert refused.why == f"is in the corpus itself; the originals are in {corpus / 'sources'}"
    (again,) = import_paths([corpus / "sources"], corpus).outcomes
    assert again.status == "unchanged"
    around = import_paths([tmp_path], corpus)
    assert [outcome.path.name for outcome in around.outcomes] == ["a.txt"]


def test_a_folder_without_a_readable_file_says_so(tmp_path: Path) -> None:
    write(tmp_path / "inbox", "a.jpg", "x")
    with pytest.raises(ImportRefusedError, match=r"holds no file that is read here; known: \.txt"):
        import_paths([tmp_path / "inbox"], tmp_path / "corpus")


@pytest.mark.usefixtures("no_ocr")
def test_drafts_that_need_somebody_are_counted_by_reason(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    write(inbox, "a.txt", "A text.\n")
    (inbox / "b.pdf").write_bytes(pdf([page("Printed."), b"0 0 9 9 re f"]))
    done = import_paths([inbox], tmp_path / "corpus")
    reasons = [[reason for reason, _ in outcome.reviews] for outcome in done.outcomes]
    common = ["no date is stated", "no issuer is stated", "no title is stated"]
    assert reasons == [common, [*common, "page 2 has no text layer"]]


def test_progress_is_told_of_every_file(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / "inbox", f"{number}.txt", f"Text {number}.\n")
    steps: list[tuple[str, int, int]] = []
    options = ImportOptions(progress=lambda what, done, of: steps.append((what, done, of)))
    import_paths([tmp_path / "inbox"], tmp_path / "corpus", options)
    assert [step for step in steps if step[0] == "files"] == [("files", n, 3) for n in (1, 2, 3)]


def test_a_defect_met_in_one_file_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "inbox", "a.md", "# A\n\nWords.\n")
    write(tmp_path / "inbox", "b.txt", "A text.\n")

    def defect(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("policybot.corpus.importers.texts.document._own_format", defect)
    first, second = import_paths([tmp_path / "inbox"], tmp_path / "corpus").outcomes
    assert first.why == "unexpected ZeroDivisionError: oops; this is a defect, please report it"
    assert second.status == "imported"


def test_what_a_corpus_holds_is_found_however_its_files_are_written(tmp_path: Path) -> None:
    source = Source("a b.txt", "0" * 64, "pages 1-2")
    write_policy(Policy("one", "T", "B", source=source), tmp_path / "one.md")
    write_policy(
        Policy("two", "id: x", "B", source=Source("a: 'b'.txt", "1" * 64)), tmp_path / "two.md"
    )
    write(tmp_path, "three.md", "---\ntitle: T\nsource: {file: c.txt, lines: 3-4}\n---\nB\n")
    write(tmp_path, "four.md", "---\ntitle: T\n---\nid: not-this\nsource:\n  file: d.txt\n")
    write(
        tmp_path,
        "more.jsonl",
        '{"id": "five", "title": "T", "body": "B", "source": {"file": "e.csv"}}\n{bad\n',
    )
    held = Holdings(tmp_path)
    found = [held.holder(name) for name in ("one", "two", "three", "four", "five", "not-this")]
    assert [(one.source, one.sha256, one.lines) if one else None for one in found] == [
        ("a b.txt", "0" * 64, "pages 1-2"),
        ("a: 'b'.txt", "1" * 64, None),
        ("c.txt", None, "3-4"),
        (None, None, None),
        ("e.csv", None, None),
        None,
    ]
    assert held.sources_with("1" * 64) == ["a: 'b'.txt"]
    assert held.files_of("e.csv") == [tmp_path / "more.jsonl"]
    held.close()
