import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.files.fields import EVIDENCE_KEYS
from policybot.corpus.files.read import read_policies, scan_line
from policybot.corpus.files.write import format_policy, format_policy_line
from policybot.errors import CorpusError
from policybot.index.format.passages import policy_of, policy_row
from policybot.model import RELATION_KINDS, Policy, PolicyDate, RelationTerms, Repair, Source
from tests.policy_files import parse_policy, write_policy

CONTROLS = "".join(chr(code) for code in (*range(32), *range(127, 160)))
LINE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=f"{CONTROLS}\ufffd"), max_size=30
)
WORDS = LINE.filter(lambda text: bool(text.strip()))
BODY = st.lists(LINE | st.sampled_from("\n\r\t-"), min_size=1, max_size=12).map("".join)
BODY = BODY.filter(lambda text: bool(text.strip()))
ID = st.from_regex(r"[a-z0-9\u4e00-\u4eff]([a-z0-9._-]{0,20}[a-z0-9])?", fullmatch=True)
DATE = st.builds(PolicyDate, st.integers(1000, 2999)) | st.builds(
    PolicyDate, st.integers(1000, 2999), st.integers(1, 12), st.none() | st.integers(1, 28)
)
SHA = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
PAGES = st.dictionaries(st.integers(1, 5000), LINE, max_size=3).map(
    lambda pages: tuple(sorted(pages.items()))
)
POLICY = st.builds(
    Policy,
    id=ID,
    title=WORDS,
    body=BODY,
    issuers=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    date=st.none() | DATE,
    date_text=st.none() | LINE,
    number=st.none() | LINE,
    language=st.sampled_from([None, "en", "zh", "zh-Hant", "no"]),
    url=st.sampled_from([None, "https://example.org/a?b=c#d"]),
    source=st.none() | st.builds(Source, WORDS, st.none() | SHA, st.none() | WORDS, PAGES),
    note=st.none() | st.lists(LINE, max_size=3).map("\n".join),
    relations=st.dictionaries(
        st.sampled_from(RELATION_KINDS),
        st.lists(ID, min_size=1, max_size=3, unique=True).map(tuple),
    ),
    repairs=st.lists(st.builds(Repair, LINE, LINE, st.integers(1, 10**6)), max_size=3).map(tuple),
    published=st.none() | DATE,
    effective=st.none() | DATE,
    expires=st.none() | DATE,
    status=st.none() | WORDS,
    evidence=st.dictionaries(st.sampled_from(EVIDENCE_KEYS), WORDS),
)

GOOD = """---
title: 007
issuers: [no, Ministry of Finance]
date: 2013
---

One.

Two.
"""


def write(corpus: Path, name: str, text: str | bytes) -> Path:
    path = corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


@settings(deadline=None)
@given(POLICY)
def test_what_is_written_is_read_the_same(policy: Policy) -> None:
    assert parse_policy(format_policy(policy), "x.md") == policy


@settings(deadline=None)
@given(POLICY)
def test_the_index_keeps_every_key(policy: Policy) -> None:
    assert policy_of(policy_row(policy)) == policy


@settings(deadline=None)
@given(POLICY)
def test_a_json_line_gives_the_same_policy(
    tmp_path_factory: pytest.TempPathFactory, policy: Policy
) -> None:
    row: dict[str, Any] = {
        "id": policy.id,
        "title": policy.title,
        "body": policy.body,
        "issuers": list(policy.issuers),
        "date": str(policy.date) if policy.date else None,
        "date_text": policy.date_text,
        "number": policy.number,
        "language": policy.language,
        "url": policy.url,
        "note": policy.note,
        "relations": {kind: list(ids) for kind, ids in policy.relations.items()} or None,
        "repairs": [{"from": r.before, "to": r.after, "line": r.line} for r in policy.repairs],
        **policy.stated_dict(),
        "evidence": dict(policy.evidence),
    }
    if policy.source:
        source = policy.source
        row["source"] = {"file": source.file, "sha256": source.sha256, "lines": source.lines}
        row["source"]["pages"] = {str(page): words for page, words in source.pages} or None
    folder = tmp_path_factory.getbasetemp() / "json"
    write(folder, "all.jsonl", json.dumps(row, ensure_ascii=False) + "\n")
    assert list(read_policies(folder)) == [policy]


