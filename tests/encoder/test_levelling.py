"""Encoders whose cosines lie elsewhere are brought to one scale, and then answer alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.corpus.files.read import read_policies
from policybot.corpus.issuers.table import read_issuers
from policybot.encoder.languages import PAIRS
from policybot.encoder.levelling import (
    NEAREST,
    SAME,
    Levelling,
    Scale,
    is_gathered,
    measure_levelling,
    measure_scale,
)
from policybot.encoder.onnx import OnnxEncoder
from policybot.evaluation.evaluate import evaluate, read_questions
from policybot.index.build.build import build_index
from tests.project import ROOT

Rows = NDArray[np.float32]
DATA = ROOT / "tests" / "data"


def unit(rows: NDArray[np.floating[Any]]) -> Rows:
    scaled: Rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def gathered(rows: Rows) -> Rows:
    """Vectors that all lean the same way: cosines between 0.7 and 0.9."""
    lean = np.sin(np.arange(rows.shape[1], dtype=np.float32))
    return unit(rows + 1.8 * lean / np.linalg.norm(lean))


def spread(rows: Rows) -> Rows:
    """Vectors whose differences are larger: those of fewer dimensions."""
    turn = np.random.default_rng(7).normal(size=(rows.shape[1], 96)).astype(np.float32)
    return unit(rows @ turn)


class Remembered:
    """The bundled encoder, which encodes a text once however many models are made of it."""

    def __init__(self, real: OnnxEncoder) -> None:
        self._real = real
        self._rows: dict[str, Rows] = {}
        self.languages, self.max_tokens = real.languages, real.max_tokens
        self.count_tokens = real.count_tokens

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        new = [text for text in dict.fromkeys(texts) if text not in self._rows]
        if new:
            self._rows |= dict(zip(new, self._real.encode_documents(new), strict=True))
        return np.stack([self._rows[text] for text in texts])


class Changed:
    """The bundled encoder with its vectors changed, levelled as any model is when it is opened."""

    def __init__(self, real: Remembered, change: Callable[[Rows], Rows], fingerprint: str) -> None:
        self._real, self._change = real, change
        self._levelling: Levelling | None = None
        self.name, self.fingerprint = "changed", fingerprint
        self.languages, self.max_tokens = real.languages, real.max_tokens
        if is_gathered(self.encode_documents):
            self._levelling = measure_levelling(self.encode_queries, self.encode_documents)
        self.scale = measure_scale(self.encode_queries, self.encode_documents, "en")

    @property
    def dimension(self) -> int:
        return len(self.encode_documents(["one"])[0])

    @property
    def levelled(self) -> bool:
        return self._levelling is not None

    def encode_documents(self, texts: Sequence[str]) -> Rows:
        rows = self._change(self._real.encode_documents(texts))
        if self._levelling is None:
            return rows
        return unit((rows - self._levelling.mean) @ self._levelling.matrix)

    encode_queries = encode_documents

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._real.count_tokens(texts)


@pytest.fixture(scope="module")
def remembered(exported: OnnxEncoder) -> Remembered:
    return Remembered(exported)


@pytest.fixture(
    scope="module",
    params=[(lambda rows: rows, "a"), (gathered, "b"), (spread, "c")],
    ids=["as it is", "gathered", "spread"],
)
def changed(request: pytest.FixtureRequest, remembered: Remembered) -> Changed:
    change, name = request.param
    return Changed(remembered, change, f"fa4e00000000000{name}")


def test_only_vectors_that_gather_are_levelled(changed: Changed) -> None:
    assert changed.levelled == (changed.fingerprint[-1] == "b")


def test_the_bundled_encoder_is_the_scale(exported: OnnxEncoder) -> None:
    assert exported.scale == Scale(1.0, 0.0)


def test_the_landmarks_come_to_lie_in_one_place(changed: Changed) -> None:
    texts = [text for place in (0, 1) for text in (pair[place] for pair in PAIRS["en"])]
    vectors = changed.encode_documents(texts)
    cosines = changed.scale.of(vectors @ vectors.T)
    rows = np.arange(len(texts))
    other = (rows + len(texts) // 2) % len(texts)
    assert float(cosines[rows, other].mean()) == pytest.approx(SAME, abs=0.02)
    cosines[rows, rows] = cosines[rows, other] = -1
    assert float(cosines.max(axis=1).mean()) == pytest.approx(NEAREST, abs=0.02)


def test_a_model_of_any_scale_answers_and_declines_the_same_questions(
    changed: Changed, tmp_path: Path
) -> None:
    corpus = ROOT / "corpus"
    build_index(
        read_policies(corpus),
        index_path=tmp_path,
        encoder=changed,
        issuers=read_issuers(corpus / "issuers.toml"),
    )
    engine = Engine(Config(index=IndexConfig(path=tmp_path)), encoder=changed)
    try:
        outcome = evaluate(engine, read_questions(DATA / "questions.jsonl")).to_dict()
    finally:
        engine.close()
    right = sum(part["right"] for part in outcome["accuracy"].values())
    assert right >= outcome["questions"] - 2, outcome["failures"]
    assert outcome["declined_rightly"] >= 0.9


def test_a_vector_that_is_not_there_stays_at_nothing() -> None:
    moved = Scale(1.2, 0.1).of(np.array([0.0, 0.5], np.float32))
    assert moved.tolist() == pytest.approx([0.0, 0.7])


def test_an_encoder_that_tells_nothing_apart_is_left_as_it_is() -> None:
    def blind(texts: Sequence[str]) -> Rows:
        return np.full((len(texts), 4), 0.5, np.float32)

    assert measure_scale(blind, blind, "en") == Scale()


def test_taking_off_a_language_brings_translations_together(remembered: Remembered) -> None:
    def pulled(texts: Sequence[str]) -> Rows:
        rows = remembered.encode_documents(texts)
        pull = np.zeros_like(rows)
        pull[:, 0] = [3.0 if text.isascii() else -3.0 for text in texts]
        return unit(gathered(rows) + pull)

    levelling = measure_levelling(pulled, pulled)
    texts = ["Rivers are protected.", "Rivers are protected…"]
    raw = pulled(texts)
    level = unit((raw - levelling.mean) @ levelling.matrix)
    assert float(raw[0] @ raw[1]) < 0
    assert float(level[0] @ level[1]) > 0.5


def test_a_scale_is_data() -> None:
    assert dataclasses.asdict(Scale()) == {"slope": 1.0, "offset": 0.0}
