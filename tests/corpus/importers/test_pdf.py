from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.importers.pdf.document import read_pdf
from policybot.corpus.importers.pdf.recognition import ADVICE
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.model import Policy, Repair
from tests.corpus.importers.samples import DRAWING, imported, one, page, pdf

FILES = Path(__file__).parent / "files"
pytestmark = pytest.mark.usefixtures("no_ocr")

FIRST = page(
    "National Plan of Networks",
    "The Ministry of Plans hereby issues the following plan for the develop-",
    "ment of networks. Their development is the aim of the whole of the land",
    "and of the people in it.",
    "1. First aim.",
)


def saved(folder: Path, data: bytes, name: str = "a.pdf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_the_text_of_every_page_is_read_with_its_repairs(tmp_path: Path) -> None:
    path = saved(tmp_path, pdf([FIRST, page("Second page of the plan.")]))
    outcome, (policy,) = imported(path, tmp_path / "corpus")
    assert policy.body.split("\n\n") == [
        (
            "National Plan of Networks\nThe Ministry of Plans hereby issues the following plan for "
            "the development of networks. Their development is the aim of the whole of the land "
            "and of the people in it."
        ),
        "1. First aim.",
        "Second page of the plan.",
    ]
    assert policy.repairs == (Repair("develop- ment", "development", 1),)
    assert str(policy.source) == "a.pdf, pages 1-2"
    assert policy.source is not None
    assert policy.source.pages == (
        (1, "National Plan of Networks"),
        (2, "Second page of the plan."),
    )
    assert "repaired: 1 words divided at a line's end joined" in (policy.note or "")
    assert "a.pdf: repaired: 1 words divided at a line's end joined" in map(str, outcome.reports)


def test_a_packed_page_reads_the_same(tmp_path: Path) -> None:
    plain = one(saved(tmp_path, pdf([FIRST]), "a.pdf"), tmp_path / "one")
    packed = one(saved(tmp_path, pdf([FIRST], packed=True), "b.pdf"), tmp_path / "two")
    assert plain.body == packed.body


def test_a_paragraph_goes_on_over_the_end_of_a_page(tmp_path: Path) -> None:
    first = page("The first page of this text is about as wide as a page is and", "goes on with a")
    second = page("word.")
    wide = page("A line that is as wide as a page is and a little more, it ends in and", *[])
    policy = one(saved(tmp_path, pdf([first, second, wide, second])), tmp_path / "corpus")
    assert policy.body.endswith("it ends in and word.")


def test_no_date_of_the_file_is_the_policys(tmp_path: Path) -> None:
    info = b"/CreationDate (D:20200101000000Z) /ModDate (D:20200102000000Z) /Author (Web team)"
    policy = one(
        saved(tmp_path, pdf([page("A plan.", "It names no day.")], info=info)), tmp_path / "c"
    )
    assert (policy.date, policy.issuers) == (None, ())
    assert (policy.note or "").split("\n")[-2:] == [
        "review: no date is stated",
        "review: no issuer is stated",
    ]


def test_the_files_title_is_believed_where_the_first_page_prints_it(tmp_path: Path) -> None:
    lines = ("No. 7", "National Plan", "of Networks", "Text.")
    info = b"/Title (National Plan of  Networks)"
    policy = one(saved(tmp_path, pdf([page(*lines)], info=info)), tmp_path / "corpus")
    assert policy.title == "National Plan of Networks"
    assert "no title" not in (policy.note or "")


def test_the_files_title_is_not_believed_otherwise(tmp_path: Path) -> None:
    info = b"/Title (Microsoft Word - template.dot)"
    policy = one(saved(tmp_path, pdf([page("National Plan", "Text.")], info=info)), tmp_path / "c")
    assert policy.title == "National Plan"
    assert "review: no title is stated; this one is the first line" in (policy.note or "")


def test_a_page_without_a_text_layer_is_reported_and_not_skipped(tmp_path: Path) -> None:
    path = saved(tmp_path, pdf([page("One."), DRAWING, b"", page("Four.")]))
    outcome, (policy,) = imported(path, tmp_path / "corpus")
    assert policy.body == "One.\n\nFour."
    assert f"review: page 2 has no text layer; {ADVICE}" in (policy.note or "").split("\n")
    assert ("page 2 has no text layer", 1) in outcome.reviews
    assert "a.pdf: skipped: page 3 is blank" in map(str, outcome.reports)


def test_labels_on_the_first_page_are_the_documents_statements(tmp_path: Path) -> None:
    lines = (
        "Title: National Plan",
        "Issued by: Ministry of Plans",
        "Document date: 14 February 2012",
    )
    policy = one(saved(tmp_path, pdf([page(*lines, "The text.")])), tmp_path / "corpus")
    assert (policy.title, policy.issuers) == ("National Plan", ("Ministry of Plans",))
    assert str(policy.date) == "2012-02-14"
    assert policy.body == "The text."


NAMELESS = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 32 /LastChar 126 /Widths ["
    + b"500 " * 95
    + b"] "
    b"/ToUnicode 4 0 R /Encoding /WinAnsiEncoding >>"
)


def to_unicode(target: bytes) -> bytes:
    cmap = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> "
        b"endcodespacerange 1 beginbfchar <42> <%s> endbfchar endcmap end" % target
    )
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)


