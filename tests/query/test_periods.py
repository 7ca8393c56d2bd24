"""When a policy is to have been issued: every way of naming a span of time, and several at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.query.conditions import IssuedIn
from tests.reading import read


def dates(question: str) -> str:
    return " or ".join(
        one.dates_in_words() for one in read(question).conditions if isinstance(one, IssuedIn)
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # Ends that are included, and ends that are not.
        ("policies issued no later than 17 September 2013", "2013-09-17 or earlier"),
        ("policies issued no earlier than September 2013", "2013-09-01 or later"),
        ("policies not before 2014", "2014-01-01 or later"),
        ("policies on or before 5 February 2013", "2013-02-05 or earlier"),
        ("policies on or after 31 October 2013", "2013-10-31 or later"),
        ("policies after the first quarter of 2013", "2013-04-01 or later"),
        ("policies before the second half of 2012", "2012-06-30 or earlier"),
        ("policies issued since the third quarter of 2013", "2013-07-01 or later"),
        ("policies up to the first half of 2013", "2013-06-30 or earlier"),
        ("policies from 2012 or after", "2012-01-01 or later"),
        ("MIIT policies 2013 onwards", "2013-01-01 or later"),
        ("policies between 2012 and now", "2012-01-01 or later"),
        ("policies from 2013 to today", "2013-01-01 to 2014-08-01"),
        ("policies before the end of 2012", "2012-12-31 or earlier"),
        ("policies by mid-2013", "2013-08-31 or earlier"),
        ("早于2013年的政策", "2012-12-31 or earlier"),
        ("不早于2012年的政策有哪些", "2012-01-01 or later"),
        ("晚于2012年发布的政策", "2013-01-01 or later"),
        ("不晚于2013年发布的政策有哪些", "2013-12-31 or earlier"),
        ("2012年(含)以前发布的政策", "2012-12-31 or earlier"),
        ("2010年到现在发布了哪些政策", "2010-01-01 or later"),
        ("Was there a policy about IoT before 2011?", "2010-12-31 or earlier"),
        ("Is there a policy on Wuxi after 2013?", "2014-01-01 or later"),
        # Times left out.
        ("Which policies were not issued in 2013?", "2012-12-31 or earlier or 2014-01-01 or later"),
        ("everything but 2013", "2012-12-31 or earlier or 2014-01-01 or later"),
        ("policies by MIIT not in 2012", "2011-12-31 or earlier or 2013-01-01 or later"),
        (
            "MIIT before 2014, except 2012",
            "2011-12-31 or earlier or 2013-01-01 to 2013-12-31",
        ),
        (
            "policies issued in neither 2012 nor 2013",
            "2011-12-31 or earlier or 2014-01-01 or later",
        ),
        ("policies outside of 2013", "2012-12-31 or earlier or 2014-01-01 or later"),
        ("除2013年外的政策有哪些", "2012-12-31 or earlier or 2014-01-01 or later"),
        ("不是2013年发布的政策有哪些", "2012-12-31 or earlier or 2014-01-01 or later"),
        # Several at once: each narrows, unless they are alternatives.
        ("policies issued after 2012 but before 2014", "2013-01-01 to 2013-12-31"),
        ("policies after 2011 and before March 2013", "2012-01-01 to 2013-02-28"),
        ("policies issued since 2012 until 2013", "2012-01-01 to 2013-12-31"),
        ("policies issued later than 2012 and no later than 2013", "2013-01-01 to 2013-12-31"),
        (
            "policies issued before 2012 or after 2013",
            "2011-12-31 or earlier or 2014-01-01 or later",
        ),
        (
            "What was issued in 2012, and what was issued in 2014?",
            "2012-01-01 to 2012-12-31 or 2014-01-01 to 2014-12-31",
        ),
        ("2010年以前或2014年以后发布的政策", "2009-12-31 or earlier or 2015-01-01 or later"),
        # Parts of years.
        ("policies in early 2013", "2013-01-01 to 2013-04-30"),
        ("policies issued at the end of 2013", "2013-09-01 to 2013-12-31"),
        ("policies since mid 2013", "2013-05-01 or later"),
        ("policies issued between February and August of 2012", "2012-02-01 to 2012-08-31"),
        ("policies from June or July 2014", "2014-06-01 to 2014-07-31"),
        ("Q3 and Q4 2013", "2013-07-01 to 2013-12-31"),
        ("What was issued in the last quarter of 2013?", "2013-10-01 to 2013-12-31"),
        ("policies issued in the first three quarters of 2013", "2013-01-01 to 2013-09-30"),
        ("policies issued in the last two months of 2013", "2013-11-01 to 2013-12-31"),
        ("What was issued in the spring of 2013?", "2013-03-01 to 2013-05-31"),
        ("policies from 2012 Q3", "2012-07-01 to 2012-09-30"),
        ("2013H2 policies", "2013-07-01 to 2013-12-31"),
        ("policies issued in 6/2014", "2014-06-01 to 2014-06-30"),
        ("policies 2011-13", "2011-01-01 to 2013-12-31"),
        ("the 2010s", "2010-01-01 to 2019-12-31"),
        # Relative to the day of the question, 1 August 2014.
        ("policies issued more than two years ago", "2012-08-01 or earlier"),
        ("policies issued 2 years ago", "2012-01-01 to 2012-12-31"),
        ("policies of the last decade", "2004-08-01 to 2014-08-01"),
        ("policies issued last month", "2014-07-01 to 2014-07-31"),
        ("policies issued this quarter", "2014-07-01 to 2014-09-30"),
        ("What was issued yesterday?", "2014-07-31"),
    ],
)
def test_a_span_of_time(question: str, expected: str) -> None:
    assert dates(question) == expected


def test_a_year_a_list_of_a_body_is_about_is_no_date_of_issue() -> None:
    reading = read("What are MIIT's plans for 2014?")
    assert reading.topic == "2014"
    assert not reading.since


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["before", "after", "since", "in", "not in"]), st.integers(2009, 2016)
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([" and ", " but ", " or ", ", "]),
)
def test_days_never_run_backwards(conditions: list[tuple[str, int]], joiner: str) -> None:
    question = "policies issued " + joiner.join(f"{word} {year}" for word, year in conditions)
    for since, until in read(question).periods:
        assert since is None or until is None or since <= until


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("policies before 2012, inclusive", None, "2012-12-31"),
        ("policies before 2012 (2012 inclusive)", None, "2012-12-31"),
        ("policies until 2012 (not including 2012)", None, "2011-12-31"),
        ("documentos antes de 2012 (2012 inclusive)", None, "2012-12-31"),
        ("2012年以前(不含2012)的文件", None, "2011-12-31"),
        ("2012年以后(含当年)的文件", "2012-01-01", None),
        ("去年(2013年)发布的文件", "2013-01-01", "2013-12-31"),
        ("前年(2011年)发布的文件", "2011-01-01", "2011-12-31"),
        ("policies issued last year (2012)", "2012-01-01", "2012-12-31"),
    ],
)
def test_brackets_say_whether_a_year_is_included_and_which_is_meant(
    question: str, since: str | None, until: str | None
) -> None:
    query = read(question)
    assert (str(query.since or "") or None, str(query.until or "") or None) == (since, until)
    assert not query.topic
