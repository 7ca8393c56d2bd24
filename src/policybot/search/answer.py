"""From a reading to an answer over one generation: filter, retrieve, rank, judge, quote."""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.index.interface import Generation
from policybot.model import Answer, Hit, Passage, Quote, Reason, Span
from policybot.query.conditions import Condition, Holds, IssuedBy, Titled, conditions_in_words
from policybot.query.demanded import demands, without_demand
from policybot.query.query import Query
from policybot.search.ablation import judged
from policybot.search.alternatives import alternatives
from policybot.search.cited import in_own_words
from policybot.search.confidence import (
    CLOSEST,
    CLOSEST_ACROSS,
    CLOSEST_ALONE,
    THRESHOLD,
    unheld,
)
from policybot.search.decisive import asks_plainly
from policybot.search.evidence import Evidence, Hear, gather
from policybot.search.highlight import best_sentence, phrase_spans
from policybot.search.rank import Ranked
from policybot.search.rerank import Score, reranked
from policybot.search.retrieve import CANDIDATES
from policybot.search.single import about_the_word, is_single, looked_up
from policybot.search.validity import ended_of, with_unknown
from policybot.search.versions import narrowed, with_other_versions
from policybot.search.whole import QUOTES, leading_hits, missing_numbers, numbered_alike

_ALSO_QUOTED = 0.75
_NEAR_MISSES = 3
_MOST_BELOW = 10
_LIST_COVERAGE = 0.8
_FIND_CLOSE = 0.6
_LIST_CLOSE = 0.68
_LIST_FULL = 0.65
"""Shares of the best score that answer a find, that belong to a list, and where all words are held
to a list."""

_LIST_WORDED = 0.6
_CITED = 0.5
"""The share of a topic's words from which it matters whether they are names of other documents."""


def answer_reading(
    generation: Generation,
    reading: Query,
    hear: Hear,
    *,
    limit: int,
    explain: bool,
    score: Score | None = None,
    named: Sequence[int] = (),
) -> Answer:
    """Return the answer to a question already read.

    ``limit`` is how many hits there are at most, 0 for all. ``score`` is the re-ranker's,
    where there is one. ``named`` are the policies that the question calls by their
    titles: of the hits of a find, they come first. A kind of document narrows a list only where
    titles say what kind they are.
    """
    how = _How(generation, hear, limit, explain, score, tuple(named))
    answer = _answer(reading, how)
    return with_unknown(generation, answer, answer.reading, lambda query: _answered(query, how))


def _answer(reading: Query, how: _How) -> Answer:
    """Return the answer to a reading, or to a looser one that has one."""
    answer = _answered(reading, how)
    if answer.answered:
        return answer
    if (
        answer.reason == "nothing_similar_enough"
        and reading.conditions
        and not reading.topic_marked
        and not _names(reading)
    ):
        # Words that the question does not say policies are about, and that nothing is near to.
        rest = dataclasses.replace(
            reading,
            topic="",
            search_text="",
            intent="list",
            not_understood=(*reading.not_understood, reading.topic),
            ignored=(*reading.ignored, (reading.topic, _place(reading))),
            notes=(*reading.notes, f"not understood: {reading.topic}"),
        )
        return _answered(rest, how)
    looser = _looser(reading)
    return _answered(looser, how) if looser else answer


_ACRONYM = re.compile(r"\b[A-Z]{2,6}\b")


def _names(reading: Query) -> bool:
    """Tell a topic that names something by its initials, which is no stray word: "FCC"."""
    return not reading.question.isupper() and bool(_ACRONYM.search(reading.topic))


def _place(reading: Query) -> Span:
    """Return where in the question its topic stands; an empty span where it stands in pieces."""
    start = reading.question.find(reading.topic)
    return (start, start + len(reading.topic)) if start >= 0 else (0, 0)