def test_front_matter_is_plain_strings() -> None:
    policy = parse_policy(GOOD, "corpus/a-b.md")
    assert policy.title == "007"
    assert policy.issuers == ("no", "Ministry of Finance")
    assert policy.date == PolicyDate(2013)
    assert policy.id == "a-b"
    assert policy.body == "One.\n\nTwo."


def test_a_policy_knows_its_file_and_the_line_of_its_body() -> None:
    policy = parse_policy(GOOD, "corpus/a-b.md")
    assert (policy.path, policy.line) == ("corpus/a-b.md", 7)


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        ("One.\n", "One."),
        ("\nOne.", "One."),
        ("\n\nOne.\n\n", "\nOne.\n"),
        ("  One.  \n", "  One.  "),
        ("\n---\nOne\n---\n", "---\nOne\n---"),
    ],
)
def test_the_body_is_kept_to_the_character(rest: str, body: str) -> None:
    assert parse_policy(f"---\ntitle: T\n---\n{rest}", "a.md").body == body


def test_a_file_with_crlf_keeps_the_line_breaks_of_its_body() -> None:
    policy = parse_policy("---\r\ntitle: T\r\n---\r\n\r\nOne.\r\nTwo.\r\n", "a.md")
    assert policy.title == "T"
    assert policy.body == "One.\r\nTwo."


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, "a.md", b"\xef\xbb\xbf" + GOOD.encode())
    write(tmp_path, "b.jsonl", b'\xef\xbb\xbf{"id": "b", "title": "T", "body": "B"}\n')
    assert [policy.id for policy in read_policies(tmp_path)] == ["a", "b"]


def test_policies_are_read_at_any_depth_sorted_by_path_without_sources(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.md", "a.md", "a/deep/c.md", "sources/s.md"):
        write(tmp_path, name, GOOD)
    write(tmp_path, "notes.txt", "no policy")
    write(tmp_path, ".b.md", "an editor's own")
    write(tmp_path, "a/sources/kept.md", GOOD)
    assert [policy.id for policy in read_policies(tmp_path)] == ["a", "c", "kept", "z", "b"]


def test_json_lines_are_read_as_a_stream(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"p{n}", "title": "T", "body": "B", "date": 2013}) for n in (1, 2)]
    write(tmp_path, "all.jsonl", "\n".join([lines[0], "", lines[1], "{broken"]))
    policies = read_policies(tmp_path)
    assert str(next(policies).date) == "2013"
    assert next(policies).line == 3
    with pytest.raises(CorpusError, match=r"all\.jsonl:4: not JSON"):
        next(policies)


def test_an_id_that_was_there_before_is_an_error(tmp_path: Path) -> None:
    first = write(tmp_path, "a.md", GOOD.replace("---\nt", "---\nid: one\nt", 1))
    second = write(tmp_path, "b.md", GOOD.replace("---\nt", "---\nid: one\nt", 1))
    with pytest.raises(CorpusError) as caught:
        list(read_policies(tmp_path))
    message = f"{second}:1: id 'one' is taken: another policy has it at {first}:1"
    assert str(caught.value) == message


def test_a_corpus_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="there is no corpus; set"):
        list(read_policies(tmp_path / "none"))


def test_reading_raises_the_first_problem_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "---\ntitel: T\ndate: soon\n---\nB\n")
    with pytest.raises(CorpusError) as caught:
        list(read_policies(tmp_path))
    assert str(caught.value) == f"{path}:2: unknown key 'titel'; did you mean 'title'?"


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (Policy("a b", "T", "B"), "policy 'a b' cannot be written: id 'a b' holds white space"),
        (Policy("a", " ", "B"), "policy 'a' cannot be written: the title is empty"),
        (Policy("a", "T", "\n"), "policy 'a' cannot be written: the body is empty"),
        (Policy("a", "T", "B", language="English!"), "policy 'a' cannot be written: language"),
        (Policy("a", "T", "B", number="\x00"), "policy 'a' cannot be written"),
    ],
)
def test_a_policy_that_breaks_the_format_is_not_written(
    tmp_path: Path, policy: Policy, message: str
) -> None:
    path = tmp_path / "a.md"
    with pytest.raises(CorpusError) as caught:
        write_policy(policy, path)
    assert str(caught.value).startswith(message)
    assert list(tmp_path.iterdir()) == []


