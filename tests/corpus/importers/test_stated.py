"""What a text's own words state: its date, issuers, number, title, and when it is in force."""

from __future__ import annotations

import pytest

from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.stated.bodies import read_bodies_line, site_body
from policybot.corpus.importers.stated.choose import Chosen, choose
from policybot.corpus.importers.stated.printed_title import text_title
from policybot.corpus.importers.stated.read import read_stated, text_lines
from policybot.corpus.issuers.table import IssuerBook

BOOK = IssuerBook()


def chosen(body: str, title: str = "", *stated: Statement, dated_head: bool = True) -> Chosen:
    found = read_stated(body, title, BOOK, dated_head=dated_head)
    return choose([*stated, *found], BOOK)


NOTICE = """关于渡口管理的通知

江航发〔2020〕7号

各县（区）人民政府：

渡口应当设置安全标志。

{sign_off}
"""


@pytest.mark.parametrize(
    ("sign_off", "issuers", "date"),
    [
        ("江城市港航管理局\n\n2020年3月5日", ["江城市港航管理局"], "2020-03-05"),
        ("江 城 大 学\n二〇二〇年三月五日", ["江城大学"], "2020-03-05"),
        (
            "江城市港航管理局　江城市应急管理局\n2020年3月5日\n（此件公开发布）",
            ["江城市港航管理局", "江城市应急管理局"],
            "2020-03-05",
        ),
        (
            "江城市港航管理局\n江城市应急管理局\n江城市交通运输局\n2020年3月5日",
            ["江城市港航管理局", "江城市应急管理局", "江城市交通运输局"],
            "2020-03-05",
        ),
        ("江城市港航管理局2020年3月5日", ["江城市港航管理局"], "2020-03-05"),
        ("江城市港航管理局\n2020 年 3 月 5 日", ["江城市港航管理局"], "2020-03-05"),
        ("江城市港航管理局\n2020年3月5日\n\n港航局办公室 2020年3月9日印发", None, "2020-03-05"),
    ],
)  # fmt: skip
def test_a_sign_off_gives_the_bodies_over_the_date(
    sign_off: str, issuers: list[str] | None, date: str
) -> None:
    got = chosen(NOTICE.format(sign_off=sign_off))
    assert str(got.date) == date
    assert list(got.issuers) == (issuers or ["江城市港航管理局"])
    assert got.needs == []
    assert got.evidence["date"].startswith("sign-off 落款, line ")


def test_an_annex_signed_later_is_not_the_document() -> None:
    text = NOTICE.format(sign_off="江城市港航管理局\n2020年3月5日")
    text += "\n附件\n\n渡口管理办法\n\n第一条 渡口分为三级。\n\n江城市水务局\n2018年1月2日\n"
    assert str(chosen(text).date) == "2020-03-05"


@pytest.mark.parametrize(
    "words",
    [
        "江城市港航管理局办公室 2020年3月9日印发",
        "打印日期：2020年3月9日",
        "根据2019年5月1日的会议，渡口应当设置安全标志。",
        "本通知自2020年4月1日起施行。",
        "《渡口办法》（2011年2月3日公布）同时废止。",
        "访问时间 2020-03-09 10:22",
    ],
)
def test_other_dates_are_never_the_documents_own(words: str) -> None:
    assert chosen(f"渡口管理办法\n\n渡口分为三级。\n\n{words}\n").date is None


def test_a_decree_is_dated_by_its_signature_not_by_its_passing() -> None:
    got = chosen(
        "江城市人民政府令\n\n第12号\n\n《渡口管理办法》已经2020年1月6日市人民政府第3次常务会"
        "议通过，"
        "现予公布，自2020年5月1日起施行。\n\n市长　李某某\n\n2020年2月8日\n\n渡口管理办法\n\n"
        "第一条 渡口分级。\n"
    )
    assert (str(got.date), str(got.effective)) == ("2020-02-08", "2020-05-01")
    assert got.number == "江城市人民政府令第12号"
    assert got.issuers == ("江城市人民政府",)


def test_what_running_text_alone_says_is_only_proposed() -> None:
    got = chosen("渡口管理办法\n\n本办法已经2020年1月6日局务会议审议通过。\n\n第一条 渡口分级。\n")
    assert got.date is None
    assert got.needs[0].startswith("no date is stated; date may be 2020-01-06: text, line 3: “")


