"""Tables: every row a draft or a report with its line, whatever the format, as a stream."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.files.ids import why_bad_id
from policybot.corpus.files.read import read_policies
from policybot.corpus.files.write import format_policy_line
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.importers.tables import json as table_json
from policybot.corpus.importers.tables import rows
from policybot.corpus.importers.tables.document import make_id, read_table
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.review.notes import review_lines
from policybot.errors import ImportRefusedError
from policybot.model import Issuer, Policy, PolicyDate

BOOK = IssuerBook(
    (
        Issuer("Ministry of Culture, Sports and Tourism"),
        Issuer("财政部"),
    )
)


def stream(path: Path, **options: object) -> Iterator[Policy | Report]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    source = SourceFile(path, path.name, path.stat().st_size, digest)
    return read_table(source, ImportOptions(**{"issuers": BOOK, **options}))  # type: ignore[arg-type]


Table = Callable[..., tuple[list[Policy], list[str]]]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Return the drafts of a table, and its reports but for how it was read."""

    def read(name: str, text: str | bytes, **options: object) -> tuple[list[Policy], list[str]]:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        items = list(stream(path, **options))
        reports = [item for item in items if isinstance(item, Report)]
        return (
            [item for item in items if isinstance(item, Policy)],
            [str(report) for report in reports if report.kind != "read as"],
        )

    return read


def test_a_row_becomes_a_draft_that_cites_its_file_digest_and_lines(table: Table) -> None:
    text = (
        "标题,发文机关,成文日期,文号,网址,正文\n"
        "专项资金管理办法,财政部,2012年2月14日,财企〔2012〕1号,https://a.cn/1,第一条 为规范管理。\n"
    )
    (draft,), reports = table("a.csv", text)
    assert (draft.title, draft.issuers, draft.date) == (
        "专项资金管理办法", ("财政部",), PolicyDate(2012, 2, 14),
    )  # fmt: skip
    assert (draft.number, draft.url, draft.body) == (
        "财企〔2012〕1号", "https://a.cn/1", "第一条 为规范管理。",
    )  # fmt: skip
    assert draft.source is not None
    assert str(draft.source) == "a.csv:2"
    assert draft.source.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert (draft.id, draft.note, reports) == ("", None, [])


def test_how_the_columns_were_read_is_said_first(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Title,Issued by,Views,Text\nA,B,9,x\n", encoding="utf-8")
    first, second, *_ = map(str, stream(path))
    assert first == "a.csv: read as: title=Title, issuers=Issued by, body=Text"
    assert second == "a.csv: left out: columns that are no key: Views"


def test_a_missing_date_or_issuer_is_marked_and_not_guessed(table: Table) -> None:
    (draft,), _ = table(
        "a.csv", "标题,发布机关,发布日期,正文\n甲,,2013-01-02,2012年1月1日起施行。\n"
    )
    assert (draft.date, draft.issuers) == (None, ())
    marks = review_lines(draft.note)
    assert marks[0].startswith("no date is stated; 发布日期 2013-01-02")
    assert marks[1].startswith("no issuer is stated")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2012-02-14", "2012-02-14"),
        ("2012/2/14", "2012-02-14"),
        ("2012年2月", "2012-02"),
        ("二〇一二年二月十四日", "2012-02-14"),
        ("20120214", "2012-02-14"),
        ("2012-02-14 00:00:00", "2012-02-14"),
        ("2012-02-14T00:00:00Z", "2012-02-14"),
        ("14 February 2012", "2012-02-14"),
        ("2012", "2012"),
    ],
)
def test_dates_are_read_as_they_are_written(table: Table, cell: str, expected: str) -> None:
    (draft,), _ = table("a.tsv", f"title\tdate\tbody\nA\t{cell}\tx\n")
    assert str(draft.date) == expected


@pytest.mark.parametrize(
    "cell", ["10/11/2012", "2012-02-30", "40953", "last year", "2012-02-13T16:00:00Z", "20121345"]
)
def test_a_date_that_is_none_is_kept_as_printed_and_marked(table: Table, cell: str) -> None:
    (draft,), _ = table("a.tsv", f"title\tdate\tbody\nA\t{cell}\tx\n")
    assert (draft.date, draft.date_text) == (None, cell)
    assert cell in review_lines(draft.note)[0]


