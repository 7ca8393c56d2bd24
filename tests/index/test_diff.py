"""What an indexing changed, as two generations tell it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import ConfigError, IndexDamagedError
from policybot.index.build.diff import Diff, compare, find_generations, open_two
from policybot.index.format.calibration import WITH_VECTOR, Calibration
from policybot.index.serve.store import FolderStore
from policybot.model import Policy, PolicyDate
from tests.fake_encoder import FakeEncoder
from tests.index.samples import BICYCLES, HARBOURS, INTERNET, POLICIES, TOLLS, build


def changed(index_path: Path, policies: Iterable[Policy], **options: object) -> Diff:
    """Build over the index of the samples, and compare."""
    build(index_path)
    build(index_path, policies, **options)  # type: ignore[arg-type]
    with open_two(FolderStore(index_path), *find_generations(FolderStore(index_path), ())) as (
        old,
        new,
    ):
        return compare(old, new)


def test_policies_that_are_new_or_gone_are_named_in_date_order(tmp_path: Path) -> None:
    older = Policy("older", "Older Rules", "First.\n\nSecond.", date=PolicyDate(2001))
    found = changed(tmp_path, [older, HARBOURS, BICYCLES])
    assert found.added == (("older", "Older Rules"),)
    assert found.removed == (("tolls", TOLLS.title), ("internet", INTERNET.title))
    assert found.changed == ()
    assert found.to_dict()["passages"] == {"added": 2, "removed": 5, "changed": 0}


def test_a_changed_policy_says_in_which_keys_and_which_passages(tmp_path: Path) -> None:
    body = "Ships wait inside the harbour.\n\nAmbulances pay nothing.\n\nBoats pay."
    edited = dataclasses.replace(HARBOURS, body=body, date=PolicyDate(2013))
    (one,) = changed(tmp_path, [edited, TOLLS, INTERNET, BICYCLES]).changed
    assert (one.id, one.title, one.fields) == (
        "harbours",
        "Harbour Rules",
        "body, date 2012 → 2013",
    )
    ((before, after),) = one.passages.changed
    assert (before.text, after.text) == (
        "Ships wait outside the harbour.",
        "Ships wait inside the harbour.",
    )
    assert [passage.text for passage in one.passages.added] == ["Boats pay."]
    assert one.passages.removed == ()


def test_a_passage_that_only_moved_is_no_change(tmp_path: Path) -> None:
    edited = dataclasses.replace(HARBOURS, body="Boats pay.\n\n" + HARBOURS.body)
    (one,) = changed(tmp_path, [edited, TOLLS, INTERNET, BICYCLES]).changed
    assert [passage.text for passage in one.passages.added] == ["Boats pay."]
    assert (one.passages.removed, one.passages.changed) == ((), ())


def test_another_encoder_is_said_with_what_it_divides_otherwise(tmp_path: Path) -> None:
    small = FakeEncoder(name="small", fingerprint="5a11", max_tokens=8, languages=("en", "zh"))
    found = changed(tmp_path, POLICIES, encoder=small)
    assert found.settings["encoder"] == ("fake (fa4e000000000001)", "small (5a11)")
    assert found.settings["languages"] == ("en", "en, zh")
    assert "tolls" in [one.id for one in found.changed]
    assert all(one.fields == "" and one.passages for one in found.changed)


def test_issuers_and_calibration_are_compared(tmp_path: Path) -> None:
    fitted = Calibration(with_vector=dataclasses.replace(WITH_VECTOR, similarity=15.0))
    found = changed(tmp_path, POLICIES, issuers=IssuerBook(), calibrate=lambda *_: fitted)
    assert found.settings["calibration with vector similarity"] == ("16", "15")
    assert set(found.settings) == {"table of issuers", "calibration with vector similarity"}
    assert found.changed == ()


def test_generations_are_found_by_how_their_names_begin(tmp_path: Path) -> None:
    names = [build(tmp_path, POLICIES[: n + 1]).generation for n in range(3)]
    assert find_generations(FolderStore(tmp_path), ()) == (names[1], names[2])
    assert find_generations(FolderStore(tmp_path), (names[0],)) == (names[0], names[2])
    assert find_generations(FolderStore(tmp_path), (names[1], names[0])) == (names[0], names[1])
    with pytest.raises(ConfigError, match="20: several generations have names beginning with this"):
        find_generations(FolderStore(tmp_path), ("20",))
    with pytest.raises(ConfigError, match=f"x: no generation has .* choose from {names[0]}, "):
        find_generations(FolderStore(tmp_path), ("x",))


def test_without_an_earlier_generation_that_is_said(tmp_path: Path) -> None:
    build(tmp_path)
    with pytest.raises(ConfigError, match="there is no generation before the live one"):
        find_generations(FolderStore(tmp_path), ())


def test_a_damaged_generation_is_named(tmp_path: Path) -> None:
    names = [build(tmp_path, POLICIES[: n + 1]).generation for n in range(2)]
    (tmp_path / "generations" / names[0] / "passages.sqlite").unlink()
    with pytest.raises(IndexDamagedError, match=names[0]), open_two(FolderStore(tmp_path), *names):
        pass


def test_the_generation_before_is_kept_however_often_nothing_has_changed(tmp_path: Path) -> None:
    names = [build(tmp_path, POLICIES[: n + 1]).generation for n in range(3)]
    for name in names:
        os.utime(tmp_path / "generations" / name, (0, 0))
    for _ in range(2):
        build(tmp_path, POLICIES[:3])
    assert find_generations(FolderStore(tmp_path), ()) == (names[1], names[2])