def _looser(reading: Query) -> Query | None:
    """Return a query without what narrows where it can; None for one that is all demands.

    A kind of document may be no more than a word for policies, and words that no policy mentions
    as they stand may be meant: they are searched for.
    """
    kinds = [one for one in reading.conditions if isinstance(one, Titled) and one.kinds]
    mentions = [one for one in reading.conditions if isinstance(one, Holds) and not one.chosen]
    if not kinds and not mentions:
        return None
    rest = tuple(one for one in reading.conditions if one not in kinds and one not in mentions)
    said = [wording for one in mentions for wording in one.wordings if wording not in reading.topic]
    topic = " ".join([reading.topic, *said]).strip()
    return dataclasses.replace(
        reading,
        conditions=rest,
        topic=topic,
        search_text=" ".join(
            [reading.search_text, *(w for w in said if w not in reading.search_text)]
        ).strip(),
    )


@dataclass(frozen=True, slots=True)
class _How:
    """What a reading is answered with."""

    generation: Generation
    hear: Hear
    limit: int
    explain: bool
    score: Score | None
    named: tuple[int, ...]


def _answered(reading: Query, how: _How) -> Answer:
    generation = how.generation
    if not generation.info.policies:
        return _declined(generation, reading, "empty_corpus", "The corpus holds no policies.")
    if reading.unknown_issuers:
        return _declined(generation, reading, "unknown_issuer", _unknown(generation, reading))
    asks_for_all = reading.asks_for_all
    if not asks_for_all:
        reading = looked_up(reading)
    if reading.compares:
        detail = "I can't compare counts. Ask for a list to see how many there are."
        return _declined(generation, reading, "nothing_similar_enough", detail)
    if not reading.search_text and not reading.conditions and not asks_for_all:
        return _declined(
            generation,
            reading,
            "empty_question",
            reading.missing or "There is no question to answer.",
        )
    if reading.unreadable_date:
        return _declined(
            generation, reading, "no_policy_matches_filters", reading.unreadable_date,
            empty_filter="dates",
        )  # fmt: skip
    mask = generation.policies_matching(reading.conditions)
    if mask is not None and not mask.any():
        return _nothing_matches(generation, reading, how.hear, how.score)
    today = narrowed(generation, reading, mask)
    if today is not None and not today.any():
        return _nothing_matches(generation, reading, how.hear, how.score)
    if not reading.topic:
        return _everything(generation, reading, today, how.limit)
    parts = alternatives(reading)
    found = [answer for part in parts for answer in [_answered(part, how)] if answer.answered]
    if found:
        return _any_of(reading, found, how)
    return with_other_versions(
        generation, reading, mask, lambda some: _search(reading, some, how), limit=how.limit
    )


def _any_of(reading: Query, answers: Sequence[Answer], how: _How) -> Answer:
    """Return the list of all policies that answer one of several questions, each once."""
    hits: dict[str, Hit] = {}
    for hit in (hit for answer in answers for hit in answer.hits):
        other = hits.get(hit.policy.id)
        if other is None or hit.score > other.score:
            hits[hit.policy.id] = hit
    places = {name: how.generation.policy_ordinal(name) or 0 for name in hits}
    in_order = sorted(hits, key=lambda name: places[name])
    if reading.order == "newest":
        ordinals = _newest_first(how.generation, np.array(sorted(places.values())))
        in_order.sort(key=lambda name: ordinals.tolist().index(places[name]))
    in_order = in_order[: reading.count]
    shown = in_order[: how.limit or None]
    return Answer(
        reading=reading,
        hits=tuple(hits[name] for name in shown),
        total=len(in_order),
        index=how.generation.info,
        confidence=max(answer.confidence or 0.0 for answer in answers),
        evidence=tuple(row for answer in answers for row in answer.evidence),
    )


def _unknown(generation: Generation, reading: Query) -> str:
    """Say which body the corpus does not know, and which it knows that may be meant."""
    if reading.nearest:
        names = ", ".join(f"“{name}”" for name in reading.unknown_issuers)
        return f"{names} may be several bodies: {'; '.join(reading.nearest)}. Say which one."
    known = {name.casefold(): name for name, _ in generation.issuer_counts()}
    close = [
        known[found]
        for name in reading.unknown_issuers
        for found in difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.8)
    ]
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return f"The corpus knows no issuer called {', '.join(reading.unknown_issuers)}.{hint}"


