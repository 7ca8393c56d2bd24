"""What the policies are called, of a whole index: for examples, for finding one by its name.

Made once for each generation. Texts are not held.
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
"""How alike a title must be to one that is misspelt, of :mod:`difflib`."""


@dataclass(frozen=True, slots=True)
class Named:
    """What one policy is called. ``words`` are all by which it is found, in order, folded."""

    id: str
    title: str
    number: str | None
    date: PolicyDate | None
    issuers: tuple[str, ...]
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All policies by name, in date order, and the languages they are in, most frequent first."""

    generation: str
    policies: tuple[Named, ...]
    languages: tuple[str, ...]
    issuers: Mapping[str, Issuer]

    def find(self, text: str, most: int = 8) -> list[str]:
        """Return the ids of policies that are called so: by id, number or title, best first.

        Else those whose titles are most alike.
        """
        folded = _folded(text)
        if not folded:
            return []
        exact = [
            one.id
            for one in self.policies
            if folded in {_folded(one.id), _folded(one.title), _folded(one.number or "")}
        ]
        if exact:
            return exact[:most]
        found = [one.id for one in self.policies if folded in _folded(one.title)]
        found = found or self.starting(text, most)
        if not found:
            titles = {_folded(one.title): one.id for one in reversed(self.policies)}
            near = difflib.get_close_matches(folded, titles, n=3, cutoff=_CLOSE)
            found = [titles[title] for title in near]
        return found[:most]

    def nearest(self, text: str) -> list[str]:
        """Return up to three ids that look like the text."""
        ids = [one.id for one in self.policies]
        return difflib.get_close_matches(text[:200], ids, n=3, cutoff=0.5)

    def starting(self, text: str, most: int) -> list[str]:
        """Return the ids of policies whose name has all the words, the last perhaps unfinished.

        Those whose title has them come first, then the latest.
        """
        *whole, last = _words(text) or [""]
        if not last:
            return []
        found = []
        for place, one in enumerate(self.policies):
            held = set(one.words)
            if all(word in held for word in whole) and any(w.startswith(last) for w in one.words):
                in_title = any(w.startswith(last) for w in _words(one.title))
                found.append((not in_title, -place, one.id))
        return [id_ for _, _, id_ in sorted(found)[:most]]

    def examples(self, language: Language) -> list[str]:
        """Return questions that these policies answer, made of their issuers, years and titles."""
        questions = []
        names = {name: _short_name(one, language) for name, one in self.issuers.items()}
        dated = [one for one in self.policies if one.date]
        for one in reversed(dated):
            issuer = next((names[name] for name in one.issuers if name in names), None)
            if issuer and one.date:
                year = one.date.year
                questions.append(label(language, "example_issuer_year", issuer=issuer, year=year))
                break
        titled = next((one for one in self.policies if one.title and units(one.title) <= 80), None)
        if titled:
            questions.append(label(language, "example_title", title=titled.title))
        if dated and dated[0].date:
            questions.append(label(language, "example_year", year=dated[0].date.year))
        return [clip(question, 120) for question in questions] or ["?"]


def catalogue_of(generation: str, policies: Sequence[Policy], book: IssuerBook) -> Catalogue:
    """Return the catalogue of policies in date order."""
    known = {issuer.name: issuer for issuer in book.issuers}
    named = []
    for policy in policies:
        names = tuple(book.canonical(body) or body for body in policy.issuers)
        bodies = [alias for name in names if name in known for alias in known[name].aliases]
        said = [policy.title, policy.number or "", str(policy.date or ""), *names, *bodies]
        words = tuple(dict.fromkeys(_words(" ".join([*said, *policy.issuers]))))
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
    """Return the shortest name of an issuer that fits the language, else the canonical one."""
    han = language == "zh"
    names = [name for name in issuer.aliases if name.isascii() != han and len(name) > 2 - han]
    return min(names, key=len, default=issuer.name)
