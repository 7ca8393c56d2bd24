"""Questions answered from what policies record: their bodies, kinds, relations and languages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from policybot.answering.engine import Engine
from policybot.model import Policy
from policybot.query.conditions import WrittenIn
from tests.small_index import open_small, policy

PORT, TOWN = "Valmera Harbour Authority", "Valmera Town Council"


def in_language(language: str, made: Policy) -> Policy:
    return dataclasses.replace(made, language=language)


POLICIES = (
    policy(
        "moor15",
        "Guidance Note 3/2015: Mooring",
        "Boats may moor for 14 days.",
        "2015-04-02",
        [PORT],
        "VHA/3/2015",
    ),
    policy(
        "moor19",
        "Guidance Note 5/2019: Mooring and houseboats",
        "Houseboats need a berth licence.",
        "2019-06-12",
        [PORT],
        "VHA/5/2019",
        replaces="moor15",
    ),
    policy(
        "moor22",
        "Guidance Note 1/2022: Amendment of mooring rules",
        "A houseboat must carry a tank.",
        "2022-02-01",
        [PORT],
        "VHA/1/2022",
        amends="moor19",
    ),
    policy(
        "stalls",
        "By-law 7 of 2014: Street markets",
        "A stall needs a permit.",
        "2014-09-01",
        [TOWN],
        "BL 7/2014",
    ),
    policy(
        "stalls18",
        "By-law 2 of 2018: Street markets (amendment)",
        "The fee is raised.",
        "2018-03-05",
        [TOWN],
        "BL 2/2018",
        amends="stalls",
    ),
    in_language(
        "es",
        policy(
            "riego",
            "Orden 8/2018, de riego",
            "Se prohíbe regar a mediodía.",
            "2018-07-01",
            ["Consejería de Agua de Altorrío"],
            "Orden 8/2018",
        ),
    ),
    in_language(
        "es",
        policy(
            "riego21",
            "Orden 2/2021, que modifica la Orden 8/2018",
            "Se permite regar de noche.",
            "2021-05-19",
            ["Consejería de Agua de Altorrío"],
            "Orden 2/2021",
            amends="riego",
        ),
    ),
    in_language(
        "zh",
        policy(
            "dogs", "临江市养犬管理办法", "养犬人应当办理登记。", "2018-05-01", ["临江市城市管理局"]
        ),
    ),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    policies = [one if one.language else in_language("en", one) for one in POLICIES]
    engine = open_small(tmp_path_factory.mktemp("metadata"), policies)
    yield engine
    engine.close()


def listed(engine: Engine, question: str) -> set[str]:
    return {hit.policy.id for hit in engine.answer(question).hits}


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Notes of the harbour authority since 2019", "moor19 moor22"),
        ("list the notes of the harbour authority", "moor15 moor19 moor22"),
        ("How many by-laws has the town council issued?", "stalls stalls18"),
        ("órdenes de la Consejería de Agua", "riego riego21"),
    ],
)
def test_documents_of_a_kind_and_a_body_named_in_part(
    engine: Engine, question: str, ids: str
) -> None:
    assert listed(engine, question) == {*ids.split()}


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("give me all amending documents", "moor22 stalls18 riego21"),
        ("everything that has been replaced or amended", "moor15 moor19 stalls riego"),
        ("哪些是对原来文件进行修改的“决定”", "moor22 stalls18 riego21"),
    ],
)
def test_relations_to_any_document(engine: Engine, question: str, ids: str) -> None:
    assert listed(engine, question) == {*ids.split()}


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("mooring notes other than the one about houseboats", "moor15 moor22"),
        ("riego, aparte de la que habla de la noche", "riego"),
        ("mooring, all versions", "moor15 moor19 moor22"),
        ("show me the Town Council stuff on markets that isn't about permits", "stalls18"),
    ],
)
def test_a_topic_without_another_and_all_versions(engine: Engine, question: str, ids: str) -> None:
    assert listed(engine, question) == {*ids.split()}


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("documents in Spanish", "riego riego21"),
        ("textos en español sobre riego", "riego"),
        ("中文文件有哪些", "dogs"),
        ("Spanish-language documents issued since 2020", "riego21"),
        ("documents of 2018 that are not in English", "riego dogs"),
    ],
)
def test_documents_in_a_language(engine: Engine, question: str, ids: str) -> None:
    assert listed(engine, question) == {*ids.split()}


def test_a_language_is_said_in_every_language_of_the_interface() -> None:
    assert [WrittenIn("es").in_words(one) for one in ("en", "zh", "es")] == [
        "in Spanish",
        "语言为西班牙文",
        "en español",
    ]


@pytest.mark.parametrize(
    ("question", "policy_id"),
    [
        ("When was by-law no 7 of 2014 issued?", "stalls"),
        ("what does By-law No. 2 of 2018 say about fees?", "stalls18"),
        ("Guidance note 5/2019", "moor19"),
    ],
)
def test_a_number_is_known_as_a_title_has_it(engine: Engine, question: str, policy_id: str) -> None:
    answer = engine.answer(question)
    assert [hit.policy.id for hit in answer.hits][:1] == [policy_id]


def test_what_follows_is_asked_of_a_number_as_a_title_has_it(engine: Engine) -> None:
    assert listed(engine, "which by-law amended by-law no 7 of 2014") == {"stalls18"}