def test_a_law_has_the_date_of_its_last_revision_and_the_body_of_that_session() -> None:
    got = chosen(
        "（1996年5月15日第八届江城市人民代表大会常务委员会第十九次会议通过　"
        "2015年6月2日第十二届江城市人民代表大会常务委员会第二十次会议修订）\n\n第一条 "
        "为了防汛，制定本条例。\n",
        "江城市防汛条例",
    )
    assert str(got.date) == "2015-06-02"
    assert got.issuers == ("江城市人民代表大会常务委员会",)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Rule\n\nText of it.\n\nDone at Lisbon, 3 May 2019.\n\nFor the Council\n", "2019-05-03"),
        ("A Licence\n\nDated 12 May 2021\n\n1 Name\n\nThis is it.\n", "2021-05-12"),
        ("Plan\n\nVersion 2 | Approved by the Board on 14 March 2022\n\nText.\n", "2022-03-14"),
        ("Made 4th May 2021\n\nThe Rules\n\nText of them goes here.\n", "2021-05-04"),
        ("COUNCIL REGULATION (EU) 2020/99\n\nof 9 September 2020\n\nText.\n", "2020-09-09"),
        ("Order 7 of January 21, 2021\n\nText of the order.\n", "2021-01-21"),
        ("THE RIVER OFFICE\n\nPlan\n\nText.\n\n2 June 2018\n", "2018-06-02"),
    ],
)  # fmt: skip
def test_english_documents_say_when_they_were_made(text: str, date: str) -> None:
    assert str(chosen(text).date) == date


@pytest.mark.parametrize(
    "words",
    [
        "Printed on 3 May 2019",
        "You are viewing the rules as at 21/01/2026",
        "Last updated: 3 May 2019",
        "It replaces the policy of 2 May 2019.",
        "This policy is effective from 3 May 2019.",
        "Next review date: March 2024",
    ],
)
def test_english_dates_of_other_things_are_not_the_documents(words: str) -> None:
    assert chosen(f"Harbour Policy\n\nShips keep left.\n\n{words}\n").date is None


def test_a_date_alone_in_the_head_of_a_page_may_be_the_pages() -> None:
    text = "Harbour Guidance\n\n18 December 2024\n\nShips keep left in the channel.\n\nAnd slow.\n"
    got = chosen(text)
    assert str(got.date) == "2024-12-18"
    assert got.needs[0] == "date 2024-12-18 is to be confirmed; head, line 3: “18 December 2024”"
    assert chosen(text, dated_head=False).date is None


@pytest.mark.parametrize(
    ("text", "effective", "expires"),
    [
        ("本办法自2023年6月1日起施行，有效期至2028年5月31日。", "2023-06-01", "2028-05-31"),
        ("本规定由2022年9月1日起生效。", "2022-09-01", None),
        ("上述文件有效期调整至2026年12月31日。", None, "2026-12-31"),
        ("《旧办法》自2010年1月1日起施行。", None, None),
        ("公共自行车的费用自2021年6月1日起调整。", None, None),
        ("本办法自公布之日起三十日后施行。", None, None),
        ("These Rules come into force on 1st June 2021.", "2021-06-01", None),
        ("Coming into force    1st June 2021", "2021-06-01", None),
        ("This notice is effective from 14/11/2019 and expires on 31 December 2020.",
         "2019-11-14", "2020-12-31"),
        ("This order shall cease to have effect on 31 December 2020.", None, "2020-12-31"),
        ("The Harbour Act entered into force on 1 August 2024.", None, None),
        ("This Order binds pilots. It comes into force on 1 June 2021.", "2021-06-01", None),
        ("The dues rise. It will take effect from 20 May 2017.", None, None),
        ("This change will take effect from 6 April 2017.", None, None),
    ],
)  # fmt: skip
def test_entry_into_force_and_end_are_read_where_they_are_dates(
    text: str, effective: str | None, expires: str | None
) -> None:
    got = chosen(f"渡口管理办法\n\n第一条 渡口分级。\n\n{text}\n")
    assert got.effective is None if effective is None else str(got.effective) == effective
    assert got.expires is None if expires is None else str(got.expires) == expires


