from __future__ import annotations

from pathlib import Path

import pytest

from policybot.corpus.files.write import format_policy
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.errors import ImportRefusedError
from policybot.model import Policy, PolicyDate
from tests.corpus.importers.samples import imported, one, write
from tests.project import ROOT

ENTRY = "May 4, 2011: A plan (Ministry of Finance)\n\nIts text.\n\n"
SEED = ROOT / "corpus" / "sources" / "iot-policies.txt"


@pytest.mark.parametrize(
    ("text", "policies"),
    [
        (ENTRY, 1),
        (f"Preface\n\n{ENTRY}On May 5, 2011: Another plan\n\nIts text.\n", 2),
        (f"Preface\n\nMore of it.\n\n{ENTRY}", 0),
        ("May 4, 2011: One\n\nMay 5, 2011: Two\n", 0),
        ("A text that says in 2011 there was a plan.\n\nAnd so it was.\n", 0),
        (
            "2012年2月14日：《规划》（财政部）\n\n正文。\n\n2012年3月1日：《办法》（财政部）\n\n正文。\n",
            2,
        ),
    ],
    ids=["first", "two", "one-inside", "no-text-below", "prose", "chinese"],
)
def test_a_text_is_a_list_when_its_first_or_two_of_its_paragraphs_are_headings(
    tmp_path: Path, text: str, policies: int
) -> None:
    outcome, found = imported(write(tmp_path, "a.txt", text), tmp_path / "corpus")
    assert len(found) == (policies or 1)
    said = "a list of policies" if policies else "one document"
    assert str(outcome.reports[0]) == f"a.txt: read as: {said}"


@pytest.mark.parametrize(("said", "titles"), [("list", ["A plan"]), ("document", ["Preface"])])
def test_what_a_person_says_of_a_text_holds(tmp_path: Path, said: str, titles: list[str]) -> None:
    path = write(tmp_path, "a.txt", f"Preface\n\n{ENTRY}")
    _, found = imported(path, tmp_path / "corpus", text=said)
    assert [policy.title for policy in found] == titles


def test_a_text_that_lost_its_zeros_is_no_document_by_mistake(tmp_path: Path) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        import_file(SEED, tmp_path / "corpus")
    assert str(caught.value).endswith(
        "digits and not one 0: its numbers lost their zeros; name its years (--years 2010-2030), "
        "or take it as it is: --text document"
    )
    outcome = import_file(SEED, tmp_path / "corpus", ImportOptions(text="document"))
    assert outcome.policies == 1


def test_a_document_keeps_its_words_and_is_marked(tmp_path: Path) -> None:
    text = (
        "Plan of Works\n\n"
        "The ministry shall build roads and bridges in each of the provinces, and\n"
        "it shall see to it.\n\n14 February 2012\n"
    )
    policy = one(write(tmp_path, "a.txt", text), tmp_path / "corpus")
    assert policy.body == text.rstrip("\n").replace("and\nit", "and it")
    assert (policy.title, policy.date, policy.issuers) == (
        "Plan of Works",
        PolicyDate(2012, 2, 14),
        (),
    )
    assert (policy.note or "").split("\n") == [
        "repaired: 1 soft line breaks joined",
        "review: no title is stated; this one is the first line of the text",
        "review: date 2012-02-14 is to be confirmed; head, line 5: “14 February 2012”",
        "review: no issuer is stated",
    ]
    assert policy.source is not None
    assert policy.source.lines == "1-6"


def test_known_issuers_near_the_ends_are_named_to_the_reviewer(tmp_path: Path) -> None:
    from policybot.corpus.issuers.table import IssuerBook
    from policybot.model import Issuer

    book = IssuerBook((Issuer("Ministry of Finance", ("财政部",)),))
    path = write(tmp_path, "a.txt", "关于印发办法的通知\n\n经财政部同意，各单位应当遵照执行。\n")
    policy = one(path, tmp_path / "corpus", issuers=book)
    assert policy.issuers == ()
    line = "review: no issuer is stated; named at the beginning or the end: 财政部"
    assert line in (policy.note or "")


def test_labels_at_the_top_of_a_text_are_its_own_statements(tmp_path: Path) -> None:
    text = (
        "标题：管理办法\n发文机关：财政部\n成文日期：2012年2月14日\n发文字号：财建〔2012〕7号\n\n"
        "第一条 施行。\n"
    )
    policy = one(write(tmp_path, "a.txt", text), tmp_path / "corpus")
    assert (policy.title, policy.issuers, policy.number) == (
        "管理办法",
        ("财政部",),
        "财建〔2012〕7号",
    )
    assert policy.date == PolicyDate(2012, 2, 14)
    assert (policy.body, policy.note) == ("第一条 施行。", None)


def test_page_breaks_of_a_text_are_line_breaks(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Page one.\n\fPage two.\n")
    outcome, (policy,) = imported(path, tmp_path / "corpus")
    assert policy.body == "Page one.\n\nPage two."
    assert "a.txt: repaired: 1 page breaks read as line breaks" in map(str, outcome.reports)


def test_windows_line_ends_are_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "One.\r\n\r\nTwo.\r\n")
    assert one(path, tmp_path / "corpus").body == "One.\n\nTwo."


def test_markdown_stays_as_it_is(tmp_path: Path) -> None:
    body = "## Aims\n\nThe *plan* has\nlines.\n\n- a\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    policy = one(write(tmp_path, "a.md", f"# The Plan\n\n{body}\n"), tmp_path / "corpus")
    assert (policy.title, policy.body) == ("The Plan", body)
    assert "no title" not in (policy.note or "")


def test_markdown_without_a_heading_is_titled_by_its_first_line(tmp_path: Path) -> None:
    policy = one(write(tmp_path, "a.md", "The plan.\n\nMore.\n"), tmp_path / "corpus")
    assert (policy.title, policy.body) == ("The plan.", "The plan.\n\nMore.")
    assert "review: no title is stated" in (policy.note or "")


def test_front_matter_of_another_program_gives_the_title_and_no_date(tmp_path: Path) -> None:
    head = '---\nlayout: post\ntitle: "The Plan"\ndate: 2020-01-01\ntags: [a]\n---\n'
    text = f"{head}# The Plan\n\nText.\n"
    policy = one(write(tmp_path, "a.md", text), tmp_path / "corpus")
    assert (policy.title, policy.date, policy.body) == ("The Plan", None, "Text.")
    note = (policy.note or "").split("\n")
    assert note[:2] == ["date: 2020-01-01", "tags: a"]
    assert policy.published == PolicyDate(2020, 1, 1)
    assert "review: no date is stated; date 2020-01-01" in note


def test_a_policy_in_our_own_format_is_taken_with_its_keys(tmp_path: Path) -> None:
    policy = Policy("plan", "The Plan", "Text.", ("Office",), PolicyDate(2012, 2), number="7")
    path = write(tmp_path, "inbox.md", format_policy(policy))
    found = one(path, tmp_path / "corpus")
    assert (found.id, found.title, found.date, found.issuers) == (
        "plan", "The Plan", PolicyDate(2012, 2), ("Office",)
    )  # fmt: skip
    assert found.source is not None
    assert found.source.file == "inbox.md"


def test_our_own_format_with_a_wrong_date_is_refused_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "---\ntitle: T\ndate: 2012-02-30\n---\n\nText.\n")
    with pytest.raises(ImportRefusedError, match=r"a\.md:3: date '2012-02-30' is not a date"):
        import_file(path, tmp_path / "corpus")