def _declined(
    generation: Generation,
    reading: Query,
    reason: Reason,
    detail: str,
    *,
    near: tuple[Hit, ...] = (),
    **more: Any,  # noqa: ANN401 - fields of Answer
) -> Answer:
    return Answer(
        reading=reading,
        hits=(),
        total=0,
        index=generation.info,
        reason=reason,
        detail=detail,
        near_misses=near,
        **more,
    )


def _nothing_matches(
    generation: Generation, reading: Query, hear: Hear, score: Score | None
) -> Answer:
    """Say which filter leaves nothing, and show what there is without it."""
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
        said, ordinals = below
        return _declined(
            generation, reading, "no_policy_matches_filters", f"{detail} {said}",
            near=leading_hits(generation, ordinals[:_MOST_BELOW]), empty_filter="issuers",
        )  # fmt: skip
    rest = dataclasses.replace(reading, conditions=rests[name])
    if name in freeing and (rest.conditions or rest.search_text):
        found = answer_reading(
            generation, rest, hear, limit=_NEAR_MISSES, explain=False, score=score
        )
        near = found.hits[:_NEAR_MISSES]
    if name == "number" and not near:
        near = leading_hits(generation, numbered_alike(generation, reading.numbers)[:_NEAR_MISSES])
    return _declined(
        generation, reading, "no_policy_matches_filters", detail, near=near, empty_filter=name
    )


def _of_bodies_below(generation: Generation, reading: Query) -> tuple[str, list[int]] | None:
    """Return what the bodies below those asked for issued, in words and as ordinals.

    None where they issued nothing that meets the other conditions.
    """
    asked = next((one for one in reading.conditions if isinstance(one, IssuedBy)), None)
    if asked is None:
        return None
    book = generation.known_issuers
    others = [one for one in reading.conditions if one is not asked]
    said: list[str] = []
    found: set[int] = set()
    for child in dict.fromkeys(child for name in asked.names for child in book.children(name)):
        mask = generation.policies_matching([*others, IssuedBy((child,))])
        if mask is not None and mask.any():
            said.append(f"{child} issued {int(mask.sum())}")
            found.update(np.flatnonzero(mask).tolist())
    if not said:
        return None
    return f"Of the bodies below, {', '.join(said)}.", sorted(found)


def _in_words(conditions: Sequence[Condition]) -> str:
    return ", ".join(conditions_in_words(conditions))


def _some(mask: NDArray[np.bool_] | None) -> bool:
    return mask is None or bool(mask.any())


def _everything(
    generation: Generation, reading: Query, mask: NDArray[np.bool_] | None, limit: int
) -> Answer:
    """Answer a question that is all conditions: every policy they allow, in date order."""
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


