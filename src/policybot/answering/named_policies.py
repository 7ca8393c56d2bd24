"""Which policies a question means by a name such as "the 2010 notice on radio frequencies".

A name is a number, or words of a title, with a date or a body beside them that the policy must
have. What fits no title may still be found as any question is.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.model import Answer, Policy, Reason
from policybot.query.conditions import Condition, IssuedBy, IssuedIn, Numbered
from policybot.query.entities import dates, issuers
from policybot.query.entities.entity import Entity, without_overlaps
from policybot.query.lexicon import lexicon_of, lexicons
from policybot.query.query import Query
from policybot.query.read import read as read_query
from policybot.query.text import on_one_line, read_text
from policybot.query.tokens import latin_lexicon
from policybot.query.vocabulary import Vocabulary
from policybot.retrieval.confidence import THRESHOLD, Word, content_words
from policybot.retrieval.evidence import EncodeQuestion, gather
from policybot.simplified import simplified

_LAW = re.compile(r"[法令]$|要点$|[《“\"「]")
"""What says of a Chinese name that it is one of a document, beside the kinds of the lexicon."""


_HAN_NAME = re.compile(r"[\u4e00-\u9fff（）〔〕0-9]+")
_SHORTEST_NAME = 4
_RULES = frozenset(["measures", "regulation", "rule", "interim_measures", "management_measures"])
"""Kinds of document that a bare name ends in; a topic may end in others: standards, plans."""

_NEAR = 3

_ABRIDGED = 0.9
"""The share of a Chinese name's characters that the title it abridges must have."""


def _kinds() -> frozenset[str]:
    wordings = {
        word for lexicon in lexicons() for name in ("kind", "document") for word in lexicon.of(name)
    }
    return frozenset(term for word in wordings if " " not in word for term in words(word))


KINDS_OF_DOCUMENT = _kinds()
"""Terms that say what kind of document a policy is, and seldom which one."""

_ALSO_CALLED = {
    words("guidelines")[0]: frozenset(words("guiding opinions")),
    words("guidance")[0]: frozenset(words("guiding opinions")),
    words("rules")[0]: frozenset(words("regulations")),
    words("regulations")[0]: frozenset(words("rules")),
}
_QUOTES = re.compile("[《》“”\"「」『』‘’]|['’]s?\\b")
_LONG_PLAN = re.compile("第([一二三四五六七八九十]{1,3})个五年")
_SHORT_PLAN = re.compile("([一二三四五六七八九十]{1,2})五(?![一二三四五六七八九十年月日])")

_KIND_WEIGHT = 0.25
"""What a word such as "notice" counts for in a title, against one that tells titles apart."""

_HELD = 0.8
_ALIKE = 0.85
_WHOLE_TITLE = 0.7
_SAID = 0.3
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it was read.

    ``words`` are those it shares with a title, once with five-year plans by their short Chinese
    names and once with them spelt out. ``demands`` are its dates and bodies: the terms of each, and
    the policies it fits ``(P,)``. ``reading`` is that of the name as a question.
    """

    text: str
    words: tuple[Word, ...]
    spelt_out: tuple[Word, ...]
    demands: tuple[tuple[frozenset[str], NDArray[np.bool_]], ...]
    reading: Query

    @property
    def is_document(self) -> bool:
        """Whether the name says that it is one: "the notice on …", 《…》, a number."""
        return bool(self.reading.numbers) or speaks_of_a_document(self.text)


def read_name(
    generation: Generation,
    text: str,
    vocabulary: Vocabulary,
    *,
    today: dt.date,
    familiar: Callable[[Query], Query],
) -> Named:
    """Read a name; ``familiar`` puts a reading's search text into words that the corpus has."""
    question = read_text(text)
    text = question.printed
    rest, demands = list(text), []
    language = latin_lexicon(question.plain).language
    entities = [
        *issuers.find(question, vocabulary.issuers, vocabulary.nation),
        *dates.find(question.plain, text, language, today),
    ]
    for entity in without_overlaps(entities):
        wording = text[slice(*entity.span)]
        rest[slice(*entity.span)] = " " * len(wording)
        having = generation.policies_matching([_condition(entity)])
        if having is not None:
            demands.append((frozenset(words(wording)), having))
    plain = on_one_line(_QUOTES.sub(" ", "".join(rest)))
    read = familiar(Query(text, topic=plain, search_text=plain)).search_text
    return Named(
        text,
        content_words(generation, _short_plans(read)),
        content_words(generation, _long_plans(read)),
        tuple(demands),
        familiar(read_query(text, vocabulary, today=today)),
    )