@pytest.mark.parametrize(
    ("title", "head", "number"),
    [
        ("渡口通知", "江航发〔2020〕7号", "江航发〔2020〕7号"),
        ("渡口通知（江航发〔2020〕7号）", "各单位：", "江航发〔2020〕7号"),
        ("渡口公告", "江城市港航管理局公告2020年第5号", "江城市港航管理局公告2020年第5号"),
        ("渡口通知", "为贯彻《意见》（国发〔2012〕64号），现通知如下。", None),
        ("SS2/21 – Ferries", "Text.", "SS2/21"),
        ("Ferries", "Executive Order 13999 of January 21, 2021", "Executive Order 13999"),
        ("Ferries", "2021 No. 538", "2021 No. 538"),
        ("Ferries", "Reference: HB-2021/17", "HB-2021/17"),
        ("Ferries", "C(2025) 5053 final", "C(2025) 5053 final"),
        ("Ferries", "TA9_XB(2014)0138", "TA9_XB(2014)0138"),
        ("Circular 7/2020 on buoys", "Text.", "Circular 7/2020"),
        ("Guidelines on ferries established by Regulation (EU) 2020/99", "Text.", None),
        ("Commission Delegated Regulation (EU) 2020/99", "Text.", "(EU) 2020/99"),
        ("Ferries", "In 2021 No. 5 was closed to ships for a month.", None),
        ("Ferries", "Version 3.0", None),
        ("Ferries", "January 2025", None),
    ],
)
def test_a_documents_own_number_stands_in_its_head_or_title(
    title: str, head: str, number: str | None
) -> None:
    assert chosen(f"{head}\n\nShips keep left in the channel.\n", title).number == number


def test_structured_data_comes_before_the_text_and_a_contradiction_is_told() -> None:
    text = NOTICE.format(sign_off="江城市港航管理局\n2020年3月5日")
    got = chosen(text, "", Statement("date", "2020-03-08", "成文日期"))
    assert str(got.date) == "2020-03-08"
    assert got.needs == ["two dates are stated; 2020-03-08 is 成文日期, 2020-03-05 is 落款"]


def test_all_who_sign_count_where_a_label_names_only_the_first() -> None:
    text = NOTICE.format(sign_off="江城市港航管理局　江城市应急管理局\n2020年3月5日")
    got = chosen(text, "", Statement("issuer", "江城市港航管理局", "发文机关"))
    assert got.issuers == ("江城市港航管理局", "江城市应急管理局")


def test_who_published_a_page_is_the_issuer_only_where_nobody_signs() -> None:
    publisher = Statement("publisher", "江城市河东街道办事处", "发布机构")
    text = NOTICE.format(sign_off="江城市港航管理局\n2020年3月5日")
    assert chosen(text, "", publisher).issuers == ("江城市港航管理局",)
    assert chosen("渡口问答\n\n渡口分几级？", "", publisher).issuers == ("江城市河东街道办事处",)


def test_a_source_that_is_no_body_is_only_proposed() -> None:
    got = chosen("渡口问答", "", Statement("publisher", "江城日报+", "来源", certainty="likely"))
    assert got.issuers == ()
    assert any("issuers may be 江城日报+: 来源: “江城日报+”" in need for need in got.needs)


@pytest.mark.parametrize(
    ("line", "bodies"),
    [
        ("财政部　教育部", ["财政部", "教育部"]),
        ("Department of Health and Social Care", ["Department of Health and Social Care"]),
        ("Northwind Traders plc", ["Northwind Traders plc"]),
        ("THE WHITE HOUSE,", ["THE WHITE HOUSE"]),
        ("执行", []),
        ("第三条", []),
        ("附件：申请表及办事处", []),
        ("Harbour Authority Handbook & Rulebook", []),
        ("Presented to Parliament", []),
        ("The board shall meet twice a year", []),
    ],
)
def test_a_line_of_nothing_but_bodies_is_told_from_others(line: str, bodies: list[str]) -> None:
    assert read_bodies_line(line, BOOK) == bodies


def test_a_sites_name_may_name_its_body_but_a_portal_names_none() -> None:
    assert site_body("River Authority Handbook & Rulebook") == "River Authority"
    assert site_body("江城市港航管理局网站") == "江城市港航管理局"
    assert site_body("江城市人民政府门户网站") is None
    assert site_body("Harbour news") is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("港航局文件\n\n江航发〔2020〕7号\n\n关于渡口的通知\n\n各单位：\n", "关于渡口的通知"),
        ("关于渡口管理的通知江航发〔2020〕7号\n\n各单位：\n", "关于渡口管理的通知"),
        ("渡口管理办法的通知各县人民政府：\n", "渡口管理办法的通知"),
        ("江城市政府令\n\n第12号\n\n《渡口管理办法》已经市政府通过。\n", "渡口管理办法"),
        (("STATUTORY RULES\n\n2021 No. 5\n\nThe Ferries (Lights) Rules 2021\n\nMade 4 May 2021\n\n"
         "These Rules may be cited as the Ferries (Lights) Rules 2021.\n"),
         "The Ferries (Lights) Rules 2021"),
        ("![arms](a.png)\n\n**Harbour Lights Licence**\n\nText.\n", "Harbour Lights Licence"),
        ("REGULATION (EU) 2020/99\n\nof 9 September 2020\n\non ferries\n\nText.\n",
         "REGULATION (EU) 2020/99 of 9 September 2020 on ferries"),
    ],
)  # fmt: skip
def test_the_title_is_found_among_the_first_lines(text: str, title: str) -> None:
    found = text_title(text_lines(text), BOOK)
    assert found is not None
    assert found.text == title


