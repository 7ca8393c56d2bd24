"""The state of a policy on a day follows from what is stated, and from nothing else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.validity import (
    Bounds,
    Ending,
    Facts,
    bounds_of,
    contradictions,
    facts_of,
    normal_status,
    validity,
)
from policybot.index.format.validity import row_of, states_of
from policybot.model import Policy, PolicyDate, RelationTerms

TODAY = dt.date(2020, 6, 15)


def date(text: str | None) -> PolicyDate | None:
    return PolicyDate(*map(int, text.split("-"))) if text else None


def policy(name: str = "a", **stated: Any) -> Policy:
    dates = {key: date(stated.pop(key, None)) for key in ("date", "effective", "expires")}
    return dataclasses.replace(Policy(name, name.title(), "Text."), **(stated | dates))


def repealer(when: str | None = None, provisions: tuple[str, ...] = (), **stated: Any) -> Policy:
    terms = RelationTerms(date(when), provisions)
    return policy("b", relation_terms={"repeals": {"a": terms}}, **stated)


def told(one: Policy, day: str, *others: Policy) -> tuple[str, str]:
    facts = facts_of(one, [("repeals", other) for other in others])
    on = dt.date.fromisoformat(day)
    found = validity(facts, (on, on), TODAY)
    return found.state, found.reason


@pytest.mark.parametrize(
    ("one", "day", "expected"),
    [
        (policy(effective="2012-03-01"), "2012-02-29", ("not_yet", "effective")),
        (policy(effective="2012-03-01"), "2012-03-01", ("in_force", "effective")),
        (policy(effective="2012-03-01"), "2020-06-15", ("in_force", "effective")),
        (policy(effective="2012-03"), "2012-03-10", ("unknown", "effective_imprecise")),
        (policy(effective="2012-03"), "2012-04-01", ("in_force", "effective")),
        (policy(effective="2012"), "2011-12-31", ("not_yet", "effective")),
        (policy(date="2012-03-01"), "2013-01-01", ("unknown", "not_stated")),
        (policy(date="2012-03-01"), "2012-02-01", ("not_yet", "issued")),
        (policy(), "2013-01-01", ("unknown", "not_stated")),
        (policy(effective="2012", expires="2015-12-31"), "2015-12-31", ("in_force", "effective")),
        (policy(effective="2012", expires="2015-12-31"), "2016-01-01", ("ended", "expires")),
        (policy(effective="2012", expires="2015"), "2015-07-01", ("unknown", "end_imprecise")),
        (policy(effective="2012", expires="2015"), "2016-01-01", ("ended", "expires")),
        (policy(expires="2015-12-31"), "2014-01-01", ("unknown", "not_stated")),
        (policy(status="现行有效"), "2020-06-15", ("in_force", "status")),
        (policy(status="现行有效"), "2019-06-15", ("unknown", "not_stated")),
        (policy(status="Repealed."), "2020-06-15", ("ended", "status")),
        (policy(status="已废止", effective="2012"), "2015-01-01", ("unknown", "end_undated")),
        (policy(status="部分失效"), "2020-06-15", ("unknown", "not_stated")),
        (policy(status="尚未生效", date="2020-06-01"), "2020-06-15", ("unknown", "not_stated")),
    ],
)  # fmt: skip
def test_a_state_follows_from_what_the_policy_states(
    one: Policy, day: str, expected: tuple[str, str]
) -> None:
    assert told(one, day) == expected


@pytest.mark.parametrize(
    ("other", "ends"),
    [
        (repealer("2014-05-01", effective="2014-03-01", date="2014-02-01"), "2014-05-01"),
        (repealer(effective="2014-03-01", date="2014-02-01"), "2014-03-01"),
        (repealer(date="2014-02-01"), "2014-02-01"),
    ],
)
def test_a_repeal_ends_it_on_its_own_date_else_on_that_of_what_repeals(
    other: Policy, ends: str
) -> None:
    one, first = policy(effective="2012-03-01"), dt.date.fromisoformat(ends)
    assert told(one, str(first - dt.timedelta(days=1)), other) == ("in_force", "effective")
    assert told(one, ends, other) == ("ended", "repeals")


def test_a_repeal_without_any_date_leaves_it_unknown() -> None:
    assert told(policy(effective="2012"), "2014-01-01", repealer()) == ("unknown", "end_undated")


def test_a_repeal_of_provisions_ends_none_of_the_rest() -> None:
    other = repealer("2014-05-01", ("Article 4",))
    assert told(policy(effective="2012"), "2016-01-01", other) == ("in_force", "effective")


def test_an_amendment_ends_nothing() -> None:
    other = policy("b", date="2014")
    facts = facts_of(policy(effective="2012"), [("amends", other), ("implements", other)])
    assert facts.endings == ()


def test_a_dated_end_explains_a_status() -> None:
    one = policy(effective="2012-01-01", status="失效", expires="2014-05-01")
    assert told(one, "2013-05-01") == ("in_force", "effective")
    assert told(one, "2014-05-02") == ("ended", "expires")


def test_in_a_span_a_policy_is_in_force_where_it_is_on_some_day_of_it() -> None:
    facts = facts_of(policy(effective="2012-03-01", expires="2014-05-01"), [])
    spans = {
        (2011, 2011): "not_yet",
        (2012, 2012): "in_force",
        (2011, 2016): "in_force",
        (2014, 2014): "in_force",
        (2015, 2016): "ended",
    }
    for (first, last), state in spans.items():
        days = dt.date(first, 1, 1), dt.date(last, 12, 31)
        assert validity(facts, days, TODAY).state == state


@pytest.mark.parametrize(
    ("printed", "status"),
    [
        ("现行有效", "in_force"), ("有效", "in_force"), ("In force", "in_force"),
        ("vigente", "in_force"), ("失效", "expired"), ("已废止", "repealed"), ("废止", "repealed"),
        ("repealed", "repealed"), ("Expired", "expired"), ("Superseded.", "superseded"),
        ("derogada", "repealed"), ("Status: revoked", "repealed"), ("尚未生效", "not_yet"),
        ("partly in force", None), ("已被修改", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_printed_status_comes_to_one_of_five(printed: str | None, status: str | None) -> None:
    assert normal_status(printed) == status


def test_what_cannot_all_be_so_is_told() -> None:
    assert [*contradictions(policy(effective="2014-03", expires="2013"))] == [
        "expires 2013 is before effective 2014-03"
    ]
    assert [*contradictions(policy(date="2013", expires="2013-05-01"))] == []


DATES = st.builds(
    lambda year, month, day, precision: PolicyDate(*(year, month, day)[:precision]),
    st.integers(2009, 2013),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(1, 3),
)
FACTS = st.builds(
    Facts,
    st.none() | DATES,
    st.none() | DATES,
    st.sampled_from([None, "现行有效", "尚未生效", "已废止", "expired", "部分失效"]),
    st.lists(
        st.builds(Ending, st.sampled_from(["expires", "repeals", "replaces"]), st.none() | DATES),
        max_size=3,
    ).map(tuple),
)
DAYS = st.dates(dt.date(2008, 6, 1), dt.date(2014, 6, 1))


@given(FACTS, DAYS, DAYS, DAYS)
def test_on_any_days_there_is_one_state_and_a_reason_for_it(
    facts: Facts, one: dt.date, other: dt.date, today: dt.date
) -> None:
    days = min(one, other), max(one, other)
    found = validity(facts, days, today)
    assert found.state in {"in_force", "not_yet", "ended", "unknown"}
    assert found.to_dict()["because"]
    if found.state == "in_force":
        assert found.since or found.status
    if found.state == "ended":
        assert found.until or found.status


@given(FACTS, DAYS, DAYS, DAYS)
def test_the_index_tells_the_same_state(
    facts: Facts, one: dt.date, other: dt.date, today: dt.date
) -> None:
    bounds = bounds_of(facts)
    rows = np.array([row_of(bounds)], dtype=np.int32)
    states = states_of(rows.reshape(-1), np.array([bounds.issued], dtype=np.int32))
    assert states.bounds(0) == bounds
    first, last = sorted((one.toordinal(), other.toordinal()))
    expected = bounds.state_in(first, last, today.toordinal())
    for state in ("in_force", "not_yet", "ended", "unknown"):
        having = states.having([state], first, last, today.toordinal())
        assert having.tolist() == [state == expected]


@given(FACTS, DAYS, DAYS)
def test_nothing_that_ended_comes_into_force_again(
    facts: Facts, one: dt.date, other: dt.date
) -> None:
    bounds, today = bounds_of(facts), dt.date(2012, 1, 1).toordinal()
    first, last = sorted((one.toordinal(), other.toordinal()))
    if bounds.state(first, today) == "ended":
        assert bounds.state(last, today) == "ended"
    if bounds.state(last, today) == "not_yet":
        assert bounds.state(first, today) in {"not_yet", "ended"}


@given(st.lists(DATES, max_size=5), st.integers(0, 1000), DAYS)
def test_the_order_of_what_ends_it_does_not_matter(
    dates: list[PolicyDate], seed: int, day: dt.date
) -> None:
    one = policy(effective="2010-01-01")
    others = [("repeals", Policy(f"b{at}", "B", "T", date=on)) for at, on in enumerate(dates)]
    shuffled = random.Random(seed).sample(others, len(others))
    first, second = (
        validity(facts_of(one, some), (day, day), TODAY) for some in (others, shuffled)
    )
    assert first == second


def test_of_nothing_stated_nothing_is_told() -> None:
    assert bounds_of(Facts()) == Bounds()
