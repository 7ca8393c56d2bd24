import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.index.analyse import STOPWORDS, analyse, words
from tests.cost import calls


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Policies", "policy"),
        ("THE INTERNET", "internet"),
        ("ｉｎｔｅｒｎｅｔ", "internet"),
        ("the council's", "Council’s"),
        ("1,000", "1000"),
        ("1,234,567.5", "1234567.5"),
        ("U.S.", "US"),
        ("e-commerce", "e‑commerce"),
        ("Twelfth", "12th"),
        ("ten", "10"),
        ("organisation", "organization"),
        ("labelled", "labeled"),
        ("colours", "colors"),
        ("licences", "licenses"),
        ("analysed", "analyzed"),
        ("programme", "program"),
        ("in\u00adternet", "internet"),
    ],
)
def test_two_ways_to_write_a_word_are_one_term(one: str, other: str) -> None:
    assert words(one) == words(other) != []


@pytest.mark.parametrize(("one", "other"), [("$100", "$1000"), ("3.5", "35"), ("1.000", "1000")])
def test_different_numbers_are_different_terms(one: str, other: str) -> None:
    assert set(words(one)).isdisjoint(words(other))


def test_a_hyphenated_word_is_its_parts_and_the_parts_joined() -> None:
    assert words("e-commerce") == ["e", "commerc", "ecommerc"]
    assert "ecommerc" in words("ecommerce")


def test_years_joined_by_a_hyphen_are_two_years() -> None:
    assert words("2013-2015") == ["2013", "2015"]


def test_chinese_is_character_bigrams() -> None:
    assert words("物联网发展") == ["物联", "联网", "网发", "发展"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("新能源汽車補貼標準", "新能源汽车补贴标准"),
        ("國務院辦公廳", "国务院办公厅"),
        ("乾燥的樹幹", "干燥的树干"),
        ("皇后之後", "皇后之后"),
        ("公里之裡", "公里之里"),
        ("臺灣與台灣", "台湾与台湾"),
        ("推進5G網絡", "推进5g网络"),
    ],
)
def test_traditional_and_simplified_chinese_are_one(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert analyse(one) == analyse(other)


def test_a_chinese_character_alone_is_a_term() -> None:
    assert words("第 7 号") == ["第", "7", "号"]


def test_chinese_and_latin_are_told_apart_without_spaces() -> None:
    assert words("推进5G网络和IoT应用") == ["推进", "5g", "网络", "络和", "iot", "应用"]


def test_other_scripts_are_words() -> None:
    assert words("Закон о связи ΝΌΜΟΣ") == ["закон", "о", "связи", "νόμοσ"]


def test_bigrams_join_neighbours_across_function_words() -> None:
    assert analyse("the Internet of Things") == ["internet", "thing", "internet thing"]


def test_bigrams_do_not_reach_across_chinese() -> None:
    assert analyse("cloud 计算 service") == ["cloud", "计算", "servic"]


def test_function_words_are_no_terms() -> None:
    assert analyse("What is it that they did?") == []


def test_words_are_the_terms_without_bigrams() -> None:
    text = "Ten e-commerce policies of the U.S. 物联网, and the State Council's 3.5 programmes"
    assert words(text) == [term for term in analyse(text) if " " not in term]


@given(st.text())
def test_any_text_is_analysed_and_case_makes_no_difference(text: str) -> None:
    assert analyse(text) == analyse(text.casefold())


@given(st.text(alphabet=st.characters(exclude_characters="\n"), min_size=1), st.text(min_size=1))
def test_words_of_a_text_are_those_of_its_lines(one: str, other: str) -> None:
    assert words(f"{one}\n{other}") == words(one) + words(other)


def test_function_words_are_given_as_they_are_typed() -> None:
    assert all(word.isascii() and word.islower() for word in STOPWORDS)


def test_a_long_text_costs_in_proportion_to_its_length() -> None:
    line = "The ministry shall publish regulations, plans and 1,000 standards. "
    assert calls(lambda: analyse(line * 2000)) < 11 * calls(lambda: analyse(line * 200))
