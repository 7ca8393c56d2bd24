"""A term of validity, given as a length, a span or an event, and the dates that follow from it."""

from __future__ import annotations

import datetime as dt

import pytest

from policybot.corpus.importers.stated.choose import Chosen, choose
from policybot.corpus.importers.stated.lengths import Length, parse_length
from policybot.corpus.importers.stated.read import read_stated
from policybot.corpus.issuers.table import IssuerBook

BOOK = IssuerBook()


def chosen(body: str, title: str = "") -> Chosen:
    return choose(read_stated(body, title, BOOK), BOOK)


def days(body: str, title: str = "") -> tuple[str, str]:
    got = chosen(body, title)
    return str(got.effective or ""), str(got.expires or "")


@pytest.mark.parametrize(
    ("length", "first", "last"),
    [
        ("P5Y", "2021-02-20", "2026-02-19"),
        ("P2Y", "2022-03-01", "2024-02-29"),
        ("P6M", "2023-08-31", "2024-02-29"),
        ("P1Y", "2020-02-29", "2021-02-28"),
        ("P90D", "2024-01-01", "2024-03-30"),
        ("P2W", "2024-01-01", "2024-01-14"),
    ],
)
def test_the_last_day_is_the_one_before_the_length_is_over(
    length: str, first: str, last: str
) -> None:
    parsed = parse_length(length)
    assert parsed is not None
    assert parsed.last_day(dt.date.fromisoformat(first)) == dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("printed", "length"),
    [
        ("5年", Length(5, "Y")),
        ("六个月", Length(6, "M")),
        ("two (2) years", Length(2, "Y")),
        ("2 (dos) años", Length(2, "Y")),
        ("eighteen months", Length(18, "M")),
        ("noventa días", Length(90, "D")),
        ("thirty-five years", Length(35, "Y")),
        ("treinta y cinco días", Length(35, "D")),
        ("dieciseis meses", Length(16, "M")),
        ("una semana", Length(1, "W")),
        ("a year", Length(1, "Y")),
        ("second year", None),
        ("faur years", None),
        ("soon", None),
        ("0 years", None),
    ],
)
def test_a_length_is_read_as_printed(printed: str, length: Length | None) -> None:
    assert parse_length(printed) == length


CHINESE = "渡口办法\n\n第一条 渡口分为三级。\n\n{end}\n\n江城市港航管理局\n2021年1月20日\n"


@pytest.mark.parametrize(
    ("end", "effective", "expires"),
    [
        ("第二条 本细则自2021年2月20日起施行，有效期5年。", "2021-02-20", "2026-02-19"),
        ("第五十四条本办法自2021年3月1日起施行，有效期5年。", "2021-03-01", "2026-02-28"),
        ("十二、本通知自2021年3月1日起实施，有效期5年。", "2021-03-01", "2026-02-28"),
        ("本通知自2022年9月1日起执行，有效期三年。", "2022-09-01", "2025-08-31"),
        ("本办法自2021年3月1日起试行，试行期为一年。", "2021-03-01", "2022-02-28"),
        ("本办法有效期为五年，自2021年3月1日起施行。", "2021-03-01", "2026-02-28"),
        ("本办法自印发之日起施行，有效期五年。", "2021-01-20", "2026-01-19"),
        ("本决定自公布之日起施行。", "2021-01-20", ""),
        (
            "本通告自2021年5月1日起至2021年10月31日止执行。",
            "2021-05-01",
            "2021-10-31",
        ),
        ("本市居住证有效期为一年。", "", ""),
        ("居住证自发布之日起生效，有效期一年。", "", ""),
        ("许可证有效期5年。", "", ""),
        ("《旧办法》自印发之日起施行，有效期5年。", "", ""),
        ("《旧办法》（江航〔2013〕1号）有效期延长至2023年6月30日。", "", ""),
        ("备案自提交之日起生效，备案有效期为12个月。", "", ""),
    ],
)
def test_a_chinese_term_becomes_days(end: str, effective: str, expires: str) -> None:
    got = chosen(CHINESE.format(end=end))
    assert (str(got.effective or ""), str(got.expires or "")) == (effective, expires)
    assert got.needs == []


