"""Whether the words of a question that a policy lacks make it a question about something else.

"Paid sick leave for teachers in California" is near to an order on paid sick leave for contractors.
Without "teachers" and "California" it would be nearer still: those words lead away, and the order
is about something else. "More opportunities for hunters on public land" without "hunters" would be
less near to an order on hunting: the word is meant, if not held. So the words that a policy
lacks are removed, the question is encoded again, and a gain in cosine lowers the confidence. As it
costs an encoding, this is done only where it can change the decision.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.retrieval.confidence import (
    ASTRAY,
    MOST_ASTRAY,
    THRESHOLD,
    content_words,
    less_astray,
    log_odds,
    rarest_weight,
    unheld,
    without,
)
from policybot.retrieval.evidence import EncodeQuestion, Evidence
from policybot.retrieval.retrieve import EncodedQuestion, nearness
from policybot.retrieval.words.required_terms import asks_plainly, unseen_places

_FEW_WORDS = 10
"""In a question with more content words, one unknown to the corpus decides nothing."""

_LEADS_AWAY = 0.5
"""Such a word declines an answer where leaving out what is lacked gains this much, in units of
cosine by the weight of a word that no passage has: the more a corpus holds, the more it says that a
word is not among it."""

_TURNS = 0.27
_TURNS_OBJECT = 0.14
_MEANT = -0.1
"""It also does where the question's vector without it is this far (1 - cosine) from that with it:
words that make a topic another ("weather in Wuxi") turn it, those that only say it otherwise ("set
aside", "firms") hardly do. The object of a preposition needs to turn it less ("in Texas"). One that
is meant comes less near by ``_MEANT`` or more without it."""

_MOST_STRANGE = 3
_BEFORE_OBJECT = re.compile(
    r"\b(?:about|across|against|among|at|by|concerning|for|from|in|into|near|of|on|regarding|to|"
    r"under|with|within) (?:an? |the )?$",
    re.IGNORECASE,
)

_MOST_TEXTS = 8
"""Maximum number of texts encoded for a list: for the words that most policies lack."""


def judged(
    generation: Generation, question: str, evidence: Evidence, encode: EncodeQuestion, *, each: bool
) -> Evidence:
    """Return ``evidence`` with less confidence where removing words brings a question nearer.

    ``question`` is as it was typed. What is left out are the words that the best policy lacks or,
    for a list, those that ``each`` lacks. A question of several sentences, or a person's story, has
    too many words that are circumstances; nothing changes for it, nor where no policy would answer,
    or all that do are too sure to lose it. A policy in another language than the question has none
    of its words, and keeps its confidence.
    """
    if unseen_places(evidence.text, evidence.words) and asks_plainly(question):
        across = evidence.ranked.spread(evidence.is_across.astype(np.float64)) > 0
        lowered = less_astray(evidence.sure, np.zeros(len(across)), ~across)
        best = evidence.ranked.best(lowered)
        return dataclasses.replace(evidence, sure=lowered, best_sure=best)
    ranked, candidates = evidence.ranked, evidence.candidates
    sure = evidence.best_sure
    answering = (sure >= THRESHOLD) & ~evidence.is_across
    strange = len(evidence.words) <= _FEW_WORDS and not all(w.known for w in evidence.words)
    least = sure[answering].min(initial=1.0) if each else sure[answering].max(initial=0.0)
    undecided = strange or log_odds(least) < ASTRAY * MOST_ASTRAY
    if not answering.any() or not undecided or not evidence.encoded:
        return evidence
    if not asks_plainly(question):
        return evidence
    nearer = np.zeros(len(sure))
    for lacked, places in _groups(generation, evidence, answering, each=each):
        rest = without(evidence.text, lacked)
        if rest == evidence.text or not content_words(generation, rest, evidence.language):
            continue
        shorter = _encoded_alike(evidence, rest, encode)
        if not shorter:
            continue
        rows = np.concatenate([ranked.rows(place) for place in places])
        now = np.zeros(len(candidates))
        now[rows] = nearness(generation, shorter, candidates.passages[rows])
        gained = ranked.best(now) - ranked.best(evidence.similarity)
        nearer[places] = gained[places]
    spread = ranked.spread(nearer)
    declined = strange & (spread * rarest_weight(generation) >= _LEADS_AWAY)
    if strange and _turned(generation, evidence, answering, encode):
        declined |= ranked.spread((~evidence.is_across).astype(np.float64)) > 0
    lowered = less_astray(evidence.sure, spread, declined)
    return dataclasses.replace(
        evidence, sure=lowered, best_sure=ranked.best(lowered), nearer=spread
    )


def _encoded_alike(
    evidence: Evidence, text: str, encode: EncodeQuestion
) -> Sequence[EncodedQuestion]:
    """Encode a text with the encoders of the question; empty where others would read it."""
    encoded = encode(text, evidence.language)
    sides = [question.vector_set for question in evidence.encoded]
    return encoded if [question.vector_set for question in encoded] == sides else ()


def _turned(
    generation: Generation, evidence: Evidence, answering: NDArray[np.bool_], encode: EncodeQuestion
) -> bool:
    """Tell whether a word unknown to the corpus makes the question one about something else."""
    text = evidence.text
    best = evidence.ranked.rows(_best(evidence, answering))
    passages = np.sort(evidence.candidates.passages[best])
    nearest = evidence.similarity[best[0]]
    first = evidence.candidates.passages[best[:1]]
    read = [
        bool(generation.vector_sets[o.vector_set].embedded_at(first)[0]) for o in evidence.encoded
    ]
    place = read.index(True) if True in read else 0
    for word in unheld(text, evidence.words)[:_MOST_STRANGE]:
        rest = without(text, words(word))
        content = content_words(generation, rest, evidence.language)
        shorter = _encoded_alike(evidence, rest, encode) if content else ()
        if not shorter:
            continue
        is_object = _BEFORE_OBJECT.search(text.partition(word)[0]) is not None
        cosine = float(evidence.encoded[place].vector @ shorter[place].vector)
        turned = generation.vector_sets[shorter[place].vector_set].scale.slope * (1 - cosine)
        if turned >= (_TURNS_OBJECT if is_object else _TURNS):
            now = float(nearness(generation, shorter, passages).max())
            if now - nearest > _MEANT:
                return True
    return False


def _groups(
    generation: Generation, evidence: Evidence, answering: NDArray[np.bool_], *, each: bool
) -> list[tuple[frozenset[str], list[int]]]:
    """Return sets of terms to remove, each with the ranks of the policies that lack them."""
    places: list[int] = np.flatnonzero(answering).tolist()
    lacking = _lacking(generation, evidence)
    if not each:
        best = _best(evidence, answering)
        return [(frozenset(term for term, lacks in lacking.items() if lacks[best]), places)]
    groups: dict[frozenset[str], list[int]] = {}
    for place in places:
        lacked = frozenset(term for term, lacks in lacking.items() if lacks[place])
        groups.setdefault(lacked, []).append(place)
    groups.pop(frozenset(), None)
    return sorted(groups.items(), key=lambda group: -len(group[1]))[:_MOST_TEXTS]


def _best(evidence: Evidence, answering: NDArray[np.bool_]) -> int:
    """Return the rank of the policy with the highest confidence among those answering."""
    return int(np.argmax(np.where(answering, evidence.best_sure, -1.0)))


def _lacking(generation: Generation, evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return for each term of the question which policies of the ranking lack it, ``(p,)``.

    They have it in no candidate passage, and fit no hint with it.
    """
    ranked = evidence.ranked
    lacking: dict[str, NDArray[np.bool_]] = {}
    for word in evidence.words:
        having = np.zeros(len(ranked.policies), np.bool_)
        if word.known:
            held = generation.holds(word.term, evidence.candidates.passages)
            having |= ranked.best(held.astype(np.float64)) > 0
        for hint in evidence.hints:
            if word.term in hint.terms:
                having |= hint.policies[ranked.policies]
        lacking[word.term] = ~having
    return lacking
