"""Messages as Telegram HTML: whole, escaped, and within the limits."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.model import Answer, IndexInfo, PolicyDate, Reason, Source
from policybot.query.query import Query
from policybot.render.telegram import (
    MESSAGE_LIMIT,
    clip,
    coverage,
    hit_page,
    list_page,
    reading_line,
    refusal,
    source_page,
    split,
    units,
)
from policybot.render.telegram.texts import LANGUAGES, Language
from tests.answers import INFO, make_answer, make_hit, make_policy
from tests.bot.tdlib import marked, parse
from tests.reading import Demands

# What trips over markup, surrogate pairs, joined emoji and direction of writing.
PIECES = [
    *(
        "<b>",
        "</i>",
        "&amp;",
        "&lt",
        "<",
        ">",
        "&",
        '"',
        "😀",
        "👨‍👩‍👧‍👦",
        "🇨🇳",
        "👍🏽",
        "é",
        "e\u0301",
    ),
    *("مرحبا بالعالم ", "שלום ", "政策。", "物联网，", "word ", "sentence. ", "\n", "\n\n", " "),
    *("x" * 50, "字" * 60),
]
texts = st.lists(st.sampled_from(PIECES), max_size=300).map("".join)
long_texts = st.tuples(texts.filter(bool), st.integers(1, 60)).map(
    lambda made: (made[0] * made[1])[:20_000]
)
languages = st.sampled_from(LANGUAGES)


@given(long_texts, st.integers(60, MESSAGE_LIMIT), st.integers(60, MESSAGE_LIMIT))
@settings(max_examples=150, deadline=None)
def test_parts_joined_are_the_text_and_each_fits(text: str, first: int, rest: int) -> None:
    parts = split(text, first=first, rest=rest)
    assert "".join(part.text for part in parts) == text
    for number, part in enumerate(parts):
        assert 0 < units(part.text) <= (first if number == 0 else rest)


@given(long_texts, st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 900)), max_size=3))
@settings(max_examples=60, deadline=None)
def test_telegrams_parser_reads_every_part_as_its_text(
    text: str, spans: list[tuple[int, int]]
) -> None:
    bold = [(start, min(start + length, len(text))) for start, length in spans]
    for part in split(text, bold, first=700, rest=900):
        if part.text.strip():
            assert parse(part.html)[0] == part.text


@given(st.integers(0, 3990))
@settings(max_examples=30, deadline=None)
def test_no_part_ends_inside_a_character_as_people_see_it(lead: int) -> None:
    family = "👨‍👩‍👧‍👦"
    for part in split("x" * lead + family * 3000, first=4000, rest=4000)[:-1]:
        assert part.text.endswith(family) or set(part.text) == {"x"}


def test_parts_end_after_sentences_where_there_are_some() -> None:
    sentence = "The measures shall apply to every province. "
    parts = split(sentence * 400)
    assert all(part.text.endswith(". ") for part in parts)


def test_chinese_parts_end_after_sentences_and_lose_nothing() -> None:
    parts = split("为促进物联网健康发展，制定本办法。" * 800)
    assert all(part.text.endswith("。") for part in parts)


def test_words_are_not_cut_when_there_is_a_blank_between_them() -> None:
    words = [f"word{n}" for n in range(4000)]
    parts = split(" ".join(words))
    assert " ".join(part.text.strip() for part in parts).split() == words


def test_a_paragraph_of_20000_characters_without_a_blank_is_whole() -> None:
    text = "物" * 20_000
    parts = split(text)
    assert "".join(part.text for part in parts) == text
    assert len(parts) == 5


def test_a_split_inside_the_highlight_marks_both_sides() -> None:
    text = "word " * 2000
    first, second, *_ = split(text, [(4000, 4400)])
    cut = len(first.text)
    assert marked(first.html, "Bold") == [text[4000:cut]]
    assert marked(second.html, "Bold") == [text[cut:4400]]


def test_a_hit_shows_title_issuers_date_passage_and_source() -> None:
    hit = make_hit(make_policy(), "Funds are arranged. They are managed.")
    text, _ = parse(hit_page(hit, "en").html)
    assert text == (
        "Measures for Special Funds\nMinistry of Finance · 2011-04-06\n\n"
        "Funds are arranged. They are managed.\n\nSource: iot-policies.txt:11-13"
    )


def test_the_key_sentence_is_bold_and_the_source_is_code() -> None:
    hit = make_hit(make_policy(), "Funds are arranged. They are managed.")
    html = hit_page(hit, "en").html
    assert marked(html, "Bold") == ["Measures for Special Funds", "Funds are arranged."]
    assert marked(html, "Code") == ["iot-policies.txt:11-13"]


def test_a_date_without_its_day_comes_with_its_printed_wording() -> None:
    policy = make_policy(date=PolicyDate(2014, 6), date_text="in mid-June, 214")
    assert "· 2014-06 (“in mid-June, 214”)" in hit_page(make_hit(policy, "x"), "en").html


@pytest.mark.parametrize(
    ("language", "words"), [("en", "not stated"), ("zh", "未注明"), ("es", "no consta")]
)
def test_what_the_source_does_not_state_is_said(language: Language, words: str) -> None:
    policy = make_policy(issuers=(), date=None)
    assert hit_page(make_hit(policy, "x"), language).html.count(words) == 2


def test_reading_and_position_stand_below() -> None:
    html = hit_page(
        make_hit(make_policy(), "x"), "en", position=2, total=5, reading="MIIT · 2012"
    ).html
    assert parse(html)[0].endswith("Read as: MIIT · 2012\n2 of 5")


@given(long_texts.filter(str.strip), texts, texts, languages)
@settings(max_examples=60, deadline=None)
def test_a_hit_of_any_text_fits_and_is_word_for_word(
    passage: str, title: str, name: str, language: Language
) -> None:
    policy = dataclasses.replace(
        make_policy(title=title, issuers=(name,) * 40, date_text=name, url=name),
        number=name,
        source=Source(name or "f", None, "1"),
    )
    hit = make_hit(policy, passage)
    page = hit_page(hit, language, position=3, total=9, reading=name, intro="<b>New</b>")
    text, _ = parse(page.html)
    assert units(text) <= MESSAGE_LIMIT
    rest = "".join(part.text for part in page.rest)
    assert passage[: len(passage) - len(rest)] in text
    assert passage.endswith(rest)
    assert units(parse(source_page(hit, language))[0]) <= MESSAGE_LIMIT


@given(st.lists(texts, min_size=1, max_size=8), languages)
@settings(max_examples=40, deadline=None)
def test_a_page_of_a_list_fits(titles: list[str], language: Language) -> None:
    policies = [make_policy(n, title, issuers=(title,) * 9) for n, title in enumerate(titles)]
    html = list_page(
        [make_hit(one) for one in policies], language, first=1, total=len(titles), reading=titles[0]
    )
    assert units(parse(html)[0]) <= MESSAGE_LIMIT


def test_a_list_is_numbered_and_grouped_by_year() -> None:
    policies = [
        make_policy(1, "Old", date=PolicyDate(2011)),
        make_policy(2, "New", date=PolicyDate(2012, 2)),
        make_policy(3, "Undated", date=None),
    ]
    text = parse(
        list_page([make_hit(one) for one in policies], "en", first=9, total=11, reading="MIIT")
    )[0]
    assert text.startswith("11 policies · MIIT\n\n2011\n9. 2011 – Old")
    assert "\n\n2012\n10. 2012-02 – New" in text
    assert "\n\nDate not stated\n11. Undated" in text


def refused(reason: Reason, **more: Any) -> Answer:
    return dataclasses.replace(make_answer(()), reason=reason, detail="Nothing < that.", **more)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    [
        "no_policy_matches_filters",
        "unknown_issuer",
        "nothing_similar_enough",
        "empty_question",
        "empty_corpus",
    ],
)
def test_a_refusal_says_so_and_what_the_corpus_covers(reason: Reason, language: Language) -> None:
    text = parse(refusal(refused(reason), language, example="Why?"))[0]
    if reason != "empty_corpus":
        assert "2010" in text
        assert "12" in text
    else:
        assert len(text.splitlines()) == 1


def test_a_refusal_says_why_and_offers_near_misses() -> None:
    answer = refused(
        "no_policy_matches_filters",
        empty_filter="dates",
        near_misses=(make_hit(make_policy(), "x"),),
    )
    text = parse(refusal(answer, "en", example="?", reading="MIIT · 1999"))[0]
    assert "Nothing matches those dates." in text
    assert "Read as: MIIT · 1999" in text
    assert "1. 2011-04-06 – Measures for Special Funds – Ministry of Finance" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_closest_passages_are_quoted_whole_where_they_fit(language: Language) -> None:
    text = "Funds are spent on <tests> & nothing else. They are small."
    near = (make_hit(make_policy(), text), make_hit(make_policy(), "x y. " * 2000))
    answer = refused("nothing_similar_enough", near_misses=near, unheld=("opera <b>",))
    html = refusal(answer, language, example="?")
    shown = parse(html)[0]
    assert text in shown
    assert "opera <b>" in shown
    assert units(shown) <= MESSAGE_LIMIT
    assert html.count("<blockquote>") == 2


def test_a_refusal_in_chinese_names_the_filter() -> None:
    answer = refused("no_policy_matches_filters", empty_filter="dates")
    assert "没有符合该日期的政策。" in refusal(answer, "zh", example="?")


def test_an_empty_corpus_covers_nothing() -> None:
    info = IndexInfo("g", "e", 0, 0, None, None)
    answer = Answer(Query("q", topic="q"), (), 0, info, "empty_corpus")
    assert parse(refusal(answer, "en"))[0] == "There are no policies here yet."


@pytest.mark.parametrize(
    ("demands", "line"),
    [
        (Demands(), ""),
        (Demands(("M",), dt.date(2012, 1, 1), dt.date(2012, 12, 31)), "MIIT · 2012"),
        (Demands((), dt.date(2012, 1, 1), dt.date(2014, 12, 31)), "2012–2014"),
        (Demands((), dt.date(2012, 2, 14), dt.date(2012, 2, 14)), "2012-02-14"),
        (Demands((), dt.date(2012, 2, 1), dt.date(2012, 2, 29)), "2012-02-01 – 2012-02-29"),
        (Demands((), dt.date(2012, 2, 1), None), "since 2012-02-01"),
        (Demands((), None, dt.date(2012, 2, 1)), "until 2012-02-01"),
        (Demands(joint=True), "issued jointly"),
        (Demands(("M", "N"), joint=True), "MIIT · N · issued jointly"),
        (Demands(("M",), alone=True), "MIIT · issued by one body alone"),
        (Demands(joint=True, bodies=(5, 5)), "issued by 5 bodies"),
        (Demands(joint=True, bodies=(3, None)), "issued by 3 bodies or more"),
        (Demands(without=("M",)), "not issued by MIIT"),
        (Demands(titled=("Wuxi",)), "“Wuxi” in the title"),
        (Demands(untitled=("Wuxi outline",)), "no “Wuxi outline” in the title"),
        (
            Demands(numbers=("212-22",), phrases=("top-level design",)),
            "No. 212-22 · “top-level design”",
        ),
    ],
)
def test_conditions_are_read_back_in_a_line(demands: Demands, line: str) -> None:
    assert reading_line(demands.query, {"M": "MIIT"}, "en") == line


@given(texts, st.integers(2, 80))
def test_clipping_fits(text: str, limit: int) -> None:
    assert units(clip(text, limit)) <= limit


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (dt.date(2014, 7, 31), "from 2010 to 2014."),
        (dt.date(2010, 12, 31), "12 policies, all from 2010."),
    ],
)
def test_what_there_is_is_said_by_the_year(last: dt.date, said: str) -> None:
    info = dataclasses.replace(INFO, last=last)
    assert coverage(info, "en").endswith(said)