def test_issue_is_the_day_of_printing_where_that_is_stated() -> None:
    body = CHINESE.format(end="本办法自印发之日起施行，有效期五年。")
    assert days(f"{body}\n港航局办公室 2021年1月25日印发\n") == ("2021-01-25", "2026-01-24")


@pytest.mark.parametrize(
    "text",
    [
        "本通告自2023年2月29日起施行，至3月15日止。",
        "本通告自2023年13月1日起施行，至3月15日止。",
        "This notice is in force from 0 to 5 June 2024.",
    ],
)
def test_a_day_that_does_not_exist_begins_no_term(text: str) -> None:
    assert days(text)[0] == ""


def test_a_span_that_begins_with_the_entry_into_force_is_likely_the_term() -> None:
    text = "一、限行时间。自2021年3月1日至2022年2月28日。\n\n本通告自2021年3月1日起施行。"
    got = chosen(CHINESE.format(end=text), "关于机动车尾号限行的通告")
    assert str(got.expires) == "2022-02-28"
    assert [need.partition(";")[0] for need in got.needs] == [
        "expires 2022-02-28 is to be confirmed"
    ]
    unrelated = chosen(CHINESE.format(end=text), "渡口办法")
    assert unrelated.expires is None
    assert unrelated.needs[0].startswith("expires may be 2022-02-28: text, line 5: ")
    other = chosen(CHINESE.format(end="缴费期自2021年4月1日至2021年6月30日。"))
    assert (other.expires, other.needs) == (None, [])


def test_a_revised_law_is_not_in_force_from_its_revision_on() -> None:
    text = (
        "渡口条例\n\n（2012年9月27日江城市第十一届人民代表大会常务委员会第三次会议通过　"
        "2020年7月31日"
        "江城市第十三届人民代表大会常务委员会第二次会议修正）\n\n第一条 本条例自公布之日起施行。\n"
    )
    got = chosen(text)
    assert (str(got.date), got.effective) == ("2020-07-31", None)
    assert got.needs[0].startswith("no day of entry into force is stated, only an event; text, ")


def test_a_term_without_a_first_day_is_told() -> None:
    got = chosen("渡口办法\n\n第一条 渡口分为三级。\n\n第二条 本办法有效期三年。\n")
    assert got.expires is None
    assert (
        "no end is stated, only a length without its first day; text, line 5: “本办法有效期三年”"
        in got.needs
    )


@pytest.mark.parametrize(
    ("text", "effective", "expires"),
    [
        (
            "This scheme is valid for a period of two years from 1 March 2022.",
            "",
            "2024-02-29",
        ),
        (
            "This Order comes into force on 1 March 2022 and shall remain in force for two years.",
            "2022-03-01",
            "2024-02-29",
        ),
        ("This Order shall remain in force until 30 June 2026.", "", "2026-06-30"),
        (
            "These Rules apply from 1 March 2022 to 31 May 2022.",
            "2022-03-01",
            "2022-05-31",
        ),
        ("Effective from: Monday 2 January 2023", "2023-01-02", ""),
        ("This by-law comes into force on the day it is passed.", "2021-06-14", ""),
        ("This order shall come into force with immediate effect.", "2021-06-14", ""),
        ("This policy applies to staff who have served for two years.", "", ""),
        ("This policy applies to staff appointed up to 31 December 2020.", "", ""),
        ("This notice is to inform that trading shall commence from 30.01.2023.", "", ""),
        ("It is hereby notified that the lectures shall commence from 30.01.2023.", "", ""),
        ("Every holder is told: this licence is valid for two years from 1 March 2022.", "", ""),
        ("The Agreement with the operator remains in force until 30 June 2026.", "", ""),
        ("This notice takes effect immediately upon payment of the fee.", "", ""),
        ("These Rules come into force on a day to be appointed by the Minister.", "", ""),
        ("A transfer is valid for 90 minutes, a pass for two years.", "", ""),
    ],
)
def test_an_english_term_becomes_days(text: str, effective: str, expires: str) -> None:
    got = chosen(f"HARBOUR RULES\n\nShips keep left.\n\n{text}\n\nPassed on 14 June 2021.\n")
    assert (str(got.effective or ""), str(got.expires or "")) == (effective, expires)


