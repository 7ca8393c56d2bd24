"""Which files of a folder hold policies; whatever may hide some of them is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policybot.corpus.files.find import find_policy_files
from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.many import import_paths
from policybot.corpus.review.check import check_corpus
from policybot.errors import CorpusError
from policybot.watch import state_of
from tests.corpus.importers.samples import write

GOOD = "---\ntitle: T\n---\nB\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write(tmp_path / "corpus", "a.md", GOOD)
    return tmp_path / "corpus"


def hidden(corpus: Path) -> list[str]:
    """Return the one problem that everything which reads the corpus names."""
    _, problems = find_policy_files(corpus)
    said = [str(problem) for problem in problems]
    for problem in said:
        assert problem in map(str, check_corpus(corpus, corpus / "issuers.toml"))
        with pytest.raises(CorpusError) as caught:
            list(read_policies(corpus))
        assert str(caught.value) == problem
        with pytest.raises(CorpusError, match=r":1: "):
            import_paths([write(corpus.parent, "new.txt", "Words.\n")], corpus)
    return said


def test_a_link_to_a_folder_of_policies_is_an_error(corpus: Path) -> None:
    write(corpus.parent / "elsewhere", "b.md", GOOD)
    (corpus / "more").symlink_to(corpus.parent / "elsewhere")
    assert hidden(corpus) == [
        (
            f"{corpus / 'more'}:1: is a link to a folder, which is not followed: its policies "
            "would be missing; put the folder itself here, or delete the link"
        )
    ]


@pytest.mark.parametrize("name", ["b.md", "years"])
def test_a_link_that_leads_nowhere_is_an_error(corpus: Path, name: str) -> None:
    (corpus / name).symlink_to(corpus.parent / "gone")
    assert hidden(corpus) == [
        f"{corpus / name}:1: is a link that leads nowhere; delete it, or mend it"
    ]


@pytest.fixture
def locked(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that may not be listed; the superuser is told so too."""
    folder = write(corpus / "locked", "b.md", GOOD).parent
    folder.chmod(0)
    if os.geteuid() == 0:
        scandir = os.scandir

        def scan(path: Any = ".") -> Any:
            if Path(path) == folder:
                raise PermissionError(13, "Permission denied", str(path))
            return scandir(path)

        monkeypatch.setattr(os, "scandir", scan)
    yield folder
    folder.chmod(0o755)


def test_a_folder_that_cannot_be_read_is_an_error(corpus: Path, locked: Path) -> None:
    assert hidden(corpus) == [
        f"{locked}:1: the folder cannot be read: Permission denied; its policies would be missing"
    ]


def test_a_name_of_a_policy_that_is_no_file_is_an_error(corpus: Path) -> None:
    os.mkfifo(corpus / "pipe.md")
    assert hidden(corpus) == [f"{corpus / 'pipe.md'}:1: is no regular file"]


def test_a_link_to_a_file_is_that_file_and_originals_may_be_elsewhere(corpus: Path) -> None:
    other = write(corpus.parent / "elsewhere", "b.md", GOOD)
    (corpus / "b.md").symlink_to(other)
    (corpus / "sources").symlink_to(other.parent)
    (corpus / ".#a.md").symlink_to("an-editor's-lock")
    files, problems = find_policy_files(corpus)
    assert ([path.name for path in files], problems) == (["a.md", "b.md"], [])


def test_whoever_waits_for_changes_sees_that_a_link_is_mended(corpus: Path) -> None:
    (corpus / "b.md").symlink_to("gone")
    before = state_of(corpus, ())
    assert corpus / "a.md" in before
    (corpus / "b.md").unlink()
    assert state_of(corpus, ()) != before