def test_writing_replaces_a_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.md"
    write_policy(Policy("a", "Old", "B"), path)
    write_policy(Policy("a", "New", "B"), path)
    assert parse_policy(path.read_text(encoding="utf-8"), path).title == "New"
    assert list(path.parent.iterdir()) == [path]


def test_the_pages_of_a_source_are_easy_to_read(tmp_path: Path) -> None:
    source = Source("a.pdf", "0" * 64, "pages 1-3", ((1, "A plan"), (3, "第二条 各省")))
    text = format_policy(Policy("a", "A plan", "Body.", source=source))
    assert "  lines: pages 1-3\n  pages:\n    1: A plan\n    3: 第二条 各省\n" in text
    assert parse_policy(text, tmp_path / "a.md").source == source


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ("x", "source pages is a table: a page's number, and the words it begins with"),
        ("{0: a}", "source pages '0' is no page number"),
        ("{2: a, 1: b}", "source pages 1 comes after 2"),
        ("{1: [a]}", "source pages 1 is one text, not a list or a table"),
    ],
)
def test_pages_that_are_wrong_are_named(pages: str, message: str) -> None:
    text = f"---\ntitle: A\nsource:\n  file: a.pdf\n  pages: {pages}\n---\nB\n"
    with pytest.raises(CorpusError) as caught:
        parse_policy(text, "a.md")
    assert str(caught.value) == f"a.md:5: {message}"


def test_a_written_file_is_easy_to_read() -> None:
    policy = Policy(
        "2013-a",
        "A plan (2013-2015)",
        "Body.",
        issuers=("工信部",),
        date=PolicyDate(2013, 9),
        source=Source("a.txt", "0" * 64, "3-5"),
        relations={"amends": ("b",)},
        repairs=(Repair("213", "2013", 3),),
    )
    assert format_policy(policy) == (
        "---\nid: 2013-a\ntitle: A plan (2013-2015)\nissuers:\n- 工信部\ndate: 2013-09\n"
        f"source:\n  file: a.txt\n  sha256: {'0' * 64}\n  lines: 3-5\n"
        "relations:\n  amends:\n  - b\nrepairs:\n- from: 213\n  to: 2013\n  line: 3\n---\n\nBody.\n"
    )


TERMS = Policy(
    "new",
    "New Rules",
    "Body.",
    relations={"amends": ("old", "older"), "repeals": ("oldest",)},
    relation_terms={
        "amends": {"old": RelationTerms(PolicyDate(2014, 5), ("Article 4", "第五条"))},
        "repeals": {"oldest": RelationTerms(PolicyDate(2014))},
    },
)


def test_a_relation_may_have_a_date_and_name_provisions(tmp_path: Path) -> None:
    text = format_policy(TERMS)
    assert "  amends:\n  - id: old\n    date: 2014-05\n    provisions:\n    - Article 4\n" in text
    assert "  - older\n" in text
    assert parse_policy(text, tmp_path / "new.md") == TERMS
    line = format_policy_line(TERMS)
    assert '"amends":[{"id":"old","date":"2014-05","provisions":["Article 4","第五条"]}' in line
    assert scan_line(line.encode("utf-8"), Path("a.jsonl"))[0] == TERMS
    assert policy_of(policy_row(TERMS)) == TERMS


@pytest.mark.parametrize(
    ("relation", "message"),
    [
        ("[{date: 2014}]", "relations amends names no policy; it needs the key id"),
        ("[{id: b, date: soon}]", "date 'soon' is not a date"),
        ("[{id: b, when: 2014}]", "unknown key 'when' of relations amends"),
        ("[{id: b, provisions: Article 4}]", "relations amends provisions is a list"),
        ("[b, {id: b, date: 2014}]", "relations amends names 'b' twice"),
        ("{id: b}", "relations amends is a list"),
    ],
)
def test_a_relation_that_is_wrong_is_named(relation: str, message: str) -> None:
    text = f"---\ntitle: A\nrelations:\n  amends: {relation}\n---\nB\n"
    with pytest.raises(CorpusError) as caught:
        parse_policy(text, "a.md")
    assert str(caught.value).startswith(f"a.md:4: {message}")
