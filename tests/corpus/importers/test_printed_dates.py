"""Dates of other languages, calendars and orders of day and month."""

from __future__ import annotations

import pytest

from policybot.corpus.importers.printed_dates import DateStyle, date_style


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("Madrid, 3 de septiembre de 2020", "Madrid, 2020-09-03"),
        ("a los 14 días del mes de febrero de 2019", "a los 2019-02-14"),
        ("le 1er juin 2018", "le 2018-06-01"),
        ("den 23. Mai 2016", "den 2016-05-23"),
        ("DE 9 DE ABRIL DE 2021", "DE 2021-04-09"),
        ("il 5 luglio 2017", "il 2017-07-05"),
        ("met ingang van 1 maart 2019", "met ingang van 2019-03-01"),
        ("Orden T/8/2020, de 3 de marzo, por la que", "Orden T/8/2020, de 2020-03-03, por la que"),
        ("vom 04.12.2001", "vom 2001-12-04"),
        ("9 April 2016", "9 April 2016"),
        ("31 de febrero de 2020", "31 de febrero de 2020"),
        ("03/04/2020", "03/04/2020"),
    ],
)  # fmt: skip
def test_dates_come_in_the_form_that_is_read(printed: str, plain: str) -> None:
    assert DateStyle().plain(printed) == plain


def test_what_was_printed_is_kept() -> None:
    words: dict[str, str] = {}
    DateStyle().plain("Fait à Lac, le 2 avril 2021", words)
    assert words == {"2021-04-02": "2 avril 2021"}


@pytest.mark.parametrize(
    ("texts", "language", "day_first"),
    [
        (["approved 11/09/2019", "review 25/01/2023"], "", True),
        (["DATE: 02/18/2020", "EFFECTIVE: 03/01/2020"], "", False),
        (["11/09/2019"], "", None),
        (["11/09/2019"], "en-AU", True),
        (["11/09/2019"], "en-US", None),
        (["11/09/2019"], "fr", True),
        (["25/01/2023 and 01/25/2023"], "", None),
    ],
)
def test_the_order_of_day_and_month_is_shown_by_other_dates_or_the_language(
    texts: list[str], language: str, day_first: bool | None
) -> None:
    assert date_style(texts, language).day_first is day_first


def test_years_of_the_republic_count_from_1912_where_the_text_names_it() -> None:
    style = date_style(["發文日期：中華民國110年3月15日"])
    assert style.plain("自110年4月1日生效，2021年5月6日") == "自2021年4月1日生效，2021年5月6日"
    assert DateStyle().plain("自110年4月1日生效") == "自110年4月1日生效"
