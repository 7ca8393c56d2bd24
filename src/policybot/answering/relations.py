"""Answers about relations between policies, and the relations shown with other answers."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from policybot.answering.named_policies import (
    KINDS_OF_DOCUMENT,
    Named,
    by_title,
    named_policies,
    only_one,
    speaks_of_a_document,
)
from policybot.answering.passages.answer import answer_reading
from policybot.answering.relation_readings import DONE, readings, really, relation_in_words
from policybot.answering.stated_relations import Keys, does_it, is_to, keys_named, quotes_stating
from policybot.answering.versions import day_of, versions_on
from policybot.answering.whole_policies import leading_hit
from policybot.corpus.relating.resolve import keys_of_policy, number_key
from policybot.corpus.relating.statements import stated_relations
from policybot.corpus.validity import Status
from policybot.index.analyse import words
from policybot.index.serve.filters import comparable
from policybot.index.serve.interface import Generation
from policybot.model import (
    NO_TERMS,
    RELATION_KINDS,
    Answer,
    Hit,
    Policy,
    Quote,
    RelationAsked,
    RelationTerms,
    Relative,
    affecting,
)
from policybot.query.conditions import Numbered
from policybot.query.query import Query
from policybot.query.rules.relations import Asked
from policybot.retrieval.evidence import EncodeQuestion
from policybot.retrieval.highlight import phrase_spans

_STATED: dict[str, Status] = {"repeals": "repealed", "replaces": "superseded"}
"""The status of the object that each relation implies."""

_SHOWN = 3
_WHICH = re.compile("哪[一几]?[个项份部条篇]?")
_BARE = re.compile(
    r"(?:(?:what|which|who|list|show|give|me|all|any|anything|something|everything|else|the|ones?"
    r"|of|them|these|those|is|are|there|was|were|has|have|been) ?)*"
    r"|(?:什么|哪[一几些]?[个项份部条篇]?|[有是都已被])*"
)
_ADVERBS = frozenset(words("later newer new old older other recent since else next"))
"""Words in the subject of a question that do not restrict what is asked for."""


def relatives_of(generation: Generation, ordinal: int) -> tuple[Relative, ...]:
    """Return the policies with a relation to a policy, by kind and then by date."""
    related = generation.relations.subjects(ordinal)
    if not related:
        return ()
    own = generation.policy(ordinal).id
    others = [(kind, generation.policy(subject)) for kind, subject in related]
    return tuple(_relative(kind, policy, policy.terms_of(kind, own)) for kind, policy in others)


def relatives_named_by(generation: Generation, policy: Policy) -> tuple[Relative, ...]:
    """Return the objects of a policy's own relations, by kind and then by date."""
    objects = [
        (kind, generation.policy(ordinal))
        for kind in RELATION_KINDS
        for ordinal in _objects(generation, policy, kind)
    ]
    return tuple(_relative(kind, named, policy.terms_of(kind, named.id)) for kind, named in objects)


def with_affected(generation: Generation, answer: Answer) -> Answer:
    """Return the answer with the policies that replace, repeal or amend its hits."""
    if not len(generation.relations):
        return answer
    return dataclasses.replace(
        answer,
        hits=tuple(_affected(generation, hit) for hit in answer.hits),
        near_misses=tuple(_affected(generation, hit) for hit in answer.near_misses),
    )


def _affected(generation: Generation, hit: Hit) -> Hit:
    ordinal = generation.policy_ordinal(hit.policy.id)
    if ordinal is None:
        return hit
    return dataclasses.replace(hit, affected_by=affecting(relatives_of(generation, ordinal)))


def answer_relation(
    generation: Generation,
    asked: Asked,
    head: Query,
    name: Named | None,
    encode: EncodeQuestion,
    *,
    shown: Sequence[int],
    question: str,
    limit: int,
) -> Answer | str:
    """Return the answer to a question about relations, or the reason why it is not one.

    It is declined if the corpus records no such relation, or has no policy of that name.

    Args:
        generation: The index.
        asked: What the question asks.
        head: The reading of the words for what is wanted ("which policies of 2013"), with the
            conditions of the caller.
        name: The parsed name of the policy; None if it names none.
        encode: Encodes a question.
        shown: The policy shown before, if the question refers to it.
        question: The question as typed.
        limit: Hits at most; 0 for all.
    """
    if head.unknown_issuers or head.unreadable_date:
        return "the policies it asks for are of a body or a date that is not known"
    if shown:
        return _answered(generation, asked, head, [shown], encode, question=question, limit=limit)
    if (asked.kind == "implements" or name is None) and not _asks_for_policies(asked.head):
        return f"“{asked.head}” is no policy"
    if name is not None and asked.wanted == "subjects" and not (name.is_document or name.words):
        return f"“{asked.named}” is no policy"
    if name is not None and _is_of_kind_asked(asked):
        name = dataclasses.replace(name, is_marked=True)
    tiers = _named(generation, asked, name, encode) if name is not None else []
    if name is not None and not tiers and (asked.kind == "implements" or not name.is_document):
        return f"no policy of the corpus is called “{asked.named}”"
    return _answered(generation, asked, head, tiers, encode, question=question, limit=limit)


