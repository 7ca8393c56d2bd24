"""The catalogue of policy names, for example questions and for finding a policy by name.

Built once per generation; it holds no texts.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.text.language import language_of as language_of_text
from policybot.model import Issuer, Policy, PolicyDate
from policybot.render.telegram import clip, units
from policybot.render.telegram.texts import Language, label
from policybot.simplified import simplified

_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_CLOSE = 0.6
"""Minimum :mod:`difflib` similarity of a misspelt title."""


@dataclass(frozen=True, slots=True)
class Named:
    """The names of one policy. ``words`` are all searchable words, in order, case-folded."""

    id: str
    title: str
    number: str | None
    date: PolicyDate | None
    issuers: tuple[str, ...]
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All policies by name, in date order, and their languages, most frequent first."""

    generation: str
    policies: tuple[Named, ...]
    languages: tuple[str, ...]
    issuers: Mapping[str, Issuer]

    def find(self, text: str, most: int = 8) -> list[str]:
        """Return the ids of policies whose id, number or title is ``text``, at most ``most``.

        Failing that, those whose titles contain it, then those with the most similar titles.
        """
        folded = _folded(text)
        if not folded:
            return []
        exact = [
            policy.id
            for policy in self.policies
            if folded in {_folded(policy.id), _folded(policy.title), _folded(policy.number or "")}
        ]
        if exact:
            return exact[:most]
        ids = [policy.id for policy in self.policies if folded in _folded(policy.title)]
        ids = ids or self.starting(text, most)
        if not ids:
            titles = {_folded(policy.title): policy.id for policy in reversed(self.policies)}
            near = difflib.get_close_matches(folded, titles, n=3, cutoff=_CLOSE)
            ids = [titles[title] for title in near]
        return ids[:most]

    def nearest(self, text: str) -> list[str]:
        """Return up to three ids that resemble the text."""
        ids = [policy.id for policy in self.policies]
        return difflib.get_close_matches(text[:200], ids, n=3, cutoff=0.5)

    def starting(self, text: str, most: int) -> list[str]:
        """Return the ids of policies whose names have all words, the last as a prefix.

        Matches in the title come first, then later policies.
        """
        *whole, last = _words(text) or [""]
        if not last:
            return []
        matches = []
        for place, policy in enumerate(self.policies):
            if {*whole} <= {*policy.words} and any(w.startswith(last) for w in policy.words):
                in_title = any(w.startswith(last) for w in _words(policy.title))
                matches.append((not in_title, -place, policy.id))
        return [id_ for _, _, id_ in sorted(matches)[:most]]

    def examples(self, language: Language) -> list[str]:
        """Return example questions, made of issuers, years and titles of these policies."""
        questions = []
        names = {name: _short_name(issuer, language) for name, issuer in self.issuers.items()}
        dated = [policy for policy in self.policies if policy.date]
        for policy in reversed(dated):
            issuer = next((names[name] for name in policy.issuers if name in names), None)
            if issuer and policy.date:
                year = policy.date.year
                questions.append(label(language, "example_issuer_year", issuer=issuer, year=year))
                break
        titled = next((p for p in self.policies if p.title and units(p.title) <= 80), None)
        if titled:
            questions.append(label(language, "example_title", title=titled.title))
        if dated and dated[0].date:
            questions.append(label(language, "example_year", year=dated[0].date.year))
        return [clip(question, 120) for question in questions] or ["?"]


def catalogue_of(generation: str, policies: Sequence[Policy], book: IssuerBook) -> Catalogue:
    """Return the catalogue of policies, which must be in date order."""
    known = {issuer.name: issuer for issuer in book.issuers}
    named = []
    for policy in policies:
        names = tuple(book.canonical(body) or body for body in policy.issuers)
        bodies = [alias for name in names if name in known for alias in known[name].aliases]
        searchable = [policy.title, policy.number or "", str(policy.date or ""), *names, *bodies]
        words = tuple(dict.fromkeys(_words(" ".join([*searchable, *policy.issuers]))))
        named.append(Named(policy.id, policy.title, policy.number, policy.date, names, words))
    spoken = Counter(
        policy.language or language_of_text(f"{policy.title}\n{policy.body[:500]}")
        for policy in policies
    )
    languages = tuple(language for language, _ in spoken.most_common() if language)
    return Catalogue(generation, tuple(named), languages, known)


def _folded(text: str) -> str:
    return " ".join(simplified(text).casefold().split())


def _words(text: str) -> list[str]:
    return _WORDS.findall(_folded(text))


def _short_name(issuer: Issuer, language: Language) -> str:
    """Return the shortest name of an issuer that suits the language, else its canonical name."""
    han = language == "zh"
    names = [name for name in issuer.aliases if name.isascii() != han and len(name) > 2 - han]
    return min(names, key=len, default=issuer.name)
