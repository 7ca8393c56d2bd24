"""Training pairs: a question as the encoder reads it, an answering and another passage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from policybot.answering.engine import Engine
from policybot.encoder import Encoder, document_text
from policybot.evaluation.dataset import Opened
from policybot.evaluation.tune.material import Material
from policybot.index.analyse import analyse
from policybot.index.serve.interface import Generation
from policybot.progress import Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POSITIVES = 4
"""Maximum pairs per question, so that one asking for a list does not outweigh others."""

LOOKED_AT = 50
"""Passages ranked by BM25 among which the hard negative is chosen."""

TOO_NEAR = 0.95
"""A passage whose cosine exceeds this share of the right one's may be right too.

Moreira et al., "NV-Retriever: Improving text embedding models with effective hard-negative mining"
(2024) find this cut, relative to the positive, better than any absolute one.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Three texts as the encoder reads them; ``policy`` is the id of the answering policy."""

    question: str
    positive: str
    negative: str
    policy: str


def mine(material: Material, opened: Opened, progress: Progress) -> list[Pair]:
    """Return training pairs for every question that the encoder reads.

    The engine reads a question as if to answer it, so that the pair has what is left without dates,
    issuers and other conditions. Of an answering policy, the positive is the passage that matches
    the question best by vector and terms.
    """
    recorder = _Recorder(opened.encoder)
    engine = Engine(opened.engine.config, encoder=cast("Encoder", recorder))
    pairs: list[Pair] = []
    try:
        for done, (name, text) in enumerate(material.questions, start=1):
            recorder.last = None
            engine.rank(text, printed=material.printed)
            if recorder.last:
                pairs.extend(_pairs(engine.generation, *recorder.last, material.right(name)))
            progress("read", done, len(material.questions))
    finally:
        engine.close()
    return pairs


class _Recorder:
    """Wraps an encoder and stores the last question it read, with its vector."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.last: tuple[str, NDArray[np.float32]] | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the encoder has)
        return getattr(self._encoder, name)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._encoder.encode_queries(texts)
        self.last = texts[-1], vectors[-1]
        return vectors


def _pairs(
    generation: Generation, text: str, vector: NDArray[np.float32], right: Sequence[str]
) -> Iterator[Pair]:
    terms = analyse(text)
    ordinals = {
        ordinal: policy
        for policy in right
        if (ordinal := generation.policy_ordinal(policy)) is not None
    }
    candidates = generation.lexical(terms, LOOKED_AT)[0]
    candidates = candidates[generation.vector_sets[0].embedded_at(candidates)]
    candidates = candidates[~np.isin(generation.owners_of(candidates), list(ordinals))]
    near = generation.vector_sets[0].dense_at(vector, candidates)
    best = [p for o in ordinals if (p := _best_passage(generation, o, terms, vector))]
    for cosine, positive, ordinal in sorted(best, reverse=True)[:MOST_POSITIVES]:
        if not len(candidates):
            return
        # The best of BM25 that is not too near; if all are too near, the farthest is the safest.
        far = np.flatnonzero(near < TOO_NEAR * cosine)
        negative = int(candidates[far[0] if len(far) else near.argmin()])
        read = [_as_read(generation, passage) for passage in (positive, negative)]
        yield Pair(text, read[0], read[1], ordinals[ordinal])


def _best_passage(
    generation: Generation, ordinal: int, terms: Sequence[str], vector: NDArray[np.float32]
) -> tuple[float, int, int] | None:
    """Return the cosine and ordinal of a policy's best passage, and the policy's ordinal."""
    first, end = (int(at) for at in generation.policy_passages[ordinal : ordinal + 2])
    rows = np.arange(first, end)
    rows = rows[generation.vector_sets[0].embedded_at(rows)]
    if not len(rows):
        return None
    dense = generation.vector_sets[0].dense_at(vector, rows)
    lexical = generation.lexical_at(terms, rows)
    top = float(lexical.max())
    best = int((dense + (lexical / top if top else 0.0)).argmax())
    return float(dense[best]), int(rows[best]), ordinal


def _as_read(generation: Generation, place: int) -> str:
    passage = generation.passage(place)
    policy = generation.policy(int(generation.owners_of(np.array([place]))[0]))
    return document_text(policy.title, passage.headings, passage.text)
