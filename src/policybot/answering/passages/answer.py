"""Answer a parsed question over one generation: filter, retrieve, rank, judge, quote."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.answering.passages.as_of import answered_as_of, with_changed
from policybot.answering.passages.choosing import (
    NEAR_MISSES,
    belonging_to_list,
    held_by_it,
    nearest_places,
    surely_relevant,
)
from policybot.answering.passages.declined import (
    NOTHING_SIMILAR,
    NOTHING_SURE,
    declined,
    unknown_bodies,
)
from policybot.answering.passages.looser import looser, without_stray_topic
from policybot.answering.passages.quoting import explained, hits_at
from policybot.answering.undated import with_undated
from policybot.answering.validity import ended_of, with_unknown
from policybot.answering.versions import narrowed, with_other_versions
from policybot.answering.whole_policies import (
    leading_hits,
    missing_numbers,
    names_only,
    numbered_alike,
)
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Hit
from policybot.query.conditions import (
    Condition,
    IssuedBy,
    Titled,
    conditions_in_words,
)
from policybot.query.demanded import demands, without_demand
from policybot.query.query import Query
from policybot.retrieval.ablation import judged
from policybot.retrieval.alternatives import alternatives
from policybot.retrieval.cited import in_own_words
from policybot.retrieval.confidence import unheld
from policybot.retrieval.evidence import EncodeQuestion, Evidence, gather, merged
from policybot.retrieval.formalities import answering
from policybot.retrieval.rerank import Score, reranked
from policybot.retrieval.retrieve import CANDIDATES
from policybot.retrieval.words.required_terms import asks_plainly
from policybot.retrieval.words.single_word import about_the_word, is_single, looked_up

_MOST_BELOW = 10
_CITED = 0.5
"""Least share of a topic's words in a passage for which names of cited documents are discounted."""


def answer_reading(
    generation: Generation,
    reading: Query,
    encode: EncodeQuestion,
    *,
    limit: int,
    explain: bool,
    score: Score | None = None,
    named: Sequence[int] = (),
) -> Answer:
    """Return the answer to a parsed question.

    ``limit`` is the maximum number of hits, 0 for all. ``score`` is the re-ranker, if there is
    one. ``named`` are the ordinals of policies that the question calls by their titles; they come
    first among the hits of a find. A kind of document narrows a list only where titles state it.
    """
    search = _Search(generation, encode, limit, explain, score, tuple(named))
    answer = answered_as_of(
        generation,
        reading,
        lambda query, among: _answer(query, dataclasses.replace(search, among=among)),
    )
    again = functools.partial(_answered, search=search)
    return with_undated(generation, with_unknown(generation, answer, answer.reading, again))


def _answer(reading: Query, search: _Search) -> Answer:
    """Return the answer to a reading or, if it has none, to a less strict reading."""
    answer = _answered(reading, search)
    if answer.answered:
        return answer
    if answer.reason == "nothing_similar_enough":
        rest = without_stray_topic(search.generation, reading)
        if rest is not None:
            return _answered(rest, search)
    less = looser(reading)
    if less is None:
        return answer
    answer = _answered(less, search)
    dropped = [part for part in reading.conditions if part not in less.conditions]
    kinds = tuple(w for part in dropped if isinstance(part, Titled) for w in part.wordings)
    return dataclasses.replace(answer, other_kinds=kinds) if answer.answered else answer


@dataclass(frozen=True, slots=True)
class _Search:
    """The generation, encoder, re-ranker and limits that a reading is answered with.

    ``among`` are the policies that are searched, bool ``(P,)``; None for all.
    """

    generation: Generation
    encode: EncodeQuestion
    limit: int
    explain: bool
    score: Score | None
    named: tuple[int, ...]
    among: NDArray[np.bool_] | None = None


def _answered(reading: Query, search: _Search) -> Answer:
    generation = search.generation
    if not generation.info.policies:
        return declined(generation, reading, "empty_corpus", "The corpus holds no policies.")
    if reading.unknown_issuers:
        return declined(generation, reading, "unknown_issuer", unknown_bodies(generation, reading))
    asks_for_all = reading.asks_for_all
    if not asks_for_all:
        reading = looked_up(reading)
    if reading.compares:
        detail = "I can't compare counts. Ask for a list to see how many there are."
        return declined(generation, reading, "nothing_similar_enough", detail)
    if not reading.search_text and not reading.demands and not asks_for_all:
        return declined(
            generation,
            reading,
            "empty_question",
            reading.missing or "There is no question to answer.",
        )
    if reading.unreadable_date:
        return declined(
            generation, reading, "no_policy_matches_filters", reading.unreadable_date,
            empty_filter="dates",
        )  # fmt: skip
    mask = generation.policies_matching(reading.conditions)
    if search.among is not None:
        mask = search.among if mask is None else mask & search.among
    if mask is not None and not mask.any():
        return _nothing_matches(generation, reading, search.encode, search.score)
    today = narrowed(generation, reading, mask)
    if today is not None and not today.any():
        return _nothing_matches(generation, reading, search.encode, search.score)
    if not reading.topic:
        return _everything(generation, reading, today, search.limit)
    parts = alternatives(reading)
    answers = [answer for part in parts for answer in [_answered(part, search)] if answer.answered]
    if answers:
        return _any_of(reading, answers, search)
    return with_other_versions(
        generation, reading, mask, lambda some: _ranked(reading, some, search), limit=search.limit
    )


