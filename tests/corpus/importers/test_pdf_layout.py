"""What a PDF prints where: columns, heads and feet, footnotes, tables, headings."""

from __future__ import annotations

from pathlib import Path

import pytest

from policybot.corpus.importers.pdf.readable import why_unreadable
from policybot.model import Policy
from tests.corpus.importers.samples import lines_at, one, pdf, put

pytestmark = pytest.mark.usefixtures("no_ocr")

LEFT = (
    "The warden of the lock opens it at the",
    "sixth hour of the day. A boat that waits",
    "for the lock lies at the north bank, and",
    "no boat passes another there.",
)
RIGHT = (
    "Tolls are paid at the lower gate before",
    "the boat enters. Whoever pays late pays",
    "a tenth more for every day that passes,",
    "up to twice the toll.",
)
TEXT = (
    "The owner of a mill keeps the weir in repair and clears the grate each",
    "morning. The inspector of waters may at any time ask that the sluice be",
    "opened for as long as the level of the river stays above the upper mark.",
)


def imported(folder: Path, *pages: bytes, info: bytes = b"") -> Policy:
    path = folder / "a.pdf"
    path.write_bytes(pdf(pages, info=info))
    return one(path, folder / "corpus")


def paragraphs(policy: Policy) -> list[str]:
    return policy.body.split("\n\n")


@pytest.mark.parametrize("drawn", ["row by row", "column by column"])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(
    tmp_path: Path, drawn: str
) -> None:
    left, right = lines_at(60, 700, *LEFT), lines_at(310, 700, *RIGHT)
    if drawn == "row by row":
        items = [item for pair in zip(left, right, strict=True) for item in pair]
    else:
        items = [*left, *right]
    policy = imported(tmp_path, put((60, 760, 16, "Rules of the Lock"), *items))
    assert paragraphs(policy)[1:] == [" ".join(LEFT), " ".join(RIGHT)]


def test_a_sentence_goes_on_in_the_next_column(tmp_path: Path) -> None:
    first = (*LEFT[:3], "no boat passes another there before it")
    then = ("has been called by the warden himself.", *RIGHT[:3])
    policy = imported(tmp_path, put(*lines_at(60, 700, *first), *lines_at(310, 700, *then)))
    assert "before it has been called by the warden himself." in policy.body


def with_edges(number: int, *items: tuple[float, float, float, str]) -> bytes:
    edges = [
        (60.0, 805.0, 9.0, f"River Gazette, No. {number}"),
        (290.0, 30.0, 9.0, f"- {number} -"),
    ]
    return put(*edges, *items)


def test_heads_and_page_numbers_cut_no_sentence_and_are_stated_in_the_note(tmp_path: Path) -> None:
    pages = [
        with_edges(1, (60, 760, 16, "Weir Order"), *lines_at(60, 700, *TEXT[:2])),
        with_edges(2, *lines_at(60, 700, TEXT[2], *TEXT[:2])),
        with_edges(3, *lines_at(60, 700, TEXT[2])),
    ]
    policy = imported(tmp_path, *pages)
    assert policy.title == "Weir Order"
    assert "Gazette" not in policy.body
    assert "- 2 -" not in policy.body
    assert policy.body.count(" ".join(TEXT)) == 2
    assert "page head: River Gazette, No. 1" in (policy.note or "").split("\n")


def test_a_first_line_that_no_other_page_has_is_no_head(tmp_path: Path) -> None:
    firsts = (
        "Ferries sail at dawn.",
        "Nets are taken in.",
        "Lamps are lit by dusk.",
        "Tolls rise.",
    )
    pages = [put(*lines_at(60, 790, first, *TEXT)) for first in firsts]
    policy = imported(tmp_path, *pages)
    assert [first for first in firsts if first not in policy.body] == []


def test_bullets_at_one_height_are_no_head(tmp_path: Path) -> None:
    items = ("one boat a day", "two boats a week", "three boats a month", "four boats")
    pages = [
        put((60, 780, 11, "\u2022"), (74, 780, 11, f"{item} may pass."), *lines_at(60, 740, *TEXT))
        for item in items
    ]
    policy = imported(tmp_path, *pages)
    assert [item for item in items if item not in policy.body] == []


def test_footnotes_follow_and_their_marks_cut_no_sentence(tmp_path: Path) -> None:
    text = put(
        (60, 700, 11, "The duty on grain is due from 2 March 2025"),
        (273.4, 704, 6.5, "3"),
        (277, 700, 11, ", and is paid to the council of the town"),
        (60, 686, 11, "in whose market the grain is sold."),
        *lines_at(60, 660, *TEXT),
        (60, 90, 6, "3"),
        (64, 87, 8, "Decision of the Council of 9 June 2011."),
    )
    policy = imported(tmp_path, text)
    assert paragraphs(policy) == [
        (
            "The duty on grain is due from 2 March 2025, and is paid to the council of the town "
            "in whose market the grain is sold."
        ),
        " ".join(TEXT),
        "3 Decision of the Council of 9 June 2011.",
    ]
    assert "repaired: 1 marks of footnotes left out of the text" in (policy.note or "")


