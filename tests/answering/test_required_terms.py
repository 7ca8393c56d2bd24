from __future__ import annotations

import pytest

from policybot.index.analyse import words
from policybot.query.query import Query
from policybot.retrieval.confidence import Word
from policybot.retrieval.words.required_terms import required_terms, unseen_places

KNOWN = frozenset(
    words("internet of things five-year plan outline fund development report support law zone")
)


def required(question: str) -> set[str]:
    """Return what is required of a question to a corpus that has the words of ``KNOWN``."""
    asked = [Word(term, 1.0, term in KNOWN) for term in dict.fromkeys(words(question))]
    return set(required_terms(Query(question, topic=question, search_text=question), asked))


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("13th Five-Year Plan", {"13"}),
        ("the Thirteenth Five-Year Plan", {"13"}),
        ("plan of the twenty-fourth congress", {"4"}),
        ("十四五规划", {"十四", "四五"}),
        ("第十三个五年规划", {"十三"}),
        ("what is planned by 2025", {"2025"}),
        ("plan (2016-2020)", {"2016", "2020"}),
        ("到2025年的目标", {"2025"}),
        ("the Shanghai plan", {"shanghai"}),
        ("What does Shanghai's plan say?", {"shanghai"}),
        ("Shanghai Internet of Things plan", {"shanghai"}),
        ("funds for 5G", {"5g"}),
        ("5G funds", {"5g"}),
    ],
)
def test_years_ordinals_and_names_never_seen_are_decisive(question: str, terms: set[str]) -> None:
    assert required(question) == terms


@pytest.mark.parametrize(
    "question",
    [
        "which plan was first, and which policy mentions third parties",
        "10 plans for 3000 children",
        "a support of $2000",
        "a fine of 2,000.50",
        "每生每年2000元",
        "最高1900万",
        "Earmarked funds",  # a sentence begins with a capital
        "Earmarked",
        "the Internet of Things",  # the corpus has it
        "support for SMEs",  # which it may write out
        "HOW ARE EARMARKED FUNDS SPENT",
        "How Are The Earmarked Funds Spent",
        "What is due? I was born in 1948 in Hungary.",
        "I moved to Hungary in 1948 when my father died and would like to know what he was due",
        "",
    ],
)
def test_amounts_common_words_and_a_persons_story_are_not(question: str) -> None:
    assert required(question) == set()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("云南省的网约车管理细则", ["云南"]),
        ("在江苏省有什么补贴", []),
        ("怎样能省钱", []),
        ("去外省看病", []),
        ("内蒙古自治区草原补贴", ["蒙古"]),
        ("城市道路", []),
        ("青屿市供热期从几月几号开始", ["青屿"]),
        ("请问青屿市的供热期", ["青屿"]),
        ("江苏市场监管", []),
        ("开超市需要什么证", []),
        ("本市青屿市供热期", []),
    ],
)
def test_a_province_is_named_by_how_its_name_ends(text: str, places: list[str]) -> None:
    known = {"江苏"}
    question = [Word(term, 3.0, term in known) for term in words(text)]
    assert unseen_places(text, question) == places
