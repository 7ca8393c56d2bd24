"""A policy that is found sound at a glance is one that is read back the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.files import write
from policybot.corpus.files.read import scan_line
from policybot.corpus.files.sound import is_sound
from policybot.corpus.files.write import format_policy_line
from policybot.errors import CorpusError
from policybot.model import Policy, PolicyDate, Repair, Source

SOUND = Policy(
    "a-1",
    "A title",
    "Text.\n\nMore\ttext.",
    issuers=("财政部", "Ministry of Plans"),
    date=PolicyDate(2012, 2),
    date_text="February",
    number="财建〔2012〕1号",
    language="zh",
    url="https://example.org/a",
    source=Source("a.csv", "0" * 64, "2-3"),
    note="发布日期: 2012\nreview: look",
)
_WORDS = st.text(st.sampled_from("a财 \t\n\r\x00\x85\x9f\ufffd\u2028/:-\\\"'"), max_size=5)
_DATES = st.builds(
    PolicyDate,
    st.integers(0, 3100),
    st.one_of(st.none(), st.integers(0, 13)),
    st.one_of(st.none(), st.integers(0, 32)),
)
_SOURCES = st.builds(
    Source,
    _WORDS,
    st.sampled_from([None, "0" * 64, "A" * 64, ""]),
    st.one_of(st.none(), _WORDS),
    st.sampled_from([(), ((1, "words"),), ((0, ""),)]),
)
_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "id": _WORDS,
        "title": _WORDS,
        "body": _WORDS,
        "issuers": st.lists(_WORDS, max_size=2).map(tuple),
        "date": st.one_of(st.none(), _DATES),
        "date_text": _WORDS,
        "number": _WORDS,
        "language": _WORDS,
        "url": st.one_of(_WORDS, _WORDS.map(lambda words: f"https://a{words}")),
        "source": st.one_of(st.none(), _SOURCES),
        "note": _WORDS,
    },
)


@given(_CHANGES)
def test_what_is_sound_is_read_back_the_same(changes: dict[str, object]) -> None:
    policy = dataclasses.replace(SOUND, **changes)  # type: ignore[arg-type]
    if is_sound(policy):
        line = format_policy_line(policy).encode("utf-8")
        assert scan_line(line, Path("policies.jsonl")) == (policy, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "a b"},
        {"title": " "},
        {"title": "two\nlines"},
        {"body": "\n"},
        {"body": "lost \ufffd"},
        {"issuers": ("one", "one")},
        {"issuers": ("",)},
        {"date": PolicyDate(2012, 13)},
        {"language": "English language"},
        {"url": "ftp://example.org"},
        {"source": Source("a.csv", "short")},
        {"source": Source("a.csv", lines=" ")},
        {"note": "a bell \a"},
    ],
)
def test_what_breaks_a_rule_is_not_sound(changes: dict[str, object]) -> None:
    policy = dataclasses.replace(SOUND, **changes)  # type: ignore[arg-type]
    assert not is_sound(policy)
    with pytest.raises(CorpusError):
        format_policy_line(policy)


@pytest.mark.parametrize(
    "changes", [{"relations": {"amends": ("b",)}}, {"repairs": (Repair("a", "b", 1),)}]
)
def test_what_few_have_is_read_to_know(changes: dict[str, object]) -> None:
    assert not is_sound(dataclasses.replace(SOUND, **changes))  # type: ignore[arg-type]


def test_a_row_of_a_table_is_not_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "scan_line", None)
    assert format_policy_line(SOUND).endswith("\n")
