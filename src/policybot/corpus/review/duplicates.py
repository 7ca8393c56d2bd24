"""Policies that are probably one document, published in two places.

Two texts are compared by their shingles, runs of characters (Broder, "On the resemblance and
containment of documents", 1997). Only those are compared that share a title or a long sentence,
so that a corpus is looked through in one pass.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from policybot.corpus.files.read import scan_file
from policybot.corpus.issuers.names import normal_name
from policybot.corpus.problems import Problem
from policybot.model import Policy
from policybot.simplified import simplified

_SENTENCES = 4
"""So many sentences of a text stand for it, the longest: however it is set, they are the same."""

_LEAST_SENTENCE = 20
_SENTENCE_END = re.compile(r"\n\n|(?<=[.!?;:])\s|[。！？；：]")
_SHINGLE = 8
_LEAST_SHINGLES = 200
"""Shorter texts are alike by accident, as notices of the same kind are."""

_CONTAINED = 0.9
_CONTAINED_OF_ONE_TITLE = 0.8
_LEAST_RATIO = 0.5
_MOST_CHARACTERS = 200_000
COMMON = 5
"""A title or a sentence that more policies have than this says nothing: "Notice", a formula."""


_NOT_TEXT = re.compile(r"[\W_]+")


def keys_of(title: str, body: str) -> list[bytes]:
    """Return digests of title and longest sentences: copies of a document share some of them."""
    sentences = _SENTENCE_END.split(body[:_MOST_CHARACTERS])
    plain = [_plain(sentence) for sentence in sorted(sentences, key=len, reverse=True)[:_SENTENCES]]
    kept = [f"t{_NOT_TEXT.sub('', normal_name(title))}"]
    kept += [f"p{text}" for text in plain if len(text) >= _LEAST_SENTENCE]
    return [
        hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in kept
    ]


def probably_one(one: Policy, other: Policy) -> bool:
    """Tell whether two policies are probably copies of one document.

    Different numbers or dates make them two, however alike their texts are, as with the notices of
    two years; so does a relation between them.
    """
    if _differ(_facts(one), _facts(other)):
        return False
    related = [*one.relations.values(), *other.relations.values()]
    if any(name in {one.id, other.id} for names in related for name in names):
        return False
    first, second = _shingles(one.body), _shingles(other.body)
    small = min(len(first), len(second))
    contained = len(first & second) / small
    if normal_name(one.title) == normal_name(other.title):
        return contained >= _CONTAINED_OF_ONE_TITLE
    return small >= _LEAST_SHINGLES and contained >= _CONTAINED


class _Facts(NamedTuple):
    """What tells two policies apart without their texts; days are ordinals, size characters."""

    number: str | None
    first: int
    last: int
    size: int


def _facts(policy: Policy) -> _Facts:
    days = policy.date
    first, last = (days.first.toordinal(), days.last.toordinal()) if days else (0, 1 << 30)
    number = _plain(policy.number) if policy.number else None
    return _Facts(number, first, last, min(len(policy.body), _MOST_CHARACTERS))


def _differ(one: _Facts, other: _Facts) -> bool:
    return (
        (one.number is not None and other.number is not None and one.number != other.number)
        or one.last < other.first
        or other.last < one.first
        or min(one.size, other.size) < _LEAST_RATIO * max(one.size, other.size)
    )


class _Seen(NamedTuple):
    id: str
    path: str
    source: str | None
    facts: _Facts


class Duplicates:
    """Finds copies among the policies of Markdown files, given one after the other."""

    def __init__(self) -> None:
        self._by_key: dict[bytes, list[_Seen]] = {}

    def add(self, policy: Policy) -> Iterator[Problem]:
        """Warn of each earlier policy that ``policy`` is probably a copy of."""
        if policy.path.endswith(".jsonl"):
            return
        source = policy.source.file if policy.source else None
        seen = _Seen(policy.id, policy.path, source, _facts(policy))
        near: set[_Seen] = set()
        for key in keys_of(policy.title, policy.body):
            others = self._by_key.setdefault(key, [])
            if len(others) > COMMON:
                continue
            near.update(
                other
                for other in others
                if other.id != seen.id
                and (source is None or other.source != source)
                and not _differ(seen.facts, other.facts)
            )
            others.append(seen)
        for name, path, *_ in sorted(near, key=lambda one: one.id):
            other, _ = next(iter(scan_file(Path(path))), (None, []))
            if other is not None and probably_one(policy, other):
                message = (
                    f"is probably the same document as {name!r} in {path}; delete one of them, or "
                    "state what tells them apart (date, number, a relation)"
                )
                yield Problem(policy.path, 1, message, "warning")


def _plain(text: str) -> str:
    return _NOT_TEXT.sub("", simplified(text).casefold())


def _shingles(body: str) -> set[int]:
    text = _plain(body[:_MOST_CHARACTERS])
    return {hash(text[at : at + _SHINGLE]) for at in range(max(1, len(text) - _SHINGLE + 1))}