def _any_of(reading: Query, answers: Sequence[Answer], search: _Search) -> Answer:
    """Return the policies that answer any of several questions, each once."""
    hits: dict[str, Hit] = {}
    for hit in (hit for answer in answers for hit in answer.hits):
        previous = hits.get(hit.policy.id)
        if previous is None or hit.score > previous.score:
            hits[hit.policy.id] = hit
    places = {name: search.generation.policy_ordinal(name) or 0 for name in hits}
    in_order = sorted(hits, key=lambda name: places[name])
    if reading.order == "newest":
        ordinals = _newest_first(search.generation, np.array(sorted(places.values())))
        in_order.sort(key=lambda name: ordinals.tolist().index(places[name]))
    in_order = in_order[: reading.count]
    shown = in_order[: search.limit or None]
    return Answer(
        reading=reading,
        hits=tuple(hits[name] for name in shown),
        total=len(in_order),
        index=search.generation.info,
        confidence=max(answer.confidence or 0.0 for answer in answers),
        evidence=tuple(row for answer in answers for row in answer.evidence),
    )


def _nothing_matches(
    generation: Generation, reading: Query, encode: EncodeQuestion, score: Score | None
) -> Answer:
    """Say which filter excludes everything, and show what matches without it."""
    parts = demands(reading.conditions)
    rests = {name: without_demand(reading.conditions, name) for name in parts}
    alone = [n for n, part in parts.items() if not _some(generation.policies_matching(part))]
    freeing = [n for n, rest in rests.items() if _some(generation.policies_matching(rest))]
    name = next(iter([n for n in alone if n in freeing] or freeing or alone or list(parts)))
    if alone:
        detail = f"No policy matches: {_in_words(parts[alone[0]])}."
    else:
        detail = f"No policy matches all of: {'; '.join(map(_in_words, parts.values()))}."
    near: tuple[Hit, ...] = ()
    below = _of_bodies_below(generation, reading)
    if below is not None:
        summary, ordinals = below
        return declined(
            generation, reading, "no_policy_matches_filters", f"{detail} {summary}",
            near=leading_hits(generation, ordinals[:_MOST_BELOW]), empty_filter="issuers",
        )  # fmt: skip
    rest = dataclasses.replace(reading, conditions=rests[name])
    if name in freeing and (rest.conditions or rest.search_text):
        answer = answer_reading(
            generation, rest, encode, limit=NEAR_MISSES, explain=False, score=score
        )
        near = answer.hits[:NEAR_MISSES]
    if name == "number" and not near:
        near = leading_hits(generation, numbered_alike(generation, reading.numbers)[:NEAR_MISSES])
    return declined(
        generation, reading, "no_policy_matches_filters", detail, near=near, empty_filter=name
    )


def _of_bodies_below(generation: Generation, reading: Query) -> tuple[str, list[int]] | None:
    """Return what subordinate bodies of those asked for issued, in words and as ordinals.

    None where they issued nothing that meets the other conditions.
    """
    asked = next((part for part in reading.conditions if isinstance(part, IssuedBy)), None)
    if asked is None:
        return None
    book = generation.known_issuers
    others = [part for part in reading.conditions if part is not asked]
    counts: list[str] = []
    ordinals: set[int] = set()
    for child in dict.fromkeys(child for name in asked.names for child in book.children(name)):
        mask = generation.policies_matching([*others, IssuedBy((child,))])
        if mask is not None and mask.any():
            counts.append(f"{child} issued {int(mask.sum())}")
            ordinals.update(np.flatnonzero(mask).tolist())
    if not counts:
        return None
    return f"Of the bodies below, {', '.join(counts)}.", sorted(ordinals)


def _in_words(conditions: Sequence[Condition]) -> str:
    return ", ".join(conditions_in_words(conditions))


def _some(mask: NDArray[np.bool_] | None) -> bool:
    return mask is None or bool(mask.any())


def _everything(
    generation: Generation, reading: Query, mask: NDArray[np.bool_] | None, limit: int
) -> Answer:
    """Answer a question without a topic: every policy that meets its conditions, by date."""
    count = generation.info.policies
    ordinals = np.arange(count) if mask is None else np.flatnonzero(mask)
    if reading.order == "newest":
        ordinals = _newest_first(generation, ordinals)
    ordinals = ordinals[: reading.count]
    shown = ordinals[: limit or None]
    hits = leading_hits(generation, shown.tolist(), reading.contained)
    detail = missing_numbers(generation, reading.numbers)
    return Answer(
        reading=reading, hits=hits, total=len(ordinals), index=generation.info, detail=detail
    )