def _asks_for_policies(head: str) -> bool:
    """Tell whether a question asks for policies ("which notice", "what"), not "which body"."""
    return not head or speaks_of_a_document(head) or bool(_BARE.fullmatch(head.lower()))


def _is_of_kind_asked(asked: Asked) -> bool:
    """Tell a name with the noun of what is asked for: "which guide replaced the lamp guide"."""
    head, named = words(_WHICH.sub(" ", asked.head)), words(asked.named)
    return (
        bool(head and named)
        and _BARE.fullmatch(asked.head.lower()) is None
        and (
            head[-1] == named[-1]
            or asked.named.endswith(_WHICH.sub("", asked.head).strip() or "\0")
        )
    )


def _named(
    generation: Generation, asked: Asked, name: Named, encode: EncodeQuestion
) -> list[list[int]]:
    """Return the policies that a question may name, likeliest first."""
    if asked.kind == "implements":
        tiers = by_title(generation, name) or [[ordinal] for ordinal in only_one(generation, name)]
    else:
        tiers = named_policies(generation, name, encode)
    kept = [
        [ordinal for ordinal in tier if _may_be(generation, asked, name, ordinal)] for tier in tiers
    ]
    if asked.wanted == "subjects":
        later = _about_another(generation, [*itertools.chain(*kept)])
        kept = [[ordinal for ordinal in tier if ordinal not in later] for tier in kept]
    return [tier for tier in kept if tier]


def _about_another(generation: Generation, candidates: Sequence[int]) -> set[int]:
    """Return which candidates amend another, or end it and have its title within their own.

    "What amended the noise ordinance?" means the ordinance, not the notice that amends it.
    """
    found: set[int] = set()
    for ordinal in candidates:
        title = {*words(generation.titles([ordinal])[0])}
        for kind, subject in generation.relations.subjects(ordinal):
            own = {*words(generation.titles([subject])[0])}
            if subject in candidates and (kind == "amends" or title < own):
                found.add(subject)
    return found


def _may_be(generation: Generation, asked: Asked, name: Named, ordinal: int) -> bool:
    """Tell whether a policy may be the one named, and not one that is about it.

    "Amendments to Order No. 7" is not Order No. 7, and what revokes a notice is not that notice.
    """
    policy = generation.policy(ordinal)
    numbers = {number_key(number) for number in name.reading.numbers}
    if numbers and not numbers & {*keys_of_policy(policy)}:
        having = generation.policies_matching([Numbered(name.reading.numbers)])
        if having is None or not having[ordinal]:
            return False
    keys = keys_named(asked, name, ())
    return asked.wanted == "objects" or not does_it(policy, asked, keys)


def _answered(
    generation: Generation,
    asked: Asked,
    head: Query,
    tiers: Sequence[Sequence[int]],
    encode: EncodeQuestion,
    *,
    question: str,
    limit: int,
) -> Answer:
    """Return the answer to a question about one kind of relation of the candidate policies."""
    results, meant = set[int](), list[int]()
    said: str | None = None
    if not asked.named:
        kinds = (asked.kind, *asked.others)
        some = (_any(generation, dataclasses.replace(asked, kind=kind)) for kind in kinds)
        results = {*itertools.chain(*some)}
        said = _also(asked) if results else None
    if asked.named:
        for read in readings(asked):
            results, meant = _related(generation, read, tiers)
            if results:
                said = really(asked, read)
                asked = read
                break
        meant = meant or [*itertools.chain(*tiers[:1])]
    relation = RelationAsked(
        asked.kind,
        asked.wanted,
        asked.named,
        tuple(
            _relative(asked.kind, generation.policy(ordinal))
            for ordinal in (meant if results or len(meant) == 1 else ())
        ),
    )
    reading = dataclasses.replace(
        head,
        question=question,
        intent="list",
        order="relevance",
        topic=_topic(head),
        missing=None,
        relation=relation,
        notes=(f"asks for {relation_in_words(relation)}", *_filter_notes(head)),
    )
    chosen = _chosen(generation, reading, results, encode)
    if not chosen:
        return Answer(
            reading=reading,
            hits=(),
            total=0,
            index=generation.info,
            reason="no_such_relation",
            detail=_why_none(relation, is_held=bool(meant), others=len(results)),
            near_misses=tuple(leading_hit(generation, ordinal) for ordinal in meant[:_SHOWN]),
        )
    shown = chosen[:limit] if limit else chosen
    titles = [relative.title for relative in relation.policies]
    subjects = asked.wanted == "subjects" and bool(asked.named)
    policies = [generation.policy(ordinal) for ordinal in meant] if subjects else []
    keys = frozenset(key for policy in policies for key in keys_of_policy(policy))
    hits = tuple(
        _stating(generation, ordinal, asked.kind, keys) or _hit(generation, ordinal, titles)
        for ordinal in shown
    )
    return Answer(reading=reading, hits=hits, total=len(chosen), index=generation.info, detail=said)


