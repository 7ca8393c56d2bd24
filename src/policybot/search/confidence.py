"""How sure an answer is: whether the corpus speaks of what was asked, or only of something near.

Two kinds of evidence: how close the best policy is (the mean of its passage, title and
best-sentence similarity), and how many of the question's own words it holds, rare words counting
more. A word the whole corpus has never seen ("blockchain") speaks against an answer even where
everything around it is similar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.analyse import words
from policybot.index.generation import Generation
from policybot.search import cues
from policybot.search.retrieve import Candidates

THRESHOLD = 0.5
"""An answer needs at least this confidence; ``docs/retrieval.md`` shows the curve."""

# Logistic weights of similarity and coverage; see docs/retrieval.md for what they were fitted on.
_WITH_VECTOR = (14.0, 3.5, -6.2)
_WITHOUT_VECTOR = (0.0, 10.0, -5.5)
_FAMILIAR = 0.35


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question: its term, and its weight (inverse document frequency)."""

    term: str
    weight: float
    known: bool


def content_words(generation: Generation, text: str) -> list[Word]:
    """Return the distinct content words of a question with their weights.

    The weight is Robertson and Spärck Jones's idf as Lucene smooths it, never less than
    ``_FAMILIAR`` so that a word every policy holds still counts for something.
    """
    total = generation.info.passages
    found: list[Word] = []
    for term in dict.fromkeys(words(text)):
        if term in cues.STOPWORDS or cues.CHINESE_STOP.fullmatch(term):
            continue
        frequency = generation.document_frequency(term)
        idf = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        found.append(Word(term, max(idf, _FAMILIAR), frequency > 0))
    return found


def coverage(
    generation: Generation, question: Sequence[Word], passages: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the weighted share of the question's words that each passage holds, in [0, 1].

    A passage's title and headings count as its own words.
    """
    held = np.zeros(len(passages))
    whole = sum(word.weight for word in question)
    if not whole:
        return held
    for word in question:
        if word.known:
            held += word.weight * _holds(generation, word.term, passages)
    return held / whole


def _holds(generation: Generation, term: str, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
    holders = generation.terms.passages_with(term)
    places = np.minimum(np.searchsorted(holders, passages), max(len(holders) - 1, 0))
    result: NDArray[np.bool_] = holders[places] == passages
    return result


def confidence(
    candidates: Candidates, covered: NDArray[np.float64], *, dense: bool
) -> NDArray[np.float64]:
    """Return each candidate's confidence in [0, 1].

    ``covered`` is the candidates' :func:`coverage`; ``dense`` says whether the encoder reads the
    question, without which the words alone must decide.
    """
    similarity = (candidates.dense.astype(np.float64) + candidates.sentence + candidates.title) / 3
    weight, share, bias = _WITH_VECTOR if dense else _WITHOUT_VECTOR
    result: NDArray[np.float64] = 1 / (1 + np.exp(-(weight * similarity + share * covered + bias)))
    return result
