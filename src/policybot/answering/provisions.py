"""Answers that are provisions, for "What does Article 5 of the Measures say?".

The policy is the one that the question names, by number, title or words of it, or the one that the
answer before showed; the answer is the provision itself, or that the policy has none so numbered,
with those it has.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from policybot.answering.named_policies import (
    KINDS_OF_DOCUMENT,
    Named,
    as_closest,
    by_search,
    by_title,
    may_be_called,
)
from policybot.answering.versions import day_of, versions_on
from policybot.answering.whole_policies import leading_hit
from policybot.corpus.provisions.divide import passage_of
from policybot.corpus.provisions.labels import RANKS
from policybot.corpus.provisions.lookup import enclosing, in_words, meant_by, what_there_is
from policybot.corpus.provisions.references import references
from policybot.corpus.text.language import language_of
from policybot.errors import ProvisionNotFoundError
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Answer, CitedProvision, Hit, Policy, Provision, Quote, ShownProvision
from policybot.query.conditions import AtProvision, Numbered
from policybot.query.query import Query
from policybot.retrieval.evidence import EncodeQuestion
from policybot.retrieval.stop_words import says_nothing

_SHOWN = 3
_CITED = 5
"""Maximum numbers of policies in an answer, and of cited provisions shown with a provision."""

_HELD = 0.7
"""Least share of a name's words in the title of a policy found by a search."""


def show_provision(generation: Generation, ordinal: int, address: str) -> ShownProvision:
    """Return the provision of a policy at an address.

    Raises:
        ProvisionNotFoundError: it has none there; the message lists those it has.
    """
    policy = generation.policy(ordinal)
    provisions = generation.provisions(ordinal)
    wanted = address.strip().lower()
    match = next((provision for provision in provisions if provision.address == wanted), None)
    if match is None:
        steps = tuple(("", part) for part in wanted.split("."))
        above = next(
            (part for part in reversed(provisions) if wanted.startswith(f"{part.address}.")), None
        )
        contents = what_there_is(provisions, [(above.address, ""), *steps] if above else ())
        raise ProvisionNotFoundError(_none_there(f"{policy.index_id}#{address}", contents))
    return ShownProvision(
        policy,
        passage_of(policy, match),
        policy.body[slice(*match.label)],
        tuple(_cited(policy, provisions, match)),
    )


def _none_there(named: str, contents: str) -> str:
    has = f"it has {contents}" if contents else "it has no numbered provisions"
    return f"{named}: the policy has no such provision; {has}"


def answer_provisions(
    generation: Generation,
    query: Query,
    read_named: Callable[[str], Named],
    encode: EncodeQuestion,
    *,
    limit: int,
) -> Answer | None:
    """Return the provisions that a question asks for, or an answer that there are none.

    None if no policy of the corpus has that name: then the question is searched for like any other.
    """
    if not query.provision_of and not query.ids and _says_nothing(query, generation):
        named = " or ".join(asked.in_words() for asked in query.provisions)
        return Answer(
            reading=query,
            hits=(),
            total=0,
            index=generation.info,
            reason="empty_question",
            detail=f"Say which policy is meant, to be shown its {named}.",
        )
    tiers, sure = _policies(generation, query, read_named, encode)
    if not tiers:
        return None
    hits = [
        hit for ordinal in tiers if (hit := _hit(generation, ordinal, query.provisions)) is not None
    ]
    if hits:
        shown = hits[: limit or _SHOWN]
        detail = " ".join(dict.fromkeys(note for _, note in shown if note)) or None
        return Answer(
            reading=dataclasses.replace(query, intent="find"),
            hits=tuple(hit for hit, _ in shown),
            total=len(hits),
            index=generation.info,
            detail=detail,
        )
    if not sure or (_asks_more(query) and not _numbers_so(generation, query, tiers)):
        return None
    return _none(generation, query, tiers)


def found_by_search(generation: Generation, query: Query, answer: Answer) -> Answer:
    """Return the result of a search for a provision of a policy that no title matches.

    The result stands if it quotes a provision with that number, of a policy whose title may be
    meant. Otherwise the named policy is not among the hits, which become near misses.
    """
    if not query.provision_of or not answer.answered or answer.reading.intent == "list":
        return answer
    first = answer.hits[0]
    if may_be_called(first.policy, query.provision_of) and _quotes_one(
        generation, first, query.provisions
    ):
        return answer
    return as_closest(answer, query.provision_of)


