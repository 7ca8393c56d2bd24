"""One scale for every encoder: what gathers all vectors is taken off, and cosines are compared.

The cosines of one model lie between 0 and 0.6, those of another between 0.7 and 0.9, and one that
reads many languages keeps those of each together. Ranking and confidence assume none of it: each
encoder is measured when it is exported, on sentences that ship with policybot (``neutral.toml``),
and what was measured is kept with it.

- Where vectors of unrelated sentences are far from perpendicular, their mean is taken off (Mu and
  Viswanath, "All-but-the-top", ICLR 2018), and so are the directions in which a language or a
  prompt pulls (Libovický, Rosa and Fraser, EMNLP Findings 2020); the rest is whitened a little (Su
  et al., "Whitening sentence representations", 2021). It is one linear module behind the pooling.
- Two landmarks, how near the nearest unrelated sentence is and how near one that says the same, are
  put where all-MiniLM-L6-v2 has them. ``docs/retrieval.md`` has the figures.
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
"""Vectors whose unrelated sentences have a higher cosine than this on average are levelled."""

NEAREST = 0.286
SAME = 0.574
"""The landmarks of all-MiniLM-L6-v2, on which weights and thresholds were set."""

_WHITENED = 0.25
"""How far variances are made equal: 0 not at all, 1 wholly."""

_SHRUNK = 0.3
"""The share of the mean variance in each: few sentences tell little of the least ones."""

_MOST_DIRECTIONS = 0.05
"""The share of a vector's dimensions that are taken off as directions of languages, at most."""

_SLIGHT = (0.03, 0.015)
"""A slope and an offset that differ less than this from 1 and 0 are those of the landmarks."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Gives rows of length 1, one a text."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Makes of an encoder's cosine one on the common scale: ``slope`` · cosine + ``offset``."""

    slope: float = 1.0
    offset: float = 0.0

    def of(self, cosines: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return cosines on the common scale; 0, which says that there is no vector, stays."""
        if self == AS_IT_IS:
            return cosines
        moved = np.float32(self.slope) * cosines + np.float32(self.offset)
        return np.where(cosines == 0, np.float32(0), moved)


AS_IT_IS = Scale()
"""That of the landmarks themselves."""


@dataclass(frozen=True, slots=True)
class Levelling:
    """A linear module: a vector of length 1 less ``mean`` ``(d,)``, times ``matrix`` ``(d, d)``."""

    mean: NDArray[np.float32]
    matrix: NDArray[np.float32]


@functools.cache
def neutral_sentences() -> Mapping[str, tuple[str, ...]]:
    """Return the sentences by language; those of one line say the same in all of them."""
    file = importlib.resources.files("policybot.encoder") / "neutral.toml"
    return {name: tuple(lines) for name, lines in tomllib.loads(file.read_text("utf-8")).items()}


def is_gathered(encode: Encode) -> bool:
    """Tell whether an encoder puts unrelated sentences near to each other."""
    vectors = encode(neutral_sentences()["en"])
    cosines = vectors @ vectors.T
    return float(cosines[~np.eye(len(cosines), dtype=np.bool_)].mean()) > GATHERED


def measure_levelling(queries: Encode, documents: Encode) -> Levelling:
    """Return what levels an encoder, measured on its vectors of questions and of passages."""
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
    other = (rows + len(pairs)) % len(texts)
    same = float(cosines[rows, other].mean())
    cosines[rows, rows] = cosines[rows, other] = -1.0
    nearest = float(cosines.max(axis=1).mean())
    if same - nearest < 0.05:
        return AS_IT_IS  # it tells nothing apart
    slope = (SAME - NEAREST) / (same - nearest)
    offset = NEAREST - slope * nearest
    if abs(slope - 1) < _SLIGHT[0] and abs(offset) < _SLIGHT[1]:
        return AS_IT_IS
    return Scale(round(slope, 3), round(offset, 3))
