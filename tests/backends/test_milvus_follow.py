"""Whatever was added, edited, removed or killed before, an index in Milvus answers as a new one."""

from __future__ import annotations

import contextlib
import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from policybot.backends.milvus import sample as sampling
from policybot.backends.milvus.about import read_about
from policybot.backends.milvus.sample import Sample, heads_of, sample_of
from policybot.backends.milvus.schema import collection_of
from policybot.backends.milvus.server import Server
from policybot.backends.milvus.store import MilvusStore
from policybot.backends.milvus.terms import count_in
from policybot.index.build.hubness import LEAST, SAMPLE
from policybot.index.serve.generation import open_generation
from policybot.index.serve.interface import Generation
from policybot.model import Policy, PolicyDate
from policybot.query.conditions import IssuedBy, IssuedIn, IssuerCount, Numbered
from tests.backends.test_milvus import Killed, build, config
from tests.fake_encoder import FakeEncoder
from tests.index.samples import build as build_in_files

WORDS = (
    *("ship", "toll", "bridge", "canal", "harbour", "road"),
    *("ferry", "duty", "permit", "levy", "anchor", "crane"),
)
BODIES = ("Ministry of Finance", "State Council", "Bureau of Bridges")
WRITES = ("create", "insert", "upsert", "remove", "settle", "finish", "drop", "point_alias")


def made(number: int, chance: random.Random) -> Policy:
    """Return a policy whose words, body and date are by chance."""
    paragraphs = [
        " ".join(chance.choices(WORDS, k=chance.randint(3, 9))).capitalize() + "."
        for _ in range(chance.randint(1, 4))
    ]
    dated = PolicyDate(chance.randint(2005, 2015)) if chance.random() < 0.9 else None
    return Policy(
        f"p{number}",
        f"Rules on the {chance.choice(WORDS)} {number}",
        "\n\n".join(paragraphs),
        issuers=tuple(sorted(chance.sample(BODIES, chance.randint(0, 2)))),
        date=dated,
        number=f"No. {number} [{dated.year}]" if dated and chance.random() < 0.5 else None,
        relations={"amends": ("p1",)} if chance.random() < 0.2 and number != 1 else {},
    )


def changed(corpus: dict[str, Policy], chance: random.Random) -> dict[str, Policy]:
    """Return the corpus after some policies were added, edited and removed."""
    after = dict(corpus)
    for name in chance.sample(sorted(after), min(len(after), chance.randint(0, 2))):
        if chance.random() < 0.5:
            del after[name]
        else:
            new = made(int(name[1:]), chance)
            body = f"{new.body}\n\n{after[name].body}" if chance.random() < 0.5 else new.body
            after[name] = dataclasses.replace(new, body=body)
    for _ in range(chance.randint(0, 2)):
        number = chance.randint(1, 30)
        after[f"p{number}"] = made(number, chance)
    return after


def told(generation: Generation) -> dict[str, object]:
    """Return what a generation answers to everything that search asks of it."""
    chance = random.Random(1)
    count = generation.manifest.corpus.passages
    every = np.arange(count)
    answers: dict[str, object] = {
        "policies": generation.policies(range(generation.manifest.corpus.policies)),
        "passages": generation.passages(every.tolist()),
        "issuers": generation.issuer_counts(),
        "acronyms": dict(generation.acronyms),
        "words": generation.corpus_words,
        "languages": dict(generation.manifest.languages),
        "corpus": generation.manifest.corpus,
        "terms": generation.document_frequencies(WORDS).tolist(),
        "led": [generation.policies_led_by(word).tolist() for word in WORDS],
        "with": [generation.passages_with(word, 5).tolist() for word in WORDS],
        "relations": [
            generation.relations.subjects(at) for at in range(generation.manifest.corpus.policies)
        ],
        "ordinals": [generation.policy_ordinal(f"p{number}") for number in range(1, 31)],
    }
    vector_set = generation.vector_sets[0]
    for condition in (
        IssuedBy(("State Council",)),
        IssuedIn(((PolicyDate(2008).first, PolicyDate(2012).last),)),
        IssuerCount(2),
        Numbered(("No. 3",)),
    ):
        mask = generation.policies_matching([condition])
        assert mask is not None
        answers[f"mask {condition}"] = mask.tolist()
        among = generation.passages_of(mask)
        answers[f"within {condition}"] = generation.lexical(WORDS[:3], 5, among)[0].tolist()
    for _ in range(3):
        question = " ".join(chance.choices(WORDS, k=4))
        vector = FakeEncoder().encode_queries([question])[0]
        answers[f"dense {question}"] = vector_set.dense(vector, 8)
        answers[f"lexical {question}"] = generation.lexical(question.split(), 8)
        answers[f"sentences {question}"] = vector_set.sentences_at(vector, every)
    answers["hubness"] = vector_set.hubness_at(every)
    return answers


