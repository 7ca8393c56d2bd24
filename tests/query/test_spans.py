"""Any text is read, and what is read of it points back to what was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.query.conditions import And, Condition, Not, Or
from policybot.query.query import Query
from tests.query.seed import lines_of, read_question

_PIECES = [
    "MIIT", "the NDRC", "工信部", "财政部", "工業和信息化部", "國務院辦公廳",
    "policies", "政策", "文件",
    "發布的", "issued by", "issued in", "since", "before", "2012",
    "２０１２年", "2012年以來", "in 2013",
    "not", "没有", "mention", "提到", "Wuxi",
    "無錫", "“plan”", '"plan"', "《物聯網》", "in the title",
    "jointly", "聯合", "newest first", "No. 1718 [2013]", "〔2013〕1718号", "，",
    "、", ", and ", "?", "？",
    ". ", "。", "\n", "　", " ", "\u200b", "ﬁ", "e\u0301",
    "😀", "Ｗｕｘｉ", "políticas de", "¿Qué",
    "emitidas por el", "thx", "谢谢", "é", "İ", "ß",
]  # fmt: skip
"""Parts of questions; some change their length or their characters when they are normalised."""

typed = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=12).map("".join),
    st.lists(st.sampled_from(_PIECES), max_size=12).map(" ".join),
    st.text(max_size=200),
)


def spans(query: Query) -> list[tuple[int, int]]:
    """Return the spans of all conditions and of what was ignored."""
    found = [span for _, span in query.ignored]
    conditions: list[Condition] = list(query.conditions)
    while conditions:
        one = conditions.pop()
        if one.span:
            found.append(one.span)
        if isinstance(one, Not):
            conditions.append(one.condition)
        elif isinstance(one, And | Or):
            conditions += one.conditions
    return found


@given(typed)
def test_no_text_raises(question: str) -> None:
    assert read_question(question).question == question


@given(typed)
def test_every_span_lies_within_what_was_typed_and_holds_something(question: str) -> None:
    for start, end in spans(read_question(question)):
        assert 0 <= start < end <= len(question)
        assert question[start:end].strip()


@given(typed)
def test_every_condition_has_a_span(question: str) -> None:
    assert all(condition.span for condition in read_question(question).conditions)


@given(typed)
def test_what_is_ignored_is_what_its_span_holds(question: str) -> None:
    for text, (start, end) in read_question(question).ignored:
        said = unicodedata.normalize("NFKC", question[start:end]).casefold()
        assert text.split()[0][0].casefold() in said or not text.isascii()


@given(typed)
def test_the_same_text_is_read_the_same_twice(question: str) -> None:
    assert read_question(question) == read_question(question)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Which policies did MIIT issue in 2012 that mention Wuxi?",
            {"issued_by": "MIIT", "issued_in": "2012", "holds": "Wuxi"},
        ),
        (
            "２０１２年工信部發布的提到無錫的政策",
            {"issued_by": "工信部", "issued_in": "２０１２年", "holds": "無錫"},
        ),
        (
            "國務院辦公廳２０１３年發布了哪些政策？",
            {"issued_by": "國務院辦公廳", "issued_in": "２０１３年"},
        ),
        (
            "Hello there! Which policies by ＭＩＩＴ mention Wuxi?",
            {"issued_by": "ＭＩＩＴ", "holds": "Wuxi"},
        ),
        (
            "Thanks for the help 😀. ¿Qué políticas emitió el MIIT en 2012?",
            {"issued_by": "MIIT", "issued_in": "2012"},
        ),
    ],
)
def test_a_span_holds_the_words_of_its_condition(question: str, parts: dict[str, str]) -> None:
    query = read_question(question)
    found = {one.kind: question[slice(*one.span)] for one in query.conditions if one.span}
    assert found.keys() == parts.keys()
    for kind, words in parts.items():
        assert words in found[kind]
        assert len(found[kind]) < len(question) - 2, "a span is not the whole question"


@pytest.mark.parametrize("name", ["parity.jsonl", "spanish.jsonl", "wrapped.jsonl"])
def test_the_conditions_of_every_question_have_spans(name: str) -> None:
    for row in lines_of(name):
        for question in row.values():
            query = read_question(question)
            assert all(one.span for one in query.conditions), question
            assert all(question[start:end].strip() for start, end in spans(query)), question