def test_several_issuers_in_a_cell_are_told_apart(table: Table) -> None:
    cells = [
        "财政部 工业和信息化部",
        "财政部、工业和信息化部",
        "Ministry of Culture, Sports and Tourism; Ministry of Finance",
    ]
    drafts, _ = table("a.tsv", "title\tissuers\tbody\n" + "".join(f"A\t{c}\tx\n" for c in cells))
    assert [draft.issuers for draft in drafts] == [
        ("财政部", "工业和信息化部"),
        ("财政部", "工业和信息化部"),
        ("Ministry of Culture, Sports and Tourism", "Ministry of Finance"),
    ]


def test_cells_hold_separators_quotes_and_line_breaks(table: Table) -> None:
    text = 'title;body\r\n"A; ""B""";"One.\r\nTwo."\r\n\r\nC;x\r\n'
    drafts, reports = table("a.csv", text)
    assert [(d.title, d.body, d.source and d.source.lines) for d in drafts] == [
        ('A; "B"', "One.\n\nTwo.", "2-3"),
        ("C", "x", "5"),
    ]
    assert reports == []


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(table: Table, separator: str) -> None:
    rows = [["title", "date", "body"], ["A, B; C", "2012", "x | y"], ["D", "2013", "z"]]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    drafts, _ = table("a.csv", text.getvalue())
    assert [(d.title, d.body) for d in drafts] == [("A, B; C", "x | y"), ("D", "z")]


@pytest.mark.parametrize(
    ("encoding", "recorded"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-16", "encoding: utf-16 (detected)"),
        ("gb18030", "encoding: gb18030 (detected)"),
        ("big5", "encoding: big5hkscs (detected)"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_encodings_are_detected_and_recorded(
    table: Table, encoding: str, recorded: str | None, ending: str
) -> None:
    title, body = "工業發展條例", "第一條 為了發展工業,各級政府應當支持企業的技術改造。"
    names = ["標題", "內容"]
    if encoding == "gb18030":
        simple = str.maketrans("業發條為應當級術標題內", "业发条为应当级术标题内")
        title, body, *names = (text.translate(simple) for text in (title, body, *names))
    row = dict(zip(names, (title, body), strict=True))
    text = {
        "csv": '{},{}\n{},"{}"\n'.format(*row, *row.values()),
        "json": json.dumps([row], ensure_ascii=False),
        "jsonl": json.dumps(row, ensure_ascii=False),
    }[ending]
    (draft,), _ = table(f"a.{ending}", text.encode(encoding))
    facts = [line for line in (draft.note or "").split("\n") if line.startswith("encoding")]
    assert (draft.title, draft.body) == (title, body)
    assert facts == ([recorded] if recorded else [])


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",x", "there is no title"),
        ("A,", "there is no text"),
        ("A,x,y", "the row has 3 cells, and there are 2 columns"),
        ("A", "the row has 1 cell, and there are 2 columns"),
        ("A,a\x01b", "'body' holds U+0001, which is no text"),
        ("A,a\ufffdb", "'body' holds U+FFFD, which is no text"),
        ('A,"a"b', "the row cannot be read: ',' expected after '\"'"),
    ],
)
def test_a_row_that_is_no_policy_is_left_out_with_its_line(
    table: Table, row: str, why: str
) -> None:
    drafts, reports = table("a.csv", f"title,body\nB,y\n{row}\nC,z\n")
    assert [draft.title for draft in drafts] == ["B", "C"]
    assert reports == [f"a.csv:3: skipped: {why}"]


def test_bytes_that_are_no_text_lose_their_row_alone(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "SAMPLE_BYTES", 50)
    data = b"title,body\n" + b"A,x\n" * 20 + b"B,\xff\nC,y\n"
    drafts, reports = table("a.csv", data)
    assert (len(drafts), drafts[-1].title) == (21, "C")
    assert reports == ["a.csv:22: skipped: 'body' holds U+FFFD, which is no text"]


def test_ids_of_the_table_are_kept_and_one_that_can_be_none_is_made_fit(table: Table) -> None:
    drafts, _ = table("a.tsv", "id\ttitle\tbody\nCELEX:32016R0679\tA\tx\nCN/2012 (7)\tB\ty\n")
    assert [draft.id for draft in drafts] == ["CELEX:32016R0679", "CN-2012-7-7b01240f"]
    assert "id in the source: CN/2012 (7)" in (drafts[1].note or "")


def test_an_id_given_twice_is_reported_with_both_rows(table: Table) -> None:
    drafts, reports = table("a.tsv", "id\ttitle\tbody\nA/1\tA\tx\nB\tB\ty\nA/1\tC\tz\n")
    assert [draft.title for draft in drafts] == ["A", "B"]
    assert reports == ["a.tsv:4: skipped: the id 'A/1' is that of line 2 already"]