def assert_same(ours: Generation, theirs: Generation) -> None:
    mine, other = told(ours), told(theirs)
    for name, value in mine.items():
        assert_close(value, other[name], name)


def assert_close(mine: Any, other: Any, name: str) -> None:
    if isinstance(mine, np.ndarray):
        # Crowding is kept in 16 bits: what is worked out again may be rounded the other way.
        assert other == pytest.approx(mine, abs=5e-4 if name == "hubness" else 1e-5), name
    elif isinstance(mine, tuple) and any(isinstance(part, np.ndarray) for part in mine):
        for one, two in zip(mine, other, strict=True):
            assert_close(one, two, name)
    else:
        assert mine == other, name


class Dying:
    """Lets a builder write so often, then dies at every further call."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
        self.calls = 0
        for name in WRITES:
            monkeypatch.setattr(Server, name, self._counted(getattr(Server, name), at))

    def _counted(self, plain: Any, at: int) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            self.calls += 1
            if self.calls > at:
                raise Killed
            return plain(*given, **named)

        return call


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 8))]
)
def test_any_history_answers_as_a_fresh_index(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    corpus = {f"p{number}": made(number, chance) for number in range(1, 9)}
    folder = tmp_path / "milvus"
    folder.mkdir()
    build(folder, shuffled(corpus, chance))
    for step in range(5):
        after = changed(corpus, chance)
        if chance.random() < 0.6:
            with monkeypatch.context() as dying:
                Dying(dying, chance.randint(0, 25))
                try:
                    build(folder, shuffled(changed(after, chance), chance))
                    killed = False
                except Killed:
                    killed = True
            if killed:
                with MilvusStore(config(folder)).open() as generation:
                    live = {policy.id: policy for policy in every_policy(generation)}
                    if live == corpus:
                        check(tmp_path / f"old{step}", corpus, generation)
        build(folder, shuffled(after, chance))
        corpus = after
        with MilvusStore(config(folder)).open() as generation:
            check(tmp_path / f"new{step}", corpus, generation)
        MilvusStore(config(folder)).verify()


def shuffled(corpus: dict[str, Policy], chance: random.Random) -> list[Policy]:
    return chance.sample(list(corpus.values()), len(corpus))


def every_policy(generation: Generation) -> list[Policy]:
    return generation.policies(range(generation.manifest.corpus.policies))


def check(folder: Path, corpus: dict[str, Policy], generation: Generation) -> None:
    build_in_files(folder, corpus.values())
    with open_generation(folder) as fresh:
        assert_same(fresh, generation)


@pytest.mark.parametrize("stride", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_a_kill_at_any_write_leaves_the_old_generation_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stride: int
) -> None:
    chance = random.Random(7)
    before = {f"p{number}": made(number, chance) for number in range(1, 6)}
    after = before | {"p2": made(2, chance), "p9": made(9, chance)}
    del after["p4"]
    folders = {}
    for name, corpus in (("before", before), ("after", after)):
        folders[name] = tmp_path / name
        build_in_files(folders[name], corpus.values())
    folder = tmp_path / "milvus"
    folder.mkdir()
    build(folder, before.values())
    seen = set()
    for at in range(0, 100, stride):
        with monkeypatch.context() as dying:
            counted = Dying(dying, at)
            with contextlib.suppress(Killed):
                build(folder, after.values())
        with MilvusStore(config(folder)).open() as generation:
            ids = {policy.id for policy in every_policy(generation)}
            state = "after" if "p9" in ids else "before"
            with open_generation(folders[state]) as fresh:
                assert_same(fresh, generation)
        seen.add(state)
        if counted.calls <= at:
            break
        if state == "after":
            build(folder, before.values())
    else:
        pytest.fail("a build makes more than a hundred calls")
    assert seen == {"before", "after"}


def test_one_policy_of_many_writes_its_own_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, int] = {}
    for name in ("insert", "upsert"):
        plain = getattr(Server, name)

        def count(self: Server, collection: str, rows: Sequence[Any], plain: Any = plain) -> None:
            part = collection.rpartition("_")[2]
            written[part] = written.get(part, 0) + len(rows)
            plain(self, collection, rows)

        monkeypatch.setattr(Server, name, count)
    chance = random.Random(3)
    corpus = {f"p{number}": made(number, chance) for number in range(1, 200)}
    build(tmp_path, corpus.values())
    whole = dict(written)
    written.clear()
    changed_one = dataclasses.replace(corpus["p7"], body=corpus["p7"].body + "\n\nA new buoy.")
    report = build(tmp_path, (corpus | {"p7": changed_one}).values())
    assert report.changed == ("p7",)
    rows = sum(count for part, count in written.items() if part != "about")
    assert rows <= 0.05 * sum(whole.values())
    after = corpus | {"p7": changed_one}
    with MilvusStore(config(tmp_path)).open() as generation:
        assert generation.vector_sets[0].hubness_at(np.arange(9)).all()
        check(tmp_path / "fresh", after, generation)
    # The rows of the one that was replaced are removed when nobody can read them any more.
    server = Server(str(tmp_path / "index.db"))
    build(tmp_path, corpus.values())
    store = MilvusStore(config(tmp_path))
    base = read_about(server, store.current() or "").extra.base
    there = {row["policy"] for row in server.rows(collection_of(base, "texts"), "", ("policy",))}
    kept = {
        number
        for name in store.kept()[-2:]
        for number in read_about(server, name).column("columns/policy_numbers.npy").tolist()
    }
    assert there == kept


def test_counts_are_those_of_the_generation_that_reads_them() -> None:
    row = "10:3 20:4 25:9 30:5"
    assert [count_in(row, {10, 20, 30} & set(range(at + 1))) for at in (5, 10, 20, 30)] == [
        0,
        3,
        4,
        5,
    ]


def keys_and_vectors(
    numbers: NDArray[np.int64],
) -> tuple[NDArray[np.bytes_], NDArray[np.float16]]:
    """Return a key and a vector for each number, always the same."""
    heads = [random.Random(int(number)).randbytes(15) + b"x" for number in numbers]
    vectors = np.array([[number % 97, number % 89] for number in numbers], dtype=np.float16)
    return np.array(heads, dtype="S16"), vectors.reshape(-1, 2)


def test_the_sample_of_sentences_follows_by_differences() -> None:
    chance = np.random.default_rng(5)
    corpus = chance.integers(0, 4000, 5000)  # many stand in several places
    sample = sample_of(*keys_and_vectors(corpus))
    assert not sample.whole
    for _ in range(12):
        gone = chance.choice(len(corpus), 60, replace=False)
        new = chance.integers(0, 5000, 40)
        removed = keys_and_vectors(corpus[gone])[0]
        sample = sampling.follow(sample, removed, *keys_and_vectors(new))
        corpus = np.concatenate([np.delete(corpus, gone), new])
        fresh = sample_of(*keys_and_vectors(corpus))
        assert not sample.exhausted
        assert sample.name == fresh.name
        assert sample.heads[:SAMPLE].tolist() == fresh.heads[:SAMPLE].tolist()
        assert (sample.chosen == fresh.chosen).all()


def test_a_sample_that_too_many_have_left_says_so() -> None:
    keys, vectors = keys_and_vectors(np.arange(3000))
    sample = sample_of(keys, vectors)
    order = np.argsort(heads_of(keys))
    none = keys_and_vectors(np.arange(0))
    assert not sampling.follow(sample, keys[order[:400]], *none).exhausted
    assert sampling.follow(sample, keys[order[:600]], *none).exhausted
    small = sample_of(*keys_and_vectors(np.arange(LEAST - 1)))
    assert isinstance(small, Sample)
    assert small.whole
    assert len(small.chosen) == 0
