import datetime as dt
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from policybot.errors import IndexDamagedError, IndexMismatchError, IndexUnusableError, NoIndexError
from policybot.index.analyse import analyse
from policybot.index.serve.generation import (
    FileGeneration,
    current_generation,
    open_generation,
    verify_generation,
)
from policybot.model import Policy
from policybot.query.conditions import Condition, Holds, IssuedBy, Titled
from tests.fake_encoder import FakeEncoder
from tests.index.samples import (
    BICYCLES,
    BOOK,
    HARBOURS,
    INTERNET,
    POLICIES,
    TOLLS,
    build,
    everything,
)


@pytest.fixture(scope="module")
def index_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("embeddings")
    build(folder)
    return folder


@pytest.fixture
def generation(index_path: Path) -> Iterator[FileGeneration]:
    with open_generation(index_path) as generation:
        yield generation


def test_policies_are_in_date_order_with_undated_ones_last(generation: FileGeneration) -> None:
    policies = [generation.policy(ordinal) for ordinal in range(4)]
    assert policies == [HARBOURS, TOLLS, INTERNET, BICYCLES]


def test_a_policy_is_found_by_its_id(generation: FileGeneration) -> None:
    assert generation.policy_ordinal("internet") == 2
    assert generation.policy_ordinal("nothing") is None


def test_passages_are_the_policies_own_words(generation: FileGeneration) -> None:
    for ordinal, passage in enumerate(generation.passages(range(8))):
        policy = generation.policy(generation.passage_policy[ordinal])
        assert passage.text == policy.body[passage.start : passage.end]
        assert passage.policy_id == policy.id


def test_offsets_say_which_passages_a_policy_has(generation: FileGeneration) -> None:
    first, end = generation.policy_passages[1:3].tolist()
    ids = [passage.id for passage in generation.passages(range(first, end))]
    assert ids == ["tolls#1", "tolls#2", "tolls#3"]


def test_a_mask_of_policies_gives_their_passages(generation: FileGeneration) -> None:
    mask = generation.policies_matching([IssuedBy(("State Council",))])
    assert mask is not None
    texts = [passage.text for passage in generation.passages(generation.passages_of(mask))]
    assert texts == ["加快物联网发展。推进应用示范。", "各地区要高度重视物联网。"]


def test_dates_are_columns_of_day_numbers(generation: FileGeneration) -> None:
    spans = np.stack([generation.policy_first, generation.policy_last], axis=1).tolist()
    assert spans == [
        [dt.date(2012, 1, 1).toordinal(), dt.date(2012, 12, 31).toordinal()],
        [dt.date(2012, 2, 14).toordinal()] * 2,
        [dt.date(2013, 2, 1).toordinal(), dt.date(2013, 2, 28).toordinal()],
        [0, 0],
    ]


def test_every_sentence_and_title_has_its_vector(generation: FileGeneration) -> None:
    encoder = FakeEncoder()
    passage = generation.passage(2)
    first, end = generation.sentence_offsets[2:4].tolist()
    sentences = [passage.text[slice(*span)] for span in passage.sentences]
    assert len(sentences) == 2
    wanted = encoder.encode_documents(sentences).astype(np.float16)
    assert np.array_equal(generation.first.sentence_vectors[first:end], wanted)
    title = encoder.encode_documents([TOLLS.title]).astype(np.float16)[0]
    assert np.array_equal(generation.first.title_vectors[1], title)


def test_a_passage_is_embedded_under_its_title_and_headings(generation: FileGeneration) -> None:
    question = FakeEncoder().encode_queries(
        ["Measures on Road Tolls. General. Exceptions. Ambulances pay nothing."]
    )[0]
    ordinals, cosines = generation.first.dense(question, 1)
    assert generation.passage(int(ordinals[0])).id == "tolls#2"
    assert cosines[0] == pytest.approx(1, abs=1e-3)
    assert generation.first.dense_at(question, ordinals) == pytest.approx(cosines)


def test_words_of_title_and_headings_are_terms_of_a_passage(generation: FileGeneration) -> None:
    ordinals, _ = generation.lexical(analyse("exceptions in road tolls"), 2)
    ids = [passage.id for passage in generation.passages(ordinals)]
    assert ids == ["tolls#2", "tolls#3"]
    assert generation.document_frequency("measur") == 3


def test_chinese_is_not_embedded_by_an_encoder_that_cannot_read_it(
    generation: FileGeneration,
) -> None:
    mask = generation.policies_matching([IssuedBy(("State Council",))])
    assert mask is not None
    passages = generation.passages_of(mask)
    assert not generation.first.passage_embedded[passages].any()
    assert not generation.first.title_vectors[mask].any()
    question = FakeEncoder().encode_queries([INTERNET.body])[0]
    assert set(generation.first.dense(question, 99)[0]).isdisjoint(passages)
    assert generation.lexical(analyse("推进应用"), 1)[0].tolist() == passages[:1].tolist()


def test_chinese_is_embedded_by_an_encoder_that_reads_it(tmp_path: Path) -> None:
    build(tmp_path, encoder=FakeEncoder(languages=("en", "zh")))
    with open_generation(tmp_path) as generation:
        assert generation.first.passage_embedded.all()
        assert generation.first.title_vectors.any(axis=1).all()


