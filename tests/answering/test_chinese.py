"""Chinese questions over Chinese policies, read and answered by their words alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.config import Config
from policybot.corpus.files.read import read_policies
from policybot.corpus.issuers.table import IssuerBook, read_issuers
from policybot.corpus.review.check import check_corpus
from policybot.index.build.build import build_index
from policybot.index.serve.store import store_of
from policybot.model import Answer
from tests.fake_encoder import FakeEncoder
from tests.small_index import BACKENDS, index_at

CORPUS = Path(__file__).parents[1] / "data" / "zh"
TODAY = dt.date(2021, 8, 15)
COUNCIL, OFFICE, MIIT, FINANCE = "国务院", "国务院办公厅", "工业和信息化部", "财政部"
NDRC, EDUCATION = "国家发展和改革委员会", "教育部"

IOT = ["2011-03-14", "2011-04-06", "2012-02-14", "2013-02-05", "2014-06", "2021-09-10"]
OF_COUNCIL = ["2009-09-19", "2012-06-28", "2013-02-05", "2013-09-10", "2015-07-01", "2017-07-08"]


@pytest.fixture(scope="module")
def book() -> IssuerBook:
    return read_issuers(CORPUS / "issuers.toml")


@pytest.fixture(scope="module", params=BACKENDS)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, book: IssuerBook
) -> Iterator[Engine]:
    folder, encoder = tmp_path_factory.mktemp("zh"), FakeEncoder()
    index = index_at(folder, request.param)
    build_index(
        read_policies(CORPUS),
        index_path=folder,
        encoder=encoder,
        issuers=book,
        store=store_of(index),
    )
    engine = Engine(Config(index=index), today=lambda: TODAY, encoder=encoder)
    yield engine
    engine.close()


def dates(answer: Answer) -> list[str]:
    return [str(hit.policy.date) for hit in answer.hits]


def test_the_corpus_is_in_order() -> None:
    problems = [str(p) for p in check_corpus(CORPUS, CORPUS / "issuers.toml")]
    assert [p.rpartition(": ")[2] for p in problems] == ["there is no date"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("二〇一二年发布的政策有哪些", ["2012-02-14", "2012-06-28"]),
        ("“十二五”期间国务院发布了哪些政策？", OF_COUNCIL[1:5]),
        ("国务院发布了哪些政策", OF_COUNCIL),
        ("国办发布了哪些文件", ["2015-09-29", "2020-10-20"]),
        ("去年国务院办公厅发布的文件", ["2020-10-20"]),
        ("列出物联网政策", IOT),
        ("物联网政策有哪些", IOT),
        ("除工信部以外的物联网政策", ["2011-03-14", "2013-02-05"]),
        ("财政部和工信部联合发布的政策", ["2011-04-06"]),
        ("有关新能源汽车的政策都有哪些", ["2012-06-28", "2020-10-20"]),
        ("有几个政策提到5G", ["2016-12-18"]),
        ("国发〔2013〕7号", ["2013-02-05"]),
        ("2013年国发7号文", ["2013-02-05"]),
        ("国发〔2012〕7号", []),
    ],
)
def test_a_list_is_complete_and_in_order(
    engine: Engine, question: str, expected: list[str]
) -> None:
    assert dates(engine.answer(question)) == expected


@pytest.mark.parametrize(
    ("question", "policy"),
    [
        ("专项资金采用什么支持方式", "2011-04-06-iot-fund"),
        ("寄宿学校有什么要求", "2013-12-31-county-schools"),
        ("贫困地区学校生活设施怎么改善", "2013-12-31-county-schools"),
        ("细颗粒物浓度下降多少", "2013-09-10-air"),
        ("到2015年纯电动汽车产销量要达到多少", "2012-06-28-energy-cars"),
        ("新建住宅停车位需要建设充电设施吗", "2015-09-29-ev-charging"),
        ("《物联网“十二五”发展规划》的主要目标是什么", "2012-02-14-iot-plan"),
        ("国务院关于积极推进“互联网+”行动的指导意见说了什么", "2015-07-01-internet-plus"),
        ("农村有图书馆吗", "villages-undated"),
    ],
)
def test_a_find_gives_the_policy_that_says_so(engine: Engine, question: str, policy: str) -> None:
    answer = engine.answer(question)
    assert [hit.policy.id for hit in answer.hits][:1] == [policy]


@pytest.mark.parametrize("question", ["法国的首都是哪里", "怎么做红烧肉", "今天天气怎么样"])
def test_what_no_policy_speaks_of_is_declined(engine: Engine, question: str) -> None:
    assert not engine.answer(question).answered


def test_a_body_has_what_it_issued_under_its_former_name(engine: Engine) -> None:
    answer = engine.answer("工信部发布了哪些政策")
    assert dates(answer)[0] == "2006-02-28"
    assert answer.hits[0].policy.issuers == ("信息产业部",)
    assert answer.reading.includes == {MIIT: ("信息产业部",)}
    assert answer.to_dict()["reading"]["includes"] == {MIIT: ["信息产业部"]}


def test_a_former_name_stands_for_that_time_alone(engine: Engine) -> None:
    assert dates(engine.answer("信息产业部发布的政策")) == ["2006-02-28"]


def test_a_former_name_can_be_left_out(engine: Engine) -> None:
    answer = engine.answer("工信部发布的政策，信息产业部除外")
    assert dates(answer) == ["2011-04-06", "2012-02-14", "2014-06", "2016-12-18", "2021-09-10"]
    assert answer.reading.includes == {}
