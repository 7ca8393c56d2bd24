"""Topics of one word ("subsidies"): passages with the word match, its typed form first.

Stemming makes one term of a word's inflections, and sometimes of different words ("succession",
"success"). A question of one word is about that word: a passage matches if it has one of its
inflections, provided that any passage does.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.text.language import CJK
from policybot.index.analyse import normalise, words
from policybot.index.serve.interface import Generation
from policybot.query.query import Query
from policybot.retrieval.evidence import Evidence
from policybot.retrieval.rerank import reordered

_LOOKED_AT = {False: 60, True: 400}
"""Maximum numbers of top-ranked passages that are examined, for a find and for a list."""

_WORD = re.compile(r"[^\W\d_]+")
_ENDINGS = (("'s", ""), ("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST_ROOT = 3
_HAS_CHINESE = re.compile(f"[{CJK}]")
_LONGEST_CHINESE = 4


def is_single(text: str) -> bool:
    """Tell whether a text is one word, or several with hyphens, and no function word.

    Chinese has no spaces: a text longer than its longest common words counts as several.
    """
    if len(text.split()) != 1 or not words(text):
        return False
    return _HAS_CHINESE.search(text) is None or len(text) <= _LONGEST_CHINESE


def looked_up(reading: Query) -> Query:
    """Return a reading that searches for the question itself, if it is one word.

    Words like "measures" and "people" have no weight beside others; alone they are searched for,
    unlike greetings and words of asking.
    """
    word = reading.lone_word
    if reading.search_text or reading.conditions or reading.small_talk or not is_single(word):
        return reading
    return dataclasses.replace(reading, topic=word, search_text=word)


def about_the_word(
    generation: Generation, text: str, evidence: Evidence, *, whole: bool
) -> tuple[Evidence, NDArray[np.bool_]]:
    """Return ``evidence`` with the typed form of the word first, and a mask of matches.

    The mask has one bool a candidate; those with the term that were not examined count as matches.
    The order of a ``whole`` list is unchanged.
    """
    ranked, candidates = evidence.ranked, evidence.candidates
    having = evidence.covered >= 1.0
    rows = np.flatnonzero(having)
    rows = rows[np.lexsort((candidates.passages[rows], -ranked.row_scores[rows]))]
    rows = rows[: _LOOKED_AT[whole]]
    typed = normalise(text)
    edge = f"[^\\W_{CJK}]"
    form, root = re.compile(f"(?<!{edge}){re.escape(typed)}(?!{edge})"), _root(typed)
    exact, inflected = np.zeros(len(having), np.bool_), np.zeros(len(having), np.bool_)
    for row, held in zip(rows.tolist(), _texts(generation, evidence, rows), strict=True):
        exact[row] = form.search(held) is not None
        inflected[row] = exact[row] or root in set(map(_root, _WORD.findall(held)))
    if inflected.any():
        having[rows] = inflected[rows]
    if not whole and exact.any():
        values = ranked.row_scores + (1 + ranked.row_scores.max()) * exact
        ordered = reordered(ranked, values)
        sure = ordered.best(evidence.sure)
        evidence = dataclasses.replace(evidence, ranked=ordered, best_sure=sure)
    return evidence, having


def _texts(generation: Generation, evidence: Evidence, rows: NDArray[np.int64]) -> list[str]:
    """Return the texts of candidates with title and headings, in normalised form."""
    owners = evidence.candidates.policies[rows].tolist()
    each = sorted(set(owners))
    titles = dict(zip(each, generation.titles(each), strict=True))
    passages = generation.passages(evidence.candidates.passages[rows].tolist())
    return [
        normalise("\n".join((passage.text, *passage.headings, titles[owner])))
        for owner, passage in zip(owners, passages, strict=True)
    ]


def _root(word: str) -> str:
    """Return a word without its inflectional ending."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            word = word.removesuffix(ending) + instead
            break
    word = word.removesuffix("e")
    return word[:-1] if word[-2:-1] == word[-1:] else word
