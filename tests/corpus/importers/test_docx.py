from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.importers.office.docx import read_docx
from policybot.corpus.importers.office.docx_numbers import Numbering
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.model import Policy
from tests.corpus.importers.samples import imported, one


def saved(folder: Path, build: Callable[[Any], None], name: str = "a.docx") -> Path:
    document = docx.Document()
    build(document)
    document.save(str(folder / name))
    return folder / name


def append(document: Any, xml: str) -> None:
    """Put a paragraph, written as XML, at the end of the text."""
    document.element.body.insert_element_before(
        parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"), "w:sectPr"
    )


def body_of(tmp_path: Path, xml: str) -> Policy:
    return one(saved(tmp_path, lambda document: append(document, xml)), tmp_path / "corpus")


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_title_headings_paragraphs_lists_and_tables_are_read(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.add_paragraph("The Plan", style="Title")
        document.add_heading("Aims", 1)
        document.add_heading("Near ones", 2)
        document.add_paragraph("A paragraph with\ta tab  and\na line break.")
        document.add_paragraph("first", style="List Number")
        document.add_paragraph("second", style="List Number")
        document.add_paragraph("dot", style="List Bullet")
        table = document.add_table(2, 2)
        for at, text in enumerate("abcd"):
            table.cell(at // 2, at % 2).text = text
        document.add_paragraph("The end.")

    policy = one(saved(tmp_path, build), tmp_path / "corpus")
    assert policy.title == "The Plan"
    assert policy.body.split("\n\n") == [
        "## Aims",
        "### Near ones",
        "A paragraph with\ta tab and\na line break.",
        "1. first\n2. second\n- dot",
        "a | b\nc | d",
        "The end.",
    ]
    assert str(policy.source) == "a.docx, paragraphs 1-12"
    assert "no title" not in (policy.note or "")


def test_the_properties_of_the_file_date_and_title_nothing(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.core_properties.title = "Template of 2003"
        document.core_properties.author = "Ministry of Plans"
        document.add_paragraph("The Plan")
        document.add_paragraph("Its text.")

    policy = one(saved(tmp_path, build), tmp_path / "corpus")
    assert (policy.title, policy.date, policy.issuers) == ("The Plan", None, ())
    assert "review: no title is stated; this one is the first line" in (policy.note or "")


def test_a_title_property_that_the_text_prints_is_the_title(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.core_properties.title = "National Plan"
        document.add_paragraph("No. 7")
        document.add_paragraph("National  Plan")

    policy = one(saved(tmp_path, build), tmp_path / "corpus")
    assert policy.title == "National Plan"
    assert "no title" not in (policy.note or "")


def test_a_label_table_states_what_the_document_is(tmp_path: Path) -> None:
    rows = [
        ("标题", "管理办法", "发文机关", "财政部"),
        ("成文日期", "2012年2月14日", "文号", "第7号"),
    ]

    def build(document: Any) -> None:
        table = document.add_table(2, 4)
        for at, row in enumerate(rows):
            for cell, text in zip(table.rows[at].cells, row, strict=True):
                cell.text = text
        document.add_paragraph("第一条 施行。")

    policy = one(saved(tmp_path, build), tmp_path / "corpus")
    assert (policy.title, policy.issuers, policy.number) == ("管理办法", ("财政部",), "第7号")
    assert (str(policy.date), policy.body, policy.note) == ("2012-02-14", "第一条 施行。", None)


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (f"{run('one')}{run(' ')}{run('two')}", "one two"),
        (f'<w:hyperlink w:anchor="x">{run("linked")}</w:hyperlink>', "linked"),
        (f"<w:smartTag>{run('tagged')}</w:smartTag>", "tagged"),
        (f"<w:sdt><w:sdtContent>{run('control')}</w:sdtContent></w:sdt>", "control"),
        (f"{run('a')}<w:r><w:noBreakHyphen/></w:r>{run('b')}", "a\u2011b"),
        (f"{run('a')}<w:r><w:tab/></w:r>{run('b')}", "a\tb"),
        (f"<w:fldSimple w:instr='PAGE'>{run('3')}</w:fldSimple>", "3"),
        (f"<w:r><w:instrText>PAGE</w:instrText></w:r>{run('a')}", "a"),
        (f"{run('a')}<w:r><w:br w:type='page'/></w:r>{run('b')}", "a b"),
    ],
)
def test_everything_printed_is_text(tmp_path: Path, xml: str, text: str) -> None:
    assert body_of(tmp_path, xml).body == text


def test_tracked_changes_are_read_as_made_and_marked(tmp_path: Path) -> None:
    change = 'w:id="1" w:author="x"'
    deleted = "<w:r><w:delText>four</w:delText></w:r>"
    xml = f"<w:del {change}>{deleted}</w:del><w:ins {change}>{run('five')}</w:ins>{run(' years')}"
    policy = body_of(tmp_path, xml)
    assert policy.body == "five years"
    counts = "1 insertions are in the text, 1 deletions are not"
    line = f"review: the document has tracked changes; {counts}"
    assert line in (policy.note or "").split("\n")


def test_struck_hidden_and_symbol_text_needs_a_person(tmp_path: Path) -> None:
    struck = f"{run('fo', '<w:strike/>')}{run('ur', '<w:strike/>')}"
    symbol = '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    hidden = run("secret", "<w:vanish/>")
    plain = run(" five", '<w:strike w:val="0"/>')
    policy = body_of(tmp_path, f"{struck}{plain}{hidden}{symbol}")
    assert policy.body == "~~four~~ five□"
    note = policy.note or ""
    assert "review: the document has hidden text; 1 pieces of it are left out" in note
    assert "review: the document strikes out words; they are between ~~" in note
    assert "review: 1 symbols are in fonts of their own; □ stands for each" in note


def test_text_boxes_come_after_their_paragraph_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent><w:p>{run('boxed')}</w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    xml = (
        f"{run('text')}<w:r><mc:AlternateContent {mc}><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert body_of(tmp_path, xml).body == "text\n\nboxed"


def numbering(levels: str, lists: str) -> Numbering:
    return Numbering(parse_xml(f"<w:numbering {nsdecls('w')}>{levels}{lists}</w:numbering>"))


def level(depth: int, style: str, text: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{style}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


LIST = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


@pytest.mark.parametrize(
    ("style", "text", "first_twelve"),
    [
        ("decimal", "%1.", ["1.", "2.", "12."]),
        ("chineseCounting", "第%1条", ["第一条", "第二条", "第十二条"]),
        ("chineseCountingThousand", "（%1）", ["（一）", "（二）", "（十二）"]),
        ("ideographDigital", "%1、", ["一、", "二、", "一二、"]),
        ("lowerLetter", "%1)", ["a)", "b)", "l)"]),
        ("upperRoman", "%1", ["I", "II", "XII"]),
        ("decimalEnclosedCircleChinese", "%1", ["①", "②", "⑫"]),
        ("bullet", "\uf0b7", ["-", "-", "-"]),
    ],
)
def test_numbers_are_written_as_word_writes_them(
    style: str, text: str, first_twelve: list[str]
) -> None:
    counted = numbering(
        f'<w:abstractNum w:abstractNumId="0">{level(0, style, text)}</w:abstractNum>', LIST
    )
    numbers = [counted.next("1", 0) for _ in range(12)]
    assert [numbers[0], numbers[1], numbers[11]] == first_twelve


def test_levels_count_within_each_other_and_begin_again() -> None:
    levels = level(0, "decimal", "%1") + level(1, "decimal", "%1.%2")
    counted = numbering(f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>', LIST)
    depths = [0, 1, 1, 0, 1]
    assert [counted.next("1", depth) for depth in depths] == ["1", "1.1", "1.2", "2", "2.1"]


def test_two_lists_of_one_kind_count_on_unless_one_begins_anew() -> None:
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3">'
        '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    counted = numbering(
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1")}</w:abstractNum>',
        LIST + more,
    )
    assert [counted.next(name, 0) for name in ("1", "2", "3", "3", "0", "9")] == [
        "1", "2", "1", "2", "", ""
    ]  # fmt: skip


def test_a_way_of_numbering_that_is_unknown_is_reported(tmp_path: Path) -> None:
    counted = numbering(
        f'<w:abstractNum w:abstractNumId="0">{level(0, "hebrew1", "%1.")}</w:abstractNum>', LIST
    )
    assert counted.next("1", 0) == "1."
    assert counted.unknown == {"hebrew1"}


def test_footnotes_follow_the_text_with_their_marks(tmp_path: Path) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    def build(document: Any) -> None:
        note = f'<w:footnote w:id="2"><w:p>{run("See the law.")}</w:p></w:footnote>'
        notes = f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>"
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        append(
            document,
            f'{run("The text")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(" goes on.")}',
        )

    policy = one(saved(tmp_path, build), tmp_path / "corpus")
    assert policy.body == "The text[1] goes on.\n\n[1] See the law."


def test_styles_that_are_based_on_each_other_end(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        styles = document.styles
        one_style, other = styles.add_style("One", 1), styles.add_style("Other", 1)
        one_style.base_style, other.base_style = other, one_style
        document.add_paragraph("A plan.", style="One")

    assert one(saved(tmp_path, build), tmp_path / "corpus").body == "A plan."


def test_merged_cells_are_read_once(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        table = document.add_table(2, 2)
        table.cell(0, 0).merge(table.cell(1, 0)).text = "both"
        table.cell(0, 1).text, table.cell(1, 1).text = "x", "y"

    assert one(saved(tmp_path, build), tmp_path / "corpus").body == "both | x\ny"


def test_a_document_of_images_only_needs_ocr(tmp_path: Path) -> None:
    from policybot.errors import ImportRefusedError

    path = saved(tmp_path, lambda document: None)
    with pytest.raises(ImportRefusedError, match=r"a\.docx: holds no text$"):
        imported(path, tmp_path / "corpus")


text = st.text(
    st.characters(
        blacklist_categories=["Cs", "Cc", "Cn"], blacklist_characters="\ufffd~\ufffe\uffff"
    )
)


@settings(deadline=None, max_examples=12)
@given(st.lists(text, min_size=1, max_size=5))
def test_every_character_of_every_paragraph_is_in_the_text_in_order(texts: list[str]) -> None:
    import tempfile

    printed = re.sub(r"\s", "", "".join(texts))
    if not printed:
        return

    def build(document: Any) -> None:
        for text in texts:
            document.add_paragraph(text)

    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), build)
        source = SourceFile(path, path.name, path.stat().st_size, "0" * 64)
        (policy,) = [p for p in read_docx(source, ImportOptions()) if isinstance(p, Policy)]
    assert re.sub(r"\s", "", policy.body) == printed
