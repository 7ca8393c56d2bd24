"""What documents state of themselves in other places, forms and languages."""

from __future__ import annotations

import pytest

from policybot.corpus.importers.html.around import copyright_holder
from policybot.corpus.importers.labels import own_dates, statement
from policybot.corpus.importers.stated.bodies import in_small_letters, place_named, read_body
from policybot.corpus.importers.stated.choose import Chosen, choose
from policybot.corpus.importers.stated.printed_title import text_title
from policybot.corpus.importers.stated.read import read_stated, text_lines
from policybot.corpus.issuers.table import IssuerBook

BOOK = IssuerBook()


def chosen(body: str, title: str = "", *, dated_head: bool = True) -> Chosen:
    return choose(read_stated(body, title, BOOK, dated_head=dated_head), BOOK)


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("Ferries keep left.\n\nFait à Lac, le 2 avril 2021\n\nLe maire", "2021-04-02"),
        ("Keep left.\n\nLago, 3 de septiembre de 2020.–El Ministro, J. Ruiz.", "2020-09-03"),
        ("Keep left.\n\nDada en Lago, a los 14 días del mes de febrero de 2019", "2019-02-14"),
        ("Ferries keep left.\n\nHafen, den 23. Mai 2016", "2016-05-23"),
        ("New Quay, dated the 9th June, 2016\n\nFerries keep left.", "2016-06-09"),
    ],
)  # fmt: skip
def test_a_place_and_date_are_read_in_other_languages(body: str, date: str) -> None:
    got = chosen(body, "Rules of ferries", dated_head=False)
    assert str(got.date) == date


@pytest.mark.parametrize(
    ("title", "date"),
    [
        ("Arrêté du 11 mai 2018 relatif aux bacs", "2018-05-11"),
        ("Orden TRM/8/2020, de 3 de septiembre, por la que se regulan las barcas", "2020-09-03"),
        ("PORTARIA Nº 12, DE 9 DE ABRIL DE 2021", "2021-04-09"),
        ("Satzung vom 23. Mai 2016 über die Fähren", "2016-05-23"),
        ("Fähren und Häfen vom 23. Mai 2016", None),
    ],
)  # fmt: skip
def test_the_title_of_an_act_has_its_date(title: str, date: str | None) -> None:
    got = chosen("Ferries keep left.", title, dated_head=False)
    assert (str(got.date) if got.date else None) == date


def test_the_evidence_has_the_date_as_it_is_printed() -> None:
    got = chosen("Ferries keep left.\n\nFait à Lac, le 2 avril 2021")
    assert got.evidence["date"].endswith("“Fait à Lac, le 2 avril 2021”")


def test_minutes_are_of_the_day_of_their_meeting_not_of_the_next() -> None:
    body = "Minutes of the meeting held on Tuesday 16 January 2018\n\nFerries keep left.\n\n"
    body += "2. DATE OF NEXT MEETING\n\n13 March 2018\n\nThe meeting closed at eight."
    assert str(chosen(body).date) == "2018-01-16"


def test_a_date_alone_on_a_page_is_a_letters_only_beside_its_number_or_addressee() -> None:
    letter = "HWA/FER/2021-22/8\n\nAugust 18, 2021\n\nFerries keep left."
    to_banks = "August 18, 2021\n\nThe Chairmen of all ferry companies\n\nFerries keep left."
    page = "August 18, 2021\n\nFerries keep left."
    dates = [chosen(text, dated_head=False).date for text in (letter, to_banks, page)]
    assert [str(date) if date else None for date in dates] == ["2021-08-18", "2021-08-18", None]


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("La presente orden entrará en vigor el 1 de octubre de 2020.", "2020-10-01"),
        ("La presente resolución rige a partir del 1 de marzo de 2019.", "2019-03-01"),
        ("Le présent arrêté entre en vigueur le 1er juin 2018.", "2018-06-01"),
        ("Diese Satzung tritt am 1. Juli 2016 in Kraft.", "2016-07-01"),
        ("Das Rundschreiben tritt am 1. Oktober 2017 in Kraft.", "2017-10-01"),
        ("Esta Portaria entra em vigor em 3 de maio de 2021.", "2021-05-03"),
        ("These orders take effect from the 1st July, 2016.", "2016-07-01"),
        ("This instrument commences on 2 July 2021.", "2021-07-02"),
        ("Le décret du 3 mars 2010 est entré en vigueur le 1er juin 2010.", None),
        ("Die Satzung vom 4. Dezember 2001 tritt am 1. Juli 2016 außer Kraft.", None),
    ],
)  # fmt: skip
def test_entry_into_force_is_read_in_other_languages(words: str, date: str | None) -> None:
    got = chosen(f"Ferries keep left.\n\n{words}")
    assert (str(got.effective) if got.effective else None) == date


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("RESOLUCIÓN NÚMERO 457 DE 2019", "RESOLUCIÓN NÚMERO 457 DE 2019"),
        ("Circular No. 14 of 2016", "Circular No. 14 of 2016"),
        ("NOR : TRAT1809967A", "TRAT1809967A"),
        ("F. No. 12/4/2016-Ferries", "12/4/2016-Ferries"),
        ("Geschäftszeichen: VA 54-I 3206", "VA 54-I 3206"),
        ("HWA 637A", "HWA 637A"),
        ("ORDINANCE NO. 2016-09", "ORDINANCE NO. 2016-09"),
        ("PART 3", None),
    ],
)
def test_numbers_of_other_places(line: str, number: str | None) -> None:
    got = chosen(f"{line}\n\nFerries keep left.", "Notice 637A Outage of ferries")
    assert got.number == (number or None)