def _related(
    generation: Generation, asked: Asked, tiers: Sequence[Sequence[int]]
) -> tuple[set[int], list[int]]:
    """Return what has the relation to the likeliest candidates with one, and these."""
    edges = {ordinal: _wanted(generation, asked, ordinal) for tier in tiers for ordinal in tier}
    tier = next((tier for tier in tiers if any(edges[ordinal] for ordinal in tier)), [])
    meant = [ordinal for ordinal in tier if edges[ordinal]]
    return {wanted for ordinal in meant for wanted in edges[ordinal]}, meant


def _why_none(relation: RelationAsked, *, is_held: bool, others: int) -> str:
    if others:
        return f"There are {relation_in_words(relation)}, but none is what was asked for."
    if relation.named and not is_held:
        done, named = DONE[relation.kind], relation.named
        fact = f"what it {done}" if relation.wanted == "objects" else f"what {done} it"
        return f"The corpus holds no policy called “{named}”, and no text states {fact}."
    return f"The corpus records no {relation_in_words(relation, noun='policy')}."


def _wanted(generation: Generation, asked: Asked, ordinal: int) -> list[int]:
    """Return the ordinals that a question asks for about one policy that it names."""
    if asked.wanted == "objects":
        return _objects(generation, generation.policy(ordinal), asked.kind)
    subjects = generation.relations.subjects(ordinal)
    return [subject for kind, subject in subjects if kind == asked.kind]


def _any(generation: Generation, asked: Asked) -> Iterator[int]:
    """Yield the ordinals that answer a question without a named policy."""
    if asked.wanted == "objects" and asked.kind in _STATED:
        yield from generation.states.of_status(_STATED[asked.kind])
    for ordinal in generation.relations.objects(asked.kind).tolist():
        if asked.wanted == "objects":
            yield ordinal
            continue
        related = generation.relations.subjects(ordinal)
        yield from (subject for its, subject in related if its == asked.kind)


def _also(asked: Asked) -> str | None:
    """Say what else is in a list of several kinds of relations."""
    also = " or ".join(DONE[kind] for kind in asked.others)
    were = "were" if asked.wanted == "objects" else "have"
    return f"With those that {were} {also}." if also else None


def _objects(generation: Generation, policy: Policy, kind: str) -> list[int]:
    known = (generation.policy_ordinal(policy_id) for policy_id in policy.relations.get(kind, ()))
    return sorted(ordinal for ordinal in known if ordinal is not None)


def _topic(head: Query) -> str:
    """Return the topic of the requested policies, or an empty string."""
    topic = head.topic
    for hint in head.hints:
        topic = topic.replace(hint.wording, " ")
    terms = set(words(_WHICH.sub(" ", topic)))
    return head.topic if terms - KINDS_OF_DOCUMENT - _ADVERBS else ""


def _chosen(
    generation: Generation, reading: Query, results: set[int], encode: EncodeQuestion
) -> list[int]:
    """Return the results that satisfy the reading's filters and topic, in date order."""
    chosen = sorted(versions_on(generation, results, day_of(reading)))
    for conditions in (reading.conditions, *([hint.condition] for hint in reading.hints)):
        mask = generation.policies_matching(conditions)
        if mask is not None:
            chosen = [ordinal for ordinal in chosen if mask[ordinal]]
    if reading.topic and chosen:
        plain = dataclasses.replace(reading, relation=None)
        answer = answer_reading(generation, plain, encode, limit=0, explain=False)
        about = {generation.policy_ordinal(hit.policy.id) for hit in answer.hits}
        chosen = [ordinal for ordinal in chosen if ordinal in about]
    return chosen


def _stating(generation: Generation, ordinal: int, kind: str, keys: Keys) -> Hit | None:
    """Return a policy with the passages that state a relation to the document with the keys."""
    policy = generation.policy(ordinal)
    stated = [
        relation
        for relation in (stated_relations(policy.title, policy.body) if keys else ())
        if relation.kind == kind and relation.line and is_to(relation, keys)
    ]
    if not stated:
        return None
    quotes = tuple(quotes_stating(generation, ordinal, policy, stated))
    return Hit(policy, 1.0, quotes[:_SHOWN])


def _hit(generation: Generation, ordinal: int, titles: Sequence[str]) -> Hit:
    """Return a policy with the passage that mentions one of the titles, else its first."""
    hit = leading_hit(generation, ordinal)
    wanted = [title for title in titles if comparable(title) in comparable(hit.policy.body)]
    if not wanted:
        return hit
    first, end = generation.policy_passages[ordinal : ordinal + 2].tolist()
    for passage in generation.passages(range(first, end)):
        spans = phrase_spans(passage.text, wanted)
        if spans:
            return dataclasses.replace(hit, quotes=(Quote(passage, spans, 1.0),))
    return hit


def _relative(kind: str, policy: Policy, terms: RelationTerms = NO_TERMS) -> Relative:
    return Relative(kind, policy.id, policy.title, policy.date, terms)


def _filter_notes(head: Query) -> list[str]:
    return [note for note in head.notes if note.startswith(("issued", "document number"))]
