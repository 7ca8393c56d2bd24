"""What the words of a question that a policy lacks are about: this policy, or something else.

"Paid sick leave for teachers in California" is near to an order on paid sick leave for contractors.
Without "teachers" and "California" it would be nearer still: those words lead away, and the order
is about something else. "More opportunities for hunters on public land" without "hunters" would be
less near to an order on hunting: the word is meant, if not held. So what a policy lacks is left out
of the question, which is encoded once more, and what that gains in cosine speaks against an answer.
It takes an encoding, so it is asked only where it can decide.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from policybot.index.interface import Generation
from policybot.search.confidence import (
    ASTRAY,
    MOST_ASTRAY,
    THRESHOLD,
    content_words,
    less_astray,
    log_odds,
    without,
)
from policybot.search.decisive import asks_plainly
from policybot.search.evidence import Encode, Evidence
from policybot.search.retrieve import nearness


def judged(generation: Generation, question: str, evidence: Evidence, encode: Encode) -> Evidence:
    """Return ``evidence`` with less confidence where a question comes nearer with less of it.

    ``question`` is as it was typed. A question of several sentences, or a person's story, has too
    many words that are circumstances; nothing changes for it, nor where no policy would answer, or
    all that do are too sure to lose it.
    """
    ranked, candidates = evidence.ranked, evidence.candidates
    sure = evidence.best_sure
    undecided = (sure >= THRESHOLD) & (log_odds(sure) < ASTRAY * MOST_ASTRAY)
    if evidence.vector is None or not undecided.any() or not asks_plainly(question):
        return evidence
    lacked = _lacked(generation, evidence, int(np.argmax(sure)))
    rest = without(evidence.text, lacked)
    if rest == evidence.text or not content_words(generation, rest):
        return evidence
    vector = encode(rest)
    if vector is None or vector.shape != evidence.vector.shape:
        return evidence
    rows = np.flatnonzero(ranked.spread(sure) >= THRESHOLD)
    now = np.zeros(len(candidates))
    now[rows] = nearness(generation, vector, candidates.passages[rows])
    nearer = ranked.spread(ranked.best(now)) - evidence.similarity
    lowered = evidence.sure.copy()
    lowered[rows] = less_astray(evidence.sure[rows], nearer[rows])
    nearer[np.setdiff1d(np.arange(len(nearer)), rows)] = 0.0
    return dataclasses.replace(
        evidence, sure=lowered, best_sure=ranked.best(lowered), nearer=nearer
    )


def _lacked(generation: Generation, evidence: Evidence, place: int) -> frozenset[str]:
    """Return the terms of the question that no candidate of a policy holds."""
    rows = evidence.ranked.rows(place)
    passages = evidence.candidates.passages[rows]
    policy = evidence.ranked.policies[place]
    hinted = {term for hint in evidence.hints if hint.policies[policy] for term in hint.terms}
    return frozenset(
        word.term
        for word in evidence.words
        if word.term not in hinted
        and not (word.known and generation.holds(word.term, passages).any())
    )
