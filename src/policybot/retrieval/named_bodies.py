"""Bodies and places that a question names in passing: whose policies answer it, not what about.

"Visiting hours at Kiambere" is asked of Kiambere's policies: another hospital's are no answer,
however similar, and Kiambere's policy on parking is none either. So the name is no part of the
topic that is searched for, and a policy answers only if one of the bodies that have the name issued
it, or its passages have the name too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.names import HAN
from policybot.corpus.issuers.table import IssuerBook
from policybot.index.analyse import STOPWORDS, words
from policybot.index.serve.interface import Generation
from policybot.model import Span
from policybot.query.conditions import IssuedBy
from policybot.query.entities.issuers import LINKS, parts_of, places_of
from policybot.query.query import Query
from policybot.retrieval.retrieve import UNSPACED

_TOKEN = re.compile(rf"[^\W\d_{HAN}]+(?:['’-][^\W\d_{HAN}]+)*")
_HAN = re.compile(f"[{HAN}]")
_MOST = 0.75
"""Share of the corpus above which the policies of a body are not told from others by its name."""

_LOOKED_AT = 8
"""Passages by which a proper name is told from another word."""


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A name of a body or a place in a question: its ``wording``, and who has it.

    ``policies`` is a mask ``(P,)`` of what the bodies with that name issued, ``names`` are the
    terms of each of its forms, any of which a passage may have.
    """

    wording: str
    names: tuple[frozenset[str], ...]
    policies: NDArray[np.bool_]


def named_bodies(generation: Generation, reading: Query) -> tuple[NamedBody, ...]:
    """Return the bodies and places that a find names, by a body's name or a part of one.

    None for a list, whose conditions say whose policies are asked for, nor where nothing else is
    searched for than the name.
    """
    if reading.intent != "find" or any(isinstance(c, IssuedBy) for c in reading.conditions):
        return ()
    text = reading.search_text
    book = generation.known_issuers
    capitals = not reading.question.islower()
    found: list[NamedBody] = []
    for hint in reading.hints:
        if isinstance(hint.condition, IssuedBy):
            found += _body(generation, hint.wording, hint.condition.names, whole=True)
    for (start, end), bodies in (*_latin(text, book, capitals=capitals), *_han(text, book)):
        wording = text[start:end]
        if len(bodies) == len(book.issuers) or any(wording in one.wording for one in found):
            continue
        for body in _body(generation, wording, bodies, whole=False):
            if _HAN.match(wording) or _is_name(generation, body, begins=start == 0):
                found.append(body)
    return tuple(found) if found and _says_more(text, found) else ()


def _body(
    generation: Generation, wording: str, bodies: Sequence[str], *, whole: bool
) -> list[NamedBody]:
    """Return a name as a list of one; of none where those bodies issued nothing, or most.

    What is below them counts as theirs;
    ``whole`` says that it names one body, which passages may call otherwise.
    """
    book = generation.known_issuers
    below = [child for name in bodies for child in (*book.children(name), *book.former(name))]
    mask = generation.policies_matching([IssuedBy(tuple(dict.fromkeys([*bodies, *below])))])
    if mask is None or not mask.any() or mask.mean() > _MOST:
        return []
    forms = [wording]
    for name in bodies if whole else ():
        issuer = book.get(name)
        forms += [issuer.name, *issuer.aliases] if issuer else []
    names = dict.fromkeys(frozenset(words(form)) for form in forms)
    return [NamedBody(wording, tuple(name for name in names if name), mask)]


def without_names(text: str, named: Sequence[NamedBody]) -> str:
    """Return ``text`` without the names."""
    for one in named:
        text = text.replace(one.wording, " ")
    return " ".join(text.split()) if named else text


def holding(
    generation: Generation,
    named: NamedBody,
    passages: NDArray[np.int64],
    policies: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return which of ``policies`` are of the bodies named, or have the name in ``passages``.

    ``owner`` gives for each passage the index of its policy in ``policies``. A policy in a script
    in which no form of the name is known may spell it otherwise, and counts as having it.
    """
    having = named.policies[policies].copy()
    scripts = {any(map(_HAN.search, name)) for name in named.names}
    if len(scripts) == 1:
        having |= _unspaced(generation)[policies] != scripts.pop()
    for name in named.names if not having.all() else ():
        held = np.ones(len(policies), np.bool_)
        for term in name:
            held &= np.bincount(owner, generation.holds(term, passages), len(policies)) > 0
        having |= held
    return having


def _says_more(text: str, named: Sequence[NamedBody]) -> bool:
    return any(term not in STOPWORDS for term in words(without_names(text, named)))


def _is_name(generation: Generation, body: NamedBody, *, begins: bool) -> bool:
    """Tell a proper name from words of a body's name that others write too, as "Finance".

    Passages write a proper name with a capital. If none has it, the question does, unless it
    ``begins`` with it or has no capitals at all; then the body's policies could have it.
    """
    unspaced = _unspaced(generation)[body.policies]
    for token in _TOKEN.findall(body.wording):
        passages = [
            passage
            for term in words(token)
            for passage in generation.passages_with(term, _LOOKED_AT).tolist()
        ]
        if not passages and (not begins if token[0].isupper() else not unspaced.all()):
            return True
        written = [
            other[0].isupper()
            for passage in generation.passages(passages)
            for other in _TOKEN.findall(passage.text)
            if words(other) == words(token)
        ]
        if written and all(written):
            return True
    return False


def _unspaced(generation: Generation) -> NDArray[np.bool_]:
    """Return which policies are in a language without spaces between words, ``(P,)``."""
    return np.isin(generation.policy_languages, [name.encode() for name in UNSPACED])


def _latin(
    text: str, book: IssuerBook, *, capitals: bool
) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield the longest runs of words that are parts of some bodies' names.

    Who writes ``capitals`` at all writes names with one.
    """
    tokens = list(_TOKEN.finditer(text))
    said = [token[0] for token in tokens]
    if capitals:
        said = [word if word[0].isupper() or word.lower() in LINKS else "" for word in said]
    parts = parts_of(book)
    at = 0
    while at < len(tokens):
        end = at
        bodies: frozenset[str] = frozenset()
        for last in range(at, len(tokens)):
            if said[last].lower() in LINKS and last > at:
                continue
            having = parts.by_word.get(said[last].lower(), frozenset())
            fitting = bodies & having if bodies else having
            if not fitting:
                break
            end, bodies = last + 1, fitting
        names = [w.lower() for w in said[at:end] if w.lower() not in LINKS]
        telling = [word for word in names if word not in parts.heads]
        if len(telling) == 1:
            bodies |= _alike(telling[0], parts.by_word)
        if bodies and telling:
            yield (tokens[at].start(), tokens[end - 1].end()), tuple(sorted(bodies))
        at = max(end, at + 1)


def _alike(word: str, by_word: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the bodies with a word that begins alike: "Scottish" is of Scotland."""
    beginning = word[: max(4, len(word) - 4)]
    alike = [bodies for other, bodies in by_word.items() if other.startswith(beginning)]
    return frozenset[str]().union(*alike)


def _han(text: str, book: IssuerBook) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Yield the places of Chinese names of bodies, with or without the word for what they are."""
    for place, bodies in places_of(book).items():
        for wording in (place, place[:-1]):
            at = text.find(wording) if len(wording) > 1 else -1
            if at >= 0:
                yield (at, at + len(wording)), bodies
                break
