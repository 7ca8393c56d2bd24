"""Workbooks, OpenDocument, RTF, presentations, books, older formats: real files, read whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from policybot.corpus.importers.pipeline.importing import import_file
from policybot.corpus.importers.pipeline.source import ImportOptions
from policybot.corpus.review.notes import review_lines
from policybot.errors import ImportRefusedError
from policybot.model import Policy
from policybot.numerals import roman
from tests.corpus.importers.office_samples import (
    POLICIES,
    RTF,
    book,
    opendocument,
    packed,
    slides,
    workbook,
)
from tests.corpus.importers.samples import imported, one, word
from tests.shared import await_end

MHTML = b"""MIME-Version: 1.0
Content-Type: multipart/related; boundary="b"

--b
Content-Type: text/html; charset="gb2312"
Content-Transfer-Encoding: quoted-printable

<html><body><p>It=
 rains.</p></body></html>
--b--
"""
LIST_STYLE = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" '
    'style:num-prefix="（" style:num-format="一, 二, 三, ..." style:num-suffix="）"/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")" '
    'text:start-value="3"/></text:list-style>'
)


def file(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


def read(tmp_path: Path, name: str, data: bytes) -> Policy:
    return one(file(tmp_path, name, data), tmp_path / "corpus")


def test_a_sheet_is_a_table_of_typed_cells(tmp_path: Path) -> None:
    path = file(tmp_path, "a.xlsx", workbook({"2012": POLICIES, "empty": []}))
    _, policies = imported(path, tmp_path / "corpus")
    found = [(one.title, str(one.date), one.number, one.issuers) for one in policies]
    assert sorted(found) == [
        ("灯塔费用标准", "2013-05-01", "2013", ("财政部",)),
        ("航标管理办法", "2012-02-14", "交水发〔2012〕7号", ("交通运输部",)),
    ]
    assert {str(one.source) for one in policies} == {
        "a.xlsx, sheet 2012, row 3",
        "a.xlsx, sheet 2012, row 4",
    }


def test_several_sheets_are_several_tables_with_columns_of_their_own(tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        "Laws": [["Title", "Text"], ["A", "x"]],
        "Rules": [["Name", "Date", "Full text"], ["B", "2012", "y"]],
        "Prices": [["Oil", "Crowns"], ["whale", 4]],
    }
    outcome, policies = imported(file(tmp_path, "a.xlsx", workbook(sheets)), tmp_path / "corpus")
    assert sorted((one.title, one.body) for one in policies) == [("A", "x"), ("B", "y")]
    skipped = [report.message for report in outcome.reports if report.kind == "skipped"]
    assert len(skipped) == 1
    assert skipped[0].startswith("sheet Prices: no column is known to be the title or the body")


def test_a_workbook_without_a_table_is_refused(tmp_path: Path) -> None:
    path = file(tmp_path, "a.xlsx", workbook({"A": [["only one cell"]]}))
    with pytest.raises(ImportRefusedError, match="holds no table"):
        import_file(path, tmp_path / "corpus")


def test_columns_of_a_sheet_can_be_named(tmp_path: Path) -> None:
    path = file(tmp_path, "a.xlsx", workbook({"A": [["Nom", "Contenu"], ["A", "x"]]}))
    options = ImportOptions(map=("title=Nom", "body=Contenu"))
    import_file(path, tmp_path / "corpus", options)
    assert (tmp_path / "corpus" / "a.jsonl").is_file()


def test_an_opendocument_sheet_is_a_table(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    def cell(text: str) -> str:
        return (
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
            "</table:table-cell>"
        )

    day = '<table:table-cell office:value-type="date" office:date-value="2012-02-14T00:00:00"/>'
    body = (
        '<table:table table:name="S">'
        + row(cell("Title"), cell("Issue date"), cell("Text"))
        + row(cell("A plan"), day, cell("It rains."))
        + '<table:table-row table:number-rows-repeated="1048574"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    policy = read(tmp_path, "a.ods", opendocument("spreadsheet", body))
    assert (policy.title, str(policy.date), policy.body) == ("A plan", "2012-02-14", "It rains.")


def test_an_opendocument_text_keeps_headings_numbers_tables_and_notes(tmp_path: Path) -> None:
    body = (
        '<text:p text:style-name="Title">港口规定</text:p>'
        '<text:h text:outline-level="1">总则</text:h>'
        "<text:p>船舶<text:span>应当</text:span><text:note><text:note-body><text:p>见附件。</text:p>"
        "</text:note-body></text:note>报告：</text:p>"
        '<text:list text:style-name="L"><text:list-item><text:p>名称</text:p>'
        "<text:list><text:list-item><text:p>中文</text:p></text:list-item></text:list>"
        "</text:list-item><text:list-item><text:p>吨位</text:p></text:list-item></text:list>"
        "<text:tracked-changes><text:p>删除的话</text:p></text:tracked-changes>"
        "<table:table><table:table-row><table:table-cell><text:p>港</text:p></table:table-cell>"
        "<table:table-cell><text:p>深</text:p></table:table-cell></table:table-row></table:table>"
    )
    policy = read(tmp_path, "a.odt", opendocument("text", body, LIST_STYLE))
    assert policy.title == "港口规定"
    assert policy.body.split("\n\n") == [
        "## 总则",
        "船舶应当[1]报告：",
        "（一） 名称\n  c) 中文\n（二） 吨位",
        "港 | 深",
        "[1] 见附件。",
    ]
    assert any("tracked changes" in line for line in review_lines(policy.note))


def test_an_opendocument_text_nested_without_end_is_refused(tmp_path: Path) -> None:
    table = "<table:table><table:table-row><table:table-cell>"
    end = "</table:table-cell></table:table-row></table:table>"
    body = "<text:section>" * 240 + "<text:p>x</text:p>" + "</text:section>" * 240
    assert read(tmp_path / "a", "a.odt", opendocument("text", body)).body == "x"
    path = file(tmp_path, "b.odt", opendocument("text", table * 80 + "x" + end * 80))
    with pytest.raises(ImportRefusedError, match=r"nested too deeply|no well-formed|no text"):
        import_file(path, tmp_path / "corpus")


def test_roman_figures_are_written_as_people_do() -> None:
    assert [roman(number) for number in (4, 9, 14, 49, 399)] == [
        "iv", "ix", "xiv", "xlix", "cccxcix",
    ]  # fmt: skip


def test_rtf_is_read_in_its_code_page(tmp_path: Path) -> None:
    policy = read(tmp_path, "a.rtf", RTF.encode("ascii"))
    assert policy.title == "港口规定"
    assert policy.body.split("\n\n") == [
        "船舶应当报告。",
        "Ships report:",
        "1. by radio\n2. by letter",
        "Port | Depth\nEast | 4 m",
    ]


def test_slides_are_headings_with_their_lists_and_tables(tmp_path: Path) -> None:
    outcome, (policy,) = imported(file(tmp_path, "a.pptx", slides()), tmp_path / "corpus")
    assert policy.body.split("\n\n") == [
        "## Dredging policy",
        "- Dredging pauses in May\n  - except in the north",
        "Port | Depth\nEast | 4 m",
    ]
    left = [report.message for report in outcome.reports if report.kind == "left out"]
    assert left == ["1 hidden slides", "speakers' notes of 1 slides"]


def test_a_book_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    data = book(["<h2>Second</h2><p>Ships wait.</p>", "<h2>First</h2><ul><li>Lamps</li></ul>"])
    policy = read(tmp_path, "a.epub", data)
    assert policy.body == "## First\n\n- Lamps\n\n## Second\n\nShips wait."
    assert (policy.title, str(policy.published), policy.date) == (
        "Harbour Rules",
        "2019-04-03",
        None,
    )


@pytest.mark.parametrize("suffix", [".xlsx", ".odt", ".ods", ".pptx", ".epub"])
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"not a package at all", "it does not begin as one"),
        (packed({"a": "b"})[:60], "is truncated"),
        (packed({"../../etc/x": "b"}), "packs a file outside of itself"),
        (packed({"a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), "declares entities"),
        (packed({"x.xml": b"a" * 4000}), "unpacks to"),
        (packed({"a.txt": "b"}), ""),
    ],
    ids=["other", "truncated", "outside", "entities", "bomb", "empty"],
)
def test_hostile_packages_are_refused_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, data: bytes, why: str
) -> None:
    monkeypatch.setattr("policybot.corpus.importers.office.package.MAX_XML_BYTES", 2000)
    path = file(tmp_path / "in", f"a{suffix}", data)
    with pytest.raises(ImportRefusedError) as refused:
        import_file(path, tmp_path / "corpus")
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("a.rtf", b"Hello", "is no RTF"),
        ("a.rtf", b"{\\rtf1 {{{{{ cut", "is truncated"),
        ("a.rtf", b"{\\rtf1 }", "holds no text"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        ("a.doc", b"any bytes", "is no .doc file; its content is of another kind"),
        ("a.ppt", b"any bytes", "is no .ppt file; its content is of another kind"),
        ("a.xls", b"any bytes", "is no workbook; its content is of another kind"),
        ("a.mht", b"MIME-Version: 1.0\n\nx", "is a web archive without a page"),
    ],
    ids=["other", "truncated", "empty", "encrypted", "doc", "ppt", "xls", "mht"],
)
def test_other_bad_files_are_refused(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    with pytest.raises(ImportRefusedError, match=why):
        import_file(file(tmp_path, name, data), tmp_path / "corpus")


def test_without_libreoffice_an_older_format_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = file(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0 and more")
    with pytest.raises(
        ImportRefusedError, match="read through LibreOffice, which is not installed"
    ):
        import_file(path, tmp_path / "corpus")


def _program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    place = tmp_path / "bin"
    place.mkdir()
    program = place / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")


def test_libreoffice_runs_in_a_profile_of_its_own_without_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = file(tmp_path, "good.docx", word("It rains."))
    seen = tmp_path / "seen"
    script = (
        f'env > "{seen}"; echo "$@" >> "{seen}"; ulimit -t >> "{seen}"\n'
        f'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; cp "{good}" "$2/a.docx"'
    )
    _program(tmp_path, monkeypatch, script)
    monkeypatch.setenv("POLICYBOT_TOKEN", "secret")
    policy = read(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0 and more")
    assert policy.body == "It rains."
    told = seen.read_text()
    assert "http_proxy=http://127.0.0.1:9" in told
    assert f"-env:UserInstallation=file://{tempfile.gettempdir()}/" in told
    assert "secret" not in told
    assert told.rstrip().endswith("180")


@pytest.mark.parametrize("script", ["exit 77", "kill -9 $$", "true"])
def test_a_conversion_that_gives_nothing_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    _program(tmp_path, monkeypatch, script)
    path = file(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0 and more")
    with pytest.raises(ImportRefusedError, match="LibreOffice cannot read it"):
        import_file(path, tmp_path / "corpus")


def test_a_conversion_that_does_not_end_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "child"
    _program(tmp_path, monkeypatch, f'sleep 600 & echo $! > "{mark}"; wait')
    monkeypatch.setattr("policybot.corpus.importers.office.legacy.MAX_SECONDS", 4)
    path = file(tmp_path, "a.doc", b"\xd0\xcf\x11\xe0 and more")
    with pytest.raises(ImportRefusedError, match="took more than 4 s"):
        import_file(path, tmp_path / "corpus")
    await_end(int(mark.read_text()))


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.doc", word("It rains."), "It rains."),
        ("a.doc", b"{\\rtf1\\ansi It rains.\\par}", "It rains."),
        ("a.doc", b"<html><body><p>It rains.</p></body></html>", "It rains."),
        ("a.doc", MHTML, "It rains."),
        ("a.mht", MHTML, "It rains."),
        ("a.xls", workbook({"A": [["Title", "Text"], ["A", "It rains."]]}), "It rains."),
    ],
    ids=["docx", "rtf", "html", "mhtml", "mht", "xlsx"],
)
def test_newer_formats_under_an_older_name_need_no_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, text: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read(tmp_path, name, data).body == text


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_itself_reads_a_doc_with_its_numbers(tmp_path: Path) -> None:
    source = file(tmp_path, "a.rtf", rb"{\rtf1\ansi Ships report.\par They wait.\par}")
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "doc",
         "--outdir", str(tmp_path / "made"), str(source)],
        check=True, capture_output=True,
    )  # fmt: skip
    policy = one(tmp_path / "made" / "a.doc", tmp_path / "corpus")
    assert policy.body == "Ships report.\n\nThey wait."
