"""Letters, circulars and gazette notices: whose date, number, title and body a line gives."""

from __future__ import annotations

import pytest

from policybot.corpus.importers.labels import Statement, split_unmarked
from policybot.corpus.importers.stated.choose import Chosen, bodies_of, choose
from policybot.corpus.importers.stated.hints import date_hints
from policybot.corpus.importers.stated.letterhead import is_organ
from policybot.corpus.importers.stated.printed_title import text_title
from policybot.corpus.importers.stated.read import read_stated, text_lines
from policybot.corpus.issuers.table import IssuerBook

BOOK = IssuerBook()


def chosen(body: str, title: str = "", *stated: Statement) -> Chosen:
    return choose([*stated, *read_stated(body, title, BOOK)], BOOK)


LETTER = """HARBOUR TRUST
(Traffic Section)

{line}

Sub.: Mooring of barges

{first}

1. Barges moor at the east quay.
"""


@pytest.mark.parametrize(
    ("line", "date", "number"),
    [
        ("No. HT/TRF/118          Date: 09.01.2023", "2023-01-09", "HT/TRF/118"),
        (
            "Office Order No. HT/Estt/OO/2021/46    Dated: 15-10-2021",
            "2021-10-15",
            "HT/Estt/OO/2021/46",
        ),
        ("Circular No. HT/TRF/1204/2022     Dt. 1st November, 2022", "2022-11-01", None),
        ("Circular No. HT/TRF/1204/2022 dated 1 November 2022", "2022-11-01", None),
    ],
)
def test_number_and_date_share_a_line(line: str, date: str, number: str | None) -> None:
    cited = "In supersession of Circular No. HT/TRF/567/2019 dated 28/02/2019, it is ordered:"
    got = chosen(LETTER.format(line=line, first=cited))
    assert (str(got.date), got.evidence["date"][:11]) == (date, "number line")
    assert number is None or got.number == number
    assert not any("date" in need for need in got.needs)


@pytest.mark.parametrize(
    "cited",
    [
        "In supersession of Circular No. HT/TRF/567/2019 dated 28/02/2019, it is ordered:",
        "Ref: This office Circular No. HT/TRF/567/2019 dated 28.02.2019",
        "Under Order No. 12 of 28 February 2019 barges may moor here.",
    ],
)
def test_the_date_of_a_cited_document_is_never_its_own(cited: str) -> None:
    got = chosen(LETTER.format(line="No. HT/TRF/1204/2022", first=cited))
    assert (got.date, got.number) == (None, "HT/TRF/1204/2022")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        (
            "Harbour Trust\n\nDocument no. HT-04 | Version date: 2021-05-04\n\nMoor here.",
            "2021-05-04",
        ),
        ("Harbour Trust\n\nDate ratified | 18 May 2022\nVersion | 5\n\nMoor here.", "2022-05-18"),
        (
            (
                "A by-law\n\nMoor here.\n\nREAD A FIRST, SECOND AND THIRD TIME AND PASSED "
                "this 27th day of "
                "March, 2019."
            ),
            "2019-03-27",
        ),
        (
            (
                "MINUTES OF THE 87TH MEETING OF THE TRUST HELD ON THURSDAY, 21ST JANUARY, "
                "2021\n\nMoor here."
                "\n\nSigned: ...  Chair      Date: 18/03/2021"
            ),
            "2021-01-21",
        ),
        (
            (
                "ORDENANZA\n\nArtículo 1. Uno.\n\nDado en el Salón, a los siete días del "
                "mes de febrero del "
                "año dos mil dieciocho."
            ),
            "2018-02-07",
        ),
        ("ACUERDO No. 019\n(NOVIEMBRE 26 DE 2021)\n\nARTÍCULO 1. Uno.", "2021-11-26"),
        ("RESOLUCIÓN\n\nSANTIAGO, 09 DIC 2021\n\n1. Uno.", "2021-12-09"),
        (
            "# Circular\n\nFecha: 11/03/2024\n\nA todos los vecinos que viven en el municipio.",
            "2024-03-11",
        ),
    ],
)
def test_forms_of_the_documents_own_date(text: str, date: str) -> None:
    assert str(chosen(text).date) == date


def test_a_hint_names_the_line_of_the_best_date() -> None:
    text = (
        "纪要\n\n港航局办公室　2023年5月12日印发\n\n"
        "2023年8月底前完成，资金见2022年3月1日通知的附件二。"
    )
    assert date_hints([], text_lines(text)) == [
        "date may be 2023-05-12: text, line 3: “港航局办公室　2023年5月12日印发”"
    ]
    got = choose(read_stated(text, "纪要", BOOK), BOOK, date_hints=["date may be 2023-05-12: x"])
    assert got.needs[0] == "no date is stated; date may be 2023-05-12: x"


