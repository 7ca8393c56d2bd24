import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import CorpusError, EncoderError, IndexUnusableError, NoIndexError
from policybot.index.serve.generation import current_generation, open_generation, verify_generation
from policybot.model import Policy, PolicyDate
from tests.fake_encoder import FakeEncoder
from tests.index.samples import (
    BICYCLES,
    HARBOURS,
    INTERNET,
    POLICIES,
    TOLLS,
    build,
    contents,
    everything,
)

CHANGED = dataclasses.replace(BICYCLES, body=BICYCLES.body + "\n\nHelmets are advised.")
MANY = [Policy(f"p{at}", f"Title {at}", f"Sentence {at} a. Sentence {at} b.") for at in range(400)]


def test_the_report_says_what_became_of_each_policy(tmp_path: Path) -> None:
    first = build(tmp_path, [TOLLS, HARBOURS, BICYCLES])
    assert (first.added, first.unchanged) == (("harbours", "tolls", "bicycles"), ())
    second = build(tmp_path, [CHANGED, INTERNET, HARBOURS])
    assert second.added == ("internet",)
    assert second.changed == ("bicycles",)
    assert second.removed == ("tolls",)
    assert second.unchanged == ("harbours",)
    assert (second.policies, second.passages) == (3, 6)


def test_an_unchanged_corpus_embeds_nothing_and_makes_no_generation(tmp_path: Path) -> None:
    first = build(tmp_path)
    encoder = FakeEncoder()
    second = build(tmp_path, reversed(POLICIES), encoder)
    assert second.generation == first.generation
    assert (encoder.calls, second.embedded, second.reused) == (0, 0, first.embedded)
    assert len(list((tmp_path / "generations").iterdir())) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"settings": {"precision": "int8"}},
        {"issuers": IssuerBook()},
        {"policies": [*POLICIES[:3], dataclasses.replace(BICYCLES, note="Seen.")]},
        {"policies": [*POLICIES[:3], dataclasses.replace(BICYCLES, date=PolicyDate(2001))]},
        {"encoder": FakeEncoder(name="renamed")},
    ],
)
def test_whatever_is_written_down_makes_a_new_generation(
    tmp_path: Path, options: dict[str, object]
) -> None:
    first = build(tmp_path)
    second = build(tmp_path, **options)  # type: ignore[arg-type]
    assert second.generation != first.generation
    assert current_generation(tmp_path) == second.generation


def test_only_what_changed_is_embedded(tmp_path: Path) -> None:
    first = build(tmp_path)
    encoder = FakeEncoder()
    report = build(tmp_path, [TOLLS, HARBOURS, INTERNET, CHANGED], encoder)
    assert encoder.encoded == [
        "Statement on Bicycles. Helmets are advised.",
        "Helmets are advised.",
    ]
    assert (report.embedded, report.reused) == (2, first.embedded)


def test_a_moved_date_embeds_nothing(tmp_path: Path) -> None:
    build(tmp_path)
    encoder = FakeEncoder()
    build(tmp_path, [dataclasses.replace(TOLLS, date=PolicyDate(1999)), *POLICIES[1:]], encoder)
    assert encoder.calls == 0


