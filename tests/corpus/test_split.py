from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.split import sentence_spans, split_policy
from policybot.model import Passage, Policy


def count_words(texts: Sequence[str]) -> list[int]:
    """A word is a token and so is a Chinese character; two more are special."""
    return [
        2 + len(text.split()) + sum("\u4e00" <= character <= "\u9fff" for character in text)
        for text in texts
    ]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [2 + len(text) for text in texts]


def passages_of(body: str, max_tokens: int = 100) -> list[Passage]:
    return split_policy(Policy("p", "A title", body), count_words, max_tokens)


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


MARKDOWN = st.lists(
    st.sampled_from(
        [
            *("\n", "\n\n", "# A", "## B\n", "- item\n", "| a | b |\n", "```\n", "---\n", "===\n"),
            *("1. One thing. ", "No. 5 is e.g. this. ", "国务院发布。", "工信部；", " ", "\r\n"),
            *(
                "word ",
                "U.S. policy, ",
                "3.5 ",
                "\t",
                "\u2028",
                "\x85",
                "“好。”",
                "(2) b ",
                "...",
                "x" * 30,
            ),
        ]
    ),
    max_size=30,
).map("".join)


@settings(deadline=None)
@given(MARKDOWN | st.text(max_size=200), st.integers(3, 40))
def test_a_passage_is_the_bodys_own_text_and_nothing_is_lost(body: str, size: int) -> None:
    passages = split_policy(Policy("p", "t", body), count_characters, size)
    end = 0
    for passage in passages:
        assert passage.text == body[passage.start : passage.end]
        assert passage.text == passage.text.strip() != ""
        assert passage.start >= end
        end = passage.end
        assert count_characters([passage.text])[0] <= size
    assert bool(passages) == bool(body.strip())
    assert [passage.id for passage in passages] == [f"p#{n + 1}" for n in range(len(passages))]


@settings(deadline=None)
@given(MARKDOWN | st.text(max_size=200))
def test_every_character_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    covered = [at for start, end in spans for at in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(covered)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
    assert spans == sorted(spans)


@settings(deadline=None)
@given(st.text(alphabet="ab. ;,中。\n", min_size=1, max_size=120), st.integers(3, 30))
def test_the_words_of_a_body_without_headings_are_all_in_passages(text: str, size: int) -> None:
    passages = split_policy(Policy("p", "t", text), count_characters, size)
    kept = "".join("".join(passage.text.split()) for passage in passages)
    assert kept == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is. Two is! Three?", ["One is.", "Two is!", "Three?"]),
        ("See No. 12 of it. The end.", ["See No. 12 of it.", "The end."]),
        ("The answer is no. We end.", ["The answer is no.", "We end."]),
        ("Mr. Li of the U.S. office, e.g. here. Done.", None),
        ("In the U.S. The plan is.", ["In the U.S.", "The plan is."]),
        ("It costs 3.5 million. More.", ["It costs 3.5 million.", "More."]),
        ('He said "Yes." Then left.', ['He said "Yes."', "Then left."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("Until the end of 2013. The next.", ["Until the end of 2013.", "The next."]),
        (
            "国务院发布。工信部说：“好。”然后；完！",
            ["国务院发布。", "工信部说：“好。”", "然后；", "完！"],
        ),
        ("要求：（一）加强。（二）突破", ["要求：", "（一）加强。", "（二）突破"]),
        ("如下：一、加强；二、突破。", ["如下：", "一、加强；", "二、突破。"]),
        ("as follows: (1) one; (2) two.", ["as follows:", "(1) one;", "(2) two."]),
        ("It fits\non two lines. Next.", ["It fits\non two lines.", "Next."]),
        ("- one. Two\n- three", ["- one.", "Two", "- three"]),
        ("| a. B | c |\n|---|---|\n| D. E | f |", ["| a. B | c |", "|---|---|", "| D. E | f |"]),
        ("```\nx. Y\n\nz. Z\n```", ["```", "x. Y", "z. Z", "```"]),
        ("   ", []),
    ],
)
def test_sentences_in_english_and_chinese(text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = ["Mr. Li of the U.S. office, e.g. here.", "Done."]
    assert sentences_of(text) == expected


def test_numbered_items_inside_a_paragraph_are_sentences() -> None:
    text = (
        "the key points are as follows: 1. Strengthening design: strengthening work. 2. Break"
        " through the core, by 2014. 3. Carry out application."
    )
    assert sentences_of(text) == [
        "the key points are as follows:",
        "1. Strengthening design: strengthening work.",
        "2. Break through the core, by 2014.",
        "3. Carry out application.",
    ]


def test_headings_give_a_path_and_are_no_passages() -> None:
    body = "lead\n\n# One\na\n\n## Two ##\nb\n\n### Three\n\nc\n\n## Four\nd\n\nFive\n====\ne"
    assert [(passage.text, passage.headings) for passage in passages_of(body)] == [
        ("lead", ()),
        ("a", ("One",)),
        ("b", ("One", "Two")),
        ("c", ("One", "Two", "Three")),
        ("d", ("One", "Four")),
        ("e", ("Five",)),
    ]


def test_a_body_of_headings_alone_is_quoted_as_it_is() -> None:
    assert [passage.text for passage in passages_of("# One\n\n## Two")] == ["One", "Two"]


def test_lists_tables_and_code_are_one_paragraph_as_written() -> None:
    blocks = ["- a\n- b\n  more", "| a | b |\n|---|---|\n| c | d |", "```\nx\n\n# no heading\n```"]
    assert [passage.text for passage in passages_of("\n\n".join(blocks))] == blocks


def test_rules_between_paragraphs_are_no_text() -> None:
    assert [passage.text for passage in passages_of("one\n\n---\n\n* * *\ntwo")] == ["one", "two"]


def test_a_long_paragraph_is_divided_at_sentence_ends_into_even_parts() -> None:
    sentences = [f"Sentence {name} has five words." for name in "abcdef"]
    passages = passages_of(" ".join(sentences), max_tokens=22)
    assert [passage.text for passage in passages] == [
        " ".join(sentences[:3]),
        " ".join(sentences[3:]),
    ]
    assert [len(passage.sentences) for passage in passages] == [3, 3]


def test_a_long_sentence_is_divided_at_clause_ends() -> None:
    passages = passages_of("one two three, four five six, seven eight nine", max_tokens=8)
    assert [passage.text for passage in passages] == [
        "one two three, four five six,",
        "seven eight nine",
    ]


def test_a_long_clause_is_divided_between_words() -> None:
    passages = passages_of("a b c d e f", max_tokens=5)
    assert [passage.text for passage in passages] == ["a b c", "d e f"]


def test_a_long_word_is_divided_between_characters() -> None:
    passages = passages_of("工业和信息化部", max_tokens=6)
    assert all(count_words([passage.text])[0] <= 6 for passage in passages)
    assert "".join(passage.text for passage in passages) == "工业和信息化部"


def test_a_long_table_is_divided_between_rows() -> None:
    rows = [f"| row {name} | b. C |" for name in "abcd"]
    passages = passages_of("\n".join(rows), max_tokens=18)
    assert [passage.text for passage in passages] == ["\n".join(rows[:2]), "\n".join(rows[2:])]
