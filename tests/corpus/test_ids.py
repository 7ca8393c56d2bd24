"""Which ids a policy may have, and what its file is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.corpus.files.ids import file_stem, why_bad_id
from policybot.corpus.files.read import read_policies
from policybot.corpus.files.write import format_policy
from policybot.corpus.importers.pipeline.importing import import_file
from policybot.model import Policy
from tests.corpus.importers.samples import write
from tests.policy_files import parse_policy

PUBLISHED = (
    "http://data.europa.eu/eli/reg/2016/679/oj",
    "CELEX:32016R0679",
    "ECLI:EU:C:2014:317",
    "/akn/ke/act/2012/7/eng@2012-08-30",
    "国办发〔2019〕4号",
    "#1",
    "a'b\"c\\d",
    "é" * 100,
)


@pytest.mark.parametrize("policy_id", PUBLISHED)
def test_an_id_is_whatever_its_publisher_uses(policy_id: str) -> None:
    assert why_bad_id(policy_id) is None
    policy = Policy(policy_id, "T", "B")
    assert parse_policy(format_policy(policy), "a.md") == policy


@pytest.mark.parametrize(
    "policy_id", ["", "a b", "a\n", "a\x00", "a\u3000b", "a\u200bb", "a\u2066b", "é" * 101]
)
def test_white_space_control_characters_and_more_than_200_bytes_are_refused(policy_id: str) -> None:
    assert why_bad_id(policy_id) is not None


def test_a_policy_with_any_id_has_a_file_of_its_own_in_the_corpus(tmp_path: Path) -> None:
    for number, policy_id in enumerate(PUBLISHED):
        front = format_policy(Policy(policy_id, f"T{number}", f"Text {number}."))
        import_file(write(tmp_path, f"{number}.md", front), tmp_path / "corpus")
    assert {policy.id for policy in read_policies(tmp_path / "corpus")} == set(PUBLISHED)
    files = [path for path in (tmp_path / "corpus").iterdir() if path.is_file()]
    assert len(files) == len(PUBLISHED)
    assert import_file(tmp_path / "1.md", tmp_path / "corpus").status == "unchanged"


ids = st.text(min_size=1, max_size=60).filter(lambda text: why_bad_id(text) is None)


@given(ids, ids)
def test_the_file_of_an_id_is_a_plain_name_and_no_other_ids(one: str, other: str) -> None:
    stem = file_stem(one)
    assert all(c.isalnum() or c in "._-" for c in stem)
    assert not stem.startswith(".")
    assert len(f".{stem}.md".encode()) < 200
    assert one == other or file_stem(other) != stem


def test_an_id_of_letters_digits_dots_and_dashes_is_its_files_name() -> None:
    assert file_stem("2012-02-14-12th_plan.v2") == "2012-02-14-12th_plan.v2"
    assert file_stem("CELEX:32016R0679").startswith("CELEX-32016R0679-")
