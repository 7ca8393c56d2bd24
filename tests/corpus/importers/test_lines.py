from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.importers.texts.lines import Line, Repaired, repair_blocks
from policybot.model import Repair

WRAPPED = """\
The Ministry of Plans issues the following plan for the whole of
the country. It is to be carried out by every office of the land
and by those who work there."""


def repair(text: str, *, ligatures: bool = False) -> list[str]:
    return repaired(text, ligatures=ligatures).paragraphs


def repaired(text: str, *, ligatures: bool = False) -> Repaired:
    blocks = [
        [Line(line, number) for number, line in enumerate(block.split("\n"), 1)]
        for block in text.split("\n\n")
    ]
    return repair_blocks(blocks, ligatures=ligatures)


def test_soft_line_breaks_are_joined_with_a_space() -> None:
    assert repair(WRAPPED) == [WRAPPED.replace("\n", " ")]


def test_soft_line_breaks_between_chinese_characters_are_joined_with_nothing() -> None:
    text = (
        "到二〇一五年，我国要在核心技术研发与产业化、关键标准研究与制定、产业链\n"
        "条建立与完善、重大应用示范与推广等方面取得显著成效。"
    )
    assert repair(text) == [text.replace("\n", "")]


def test_a_line_that_could_have_gone_on_ends_where_it_ends() -> None:
    text = f"{WRAPPED}\n\nMinistry of Plans\nOffice of the Minister\nFirst floor"
    assert repair(text)[-1] == "Ministry of Plans\nOffice of the Minister\nFirst floor"


def test_a_short_line_that_ends_a_sentence_ends_its_paragraph() -> None:
    first, second = "There is a plan.", "It has aims."
    assert repair(f"{WRAPPED}\n{first}\n{second}")[-2:] == [first, second]


@pytest.mark.parametrize(
    "clause",
    [
        "第二条　本办法",
        "（二）工作目标",
        "2. Aims",
        "2.1 Aims",
        "• Aims",
        "(b) aims",
        "二、目标",
        "Article 2",
    ],
)
def test_a_line_that_begins_a_clause_is_joined_to_none_before(clause: str) -> None:
    wide = "a word and another word and one more word and then some words go on"
    assert repair(f"{wide}\n{clause}") == [wide, clause]


def test_an_indented_line_begins_a_paragraph() -> None:
    wide = "国务院办公厅关于推进物联网有序健康发展的指导意见已经国务院同意现印发给你们"
    assert repair(f"{wide}\n　　请认真贯彻执行") == [wide, "请认真贯彻执行"]


@pytest.mark.parametrize("number", ["12", "- 12 -", "— 3 —", "Page 3 of 12", "第 3 页 共 12 页"])
def test_a_page_number_stays_and_joins_nothing(number: str) -> None:
    first, *rest = WRAPPED.split("\n")
    assert repair("\n".join([first, number, *rest])) == [first, number, " ".join(rest)]


def test_an_entry_of_a_table_of_contents_is_a_line_of_its_own() -> None:
    text = f"{'2 Utilities' + ' .' * 40} 5\n3 Functions of the library{' .' * 30} 8"
    assert repair(text) == text.split("\n")


def test_a_narrow_list_is_left_as_it_is() -> None:
    text = "apples oranges\npears and plums\ncherries"
    assert repair(text) == [text]


def test_a_divided_word_is_joined_where_the_text_has_it_whole() -> None:
    text = "The plan is for the develop-\nment of networks. Development is its aim."
    result = repaired(text)
    assert result.text == "The plan is for the development of networks. Development is its aim."
    assert result.repairs == [Repair("develop- ment", "development", 1)]
    assert result.facts() == [
        "repaired: 1 soft line breaks joined",
        "repaired: 1 words divided at a line's end joined",
    ]


def test_a_hyphen_stays_where_the_text_has_it_elsewhere() -> None:
    result = repaired("It is a long-\nterm plan with long-term aims.")
    assert result.text == "It is a long-term plan with long-term aims."
    assert (result.repairs, result.undecided) == ([], [])


@pytest.mark.parametrize("elsewhere", ["", " One administration, two adminis-tration."])
def test_a_divided_word_without_evidence_keeps_its_hyphen_and_is_named(elsewhere: str) -> None:
    result = repaired(f"It is for the adminis-\ntration of networks.{elsewhere}")
    assert result.text.startswith("It is for the adminis-tration of networks.")
    assert (result.repairs, result.undecided) == ([], ["adminis-tration"])


def test_a_capital_after_the_hyphen_is_a_name() -> None:
    result = repaired("It is the Anglo-\nAmerican treaty. Angloamerican is no word.")
    assert result.text.startswith("It is the Anglo-American treaty.")
    assert not result.undecided


def test_soft_hyphens_are_left_out_and_counted() -> None:
    result = repaired("The develop\u00ad\nment of net\u00adworks")
    assert result.text == "The development of networks"
    assert "repaired: 2 soft hyphens left out" in result.facts()


def test_ligatures_are_written_out_where_asked_and_noted_once_each() -> None:
    result = repaired("The oﬃce of the ﬁrst ﬁle of ﬂows", ligatures=True)
    assert result.text == "The office of the first file of flows"
    assert result.repairs == [Repair("ﬃ", "ffi", 1), Repair("ﬁ", "fi", 1), Repair("ﬂ", "fl", 1)]
    assert "repaired: 4 ligatures written out" in result.facts()
    assert repair("The oﬃce") == ["The oﬃce"]


words = st.text(st.sampled_from("abcdefgh .,;12第条（）国务院发展\u3000•"), max_size=60)


@given(st.lists(st.lists(words, max_size=8), max_size=4))
def test_without_hyphens_nothing_but_white_space_ever_changes(blocks: list[list[str]]) -> None:
    lines = [[Line(text, at) for at, text in enumerate(block)] for block in blocks]
    printed = "".join(text for block in blocks for text in block)
    assert re.sub(r"\s", "", repair_blocks(lines).text) == re.sub(r"\s", "", printed)


@given(st.lists(st.text(st.sampled_from("ab -\u00adA国"), max_size=40), max_size=8))
def test_no_letter_is_ever_lost(texts: list[str]) -> None:
    found = repair_blocks([[Line(text, at) for at, text in enumerate(texts)]]).text
    letters = re.compile(r"[^\w]")
    assert letters.sub("", found) == letters.sub("", "".join(texts))


@given(st.lists(words, min_size=1, max_size=8))
def test_no_paragraph_is_blank_or_holds_a_blank_line(texts: list[str]) -> None:
    for paragraph in repair_blocks([[Line(text, 1) for text in texts]]).paragraphs:
        assert paragraph.strip()
        assert "\n\n" not in paragraph