def test_info_says_what_is_indexed(generation: FileGeneration) -> None:
    info = generation.info
    assert (info.generation, info.encoder, info.policies, info.passages) == (
        generation.name,
        "fake",
        4,
        8,
    )
    assert (info.first, info.last) == (dt.date(2012, 1, 1), dt.date(2013, 2, 28))


def test_issuers_are_served_from_the_generation(generation: FileGeneration) -> None:
    assert generation.issuers == BOOK
    assert generation.issuer_counts() == [
        ("Bureau of Bridges", 1),
        ("Ministry of Finance", 2),
        ("State Council", 1),
    ]


def test_a_copy_in_another_folder_serves(index_path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "a copy, 100% [读]?"
    shutil.copytree(index_path, copy)
    with open_generation(copy) as copied, open_generation(index_path) as original:
        assert everything(copied) == everything(original)
        assert verify_generation(copy) == copied.manifest


def test_reading_writes_nothing(index_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in index_path.rglob("*")}
    with open_generation(index_path) as generation:
        everything(generation)
    assert {path: path.stat().st_mtime_ns for path in index_path.rglob("*")} == before


def test_many_threads_read_the_same(generation: FileGeneration) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: everything(generation), range(16)))
    assert all(result == results[0] for result in results)


def test_a_reader_finishes_in_a_generation_closed_meanwhile(tmp_path: Path) -> None:
    build(tmp_path, POLICIES[:2])
    old = open_generation(tmp_path)
    reading, closed = threading.Event(), threading.Event()

    def read() -> list[object]:
        with old.reading():
            reading.set()
            assert closed.wait(120)
            return everything(old)

    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(read)
        assert reading.wait(120)
        build(tmp_path, POLICIES[2:])
        with open_generation(tmp_path) as new:
            old.close()
            closed.set()
            assert result.result(30)[:2] == [HARBOURS, TOLLS]
            assert everything(new)[:2] == [INTERNET, BICYCLES]
    with pytest.raises(IndexUnusableError, match="was closed"):
        old.policy(0)


def test_nothing_indexed_yet_says_what_to_run(tmp_path: Path) -> None:
    assert current_generation(tmp_path / "embeddings") is None
    with pytest.raises(NoIndexError, match="run: policybot index"):
        open_generation(tmp_path / "embeddings")


def test_another_schema_says_what_mends_it(
    index_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("policybot.index.format.manifest.SCHEMA", 99)
    with pytest.raises(IndexMismatchError, match=r"schema \d+, .* reads 99; .*policybot index"):
        open_generation(index_path)


@pytest.mark.parametrize(
    ("current", "message"),
    [
        (b"20990101T000000Z-000000000000\n", "which is missing"),
        (b"../generations\n", "does not hold the name of a generation"),
        (b"\n", "does not hold the name of a generation"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_spoilt_current_is_named(tmp_path: Path, current: bytes, message: str) -> None:
    build(tmp_path)
    (tmp_path / "CURRENT").write_bytes(current)
    with pytest.raises(IndexDamagedError, match=rf"CURRENT.*{message}.*policybot index"):
        open_generation(tmp_path)


def test_a_title_alone_serves(tmp_path: Path) -> None:
    build(tmp_path, [Policy("empty", "Only a title", "")])
    with open_generation(tmp_path) as generation:
        assert generation.info.passages == 0
        mask = generation.policies_matching([Holds(("only a",))])
        assert mask is not None
        assert mask.tolist() == [True]


def read_for(
    generation: FileGeneration, condition: Condition, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[bool], list[int]]:
    """Return which policies meet a condition, and the ordinals of all that were read for it."""
    read: list[int] = []
    rows = generation.store._rows

    def counted(table: str, columns: str, ordinals: Iterable[int]) -> list[Sequence[Any]]:
        wanted = list(ordinals)
        read.extend(wanted)
        return rows(table, columns, wanted)

    with monkeypatch.context() as patched:
        patched.setattr(generation.store, "_rows", counted)
        mask = generation.policies_matching([condition])
    assert mask is not None
    return mask.tolist(), read


FORMS = [
    Policy("one", "Mooring permit", "A permit is needed. Permits are free."),
    Policy("many", "Mooring permits", "Permits are needed."),
    Policy("text", "Moorings", "A permit is needed."),
]


def test_titles_with_a_phrase_are_read_once_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, [*FORMS, Policy("none", "Tolls", "Tolls.\n\nA permit is needed.")])
    with open_generation(tmp_path) as generation:
        titled = Titled(("permits",))
        found, read = read_for(generation, titled, monkeypatch)
        assert sum(found) == 2
        assert len(read) == len(set(read)) == 3  # what has the word in its first passage
        assert read_for(generation, titled, monkeypatch) == (found, [])


def test_a_text_with_one_form_of_a_phrase_is_not_read_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(tmp_path, FORMS)
    with open_generation(tmp_path) as generation:
        found, read = read_for(generation, Holds(("permits",)), monkeypatch)
        assert all(found)
        assert len(read) == 3 + 1  # only the one without the singular is read for the plural
