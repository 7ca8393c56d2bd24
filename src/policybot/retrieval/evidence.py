"""The evidence for each policy, given a parsed question: retrieved, ranked, not yet judged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.text.language import without_elisions
from policybot.index.analyse import analyse
from policybot.index.format.calibration import ACROSS, WITH_VECTOR, WITHOUT_VECTOR
from policybot.index.serve.interface import Generation
from policybot.query.conditions import IssuedBy
from policybot.query.query import Query
from policybot.retrieval.confidence import (
    THRESHOLD,
    HintMask,
    Word,
    belonging,
    confidence,
    content_words,
    coverage,
    hint_masks,
    rarest_weight,
)
from policybot.retrieval.named_bodies import NamedBody, named_bodies, without_names
from policybot.retrieval.rank import Ranked, rank
from policybot.retrieval.retrieve import CANDIDATES, Candidates, EncodedQuestion, retrieve
from policybot.retrieval.words.question_language import language_asked, languages_of
from policybot.retrieval.words.required_terms import asks_plainly, lacking, required_terms

EncodeQuestion = Callable[[str, str], Sequence[EncodedQuestion]]
"""Encodes a question in a language with each encoder that reads it; empty where none does."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence for a topic: candidates, their order, and the confidence in each.

    ``covered``, ``lacking`` and ``sure`` have one figure in [0, 1] a candidate, ``best_sure`` one a
    policy of ``ranked``; ``similarity`` has for a candidate the highest cosine of its policy, and
    ``nearer`` how much higher it is without the words that the best policy lacks (None where that
    was not asked). ``alike`` has a candidate's mean cosine of passage, sentence and title, which
    policies of all languages share; None where all are in the question's. ``text`` in ``language``
    is what was ``encoded``, by each encoder that reads it.
    ``named`` are the bodies and places that the question names.
    ``belonging`` is the least confidence of a policy in a list in which another surely answers,
    ``belonging_across`` that of one in another language than the question: see
    :func:`policybot.retrieval.confidence.belonging`.
    ``reread`` has the re-ranker's score of a candidate, NaN where it read none; None without one.
    """

    candidates: Candidates
    ranked: Ranked
    covered: NDArray[np.float64]
    lacking: NDArray[np.float64]
    sure: NDArray[np.float64]
    best_sure: NDArray[np.float64]
    words: tuple[Word, ...]
    hints: tuple[HintMask, ...]
    similarity: NDArray[np.float64]
    text: str
    language: str
    encoded: tuple[EncodedQuestion, ...]
    belonging: float = THRESHOLD
    belonging_across: float = THRESHOLD
    named: tuple[NamedBody, ...] = ()
    nearer: NDArray[np.float64] | None = None
    alike: NDArray[np.float64] | None = None
    reread: NDArray[np.float64] | None = None

    @property
    def is_across(self) -> NDArray[np.bool_]:
        """Whether each policy of ``ranked`` is in another language than the question, ``(p,)``."""
        if self.candidates.across is None:
            return np.zeros(len(self.ranked.policies), np.bool_)
        return self.ranked.best(self.candidates.across.astype(np.float64)) > 0


def gather(
    generation: Generation,
    reading: Query,
    encode: EncodeQuestion,
    mask: NDArray[np.bool_] | None,
    count: int = CANDIDATES,
) -> Evidence:
    """Return the evidence for what a reading searches for, among the policies of ``mask``.

    ``mask`` is ``(P,)``, None for all policies; ``count`` is how many passages the dense and the
    lexical side each propose.
    """
    language = language_asked(generation, reading.question)
    text = reading.search_text
    if language not in languages_of(generation):
        text = _without_asking(text, reading.topic)
    named = named_bodies(generation, reading) if asks_plainly(reading.question) else ()
    spoken = without_names(_unhinted(text, reading), named)
    text = without_names(text, named)
    if language not in languages_of(generation):
        text = without_elisions(text, language)
    encoded = tuple(encode(spoken, language))
    candidates = retrieve(
        generation, encoded, analyse(text), language=language, policies=mask, count=count
    )
    words = content_words(generation, text, language)
    hints = (
        *hint_masks(generation, reading),
        *(HintMask(frozenset(), n.policies, 0.0) for n in named),
    )
    covered = coverage(generation, words, hints, candidates.passages)
    ranked = rank(candidates, covered, hints)
    calibration = generation.calibration
    weights = calibration.with_vector if encoded else calibration.without_vector
    required = required_terms(reading, words)
    missing = lacking(generation, words, required, hints, candidates, named)
    nearest = np.maximum(candidates.dense, candidates.sentence).astype(np.float64)
    similarity = ranked.spread(ranked.best(nearest))
    rarest = rarest_weight(generation)
    sure = confidence(weights, candidates, similarity, covered, hints, missing, rarest=rarest)
    alike = None
    if candidates.across is not None and candidates.across.any():
        numbers = tuple(word for word in words if word.term.isdigit())
        missing_numbers = lacking(generation, numbers, required, hints, candidates, named)
        missing = np.where(candidates.across, missing_numbers, missing)
        alike = (candidates.dense.astype(np.float64) + candidates.sentence + candidates.title) / 3
        sure_across = confidence(
            calibration.across, candidates, alike, covered, hints, missing_numbers, rarest=rarest
        )
        sure = np.where(candidates.across, sure_across, sure)
    return Evidence(
        candidates=candidates,
        ranked=ranked,
        covered=covered,
        lacking=missing,
        sure=sure,
        best_sure=ranked.best(sure),
        words=words,
        hints=hints,
        similarity=similarity,
        alike=alike,
        text=spoken,
        language=language,
        encoded=encoded,
        named=named,
        belonging=belonging(weights, WITH_VECTOR if encoded else WITHOUT_VECTOR),
        belonging_across=belonging(calibration.across, ACROSS),
    )


def _without_asking(text: str, topic: str) -> str:
    """Return a search text from its topic on, for policies in other languages than the question's.

    Words of asking ("how do I get") make all such policies similar to any question.
    """
    at = text.find(topic) if topic else -1
    return text[at:] if at > 0 else text


def _unhinted(text: str, reading: Query) -> str:
    """Return ``text`` without the issuers of hints.

    The passages of a policy seldom name its issuer, and a vector of the question that dwells on
    a ministry finds passages that do. The hint speaks for the issuer instead.
    """
    for hint in reading.hints:
        if isinstance(hint.condition, IssuedBy):
            text = text.replace(hint.wording, " ")
    return " ".join(text.split()) or reading.search_text


def merged(evidence: Evidence) -> Evidence:
    """Return ``evidence`` with policies in the question's language and in others in one order.

    Scores of the two are not comparable, as only one has words in common with the question. Each
    keeps its order; those in the question's language come first, but what surely answers stands
    before what does not.
    """
    across = evidence.is_across
    if not across.any() or across.all():
        return evidence
    own, others = np.flatnonzero(~across).tolist(), np.flatnonzero(across).tolist()
    order: list[int] = []
    while own and others:
        answers = evidence.best_sure[others[0]] >= THRESHOLD > evidence.best_sure[own[0]]
        order.append((others if answers else own).pop(0))
    order += own + others
    return dataclasses.replace(
        evidence,
        ranked=evidence.ranked.in_order(np.array(order)),
        best_sure=evidence.best_sure[order],
    )