def _quotes_one(generation: Generation, hit: Hit, wanted: Sequence[AtProvision]) -> bool:
    ordinal = generation.policy_ordinal(hit.policy.index_id)
    if ordinal is None:
        return False
    provisions = generation.provisions(ordinal)
    spans = [provision.span for asked in wanted for provision in meant_by(provisions, asked.steps)]
    return any(
        start < quote.passage.end and quote.passage.start < end
        for start, end in spans
        for quote in hit.quotes
    )


def _asks_more(query: Query) -> bool:
    """Tell whether a question for a provision also asks for content."""
    terms = {*words(query.topic)} - {*words(query.provision_of)} - KINDS_OF_DOCUMENT
    return any(not says_nothing(term) for term in terms)


def _numbers_so(generation: Generation, query: Query, ordinals: Sequence[int]) -> bool:
    """Tell whether one of the policies has any provisions of the kind asked for."""
    kind = query.provisions[0].steps[0][0]
    return any(
        provision.address.startswith(kind)
        for ordinal in ordinals[:_SHOWN]
        for provision in generation.provisions(ordinal)
    )


def _says_nothing(query: Query, generation: Generation) -> bool:
    """Tell whether a question names no policy while the corpus has several."""
    several = generation.info.documents > 1
    return several and not (query.topic or query.conditions or query.titles)


def _policies(
    generation: Generation, query: Query, read_named: Callable[[str], Named], encode: EncodeQuestion
) -> tuple[list[int], bool]:
    """Return the policies that a question may mean, likeliest first, and whether it names them."""
    mask = generation.policies_matching(query.conditions)

    def allowed(ordinals: Sequence[int]) -> list[int]:
        held = versions_on(generation, ordinals, day_of(query))
        return [ordinal for ordinal in held if mask is None or mask[ordinal]]

    if query.ids:
        known = (generation.policy_ordinal(policy_id) for policy_id in query.ids)
        return allowed([ordinal for ordinal in known if ordinal is not None][:1]), True
    if any(isinstance(condition, Numbered) for condition in query.conditions):
        return ([] if mask is None else allowed(np.flatnonzero(mask).tolist())), True
    if named := allowed(query.titles):
        return named, True
    name = query.provision_of
    if name:
        read = read_named(name)
        kinds = KINDS_OF_DOCUMENT.intersection(words(name))
        for tier in by_title(generation, read):
            if titled := _of_kind(generation, allowed(tier), kinds):
                return titled, True
        if kinds.issuperset(words(name)):
            titled = allowed(_titled(generation, words(name)))
            return titled, bool(titled) and len(titled) <= _SHOWN
        searched = _of_kind(generation, allowed(by_search(generation, read, encode)), kinds)
        return [
            ordinal for ordinal in searched if _speaks_of(generation.policy(ordinal), read)
        ], False
    if generation.info.documents == 1:
        return allowed([0]), True
    if mask is not None and query.conditions:
        return allowed(np.flatnonzero(mask).tolist()), False
    return [], False


def _speaks_of(policy: Policy, name: Named) -> bool:
    """Tell whether a title has most of a name's words; otherwise it only shares its topic.

    True for a title in another language, which cannot share words.
    """
    if language_of(policy.title) != language_of(name.text):
        return True
    telling = {word.term for word in name.words} - KINDS_OF_DOCUMENT
    held = {*words(f"{policy.title} {policy.number or ''}")}
    return len(telling & held) >= _HELD * len(telling)


def _titled(generation: Generation, terms: Sequence[str]) -> list[int]:
    """Return the policies whose title has every term: "the Measures"."""
    held = np.ones(generation.info.policies, dtype=np.bool_)
    for term in terms:
        led = np.zeros_like(held)
        led[generation.policies_led_by(term)] = True
        held &= led
    ordinals = np.flatnonzero(held)[:100].tolist()
    policies = zip(ordinals, generation.policies(ordinals), strict=True)
    return [ordinal for ordinal, policy in policies if {*terms} <= {*words(policy.title)}]


