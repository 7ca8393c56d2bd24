"""A common scale for all encoders: vectors are centred, and cosines mapped to one scale.

The cosines of one model lie between 0 and 0.6, those of another between 0.7 and 0.9, and a
multilingual one may cluster its vectors by language. Ranking and confidence assume none of it: each
encoder is measured when it is exported, on sentences that ship with policybot (``neutral.toml``),
and the result is stored with it.

- Where vectors of unrelated sentences are far from perpendicular, their mean is subtracted (Mu and
  Viswanath, "All-but-the-top", ICLR 2018), and so are the directions of languages and prompts
  (Libovický, Rosa and Fraser, EMNLP Findings 2020); the rest is partly whitened (Su et al.,
  "Whitening sentence representations", 2021). It is one linear module after the pooling.
- Two landmarks, the cosines of the nearest unrelated sentence and of a paraphrase, are mapped to
  those of all-MiniLM-L6-v2. ``docs/retrieval.md`` has the figures.
"""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.encoder.languages import PAIRS

LEVELLED = "neutral-1"
"""The version of :func:`measure_levelling` and its sentences; part of a levelled fingerprint."""

GATHERED = 0.3
"""Encoders whose unrelated sentences have a higher mean cosine than this are levelled."""

NEAREST = 0.286
SAME = 0.574
"""The landmarks of all-MiniLM-L6-v2, for which weights and thresholds were set."""

_WHITENED = 0.25
"""Degree of whitening: 0 none, 1 full."""

_SHRUNK = 0.3
"""Share of the mean variance added to each, as few sentences say little about the smallest."""

_MOST_DIRECTIONS = 0.05
"""Maximum share of the dimensions removed as directions of languages."""

_SLIGHT = (0.03, 0.015)
"""A slope and offset closer than this to 1 and 0 are taken as those."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Returns rows of length 1, one per text."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps an encoder's cosine to the common scale: ``slope`` · cosine + ``offset``."""

    slope: float = 1.0
    offset: float = 0.0

    def of(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosines on the common scale; 0, which means that there is no vector, stays 0."""
        if self == AS_IT_IS:
            return cosines
        moved = np.float32(self.slope) * cosines + np.float32(self.offset)
        return np.where(cosines == 0, np.float32(0), moved)


AS_IT_IS = Scale()
"""The identity."""


@dataclass(frozen=True, slots=True)
class Levelling:
    """A linear module: a unit vector minus ``mean`` ``(d,)``, times ``matrix`` ``(d, d)``."""

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]


@functools.cache
def neutral_sentences() -> Mapping[str, tuple[str, ...]]:
    """Return the sentences by language; those at one position are translations of each other."""
    file = importlib.resources.files("policybot.encoder") / "neutral.toml"
    return {name: tuple(lines) for name, lines in tomllib.loads(file.read_text("utf-8")).items()}


def is_gathered(encode: Encode) -> bool:
    """Return whether an encoder gives unrelated sentences a high cosine."""
    vectors = encode(neutral_sentences()["en"])
    cosines = vectors @ vectors.T
    return float(cosines[~np.eye(len(cosines), dtype=np.bool_)].mean()) > GATHERED


def measure_levelling(queries: Encode, documents: Encode) -> Levelling:
    """Return the levelling of an encoder, measured on its vectors of questions and passages."""
    groups = [
        [encode(sentences).astype(np.float64) for sentences in neutral_sentences().values()]
        for encode in (queries, documents)
    ]
    means = np.array([[vectors.mean(axis=0) for vectors in kind] for kind in groups])
    mean = means.mean(axis=(0, 1))
    pulls = np.concatenate([means.mean(axis=0) - mean, means.mean(axis=1)[:1] - mean])
    directions, strengths, _ = np.linalg.svd(pulls.T, full_matrices=False)
    most = int(len(mean) * _MOST_DIRECTIONS)
    directions = directions[:, :most][:, strengths[:most] > 1e-3 * max(strengths[0], 1e-6)]
    free = np.eye(len(mean)) - directions @ directions.T
    centred = [vectors - vectors.mean(axis=0) for kind in groups for vectors in kind]
    rows = np.concatenate(centred) @ free
    variances, axes = np.linalg.eigh(rows.T @ rows / len(rows))
    variances = (1 - _SHRUNK) * np.maximum(variances, 0) + _SHRUNK * variances.mean()
    whitening = (axes * (variances / variances.mean()) ** (-_WHITENED / 2)) @ axes.T
    return Levelling(mean.astype(np.float32), (free @ whitening).astype(np.float32))


def measure_scale(queries: Encode, documents: Encode, language: str) -> Scale:
    """Return the scale of an encoder that reads ``language``, one of ``languages.PAIRS``."""
    pairs = PAIRS[language]
    texts = [text for place in (0, 1) for text in (pair[place] for pair in pairs)]
    cosines = queries(texts) @ documents(texts).T
    rows = np.arange(len(texts))
    unrelated = (rows + len(pairs)) % len(texts)
    same = float(cosines[rows, unrelated].mean())
    cosines[rows, rows] = cosines[rows, unrelated] = -1.0
    nearest = float(cosines.max(axis=1).mean())
    if same - nearest < 0.05:
        return AS_IT_IS  # it does not tell paraphrases from unrelated sentences
    slope = (SAME - NEAREST) / (same - nearest)
    offset = NEAREST - slope * nearest
    if abs(slope - 1) < _SLIGHT[0] and abs(offset) < _SLIGHT[1]:
        return AS_IT_IS
    return Scale(round(slope, 3), round(offset, 3))