def by_title(generation: Generation, name: Named) -> list[list[int]]:
    """Return the ordinals of the policies whose id, number or title the name is, likeliest first.

    Those that it fits alike come together. After them, where it is far from being the whole of a
    title, come the others that have all of it in theirs. A name that does not speak of a document
    must be about the whole of a title. A body's name alone is all of its policies.
    """
    ordinal = generation.policy_ordinal(name.text)
    if ordinal is not None:
        return [[ordinal]]
    if name.reading.numbers:
        having = generation.policies_matching([Numbered(name.reading.numbers)])
        if having is not None and having.any():
            return [_ordinals(having)]
    if all(word.term in KINDS_OF_DOCUMENT for word in name.words):
        return _by_demands(generation, name)
    weights = _weights(name.words)
    asked_terms = {*weights, *(term for terms, _ in name.demands for term in terms)}
    held: dict[int, float] = {}
    shares: dict[int, float] = {}
    sought = {term: weight for term, weight in weights.items() if term not in _ALSO_CALLED}
    likely = _candidates(generation, sought or weights, _weights(name.spelt_out))
    for ordinal, printed in zip(likely, generation.titles(likely), strict=True):
        title = _short_plans(printed)
        terms = _kinds_alike(words(title))
        if _fits(name, ordinal, terms) and _share(weights, terms) >= _HELD:
            held[ordinal] = _share(weights, terms)
            own = {
                term: _KIND_WEIGHT if term in KINDS_OF_DOCUMENT else 1.0 for term in words(title)
            }
            shares[ordinal] = _share(own, asked_terms)
    whole = [ordinal for ordinal, share in held.items() if share > 1 - 1e-9] or list(held)
    best = max((shares[ordinal] for ordinal in whole), default=0.0)
    alike = sorted(ordinal for ordinal in whole if shares[ordinal] >= _ALIKE * best)
    if best >= _WHOLE_TITLE:
        return [alike]
    return [alike, sorted(held.keys() - alike)] if name.is_document and held else []


def only_one(generation: Generation, name: Named) -> list[int]:
    """Return the one policy whose title a short name singles out; empty where several have it.

    No other title has all its words, or none begins with them; one that is a mere kind of document
    ("the decision") begins the title.
    """
    terms = words(name.text)
    if terms and not name.demands:
        likely = _candidates(generation, dict.fromkeys(terms, 1.0))
        titles = dict(zip(likely, map(words, generation.titles(likely)), strict=True))
        having = [ordinal for ordinal, title in titles.items() if {*terms} <= {*title}]
        if len(likely) == _LOOKED_AT:
            return []
        if len(having) > 1 or KINDS_OF_DOCUMENT.issuperset(terms):
            begun = [ordinal for ordinal in having if titles[ordinal][: len(terms)] == terms]
            return begun if len(begun) == 1 and (len(having) == 1 or len(terms) > 1) else []
    kinds = KINDS_OF_DOCUMENT.intersection(terms)
    titled = [
        ordinal
        for tier in by_title(generation, name)
        for ordinal in tier
        if kinds <= _kinds_alike(words(generation.titles([ordinal])[0]))
    ]
    return titled if len(titled) == 1 else []


_AND = re.compile(r",? (?:and|y) |[和与、]")


def asked_of(
    generation: Generation, query: Query, read_named: Callable[[str], Named]
) -> tuple[int, ...]:
    """Return the one policy that a question asks the date, issuer or number of by a short name.

    "Who issued the Guiding Opinions?" names it by words that no other title has. Empty where
    several titles have them, or none.
    """
    if not speaks_of_a_document(query.topic):
        return ()
    whole = only_one(generation, read_named(query.topic))
    if whole:
        return tuple(whole)
    parts = [only_one(generation, read_named(part)) for part in _AND.split(query.topic)]
    return tuple(dict.fromkeys(o for part in parts for o in part)) if all(parts) else ()


def named_policies(generation: Generation, name: Named, encode: EncodeQuestion) -> list[list[int]]:
    """Return the policies that a question may name, likeliest first; by a search if need be."""
    tiers = by_title(generation, name) or [[ordinal] for ordinal in only_one(generation, name)]
    if not tiers and name.is_document:
        ordinals = by_search(generation, name, encode)
        return [ordinals] if ordinals else []
    return tiers


_SURE_ACROSS = 0.75
"""How sure a search must be of a policy whose title shares no words with the name."""


def by_search(generation: Generation, name: Named, encode: EncodeQuestion) -> list[int]:
    """Return the policy that a question for what is so named finds first.

    It must be sure enough, and its title have something of the name, unless it is in another
    language, where it must be surer.
    """
    mask = generation.policies_matching(name.reading.conditions)
    for _, having in name.demands:
        mask = having if mask is None else mask & having
    if not name.reading.search_text or not (mask is None or mask.any()):
        return []
    evidence = gather(generation, name.reading, encode, mask)
    if not len(evidence.best_sure) or evidence.best_sure[0] < THRESHOLD:
        return []
    first = int(evidence.ranked.policies[0])
    if evidence.is_across[0] and evidence.best_sure[0] >= _SURE_ACROSS:
        return [first]
    telling = [word for word in name.words if word.term not in KINDS_OF_DOCUMENT]
    title = _short_plans(generation.titles([first])[0])
    return [first] if _share(_weights(telling), words(title)) >= _SAID else []


def speaks_of_a_document(text: str) -> bool:
    """Tell words that name a document from any others: "the notice on …", 《…》."""
    return bool(_LAW.search(text)) or not KINDS_OF_DOCUMENT.isdisjoint(words(text))


