import hashlib
from pathlib import Path

import pytest

from policybot.corpus.review.check import check_corpus

HEAD = "---\ntitle: T\ndate: 2013\n"


def problems_of(corpus: Path) -> list[str]:
    problems = check_corpus(corpus, corpus / "issuers.toml")
    return [
        f"{str(problem).removeprefix(f'{corpus}/')} [{problem.severity}]" for problem in problems
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["a.md:1: there is no front matter: the first line must be ---"]),
        (b"title: T\n", ["a.md:1: there is no front matter: the first line must be ---"]),
        (
            b"---\ntitle: T\n",
            ["a.md:1: the front matter does not end: a second line --- is missing"],
        ),
        (
            b"---\n---\nB\n",
            ["a.md:1: there is no title; every policy needs one"],
        ),
        (b"---\n- a\n---\nB\n", ["a.md:2: the front matter is no table of keys, as in title: …"]),
        (b"---\ntitle: [a\n---\nB\n", None),
        (
            b"---\ntitle: T\ndate: 2013\n---\n \n\n",
            ["a.md:4: the body is empty; a policy needs its text"],
        ),
        (b"---\ndate: 2013\ntitle: ' '\n---\nB\n", ["a.md:3: the title is empty"]),
        (
            (
                b"---\ntitle: T\nexpires: 2013-02-30\nstatus: ''\n"
                b"evidence: {effectiv: label, date: ''}\n---\nB\n"
            ),
            [
                "a.md:3: expires '2013-02-30' is not a date: February 2013 has no day 30",
                "a.md:4: status is empty; leave the key out when there is none",
                "a.md:5: unknown key 'effectiv' of evidence; did you mean 'effective'?",
                "a.md:5: evidence date is empty",
            ],
        ),
        (
            b"---\ntitle: T\ndate: 31 February 2013\n---\nB\n",
            ["a.md:3: date '31 February 2013' is not a date: February 2013 has no day 31"],
        ),
        (
            b"---\ntitle: T\ndate: 10/11/2012\n---\nB\n",
            [
                (
                    "a.md:3: date '10/11/2012' is not a date: it may be 2012-11-10 or 2012-10-11;"
                    " write one of them"
                )
            ],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nissuer: X\n---\nB\n",
            ["a.md:4: unknown key 'issuer'; did you mean 'issuers'?"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nissuers: X\n---\nB\n",
            ["a.md:4: issuers is a list: write [] for none, or one item per line"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\ntitle: U\n---\nB\n",
            ["a.md:4: the key 'title' is there twice"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nid: a b\n---\nB\n",
            ["a.md:4: id 'a b' holds white space (U+0020); write it without"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nid: " + b"a" * 201 + b"\n---\nB\n",
            [f"a.md:4: id '{'a' * 201}' is 201 bytes of UTF-8; at most 200 are allowed"],
        ),
        (
            "---\ntitle: T\ndate: 2013\nid: a\u202eb\n---\nB\n".encode(),
            ["a.md:4: id 'a\\u202eb' holds the control character U+202E; write it without"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\n---\nB\nC caf\xe9\n",
            ["a.md:6: byte 0xE9 is not UTF-8; save the file as UTF-8"],
        ),
        (
            "---\ntitle: T\ndate: 2013\n---\nB\nC \ufffd\n".encode(),
            [
                (
                    "a.md:6: the body holds the replacement character U+FFFD: text was lost when"
                    " this was decoded; take it again from its source"
                )
            ],
        ),
        (
            b"---\ntitle: T\ndate: 2013\n---\nB\x00\n",
            ["a.md:5: the body holds the control character U+0000"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nlanguage: english please\n---\nB\n",
            ["a.md:4: language 'english please' is no BCP 47 tag such as en, zh or zh-Hant"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nurl: example.org\n---\nB\n",
            ["a.md:4: url 'example.org' is no http or https address"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nrelations:\n  amend: [b]\n---\nB\n",
            ["a.md:5: unknown key 'amend' of relations; did you mean 'amends'?"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nrelations:\n  amends: [b]\n---\nB\n",
            ["a.md:1: relations amends names 'b', and no policy has that id"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nrepairs:\n- from: a\n  to: b\n---\nB\n",
            ["a.md:5: a repair needs the keys from, to and line"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nsource:\n  lines: 3-5\n---\nB\n",
            ["a.md:4: source names no file; it needs the key file"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nsource:\n  file: x.txt\n  lines: 3-5\n---\nB\n",
            ["a.md:1: source file 'x.txt' is not in CORPUS/sources"],
        ),
        (
            b"---\ntitle: T\ndate: 2013\nsource:\n  file: ../x.txt\n  lines: 3-5\n---\nB\n",
            ["a.md:1: source file '../x.txt' is not a path inside sources/"],
        ),
        (
            b"---\ntitle: &t T\ndate: 2013\nnote: *t\n---\nB\n",
            ["a.md:2: the front matter is not YAML: aliases are not read"],
        ),
    ],
)
def test_a_broken_file_gets_its_message(
    tmp_path: Path, data: bytes, expected: list[str] | None
) -> None:
    (tmp_path / "a.md").write_bytes(data)
    found = [problem for problem in problems_of(tmp_path) if problem.endswith("[error]")]
    if expected is None:
        assert len(found) == 1
        assert "the front matter is not YAML" in found[0]
        return
    assert found == [f"{message.replace('CORPUS', str(tmp_path))} [error]" for message in expected]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes at character 2"),
        ("[1]", "the line is no JSON object"),
        ('{"title": "T", "date": 2013, "body": "B"}', "there is no id; every line needs one"),
        ('{"id": "a", "title": "T", "date": 2013}', "the body is empty; a policy needs its text"),
        (
            '{"id": "a", "title": "T", "date": 2013, "body": ["B"]}',
            "body is one text, not a list or a table",
        ),
        (
            '{"id": "a", "title": "T", "date": 2013, "body": "B", "id": "b"}',
            "the key 'id' is there twice",
        ),
        (
            '{"id": "a", "title": true, "date": 2013, "body": "B"}',
            "true is no text; write it in quotes",
        ),
        (
            '{"id": "a", "title": "T", "date": 2013, "body": "\\ud800"}',
            "the body holds the control character U+D800",
        ),
    ],
)
def test_a_broken_json_line_gets_its_message(tmp_path: Path, line: str, message: str) -> None:
    good = '{"id": "good", "title": "T", "date": 2013, "body": "B"}\n'
    (tmp_path / "all.jsonl").write_text(good + line + "\n", encoding="utf-8")
    assert f"all.jsonl:2: {message} [error]" in problems_of(tmp_path)


def test_all_problems_are_reported_at_once_sorted_by_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "issuers.toml").write_text('[[issuer]]\nname = "A"\nparent = "Z"\n')
    (tmp_path / "a.md").write_text(f"{HEAD}id: one\nissuers: [A, Unknown]\n---\nB\n")
    (tmp_path / "b.md").write_text("---\nid: one\ntitel: T\n---\n\n")
    assert problems_of(tmp_path) == [
        "a.md:1: issuer 'Unknown' is not in the table of issuers [warning]",
        "b.md:1: there is no title; every policy needs one [error]",
        f"b.md:1: id 'one' is taken: another policy has it at {tmp_path}/a.md:1 [error]",
        "b.md:1: there is no date [warning]",
        "b.md:3: unknown key 'titel'; did you mean 'title'? [error]",
        "b.md:4: the body is empty; a policy needs its text [error]",
        "issuers.toml:3: parent 'Z' is no issuer of this file [error]",
    ]


def test_an_altered_source_is_an_error(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "x.txt").write_text("one")
    digest = hashlib.sha256(b"one").hexdigest()
    (tmp_path / "a.md").write_text(
        f"{HEAD}source:\n  file: x.txt\n  sha256: {digest}\n  lines: 1-1\n---\nB\n"
    )
    assert problems_of(tmp_path) == []
    (sources / "x.txt").write_text("two")
    altered = hashlib.sha256(b"two").hexdigest()
    message = f"a.md:1: source file 'x.txt' was altered: its SHA-256 is {altered} [error]"
    assert problems_of(tmp_path) == [message]


def test_a_source_written_as_one_text_is_a_citation(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{HEAD}source: Official Gazette 2013, no. 7\n---\nB\n")
    assert problems_of(tmp_path) == []


def test_a_relation_may_point_forward_and_into_another_file(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{HEAD}relations: {{implements: [b]}}\n---\nB\n")
    (tmp_path / "z.jsonl").write_text('{"id": "b", "title": "T", "date": "2013", "body": "B"}\n')
    assert problems_of(tmp_path) == []


def test_a_missing_corpus_is_one_problem(tmp_path: Path) -> None:
    problems = check_corpus(tmp_path / "none", tmp_path / "issuers.toml")
    assert [problem.severity for problem in problems] == ["error"]


def test_a_body_that_is_named_outside_its_time_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "issuers.toml").write_text(
        '[[issuer]]\nname = "Bureau of Posts"\nuntil = "2008-06"\n', encoding="utf-8"
    )
    text = "---\ntitle: T\nissuers: [Bureau of Posts]\ndate: {}\n---\nB\n"
    (tmp_path / "a.md").write_text(text.format("2012-02-14"), encoding="utf-8")
    (tmp_path / "b.md").write_text(text.format("2008"), encoding="utf-8")
    said = "the policy is of 2012-02-14, and 'Bureau of Posts' was called so until 2008-06"
    assert problems_of(tmp_path) == [f"a.md:1: {said} [warning]"]


def test_a_files_name_tells_a_terminal_nothing(tmp_path: Path) -> None:
    (tmp_path / "e\x1b[2J\x9b1A\nvil.md").write_text("no front matter", encoding="utf-8")
    (said,) = problems_of(tmp_path)
    assert said.startswith("e\\x1b[2J\\x9b1A\\x0avil.md:1: there is no front matter")