def _newest_first(generation: Generation, ordinals: NDArray[np.int64]) -> NDArray[np.int64]:
    last = generation.policy_last[ordinals]
    return ordinals[np.lexsort((ordinals, -last))]


def _ranked(reading: Query, mask: NDArray[np.bool_] | None, search: _Search) -> Answer:
    generation, encode, limit = search.generation, search.encode, search.limit
    asks_for_all = reading.asks_for_all
    count = CANDIDATES * 10 if asks_for_all else CANDIDATES
    while True:
        evidence = gather(generation, reading, encode, mask, count)
        evidence = judged(generation, reading.question, evidence, encode, each=asks_for_all)
        if asks_for_all:
            evidence = in_own_words(generation, evidence, _CITED)
        else:
            evidence = merged(reranked(generation, reading, evidence, search.score))
        having = None
        if is_single(reading.search_text):
            evidence, having = about_the_word(
                generation, reading.search_text, evidence, whole=asks_for_all
            )
        best = evidence.best_sure
        if asks_for_all or having is not None:
            places = with_changed(generation, evidence, belonging_to_list(evidence, having))
        else:
            places = answering(generation, reading, evidence, surely_relevant(evidence))
            places = places or held_by_it(reading, evidence)
        # A list is complete when what was looked at goes well beyond what belongs to it.
        if not asks_for_all or 2 * len(places) <= len(best) or count >= generation.info.passages:
            break
        count *= 4
    rows = explained(generation, evidence) if search.explain else ()
    foreign = len(best) > 0 and bool(evidence.is_across.all())
    foreign = foreign or evidence.language.encode("ascii") not in generation.policy_languages
    plain = asks_plainly(reading.question) and not foreign
    strange = unheld(evidence.text, evidence.words) if plain else ()
    surest = float(best.max(initial=0.0))
    if reading.numbers:
        return _numbered(generation, reading, evidence, mask, limit=limit, rows=rows)
    if not places:
        if reading.missing and evidence.covered.max(initial=0.0) < 1.0:
            return declined(generation, reading, "empty_question", reading.missing)
        nearest = nearest_places(reading, evidence, search.named)
        near = hits_at(generation, reading, evidence, nearest)
        detail = NOTHING_SURE if near else NOTHING_SIMILAR
        return declined(
            generation, reading, "nothing_similar_enough", detail,
            near=near, confidence=surest, evidence=rows,
            unheld=strange, asked_of=tuple(body.wording for body in evidence.named),
        )  # fmt: skip
    if reading.order == "relevance":
        places = places[: reading.count]  # the best ones
    if asks_for_all:
        policies = evidence.ranked.policies
        if reading.order == "newest":
            last = generation.policy_last
            places.sort(key=lambda i: (-int(last[policies[i]]), int(policies[i])))
        else:
            places.sort(key=lambda i: int(policies[i]))
    else:
        owners = evidence.ranked.policies.tolist()
        ended = ended_of(generation, reading, {owners[i] for i in places} - {*search.named})
        places.sort(key=lambda i: (owners[i] not in search.named, owners[i] in ended))
    places = places[: reading.count]
    total = len(places)
    shown = places[:limit] if limit else places
    hits = hits_at(generation, reading, evidence, shown)
    return Answer(
        reading=reading,
        hits=hits,
        total=total,
        index=generation.info,
        unheld=strange,
        confidence=surest,
        evidence=rows,
    )


def _numbered(
    generation: Generation,
    reading: Query,
    evidence: Evidence,
    mask: NDArray[np.bool_] | None,
    *,
    limit: int,
    rows: tuple[dict[str, Any], ...],
) -> Answer:
    """Answer with the documents that have the numbers asked for, whatever else is asked.

    Where nothing else is asked, each is shown from its beginning.
    """
    ranked = evidence.ranked.policies
    having = np.flatnonzero(mask) if mask is not None else ranked
    rest = np.setdiff1d(having, ranked)
    if names_only(generation, reading, having.tolist()):
        ranked, rest = ranked[:0], np.concatenate([ranked, rest])
    places = list(range(len(ranked)))[: limit or None]
    others = rest[: limit - len(places)] if limit else rest
    hits = hits_at(generation, reading, evidence, places)
    hits += leading_hits(generation, others.tolist(), reading.contained)
    return Answer(
        reading=reading,
        hits=hits,
        total=len(having),
        index=generation.info,
        detail=missing_numbers(generation, reading.numbers),
        confidence=float(evidence.best_sure.max(initial=0.0)),
        evidence=rows,
    )
