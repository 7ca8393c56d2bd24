"""Policies found by a condition, a number or a name, shown with their first passages."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

import numpy as np

from policybot.answering.named_policies import KINDS_OF_DOCUMENT
from policybot.answering.versions import day_of, versions_on
from policybot.corpus.text.formalities import formality
from policybot.index.analyse import words
from policybot.index.serve.filters import like_numbers
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Hit, Passage, Policy, Quote
from policybot.query.conditions import Numbered
from policybot.query.query import Query
from policybot.retrieval.formalities import signature_of, speaking_near
from policybot.retrieval.highlight import phrase_spans
from policybot.retrieval.words.stop_words import says_nothing

QUOTES = 3
"""Maximum number of passages quoted from one policy."""

_LOOKED_AT = 20
"""Most policies with a number whose names are looked at."""


def leading_hit(generation: Generation, policy: int) -> Hit:
    """Return a policy as a hit, with its first passage."""
    return leading_hits(generation, [policy])[0]


def leading_hits(
    generation: Generation, policies: Sequence[int], phrases: Sequence[str] = ()
) -> tuple[Hit, ...]:
    """Return policies as hits, each with its first passage that speaks or those with the phrases.

    A letterhead or a title is no such passage; of a policy with nothing else it is shown.
    """
    bounds = generation.policy_passages
    ranges = [range(int(bounds[policy]), int(bounds[policy + 1])) for policy in policies]
    if not phrases:
        ranges = [ordinals[:1] for ordinals in ranges]
    passages = iter(generation.passages([o for ordinals in ranges for o in ordinals]))
    hits: list[Hit] = []
    whole = generation.policies(policies)
    for ordinals, ordinal, policy in zip(ranges, policies, whole, strict=True):
        own = list(itertools.islice(passages, len(ordinals)))
        matching = [
            Quote(passage, spans, 1.0)
            for passage in own
            if (spans := phrase_spans(passage.text, phrases))
        ]
        quotes = matching[:QUOTES] or [
            Quote(passage, (), 1.0) for passage in _leading(generation, policy, ordinal, own[:1])
        ]
        hits.append(Hit(policy, 1.0, tuple(quotes)))
    return tuple(hits)


def _leading(
    generation: Generation, policy: Policy, ordinal: int, own: Sequence[Passage]
) -> Sequence[Passage]:
    """Return the first passage of a policy that speaks; ``own`` is its first one."""
    if all(formality(policy, (passage.start, passage.end)) is None for passage in own):
        return own
    return generation.passages(speaking_near(generation, policy, ordinal)) or own


def _signed(generation: Generation, hit: Hit, ordinal: int) -> Hit:
    """Return a hit with the passages in which its policy is signed, if there are any."""
    signed = signature_of(generation, hit.policy, ordinal)
    quotes = tuple(Quote(passage, (), 1.0) for passage in signed[:QUOTES])
    return dataclasses.replace(hit, quotes=quotes or hit.quotes)


def answer_named(
    generation: Generation, reading: Query, ordinals: Sequence[int], *, limit: int
) -> Answer | None:
    """Return the answer that consists of those policies that meet the reading's conditions.

    None if none does. ``limit`` bounds the hits; 0 means all.
    """
    if not ordinals:
        return None
    mask = generation.policies_matching(reading.conditions)
    ordinals = versions_on(generation, ordinals, day_of(reading))
    chosen = [ordinal for ordinal in ordinals if mask is None or mask[ordinal]]
    if not chosen or reading.unknown_issuers:
        return None
    hits = leading_hits(generation, chosen[: limit or None])
    if reading.asks == "who":
        hits = tuple(
            _signed(generation, hit, ordinal) for hit, ordinal in zip(hits, chosen, strict=False)
        )
    named = tuple(f"asks for “{hit.policy.title}” by name" for hit in hits)
    reading = dataclasses.replace(reading, intent="find", notes=(*named, *reading.notes))
    return Answer(reading=reading, hits=hits, total=len(chosen), index=generation.info)


def names_only(generation: Generation, reading: Query, ordinals: Sequence[int]) -> bool:
    """Tell whether a question says nothing but the number of policies, and their kind.

    "What does Royal Decree 135/2013 say?" may name them by their titles too.
    """
    topic = {*words(reading.topic)}
    for part in reading.conditions:
        if isinstance(part, Numbered) and part.span:
            topic -= {*words(reading.question[slice(*part.span)])}
    named: set[str] = set()
    for policy in generation.policies(list(ordinals[:_LOOKED_AT])):
        named |= {*words(f"{policy.number or ''} {policy.title if reading.whole else ''}")}
    return reading.asks != "who" and all(
        term in KINDS_OF_DOCUMENT or term in named or says_nothing(term) or len(term) == 1
        for term in topic
    )


def numbered_alike(generation: Generation, numbers: Sequence[str]) -> list[int]:
    """Return the policies whose number differs only in the agency, or else in the year."""
    for alike in like_numbers(numbers):
        having = _having(generation, alike)
        if having:
            return having
    return []


def missing_numbers(generation: Generation, numbers: Sequence[str]) -> str | None:
    """Return a message that names the requested numbers that no policy has, or None."""
    missing = [number for number in numbers if not _having(generation, [number])]
    return f"No policy has the number {' or '.join(missing)}." if missing else None


def _having(generation: Generation, numbers: Sequence[str]) -> list[int]:
    mask = generation.policies_matching([Numbered(tuple(numbers))])
    having: list[int] = [] if mask is None else np.flatnonzero(mask).tolist()
    return having
