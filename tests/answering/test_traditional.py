"""Chinese questions and policies of one script each: they meet, and are quoted as they stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.config import Config
from policybot.corpus.issuers.table import IssuerBook
from policybot.index.build.build import build_index
from policybot.index.serve.filters import number_tokens
from policybot.index.serve.store import store_of
from policybot.model import Issuer, Policy
from policybot.query.conditions import IssuedBy
from policybot.query.query import Query
from policybot.query.text import lower
from policybot.retrieval.highlight import phrase_spans
from tests import reading
from tests.fake_encoder import FakeEncoder
from tests.reading import CHINESE, with_issuers
from tests.small_index import BACKENDS, Backend, index_at, policy

NDRC, MIIT = "国家发展和改革委员会", "工业和信息化部"
COUNCIL, OFFICE, FINANCE = "国务院", "国务院办公厅", "财政部"
SIMPLIFIED_BOOK = IssuerBook(
    (
        Issuer(COUNCIL),
        Issuer(OFFICE, ("国办",)),
        Issuer(NDRC, ("发展改革委", "发改委")),
        Issuer(MIIT, ("工信部",)),
        Issuer(FINANCE),
    )
)
TRADITIONAL_BOOK = IssuerBook((Issuer("財政部"), Issuer("經濟部", ("工業局",))))

SIMPLIFIED = (
    policy(
        "cars",
        "关于新能源汽车推广应用补贴的通知",
        "新能源汽车补贴标准按照电池容量确定。纯电动乘用车每辆最高补贴六万元。",
        "2013-09-13",
        ["财政部", "工业和信息化部"],
        "财建〔2013〕551号",
    ),
    policy(
        "parks",
        "关于城市公园管理的意见",
        "公园里的树木由园林部门养护，游客后退出时应当沿主干道行走。",
        "2012-05-02",
        ["国务院办公厅"],
    ),
)
TRADITIONAL = (
    policy(
        "cars",
        "電動機車補助辦法",
        "電動機車補助標準依電池容量定之。每輛機車補助新臺幣七千元。",
        "2013-09-13",
        ["經濟部"],
        "經工字第551號",
    ),
    policy(
        "parks",
        "公園管理條例",
        "公園裡的樹木由園藝單位養護，遊客應沿主要幹道行走。",
        "2012-05-02",
        ["財政部"],
    ),
)


def opened(
    folder: Path, policies: tuple[Policy, ...], book: IssuerBook, backend: Backend
) -> Engine:
    encoder, index = FakeEncoder(), index_at(folder, backend)
    build_index(policies, index_path=folder, encoder=encoder, issuers=book, store=store_of(index))
    return Engine(Config(index=index), today=lambda: dt.date(2014, 8, 1), encoder=encoder)


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Backend:
    named: Backend = request.param
    return named


@pytest.fixture(scope="module")
def mainland(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Engine]:
    engine = opened(tmp_path_factory.mktemp("mainland"), SIMPLIFIED, SIMPLIFIED_BOOK, backend)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def island(tmp_path_factory: pytest.TempPathFactory, backend: Backend) -> Iterator[Engine]:
    engine = opened(tmp_path_factory.mktemp("island"), TRADITIONAL, TRADITIONAL_BOOK, backend)
    yield engine
    engine.close()


def found(engine: Engine, question: str) -> list[str]:
    return [hit.policy.id for hit in engine.answer(question).hits]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("新能源汽車補貼標準", ["cars"]),
        ("純電動乘用車每輛最高補貼多少", ["cars"]),
        ("公園裡的樹木由誰養護", ["parks"]),
        ("財政部發佈了哪些政策", ["cars"]),
        ("國務院辦公廳印發的通知", ["parks"]),
        ("工業和信息化部2013年發佈了什麼", ["cars"]),
        ("包含「新能源汽車補貼標準」的政策", ["cars"]),
        ("財建〔2013〕551號", ["cars"]),
    ],
)
def test_a_traditional_question_finds_simplified_policies(
    mainland: Engine, question: str, expected: list[str]
) -> None:
    assert found(mainland, question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("电动机车补助标准", ["cars"]),
        ("公园里的树木由谁养护", ["parks"]),
        ("经济部发布了哪些政策", ["cars"]),
        ("财政部发布了哪些政策", ["parks"]),
        ("包含“电动机车补助标准”的政策有哪些", ["cars"]),
    ],
)
def test_a_simplified_question_finds_traditional_policies(
    island: Engine, question: str, expected: list[str]
) -> None:
    assert found(island, question) == expected


def test_callers_conditions_meet_in_either_script(island: Engine) -> None:
    for name in ("经济部", "經濟部", "工业局"):
        hits = island.list([IssuedBy((name,))]).hits
        assert [hit.policy.id for hit in hits] == ["cars"]


def test_what_is_quoted_stands_as_in_its_source(mainland: Engine, island: Engine) -> None:
    for engine, question, policies in (
        (mainland, "包含「新能源汽車補貼標準」的政策", SIMPLIFIED),
        (island, "包含“电动机车补助标准”的政策有哪些", TRADITIONAL),
    ):
        hit = engine.answer(question).hits[0]
        passage = hit.quotes[0].passage
        assert passage.text == policies[0].body
        assert hit.policy.title == policies[0].title
        assert hit.policy.issuers == policies[0].issuers


def read(question: str) -> Query:
    return reading.read(question, with_issuers(SIMPLIFIED_BOOK, CHINESE))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("發改委發佈了哪些政策？", (NDRC,)),
        ("國家發展和改革委員會發佈了哪些政策？", (NDRC,)),
        ("財政部關於補貼的文件", (FINANCE,)),
        ("國務院辦公廳發佈的通知", (OFFICE,)),
        ("國務院發佈的通知", (COUNCIL,)),
        ("由國辦發佈的通知", (OFFICE,)),
        ("工業和信息化部、財政部聯合印發了什麼", (MIIT, FINANCE)),
        ("江蘇省發改委發佈了什麼", ()),
        ("廣州市財政部發佈了什麼", ()),
    ],
)
def test_bodies_are_known_in_traditional_characters(question: str, names: tuple[str, ...]) -> None:
    assert read(question).issuers == names


def test_a_body_that_the_corpus_does_not_know_is_named_as_it_is_typed() -> None:
    assert read("歐洲委員會發佈了哪些政策").unknown_issuers == ("歐洲委員會",)


def test_a_document_number_is_the_same_in_traditional_characters() -> None:
    (number,) = read("國發〔2013〕7號").numbers
    assert number_tokens(number) == number_tokens("国发〔2013〕7号")


def test_a_phrase_is_marked_in_the_other_script() -> None:
    text = "對新能源汽車，Ｎｅｗ energy"
    (span,) = phrase_spans(text, ["新能源汽车"])
    assert text[slice(*span)] == "新能源汽車"


@pytest.mark.parametrize("text", ["İ國務院發佈", "ΑΣ 瞭解", "後來ß於臺灣", "𠀀國"])
def test_lower_case_keeps_every_span(text: str) -> None:
    assert len(lower(text)) == len(text)
    assert not set("國發務瞭後於臺灣") & set(lower(text))