def _of_kind(generation: Generation, ordinals: Sequence[int], kinds: frozenset[str]) -> list[int]:
    """Return the policies of the kind that a name states: no waiver is "the Trade Act"."""
    if not kinds:
        return list(ordinals)
    generic = {term for kind in generation.corpus_words.kinds for term in words(kind)}
    policies = zip(ordinals, generation.policies(ordinals), strict=True)
    return [
        ordinal for ordinal, policy in policies if kinds & _kinds_of(policy) or not kinds & generic
    ]


_OF_WHAT = re.compile(
    r"\b(?:of|for|on|to|under|with|by|in|regarding|concerning|de|del|para|sobre)\b", re.IGNORECASE
)


def _kinds_of(policy: Policy) -> set[str]:
    """Return the terms that may say what kind of document a policy is.

    In a title of words: its last, and the last before what it is of or on.
    """
    number = {*words(policy.number or "")}
    if any(letter > "⺀" for letter in policy.title):
        return number | {*words(policy.title)}
    head = words(_OF_WHAT.split(policy.title, maxsplit=1)[0])
    return number | {*head[-1:], *words(policy.title)[-1:]}


def _hit(
    generation: Generation, ordinal: int, wanted: Sequence[AtProvision]
) -> tuple[Hit, str] | None:
    """Return a policy with the requested provisions, and notes; None if it has none."""
    provisions = generation.provisions(ordinal)
    policy = generation.policy(ordinal)
    chosen: dict[str, Provision] = {}
    notes: list[str] = []
    for asked in wanted:
        matches = meant_by(provisions, asked.steps)
        if not matches and (above := _holding(policy, provisions, asked)):
            matches = [above]
            notes.append(f"{asked.in_words()} is within the text of {in_words(above.address)}.")
        elif not matches and len(wanted) > 1:
            contents = what_there_is(provisions, asked.steps)
            notes.append(f"“{policy.title}” has no {asked.in_words()}; it has {contents}.")
        chosen |= {provision.address: provision for provision in matches}
    if not chosen:
        return None
    quotes = tuple(
        Quote(passage_of(policy, provision), (), 1.0, tuple(_cited(policy, provisions, provision)))
        for provision in chosen.values()
    )
    return Hit(policy, 1.0, quotes), " ".join(notes)


def _holding(
    policy: Policy, provisions: Sequence[Provision], wanted: AtProvision
) -> Provision | None:
    """Return the provision whose running text contains a part: "(i) …; and (ii) …"."""
    above = enclosing(provisions, wanted.steps)
    if above is None or wanted.steps[-1][0] in RANKS:
        return None
    part = wanted.steps[-1][1]
    text = policy.body[slice(*above.span)].lower()
    return above if f"({part})" in text or f"（{part}）" in text else None


def _cited(
    policy: Policy, provisions: Sequence[Provision], provision: Provision
) -> Iterator[CitedProvision]:
    """Yield the provisions of the same policy that a provision refers to."""
    cited = references(policy.body, provision.span, provisions, provision.address)
    for (start, end), target in [*cited][:_CITED]:
        yield CitedProvision(policy.body[start:end], passage_of(policy, target))


def _none(generation: Generation, query: Query, ordinals: Sequence[int]) -> Answer:
    """Answer that the policies have no such provision, and list what they have."""
    notes: list[str] = []
    near: list[Hit] = []
    named = " or ".join(asked.in_words() for asked in query.provisions)
    for ordinal in ordinals[:_SHOWN]:
        provisions = generation.provisions(ordinal)
        policy = generation.policy(ordinal)
        contents = what_there_is(provisions, query.provisions[0].steps)
        has = f"it has {contents}" if contents else "it has no numbered provisions"
        notes.append(f"“{policy.title}” has no {named}: {has}.")
        above = enclosing(provisions, query.provisions[0].steps)
        if above is not None:
            near.append(Hit(policy, 1.0, (Quote(passage_of(policy, above), (), 1.0),)))
        else:
            near.append(leading_hit(generation, ordinal))
    return Answer(
        reading=dataclasses.replace(query, intent="find"),
        hits=(),
        total=0,
        index=generation.info,
        reason="no_such_provision",
        detail=" ".join(notes),
        near_misses=tuple(near),
    )
