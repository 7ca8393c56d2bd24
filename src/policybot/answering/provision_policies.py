"""Which policies a question for provisions means: by number, title, words of it, or a search."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from policybot.answering.named_policies import KINDS_OF_DOCUMENT, Named, by_search, by_title
from policybot.answering.versions import day_of, versions_on
from policybot.corpus.text.language import language_of
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Policy
from policybot.query.conditions import Numbered
from policybot.query.query import Query
from policybot.retrieval.evidence import EncodeQuestion
from policybot.retrieval.words.stop_words import says_nothing

SHOWN = 3
"""Maximum number of policies in an answer of provisions."""

_TELLING = 2
"""Fewest words of a name by which a policy is told, beside the kind of document."""

_LIKELY = 100
"""Most policies that are looked at for one with all words of a name in its head."""

_HEAD = 300
"""Characters of a text that may be its letterhead."""

_HELD = 0.7
"""Least share of a name's words in the title of a policy found by a search."""


def policies_meant(
    generation: Generation,
    query: Query,
    read_named: Callable[[str], Named],
    encode: EncodeQuestion,
    has: Callable[[int], bool],
) -> tuple[list[int], bool]:
    """Return the policies that a question may mean, likeliest first, and whether it names them.

    ``has`` tells whether a policy has one of the provisions that are asked for.
    """
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
        tiers = (_of_kind(generation, allowed(tier), kinds) for tier in by_title(generation, read))
        if titled := _first_with(has, [tier for tier in tiers if tier]):
            return titled, True
        if kinds.issuperset(words(name)):
            titled = allowed(_titled(generation, words(name)))
            return titled, bool(titled) and len(titled) <= SHOWN
        held = list(versions_on(generation, _with_all_words(generation, name), day_of(query)))
        numbered = [ordinal for ordinal in held if generation.provisions(ordinal)]
        having = [ordinal for ordinal in numbered if has(ordinal)]
        if len(having or numbered or held) == 1:
            return having or numbered or held, True
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


def _with_all_words(generation: Generation, name: str) -> list[int]:
    """Return the policies with all words of a name in title, issuers, number or first lines.

    "The taxi regulations of Northwick" are those that Northwick issued.
    """
    terms = {term for term in words(name) if not says_nothing(term)}
    telling = terms - KINDS_OF_DOCUMENT
    numbered = len(telling) == 1 and telling != terms and min(telling).isdecimal()
    if len(telling) < _TELLING and not numbered:
        return []
    likely = sorted({o for term in telling for o in generation.policies_led_by(term).tolist()})
    if numbered:  # "circular 118"
        mask = generation.policies_matching([Numbered((min(telling),))])
        likely = [] if mask is None else np.flatnonzero(mask).tolist()
    if not 0 < len(likely) <= _LIKELY:
        return []
    return [
        ordinal
        for ordinal, policy in zip(likely, generation.policies(likely), strict=True)
        if terms <= {*words(_head(policy))}
    ]


def _first_with(has: Callable[[int], bool], tiers: Sequence[list[int]]) -> list[int]:
    """Return the first list in which a policy has what is asked for, else the first one.

    The title of an amendment names the policy that has it.
    """
    for tier in tiers:
        if any(has(ordinal) for ordinal in tier[:SHOWN]):
            return tier
    return next(iter(tiers), [])


def _head(policy: Policy) -> str:
    """Return what a policy is called by: title, issuers, number, and its first lines."""
    called = (policy.title, *policy.issuers, policy.number or "", policy.body[:_HEAD])
    return "\n".join(called)


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
