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
from policybot.query.entities.entity import Days, Entity, without_overlaps
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
"""Signs that a Chinese name is of a document, beside the kinds of document in the lexicon."""


_HAN_NAME = re.compile(r"[\u4e00-\u9fff（）〔〕0-9]+")
_SHORTEST_NAME = 4
_RULES = frozenset(["measures", "regulation", "rule", "interim_measures", "management_measures"])
"""Kinds of document that a bare name ends in; a topic may end in others: standards, plans."""

_NEAR = 3

_ABRIDGED = 0.9
"""Least share of a Chinese short name's characters in the title."""


def _kinds() -> frozenset[str]:
    wordings = {
        word for lexicon in lexicons() for name in ("kind", "document") for word in lexicon.of(name)
    }
    return frozenset(term for word in wordings if " " not in word for term in words(word))


KINDS_OF_DOCUMENT = _kinds()
"""Terms for kinds of document, which seldom identify one."""

_ALSO_CALLED = {
    words("guidelines")[0]: frozenset(words("guiding opinions")),
    words("guidance")[0]: frozenset(words("guiding opinions")),
    words("rules")[0]: frozenset(words("regulations")),
    words("regulations")[0]: frozenset(words("rules")),
}
_QUOTES = re.compile("[《》“”\"「」『』‘’]|['’]s?\\b")
_LONG_PLAN = re.compile("第([一二三四五六七八九十]{1,3})个五年")
_SHORT_PLAN = re.compile("([一二三四五六七八九十]{1,2})五(?![一二三四五六七八九十年月日])")

_EDITION = re.compile(r"(?<!\d)((?:19|20)\d\d)版")
"""A year that Chinese tells an edition by."""

_KIND_WEIGHT = 0.25
"""Weight in a title of a word such as "notice", relative to a distinctive one."""

_HELD = 0.8
_ALIKE = 0.85
_WHOLE_TITLE = 0.7
_SAID = 0.3
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Named:
    """A parsed name.

    ``words`` are those it shares with a title, once with five-year plans by their short Chinese
    names and once with them spelt out. ``demands`` are its dates and bodies: the terms of each, and
    the policies it fits ``(P,)``. ``reading`` is that of the name as a question.
    ``is_marked`` says that something marks the words as a document's name: a year, or the noun
    that the question asks for.
    """

    text: str
    words: tuple[Word, ...]
    spelt_out: tuple[Word, ...]
    demands: tuple[tuple[frozenset[str], NDArray[np.bool_]], ...]
    reading: Query
    is_marked: bool = False

    @property
    def is_document(self) -> bool:
        """Whether it names a document: "the notice on …", 《…》, a number, marked words."""
        marked = self.is_marked and bool(self.words)
        return marked or bool(self.reading.numbers) or speaks_of_a_document(self.text)


def read_name(
    generation: Generation,
    text: str,
    vocabulary: Vocabulary,
    *,
    today: dt.date,
    familiar: Callable[[Query], Query],
) -> Named:
    """Parse a name; ``familiar`` puts a query's search text into words of the corpus."""
    question = read_text(text)
    text = question.printed
    rest, demands = list(text), []
    language = latin_lexicon(question.plain).language
    entities = [
        *issuers.find(question, vocabulary.issuers, vocabulary.nation),
        *dates.find(question.plain, text, language, today),
        *(Entity("date", found.span(), _whole_year(found[1])) for found in _EDITION.finditer(text)),
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
        any(entity.kind == "date" for entity in entities),
    )


def _whole_year(year: str) -> Days:
    return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)


def by_title(generation: Generation, name: Named) -> list[list[int]]:
    """Return the ordinals of the policies with the name as id, number or title, likeliest first.

    Each list holds equally good matches. If the name is much shorter than their titles, a second
    list has the other policies with all of it in their titles. A name that does not refer to a
    document must be nearly a whole title. The name of a body alone matches all of its policies.
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
    """Return the only policy whose title matches a short name; empty if several do.

    No other title has all its words, or none begins with them. If the name is only a kind of
    document ("the decision"), the title begins with it.
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
    """Return the policy whose date, issuer or number a question asks for by a short name.

    "Who issued the Guiding Opinions?" names it by words that no other title has. Empty if several
    titles have them, or none.
    """
    if not speaks_of_a_document(query.topic):
        return ()
    whole = only_one(generation, read_named(query.topic))
    if whole:
        return tuple(whole)
    parts = [only_one(generation, read_named(part)) for part in _AND.split(query.topic)]
    return tuple(dict.fromkeys(o for part in parts for o in part)) if all(parts) else ()


