"""Ranked policies as hits, with the passages and spans that answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from policybot.answering.whole_policies import QUOTES
from policybot.index.serve.interface import Generation
from policybot.model import Hit, Passage, Policy, Quote, Span
from policybot.query.query import Query
from policybot.retrieval.evidence import Evidence
from policybot.retrieval.formalities import formalities, signature_of, speaking_near
from policybot.retrieval.highlight import best_sentence, phrase_spans
from policybot.retrieval.rank import Ranked

_ALSO_QUOTED = 0.75
"""Least share of a policy's best score for which another of its passages is quoted too."""


def hits_at(
    generation: Generation, reading: Query, evidence: Evidence, places: Sequence[int]
) -> tuple[Hit, ...]:
    """Return the policies at the given ranks, with their best passages."""
    ranked, phrases = evidence.ranked, reading.contained
    chosen = [_quotable(ranked, place) for place in places]
    quotable = [row for rows in chosen for row in rows]
    passages = iter(generation.passages(evidence.candidates.passages[quotable].tolist()))
    policies = generation.policies(ranked.policies[list(places)].tolist())
    hits: list[Hit] = []
    for place, rows, policy in zip(places, chosen, policies, strict=True):
        own = list(itertools.islice(passages, len(rows)))
        shown = _shown(generation, phrases, evidence, policy, rows, own)
        quotes = tuple(
            Quote(passage, _spans(phrases, evidence, passage, row), float(evidence.sure[row]))
            for row, passage in shown
        )
        ordinal, row = int(ranked.policies[place]), rows[0]
        of_one = reading.asks == "who" and bool(reading.numbers)
        if of_one and (signed := signature_of(generation, policy, ordinal)):
            sure = float(evidence.sure[row])
            quotes = tuple(Quote(passage, (), sure) for passage in signed[:QUOTES])
        elif not shown:
            quotes = _instead(generation, evidence, policy, ordinal, row) or (
                Quote(own[0], _spans(phrases, evidence, own[0], row), float(evidence.sure[row])),
            )
        hits.append(Hit(policy, float(evidence.best_sure[place]), quotes))
    return tuple(hits)


def _quotable(ranked: Ranked, place: int) -> list[int]:
    """Return the rows of a policy's passages that may be shown, best first."""
    rows = ranked.rows(place)
    scores = ranked.row_scores[rows]
    quoted = scores >= _ALSO_QUOTED * scores.max()
    quoted[0] = True  # a re-ranker may prefer another passage
    shown: list[int] = rows[quoted][: QUOTES + 1].tolist()
    return shown


def _shown(
    generation: Generation,
    phrases: Sequence[str],
    evidence: Evidence,
    policy: Policy,
    rows: Sequence[int],
    passages: Sequence[Passage],
) -> list[tuple[int, Passage]]:
    """Return the rows and passages that are shown, without formalities."""
    pairs = list(zip(rows, passages, strict=True))
    if phrases:
        return pairs[:QUOTES]
    ordinals = evidence.candidates.passages[list(rows)]
    kinds = formalities(generation, evidence.words, policy, ordinals, passages)
    return [pair for pair, kind in zip(pairs, kinds, strict=True) if kind is None][:QUOTES]


def _instead(
    generation: Generation, evidence: Evidence, policy: Policy, ordinal: int, row: int
) -> tuple[Quote, ...]:
    """Return a quote of the passage that follows a heading or a title; empty if there is none."""
    formal = int(evidence.candidates.passages[row])
    near = generation.passages(speaking_near(generation, policy, ordinal, formal))
    return tuple(
        Quote(passage, best_sentence(passage, evidence.words, None), float(evidence.sure[row]))
        for passage in near
    )


def _spans(
    phrases: Sequence[str], evidence: Evidence, passage: Passage, row: int
) -> tuple[Span, ...]:
    if verbatim := phrase_spans(passage.text, phrases):
        return verbatim
    first, end = evidence.candidates.sentence_offsets[row : row + 2].tolist()
    cosines = evidence.candidates.sentence_cosines[first:end]
    covered = float(evidence.covered[row])
    return best_sentence(passage, evidence.words, cosines if len(cosines) else None, covered)


def explained(generation: Generation, evidence: Evidence) -> tuple[dict[str, Any], ...]:
    """Return the scores of the twenty best candidates, best first, as ``--explain`` shows them."""
    candidates, scores = evidence.candidates, evidence.ranked.row_scores
    rows: list[dict[str, Any]] = []
    nearer = np.zeros(len(scores)) if evidence.nearer is None else evidence.nearer
    order = np.lexsort((candidates.passages, -scores))[:20]
    for row, passage in zip(
        order, generation.passages([int(o) for o in candidates.passages[order]]), strict=True
    ):
        given = {} if evidence.reread is None else {"reranker": float(evidence.reread[row])}
        rows.append(
            {
                "passage": passage.id,
                "score": round(float(scores[row]), 4),
                "dense": round(float(candidates.dense[row]), 4),
                "sentence": round(float(candidates.sentence[row]), 4),
                "title": round(float(candidates.title[row]), 4),
                "lexical": round(float(candidates.lexical[row]), 4),
                "coverage": round(float(evidence.covered[row]), 4),
                "lacking": round(float(evidence.lacking[row]), 4),
                "nearest": round(float(evidence.similarity[row]), 4),
                "nearer": round(float(nearer[row]), 4),
                "confidence": round(float(evidence.sure[row]), 4),
                **{name: round(value, 4) for name, value in given.items()},
            }
        )
    return tuple(rows)
