"""Highlights: the sentence of a passage closest to the question, in meaning and in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.index.analyse import words
from policybot.model import Passage, Span
from policybot.retrieval.confidence import Word
from policybot.simplified import simplified

_WORDS_SHARE = 0.5
_ROUNDING = 1e-9


def best_sentence(
    passage: Passage,
    question: Sequence[Word],
    cosines: NDArray[np.float32] | None,
    covered: float = 1.0,
) -> tuple[Span, ...]:
    """Return the span of the best sentence; empty for a passage without sentences.

    ``cosines`` holds one similarity a sentence, or None without a vector. ``covered`` is the
    weighted share of the question's words in the passage, an upper bound for its sentences.
    Ties go to the earlier sentence.
    """
    spans = passage.sentences
    if len(spans) < 2:
        return spans
    whole = sum(word.weight for word in question) or 1.0
    close = np.zeros(len(spans))
    if cosines is not None and len(cosines) == len(spans):
        close += cosines
    best, chosen = -np.inf, 0
    for i in np.argsort(-close, kind="stable").tolist():
        if close[i] + _WORDS_SHARE * covered + _ROUNDING < best:
            break  # not even with all those words would it be the best, or any that follow
        held = set(words(passage.text[slice(*spans[i])]))
        score = close[i] + _WORDS_SHARE * sum(w.weight for w in question if w.term in held) / whole
        if score > best or (score == best and i < chosen):
            best, chosen = score, i
    return (spans[chosen],)


def phrase_spans(text: str, phrases: Sequence[str]) -> tuple[Span, ...]:
    """Return the spans of ``phrases`` in ``text``.

    Case, character width, spacing, and traditional or simplified characters do not matter.
    """
    spans: set[Span] = set()
    for phrase in phrases:
        typed = simplified(unicodedata.normalize("NFKC", phrase))
        pattern = r"\s+".join(map(re.escape, typed.split()))
        spans.update(m.span() for m in re.finditer(pattern, simplified(text), re.IGNORECASE))
    return tuple(sorted(spans))