def named_policies(generation: Generation, name: Named, encode: EncodeQuestion) -> list[list[int]]:
    """Return the policies that a name may mean, likeliest first; by a search if needed."""
    tiers = by_title(generation, name) or [[ordinal] for ordinal in only_one(generation, name)]
    if not tiers and name.is_document:
        ordinals = by_search(generation, name, encode)
        return [ordinals] if ordinals else []
    return tiers


_SURE_ACROSS = 0.75
"""Least confidence of a search in a policy whose title shares no words with the name."""


def by_search(generation: Generation, name: Named, encode: EncodeQuestion) -> list[int]:
    """Return the first policy that a search for the name finds.

    It needs the confidence of an answer and words of the name in its title or, if it is in another
    language, a higher confidence.
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
    """Tell whether words name a document: "the notice on …", 《…》."""
    return bool(_LAW.search(text)) or not KINDS_OF_DOCUMENT.isdisjoint(words(text))


def may_be_called(policy: Policy, name: str) -> bool:
    """Tell whether a short name (公租房办法) may be of a policy (公共租赁住房办法).

    Only of names and titles in Chinese; others are compared by their words.
    """
    if not any(letter > "\u2e80" for letter in policy.title):
        return True
    letters = {letter for letter in simplified(name) if letter > "\u2e80"}
    return len(letters.intersection(simplified(policy.title))) >= _ABRIDGED * len(letters)


def only_names_a_document(query: Query) -> bool:
    """Tell whether a question in Chinese is only the name of a document: 某某促进条例."""
    name = query.topic
    if query.conditions or query.policies or query.titles or len(name) < _SHORTEST_NAME:
        return False
    if not _HAN_NAME.fullmatch(name) or on_one_line(query.question) != name:
        return False
    han = lexicon_of("zh")
    rules = [word for word, kind in han.kinds.items() if kind in _RULES]
    return simplified(name).endswith((*rules, "法"))


def found_by_name(query: Query, answer: Answer) -> Answer:
    """Return the answer; its hits become near misses if the question is another title."""
    if not answer.answered or not only_names_a_document(query):
        return answer
    if may_be_called(answer.hits[0].policy, query.topic):
        return answer
    return as_closest(answer, query.topic)


def as_closest(answer: Answer, name: str) -> Answer:
    """Return the answer with its hits as near misses: none is the policy named."""
    return only_near(answer, "nothing_similar_enough", f"No policy here is called “{name}”.")


def only_near(answer: Answer, reason: Reason, detail: str) -> Answer:
    """Return the answer with its hits as near misses, and a reason."""
    near = answer.hits[:_NEAR]
    return dataclasses.replace(
        answer, hits=(), total=0, near_misses=near, reason=reason, detail=detail
    )


def _condition(entity: Entity) -> Condition:
    """Return the condition of an issuer or a date."""
    if entity.kind == "issuer":
        return IssuedBy((entity.name,))
    return IssuedIn((entity.days,))


def _by_demands(generation: Generation, name: Named) -> list[list[int]]:
    """Return the policies of the issuer and date in a name: those of its kind, then others.

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
    """Tell whether a policy has the dates and issuers of a name, or its title has their words."""
    return all(having[ordinal] or terms <= {*title} for terms, having in name.demands)


def _kinds_alike(terms: Iterable[str]) -> set[str]:
    """Return a title's terms with synonyms of its kind of document."""
    held = set(terms)
    return held | {name for name, aliases in _ALSO_CALLED.items() if aliases <= held}


def _candidates(generation: Generation, *alternatives: Mapping[str, float]) -> list[int]:
    """Return policies whose title or first passage has the words."""
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
    """Return the share of the weight on ``terms``, in [0, 1]."""
    held = sum(weight for term, weight in weights.items() if term in terms)
    return held / (sum(weights.values()) or 1.0)


def _short_plans(text: str) -> str:
    return _SHORT_PLAN.sub(r" \1五 ", _LONG_PLAN.sub(r"\1五", text))


def _long_plans(text: str) -> str:
    return _SHORT_PLAN.sub(r" 第\1个五年 ", text)


def _ordinals(mask: NDArray[np.bool_]) -> list[int]:
    ordinals: list[int] = np.flatnonzero(mask).tolist()
    return ordinals
