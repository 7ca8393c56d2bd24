"""Formalities of documents in an answer: letterheads, signatures, bare headings.

A question that names a body is near to that body's letterhead, which answers nothing: it is neither
shown nor makes an answer sure, but for a formality that is asked for: one with words of the
question that nothing else there has ("the General Manager of …"), and the signature of a policy of
which it is asked who issued or signed it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.text.formalities import Formality, formality, plainly_speaks
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Passage, Policy
from policybot.query.query import Query
from policybot.retrieval.confidence import THRESHOLD, Word
from policybot.retrieval.evidence import Evidence

_ROWS = 12
"""Passages of one policy that are looked at, best first."""

_SENTENCES = 3
"""A passage of more sentences always speaks."""

_SIGNED = 4
"""Passages at the end that a signature may take."""

_NEXT, _AT_ONCE = 12, 4
"""How many passages after a formality are looked through for one that speaks, and read at once."""


def answering(
    generation: Generation, reading: Query, evidence: Evidence, places: Sequence[int]
) -> list[int]:
    """Return those of the policies that surely answer with more than a formality.

    ``places`` are their ranks. A letterhead, a date line or a signature that is not asked for makes
    no answer; one with the title is evidence of the matter.
    """
    if reading.contained:
        return list(places)
    ranked, candidates = evidence.ranked, evidence.candidates
    sure = [rows[evidence.sure[rows] >= THRESHOLD][:_ROWS] for rows in map(ranked.rows, places)]
    sentences = np.diff(candidates.sentence_offsets)
    short = [len(rows) > 0 and sentences[rows[0]] <= _SENTENCES for rows in sure]
    leads = [
        int(candidates.passages[rows[0]]) for rows, few in zip(sure, short, strict=True) if few
    ]
    first = iter(generation.passages(leads))
    kept: list[int] = []
    for place, rows, few in zip(places, sure, short, strict=True):
        speaks = not few or plainly_speaks(next(first).text)
        if speaks or _speaks(generation, evidence, int(ranked.policies[place]), rows):
            kept.append(place)
    return kept


def _speaks(
    generation: Generation, evidence: Evidence, ordinal: int, rows: NDArray[np.int64]
) -> bool:
    """Tell whether one of the passages of a policy is more than a formality, or asked for."""
    policy = generation.policy(ordinal)
    ordinals = evidence.candidates.passages[rows]
    passages = generation.passages(ordinals.tolist())
    kinds = formalities(generation, evidence.words, policy, ordinals, passages)
    return any(
        kind is None or not _names_only(policy, passage)
        for kind, passage in zip(kinds, passages, strict=True)
    )


def _names_only(policy: Policy, passage: Passage) -> bool:
    """Tell a formality that says nothing of the matter: neither a heading nor the title."""
    if formality(policy, (passage.start, passage.end)) in {None, "heading"}:
        return False
    own = {*words(passage.text)}
    title = {*words(policy.title)} - {*words(" ".join(policy.issuers))}
    return 2 * len(own & title) < len(own)


def formalities(
    generation: Generation,
    question: Sequence[Word],
    policy: Policy,
    ordinals: NDArray[np.int64],
    passages: Sequence[Passage],
) -> list[Formality | None]:
    """Return for each passage of one policy which formality it is; None if it may be shown.

    Those with words of the question that weigh more than what the others have may be.
    """
    kinds = [formality(policy, (passage.start, passage.end)) for passage in passages]
    named = [at for at, kind in enumerate(kinds) if kind not in {None, "metadata"}]
    if not named:
        return kinds
    stated = {*words(f"{policy.title} {' '.join(policy.issuers)} {policy.number or ''}")}
    stated |= {*words(str(policy.date or ""))}
    others = [word for word in question if word.term not in stated]
    speaking = ordinals[[kind is None for kind in kinds]]
    spoken = [word for word in others if _held(generation, word, speaking)]
    least = sum(word.weight for word in spoken)
    unspoken = [word for word in others if word not in spoken]
    for at in named:
        own = {*words(passages[at].text)}
        if sum(word.weight for word in unspoken if word.term in own) > least:
            kinds[at] = None
    return kinds


def _held(generation: Generation, word: Word, passages: NDArray[np.int64]) -> bool:
    known = word.known and len(passages) > 0
    return known and bool(generation.holds(word.term, passages).any())


def speaking_near(
    generation: Generation, policy: Policy, ordinal: int, passage: int | None = None
) -> list[int]:
    """Return the first passage of a policy from ``passage`` on that speaks, else its first one.

    ``ordinal`` is the policy's, ``passage`` by default its first one. Empty if none near speaks.
    """
    start, end = (int(bound) for bound in generation.policy_passages[ordinal : ordinal + 2])
    froms = [start] if passage is None or passage == start else [passage, start]
    for first in froms:
        stop = min(end, first + _NEXT)
        for at in range(first, stop, _AT_ONCE):
            near = range(at, min(stop, at + _AT_ONCE))
            for place, candidate in zip(near, generation.passages(near), strict=True):
                if formality(policy, (candidate.start, candidate.end)) is None:
                    return [place]
    return []


def signature_of(generation: Generation, policy: Policy, ordinal: int) -> list[Passage]:
    """Return the passages at the end in which a policy is signed, names before dates.

    ``ordinal`` is the policy's. Empty if nothing there is a signature.
    """
    start, end = (int(bound) for bound in generation.policy_passages[ordinal : ordinal + 2])
    names: list[Passage] = []
    dates: list[Passage] = []
    for passage in reversed(generation.passages(range(max(start, end - _SIGNED), end))):
        kind = formality(policy, (passage.start, passage.end))
        if kind not in {"signature", "metadata"}:
            break
        (names if kind == "signature" else dates).insert(0, passage)
    signed = [*names, *dates]
    return signed if len(signed) < end - start else []