@pytest.mark.parametrize(
    ("body", "issuers"),
    [
        ("BANK OF QUAYS\n\nFerries pay dues.", ("Bank of Quays",)),
        ("STATE OF QUAYS\nDEPARTMENT OF FERRIES\n\nFerries pay dues.", ("Department of Ferries",)),
        ("CITY OF QUAYS\n\nFerries pay dues.", ("City of Quays",)),
        ("HWA BOARD\n\nFerries pay dues.", ("HWA BOARD",)),
        ("HARBOUR BOARD\n\nThe Harbour Board collects dues.", ("Harbour Board",)),
        ("ADMINISTRATION OF MEDICINES\n\nNurses give them.", ()),
        ("BE IT ORDAINED BY THE COUNCIL OF THE CITY OF QUAYS:", ("Council of the City of Quays",)),
        ("Der Rat der Stadt Hafen hat folgende Satzung beschlossen:", ("Rat der Stadt Hafen",)),
        ("Die Stadt Hafen erlässt folgende Satzung:", ("Stadt Hafen",)),
        ("La ministre des transports,\n\nVu le code des transports,", ("Ministre des transports",)),
        ("Le conducteur du bac,\n\nqui est seul, sonne la cloche.", ()),
    ],
)
def test_letterheads_and_enacting_words_name_the_issuer(
    body: str, issuers: tuple[str, ...]
) -> None:
    assert chosen(f"{body}\n", "Dues").issuers == issuers


def test_several_bodies_below_one_another_issue_a_joint_document() -> None:
    body = "Harbour Works Authority\nOffice of Ferries\n\nFerries pay dues."
    assert chosen(body, "Joint statement on dues").issuers == (
        "Harbour Works Authority",
        "Office of Ferries",
    )
    assert chosen(body, "Statement on dues").issuers == ("Harbour Works Authority",)


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        ([("Date", "3 May 2021"), ("Reference", "HW 12")], "date"),
        ([("To", "All ferries"), ("DATE", "3 May 2021")], "date"),
        ([("Datum", "03.05.2021"), ("Geschäftszeichen", "VA 12")], "date"),
        ([("Date", "3 May 2021"), ("Topic", "Ferries")], "fact"),
        ([("Date", "3 May 2021"), ("Reference", "HW 12"), ("Published", "4 May 2021")], "fact"),
        ([("Date", "3 May 2021"), ("Reference", "HW 12"), ("Date adopted", "2 May 2021")], "fact"),
    ],
)
def test_a_bare_date_is_the_documents_beside_what_is_its_own(
    labels: list[tuple[str, str]], key: str
) -> None:
    found = own_dates([statement(*pair) for pair in labels])
    assert next(one.key for one in found if one.label.casefold() in {"date", "datum"}) == key


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("CITY OF QUAYS\n\nDIRECTIVE NO. 4-12\n\nSUBJECT: Use of bells", "Use of bells"),
        (
            "BANK OF QUAYS\n\nREPORTING OF LARGE DUES\n\n1. A ferry reports dues within two days.",
            "REPORTING OF LARGE DUES",
        ),
    ],
)
def test_a_memorandum_is_titled_by_its_subject_and_a_letterhead_is_no_title(
    text: str, title: str
) -> None:
    found = text_title(text_lines(text), BOOK)
    assert found is not None
    assert found.text == title


def test_names_in_capitals() -> None:
    assert in_small_letters("BANK OF LUSANDA") == "Bank of Lusanda"
    assert in_small_letters("FINMA") == "FINMA"
    assert in_small_letters("US DEPARTMENT OF FERRIES") == "US Department of Ferries"
    assert place_named("CITY OF PORT ELLERY") == "CITY OF PORT ELLERY"
    assert place_named("State of the ferries in winter") is None


