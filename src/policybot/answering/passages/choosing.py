"""Which of the retrieved policies answer: as sure hits, as members of a list, or as near misses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.query.conditions import OfPolicy
from policybot.query.query import Query
from policybot.retrieval.confidence import CLOSEST, CLOSEST_ACROSS, CLOSEST_ALONE, THRESHOLD
from policybot.retrieval.evidence import Evidence
from policybot.retrieval.words.single_word import is_single

NEAR_MISSES = 3
"""Maximum number of closest policies that are shown."""

_LIST_COVERAGE = 0.8
_FIND_CLOSE = 0.6
_LIST_CLOSE = 0.68
_LIST_FULL = 0.65
"""Least shares of the best score for a hit of a find, for a member of a list, and for a member of a
list that has all the words."""

_DEVOTED = 3
_LIST_TOP = 0.85
_LIST_DEVOTED = 0.72
"""Where ``_DEVOTED`` policies or more have shares of ``_LIST_TOP``, these are devoted to the topic;
one that only mentions it needs ``_LIST_DEVOTED`` then, unless most have all the words."""

_LIST_WORDED = 0.6
_LIST_ALONE = 0.6
"""Where no policy has ``_LIST_WORDED`` of the words, the least confidence without a near score."""

_SURE_ACROSS = 0.55
"""Least confidence of an answer in another language than the question, where policies in its own
language were ranked too and none of them answers."""


def surely_relevant(evidence: Evidence) -> list[int]:
    """Return the ranks of the policies that surely answer a find, best first.

    Each policy is judged by its own confidence, so that a filter never empties an answer; but one
    far below the best score of the ranking does not replace policies that are ruled out.
    """
    relative = _relative(evidence)
    least = np.where(_only_across(evidence), _SURE_ACROSS, THRESHOLD)
    answers = (evidence.best_sure >= least) & (relative >= _FIND_CLOSE) & ~_less_alike(evidence)
    places: list[int] = np.flatnonzero(answers).tolist()
    return places


def _less_alike(evidence: Evidence) -> NDArray[np.bool_]:
    """Tell which policies in another language are less near than one in the question's, ``(p,)``.

    That one may not answer surely, for want of words; but then neither does what is further away.
    """
    across = evidence.is_across
    if evidence.alike is None or across.all():
        return np.zeros(len(across), np.bool_)
    alike = evidence.ranked.best(evidence.alike)
    less: NDArray[np.bool_] = across & (alike < alike[~across].max(initial=0.0))
    return less


def _relative(evidence: Evidence) -> NDArray[np.float64]:
    """Return each policy's score as a share of the best, ``(p,)``.

    Where nothing in the question's language surely answers, a policy in another is compared with
    such policies only: the scores of the others have words in common with the question.
    """
    best, alone = evidence.ranked.best(evidence.ranked.row_scores), _only_across(evidence)
    top = np.full(len(best), best.max(initial=0.0))
    top[alone] = best[alone].max(initial=0.0)
    share: NDArray[np.float64] = best / np.maximum(top, 1e-9)
    return share


def _only_across(evidence: Evidence) -> NDArray[np.bool_]:
    """Tell which policies are in another language than the question, ``(p,)``.

    None where all are, or where one in the question's language surely answers.
    """
    across = evidence.is_across
    answers = bool((evidence.best_sure[~across] >= THRESHOLD).any())
    return across if not across.all() and not answers else np.zeros(len(across), np.bool_)


def belonging_to_list(evidence: Evidence, having: NDArray[np.bool_] | None) -> list[int]:
    """Return the ranks of the policies that belong to a list on a topic, best first.

    For a topic of one word, these are the policies with it: ``having`` (bool, one a candidate; None
    for more words). Otherwise they have all the words in one passage and a score not far below the
    best, because common words ("national emergency") also occur together by chance. Policies with
    fewer words need a high confidence and, if some policy has most of the words, a score near its.
    """
    best, ranked = evidence.best_sure, evidence.ranked
    covered = ranked.best(evidence.covered)
    relative = _relative(evidence)
    common = 2 * np.count_nonzero(covered >= 1.0) > len(covered)
    devoted = not common and np.count_nonzero(relative >= _LIST_TOP) >= _DEVOTED
    close = relative >= (_LIST_DEVOTED if devoted else _LIST_CLOSE)
    least = np.full(len(best), THRESHOLD)
    if best.max(initial=0.0) >= THRESHOLD:
        least = np.where(evidence.is_across, evidence.belonging_across, evidence.belonging)
    answers = (best >= least) & close
    if covered.max(initial=0.0) < _LIST_WORDED:
        answers |= best >= np.maximum(least, _LIST_ALONE)
    answers |= (covered >= _LIST_COVERAGE) & (best >= least / 2) & close
    if having is None:
        answers |= (covered >= 1.0) & (relative >= (_LIST_DEVOTED if devoted else _LIST_FULL))
    else:
        answers = np.where(covered >= 1.0, ranked.best(having.astype(np.float64)) > 0, answers)
    if not (best[~evidence.is_across] >= THRESHOLD).any():
        answers &= ~_less_alike(evidence)
    places: list[int] = np.flatnonzero(answers).tolist()
    return places


def held_by_it(reading: Query, evidence: Evidence) -> list[int]:
    """Return the ranks of policies with all words of a question that is asked of a policy shown.

    Which policy is meant is known then, so that a passage with the words is about them.
    """
    if not any(isinstance(condition, OfPolicy) for condition in reading.conditions):
        return []
    held: list[int] = np.flatnonzero(evidence.ranked.best(evidence.covered) >= 1.0).tolist()
    return held if evidence.words else []


def nearest_places(reading: Query, evidence: Evidence, named: Sequence[int]) -> list[int]:
    """Return the ranks of the policies that may answer, the ``named`` first, then best first.

    A policy with every word of the topic in one passage always counts as near, and so does one that
    was shown before and is asked about.
    """
    covered = evidence.ranked.best(evidence.covered)
    least = CLOSEST_ALONE if is_single(reading.search_text) else CLOSEST
    enough = np.where(evidence.is_across, CLOSEST_ACROSS, least)
    near = (evidence.best_sure >= enough) | (covered >= 1.0)
    if any(isinstance(condition, OfPolicy) for condition in reading.conditions):
        near[:] = True
    places: list[int] = np.flatnonzero(near).tolist()
    places.sort(key=lambda place: int(evidence.ranked.policies[place]) not in named)
    return places[:NEAR_MISSES]
