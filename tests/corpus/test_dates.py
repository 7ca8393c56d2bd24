import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.dates import find_dates, find_unreadable_dates, parse_date
from policybot.errors import DateError
from policybot.model import PolicyDate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2012-02-14", "2012-02-14"),
        ("2014-06", "2014-06"),
        ("2013", "2013"),
        ("February 14, 2012", "2012-02-14"),
        ("February 14th, 2012", "2012-02-14"),
        ("FEBRUARY 14 2012", "2012-02-14"),
        ("14 February 2012", "2012-02-14"),
        ("14th of February 2012", "2012-02-14"),
        ("on the 14th of February, 2012", "2012-02-14"),
        ("Feb. 14, 2012", "2012-02-14"),
        ("Sept 3 2012", "2012-09-03"),
        ("Feb 2012", "2012-02"),
        ("June 2014", "2014-06"),
        ("June, 2014", "2014-06"),
        ("June of 2014", "2014-06"),
        ("in mid-June, 2014", "2014-06"),
        ("early 2013", "2013"),
        ("mid-2013", "2013"),
        ("late 2013", "2013"),
        ("end of 2013", "2013"),
        ("the beginning of 2013", "2013"),
        ("29 February 2012", "2012-02-29"),
        ("25/12/2012", "2012-12-25"),
        ("12/25/2012", "2012-12-25"),
        ("5/5/2012", "2012-05-05"),
        ("2012.2.14", "2012-02-14"),
        ("2012/2/14", "2012-02-14"),
        ("2012年2月14日", "2012-02-14"),
        ("2012 年 2 月 14 日", "2012-02-14"),
        ("2012年2月14号", "2012-02-14"),
        ("2012年2月", "2012-02"),
        ("2013年", "2013"),
        ("2013年底", "2013"),
        ("2014年6月中旬", "2014-06"),
        ("二〇一二年二月十四日", "2012-02-14"),
        ("二〇一二年十二月三十一日", "2012-12-31"),
        ("二零一二年", "2012"),
        ("二零一二", "2012"),
        ("２０１２", "2012"),
        ("２０１２年２月１４日", "2012-02-14"),
        ("2010年10月", "2010-10"),
    ],
)
def test_a_date_keeps_the_precision_it_was_written_with(text: str, expected: str) -> None:
    assert str(parse_date(text)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10/11/2012", "it may be 2012-11-10 or 2012-10-11; write one of them"),
        ("31 February", "February has no day 31"),
        ("31 February 2012", "February 2012 has no day 31"),
        ("29 February 2013", "February 2013 has no day 29"),
        ("2012年13月", "there is no month 13"),
        ("2012-00-10", "there is no month 0"),
        ("0999", "the year 999 is not between 1000 and 2999"),
        ("3000-01-01", "the year 3000 is not between 1000 and 2999"),
        ("14/2/12", "its year has two digits; write all four"),
        ("February 14, 12", "its year has two digits; write all four"),
        ("12年2月", "its year has two digits; write all four"),
        ("June", "it has no year; write it, as 2012-02-14 or 2012-02"),
        ("14 June", "it has no year; write it, as 2012-02-14 or 2012-02"),
        ("2月14日", "it has no year; write it, as 2012-02-14 or 2012-02"),
        ("2012-02-14T10:00", "it holds a time of day; write the day alone, as 2012-02-14"),
        ("2012-02-14 10:00:00", "it holds a time of day; write the day alone, as 2012-02-14"),
        ("2nd", "write it as 2012-02-14, 2012-02 or 2012"),
        ("2th June 2012", "2th is no day: the ordinal of 2 is 2nd"),
        ("2012-2020", "write it as 2012-02-14, 2012-02 or 2012"),
        ("2012-02-14 or so", "write it as 2012-02-14, 2012-02 or 2012"),
        ("tomorrow", "write it as 2012-02-14, 2012-02 or 2012"),
        ("", "it is empty"),
    ],
)
def test_what_is_not_one_date_is_an_error_that_says_why(text: str, message: str) -> None:
    with pytest.raises(DateError) as caught:
        parse_date(text)
    assert str(caught.value) == f"{text!r} is not a date: {message}"


