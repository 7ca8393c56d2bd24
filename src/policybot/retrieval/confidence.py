"""Confidence in an answer: whether the corpus is about what was asked, or only something similar.

What is weighed of a policy: how near its nearest passage or sentence is; what share of the
question's own words a passage holds, rare words counting more; how much those words say (BM25: a
short question is soon held in full); whether the question comes nearer without the words that the
policy lacks (:mod:`policybot.retrieval.ablation`); and whether it is of the date and body that the
question names in passing. A word the whole corpus has never seen ("blockchain") speaks against an
answer even where everything around it is similar, and a year or a name that a policy has nowhere
rules it out (:mod:`policybot.retrieval.words.required_terms`).

There are three outcomes. Where the confidence is :data:`THRESHOLD`, a policy answers; where it is
only :data:`CLOSEST`, its passages are shown as such; below, it is not shown.
``docs/calibration.md`` has the figures. The weights are the generation's own: see
:mod:`policybot.evaluation.calibration`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.text.language import CJK
from policybot.index.analyse import words
from policybot.index.format.calibration import Weights
from policybot.index.serve.interface import Generation
from policybot.query.conditions import IssuedIn
from policybot.query.query import Query
from policybot.retrieval.retrieve import Candidates
from policybot.retrieval.words import stop_words
from policybot.retrieval.words.question_language import only_asks

THRESHOLD = 0.5
"""Least confidence of an answer, whatever the weights are."""

CLOSEST = 0.08
"""Below this confidence a policy is not even near: 2.4 log-odds less than an answer needs."""

CLOSEST_ALONE = 0.03
"""The same for a question of one word, which may be meant though no passage has it."""

CLOSEST_ACROSS = 0.24
"""The same for a policy in another language than the question: what one in its own language needs
if it shares no words with it."""

_ENOUGH = 3.0
"""BM25 above what three words of one passage alone give adds nothing: a person's whole story shares
words with many passages."""

ASTRAY = 16.0
MOST_ASTRAY = 0.3
"""A policy loses ``ASTRAY`` log-odds per unit of cosine that the question comes nearer to it
without the words that it lacks, up to ``MOST_ASTRAY``."""

LACKING = 24.0
RULED_OUT = 0.15
_STAYS_NEAR = -1.0
"""What lacks required words loses up to ``LACKING`` log-odds, and from the share ``RULED_OUT`` of a
question on all above ``_STAYS_NEAR``, where it is still shown as near; none is pushed below that
for this alone."""

UNSEEN_NUMBER = 5
"""A number is exact: the 14th plan is not the 12th. One that the corpus has never seen counts this
many times as much as a word that it has never seen."""

_TOKEN = re.compile(rf"[^\W_{CJK}]+(?:['’-][^\W_{CJK}]+)*")
_FAMILIAR = 0.35
_PUSH = 1.5
_LONG_DAYS = 31


def belonging(weights: Weights, default: Weights) -> float:
    """Return the confidence from which a policy belongs to a list that is surely answered.

    A calibration moves the point at which the corpus is said to speak of what is asked. Where it
    does, which of its policies do is no stricter for that.
    """
    return 1 / (1 + math.exp(max(default.bias - weights.bias, 0.0)))


@dataclass(frozen=True, slots=True)
class Word:
    """A content word of the question: its term, and its weight (inverse document frequency)."""

    term: str
    weight: float
    known: bool


@dataclass(frozen=True, slots=True)
class HintMask:
    """A hint of the question: its terms, a mask of the matching policies ``(P,)``, its weight.

    ``push`` is added to the log-odds of a matching policy. ``of_days`` says that it is a date
    of a month at most, which can only be that of a policy or of an event.
    """

    terms: frozenset[str]
    policies: NDArray[np.bool_]
    push: float
    of_days: bool = False


def hint_masks(generation: Generation, reading: Query) -> tuple[HintMask, ...]:
    """Return the hints of a reading as masks over the policies.

    A whole year has half the weight of a month or an issuer.
    """
    masks: list[HintMask] = []
    for hint in reading.hints:
        policies = generation.policies_matching([hint.condition])
        if policies is None:
            continue
        condition = hint.condition
        spans = condition.periods if isinstance(condition, IssuedIn) else ()
        long = any(first and last and (last - first).days > _LONG_DAYS for first, last in spans)
        terms = frozenset(words(hint.wording))
        of_days = bool(spans) and not long
        masks.append(HintMask(terms, policies, _PUSH / 2 if long else _PUSH, of_days))
    return tuple(masks)


def content_words(generation: Generation, text: str, language: str = "en") -> tuple[Word, ...]:
    """Return the distinct content words of a question in a language, with their weights.

    The weight is Robertson and Spärck Jones's idf as Lucene smooths it, never less than
    ``_FAMILIAR`` so that a word every policy holds still counts for something.
    """
    total = generation.info.passages
    weighted: list[Word] = []
    terms = [
        term
        for term in dict.fromkeys(words(text))
        if not (stop_words.says_nothing(term) or _is_letter(term) or only_asks(term, language))
    ]
    frequencies = generation.document_frequencies(terms).tolist()
    for term, frequency in zip(terms, frequencies, strict=True):
        idf = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        if not frequency and any(map(str.isdigit, term)):
            idf *= UNSEEN_NUMBER
        weighted.append(Word(term, max(idf, _FAMILIAR), frequency > 0))
    return tuple(weighted)


def unheld(text: str, question: Sequence[Word]) -> tuple[str, ...]:
    """Return the content words of ``text``, as typed, that no passage has."""
    unseen = {word.term for word in question if not word.known}
    if not unseen:
        return ()
    terms = {token: words(token) for token in _TOKEN.findall(text)}
    return tuple(token for token, own in terms.items() if own and unseen.issuperset(own))


def without(text: str, terms: Collection[str]) -> str:
    """Return ``text`` without the words that have any of ``terms``; Chinese is unchanged."""
    kept = _TOKEN.sub(
        lambda token: token[0] if not set(words(token[0])).intersection(terms) else "", text
    )
    return " ".join(kept.split()) if kept != text else text


def _is_letter(term: str) -> bool:
    return len(term) == 1 and term.isascii() and term.isalpha()


def coverage(
    generation: Generation,
    question: Sequence[Word],
    hints: Sequence[HintMask],
    passages: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the weighted share of the question's words that each passage holds, in [0, 1].

    A passage's title and headings count as its own words. The words of a hint ("the NDRC", "in
    October 2013") are held by a policy of that body or date, whatever its text says.
    """
    held = np.zeros(len(passages))
    whole = sum(word.weight for word in question)
    if not whole:
        return held
    owners = generation.owners_of(passages)
    for word in question:
        having = np.zeros(len(passages), np.bool_)
        for hint in hints:
            if word.term in hint.terms:
                having |= hint.policies[owners]
        if word.known:
            having |= generation.holds(word.term, passages)
        held += word.weight * having
    return held / whole


