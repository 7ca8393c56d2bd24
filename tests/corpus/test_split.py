from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.text.split import sentence_spans, split_policy
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


LEAD = "A permit is refused where the applicant:"
ITEMS = ["(a) has felled ten trees;", "(b) owes orchard dues;", "(c) keeps goats near it."]


def test_a_list_is_one_passage_with_what_leads_into_it_where_it_can_be_read() -> None:
    body = "\n\n".join(["## Permits", LEAD, *ITEMS, "Fees are posted."])
    assert [(passage.text, passage.headings) for passage in passages_of(body)] == [
        ("\n\n".join([LEAD, *ITEMS]), ("Permits",)),
        ("Fees are posted.", ("Permits",)),
    ]


def test_the_items_of_a_long_list_stay_under_what_leads_into_it() -> None:
    body = "\n\n".join(["## Permits", LEAD, *ITEMS])
    assert [(passage.text, passage.headings) for passage in passages_of(body, max_tokens=15)] == [
        (f"{LEAD}\n\n{ITEMS[0]}", ("Permits",)),
        (f"{ITEMS[1]}\n\n{ITEMS[2]}", ("Permits", LEAD)),
    ]


def test_a_list_within_a_list_has_both_lead_ins_above_it() -> None:
    parts = [
        "第八条 有下列情形的，不予批准：",
        "（一）材料不实，包括：",
        "1. 证件过期；",
        "2. 印章不符；",
        "（二）逾期的。",
    ]
    passages = passages_of("\n\n".join(parts), max_tokens=14)
    above = {passage.text: passage.headings for passage in passages}
    assert {above[text] for text in above if "印章不符" in text} == {(parts[0], parts[1])}
    assert {above[text] for text in above if text.startswith("（二）")} == {(parts[0],)}


def test_items_within_one_long_paragraph_stay_under_its_own_words() -> None:
    text = (
        "第三条 "
        "有下列情形之一的，视同工伤：（一）突发疾病死亡的；（二）抢险救灾受伤的；（三）旧伤复"
        "发的。"
    )
    first, *rest = passages_of(text, max_tokens=38)
    assert first.text.startswith("第三条 有下列情形之一的，视同工伤：")
    assert rest
    assert {passage.headings for passage in rest} == {("第三条 有下列情形之一的，视同工伤：",)}


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("11.5.14.1 通则", "检查适用于北区的电缆井。"),
        ("11.5.14.1", "检查适用于北区的电缆井。"),
        ("§ 12", "Ships keep left."),
        ("第三条", "船舶靠左。"),
        ("第三条 定义", "本办法所称船舶，包括渡船。"),
        ("**1.2**", "Ships keep left."),
        ("Article 3", "Ships keep left."),
        ("7", "Ships keep left."),
    ],
)
def test_the_number_of_a_clause_is_the_heading_of_its_text(heading: str, text: str) -> None:
    passages = passages_of(f"{heading}\n\n{text}\n\nMore of it.")
    assert [(passage.text, passage.headings) for passage in passages] == [
        (text, (heading,)),
        ("More of it.", (heading,)),
    ]


def test_the_next_clause_of_a_level_ends_the_one_before() -> None:
    body = "1.1 Aims\n\nOne.\n\n1.1.1 Detail\n\nTwo.\n\n1.2 Scope\n\nThree."
    assert [(passage.text, passage.headings) for passage in passages_of(body)] == [
        ("One.", ("1.1 Aims",)),
        ("Two.", ("1.1 Aims", "1.1.1 Detail")),
        ("Three.", ("1.2 Scope",)),
    ]


@pytest.mark.parametrize(
    "body",
    [
        "1.1 Ships keep left.\n\n1.2 Ships go slow.",
        "第一条 船舶靠左。\n\n第二条 船舶慢行。",
        "1. 身份证\n\n2. 户口本",
        "1.1 身份证\n\n1.2 户口本",
    ],
)
def test_clauses_with_their_text_on_the_line_are_paragraphs(body: str) -> None:
    assert [passage.text for passage in passages_of(body)] == body.split("\n\n")