@given(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)))
def test_every_day_is_read_in_every_form(day: dt.date) -> None:
    expected = PolicyDate(day.year, day.month, day.day)
    month = day.strftime("%B")
    year = f"{day.year:04d}"
    for text in (
        day.isoformat(),
        f"{month} {day.day}, {year}",
        f"{day.day} {month} {year}",
        f"{year}年{day.month}月{day.day}日",
        f"{year}/{day.month}/{day.day}",
    ):
        assert parse_date(text) == expected
    assert parse_date(str(expected)) == expected


@settings(deadline=None)
@given(st.text(alphabet="0123456789-/., 年月日二〇十thFebruaryof", max_size=24))
def test_any_text_is_a_date_or_a_date_error(text: str) -> None:
    try:
        date = parse_date(text)
    except DateError:
        return
    assert date.first <= date.last


@settings(deadline=None)
@given(st.text(max_size=80))
def test_found_dates_are_spans_of_the_text_in_order(text: str) -> None:
    end = 0
    for found in find_dates(text):
        assert found.wording == text[slice(*found.span)]
        assert found.span[0] >= end
        end = found.span[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What was issued between 2011 and 2012?", [("2011", "2011"), ("2012", "2012")]),
        ("on April 6, 2011.", [("April 6, 2011", "2011-04-06")]),
        ("since September 2013", [("September 2013", "2013-09")]),
        ("in mid-June, 2014, the notice", [("mid-June, 2014", "2014-06")]),
        ("2012年发布的政策", [("2012年", "2012")]),
        ("2012年2月14日，2014年", [("2012年2月14日", "2012-02-14"), ("2014年", "2014")]),
        ("在２０１２年２月发布", [("２０１２年２月", "2012-02")]),
        ("2013 policies", [("2013", "2013")]),
        ("a plan (2013)", [("2013", "2013")]),
        ("document No. 2013 of 2014", [("2014", "2014")]),
    ],
)
def test_dates_are_found_in_running_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.wording, str(found.date)) for found in find_dates(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "No. 2013",
        "No.1718 [2013]",
        "工信部〔2012〕12号",
        "第2013号",
        "2,013 things and 2013.5",
        "GB-2013 and GB/T 2013",
        "2012/13",
        "the 2010s",
        "$2013 or 2013%",
        "in 1850 and 2150",
        "12013 and 20135",
        "http://example.org/2013/05/x",
        "v2013",
    ],
)
def test_a_number_that_is_part_of_something_else_is_no_year(text: str) -> None:
    assert find_dates(text) == []


@pytest.mark.parametrize(
    "text", ["Plan (2013-2015)", "2013–2015", "2013至2015年", "2013年-2015年", "2013 ~ 2015"]
)
def test_both_ends_of_a_range_are_found(text: str) -> None:
    assert [str(found.date) for found in find_dates(text)] == ["2013", "2015"]


def test_a_wording_that_says_more_than_the_date_is_approximate() -> None:
    text = "mid-June 2014, June 2015, the end of 2013, 2012年初"
    assert [found.approximate for found in find_dates(text)] == [True, False, True, True]


def test_what_looks_like_a_date_and_is_none_is_found_apart() -> None:
    text = "on 31 February 2012, 10/11/2012 and 1 May 2013"
    assert [str(found.date) for found in find_dates(text)] == ["2013-05-01"]
    assert [(bad.wording, bad.problem) for bad in find_unreadable_dates(text)] == [
        ("31 February 2012", "February 2012 has no day 31"),
        ("10/11/2012", "it may be 2012-11-10 or 2012-10-11; write one of them"),
    ]


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("2012年中小企业发展规划", "2012年"),
        ("2012年2月中国人民银行发布", "2012年2月"),
        ("2012年初中教育", "2012年"),
        ("2012年中发布", "2012年中"),
        ("2012年中，", "2012年中"),
        ("2012年2月中", "2012年2月中"),
        ("2012年初发布", "2012年初"),
        ("2012年6月中旬", "2012年6月中旬"),
    ],
)
def test_a_part_of_a_year_is_no_part_of_the_word_that_follows(text: str, wording: str) -> None:
    assert [found.wording for found in find_dates(text)] == [wording]


def test_a_date_far_into_a_text_is_found_where_it_stands() -> None:
    text = "Roads are inspected. " * 50 + "They were built by the end of June 2012."
    (found,) = find_dates(text)
    assert text[slice(*found.span)] == found.wording == "the end of June 2012"
