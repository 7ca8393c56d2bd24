"""What an index knows of relations, whichever way it came to be."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import pytest

from policybot.errors import IndexDamagedError
from policybot.index.format.relations import FILE
from policybot.index.serve.generation import open_generation
from policybot.model import Policy, PolicyDate
from tests.index.samples import BICYCLES, HARBOURS, INTERNET, POLICIES, TOLLS, build

LATER = dataclasses.replace(BICYCLES, date=PolicyDate(2014), relations={"repeals": ("tolls",)})


def relations(index_path: Path) -> dict[str, list[tuple[str, str]]]:
    """Return, by the policy it is done to, what is done and by which policy."""
    with open_generation(index_path) as generation:
        names = [generation.policy(o).id for o in range(generation.info.policies)]
        return {
            name: [(kind, names[subject]) for kind, subject in found]
            for ordinal, name in enumerate(names)
            if (found := generation.relations.subjects(ordinal))
        }


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (POLICIES, {"harbours": [("amends", "tolls")]}),
        (
            [TOLLS, HARBOURS, LATER],
            {"harbours": [("amends", "tolls")], "tolls": [("repeals", "bicycles")]},
        ),
        ([TOLLS, INTERNET], {}),
        ([INTERNET, BICYCLES], {}),
    ],
)
def test_a_policy_knows_what_is_done_to_it(
    tmp_path: Path, policies: Iterable[Policy], expected: dict[str, list[tuple[str, str]]]
) -> None:
    build(tmp_path / "anew", policies)
    assert relations(tmp_path / "anew") == expected
    build(tmp_path / "changed", POLICIES)
    build(tmp_path / "changed", policies)
    assert relations(tmp_path / "changed") == expected


def test_all_that_something_is_done_to_are_known_by_kind(tmp_path: Path) -> None:
    build(tmp_path, [TOLLS, HARBOURS, LATER])
    with open_generation(tmp_path) as generation:
        found = {
            kind: [generation.policy(o).id for o in generation.relations.objects(kind).tolist()]
            for kind in ("amends", "repeals", "replaces")
        }
    assert found == {"amends": ["harbours"], "repeals": ["tolls"], "replaces": []}


def test_without_relations_there_is_no_file_of_them(tmp_path: Path) -> None:
    build(tmp_path, [INTERNET, BICYCLES])
    with open_generation(tmp_path) as generation:
        assert FILE not in generation.manifest.files
        assert len(generation.relations) == 0


def test_a_missing_file_of_relations_is_named(tmp_path: Path) -> None:
    name = build(tmp_path).generation
    (tmp_path / "generations" / name / FILE).unlink()
    with pytest.raises(IndexDamagedError, match=r"relations\.npy: missing"):
        open_generation(tmp_path)
