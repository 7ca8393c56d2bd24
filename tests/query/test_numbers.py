"""Document numbers in questions, and what they find in a real index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.answering.engine import Engine
from policybot.model import Answer
from policybot.query.entities import numbers
from policybot.query.text import read_text
from policybot.query.vocabulary import Vocabulary
from policybot.retrieval.words.vocabulary import IndexVocabulary
from tests.reading import read
from tests.small_index import BACKENDS, POLICIES, open_small, policy

NUMBERED = (
    policy("iot", "物联网指导意见", "物联网。", "2013-02-05", ["国务院"], "国发〔2013〕7号"),
    policy("air", "大气行动计划", "大气。", "2013-09-10", ["国务院"], "国发〔2013〕37号"),
    policy("office", "个人养老金意见", "养老金。", "2022-04-08", number="国办发〔2022〕7号"),
    policy("cars", "新能源汽车通知", "汽车。", "2013-09-13", ["MOF"], "财建〔2013〕551号"),
    policy("decree", "监督管理条例", "基金。", "2021-01-15", ["国务院"], "国务院令第735号"),
    policy("fees", "收费办法", "收费。", "2020", ["MOF"], "财政部令第10号"),
    policy("tax", "购置税公告", "购置税。", "2023-06-19", ["MOF"], "财政部公告2023年第10号"),
    policy("tolls", "Toll Notice", "Tolls.", "2014-07", ["MOT"], "No.1718 [2013] of Transport"),
    policy("ferry", "Ferry Notice", "Ferries.", "2013-05-05", ["MOT"], "MOT/FN/6/2013"),
    policy(
        "fairs", "Reglamento de ferias", "Ferias.", "2014-01-05", number="Reglamento 12 de 2014"
    ),
    policy("dogs", "Dogs on Boats", "Dogs.", "2012-02-02", number="BY-LAW NO. 3-2012"),
    policy("cats", "Cats on Boats", "Cats.", "2012-02-03", number="BY-LAW NO. 4-2012"),
)


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("numbered")
    engine = open_small(folder, [*POLICIES, *NUMBERED], backend=request.param)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def vocabulary(engine: Engine) -> Vocabulary:
    return IndexVocabulary(engine.generation)


def ids(answer: Answer) -> list[str]:
    return [hit.policy.id for hit in answer.hits]


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What is document No. 1718 of 2013 about?", "1718 [2013]"),
        ("No.1718 [2013]", "1718 [2013]"),
        ("[2013] No. 1718", "1718 [2013]"),
        ("2013 document No. 1718", "1718 [2013]"),
        ("documents No. 17 and No. 18", "17 / 18"),
        ("Nos. 17, 18 and 19?", "17 / 18 / 19"),
        ("No. 17 or 18 of the MOF", "17 / 18"),
        ("No. 17 and 5 other roads", "17"),
        ("What is in notice 1718 of 2013?", "1718 [2013]"),
        ("Notice 1718 of 2013", "1718 [2013]"),
        ("What replaced Public Notice MOT/FN/6/2013?", "MOT/FN/6/2013"),
        ("Public Notice No. MOT/FN/9/2013", "MOT/FN/9/2013"),
        ("policies on either/or questions of 2013", None),
        ("What amended By-law No. 3-2012?", "BY-LAW 3-2012"),
        ("el reglamento 12 de 2014", "reglamento 12 [2014]"),
        ("¿Sigue vigente la circular 021 de 2013?", "circular 021 [2013]"),
        ("la Resolución CRA 688 de 2014", "CRA 688 [2014]"),
        ("12 medidas de 2014", None),
        ("is there no 5g policy", None),
        ("the No 1 priority of 2013", None),
        ("发改高技〔2013〕1718号", "发改高技〔2013〕1718号"),
        ("国发【2013】35号", "国发〔2013〕35号"),
        ("国办发2020年39号", "国办发〔2020〕39号"),
        ("财企2011年64号文", "财企〔2011〕64号"),
        ("国发2013年第7号", "国发〔2013〕7号"),
        ("2013年国发7号文", "国发〔2013〕7号"),
        ("国发7号文", "国发第7号"),
        ("根据7号文", "7号"),
        ("国务院令第735号", "国务院令第735号"),
        ("第735号国务院令", "国务院令第735号"),
        ("国务院第735号令", "国务院令第735号"),
        ("财政部公告2023年第10号", "财政部公告〔2023〕10号"),
        ("财政部财企〔2011〕64号", "财企〔2011〕64号"),
        ("财政部2011年64号文", "〔2011〕64号"),
        ("请问根据国发〔2013〕7号", "国发〔2013〕7号"),
        ("养老服务业国发〔2013〕35号", "国发〔2013〕35号"),
        ("请介绍一下财企〔2011〕64号文件", "财企〔2011〕64号"),
        ("国发〔2013〕7号和国发〔2013〕37号分别是什么", "国发〔2013〕7号 / 国发〔2013〕37号"),
        ("国发〔2013〕7号、37号", "国发〔2013〕7号 / 国发〔2013〕37号"),
        ("国发〔2013〕7、37号", "国发〔2013〕7号 / 国发〔2013〕37号"),
        ("国务院印发7号文", "7号"),
        ("国发〔二〇一三〕三十七号", "国发〔2013〕37号"),
        ("国发[2013]第三十七号文件", "国发〔2013〕37号"),
        ("国务院令第七百三十五号", "国务院令第735号"),
        ("国发〔13〕37号", "国发〔2013〕37号"),
        ("国办发2015 73号", "国办发〔2015〕73号"),
        ("2013年1718号", "〔2013〕1718号"),
        ("请问财建551号的内容", "财建第551号"),
        ("工信部规600号", "工信部规第600号"),
        ("工信厅通信函351号", "工信厅通信函第351号"),
        ("建金19号文", "建金第19号"),
        ("财政部 国务院公告2023年第10号", "〔2023〕10号"),
        ("财政部、国务院公告2023年第10号", "〔2023〕10号"),
        ("国务院 财政部规〔2023〕10号", "财政部规〔2023〕10号"),
        ("财建〔2015〕134号替代财建〔2013〕551号", "财建〔2015〕134号 / 财建〔2013〕551号"),
        ("建设路19号", None),
        ("上海地铁2013 10号线", None),
        ("上海地铁2013年10号线", None),
        ("2013年5月10号公告", None),
    ],
)
def test_document_numbers_are_read(
    vocabulary: Vocabulary, question: str, number: str | None
) -> None:
    assert (" / ".join(read(question, vocabulary).numbers) or None) == number


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("国发〔2013〕7号", ["iot"]),
        ("国办发〔2013〕7号", []),
        ("财企〔2013〕551号", []),
        ("皖国办发〔2022〕8号", []),
        ("7号文", ["iot", "office"]),
        ("国务院令第735号讲什么", ["decree"]),
        ("2021年国务院令第735号", ["decree"]),
        ("2020年国务院令第735号", []),
        ("中华人民共和国国务院令第735号", ["decree"]),
        ("中华人民共和国国务院第735号令", ["decree"]),
        ("中华人民共和国财政部令第10号", ["fees"]),
        ("政务院令第735号", ["decree"]),
        ("交通部令第10号", []),
        ("财政部 国务院公告2023年第10号", ["tax"]),
        ("财建551号", ["cars"]),
        ("财科551号文", []),
        ("财政部2023年第10号公告", ["tax"]),
        ("Notice MOT/FN/6/2013", ["ferry"]),
        ("by-law 3-2012", ["dogs"]),
        ("el reglamento 12 de 2014", ["fairs"]),
        ("el acuerdo 12 de 2014", []),
        ("el reglamento 12 de 2013", []),
        ("No. 1718 [2013]", ["tolls"]),
        ("No. 1718 [2014]", []),
        ("No. 1718 of 2014", []),
        ("No. 1718 issued by the MOT", ["tolls"]),
        ("No. 1718 issued by the MOF", []),
        ("What does MOF document 1718 require?", []),
    ],
)
def test_what_is_given_of_a_number_is_demanded(
    engine: Engine, question: str, expected: list[str]
) -> None:
    assert ids(engine.answer(question)) == expected


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("国发2013年37号文的目标", "air"),
        ("财建〔2013〕551号文件讲的是什么", "cars"),
        ("国务院令第735号是谁发的", "decree"),
        ("What does No. 1718 say of zebras?", "tolls"),
    ],
)
def test_a_number_finds_its_policy_whatever_else_is_asked(
    engine: Engine, question: str, found: str
) -> None:
    assert ids(engine.answer(question)) == [found]


def test_all_bodies_before_an_announcement_are_issuers_of_it(vocabulary: Vocabulary) -> None:
    query = read("财政部 国务院公告2023年第10号", vocabulary)
    assert query.issuers == ("Ministry of Finance", "State Council")


def test_of_several_numbers_each_is_found_and_the_rest_is_said(engine: Engine) -> None:
    both = engine.answer("国发〔2013〕7号和国发〔2013〕37号有什么区别")
    assert (sorted(ids(both)), both.total, both.detail) == (["air", "iot"], 2, None)
    one = engine.answer("No. 1718 or No. 1719")
    assert (ids(one), one.detail) == (["tolls"], "No policy has the number 1719.")
    assert one.to_dict()["detail"] == one.detail


@pytest.mark.parametrize(
    ("question", "near"), [("国办发〔2013〕7号", ["iot"]), ("No. 1718 [2014]", ["tolls"])]
)
def test_the_same_number_of_another_agency_or_year_is_near(
    engine: Engine, question: str, near: list[str]
) -> None:
    answer = engine.answer(question)
    assert answer.empty_filter == "number"
    assert [hit.policy.id for hit in answer.near_misses] == near


_PIECES = """
No. Nos. # 17 1718 [2013] of 2013 and or 国发 财政部 令 公告 2013年 第 7号 〔2013〕 文 、 和 的
"""


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES.split()), max_size=30))
def test_any_mixture_of_numbers_is_found_within_the_text(
    vocabulary: Vocabulary, parts: list[str]
) -> None:
    for text in ("".join(parts), " ".join(parts)):
        for found in numbers.find(read_text(text), [], vocabulary):
            assert 0 <= found.span[0] < found.span[1] <= len(text)
