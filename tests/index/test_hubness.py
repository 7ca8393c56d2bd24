"""How crowded it is around a passage: near to many sentences, or to few."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from policybot.index.build.embed import NO_KEY
from policybot.index.build.hubness import LEAST, NEIGHBOURS, SAMPLE, hubness
from policybot.index.serve.generation import KEY, open_generation
from policybot.model import Policy
from tests.fake_encoder import FakeEncoder
from tests.index.samples import INTERNET, build

DIMENSION = 16


def unit(*shape: int, seed: int = 0) -> NDArray[np.float16]:
    rows = np.random.default_rng(seed).standard_normal(shape)
    rows /= np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows.astype(np.float16)


def keys(count: int, prefix: str = "") -> NDArray[np.bytes_]:
    digests = [hashlib.sha256(f"{prefix}{n}".encode()).digest()[:16] for n in range(count)]
    return np.frombuffer(b"".join(digests), KEY)


def test_a_passage_in_the_midst_of_sentences_is_more_crowded_than_one_apart() -> None:
    centre, apart = unit(2, DIMENSION, seed=5)
    near = centre + 0.05 * unit(LEAST, DIMENSION)
    sentences = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float16)
    crowded, free = hubness(np.stack([centre, apart]), keys(2), sentences, keys(LEAST, "s"))
    assert crowded > 0.95
    assert free < 0.5


def test_crowding_is_the_mean_cosine_of_the_nearest_sentences() -> None:
    passages, sentences = unit(3, DIMENSION, seed=1), unit(LEAST, DIMENSION, seed=2)
    cosines = passages.astype(np.float64) @ sentences.astype(np.float64).T
    wanted = np.sort(cosines, axis=1)[:, -NEIGHBOURS:].mean(axis=1)
    found = hubness(passages, keys(3), sentences, keys(LEAST, "s"))
    assert found == pytest.approx(wanted, abs=1e-3)


def test_what_says_the_same_crowds_nothing() -> None:
    sentences = unit(LEAST, DIMENSION, seed=3)
    passages = sentences[:1]
    others = sentences[1:].astype(np.float64) @ sentences[0].astype(np.float64)
    found = hubness(passages, keys(1), sentences, keys(LEAST, "s"))
    assert found[0] == pytest.approx(np.sort(others)[-NEIGHBOURS:].mean(), abs=1e-3)


def test_the_order_of_the_sentences_does_not_matter_beyond_the_sample_either() -> None:
    passages, count = unit(5, DIMENSION, seed=1), 2 * SAMPLE
    sentences, names = unit(count, DIMENSION, seed=4), keys(count, "s")
    shuffled = np.random.default_rng(6).permutation(count)
    found = hubness(passages, keys(5), sentences, names)
    assert np.array_equal(found, hubness(passages, keys(5), sentences[shuffled], names[shuffled]))


def test_where_there_are_few_sentences_nothing_is_crowded() -> None:
    sentences = np.repeat(unit(1, DIMENSION), LEAST, axis=0)
    assert not hubness(sentences[:3], keys(3), sentences, keys(LEAST - 1, "s")).any()


def test_a_sentence_that_stands_often_is_one_and_an_unread_one_none() -> None:
    sentences = np.repeat(unit(1, DIMENSION), 2 * LEAST, axis=0)
    names = np.repeat(keys(LEAST - 1, "s"), 2)
    unread = np.full(2, NO_KEY, KEY)
    assert not hubness(sentences[:3], keys(3), sentences, np.concatenate([names, unread])).any()


def many(count: int, word: str = "bridge") -> list[Policy]:
    return [
        Policy(
            f"p{n}",
            f"Rules on roads {n}",
            f"Every {word} of road {n} is inspected. Inspector {n * 7} reports what was found.",
        )
        for n in range(count)
    ]


def test_an_index_that_follows_a_change_is_crowded_as_one_built_anew(tmp_path: Path) -> None:
    encoder, corpus = FakeEncoder(), many(LEAST)
    build(tmp_path / "old", corpus, encoder)
    corpus[3:5] = [*many(5, "tunnel")[3:], INTERNET]
    build(tmp_path / "old", corpus, encoder)
    build(tmp_path / "new", corpus, encoder)
    with open_generation(tmp_path / "old") as old, open_generation(tmp_path / "new") as new:
        assert new.first.passage_hubness[new.first.passage_embedded].all()
        assert not new.first.passage_hubness[~new.first.passage_embedded].any()
        assert old.first.passage_hubness == pytest.approx(new.first.passage_hubness, abs=1e-3)


def test_what_is_known_is_taken_from_the_previous_index_while_the_sample_stays(
    tmp_path: Path,
) -> None:
    build(tmp_path, many(LEAST))
    with open_generation(tmp_path) as generation:
        names, sentences = generation.first.passage_keys, generation.first.sentence_vectors
        nothing = np.zeros_like(generation.first.vectors.half)
        vector_set = generation.first
        found = hubness(nothing, names, sentences, vector_set.sentence_keys, vector_set)
        assert np.array_equal(found, vector_set.passage_hubness)
        others = keys(len(sentences), "another")
        assert not hubness(nothing, names, sentences, others, vector_set).any()
