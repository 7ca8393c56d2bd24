"""A policy of several versions: how it is written, what cannot be so, and which holds on a day."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.files.find import find_policy_files, find_version_files
from policybot.corpus.files.read import read_policies, scan_line, scan_text
from policybot.corpus.files.write import format_policy, format_policy_line
from policybot.corpus.review.check import check_corpus
from policybot.corpus.validity import facts_of, validity
from policybot.corpus.versions import texts_of
from policybot.model import Policy
from policybot.watch import state_of

NOW = dt.date(2020, 6, 15)
FRONT = "title: Ferry Measures\nissuers: []\ndate: 2012-02-01\n"


def corpus_of(folder: Path, versions: str, body: str = "The last text.", **beside: str) -> Path:
    """Write ``ferries.md`` with these versions, and the texts beside it by their day."""
    (folder / "ferries.md").write_text(f"---\n{FRONT}{versions}---\n\n{body}\n", "utf-8")
    for day, text in beside.items():
        name = f"ferries@{day.strip('_').replace('_', '-')}.md"
        (folder / name).write_text(text, "utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    return [
        f"{Path(one.file).name}:{one.line}: {one.message} [{one.severity}]"
        for one in check_corpus(folder, folder / "issuers.toml")
    ]


TWO = "versions:\n- from: 2012-03-01\n  source: Gazette 4/2012\n- from: 2014-01-01\n"


def test_versions_have_texts_beside_the_file_of_the_policy(tmp_path: Path) -> None:
    folder = corpus_of(tmp_path, TWO, _2012_03_01="  The first text.\n\nIts end.\n")
    assert problems_of(folder) == []
    (policy,) = read_policies(folder)
    first, last = texts_of(policy)
    assert (first.body, last.body) == ("  The first text.\n\nIts end.", "The last text.")
    assert (first.index_id, last.index_id) == ("ferries@2012-03-01", "ferries")
    assert (str(first.source), last.source) == ("Gazette 4/2012", None)
    assert first.version is not None
    assert str(first.version.last_day) == "2013-12-31"
    assert policy.body == last.body


def test_the_files_of_versions_are_no_policies_and_are_watched(tmp_path: Path) -> None:
    folder = corpus_of(tmp_path, TWO, _2012_03_01="The first text.")
    (text,) = find_version_files(folder)
    assert find_policy_files(folder)[0] == [folder / "ferries.md"]
    assert text in state_of(folder, ())


def test_a_file_so_called_beside_no_policy_is_a_policy(tmp_path: Path) -> None:
    (tmp_path / "ferries@2012-03-01.md").write_text(f"---\n{FRONT}---\n\nText.\n", "utf-8")
    assert [one.id for one in read_policies(tmp_path)] == ["ferries@2012-03-01"]


def test_versions_may_stand_in_one_file(tmp_path: Path) -> None:
    inline = "versions:\n- from: 2012-03-01\n  body: The first text.\n- from: 2014-01-01\n"
    (policy,) = read_policies(corpus_of(tmp_path, inline))
    assert [one.body for one in texts_of(policy)] == ["The first text.", "The last text."]
    row = {
        "id": "ferries",
        "title": "Ferry Measures",
        "versions": [
            {"from": "2014-01-01", "body": "Two."},
            {"from": "2012-03-01", "body": "One."},
        ],
    }
    line, problems = scan_line(json.dumps(row).encode(), Path("all.jsonl"))
    assert problems == []
    assert line is not None
    assert [one.body for one in texts_of(line)] == ["One.", "Two."]


def test_a_policy_without_versions_is_itself() -> None:
    policy = Policy("a", "A", "Text.")
    assert [*texts_of(policy)] == [policy]
    assert policy.index_id == "a"


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        (
            "- from: 2012-03-01\n  until: 2014-01-01\n  body: One.\n- from: 2014-01-01\n",
            "9: the version from 2012-03-01 until 2014-01-01 and the one from 2014-01-01 are both",
        ),
        (
            "- from: 2012-03-01\n  body: One.\n- from: 2012-03-01\n",
            "8: two versions begin on 2012-03-01, and one policy has one text on a day; mend one",
        ),
        (
            "- body: One.\n- until: 2013-01-01\n",
            "7: two versions have no from, and one policy has one text on a day; mend one [error]",
        ),
        (
            "- from: 2012-03-01\n  until: 2011-03-01\n",
            "6: the version from 2012-03-01 ends before it begins, on 2011-03-01; mend one [error]",
        ),
        (
            "- from: 2012-03-01\n- from: 2014-01-01\n",
            "7: the version from 2014-01-01 has no text: give it under body, or in a file beside",
        ),
        (
            "- from: 2012-03-01\n  body: One.\n",
            "5: the body is the text of none of the versions: leave one of them without a text",
        ),
        ("- from: 2012-03\n", "6: version from 2012-03 is no day, as in 2012-03-01 [error]"),
        ("- from: 2012-13-01\n", "6: version from '2012-13-01' "),
        ("- form: 2012-03-01\n", "6: unknown key 'form' of a version; did you mean 'from'?"),
        ("  from: 2012-03-01\n", "5: versions is a list of tables with the keys from, until"),
    ],
)
def test_what_cannot_be_so_is_an_error_with_its_line(
    tmp_path: Path, versions: str, message: str
) -> None:
    found = problems_of(corpus_of(tmp_path, f"versions:\n{versions}"))
    assert any(one.startswith(f"ferries.md:{message}") for one in found), found


def test_a_version_without_text_is_named_where_the_body_is_empty_too(tmp_path: Path) -> None:
    found = problems_of(corpus_of(tmp_path, "versions:\n- from: 2012-03-01\n", body=""))
    assert found[0].startswith("ferries.md:6: the version from 2012-03-01 has no text: give it")


def test_a_file_that_no_version_uses_is_an_error(tmp_path: Path) -> None:
    folder = corpus_of(tmp_path, TWO, _2012_03_01="One.", _2013_05_01="Stray.")
    (found,) = problems_of(folder)
    assert found == (
        f"ferries@2013-05-01.md:1: holds a version of {folder / 'ferries.md'}, which lists none "
        "from 2013-05-01; add it under versions there, or delete this file [error]"
    )


def test_the_file_of_a_version_has_no_front_matter(tmp_path: Path) -> None:
    folder = corpus_of(tmp_path, TWO, _2012_03_01=f"---\n{FRONT}---\n\nOne.\n")
    (found,) = problems_of(folder)
    assert found.startswith("ferries@2012-03-01.md:1: is a version of ")


def test_a_version_outside_the_term_of_the_policy_is_told(tmp_path: Path) -> None:
    term = "effective: 2013-01-01\nexpires: 2013-12-31\n"
    found = problems_of(corpus_of(tmp_path, term + TWO, _2012_03_01="One."))
    assert [one.partition(": ")[2] for one in found] == [
        "the version from 2012-03-01 holds before effective 2013-01-01; mend one [warning]",
        "the version from 2014-01-01 holds after expires 2013-12-31; mend one [warning]",
    ]


def test_a_policy_with_versions_is_written_as_it_was_read(tmp_path: Path) -> None:
    folder = corpus_of(tmp_path, TWO, _2012_03_01="One.\n\nMore.")
    (policy,) = read_policies(folder)
    (folder / "ferries.md").write_text(format_policy(policy), "utf-8")
    assert [*read_policies(folder)] == [policy]
    inline = dataclasses.replace(
        policy, versions=tuple(dataclasses.replace(one, apart=False) for one in policy.versions)
    )
    again, problems = scan_text(format_policy(inline), Path("ferries.md"))
    assert (again, problems) == (inline, [])
    assert scan_line(format_policy_line(inline).encode(), Path("all.jsonl")) == (inline, [])


DAYS = st.dates(dt.date(2009, 1, 1), dt.date(2014, 1, 1))


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, str]]:
    """Return the versions of a policy as they are typed, in any order, none overlapping."""
    starts = sorted(draw(st.sets(DAYS, min_size=1, max_size=6)))
    rows: list[dict[str, str]] = []
    for at, start in enumerate(starts):
        row = {"from": str(start), "body": f"The text of {start}."}
        latest = starts[at + 1] - dt.timedelta(days=1) if at + 1 < len(starts) else start
        if draw(st.booleans()):
            row["until"] = str(draw(st.dates(start, max(start, latest))))
        rows.append(row)
    return draw(st.permutations(rows))


@given(histories(), DAYS)
def test_on_any_day_one_version_or_none_is_in_force(
    rows: list[dict[str, str]], day: dt.date
) -> None:
    row = {"id": "a", "title": "A", "versions": rows}
    policy, problems = scan_line(json.dumps(row).encode(), Path("all.jsonl"))
    assert policy is not None
    assert problems == []
    held = [
        one.body
        for one in texts_of(policy)
        if validity(facts_of(one, []), (day, day), NOW).state == "in_force"
    ]
    begun = [row for row in rows if row["from"] <= str(day)]
    last = max(begun, key=lambda row: row["from"], default=None)
    holds = last is not None and str(day) <= last.get("until", "9999")
    assert held == ([last["body"]] if last and holds else [])