def confidence(
    weights: Weights,
    candidates: Candidates,
    similarity: NDArray[np.float64],
    covered: NDArray[np.float64],
    hints: Sequence[HintMask],
    lacking: NDArray[np.float64],
    *,
    rarest: float,
) -> NDArray[np.float64]:
    """Return each candidate's confidence in [0, 1].

    ``similarity`` is its policy's highest cosine with the question, ``covered`` its
    :func:`coverage`, ``lacking`` the share of the question that its policy lacks, ``rarest`` the
    weight of a word of one passage alone, which BM25 is measured in.
    """
    odds = weights.similarity * similarity + weights.coverage * covered + weights.bias
    odds += weights.lexical * np.minimum(candidates.lexical / rarest, _ENOUGH)
    for hint in hints:
        odds += hint.push * hint.policies[candidates.policies]
    near = np.minimum(odds, _STAYS_NEAR)
    less = np.where(lacking >= RULED_OUT, near, odds - LACKING * lacking)
    return _logistic(np.maximum(less, near))


def less_astray(
    sure: NDArray[np.float64], nearer: NDArray[np.float64], declined: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return confidences less what :func:`policybot.retrieval.ablation.judged` takes from them.

    The ``declined`` never answer. No confidence falls below that of near misses by this alone.
    """
    odds = log_odds(sure)
    less = odds - ASTRAY * np.clip(nearer, 0.0, MOST_ASTRAY)
    less[declined] = -np.inf
    return _logistic(np.maximum(less, np.minimum(odds, _STAYS_NEAR)))


def rarest_weight(generation: Generation) -> float:
    """Return the inverse document frequency of a word that no passage has yet, more than 0."""
    return math.log(1 + (generation.info.passages + 0.5) / 0.5)


def log_odds(sure: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return the log-odds of confidences, clipped so that 0 and 1 give finite values."""
    inside = np.clip(sure, 1e-12, 1 - 1e-12)
    odds: NDArray[np.float64] = np.log(inside / (1 - inside))
    return odds


def _logistic(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = 1 / (1 + np.exp(-odds))
    return result
