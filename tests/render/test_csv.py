"""A list as a spreadsheet reads it."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from policybot.model import Policy, PolicyDate
from policybot.render.csv import COLUMNS, policies_csv
from tests.answers import make_policy, texts


def rows(policies: list[Policy]) -> list[dict[str, str]]:
    text = policies_csv(policies).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_whatever_a_policy_is_called_reads_back_the_same(said: list[tuple[str, str]]) -> None:
    policies = [make_policy(n, title, issuers=(name,)) for n, (title, name) in enumerate(said)]
    found = rows(policies)
    assert [(row["title"], row["issuers"]) for row in found] == said
    assert [row["id"] for row in found] == [policy.id for policy in policies]


def test_the_file_is_as_rfc_4180_and_excel_want_it() -> None:
    data = policies_csv([make_policy(title='A "plan", 计划')])
    assert data.startswith(b"\xef\xbb\xbfid,title,issuers,date,")
    assert data.endswith(b"\r\n")
    assert '"A ""plan"", 计划"'.encode() in data
    assert data.count(b"\r\n") == data.count(b"\n") == 2


def test_lists_stand_in_one_field_and_what_is_not_stated_is_empty() -> None:
    policy = make_policy(
        issuers=("Ministry of Finance", "财政部"),
        date=PolicyDate(2014, 6),
        relations={"replaces": ("a", "b"), "amends": ("c",)},
    )
    (row,) = rows([policy])
    assert (row["issuers"], row["date"]) == ("Ministry of Finance; 财政部", "2014-06")
    assert (row["replaces"], row["amends"], row["repeals"]) == ("a; b", "c", "")
    (bare,) = rows([Policy("bare", "Bare", "Text.")])
    assert {name for name in COLUMNS if bare[name]} == {"id", "title"}


def test_without_policies_there_is_only_the_header() -> None:
    assert policies_csv([]).decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"
