"""One source file into the corpus: whole or not at all, once, and never over a person's work."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policybot.corpus.files.read import read_policies
from policybot.corpus.files.write import format_policy, format_policy_line
from policybot.corpus.importers.pipeline import staging
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.kinds import KINDS
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, Kind, SourceFile
from policybot.corpus.review.check import check_corpus
from policybot.errors import CorpusError, ImportRefusedError
from policybot.model import Policy, PolicyDate, Source
from tests.corpus.importers.samples import GOV_CN, imported, one, page, pdf, word, write
from tests.policy_files import parse_policy, write_policy

LIST = "May 4, 2011: A plan (Office)\n\nOne.\n\nMay 5, 2011: Rules (Office)\n\nTwo.\n"


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below a folder with its content and the time it was written."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in files
    }


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A folder with a file of every kind."""
    folder = tmp_path / "inbox"
    write(folder, "list.txt", LIST)
    write(folder, "text.txt", "A text.\n\nMore of it.\n")
    write(folder, "notes.md", "# Notes\n\nWords.\n")
    write(folder, "page.html", GOV_CN.format(charset="utf-8"))
    (folder / "scan.pdf").write_bytes(pdf([page("A print.")]))
    (folder / "word.docx").write_bytes(word("Some words."))
    return folder


@pytest.mark.parametrize(
    "name", ["list.txt", "text.txt", "notes.md", "page.html", "scan.pdf", "word.docx"]
)
def test_importing_again_changes_nothing(inbox: Path, tmp_path: Path, name: str) -> None:
    corpus = tmp_path / "corpus"
    first = import_file(inbox / name, corpus)
    before = tree(corpus)
    again = import_file(inbox / name, corpus)
    assert (first.status, again.status) == ("imported", "unchanged")
    assert again.paths == first.paths
    assert tree(corpus) == before


@pytest.mark.parametrize(
    "name", ["list.txt", "text.txt", "notes.md", "page.html", "scan.pdf", "word.docx"]
)
def test_what_is_imported_is_read_back_and_has_no_errors(
    inbox: Path, tmp_path: Path, name: str
) -> None:
    corpus = tmp_path / "corpus"
    outcome, policies = imported(inbox / name, corpus)
    for policy in policies:
        assert parse_policy(format_policy(policy), policy.path) == policy
    problems = check_corpus(corpus, corpus / "issuers.toml")
    assert [problem for problem in problems if problem.severity == "error"] == []
    said = [problem.message for problem in problems]
    wanted = {reason for reason, _ in outcome.reviews if reason != "no issuer is stated"}
    assert all(
        any(reason in message for message in said) for reason in wanted if name != "list.txt"
    )


def test_the_source_is_copied_unchanged_and_cited_with_its_digest(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "A text.\r\n")
    policy = one(path, tmp_path / "corpus")
    copy = tmp_path / "corpus" / "sources" / "a.txt"
    assert copy.read_bytes() == path.read_bytes()
    assert policy.source is not None
    assert policy.source.sha256 == hashlib.sha256(b"A text.\r\n").hexdigest()
    copy.write_text("Another text.\n")
    (problem,) = [
        p for p in check_corpus(tmp_path / "corpus", tmp_path / "none") if p.severity == "error"
    ]
    assert "was altered" in problem.message