def may_be_called(policy: Policy, name: str) -> bool:
    """Tell a short name (公租房办法 of 公共租赁住房办法) from that of another law (劳动合同法).

    Only of names and titles in Chinese; others are compared by their words.
    """
    if not any(letter > "\u2e80" for letter in policy.title):
        return True
    letters = {letter for letter in simplified(name) if letter > "\u2e80"}
    return len(letters.intersection(simplified(policy.title))) >= _ABRIDGED * len(letters)


def only_names_a_document(query: Query) -> bool:
    """Tell a question in Chinese that is the name of a document and no more: 某某促进条例."""
    name = query.topic
    if query.conditions or query.policies or query.titles or len(name) < _SHORTEST_NAME:
        return False
    if not _HAN_NAME.fullmatch(name) or on_one_line(query.question) != name:
        return False
    han = lexicon_of("zh")
    rules = [word for word, kind in han.kinds.items() if kind in _RULES]
    return simplified(name).endswith((*rules, "法"))


def found_by_name(query: Query, answer: Answer) -> Answer:
    """Return the answer to a question that is a document's name: sure where a title may be it."""
    if not answer.answered or not only_names_a_document(query):
        return answer
    if may_be_called(answer.hits[0].policy, query.topic):
        return answer
    return as_closest(answer, query.topic)


def as_closest(answer: Answer, name: str) -> Answer:
    """Return an answer whose hits are only near: the policy named is none of them."""
    return only_near(answer, "nothing_similar_enough", f"No policy here is called “{name}”.")


def only_near(answer: Answer, reason: Reason, detail: str) -> Answer:
    """Return an answer whose hits do not answer, and why: they are what is nearest."""
    near = answer.hits[:_NEAR]
    return dataclasses.replace(
        answer, hits=(), total=0, near_misses=near, reason=reason, detail=detail
    )


def _condition(entity: Entity) -> Condition:
    """Return what a policy of a body, or of a span of days, meets."""
    if entity.kind == "issuer":
        return IssuedBy((entity.name,))
    return IssuedIn((entity.days,))


def _by_demands(generation: Generation, name: Named) -> list[list[int]]:
    """Return the policies of the body and date that a name gives: those of its kind, then others.

    A body may be the one that a title speaks of ("Opinions of the State Council").
    """
    if not name.demands:
        return []
    fitting = set(_ordinals(np.logical_and.reduce([having for _, having in name.demands])))
    kinds = {word.term for word in name.words}
    if len(fitting) > _LOOKED_AT:
        return [sorted(fitting)]
    titled = _candidates(generation, {term: 1.0 for terms, _ in name.demands for term in terms})
    each = [*fitting | {*titled}]
    terms = {
        ordinal: _kinds_alike(words(title))
        for ordinal, title in zip(each, generation.titles(each), strict=True)
    }
    fitting |= {ordinal for ordinal in titled if _fits(name, ordinal, terms[ordinal])}
    of_kind = [ordinal for ordinal in sorted(fitting) if kinds <= terms[ordinal]]
    return [tier for tier in (of_kind, sorted(fitting - {*of_kind})) if tier]


def _fits(name: Named, ordinal: int, title: Collection[str]) -> bool:
    """Whether a policy is of the dates and bodies of a name, or its title speaks of them."""
    return all(having[ordinal] or terms <= {*title} for terms, having in name.demands)


def _kinds_alike(terms: Iterable[str]) -> set[str]:
    """Return a title's terms with the other names that its kind of document goes by."""
    held = set(terms)
    return held | {name for name, aliases in _ALSO_CALLED.items() if aliases <= held}


def _candidates(generation: Generation, *alternatives: Mapping[str, float]) -> list[int]:
    """Return policies whose first passage has the words: those of the title count as its own."""
    best = np.zeros(generation.info.policies)
    for weights in alternatives:
        held = np.zeros(len(best))
        for term, weight in weights.items():
            held[generation.policies_led_by(term)] += weight
        best = np.maximum(best, held / sum(weights.values()))
    if len(generation.versions):
        best[generation.versions.earlier(len(best))] = 0.0
    likely = np.flatnonzero(best >= _HELD - 1e-9)
    order: list[int] = likely[np.argsort(-best[likely], kind="stable")][:_LOOKED_AT].tolist()
    return order


def _weights(name_words: Sequence[Word]) -> dict[str, float]:
    return {
        word.term: word.weight * (_KIND_WEIGHT if word.term in KINDS_OF_DOCUMENT else 1.0)
        for word in name_words
    }


def _share(weights: Mapping[str, float], terms: Collection[str]) -> float:
    """Return how much of the weight is on ``terms``, in [0, 1]."""
    held = sum(weight for term, weight in weights.items() if term in terms)
    return held / (sum(weights.values()) or 1.0)


def _short_plans(text: str) -> str:
    return _SHORT_PLAN.sub(r" \1五 ", _LONG_PLAN.sub(r"\1五", text))


def _long_plans(text: str) -> str:
    return _SHORT_PLAN.sub(r" 第\1个五年 ", text)


def _ordinals(mask: NDArray[np.bool_]) -> list[int]:
    ordinals: list[int] = np.flatnonzero(mask).tolist()
    return ordinals