def _search(reading: Query, mask: NDArray[np.bool_] | None, how: _How) -> Answer:
    generation, hear, limit = how.generation, how.hear, how.limit
    asks_for_all = reading.asks_for_all
    count = CANDIDATES * 10 if asks_for_all else CANDIDATES
    while True:
        evidence = gather(generation, reading, hear, mask, count)
        evidence = judged(generation, reading.question, evidence, hear, each=asks_for_all)
        if asks_for_all:
            evidence = in_own_words(generation, evidence, _CITED)
        else:
            evidence = reranked(generation, reading, evidence, how.score)
        having = None
        if is_single(reading.search_text):
            evidence, having = about_the_word(
                generation, reading.search_text, evidence, whole=asks_for_all
            )
        best = evidence.best_sure
        if asks_for_all or having is not None:
            places = _belonging(evidence, having)
        else:
            places = _relevant(evidence)
        # A list is complete when what was looked at goes well beyond what belongs to it.
        if not asks_for_all or 2 * len(places) <= len(best) or count >= generation.info.passages:
            break
        count *= 4
    rows = _explained(generation, evidence) if how.explain else ()
    foreign = len(best) > 0 and bool(evidence.is_across.all())
    plain = asks_plainly(reading.question) and not foreign
    strange = unheld(evidence.text, evidence.words) if plain else ()
    surest = float(best.max(initial=0.0))
    if reading.numbers:
        return _numbered(generation, reading, evidence, mask, limit=limit, rows=rows)
    if not places:
        if reading.missing and evidence.covered.max(initial=0.0) < 1.0:
            return _declined(generation, reading, "empty_question", reading.missing)
        near = _hits(generation, reading, evidence, _closest(reading, evidence, how.named))
        detail = (
            "Nothing here surely answers this question."
            if near
            else "The corpus has nothing similar enough to this question."
        )
        return _declined(
            generation, reading, "nothing_similar_enough", detail,
            near=near, confidence=surest, evidence=rows,
            unheld=strange,
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
        ended = ended_of(generation, reading, {owners[i] for i in places} - {*how.named})
        places.sort(key=lambda i: (owners[i] not in how.named, owners[i] in ended))
    places = places[: reading.count]
    total = len(places)
    shown = places[:limit] if limit else places
    hits = _hits(generation, reading, evidence, shown)
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
    """Answer with the documents that have the numbers asked for, whatever else is asked of them."""
    ranked = evidence.ranked.policies
    having = np.flatnonzero(mask) if mask is not None else ranked
    rest = np.setdiff1d(having, ranked)
    places = list(range(len(ranked)))[: limit or None]
    others = rest[: limit - len(places)] if limit else rest
    hits = _hits(generation, reading, evidence, places)
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


def _relevant(evidence: Evidence) -> list[int]:
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


def _belonging(evidence: Evidence, having: NDArray[np.bool_] | None) -> list[int]:
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


def _closest(reading: Query, evidence: Evidence, named: Sequence[int]) -> list[int]:
    """Return the places of the policies that may answer, best first, the ``named`` ones before.

    One that holds every word of the topic in a passage is as near as it can be said to be.
    """
    covered = evidence.ranked.best(evidence.covered)
    least = CLOSEST_ALONE if is_single(reading.search_text) else CLOSEST
    enough = np.where(evidence.is_across, CLOSEST_ACROSS, least)
    near = (evidence.best_sure >= enough) | (covered >= 1.0)
    places: list[int] = np.flatnonzero(near).tolist()
    places.sort(key=lambda place: int(evidence.ranked.policies[place]) not in named)
    return places[:_NEAR_MISSES]


def _hits(
    generation: Generation, reading: Query, evidence: Evidence, places: Sequence[int]
) -> tuple[Hit, ...]:
    """Return the policies at some places of the ranking, with their best passages."""
    ranked = evidence.ranked
    chosen = [_quoted(ranked, place) for place in places]
    quoted = [row for rows in chosen for row in rows]
    passages = iter(generation.passages(evidence.candidates.passages[quoted].tolist()))
    policies = generation.policies(ranked.policies[list(places)].tolist())
    hits: list[Hit] = []
    for place, rows, policy in zip(places, chosen, policies, strict=True):
        quotes = tuple(
            Quote(passage, _spans(reading, evidence, passage, row), float(evidence.sure[row]))
            for row, passage in zip(rows, itertools.islice(passages, len(rows)), strict=True)
        )
        hits.append(Hit(policy, float(evidence.best_sure[place]), quotes))
    return tuple(hits)


def _quoted(ranked: Ranked, place: int) -> list[int]:
    """Return the rows of a policy's passages that are shown, best first."""
    rows = ranked.rows(place)
    scores = ranked.row_scores[rows]
    quoted = scores >= _ALSO_QUOTED * scores.max()
    quoted[0] = True  # a re-ranker may prefer another than the ranking does
    shown: list[int] = rows[quoted][:QUOTES].tolist()
    return shown


def _spans(reading: Query, evidence: Evidence, passage: Passage, row: int) -> tuple[Span, ...]:
    phrases = phrase_spans(passage.text, reading.contained)
    if phrases:
        return phrases
    first, end = evidence.candidates.sentence_offsets[row : row + 2].tolist()
    cosines = evidence.candidates.sentence_cosines[first:end]
    covered = float(evidence.covered[row])
    return best_sentence(passage, evidence.words, cosines if len(cosines) else None, covered)


def _explained(generation: Generation, evidence: Evidence) -> tuple[dict[str, Any], ...]:
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
