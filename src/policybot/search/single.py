"""A question of one word ("subsidies"): what has the word answers, as it was typed first.

Stemming makes one term of a word's forms, and sometimes of different words ("general",
"generation"). Whoever types a word alone is after that word, so passages with the very form come
first.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from policybot.index.analyse import normalise, words
from policybot.index.interface import Generation
from policybot.model import Reading
from policybot.search.evidence import Evidence
from policybot.search.rerank import reordered

_LOOKED_AT = 60
"""Passages that are looked at for the very form, the best of the ranking."""


def is_single(text: str) -> bool:
    """Tell whether a text is one word, or several with hyphens, and no function word."""
    return len(text.split()) == 1 and bool(words(text))


def looked_up(reading: Reading) -> Reading:
    """Return a reading that searches for the question itself, where it is one word.

    Words like "measures" ask for nothing beside others; alone they are looked up.
    """
    word = reading.question.strip(" .?!,;:。？！，；：")
    if reading.search_text or reading.filters or not is_single(word):
        return reading
    return dataclasses.replace(reading, topic=word, search_text=word)


def as_typed_first(generation: Generation, text: str, evidence: Evidence) -> Evidence:
    """Return ``evidence`` with the passages first that have a word in the form it is typed in."""
    ranked, candidates = evidence.ranked, evidence.candidates
    holding = np.flatnonzero(evidence.covered >= 1.0)
    rows = holding[np.lexsort((candidates.passages[holding], -ranked.row_scores[holding]))]
    rows = rows[:_LOOKED_AT]
    if len(rows) < 2:
        return evidence
    form = re.compile(rf"(?<![^\W_]){re.escape(normalise(text))}(?![^\W_])")
    values = ranked.row_scores.copy()
    passages = generation.passages(candidates.passages[rows].tolist())
    for row, passage in zip(rows.tolist(), passages, strict=True):
        if form.search(normalise(passage.text)):
            values[row] += 1 + values.max()
    ordered = reordered(ranked, values)
    return dataclasses.replace(evidence, ranked=ordered, best_sure=ordered.best(evidence.sure))
