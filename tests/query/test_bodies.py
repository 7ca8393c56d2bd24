"""Bodies named in questions, where the corpus knows very many of them."""

from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Issuer
from policybot.query.entities.issuers import find, parts_of
from policybot.query.text import read_text
from tests.cost import calls
from tests.reading import read, with_issuers

MANY = 10_000


def named(text: str, *names: str) -> list[tuple[str, str]]:
    book = IssuerBook(tuple(Issuer(name) for name in names))
    found = find(read_text(text), book, frozenset())
    return [(text[slice(*one.span)], one.name) for one in found]


def test_of_turned_names_the_longest_is_found() -> None:
    industry = "Ministry of Industry and Information Technology"
    assert named("the Industry and Information Technology Ministry's plan", industry) == [
        ("Industry and Information Technology Ministry", industry),
    ]


def test_a_turned_name_is_whole_words_and_one_body() -> None:
    health, finance = "Ministry of Health", "Ministry of Finance"
    assert named("eHealth ministry, health ministrys", health) == []
    assert named("the finance ministry", finance, "Ministry of Finance and Trade") == []
    assert named("finance ministry and HEALTH MINISTRY", finance, health) == [
        ("finance ministry", finance),
        ("HEALTH MINISTRY", health),
    ]


def test_a_place_that_begins_a_longer_name_is_another_place() -> None:
    newton = "Ayuntamiento de Puebla de la Ribera"
    assert named("el Ayuntamiento de Puebla", newton) == []
    assert named("el Ayuntamiento de Puebla de la Ribera", newton) == [(newton, newton)]
    council = "Council of Newton upon Sea"
    assert named("the Council of Newton", council) == []
    # Of a ministry, the beginning is its name.
    farming = "Secretaría de Agricultura del Estado de Puebla"
    assert named("la Secretaría de Agricultura", farming) == [
        ("Secretaría de Agricultura", farming),
    ]


def test_a_longer_name_is_offered_for_its_beginning() -> None:
    book = IssuerBook((Issuer("Ayuntamiento de Puebla de la Ribera"),))
    reading = read("documentos del Ayuntamiento de Puebla", with_issuers(book))
    assert reading.unknown_issuers == ("Ayuntamiento de Puebla",)
    assert reading.nearest == ("Ayuntamiento de Puebla de la Ribera",)


def reading_costs(bodies: int) -> int:
    """Return the calls that fifty questions take where the corpus knows so many bodies."""
    book = IssuerBook(
        tuple(Issuer(f"Ministry of Affairs{at} and Trade{at}") for at in range(bodies))
    )
    vocabulary = with_issuers(book)

    def questions() -> None:
        for at in range(50):
            reading = read(f"What did the trade{at} ministry issue in 2012?", vocabulary)
            assert reading.issuers == (f"Ministry of Affairs{at} and Trade{at}",)

    questions()  # what is made at the first question is not counted
    return calls(questions)


def test_ten_thousand_ministries_cost_a_question_no_more_than_fifty() -> None:
    assert reading_costs(MANY) < 1.5 * reading_costs(50)


def test_a_noun_that_is_mostly_a_topic_heads_the_name_of_a_body() -> None:
    book = IssuerBook((Issuer("Averland Rowing Federation"), Issuer("Averland Tax Office")))
    parts = parts_of(book)
    assert set(parts.heads) == {"federation", "office"}
    assert not parts.people


def test_a_person_is_still_called_by_a_surname() -> None:
    assert set(parts_of(IssuerBook((Issuer("Barack Obama"),))).people) == {"obama"}


def test_a_chinese_name_is_known_without_its_state() -> None:
    assert named("人民银行2018年以来发了哪些通知", "中国人民银行") == [("人民银行", "中国人民银行")]
    assert named("云江市邮政局的规定", "国家邮政局") == []
    assert named("银行开户要带什么", "中国银行") == []


def issued_by(question: str, *names: str) -> list[str]:
    book = IssuerBook(tuple(Issuer(name) for name in names))
    return list(read(question, with_issuers(book)).issuers)


def test_the_only_body_of_a_place_is_meant_beside_a_word_for_documents() -> None:
    council = "Hamilton City Council"
    for question in ("policies of Hamilton", "hamilton policies", "policies hamilton"):
        assert issued_by(question, council) == [council], question
    assert issued_by("políticas de Altorrío", "Ayuntamiento de Altorrío") == [
        "Ayuntamiento de Altorrío"
    ]
    assert issued_by("policies of Hamilton", council, "Hamilton County Police") == []
    assert issued_by("policies about Hamilton", council) == []
    assert issued_by("security policies", "Security Council") == []
    assert read("smoke alarms in hamilton", with_issuers(IssuerBook((Issuer(council),)))).topic


def test_the_government_of_a_place_is_known_without_its_people() -> None:
    office = "广州市人民政府办公厅"
    for wording in ("广州市政府办公厅", "市政府办公厅"):
        found = named(f"{wording}2021年以来发过哪些文件", office, "贵州省人民政府")
        assert found == [(wording, office)]