def test_review_lines_are_warnings_until_they_are_deleted(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    outcome, (policy,) = imported(write(tmp_path, "a.txt", "A text.\n"), corpus)
    messages = [problem.message for problem in check_corpus(corpus, corpus / "issuers.toml")]
    assert messages == [
        "needs review: no title is stated; this one is the first line of the text",
        "needs review: no date is stated",
        "needs review: no issuer is stated",
    ]
    reviewed = dataclasses.replace(policy, date=PolicyDate(2012), issuers=("Office",), note=None)
    write_policy(reviewed, outcome.paths[0])
    (left,) = check_corpus(corpus, corpus / "issuers.toml")
    assert left.message == "issuer 'Office' is not in the table of issuers"


def test_what_a_person_edited_is_kept_until_they_ask(tmp_path: Path) -> None:
    corpus, path = tmp_path / "corpus", write(tmp_path, "a.txt", "A text.\n")
    outcome, (draft,) = imported(path, corpus)
    edited = dataclasses.replace(draft, title="Its title", date=PolicyDate(2012, 2), note=None)
    write_policy(edited, outcome.paths[0])
    kept = import_file(path, corpus)
    assert kept.status == "kept"
    assert kept.why == (
        f"{outcome.paths[0].name} (title, date 2012-02 → none, note) would change: edited since, "
        "or imported otherwise; --replace takes the import instead"
    )
    assert list(read_policies(corpus)) == [edited]
    assert import_file(path, corpus, replace=True).status == "replaced"
    assert list(read_policies(corpus)) == [draft]


def test_a_draft_that_a_person_renamed_is_still_that_draft(tmp_path: Path) -> None:
    corpus, path = tmp_path / "corpus", write(tmp_path, "list.txt", LIST)
    outcome, (first, second) = imported(path, corpus)
    outcome.paths[0].unlink()
    write_policy(dataclasses.replace(first, id="own-name"), corpus / "plans" / "own-name.md")
    again = import_file(path, corpus)
    assert (again.status, again.paths) == (
        "unchanged", (corpus / "plans" / "own-name.md", outcome.paths[1])
    )  # fmt: skip
    assert {policy.id for policy in read_policies(corpus)} == {"own-name", second.id}


def test_a_changed_source_says_what_would_change_and_needs_replace(tmp_path: Path) -> None:
    corpus, path = (
        tmp_path / "corpus",
        write(tmp_path, "a.txt", "标题：办法\n成文日期：2012-02-14\n\n正文。\n"),
    )
    outcome, (draft,) = imported(path, corpus)
    path.write_text("标题：办法\n成文日期：2012-02-15\n\n正文有改。\n", encoding="utf-8")
    before = tree(corpus)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, corpus)
    assert str(caught.value) == (
        f"{path}: is not the {corpus / 'sources' / 'a.txt'} imported before; "
        f"{outcome.paths[0].name} (body, date 2012-02-14 → 2012-02-15, source, evidence) would "
        "change; --replace takes it instead; if it is another document, rename it"
    )
    assert tree(corpus) == before
    assert import_file(path, corpus, replace=True).paths == outcome.paths
    (policy,) = read_policies(corpus)
    assert (policy.id, str(policy.date), policy.body) == (draft.id, "2012-02-15", "正文有改。")
    assert (corpus / "sources" / "a.txt").read_bytes() == path.read_bytes()
    assert import_file(path, corpus).status == "unchanged"


ADDED = """effective: 2012-03-01
expires: 2030-01-01
status: 有效
relations:
  repeals:
  - old
  amends:
  - id: other
    date: 2012-03-01
    provisions:
    - 第四条
versions:
- from: 2012-03-01
  until: 2013-12-31
  note: from the gazette
  body: 旧文。
- from: 2014-01-01
"""


def test_what_a_person_added_stays_when_a_source_is_imported_again(tmp_path: Path) -> None:
    corpus, path = (
        tmp_path / "corpus",
        write(tmp_path, "a.txt", "标题：办法\n成文日期：2012-02-14\n\n正文。\n"),
    )
    outcome, _ = imported(path, corpus)
    file = outcome.paths[0]
    file.write_text(file.read_text("utf-8").replace("\n---\n", f"\n{ADDED}---\n", 1), "utf-8")
    (before,) = read_policies(corpus)
    assert import_file(path, corpus).status == "unchanged"
    path.write_text("标题：办法\n成文日期：2012-02-15\n\n正文有改。\n", encoding="utf-8")
    again = import_file(path, corpus, replace=True)
    assert again.status == "replaced"
    assert again.why.startswith(f"{file.name} (body, date 2012-02-14 → 2012-02-15,")
    (after,) = read_policies(corpus)
    for key in ("effective", "expires", "status", "relations", "relation_terms"):
        assert getattr(after, key) == getattr(before, key), key
    first, last = after.versions
    assert (first, last.version) == (before.versions[0], before.versions[1].version)
    assert last.body == after.body == "正文有改。"


def test_what_a_source_said_before_and_says_no_more_goes(tmp_path: Path) -> None:
    corpus, path = (
        tmp_path / "corpus",
        write(
            tmp_path,
            "a.txt",
            "标题：办法\n成文日期：2012-02-14\n发文字号：工信部〔2012〕1号\n\n正文。\n",
        ),
    )
    _, (draft,) = imported(path, corpus)
    assert draft.number == "工信部〔2012〕1号"
    path.write_text("标题：办法\n成文日期：2012-02-14\n\n正文。\n", encoding="utf-8")
    assert "number 工信部〔2012〕1号 → none" in import_file(path, corpus, replace=True).why
    (policy,) = read_policies(corpus)
    assert policy.number is None


def test_a_value_that_a_person_changed_is_replaced_and_named(tmp_path: Path) -> None:
    corpus, path = (
        tmp_path / "corpus",
        write(tmp_path, "a.txt", "标题：办法\n成文日期：2012-02-14\n\n正文。\n"),
    )
    outcome, _ = imported(path, corpus)
    file = outcome.paths[0]
    file.write_text(
        file.read_text("utf-8").replace("date: 2012-02-14", "date: 2012-02-16"), "utf-8"
    )
    assert import_file(path, corpus).status == "kept"
    again = import_file(path, corpus, replace=True)
    assert again.why == f"{file.name} (date 2012-02-16 → 2012-02-14) would change"