@settings(deadline=None)
@given(st.text(min_size=1))
def test_a_made_id_is_always_a_good_one_and_always_the_same(given: str) -> None:
    assert why_bad_id(make_id(given)) is None
    assert make_id(given) == make_id(given)


def test_long_ids_that_begin_alike_stay_apart() -> None:
    assert make_id("x" * 300 + "1") != make_id("x" * 300 + "2")


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.csv", 'title,body\nA,"open\nB,x\n', ":2: a quoted cell begins in this row"),
        ("a.csv", "title\nA\n", "has only one column, 'title'"),
        ("a.csv", "\n\n", "holds no table"),
        ("a.csv", "title,body\n", "holds no row below the names of its columns"),
        ("a.csv", "title,body\n,x\n,y\n", ":2: there is no title; no row of the table is a policy"),
        ("a.json", '[{"title": "A", "body": "x"},\n{"title": ', ":2: is not JSON: premature EOF"),
        ("a.json", "[1, 2]", ":1: is no object with keys"),
        ("a.json", '{"a": [{"b": 1}], "c": [{"d": 2}]}', "holds several lists of objects (a, c)"),
        ("a.jsonl", "[\n]\n", ":1: is not JSON: Expecting value"),
        ("a.csv", b"title,body\nA,\xff\xfe\xfa\n", ":2: byte 0xFF is not UTF-8"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused_with_its_line(
    table: Table, name: str, text: str | bytes, why: str
) -> None:
    with pytest.raises(ImportRefusedError) as caught:
        table(name, text)
    assert f"{name}{why}" in str(caught.value) or f"{name}: {why}" in str(caught.value)


def test_json_rows_cite_their_lines_and_keep_lists_and_inner_objects(table: Table) -> None:
    text = """[{"title": "A", "body": "x", "issuers": ["财政部", "教育部"], "year": 2012},
  {
    "title": "B",
    "meta": {"date": "2013-01-02"},
    "body": "y {z}\\n", "number": 7
  }, {"title": "C", "body": "z", "url": null}
]"""
    drafts, reports = table("a.json", text, map=("date=meta.date",))
    assert [(d.title, d.source and d.source.lines) for d in drafts] == [
        ("A", "1"), ("B", "2-6"), ("C", "6"),
    ]  # fmt: skip
    assert drafts[0].issuers == ("财政部", "教育部")
    assert (str(drafts[1].date), drafts[1].number, drafts[1].body) == ("2013-01-02", "7", "y {z}")
    assert reports == ["a.json: left out: columns that are no key: year"]


def test_an_array_inside_an_object_is_found(table: Table) -> None:
    drafts, _ = table("a.json", '{"n": 1, "data": {"rows": [{"title": "A", "body": "x"}]}}')
    assert [draft.title for draft in drafts] == ["A"]


def test_a_json_line_that_is_none_is_left_out(table: Table) -> None:
    text = '{"title": "A", "body": "x"}\n{"title"\n\n[1]\n{"title": "B", "body": "y"}\n'
    drafts, reports = table("a.jsonl", text)
    assert [(d.title, d.source and d.source.lines) for d in drafts] == [("A", "1"), ("B", "5")]
    assert reports == [
        "a.jsonl:2: skipped: is not JSON: Expecting ':' delimiter",
        "a.jsonl:4: skipped: is no object with keys",
    ]


def test_a_column_that_appears_late_is_reported(table: Table) -> None:
    text = '{"title": "A", "body": "x"}\n' * 300 + '{"title": "B", "body": "y", "date": "2012"}\n'
    _, reports = table("a.jsonl", text)
    assert reports == [
        "a.jsonl:301: left out: column 'date' begins in this row and is no key; name it with --map"
    ]


def test_a_column_that_appears_late_can_be_named(table: Table) -> None:
    text = '{"title": "A", "body": "x"}\n' * 300 + '{"title": "B", "body": "y", "on": "2012"}\n'
    drafts, reports = table("a.jsonl", text, map=("date=on",))
    assert (str(drafts[-1].date), reports) == ("2012", [])
    with pytest.raises(ImportRefusedError, match="there is no column 'onn'; did you mean 'on'"):
        table("a.jsonl", text, map=("date=onn",))


def test_other_columns_of_a_document_go_into_the_note(table: Table) -> None:
    (draft,), _ = table("a.csv", "标题,索引号,备注,正文\n甲,000/1,试行,正文。\n")
    assert (draft.note or "").split("\n")[:2] == ["索引号: 000/1", "试行"]


def test_what_a_person_should_look_at_is_marked(table: Table) -> None:
    (draft,), _ = table("a.tsv", "title\turl\tbody\nA\twww.a.cn\tx\n")
    assert draft.url is None
    assert any("'www.a.cn'" in mark for mark in review_lines(draft.note))


def test_lines_of_a_cell_are_paragraphs_where_they_end_as_sentences(table: Table) -> None:
    text = (
        'title,body\nA,"第一条。\n第二条。\n第三条"\nB,"a line that\ngoes on"\nC,"x.\n\ny.\nz."\n'
    )
    drafts, _ = table("a.csv", text)
    assert [draft.body for draft in drafts] == [
        "第一条。\n\n第二条。\n\n第三条",
        "a line that\ngoes on",
        "x.\n\ny.\nz.",
    ]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), min_size=1, max_size=5))
