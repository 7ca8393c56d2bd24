"""What indexing changed, told by the generations themselves."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from policybot.index.build.recalibrate import recalibrate_index
from policybot.index.format import history
from policybot.index.format.history import FILE, Change, History, made_at, read_history
from policybot.index.format.manifest import GENERATIONS, live_generation
from tests.index.samples import BICYCLES, HARBOURS, POLICIES, build


def told(index: Path) -> History:
    name, folder = live_generation(index)
    found = read_history(folder, name)
    assert found is not None
    return found


def test_a_generation_tells_what_changed_in_it_and_before(tmp_path: Path) -> None:
    first = build(tmp_path).generation
    assert told(tmp_path) == History(first, ())
    second = build(tmp_path, [one for one in POLICIES if one != BICYCLES]).generation
    shutil.rmtree(tmp_path / GENERATIONS / first)
    again = dataclasses.replace(HARBOURS, title="Rules for Harbours")
    third = build(tmp_path, [again, BICYCLES]).generation
    found = told(tmp_path)
    assert found.first == first
    assert found.changes[0] == Change("removed", "bicycles", BICYCLES.title, second)
    assert {(one.kind, one.id) for one in found.changes[1:]} == {
        ("added", "bicycles"), ("changed", "harbours"),
        ("removed", "tolls"), ("removed", "internet"),
    }  # fmt: skip
    assert {one.generation for one in found.changes[1:]} == {third}
    assert found.changes[-1].at == made_at(third)


def test_another_calibration_keeps_the_history_of_both_generations(tmp_path: Path) -> None:
    first = build(tmp_path).generation
    second = build(tmp_path, [BICYCLES]).generation
    before = told(tmp_path)
    third = recalibrate_index(tmp_path, lambda generation: generation.calibration)
    assert third != second
    assert told(tmp_path) == before
    assert before.first == first
    assert read_history(tmp_path / GENERATIONS / second, second) == before


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"first": "", "changes": [1]}'])
def test_without_a_history_it_begins_with_the_generation_before(
    tmp_path: Path, damage: str
) -> None:
    first = build(tmp_path).generation
    path = tmp_path / GENERATIONS / first / FILE
    path.write_text(damage) if damage else path.unlink()
    assert read_history(path.parent, first) is None
    second = build(tmp_path, [HARBOURS, BICYCLES]).generation
    found = told(tmp_path)
    assert found.first == first
    assert {(one.kind, one.id, one.generation) for one in found.changes} == {
        ("removed", "tolls", second), ("removed", "internet", second)
    }  # fmt: skip


def test_too_many_changes_are_forgotten_by_whole_generations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "MOST", 3)
    known = History("a", (Change("added", "x", "X", "b"), Change("added", "y", "Y", "b")))
    known = known.followed_by([Change("removed", "y", "Y", "c")])
    assert known.first == "a"
    known = known.followed_by([Change("added", "z", "Z", "d")])
    assert known.first == "b"
    assert [one.generation for one in known.changes] == ["c", "d"]
    many = [Change("added", str(number), "T", "e") for number in range(4)]
    assert known.followed_by(many) == History("e", ())