def test_a_character_without_meaning_is_shown_as_such_and_marked(tmp_path: Path) -> None:
    text = "A plan of 2012 " * 10
    data = pdf([page(f"{text}B end.")], font=NAMELESS, more=[to_unicode(b"FFFD")])
    policy = one(saved(tmp_path, data), tmp_path / "corpus")
    assert policy.body == f"{text}□ end."
    assert "page 1 has a character of no meaning in its font; □ stands for it" in (
        policy.note or ""
    )


def test_a_page_whose_fonts_mean_nothing_needs_ocr(tmp_path: Path) -> None:
    data = pdf([page("BBBB BBBB BBBB"), page("Text.")], font=NAMELESS, more=[to_unicode(b"FFFD")])
    policy = one(saved(tmp_path, data), tmp_path / "corpus")
    assert policy.body == "Text."
    assert "review: page 1 has no usable text layer; 12 of its 12 characters" in (policy.note or "")


def test_ligatures_are_written_out(tmp_path: Path) -> None:
    data = pdf([page("The oBce")], font=NAMELESS, more=[to_unicode(b"FB03")])
    assert one(saved(tmp_path, data), tmp_path / "corpus").body == "The office"


@pytest.mark.parametrize("name", ["rc4-128-owner", "aes-128-owner", "aes-256-owner"])
def test_a_pdf_that_anybody_may_open_is_read(tmp_path: Path, name: str) -> None:
    assert one(FILES / f"{name}.pdf", tmp_path / "corpus").body == "A plan."


words = st.text(st.sampled_from("abcdefghijk .,;()\\"), max_size=60)


@settings(max_examples=15)
@given(st.lists(st.lists(words, max_size=5), min_size=1, max_size=3))
def test_every_character_of_every_page_is_in_the_text_in_order(pages: list[list[str]]) -> None:
    import tempfile

    # Lines of their own, as those that pages repeat are running heads.
    own = [
        [f"{'xyz'[at]}{'lmnop'[number]}{line}" for number, line in enumerate(lines)]
        for at, lines in enumerate(pages)
    ]
    printed = re.sub(r"\s", "", "".join(line for lines in own for line in lines))
    if not printed:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = saved(Path(folder), pdf([page(*lines) for lines in own]))
        source = SourceFile(path, path.name, path.stat().st_size, "0" * 64)
        (policy,) = [p for p in read_pdf(source, ImportOptions()) if isinstance(p, Policy)]
    assert re.sub(r"[\s#]", "", policy.body) == printed