def test_a_date_whose_order_is_open_is_named_and_not_read() -> None:
    text = "NOTICE\n\nRiders register.\n\nJ. K. Mutua\nDIRECTOR\n12/02/2018"
    (hint,) = date_hints([], text_lines(text))
    assert hint.startswith("line 7 of the text has 12/02/2018, it may be 2018-02-12 or 2018-12-02")


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("Policy No. LHA-OP-017", ("Policy No.", "LHA-OP-017")),
        ("Date ratified 18 May 2022", ("Date ratified", "18 May 2022")),
        ("Policy number one", None),
        ("Published by the Board", None),
    ],
)
def test_a_label_may_lack_its_colon(text: str, split: tuple[str, str] | None) -> None:
    assert split_unmarked(text) == split


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Manager's Order No. HS/412/2022", "HS/412/2022"),
        ("Lakeshore Harbours / Policy No. LHA-OP-017", "LHA-OP-017"),
        ("江环函〔2023〕102号　　　　签发人：周立民", "江环函〔2023〕102号"),
        ("〔2023〕17号", "〔2023〕17号"),
    ],
)
def test_numbers_beside_other_words(line: str, number: str) -> None:
    assert chosen(f"江城市港航局\n\n{line}\n\n渡口应当设置安全标志。\n").number == number


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("Commission", "Harbour City Transit Commission", True),
        ("Board of Directors", "Lakeshore Housing Authority", True),
        ("University Council", "University of Penhallow", True),
        ("Director of Housing Services", "Corrib Valley Housing Authority", True),
        ("Alcalde Municipal", "Alcaldía Municipal de Santa Rosa", True),
        ("National Health Commission", "Ministry of Health", False),
        ("HM Treasury", "Her Majesty's Treasury", False),
        ("Ministry of Finance", "Ministry of Plans", False),
    ],
)
def test_an_organ_has_no_word_of_its_own(name: str, body: str, expected: bool) -> None:
    assert is_organ(name, body) is expected


def test_the_letterhead_stands_for_its_organs() -> None:
    text = (
        "HARBOUR CITY TRANSIT COMMISSION\n\nBY-LAW NO. 12-2015\n\n"
        "NOW THEREFORE the Commission enacts:\n"
    )
    assert chosen(text).issuers == ("Harbour City Transit Commission",)
    text = (
        "University of Penhallow\nHuman Resources\n\n"
        "Approved by University Council on 12 July 2019\n"
    )
    assert chosen(text).issuers == ("University of Penhallow",)


def test_a_first_line_in_capitals_is_offered_as_the_issuer() -> None:
    got = chosen(
        "NAVAPUR MUNICIPAL TRANSPORT UNDERTAKING\n\nCircular No. 5/2022\n\nBuses stop here.\n"
    )
    assert got.issuers == ()
    assert "issuers may be Navapur Municipal Transport Undertaking: capitals head" in got.needs[-1]
    got = chosen("STANDING ORDER ON LOST PROPERTY\n\nArticles are kept.\n")
    assert got.needs[-1] == "no issuer is stated"


def test_an_office_is_part_of_the_body_beside_it() -> None:
    assert bodies_of("University of Penhallow, Registry", BOOK) == ("University of Penhallow",)
    office = "Vehicle Administration Office, Traffic Police Department of Yunzhou"
    assert bodies_of(office, BOOK) == (office,)
    assert bodies_of("Ministry of Finance, Ministry of Plans", BOOK) == (
        "Ministry of Finance",
        "Ministry of Plans",
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("HARBOUR TRUST\n\nSub.: Mooring of barges\n\nBarges moor.", "Mooring of barges"),
        (
            (
                "Harbour Trust\n\n# Code of Mooring\n\nApproved.\n\n## Article 1. Words\n"
                "\nIn this Code:\n\n"
                "A barge is a long boat that has no sail and carries goods on a river.\n"
                "\n## Article 2. Rules"
            ),
            "Code of Mooring",
        ),
        (
            (
                "St. Bride's Hospital\nBallinree, Co. Galway\n\nVISITING POLICY\n\n1. Visits "
                "end at eight."
            ),
            "VISITING POLICY",
        ),
        (
            (
                "GAZETTE NOTICE NO. 4417\n\nTHE COUNTY ACT\n(No. 17 of 2012)\n\nDESIGNATION "
                "OF FERRY STAGES\n\n"
                "The Trust designates the stages that are set out in the Schedule for ferries "
                "of all kinds."
            ),
            "DESIGNATION OF FERRY STAGES",
        ),
        (
            "HARBOUR TRUST\nPUBLIC NOTICE\n\nLICENSING OF RIDERS AND PILOTS\n\nRiders register.",
            "LICENSING OF RIDERS AND PILOTS",
        ),
        (
            (
                "HARBOUR TRUST\n\nMINUTES OF THE 87TH MEETING OF THE TRUST\n\nMIN 87/1: "
                "PRELIMINARIES\nNone."
            ),
            "MINUTES OF THE 87TH MEETING OF THE TRUST",
        ),
        (
            "市政府\n\n专题会议纪要\n\n关于研究渡口治理工作的会议纪要\n\n现纪要如下：",
            "关于研究渡口治理工作的会议纪要",
        ),
        (
            (
                "MINISTERIO\n\nRESOLUCIÓN 5 DE 2020\n\n“Por la cual se fija la tarifa de "
                "las barcas”\n\nRESUELVE:"
            ),
            "Por la cual se fija la tarifa de las barcas",
        ),
    ],
)
def test_what_is_no_title(text: str, title: str) -> None:
    found = text_title(text_lines(text), BOOK)
    assert found is not None
    assert found.text == title
