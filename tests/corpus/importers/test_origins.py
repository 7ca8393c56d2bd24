"""A file is one source, by whatever path it is named, also when it has moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from policybot.corpus.files.read import read_policies
from policybot.corpus.importers.pipeline.many import import_paths
from policybot.errors import CorpusError
from tests.corpus.importers.samples import write


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    return write(tmp_path / "inbox" / "of 2012", "notice.txt", "A notice.\n\nFirst text.\n")


def bodies(corpus: Path) -> dict[str, str]:
    """Return the last line of each policy by its source."""
    policies = read_policies(corpus)
    return {p.source.file: p.body.split("\n")[-1] for p in policies if p.source}


def edit(path: Path) -> Path:
    path.write_text("A notice.\n\nSecond text.\n")
    return path


@pytest.mark.parametrize("remembered", [True, False])
def test_a_file_of_an_imported_folder_is_replaced_by_its_own_name(
    corpus: Path, notice: Path, remembered: bool
) -> None:
    import_paths([notice.parents[1]], corpus)
    if not remembered:
        (corpus / "origins.json").unlink()
    (done,) = import_paths([edit(notice)], corpus, replace=True).outcomes
    assert done.status == "replaced"
    assert bodies(corpus) == {"inbox/of 2012/notice.txt": "Second text."}


@pytest.mark.parametrize("above", [0, 1])
def test_a_file_imported_alone_is_replaced_with_a_folder_that_it_is_in(
    corpus: Path, notice: Path, above: int
) -> None:
    import_paths([notice], corpus)
    edit(notice)
    (refused,) = import_paths([notice.parents[above]], corpus).outcomes
    assert "--replace takes it instead" in refused.why
    (done,) = import_paths([notice.parents[above]], corpus, replace=True).outcomes
    assert done.status == "replaced"
    assert bodies(corpus) == {"notice.txt": "Second text."}


def test_a_folder_within_an_imported_folder_has_the_same_files(corpus: Path, notice: Path) -> None:
    import_paths([notice.parents[1]], corpus)
    edit(notice)
    (done,) = import_paths([notice.parent], corpus, replace=True).outcomes
    assert (done.status, len(bodies(corpus))) == ("replaced", 1)


def test_a_moved_file_is_known_by_its_content_and_from_then_on_by_its_path(
    corpus: Path, notice: Path, tmp_path: Path
) -> None:
    import_paths([notice], corpus)
    moved = notice.rename(write(tmp_path / "archive", "x", "").with_name("renamed.txt"))
    (same,) = import_paths([moved], corpus).outcomes
    assert same.status == "unchanged"
    (done,) = import_paths([edit(moved)], corpus, replace=True).outcomes
    assert done.status == "replaced"
    assert bodies(corpus) == {"notice.txt": "Second text."}


def test_files_of_one_name_in_folders_of_one_name_stay_two(corpus: Path, tmp_path: Path) -> None:
    for year in ("2012", "2013"):
        write(tmp_path / year / "may", "index.txt", f"Text of {year}.\n")
    import_paths([tmp_path / "2012" / "may"], corpus)
    (second,) = import_paths([tmp_path / "2013"], corpus).outcomes
    assert second.status == "imported"
    assert bodies(corpus) == {
        "may/index.txt": "Text of 2012.",
        "2013/may/index.txt": "Text of 2013.",
    }


def test_where_files_came_from_is_kept_relative_to_the_corpus(corpus: Path, notice: Path) -> None:
    import_paths([notice], corpus)
    kept = json.loads((corpus / "origins.json").read_text())
    assert kept["files"] == {"notice.txt": "../inbox/of 2012/notice.txt"}
    before = (corpus / "origins.json").stat().st_mtime_ns
    import_paths([notice], corpus)
    import_paths([corpus / "sources"], corpus)
    assert (corpus / "origins.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("text", ["{", "[]", '{"files": {"a": 1}, "pages": {}}', '{"files": {}}'])
def test_a_torn_record_is_named_and_nothing_is_imported(
    corpus: Path, notice: Path, text: str
) -> None:
    write(corpus, "origins.json", text)
    with pytest.raises(CorpusError, match=r"origins\.json: cannot be read as what policybot wrote"):
        import_paths([notice], corpus)
    assert [path.name for path in corpus.iterdir()] == ["origins.json"]
