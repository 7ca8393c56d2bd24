import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policybot.corpus.importers.repairs import repair_line, undo_repairs, years_without_zeros

YEARS = (2010, 2030)


def repaired(text: str, heading: str = "") -> str:
    return repair_line(text, 1, YEARS, zeroless=True, heading=heading).text


@pytest.mark.parametrize(
    ("digits", "years"),
    [
        ("211", [2011]),
        ("21", [2010]),
        ("22", [2020]),
        ("215", [2015]),
        ("23", [2030]),
        ("2", []),
        ("31", []),
        ("1", []),
    ],
)
def test_a_number_is_the_year_whose_digits_without_zeros_it_is(
    digits: str, years: list[int]
) -> None:
    assert years_without_zeros(digits, YEARS) == years


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("on October 18, 21", "on October 18, 2010"),
        ("On March 16th, 211, the Outline", "On March 16th, 2011, the Outline"),
        ("16 March 211", "16 March 2011"),
        ("in mid-June, 214, the notice", "in mid-June, 2014, the notice"),
        ("by 215, China will", "by 2015, China will"),
        ("By 22, the innovation", "By 2020, the innovation"),
        ("in 214-216.", "in 2014-2016."),
        ("Plan (212-22)", "Plan (2012-2020)"),
        ("Plan (212-23)", "Plan (2012-2030)"),
        ("No.1718 [213] of", "No.1718 [2013] of"),
        ('Work in 211 by the Ministry"', 'Work in 2011 by the Ministry"'),
        ("in 213, 214 and 215", "in 2013, 2014 and 2015"),
        ("from 213 to 22.", "from 2013 to 2020."),
        ("211年发布", "2011年发布"),
        ("212-2-14: Plan", "2012-2-14: Plan"),
        ("212: Plan", "2012: Plan"),
        ("July p>214: Notice", "July 2014: Notice"),
    ],
)
def test_years_are_put_back_where_a_year_stands(printed: str, expected: str) -> None:
    assert repaired(printed) == expected


@pytest.mark.parametrize(
    "printed",
    [
        "on October 18 and October 31",
        "items 1. One thing. 2. Break through 3. Carry out",
        "the 12th Five-Year Plan",
        "No. 211 and Nos. 211-215",
        "Article 211 applies",
        "pages 211-215",
        "2.11 or 21% or 211.5",
        "in 2011 and by 2015",
        "(1) one and (2) two",
        "in 3 cities",
        "TCP/IP v211",
    ],
)
def test_other_numbers_are_never_touched(printed: str) -> None:
    assert repaired(printed) == printed


@pytest.mark.parametrize(
    ("printed", "doubt"),
    [
        ("by 22 the work", "'by 22 the work' may be the year 2020 or a number"),
        ("in 211 cities of", "'in 211 cities of' may be the year 2011 or a number"),
        ("the 213 plan", "'the 213 plan' may be the year 2013 or a number"),
        (
            "on October 18, 31 the",
            "'October 18, 31 the': no year from 2010 to 2030 is '31' without its zeros",
        ),
        ("(214-31)", "'214-31' may be a range of years, and which is not certain"),
        ("(215-212)", "'215-212' may be a range of years, and which is not certain"),
        ("more than 1 cities.", "'1 cities' may have lost zeros"),
        ("the top 3, cities follow", "'3, cities' may have lost zeros"),
    ],
)
def test_what_is_not_certain_stays_and_is_reported(printed: str, doubt: str) -> None:
    result = repair_line(printed, 1, YEARS, zeroless=True)
    assert result.text == printed
    assert result.repairs == ()
    assert list(result.doubts) == [doubt]


def test_a_number_that_may_be_two_years_stays_and_is_reported() -> None:
    result = repair_line("by 21, all of it", 1, (2000, 2030))
    assert result.text == "by 21, all of it"
    assert result.doubts == ("'by 21, all of' may be the year 2001 or 2010",)


def test_nothing_is_restored_without_a_span_of_years() -> None:
    text = "by 215, in 211: 3, standards and 1 cities"
    assert repair_line(text, 1, None, zeroless=True).text == text


def test_a_group_of_thousands_gets_its_zeros_back() -> None:
    result = repair_line("This year, 3, standards will", 1, YEARS, zeroless=True)
    assert result.text == "This year, 3,000 standards will"
    assert [(r.before, r.after) for r in result.repairs] == [("3,", "3,000")]
    assert len(result.notes) == 1


def test_a_count_gets_the_value_that_the_heading_spells_out() -> None:
    heading = "Notice on Ten Special Action Plans for Things"
    assert repaired("formulate 1 special action plans for", heading) == (
        "formulate 10 special action plans for"
    )
    assert repaired("formulate 2 special action plans for", heading) == (
        "formulate 2 special action plans for"
    )


def test_counts_are_left_alone_in_a_document_that_has_zeros() -> None:
    result = repair_line("more than 1 cities and, 3, standards", 1, YEARS, zeroless=False)
    assert (result.repairs, result.doubts) == ((), ())


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "by 215, ",
                "in 2015 ",
                "(212-22) ",
                "2015, ",
                "1 cities ",
                "over 3, plans ",
                "May 1, 211 ",
            ]
        )
        | st.text(max_size=8),
        max_size=8,
    ).map("".join)
)
def test_repairs_can_always_be_undone(text: str) -> None:
    result = repair_line(text, 7, YEARS, zeroless=True)
    assert undo_repairs(result.text, result.repairs) == text
    assert all(repair.line == 7 for repair in result.repairs)
    assert bool(result.repairs) == (result.text != text)
