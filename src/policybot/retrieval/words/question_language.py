"""The language of a question, which may be too short to tell it by itself.

"Circulares de 2024" has one function word, and "reglamentos" none. Words that a language of the
corpus owns count for that language; where nothing tells, no language is clear.
"""

from __future__ import annotations

import functools
import re
from weakref import WeakKeyDictionary

import numpy as np

from policybot.corpus.text.language import (
    ENGLISH,
    OTHER_LATIN,
    function_words,
    language_of,
    own_letters,
    question_word_of,
)
from policybot.index.analyse import words
from policybot.index.serve.interface import Generation
from policybot.query.lexicon import lexicons
from policybot.query.text import lower

_LANGUAGES: WeakKeyDictionary[Generation, frozenset[str]] = WeakKeyDictionary()
_WORD = re.compile(r"[^\W\d_]+")
_ASKING = ("which", "who", "when", "where", "how", "why", "how_many", "article", "first_person")


def clear_language(generation: Generation, question: str) -> str | None:
    """Return the language of a question, None where nothing in it tells.

    A language of few words is told only where the corpus has policies in it, or by the word of
    asking that begins the question.
    """
    return _clear_language(question, languages_of(generation))


@functools.lru_cache(maxsize=64)
def _clear_language(question: str, languages: frozenset[str]) -> str | None:
    told = language_of(question)
    if told != ENGLISH:
        return told
    said = _WORD.findall(lower(question))
    english = _own_words(ENGLISH)
    foreign = [word for word in said if word not in english]
    best, language = 0, None
    for name in sorted(OTHER_LATIN & languages):
        count = sum(map(_own_words(name).__contains__, foreign)) + own_letters(question, name)
        if count > best:
            best, language = count, name
    if not best and (asking := question_word_of(said[0]) if said else None):
        theirs = function_words(asking)
        if not any(word in english and word not in theirs for word in said):
            return asking  # "Quali tariffe?"
    own = _own_words(language) if language else frozenset()
    ours = sum(word in english and word not in own for word in said)
    if ours > best:
        return ENGLISH
    return language if best > ours else None


def language_asked(generation: Generation, question: str) -> str:
    """Return the language of a question; where it is not clear, one that the corpus has."""
    clear = clear_language(generation, question)
    if clear is not None:
        return clear
    first = generation.policy_languages[:1].tolist()
    main = first[0].decode() if first else ENGLISH
    english = ENGLISH in languages_of(generation)
    return main if main in OTHER_LATIN and not english else ENGLISH


def languages_of(generation: Generation) -> frozenset[str]:
    """Return the languages of a generation's policies, which are looked through once."""
    if generation not in _LANGUAGES:
        codes = np.unique(generation.policy_languages).tolist()
        _LANGUAGES[generation] = frozenset(code.decode() for code in codes)
    return _LANGUAGES[generation]


def only_asks(term: str, language: str) -> bool:
    """Tell a term that is no content in a language other than English: a word of asking, "de"."""
    return term in _terms_of_asking(language)


@functools.cache
def _own_words(language: str) -> frozenset[str]:
    """Return the words by which a language is told: of function, and of asking for policies."""
    found = set(function_words(language))
    for lexicon in lexicons():
        if lexicon.language == language:
            found |= {word for word in lexicon.words if " " not in word}
    return frozenset(found)


@functools.cache
def _terms_of_asking(language: str) -> frozenset[str]:
    if language not in OTHER_LATIN:
        return frozenset()
    asking = set(function_words(language))
    for lexicon in lexicons():
        if lexicon.language == language:
            asking |= {word for name in _ASKING for word in lexicon.of(name) if " " not in word}
    return frozenset(term for word in asking for term in words(word))