@pytest.mark.parametrize(
    "unit",
    ["自本办法", "This is to be ", "来源：", "2020年", "《", "(a) ", "Order of ", "AB/",
     "| a ", "This Order is valid for ", "本办法有效期", "自印发之日起",
     "Esta orden vigencia de ", "No. A/1 ",
     "from 1 May to ", "Ref: ", "A, B, "],
)  # fmt: skip
def test_hostile_lines_take_no_longer_than_their_length(unit: str) -> None:
    """A line of 400,000 characters is read by its beginning and its end."""
    lines = text_lines(unit * (400_000 // len(unit)))
    assert max(len(line.text) for line in lines) < 4000
    assert chosen(unit * (400_000 // len(unit))).date is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("PASSED AND ADOPTED by the City Council this 4th day of November, 2019.", "2019-11-04"),
        ("| Approval date | 21 June 2023 |\n| Owner | IT |\n| Version | 1 |\n| Status | final |",
         "2023-06-21"),
        ("The Pilotage Order of 3 May 2016 stays in force, the harbour master said.", None),
    ],
)  # fmt: skip
def test_resolutions_and_tables_in_the_head_are_dated(text: str, date: str | None) -> None:
    got = chosen(f"Harbour Policy\n\n{text}\n\nShips keep left.\n")
    assert got.date is None if date is None else str(got.date) == date


def test_issued_by_a_body_on_a_day_is_dated() -> None:
    got = chosen("Harbour Directive\n\nIssued by the Ministry of Waterways on 4 March 2019\n")
    assert (str(got.date), got.issuers) == ("2019-03-04", ("Ministry of Waterways",))


@pytest.mark.parametrize(
    ("title", "text", "issuers"),
    [
        ("HWA Guidance 8/2020", "Ships keep left.\n\nwww.hwa.example", ("HWA",)),
        ("HWA Guidance 8/2020",
         "Ships keep left.\n\nHarbour Works Authority, 1 Quay Street, www.hwa.example",
         ("Harbour Works Authority",)),
        ("HWA Guidance 8/2020", "Ships keep left.\n\nwww.other.example", ()),
        ("Quay Bank of Ferries Dues Agreement", "Dues are paid.\n\nQuay Bank of Ferries",
         ("Quay Bank of Ferries",)),
        ("Quay Bank of Ferries Dues Agreement", "Dues are paid to Quay Bank.", ()),
        ("Dues", "Quay Bank (the “Bank”) collects dues every month.", ("Quay Bank",)),
        ("Dues", "Anyone may ask Quay Bank (the “Bank”) for a list.", ()),
        ("Dues", "HARBOUR WORKS\nAUTHORITY\n\nDues are paid.", ("Harbour Works Authority",)),
    ],
)  # fmt: skip
def test_owners_are_told_by_address_title_and_own_terms_and_put_before_a_person(
    title: str, text: str, issuers: tuple[str, ...]
) -> None:
    got = chosen(f"{text}\n", title)
    assert got.issuers == issuers
    assert any("issuers" in need or "no issuer" in need for need in got.needs)


def test_a_section_of_a_code_has_its_number_where_the_edge_of_its_page_names_it() -> None:
    title = "504.7 Certificate of a ferry."
    edge = "Harbour Code 2020, Section 504.7 (12, 0)"
    found = read_stated("A ferry is inspected.\n", title, BOOK, around=edge)
    assert choose(found, BOOK).number == "504.7"
    assert choose(read_stated("A ferry is inspected.\n", title, BOOK), BOOK).number is None


def test_what_the_edge_of_a_page_says_is_said_to_stand_there() -> None:
    found = read_stated("Ships keep left.\n", "Dues", BOOK, around="Reference: HB-2021/17")
    assert choose(found, BOOK).evidence["number"] == (
        "number line, page head or foot: “Reference: HB-2021/17”"
    )


def test_the_title_names_all_issuers_where_only_the_last_signs() -> None:
    text = "江城市港航管理局 江城市应急管理局关于渡口的通知\n\n各单位：\n\n渡口应当设置标志。\n\n"
    text += "江城市应急管理局\n\n2020年3月5日\n"
    got = chosen(text, text.split("\n")[0])
    assert got.issuers == ("江城市港航管理局", "江城市应急管理局")
