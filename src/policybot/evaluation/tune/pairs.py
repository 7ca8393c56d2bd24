"""Training pairs: what the encoder reads of a question, with a passage that answers and one not."""

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
"""Pairs one question gives at most: one that asks for a list is not to outweigh the others."""

LOOKED_AT = 50
"""Passages that BM25 finds, among which the hard negative is looked for."""

TOO_NEAR = 0.95
"""A passage whose cosine is more than this much of the right one's may be right too.

Moreira et al., "NV-Retriever: Improving text embedding models with effective hard-negative mining"
(2024) find this cut, relative to the positive, better than any absolute one.
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Three texts as the encoder reads them; ``policy`` is the id of the policy that answers."""

    question: str
    positive: str
    negative: str
    policy: str


def mine(material: Material, opened: Opened, progress: Progress) -> list[Pair]:
    """Return training pairs for every question that the encoder is asked to read.

    A question is read by the engine as it would be to answer it, so that the pair holds what is
    left of it without dates, issuers and the like. Of a policy with several passages the positive
    is the one the question is nearest to, on both sides of retrieval.
    """
    listening = _Listening(opened.encoder)
    engine = Engine(opened.engine.config, encoder=cast("Encoder", listening))
    pairs: list[Pair] = []
    try:
        for done, (name, text) in enumerate(material.questions, start=1):
            listening.heard = None
            engine.rank(text, printed=material.printed)
            if listening.heard:
                pairs.extend(_pairs(engine.generation, *listening.heard, material.right(name)))
            progress("read", done, len(material.questions))
    finally:
        engine.close()
    return pairs


class _Listening:
    """An encoder that remembers the last question it read, and its vector."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.heard: tuple[str, NDArray[np.float32]] | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the encoder has)
        return getattr(self._encoder, name)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._encoder.encode_queries(texts)
        self.heard = texts[-1], vectors[-1]
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
    found = generation.lexical(terms, LOOKED_AT)[0]
    found = found[generation.vector_sets[0].embedded_at(found)]
    found = found[~np.isin(generation.owners_of(found), list(ordinals))]
    near = generation.vector_sets[0].dense_at(vector, found)
    best = [
        one for ordinal in ordinals if (one := _best_passage(generation, ordinal, terms, vector))
    ]
    for cosine, positive, ordinal in sorted(best, reverse=True)[:MOST_POSITIVES]:
        if not len(found):
            return
        # BM25's first that is not too near; where all are, the farthest is the least doubtful.
        far = np.flatnonzero(near < TOO_NEAR * cosine)
        negative = int(found[far[0] if len(far) else near.argmin()])
        read = [_as_read(generation, passage) for passage in (positive, negative)]
        yield Pair(text, read[0], read[1], ordinals[ordinal])


def _best_passage(
    generation: Generation, ordinal: int, terms: Sequence[str], vector: NDArray[np.float32]
) -> tuple[float, int, int] | None:
    """Return the cosine and place of a policy's best passage, and the policy's place."""
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