def test_a_policy_that_a_changed_list_lacks_is_never_deleted(tmp_path: Path) -> None:
    corpus, path = tmp_path / "corpus", write(tmp_path, "list.txt", LIST)
    outcome = import_file(path, corpus)
    path.write_text(LIST.replace("Rules", "Other rules"))
    before = tree(corpus)
    with pytest.raises(ImportRefusedError) as caught:
        import_file(path, corpus, replace=True)
    assert str(caught.value).endswith(
        "2011-05-05-rules.md would be left without a source; delete what is no policy any more, "
        "then import it again"
    )
    assert tree(corpus) == before
    outcome.paths[1].unlink()
    assert import_file(path, corpus, replace=True).status == "replaced"
    assert len(list(read_policies(corpus))) == 2


def test_a_file_of_that_name_that_no_policy_cites_is_not_overwritten(tmp_path: Path) -> None:
    corpus, path = tmp_path / "corpus", write(tmp_path, "a.txt", "A text.\n")
    own = write(corpus / "sources", "a.txt", "Mine.\n")
    with pytest.raises(ImportRefusedError, match=r"is not the .* imported before"):
        import_file(path, corpus)
    assert own.read_text() == "Mine.\n"


def test_an_id_of_another_policy_is_never_taken(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    own = write(corpus, "own.md", "---\nid: 2011-05-04-plan\ntitle: T\n---\nB\n")
    outcome, policies = imported(write(tmp_path, "list.txt", LIST), corpus)
    assert {policy.id for policy in policies} == {
        "2011-05-04-plan", "2011-05-04-plan-2", "2011-05-05-rules"
    }  # fmt: skip
    assert own.read_text() == "---\nid: 2011-05-04-plan\ntitle: T\n---\nB\n"
    assert ("may be the same document as own.md", 1) in outcome.reviews
    assert import_file(tmp_path / "list.txt", corpus).status == "unchanged"


def test_a_file_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus, "2011-05-04-plan.md", "---\nid: other\ntitle: T\n---\nB\n")
    with pytest.raises(ImportRefusedError, match=r"plan\.md is in the way: it holds 'other'"):
        import_file(write(tmp_path, "list.txt", LIST), corpus)
    assert len(list(corpus.rglob("*.md"))) == 1


