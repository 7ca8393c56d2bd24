"""A person's story: where the sentence that asks says little, the others are what it is of."""

from __future__ import annotations

from tests.query.seed import read_question
from tests.reading import CHINESE, read, vocabulary_of


def test_of_a_sentence_with_few_words_the_others_are_searched_for() -> None:
    query = read_question("We sprayed the sensors ourselves. It failed. Do they charge me for it?")
    assert query.topic == "charge"
    assert "sensors" in query.background
    assert "sensors" in query.search_text


def test_a_sentence_with_content_of_its_own_leaves_what_the_corpus_does_not_speak_of() -> None:
    query = read_question(
        "My gran adores daffodils, hyacinths and sensors. "
        "How are special funds for small enterprises with patents managed?"
    )
    assert query.background == ""


def test_chinese_sentences_are_known_by_their_parts() -> None:
    query = read(
        "我家在无锡，去年装了一批传感器。朋友说专项资金可以补贴物联网企业。请问最多可以拿多少？",
        vocabulary_of(CHINESE),
    )
    assert query.intent == "find"
    assert "专项资金可以补贴物联网企业" in query.background


def test_a_case_told_in_chinese_is_after_no_list_of_regulations() -> None:
    story = "我爷爷去年在老家买了一批传感器，店里的人说专项资金可以补贴物联网企业，他就全装上了。"
    query = read(f"{story}少报多少是有规定的吗？", vocabulary_of(CHINESE))
    assert query.intent == "find"


def test_the_one_body_that_a_story_names_is_a_hint() -> None:
    story = "I build sensors for the Ministry of Finance. It is hard work. "
    one = read_question(f"{story}How much do they pay for it?")
    assert [hint.condition.value for hint in one.hints] == [["Ministry of Finance"]]
    two = read_question(f"{story}My sister builds sensors for MIIT. How much do they pay for it?")
    assert two.hints == ()


def test_all_of_a_case_is_searched_for_as_it_was_typed() -> None:
    story = "My gran adores daffodils. " + "She planted them along the fence of her garden. " * 12
    query = read_question(f"{story}How much are the special funds for sensors?")
    assert len(story) > 500
    assert query.topic == "special funds for sensors"
    assert query.search_text.startswith("My gran adores daffodils. She planted")
    assert query.search_text.endswith("How much are the special funds for sensors")


def test_of_a_very_long_text_the_sentence_that_asks_is_searched_for_too() -> None:
    story = "She planted them along the fence of her garden. " * 100
    query = read_question(f"{story}How much are the special funds for sensors?")
    assert query.search_text.startswith("How much are the special funds for sensors She planted")
    assert len(query.search_text) < 2_100


def test_a_list_is_of_what_the_sentence_that_asks_says() -> None:
    query = read_question("My gran adores daffodils. Which policies are about sensors?")
    assert query.search_text == "sensors"
