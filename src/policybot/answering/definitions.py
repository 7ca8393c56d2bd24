"""Answers that are definitions, for "What does X mean?"."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from policybot.answering.named_policies import Named, named_policies
from policybot.answering.ranking import rank_reading
from policybot.answering.references import passage_holding
from policybot.answering.whole_policies import QUOTES
from policybot.corpus.provisions.definitions import Definition, definitions_of, term_key
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Hit, Quote
from policybot.query.conditions import Holds
from policybot.query.query import Query
from policybot.query.rules.definitions import TermAsked
from policybot.retrieval.evidence import EncodeQuestion

MOST_READ = 200
"""Maximum number of policies whose texts are read for the definition of a term."""

_RANKED = 40


def answer_definition(
    generation: Generation,
    query: Query,
    read_named: Callable[[str], Named],
    encode: EncodeQuestion,
    *,
    limit: int,
) -> Answer | None:
    """Return the passages that define the term that a question asks about; None to search.

    ``read_named`` parses the name of the policy whose definition is asked for. If no policy of
    that name defines the term, the question is searched for like any other.
    """
    asked = query.defines
    if asked is None:
        return None
    hits = _defining(generation, query, asked, read_named, encode)
    if not hits and asked.whole:
        whole = TermAsked(asked.whole)
        hits = _defining(generation, query, whole, read_named, encode)
    if not hits:
        return None
    return Answer(
        reading=dataclasses.replace(query, intent="find"),
        hits=tuple(hits[: limit or None]),
        total=len(hits),
        index=generation.info,
    )


def _defining(
    generation: Generation,
    query: Query,
    asked: TermAsked,
    read_named: Callable[[str], Named],
    encode: EncodeQuestion,
) -> list[Hit]:
    """Return the policies that define a term, each with the passages that do."""
    wanted = term_key(asked.term)
    hits: list[Hit] = []
    for ordinal in _policies(generation, query, asked, read_named, encode):
        body = generation.policy(ordinal).body
        defined = [
            definition for definition in definitions_of(body) if term_key(definition.term) == wanted
        ]
        if defined:
            hits.append(_hit(generation, ordinal, defined))
    return hits


def _policies(
    generation: Generation,
    query: Query,
    asked: TermAsked,
    read_named: Callable[[str], Named],
    encode: EncodeQuestion,
) -> Sequence[int]:
    """Return the policies that may define the term: the one named, else those that mention it."""
    mask = generation.policies_matching(query.conditions)
    if asked.of:
        tiers = named_policies(generation, read_named(asked.of), encode)
        return [ordinal for ordinal in (tiers[0] if tiers else ()) if mask is None or mask[ordinal]]
    ranked, _ = rank_reading(generation, query, encode, count=_RANKED)
    holding = generation.policies_matching([*query.conditions, Holds((asked.term,), chosen=True)])
    others = [] if holding is None else np.flatnonzero(holding).tolist()
    return list(dict.fromkeys([*map(int, ranked), *others]))[:MOST_READ]


def _hit(generation: Generation, ordinal: int, defined: Sequence[Definition]) -> Hit:
    quotes: dict[str, Quote] = {}
    for definition in defined:
        passage = passage_holding(generation, ordinal, definition.span[0])
        if passage is not None:
            start = definition.span[0] - passage.start
            end = min(definition.span[1], passage.end) - passage.start
            quotes.setdefault(passage.id, Quote(passage, ((start, end),), 1.0))
    return Hit(generation.policy(ordinal), 1.0, tuple(quotes.values())[:QUOTES])