def test_an_id_that_the_source_gives_is_refused_when_it_is_taken(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    write(corpus, "own.md", "---\ntitle: T\n---\nB\n")
    path = write(tmp_path, "a.md", "---\nid: own\ntitle: U\n---\n\nC\n")
    with pytest.raises(ImportRefusedError, match=r"a\.md: the id 'own' is taken by .*own\.md"):
        import_file(path, corpus)


def test_the_same_file_by_another_name_is_imported_once(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    first = import_file(write(tmp_path, "a.txt", "A text.\n"), corpus)
    second = import_file(write(tmp_path, "b.txt", "A text.\n"), corpus)
    assert (second.status, second.paths) == ("unchanged", first.paths)
    assert [path.name for path in (corpus / "sources").iterdir()] == ["a.txt"]


def test_an_original_is_imported_from_where_it_is_kept(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    path = write(corpus / "sources" / "of 2012", "a.txt", "A text.\n")
    policy = one(path, corpus)
    assert policy.source is not None
    assert policy.source.file == "of 2012/a.txt"
    assert import_file(path, corpus).status == "unchanged"


def test_a_policy_of_the_corpus_is_no_source(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    own = write(corpus, "own.md", "---\ntitle: T\n---\nB\n")
    with pytest.raises(ImportRefusedError, match="is in the corpus itself; the originals are in"):
        import_file(own, corpus)


@pytest.mark.parametrize("failing", range(4))
def test_whatever_fails_on_the_way_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    corpus = tmp_path / "corpus"
    import_file(write(tmp_path, "list.txt", LIST), corpus)
    path = write(tmp_path, "list.txt", LIST.replace("One.", "Ten."))
    before = tree(corpus)
    calls = 0
    replace = Path.replace

    def full(self: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == failing + 1:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    if failing < 3:
        with pytest.raises(OSError, match="No space left"):
            import_file(path, corpus, replace=True)
        assert {name: data for name, (data, _) in tree(corpus).items()} == {
            name: data for name, (data, _) in before.items()
        }
    else:
        assert import_file(path, corpus, replace=True).status == "replaced"
    assert not [name for name in tree(corpus) if Path(name).name.startswith(".")]


def test_a_first_import_that_fails_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(KeyboardInterrupt):
        import_file(write(tmp_path, "list.txt", LIST), tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


def test_a_source_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "a.txt", "A text.\n")
    copy = staging.Staging.copy

    def changed(self: staging.Staging, source: Path, target: Path, sha256: str) -> None:
        path.write_text("Another text.\n")
        copy(self, source, target, sha256)

    monkeypatch.setattr(staging.Staging, "copy", changed)
    with pytest.raises(ImportRefusedError, match="was changed while it was read; import it again"):
        import_file(path, tmp_path / "corpus")
    assert not (tmp_path / "corpus").exists()


def rows(count: int, change: int | None = None) -> Kind:
    """Return a kind of source whose importer streams so many policies."""

    def read(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
        for number in range(count):
            text = "changed" if number == change else "text"
            yield Policy("", "A plan", text, source=Source("a.rows", "0" * 64, str(number)))

    return Kind("rows", (".rows",), read, 1000, "lines")


def as_kind(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    monkeypatch.setattr("policybot.corpus.importers.pipeline.kinds.KINDS", (*KINDS, kind))


def test_a_table_becomes_one_file_of_lines_with_ids_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_kind(monkeypatch, rows(120))
    corpus, path = tmp_path / "corpus", write(tmp_path, "a.rows", "x")
    outcome, policies = imported(path, corpus)
    assert outcome.paths == (corpus / "a.jsonl",)
    assert [policy.id for policy in policies[:3]] == [
        "undated-plan",
        "undated-plan-2",
        "undated-plan-3",
    ]
    assert policies[-1].id == "undated-plan-120"
    assert outcome.reviews == (("no date is stated", 120), ("no issuer is stated", 120))
    before = tree(corpus)
    assert import_file(path, corpus).status == "unchanged"
    assert tree(corpus) == before


def test_a_table_that_is_replaced_says_which_keys_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, path = tmp_path / "corpus", write(tmp_path, "a.rows", "x")
    as_kind(monkeypatch, rows(3))
    file = import_file(path, corpus).paths[0]
    lines = file.read_text("utf-8").splitlines(keepends=True)
    row = json.loads(lines[0])
    versions = [
        {"from": "2012-03-01", "until": "2013-12-31", "body": "Old."},
        {"from": "2014-01-01"},
    ]
    lines[0] = json.dumps({**row, "effective": "2012-03-01", "versions": versions}) + "\n"
    file.write_text("".join(lines), "utf-8")
    kept = import_file(path, corpus)
    assert kept.status == "kept"
    assert (
        "1 policies changed, 0 new, 0 gone, effective gone from 1, versions gone from 1" in kept.why
    )


def test_a_table_that_gives_other_rows_is_kept_or_replaced_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, path = tmp_path / "corpus", write(tmp_path, "a.rows", "x")
    as_kind(monkeypatch, rows(3))
    import_file(path, corpus)
    as_kind(monkeypatch, rows(4, change=1))
    kept = import_file(path, corpus)
    assert kept.status == "kept"
    assert kept.why.startswith("a.jsonl differs: 1 policies changed, 1 new, 0 gone: edited since")
    path.write_text("y")
    with pytest.raises(
        ImportRefusedError, match=r"a\.jsonl differs: 1 policies changed, 1 new, 0 gone"
    ):
        import_file(path, corpus)
    assert import_file(path, corpus, replace=True).status == "replaced"
    assert len(list(read_policies(corpus))) == 4


keys = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffd"), max_size=20
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys.filter(str.strip), keys.filter(str.strip), keys, st.booleans())
def test_a_policy_as_a_line_reads_back_the_same(
    title: str, body: str, note: str, dated: bool
) -> None:
    from policybot.corpus.files.read import scan_line

    date = PolicyDate(2012, 2, 14) if dated else None
    policy = Policy("a", title, body, ("x",), date, note=note, source=Source("f", "0" * 64, "1-2"))
    again, problems = scan_line(format_policy_line(policy).encode("utf-8"), Path("p.jsonl"))
    assert (again, problems) == (policy, [])


def test_a_policy_that_breaks_a_rule_is_no_line() -> None:
    with pytest.raises(CorpusError, match="cannot be written: the title is empty"):
        format_policy_line(Policy("a", "", "B"))
    with pytest.raises(CorpusError, match="it is not Unicode"):
        format_policy_line(Policy("a", "T", "B\ud800"))


def test_parsers_that_are_missing_are_named_with_the_extra_that_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for name, package in (
        ("a.html", "selectolax"),
        ("a.pdf", "pypdfium2"),
        ("a.docx", "python-docx"),
    ):
        with pytest.raises(ImportRefusedError) as caught:
            import_file(write(tmp_path, name, "x"), tmp_path / "corpus")
        assert str(caught.value) == (
            f"this kind of file needs {package}, which is not installed; "
            "run: pip install 'policybot[import]'"
        )