def test_a_text_in_two_places_is_embedded_once(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    build(tmp_path, encoder=encoder)
    assert encoder.encoded.count("Ambulances pay nothing.") == 1


def test_an_encoder_that_was_found_to_read_nothing_is_given_all_but_chinese(tmp_path: Path) -> None:
    encoder = FakeEncoder(languages=())
    policies = [Policy("a", "Tolls", "Tolls are due."), Policy("b", "水法", "河流受到保护。")]
    assert build(tmp_path, policies, encoder).embedded == 2
    assert encoder.encoded == ["Tolls are due.", "Tolls"]


def test_full_uses_nothing_again(tmp_path: Path) -> None:
    first = build(tmp_path)
    encoder = FakeEncoder()
    report = build(tmp_path, encoder=encoder, full=True)
    assert (report.embedded, report.reused) == (first.embedded, 0)
    assert report.unchanged == ("harbours", "tolls", "internet", "bicycles")


def test_another_encoder_embeds_everything_again(tmp_path: Path) -> None:
    first = build(tmp_path)
    report = build(tmp_path, encoder=FakeEncoder(fingerprint="fa4e000000000002", dimension=48))
    assert (report.embedded, report.reused) == (first.embedded, 0)
    with open_generation(tmp_path) as generation:
        assert generation.first.title_vectors.shape == (4, 48)


STATES = st.lists(
    st.lists(
        st.builds(
            lambda at, version, year: Policy(
                f"p{at}",
                f"Title {at}",
                f"# Heading {version}\n\nShared words.\n\n"
                + f"Version {version} of {at}. 物联网。 " * 9,
                issuers=(f"Body {version}", "MOF"),
                date=PolicyDate(year) if year else None,
                number=f"No. {version} [{year}]",
            ),
            st.integers(0, 5),
            st.integers(0, 2),
            st.sampled_from([0, 2011, 2012]),
        ),
        max_size=6,
        unique_by=lambda policy: policy.id,
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=15, deadline=None)
@given(states=STATES)
def test_an_incremental_build_equals_a_full_one_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, states: list[list[Policy]]
) -> None:
    step, whole = tmp_path_factory.mktemp("step"), tmp_path_factory.mktemp("whole")
    for state in states:
        build(step, state)
    build(whole, states[-1])
    with open_generation(step) as one, open_generation(whole) as other:
        assert contents(one) == contents(other)
        assert one.manifest.corpus == other.manifest.corpus


def test_no_policies_make_a_generation_that_serves(tmp_path: Path) -> None:
    report = build(tmp_path, [])
    assert (report.policies, report.passages, report.embedded) == (0, 0, 0)
    with open_generation(tmp_path) as generation:
        assert generation.info.first is None
        assert everything(generation) == []
        assert generation.first.dense(np.ones(32, dtype=np.float32), 5)[0].tolist() == []
        assert generation.lexical(["road"], 5)[0].tolist() == []


def test_two_policies_with_one_id_leave_the_index_as_it_was(tmp_path: Path) -> None:
    first = build(tmp_path, [TOLLS])
    with pytest.raises(CorpusError, match=r"has the same id, tolls; run: policybot check"):
        build(tmp_path, [HARBOURS, TOLLS, TOLLS])
    assert current_generation(tmp_path) == first.generation
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [first.generation]


def test_an_unpaired_surrogate_is_an_error_of_the_corpus(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="broken: holds an unpaired surrogate"):
        build(tmp_path, [Policy("broken", "Title", "Text \ud800")])
    with pytest.raises(NoIndexError):
        open_generation(tmp_path)


class Failing(FakeEncoder):
    """Gives what ``spoil`` makes of the vectors, or raises, from the third batch on."""

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super().encode_documents(texts)
        return self.spoil(vectors) if self.calls >= 3 else vectors

    def spoil(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        raise KeyboardInterrupt


class NotANumber(Failing):
    def spoil(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        return vectors * np.float32(np.nan)


def test_vectors_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="fake"):
        build(tmp_path, MANY, NotANumber())
    with pytest.raises(NoIndexError):
        open_generation(tmp_path)


def test_an_interrupted_build_goes_on_where_it_was(tmp_path: Path) -> None:
    interrupted = Failing()
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, MANY, interrupted)
    encoder = FakeEncoder()
    report = build(tmp_path, MANY, encoder)
    assert report.reused == 1024
    assert set(encoder.encoded).isdisjoint(interrupted.encoded[:1024])
    assert report.embedded == len(encoder.encoded) == 4 * len(MANY) - 1024
    assert list(tmp_path.glob("journal*")) == []
    with open_generation(tmp_path) as generation:
        resumed = contents(generation)
    build(tmp_path / "whole", MANY)
    with open_generation(tmp_path / "whole") as generation:
        assert contents(generation) == resumed


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_torn_journal_is_used_as_far_as_it_is_whole(tmp_path: Path, damage: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, MANY, Failing())
    (journal,) = tmp_path.glob("journal*")
    data = bytearray(journal.read_bytes())
    record = len(data) // 1024
    if damage == "cut":
        del data[-record // 2 :]
    else:
        data[1000 * record + 20] ^= 1
    journal.write_bytes(data)
    report = build(tmp_path, MANY)
    assert report.reused == (1023 if damage == "cut" else 1000)
    with open_generation(tmp_path) as generation:
        resumed = contents(generation)
    build(tmp_path / "whole", MANY)
    with open_generation(tmp_path / "whole") as generation:
        assert contents(generation) == resumed


def test_progress_tells_each_stage_to_its_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    build(tmp_path, MANY, progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["read", "split", "embed", "write"]
    last = {stage: (done, total) for stage, done, total in told}
    assert last == {"read": (400, 0), "split": (400, 400), "embed": (1600, 1600), "write": (1, 1)}


def test_outdated_generations_are_removed_but_the_previous_one(tmp_path: Path) -> None:
    names = [build(tmp_path, [policy]).generation for policy in POLICIES[:3]]
    for name in names:
        os.utime(tmp_path / "generations" / name, (0, 0))
    names.append(build(tmp_path).generation)
    kept = {path.name for path in (tmp_path / "generations").iterdir()}
    assert kept == set(names[2:])


def test_a_generation_just_outdated_is_kept(tmp_path: Path) -> None:
    names = {build(tmp_path, [policy]).generation for policy in POLICIES}
    assert {path.name for path in (tmp_path / "generations").iterdir()} == names


def test_what_a_killed_builder_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "generations" / ".building-1-abc" / "generation"
    left.mkdir(parents=True)
    (left / "passages.sqlite").write_bytes(b"half")
    (tmp_path / ".CURRENT-abc").write_bytes(b"half")
    report = build(tmp_path)
    assert {path.name for path in tmp_path.glob("generations/*")} == {report.generation}
    assert not (tmp_path / ".CURRENT-abc").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "embeddings").write_text("a file")
    with pytest.raises(
        IndexUnusableError, match=r"embeddings: cannot be written: .*as it was: run this as a user"
    ):
        build(tmp_path / "embeddings")


def test_a_generation_verifies(tmp_path: Path) -> None:
    report = build(tmp_path)
    assert verify_generation(tmp_path).corpus.policies == report.policies