def test_a_number_above_the_line_that_is_no_mark_is_written_so(tmp_path: Path) -> None:
    text = put(
        (60, 700, 11, "A stall has 9 m"), (132.1, 704, 6.5, "2"), (139, 700, 11, "of ground.")
    )
    assert imported(tmp_path, text).body == "A stall has 9 m² of ground."


def test_footnotes_stand_on_their_own_page_where_a_paragraph_goes_on(tmp_path: Path) -> None:
    first = put(*lines_at(60, 700, *TEXT[:2]), (60, 90, 8, "1 See the register."))
    policy = imported(tmp_path, first, put(*lines_at(60, 700, TEXT[2])))
    assert paragraphs(policy) == ["1 See the register.", " ".join(TEXT)]


def test_what_is_printed_over_itself_is_there_once(tmp_path: Path) -> None:
    again = [(60 + by, 700.0, 12.0, "Street Lighting Rule") for by in (0.0, 0.3, 0.6)]
    assert imported(tmp_path, put(*again)).body == "Street Lighting Rule"


def test_a_row_of_a_table_is_a_line_with_all_its_cells(tmp_path: Path) -> None:
    rows = [("Year", "Oats", "Rye"), ("1990", "12,300", "450"), ("1991", "9,870", "512")]
    items = [
        (60.0 + 120 * column, 700.0 - 16 * row, 11.0, cell)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    assert imported(tmp_path, put(*items)).body == "\n".join(map(" ".join, rows))


def test_a_cell_of_several_lines_is_read_whole(tmp_path: Path) -> None:
    items, y = [], 700.0
    for matter in ("Mill permit", "Lock permit", "Weir permit"):
        items += [(60.0, y, 11.0, matter), (480.0, y, 11.0, "30.00")]
        items += lines_at(
            160, y, f"The {matter.lower()} is given for a year by the office", "of waters."
        )
        y -= 40
    rules = [(55.0, 540.0, 715.0 - 40 * at) for at in range(4)]
    body = imported(tmp_path, put(*items, rules=rules)).body
    assert (
        "Lock permit\nThe lock permit is given for a year by the office of waters.\n30.00" in body
    )


def test_lines_larger_than_the_text_are_headings(tmp_path: Path) -> None:
    text = put(
        (60, 780, 20, "Weir Order"),
        (60, 720, 14, "Duties of the owner"),
        *lines_at(60, 690, *TEXT),
    )
    policy = imported(tmp_path, text)
    assert policy.title == "Weir Order"
    assert paragraphs(policy) == ["Weir Order", "## Duties of the owner", " ".join(TEXT)]


def test_a_fragment_of_the_first_page_is_no_title(tmp_path: Path) -> None:
    lines = lines_at(60, 780, "P9_TA(2014)0138", "Lighthouse Safety Act", "The keeper stays.")
    assert imported(tmp_path, put(*lines), info=b"/Title (TA)").title != "TA"


def test_turned_text_that_pages_repeat_is_left_out(tmp_path: Path) -> None:
    stamp = b"BT /F1 7 Tf 0 1 -1 0 20 100 Tm (printed on press 7) Tj ET\n"
    pages = [stamp + put(*lines_at(60, 700, *TEXT, f"Page {n} of it.")) for n in ("one", "two")]
    assert "press" not in imported(tmp_path, *pages).body


def test_a_map_of_characters_that_makes_no_words_is_noticed() -> None:
    text = " ".join(TEXT)
    shifted = "".join(chr(ord(c) + 3) if c.isalpha() and c not in "xyzXYZ" else c for c in text)
    assert why_unreadable(text, len(text), 0) is None
    assert why_unreadable(shifted, len(text), 0) == ("its fonts give it letters that make no words")


def test_chinese_of_characters_that_hardly_occur_is_noticed() -> None:
    text = (
        "为了规范河港疏浚活动，保障航道畅通，疏浚单位应当在开工前三十日向港口管理机构提交疏浚方案。"
    )
    rare = "".join(chr(0x9000 + ord(c) % 0x500) if c >= "一" else c for c in text)
    assert why_unreadable(text, len(text), 0) is None
    assert why_unreadable(text.encode("big5", "ignore").decode("big5"), 40, 0) is None
    assert "hardly occur" in (why_unreadable(rare, len(rare), 0) or "")
