"""Passages that have a topic's words only in the names of other documents that they cite.

"Executive Order 14193 of February 1, 2025 (Imposing Duties …)" in a list of what is revoked does
not make a policy one on duties.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.index.analyse import normalise, words
from policybot.index.serve.interface import Generation
from policybot.retrieval.evidence import Evidence
from policybot.retrieval.rerank import reordered

_LOOKED_AT = 400
"""Maximum number of top-ranked passages that are examined."""

_SHORTEST_TITLE = 12
"""Characters; a shorter title occurs in a text by chance."""

_AFTER_NUMBER = re.compile(r"(?<=\d)[号號]? ?[(（](?P<name>[^\W\d_a-z][^()（）]{14,300})[)）]")
"""The name of a document in brackets after its number or date."""


def in_own_words(generation: Generation, evidence: Evidence, least: float) -> Evidence:
    """Return ``evidence`` in which words in the names of cited documents do not count.

    Only candidates with at least the share ``least`` of the topic's words are examined.
    """
    rows = np.flatnonzero(evidence.covered >= least)
    if not len(rows) or not evidence.words:
        return evidence
    rows = rows[np.argsort(-evidence.ranked.row_scores[rows], kind="stable")[:_LOOKED_AT]]
    covered, sure = evidence.covered.copy(), evidence.sure.copy()
    shares = _own_shares(generation, evidence, rows)
    lower = shares < covered[rows]
    lowered = rows[lower]
    if not len(lowered):
        return evidence
    part = shares[lower] / covered[lowered]
    values = evidence.ranked.row_scores.copy()
    values[lowered] *= part
    sure[lowered] *= part
    covered[lowered] = shares[lower]
    ranked = dataclasses.replace(reordered(evidence.ranked, values), row_scores=values)
    best = ranked.best(sure)
    return dataclasses.replace(evidence, ranked=ranked, covered=covered, sure=sure, best_sure=best)


def without_names(text: str, titles: Sequence[str]) -> str:
    """Return a text without names of documents in brackets after a number, and without titles.

    ``titles`` are normalised by :func:`policybot.index.analyse.normalise`; if one of them is in the
    text, the result is normalised too.
    """
    own = _AFTER_NUMBER.sub(" ", text) if "(" in text or "（" in text else text
    plain = normalise(own)
    cited = [title for title in titles if title in plain]
    for title in cited:
        plain = plain.replace(title, " ")
    return plain if cited else own


def _own_shares(
    generation: Generation, evidence: Evidence, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the share of the topic's words that each passage has outside citations.

    1 for a passage that cites nothing.
    """
    terms = {word.term: word.weight for word in evidence.words}
    owners = evidence.candidates.policies[rows].tolist()
    each = sorted(set(owners))
    titles = dict(zip(each, generation.titles(each), strict=True))
    names = {owner: normalise(title) for owner, title in titles.items()}
    telling = sorted(
        {
            names[owner]
            for owner, title in titles.items()
            if len(title) >= _SHORTEST_TITLE and not terms.keys().isdisjoint(words(title))
        },
        key=lambda name: (-len(name), name),
    )
    others = {own: [name for name in telling if name not in own] for own in names.values()}
    shares = np.ones(len(rows))
    passages = generation.passages(evidence.candidates.passages[rows].tolist())
    for at, (owner, passage) in enumerate(zip(owners, passages, strict=True)):
        own = without_names(passage.text, others[names[owner]])
        if own == passage.text:
            continue
        held = set(words("\n".join((own, *passage.headings, titles[owner]))))
        gone = terms.keys() - held
        gone &= {*words(passage.text)} if gone else set()
        shares[at] -= sum(terms[term] for term in gone) / sum(terms.values())
    return shares
