"""The vocabulary of a corpus, which an index gives to the query parser."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.table import IssuerBook
from policybot.index.analyse import words
from policybot.index.format.vocabulary import singular
from policybot.index.serve.interface import Generation
from policybot.query.conditions import Holds, Numbered, Titled
from policybot.query.entities.codes import CALLED
from policybot.query.lexicon import lexicons
from policybot.retrieval.confidence import content_words

_TITLES = 12
"""Maximum number of policies whose titles are compared, and of words for the look-up."""


def named_by_title(generation: Generation, wording: str) -> Sequence[int]:
    """Return the only policy whose title has every word of a short name; empty if several do."""
    asked = words(wording)
    if not asked:
        return []
    held = np.ones(generation.info.policies, dtype=np.bool_)
    for term in asked:
        led = np.zeros_like(held)
        led[generation.policies_led_by(term)] = True
        held &= led
    if len(generation.versions):
        held &= ~generation.versions.earlier(len(held))
    ordinals = np.flatnonzero(held)[: _TITLES * 4].tolist()
    terms = {
        ordinal: words(title)
        for ordinal, title in zip(ordinals, generation.titles(ordinals), strict=True)
    }
    titled = [ordinal for ordinal, own in terms.items() if set(asked) <= set(own)]
    if len(titled) > 1:
        begun = [ordinal for ordinal in titled if terms[ordinal][: len(asked)] == asked]
        titled = begun if len(asked) > 1 else []
    return titled if len(titled) == 1 else []


_OPENING = 200
"""Maximum number of titles that are looked at for a word by which they begin."""

_MOST_DOCUMENTS = 0.6
"""Share of policies from which a kind of document is not distinctive."""

_QUOTES = re.compile('[《“"「«]')
_HAN = re.compile(r"[\u4e00-\u9fff]")
_YEARS = re.compile(r"\d{4}年?[-–—~至到]+\d{4}")


_LEAD = 4
"""Words of a title in which the noun for the document and its number stand."""

_NUMBERED = re.compile(rf"(?P<noun>[^\W\d_]+(?:-[^\W\d_]+)*){CALLED} ?\d", re.IGNORECASE)


def _nouns_of(title: str) -> Iterator[str]:
    """Yield the singular of the noun by which a title begins, and of the one before its number.

    "Bando de la Alcaldía …", "Guidance Note 4/2017: …".
    """
    lead = title.split(" ")[:_LEAD]
    yield singular(lead[0].strip(",:.").lower())
    if numbered := _NUMBERED.search(" ".join(lead)):
        yield singular(numbered["noun"].lower())


class IndexVocabulary:
    """See :class:`policybot.query.vocabulary.Vocabulary`."""

    def __init__(self, generation: Generation, issuers: IssuerBook | None = None) -> None:
        """Read the vocabulary of ``generation``, with ``issuers`` instead of all it knows."""
        self._generation = generation
        self.issuers = issuers or generation.known_issuers

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Words for kinds of document in titles and numbers, singular and plural."""
        kinds: dict[str, str] = {}
        for lexicon in lexicons():
            kinds.update(lexicon.kinds)
        for word in self._generation.corpus_words.kinds:
            kinds.setdefault(word, word)
            if word.isascii() and not word.endswith("s"):
                kinds.setdefault(f"{word[:-1]}ies" if word.endswith("y") else f"{word}s", word)
        return kinds

    @cached_property
    def generic_kinds(self) -> frozenset[str]:
        """The kinds of most documents of the corpus."""
        least = _MOST_DOCUMENTS * self._generation.info.policies
        counts = self._generation.corpus_words.kinds
        return frozenset(self.kinds.get(word, word) for word, n in counts.items() if n >= least)

    @property
    def schemes(self) -> Sequence[str]:
        """The prefixes of document numbers."""
        return self._generation.corpus_words.schemes

    def frequency(self, text: str) -> int:
        """Return how many passages hold the rarest word of a text."""
        terms = words(text)
        if not terms:
            return 0
        return int(self._generation.document_frequencies(terms).min())

    def holds(self, wording: str) -> bool:
        """Tell whether any policy has a phrase verbatim."""
        mask = self._generation.policies_matching([Holds((wording,), chosen=True)])
        return mask is not None and bool(mask.any())

    def count_numbered(self, number: str) -> int:
        """Return how many policies have a document number."""
        mask = self._generation.policies_matching([Numbered((number,))])
        if mask is not None and len(self._generation.versions):
            mask &= ~self._generation.versions.earlier(len(mask))
        return 0 if mask is None else int(mask.sum())

    def titled_words(self, kind: str, typed: str = "") -> Sequence[str]:
        """Return the words by which titles or numbers name a kind, in any language."""
        held = self._words_of_kinds.get(kind) or self._headed(kind)
        own = singular(typed) if typed.isascii() else typed
        if own not in held and not _HAN.match(own):
            return held
        alike = {
            singular(word) if word.isascii() else word
            for lexicon in lexicons()
            if typed in lexicon.kinds
            for word in lexicon.kinds
        }
        return tuple(word for word in held if word == own or word not in alike)

    def _headed(self, kind: str) -> Sequence[str]:
        """Return the words for a kind that stand above texts, where no title has it."""
        if kind not in self._headings:
            forms = dict.fromkeys(
                singular(word) if word.isascii() else word
                for word, own in self.kinds.items()
                if own == kind
            )
            held = (
                form
                for form in forms
                if self.frequency(form)
                and self._some(self._generation.policies_matching([Titled((form,), kinds=True)]))
            )
            self._headings[kind] = tuple(held)
        return self._headings[kind]

    @staticmethod
    def _some(mask: NDArray[np.bool_] | None) -> bool:
        return mask is not None and bool(mask.any())

    @cached_property
    def _headings(self) -> dict[str, Sequence[str]]:
        return {}

    def opening_titles(self, word: str) -> Sequence[str]:
        """Return the form of a noun by which titles begin; empty where none does."""
        form = singular(word)
        terms = words(form)
        if len(terms) != 1:
            return ()
        ordinals = self._generation.policies_led_by(terms[0])[:_OPENING].tolist()
        nouns = itertools.chain(*map(_nouns_of, self._generation.titles(ordinals)))
        return (form,) if form in nouns else ()

    @cached_property
    def _words_of_kinds(self) -> Mapping[str, Sequence[str]]:
        forms: dict[str, dict[str, None]] = {}
        counts = self._generation.corpus_words.kinds
        for word, kind in self.kinds.items():
            form = singular(word) if word.isascii() else word
            if word in counts or form in counts:
                forms.setdefault(kind, {}).setdefault(form if form in counts else word)
        return {kind: tuple(words) for kind, words in forms.items()}

    def named(self, wording: str) -> Sequence[int]:
        """Return the only policy that matches a short name; empty if several do."""
        return named_by_title(self._generation, wording)

    def days_of(self, policy: int | str) -> tuple[dt.date, dt.date] | None:
        """Return the first and the last day that a policy's date may be."""
        known = policy if isinstance(policy, int) else self._generation.policy_ordinal(policy)
        if known is None:
            return None
        ordinal = int(known)
        first = int(self._generation.policy_first[ordinal])
        last = int(self._generation.policy_last[ordinal])
        return (dt.date.fromordinal(first), dt.date.fromordinal(last)) if first else None

    def titles_near(self, text: str) -> Sequence[tuple[int, str]]:
        """Return ordinals and titles of policies with a text's rarest words, if it may name one."""
        generation = self._generation
        lowered = text.lower()
        if not (_QUOTES.search(text) or _YEARS.search(text) or self._names_a_kind(lowered)):
            return []
        known = [word for word in content_words(generation, text) if word.known]
        held = np.zeros(generation.info.policies)
        for word in sorted(known, key=lambda word: -word.weight)[:_TITLES]:
            held[generation.policies_led_by(word.term)] += word.weight
        if len(generation.versions):
            held[generation.versions.earlier(len(held))] = 0
        order = np.argsort(-held, kind="stable")[:_TITLES]
        ordinals: list[int] = order[held[order] > 0].tolist()
        return list(zip(ordinals, generation.titles(ordinals), strict=True))

    @cached_property
    def nation(self) -> frozenset[str]:
        """The names of the country that the corpus mentions most."""
        names: dict[str, list[str]] = {}
        for lexicon in lexicons():
            for word, name in lexicon.nations.items():
                names.setdefault(name, []).append(word)
        counts = {name: sum(map(self.frequency, forms)) for name, forms in names.items()}
        most = max(counts, key=lambda name: (counts[name], name), default="")
        return frozenset(names[most]) if counts.get(most) else frozenset()

    def _names_a_kind(self, lowered: str) -> bool:
        tokens = re.findall(r"[^\W\d_]+", lowered)
        return any(word in self.kinds for word in tokens) or any(
            kind in lowered for kind in self._han_kinds
        )

    @cached_property
    def _han_kinds(self) -> Sequence[str]:
        return [kind for kind in self.kinds if kind > "\u2e80"]
