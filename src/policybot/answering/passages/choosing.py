"""Which of the policies that were found answer: surely, as members of a list, or only nearly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.query.query import Query
from policybot.retrieval.confidence import CLOSEST, CLOSEST_ACROSS, CLOSEST_ALONE, THRESHOLD
from policybot.retrieval.evidence import Evidence
from policybot.retrieval.single_word import is_single

NEAR_MISSES = 3
"""Policies that are shown as the closest ones, at most."""

_LIST_COVERAGE = 0.8
_FIND_CLOSE = 0.6
_LIST_CLOSE = 0.68
_LIST_FULL = 0.65
"""Shares of the best score that answer a find, that belong to a list, and where all words are held
to a list."""

_LIST_WORDED = 0.6


def surely_relevant(evidence: Evidence) -> list[int]:
    """Return the places of the policies that surely answer a find, best first.

    A policy answers by itself, whatever else there is, so that no filter can empty an answer; but
    one far behind the best of the ranking does not answer in the place of what is ruled out.
    """
    relative = _relative(evidence)
    answers = (evidence.best_sure >= THRESHOLD) & (relative >= _FIND_CLOSE)
    places: list[int] = np.flatnonzero(answers).tolist()
    return places


def _relative(evidence: Evidence) -> NDArray[np.float64]:
    """Return each policy's score as a share of the best, ``(p,)``."""
    best = evidence.ranked.best(evidence.ranked.row_scores)
    share: NDArray[np.float64] = best / max(float(best.max(initial=0.0)), 1e-9)
    return share


def belonging_to_list(evidence: Evidence, having: NDArray[np.bool_] | None) -> list[int]:
    """Return the places of the policies that belong to a list on a topic, best first.

    Of a topic of one word, those that are ``having`` it do (None for more words). Of others, those
    that have all the words in one passage and are not far behind the best: words common everywhere
    ("national emergency") stand together by chance too. Those that have fewer must be sure by what
    they mean, and where some policy has most of the words, nearly as good as it.
    """
    best, ranked = evidence.best_sure, evidence.ranked
    covered = ranked.best(evidence.covered)
    relative = _relative(evidence)
    close = relative >= _LIST_CLOSE
    least = np.full(len(best), THRESHOLD)
    if best.max(initial=0.0) >= THRESHOLD:
        least = np.where(evidence.is_across, evidence.belonging_across, evidence.belonging)
    answers = (best >= least) & (close | (covered.max(initial=0.0) < _LIST_WORDED))
    answers |= (covered >= _LIST_COVERAGE) & (best >= least / 2) & close
    if having is None:
        answers |= (covered >= 1.0) & (relative >= _LIST_FULL)
    else:
        answers = np.where(covered >= 1.0, ranked.best(having.astype(np.float64)) > 0, answers)
    places: list[int] = np.flatnonzero(answers).tolist()
    return places


def nearest_places(reading: Query, evidence: Evidence, named: Sequence[int]) -> list[int]:
    """Return the places of the policies that may answer, best first, the ``named`` ones before.

    One that holds every word of the topic in a passage is as near as it can be said to be.
    """
    covered = evidence.ranked.best(evidence.covered)
    least = CLOSEST_ALONE if is_single(reading.search_text) else CLOSEST
    enough = np.where(evidence.is_across, CLOSEST_ACROSS, least)
    near = (evidence.best_sure >= enough) | (covered >= 1.0)
    places: list[int] = np.flatnonzero(near).tolist()
    places.sort(key=lambda place: int(evidence.ranked.policies[place]) not in named)
    return places[:NEAR_MISSES]
