"""Answers about relations that no policy records, from the passages that state them.

What revokes a document, even one not in the corpus, is stated by the texts that mention it; what a
policy revokes, by its own text. A passage that mentions it and states nothing is no answer.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from policybot.answering.named_policies import Named, only_near
from policybot.answering.relation_readings import DONE
from policybot.answering.whole_policies import QUOTES
from policybot.corpus.relating.resolve import keys_of, keys_of_policy, number_key, title_key
from policybot.corpus.relating.statements import StatedRelation, stated_relations
from policybot.corpus.text.language import STATE
from policybot.index.serve.filters import comparable
from policybot.index.serve.interface import Generation
from policybot.model import ENDING, Answer, Hit, Passage, Policy, Quote
from policybot.query.conditions import Holds, Not, Numbered
from policybot.query.query import Query
from policybot.query.rules.relations import Asked
from policybot.retrieval.highlight import phrase_spans

MOST_READ = 60
"""Maximum number of texts that are read for statements."""

MOST_NEAR = 3
"""Maximum number of policies shown for a name that no policy has."""

_FAR = 6000
"""Characters from the start of its line within which a statement names its document."""

_BRACKETS = '《》〈〉“”"「」『』 '
SAID = "No relation is recorded; what is quoted states it."
NEAR = "What is quoted does not state it in full."
OTHERWISE = "No relation is recorded; what is quoted states that it was {}, not {}."

_YEAR_AFTER = re.compile(r" (?:of|del?) (?:19|20)\d\d$|[（(]?(?:19|20)\d\d年?[）)]?$")

Keys = frozenset[str]
"""Keys of a document's numbers and titles, as in :mod:`policybot.corpus.relating.resolve`."""


def keys_named(asked: Asked, name: Named, policies: Iterable[Policy]) -> Keys:
    """Return the keys of the document that a question names, and of the candidate policies."""
    keys = {number_key(number) for number in name.reading.numbers}
    named = asked.named.strip(_BRACKETS)
    keys |= {title_key(named), title_key(named.removeprefix(STATE)), number_key(named)}
    for policy in policies:
        keys |= {*keys_of_policy(policy)}
    return frozenset(keys)


def _without_year(asked: Asked, policy: Policy) -> Keys:
    """Return the key of the name without the year it ends with, if a text has the whole name."""
    named = asked.named.strip(_BRACKETS)
    short = _YEAR_AFTER.sub("", named)
    if short == named or comparable(named) not in comparable(policy.body):
        return frozenset()
    return frozenset([title_key(short)])


def is_quoted(named: str) -> bool:
    """Tell whether a name is in quotation marks, and so names a document in any case."""
    return bool(named) and named.strip()[0] in _BRACKETS.strip()


def mentioning(query: Query, numbers: Sequence[str]) -> Query:
    """Return a query for policies that mention a document by its number, without itself."""
    return dataclasses.replace(
        query,
        conditions=(Holds(tuple(numbers), chosen=True), Not(Numbered(tuple(numbers)))),
        topic=query.question,
        search_text=query.question,
        asked_relation=None,
        policies=(),
        intent="find",
    )


def naming_only(asked: Asked, answer: Answer) -> Answer:
    """Return an answer whose policies mention a document but do not state the relation."""
    detail = f"No text states that it {asked.kind} “{asked.named}”; these name it."
    return only_near(answer, "no_such_relation", detail)


def is_to(relation: StatedRelation, keys: Keys) -> bool:
    """Tell whether a relation is to the document that has these keys."""
    short = title_key(relation.cited.title.removeprefix(STATE)) if relation.cited.title else ""
    return short in keys or any(key in keys for key, _ in keys_of(relation.cited))


def does_it(policy: Policy, asked: Asked, keys: Keys) -> bool:
    """Tell whether a policy states the requested relation to the named document."""
    named = asked.named.strip(_BRACKETS)
    stated = stated_relations(policy.title, policy.body if named in policy.body else "")
    return any(relation.kind == asked.kind and is_to(relation, keys) for relation in stated)


