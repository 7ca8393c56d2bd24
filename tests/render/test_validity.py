"""Whatever shows an answer says nothing of validity that no source states."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.aligning import compare_texts
from policybot.corpus.validity import Facts, facts_of, validity
from policybot.model import (
    Answer,
    Document,
    Hit,
    Policy,
    PolicyDate,
    RelationTerms,
    Validity,
    Version,
)
from policybot.query.query import Query
from policybot.render import comparison, context, csv, telegram, text, timeline
from policybot.render import json as as_json
from policybot.render.validity import Language, validity_line, version_line
from tests.answers import INFO, make_hit
from tests.corpus.test_validity import DATES, DAYS

TODAY = dt.date(2012, 6, 15)
LANGUAGES: tuple[Language, ...] = ("en", "zh")
SAYS = re.compile(
    r"in force|entry into force|expired|repealed|replaced|valid|有效|失效|生效|废止|取代|到期"
)
ISO = re.compile(r"\d{4}(?:-\d\d){0,2}")


def hit_of(policy: Policy, *others: tuple[str, Policy], asked: bool = False) -> Hit:
    found = validity(facts_of(policy, others), (TODAY, TODAY), TODAY)
    told = Validity(
        found.state, found.reason, found.days, found.since, found.until, found.by, found.status,
        asked, is_today=True,
    )  # fmt: skip
    hit = make_hit(policy, "Roads are swept.")
    return Hit(hit.policy, hit.score, hit.quotes, (), told)


def shown(hit: Hit) -> Iterator[str]:
    """Yield what every renderer shows of a hit, as a find, in a list, and as a near miss."""
    near = Query("roads", today=TODAY)
    for intent in ("find", "list"):
        query = Query("roads", intent=intent, today=TODAY)
        yield text.answer_text(Answer(query, (hit,), 1, INFO))
    declined = Answer(
        near, (), 0, INFO, reason="nothing_similar_enough", detail="None.", near_misses=(hit,)
    )
    yield text.answer_text(declined)
    for language in LANGUAGES:
        yield telegram.hit_page(hit, language).html
        yield telegram.list_page([hit], language, first=1, total=1)
        yield telegram.refusal(declined, language, example="?")
        yield telegram.source_page(hit, language)


def compared(hit: Hit) -> Iterator[str]:
    """Yield what every renderer shows of a policy that is compared with a changed text of it."""
    rows, _ = compare_texts("Roads are swept.\n\nEnd.", "Roads are swept twice.\n\nEnd.")
    answer = Answer(Query("roads", today=TODAY), (hit, hit), 2, INFO, comparison=rows)
    yield text.answer_text(answer)
    for language in LANGUAGES:
        yield comparison.comparison_html(answer, language, 4096)


def test_of_a_policy_that_states_nothing_no_renderer_says_anything() -> None:
    for date in (None, PolicyDate(2011, 4, 6)):
        hit = hit_of(Policy("roads", "Road Plan", "Roads are swept.", date=date))
        for said in (*shown(hit), *compared(hit)):
            assert not SAYS.search(said), said
        told = json.loads(as_json.answer_json(Answer(Query("roads"), (hit,), 1, INFO)))
        found = told["hits"][0]["policy"]["validity"]
        assert found["state"] == "unknown"
        assert found["since"] is found["until"] is found["by"] is None


def test_where_it_was_asked_for_every_renderer_says_that_it_is_not_stated() -> None:
    hit = hit_of(Policy("roads", "Road Plan", "Roads are swept."), asked=True)
    assert "not known whether in force today" in text.answer_text(
        Answer(Query("roads", today=TODAY), (hit,), 1, INFO)
    )
    assert "是否有效不明：未载明生效日期" in telegram.hit_page(hit, "zh").html


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.none() | DATES, st.none() | DATES, st.none() | DATES, st.none() | DATES, DAYS)
def test_every_date_that_is_told_is_one_that_is_stated(
    language: Language,
    issued: PolicyDate | None,
    effective: PolicyDate | None,
    expires: PolicyDate | None,
    repealed: PolicyDate | None,
    day: dt.date,
) -> None:
    one = Policy("a", "A", "T", date=issued, effective=effective, expires=expires)
    terms = {"repeals": {"a": RelationTerms(repealed)}}
    other = Policy("b", "B", "T", relation_terms=terms)
    facts = facts_of(one, [("repeals", other)] if repealed else [])
    found = validity(facts, (day, day), TODAY)
    stated = {str(date) for date in (effective, expires, repealed, day) if date}
    assert {*ISO.findall(validity_line(found, language))} <= stated
    assert {date for date in (found.since, found.until) if date} <= {effective, expires, repealed}


@given(st.none() | DATES, st.sampled_from([None, "现行有效", "Repealed", "试行"]))
def test_what_is_in_force_or_ended_says_which_statement_it_follows_from(
    effective: PolicyDate | None, status: str | None
) -> None:
    found = validity(Facts(effective=effective, status=status), (TODAY, TODAY), TODAY)
    line = validity_line(found)
    if found.state != "unknown":
        assert (effective and str(effective) in line) or (status and status in line)


@pytest.mark.parametrize("date", [None, PolicyDate(2011)])
def test_what_opens_a_policy_or_a_list_says_nothing_either(date: PolicyDate | None) -> None:
    hit = hit_of(Policy("roads", "Road Plan", "Roads are swept.", date=date))
    document = Document(hit.policy, (hit.quotes[0].passage,), validity=hit.validity)
    answer = Answer(Query("", intent="list", today=TODAY), (hit,), 1, INFO)
    for said in (
        text.document_text(document),
        context.context_text(document, [1]),
        timeline.timeline_text(answer),
        csv.policies_csv([hit.policy]).decode(),
    ):
        assert not SAYS.search(said), said
    for told in (as_json.document_json(document), context.context_json(document, [1])):
        assert json.loads(told)["validity"]["state"] == "unknown"


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.lists(DAYS, min_size=4, max_size=4, unique=True), st.booleans(), st.booleans())
def test_every_date_told_of_a_version_is_stated_or_the_day_before_one(
    language: Language, given_days: list[dt.date], ends: bool, follows: bool
) -> None:
    first, last, then, day = (
        PolicyDate(one.year, one.month, one.day) for one in sorted(given_days)
    )
    version = Version(first, last if ends else None, then if follows else None, 1, 2)
    policy = Policy("a", "A", "T", version=version)
    found = validity(facts_of(policy, []), (day.first, day.first), TODAY)
    stated = {str(one) for one in (first, day, version.until, version.next) if one}
    implied = {str(version.last_day)} if version.last_day else set()
    line = f"{version_line(version, language)} {validity_line(found, language)}"
    assert {*ISO.findall(line)} <= stated | implied
    if not ends and not follows:
        assert implied == set()
    assert found.state == ("ended" if ends or follows else "in_force")


def test_every_renderer_tells_which_version_a_text_is() -> None:
    version = Version(PolicyDate(2011, 1, 1), None, PolicyDate(2012, 1, 1), 1, 2)
    hit = hit_of(Policy("roads", "Road Plan", "Roads are swept.", version=version))
    told = [said for said in shown(hit) if "Road Plan" in said and "Roads are swept" in said]
    assert told
    for said in (*told, *compared(hit)):
        assert "version 1 of 2, 2011-01-01 to 2011-12-31" in said or (
            "第1版（共2版），2011-01-01至2011-12-31" in said
        )