def test_whatever_the_cells_hold_each_row_is_a_draft_or_a_report(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("cells") / "a.jsonl"
    lines = [json.dumps({"title": title, "body": body}) for title, body in [("A", "x"), *rows]]
    path.write_text("\n".join(lines), encoding="utf-8")
    items = [i for i in stream(path) if not (isinstance(i, Report) and i.kind == "read as")]
    assert len(items) == len(lines)
    for item in items:
        if isinstance(item, Policy):
            assert format_policy_line(dataclasses.replace(item, id="x"))


@pytest.mark.parametrize("ending", ["csv", "json", "jsonl"])
def test_more_rows_take_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(rows, "SAMPLE_BYTES", 1000)
    monkeypatch.setattr(table_json, "_SAMPLED", 10)
    body = "Roads are inspected. " * 40

    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.{ending}"
        with path.open("w", encoding="utf-8") as file:
            file.write({"csv": "id,title,body\n", "json": "[", "jsonl": ""}[ending])
            for at in range(rows):
                row = {"id": f"P{at}", "title": f"Notice {at}", "body": body}
                line = ",".join(row.values()) if ending == "csv" else json.dumps(row)
                file.write(f"{',' if ending == 'json' and at else ''}{line}\n")
            file.write("]" if ending == "json" else "")
        tracemalloc.start()
        assert sum(isinstance(item, Policy) for item in stream(path)) == rows
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(20)  # what is imported and compiled on the way
    few, many = peak(100), peak(220)
    assert many < few + 60 * len(body)


ROWS = """标题,发文机关,成文日期,正文
甲办法,财政部,2012-02-14,第一条。
甲办法,财政部,2012-02-14,第二条。
乙,,,三
"""


def test_an_import_is_one_jsonl_file_that_reads_back_the_same(tmp_path: Path) -> None:
    source, corpus = tmp_path / "rows.csv", tmp_path / "corpus"
    source.write_text(ROWS, encoding="utf-8")
    outcome = import_file(source, corpus)
    assert (outcome.status, outcome.policies) == ("imported", 3)
    policies = list(read_policies(corpus))
    assert {policy.path for policy in policies} == {str(corpus / "rows.jsonl")}
    assert [policy.id for policy in policies] == [
        "2012-02-14-甲办法", "2012-02-14-甲办法-2", "undated-乙",
    ]  # fmt: skip
    assert [policy.body for policy in policies] == ["第一条。", "第二条。", "三"]
    assert (corpus / "sources" / "rows.csv").read_bytes() == source.read_bytes()
    assert dict(outcome.reviews) == {"no date is stated": 1, "no issuer is stated": 1}


def test_importing_again_gives_the_same_ids_and_changes_nothing(tmp_path: Path) -> None:
    source, corpus = tmp_path / "rows.csv", tmp_path / "corpus"
    source.write_text(ROWS, encoding="utf-8")
    import_file(source, corpus)
    before = (corpus / "rows.jsonl").read_bytes()
    assert import_file(source, corpus).status == "unchanged"
    assert (corpus / "rows.jsonl").read_bytes() == before


def test_a_refused_table_leaves_no_trace(tmp_path: Path) -> None:
    source, corpus = tmp_path / "rows.csv", tmp_path / "corpus"
    source.write_text(ROWS + '丙,财政部,2013,"open\n', encoding="utf-8")
    with pytest.raises(ImportRefusedError, match=r"rows\.csv:5: a quoted cell begins"):
        import_file(source, corpus)
    assert not corpus.exists()