def answer_stated(
    generation: Generation,
    query: Query,
    asked: Asked,
    name: Named,
    meant: Sequence[int],
    search: Callable[[Query], Answer],
    *,
    limit: int,
) -> Answer | None:
    """Return the answer that texts give to a question about relations; None if they give none.

    A text is a hit if it states the relation to the whole document, or that it ends the document in
    another way, which is then said. It is a near miss if it states the relation for a part.

    Args:
        generation: The index.
        query: The question's reading.
        asked: What it asks of relations.
        name: The document that it names, as it was read.
        meant: The policies that this may be.
        search: Answers a query by a search; used where too many texts name the document.
        limit: Hits at most; 0 for all.
    """
    policies = [generation.policy(ordinal) for ordinal in meant]
    keys = keys_named(asked, name, policies)
    if asked.wanted == "objects":
        ordinals: Sequence[int] = meant
        wanted = None
    else:
        ordinals = _naming(generation, query, _phrases(asked, name, policies), meant, search)
        wanted = keys
    sure: dict[str, list[Hit]] = {asked.kind: []}
    near: list[Hit] = []
    for ordinal in ordinals:
        policy = generation.policy(ordinal)
        stated = [
            relation
            for relation in stated_relations(policy.title, policy.body)
            if (relation.kind == asked.kind or {relation.kind, asked.kind} <= {*ENDING})
            and (wanted is None or is_to(relation, wanted | _without_year(asked, policy)))
        ]
        firm = [relation for relation in stated if relation.certainty != "doubtful"]
        exact = [relation for relation in firm if relation.kind == asked.kind]
        if exact or firm:
            kind = (exact or firm)[0].kind
            sure.setdefault(kind, []).append(_hit(generation, ordinal, policy, exact or firm))
        elif stated:
            near.append(_hit(generation, ordinal, policy, stated))
    kind = next((kind for kind, hits in sure.items() if hits), asked.kind)
    if not sure[kind] and not near:
        return None
    shown = tuple(sure[kind][: limit or None])
    said = SAID if kind == asked.kind else OTHERWISE.format(DONE[kind], DONE[asked.kind])
    return Answer(
        reading=dataclasses.replace(query, intent="find"),
        hits=shown,
        total=len(sure[kind]),
        index=generation.info,
        reason=None if shown else "nothing_similar_enough",
        detail=said if shown else NEAR,
        near_misses=() if shown else tuple(near[:QUOTES]),
    )


def _phrases(asked: Asked, name: Named, policies: Iterable[Policy]) -> tuple[str, ...]:
    """Return the phrases by which texts may name the document."""
    phrases = [*name.reading.numbers, asked.named.strip(_BRACKETS)]
    phrases += [words for policy in policies for words in (policy.number, policy.title) if words]
    return tuple(dict.fromkeys(phrases))


def _naming(
    generation: Generation,
    query: Query,
    phrases: Sequence[str],
    meant: Sequence[int],
    search: Callable[[Query], Answer],
) -> list[int]:
    """Return the policies whose texts mention a document; if they are many, the likeliest."""
    holds = Holds(tuple(phrases), chosen=True)
    mask = generation.policies_matching([holds])
    if mask is None:
        return []
    naming: list[int] = [int(ordinal) for ordinal in np.flatnonzero(mask) if ordinal not in meant]
    if len(naming) <= MOST_READ:
        return naming
    searched = search(
        dataclasses.replace(
            query,
            conditions=(holds,),
            topic=query.question,
            search_text=query.question,
            asked_relation=None,
            policies=(),
            intent="find",
        )
    )
    ordinals = (generation.policy_ordinal(hit.policy.id) for hit in searched.hits)
    return [ordinal for ordinal in ordinals if ordinal is not None and ordinal not in meant][
        :MOST_READ
    ]


def _hit(
    generation: Generation, ordinal: int, policy: Policy, stated: Sequence[StatedRelation]
) -> Hit:
    quotes = [*quotes_stating(generation, ordinal, policy, stated)]
    return Hit(policy, 1.0, tuple(quotes[:QUOTES]))


def quotes_stating(
    generation: Generation, ordinal: int, policy: Policy, stated: Sequence[StatedRelation]
) -> Iterator[Quote]:
    """Yield the passages that state relations, each once, with the sentences that do."""
    first, end = generation.policy_passages[ordinal : ordinal + 2].tolist()
    passages = [*generation.passages(range(first, end))]
    quotes: dict[str, Quote] = {}
    for relation in stated:
        place = _place(policy.body, relation)
        holding = [
            passage
            for passage in passages
            if place is not None and passage.start <= place < passage.end
        ]
        for passage in (holding or passages)[:1]:
            spans = {*_sentences(passage, relation)}
            spans |= {*quotes[passage.id].highlights} if passage.id in quotes else set()
            quotes[passage.id] = Quote(passage, tuple(sorted(spans)), 1.0)
    yield from quotes.values()


def _place(body: str, relation: StatedRelation) -> int | None:
    """Return the offset in a body where a statement names its document; None for a title."""
    if not relation.line:
        return None
    at = 0
    for _ in range(relation.line - 1):
        at = body.index("\n", at) + 1
    for name in _names(relation):
        if spans := phrase_spans(body[at : at + _FAR], [name]):
            return at + spans[0][0]
    return at


def _sentences(passage: Passage, relation: StatedRelation) -> Iterator[tuple[int, int]]:
    for start, end in passage.sentences:
        if phrase_spans(passage.text[start:end], [*_names(relation)]):
            yield start, end
            return


def _names(relation: StatedRelation) -> Iterator[str]:
    """Yield the forms in which a text may cite the object of a relation."""
    yield from filter(None, (relation.cited.number, relation.cited.title, relation.cited.wording))