def test_the_scheme_is_the_document_where_its_title_says_so() -> None:
    text = "The Scheme shall continue, unless renewed, until 30 June 2026."
    assert days(text, "Ferry Subsidy Scheme") == ("", "2026-06-30")
    assert days(text, "Ferry Rules") == ("", "")


@pytest.mark.parametrize(
    "sentence",
    [
        "Adopted by the members on 3 May 2021. Comes into effect on 1st June 2021. It is short.",
        "Fares. Effective June 1, 2021.",
    ],
)
def test_a_sentence_of_the_head_needs_no_subject(sentence: str) -> None:
    assert days(f"Harbour Rules\n\n{sentence}\n\nShips keep left.\n")[0] == "2021-06-01"


@pytest.mark.parametrize(
    "sentence",
    [
        "With effect from Tuesday 1st June 2021 the following ships keep left:",
        "The public is notified that with effect from 1st June 2021 the following shall apply:",
        (
            "IN EXERCISE of the powers of section 9, the Board designates berths, with effect "
            "from the 1st June, 2021."
        ),
    ],
)
def test_what_disposes_of_all_is_likely_the_entry_into_force(sentence: str) -> None:
    got = chosen(f"HARBOUR NOTICE\n\n{sentence}\n\n1. Ferries.\n\n2. Tugs.\n")
    assert str(got.effective) == "2021-06-01"
    assert got.needs[-1].startswith("effective 2021-06-01 is to be confirmed; text, line 3: ")


def test_a_numbered_part_speaks_for_itself_alone() -> None:
    text = "HARBOUR NOTICE\n\n1. With effect from 1 June 2021 the following tugs are exempt:\n"
    assert days(text) == ("", "")


def test_a_span_that_the_title_is_about_is_only_proposed() -> None:
    title = "Temporary closure of the ferry landing"
    got = chosen(
        "We have had to close the ferry landing from 8am on Tuesday 5 March 2024 until 9 March "
        "2024.",
        title,
    )
    assert (got.effective, got.expires) == (None, None)
    assert [need.partition(":")[0] for need in got.needs if " may be " in need] == [
        "effective may be 2024-03-05",
        "expires may be 2024-03-09",
    ]


SPANISH = "ORDENANZA DE BARCAS\n\n{text}\n\nDado en Puerto Real, el 10 de enero de 2022.\n"


@pytest.mark.parametrize(
    ("text", "effective", "expires"),
    [
        (
            "Esta ordenanza tendrá una vigencia de dos años a partir del 1 de marzo de 2022.",
            "",
            "2024-02-29",
        ),
        (
            (
                "La presente norma entrará en vigor el 1 de marzo de 2022 y tendrá una vigencia de "
                "seis meses."
            ),
            "2022-03-01",
            "2022-08-31",
        ),
        ("El presente decreto regirá hasta el 6 de septiembre de 2023.", "", "2023-09-06"),
        (
            "Las presentes Reglas estarán vigentes del 1 de febrero al 31 de diciembre de 2025.",
            "2025-02-01",
            "2025-12-31",
        ),
        ("El presente decreto rige a partir de la fecha de su expedición.", "2022-01-10", ""),
        ("El presente decreto rige a partir de su publicación.", "2022-01-10", ""),
        (
            (
                "El presente decreto entrará en vigor al día siguiente de su publicación en el "
                "Diario Oficial."
            ),
            "",
            "",
        ),
        ("El beneficio durará tres años.", "", ""),
        ("Esta licencia tendrá una vigencia de dos años a partir del 1 de marzo de 2022.", "", ""),
        ("La presente ordenanza permanecerá vigente hasta su derogación expresa.", "", ""),
    ],
)
def test_a_spanish_term_becomes_days(text: str, effective: str, expires: str) -> None:
    assert days(SPANISH.format(text=text)) == (effective, expires)


def test_publication_is_later_than_signature_and_so_only_likely_on_its_day() -> None:
    got = chosen(SPANISH.format(text="El presente decreto rige a partir de su publicación."))
    assert got.needs[-1].startswith("effective 2022-01-10 is to be confirmed; ")
    got = chosen(
        SPANISH.format(text="Esta ley rige al día siguiente de su publicación en el Boletín.")
    )
    assert got.needs[-1].startswith("no day of entry into force is stated, only an event; ")