@pytest.mark.parametrize(
    ("name", "is_body"),
    [
        ("Ministerio de Transportes y Movilidad", True),
        ("Bundesamt für Finanzprüfung", True),
        ("Universidade do Alto Douro", True),
        ("Direction des Bacs", True),
        ("Übersicht der Kommission", False),
        ("Deutsche Bundesbank", True),
        ("Regelung des Verkehrs", False),
    ],
)
def test_bodies_of_other_languages_are_told_by_their_kind(name: str, is_body: bool) -> None:
    assert (read_body(name) is not None) is is_body


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Executive Order 2020-19", "Executive Order 2020-19"),
        ("HW 14-3: Dues of ferries", "HW 14-3"),
        ("Bulletin 2021-07", "Bulletin 2021-07"),
        ("Plan 2021-2025", None),
    ],
)
def test_a_number_in_a_title_is_read_whole(title: str, number: str | None) -> None:
    assert chosen("Ferries keep left.", title).number == number


def test_an_organisation_named_first_in_the_title_of_its_rules_is_proposed_as_their_issuer() -> (
    None
):
    got = chosen("第一条 渡船靠左行驶。", "远帆船务有限公司差旅管理制度")
    assert got.issuers == ("远帆船务有限公司",)
    assert got.needs
    for title in ("股份有限公司管理办法", "上市公司信息披露管理办法", "普通高等学校管理规定"):
        assert chosen("第一条 渡船靠左行驶。", title).issuers == ()


def test_a_decree_of_two_bodies_has_both() -> None:
    got = chosen("河港管理局 航道局令\n\n〔2023〕第2号\n\n第一条 渡船靠左行驶。")
    assert got.issuers == ("河港管理局", "航道局")


def test_labels_at_the_end_state_the_date_where_the_text_is_longer_than_its_head() -> None:
    body = "\n\n".join(f"{at}. Ferries keep left." for at in range(1, 30))
    control = "| Date of approval | 14 January 2020 |\n| Effective date | 1 April 2020 |"
    got = chosen(f"{body}\n\n{control}")
    assert (str(got.date), str(got.effective)) == ("2020-01-14", "2020-04-01")
    assert len(got.needs) == 3


def test_who_exercises_powers_issues_the_notice() -> None:
    body = "IN EXERCISE of the powers of section 18, the Ferries Commission appoints inspectors."
    assert chosen(body, "Appointment").issuers == ("Ferries Commission",)


def test_a_date_below_a_numbered_heading_is_of_its_clause() -> None:
    body = (
        "Ferries keep left.\n\nStaff ring bells.\n\nNobody runs.\n\n4. Next training\n\n5 May 2022"
    )
    assert chosen(body).date is None


@pytest.mark.parametrize(
    ("words", "date"),
    [
        ("(Adopted by the Board of Directors on February 23, 2017; amended later)", "2017-02-23"),
        ("Read a third time and finally passed this 19th day of November, 2018.", "2018-11-19"),
        ("PASSED, APPROVED AND ADOPTED this 13th day of September, 2016, by vote.", "2016-09-13"),
    ],
)
def test_adoption_is_read_in_brackets_and_after_readings(words: str, date: str) -> None:
    assert str(chosen(f"Ferries keep left.\n\n{words}").date) == date


def test_adopted_is_a_date_or_a_body() -> None:
    assert statement("Adopted", "8 June 2022").key == "date"
    assert statement("Approved", "Board of Governors").key == "publisher"


def test_a_council_enacts_its_by_law() -> None:
    body = "NOW THEREFORE the Council of the Town of Quays enacts as follows:\n\nFerries keep left."
    assert chosen(body, "By-law").issuers == ("Council of the Town of Quays",)


def test_a_list_of_bodies_in_running_words_is_several() -> None:
    got = chosen(
        "Issued by the Bank of Quays, the Ferries Authority and the Ministry of Ports\n\nKeep left."
    )
    assert got.issuers == ("Bank of Quays", "Ferries Authority", "Ministry of Ports")


@pytest.mark.parametrize(
    ("foot", "name"),
    [
        ("© 2025 Quay Theatre Trust. Registered charity 1234567.", "Quay Theatre Trust"),
        ("Copyright ©\n2019-2024\nTown of Quays | Privacy", "Town of Quays"),
        ("© 2024 Quay Ferries, Inc. All rights reserved.", "Quay Ferries, Inc."),
        ("© Crown copyright", None),
        ("© 2024 Lena Frost. All rights reserved.", None),
    ],
)
def test_the_line_of_copyright_names_whose_site_it_is(foot: str, name: str | None) -> None:
    found = copyright_holder(f"Ferries keep left.\n{foot}")
    assert [one.value for one in found] == ([name] if name else [])


def test_a_company_keeps_the_full_stop_of_its_name() -> None:
    assert read_body("Quay Ferries, Inc.") == "Quay Ferries, Inc."
    assert read_body("Quay Ferries Authority.") == "Quay Ferries Authority"
