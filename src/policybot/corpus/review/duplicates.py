"""Find policies that are probably one document, published in two places.

Two texts are compared by character shingles (Broder, "On the resemblance and containment of
documents", 1997), but only if they share a title or a long sentence, so that one pass over the
corpus is enough.
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
"""How many of the longest sentences identify a text; they do not depend on its layout."""

_LEAST_SENTENCE = 20
_SENTENCE_END = re.compile(r"\n\n|(?<=[.!?;:])\s|[。！？；：]")
_SHINGLE = 8
_LEAST_SHINGLES = 200
"""Texts with fewer shingles may be similar by chance, as notices of the same kind are."""

_CONTAINED = 0.9
_CONTAINED_OF_ONE_TITLE = 0.8
_LEAST_RATIO = 0.5
_MOST_CHARACTERS = 200_000
COMMON = 5
"""Titles and sentences shared by more policies than this ("Notice") identify nothing."""


_NOT_TEXT = re.compile(r"[\W_]+")


def keys_of(title: str, body: str) -> list[bytes]:
    """Return digests (8 bytes each) of title and longest sentences; duplicates share some."""
    sentences = _SENTENCE_END.split(body[:_MOST_CHARACTERS])
    plain = [_plain(sentence) for sentence in sorted(sentences, key=len, reverse=True)[:_SENTENCES]]
    kept = [f"t{_NOT_TEXT.sub('', normal_name(title))}"]
    kept += [f"p{text}" for text in plain if len(text) >= _LEAST_SENTENCE]
    return [
        hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest() for text in kept
    ]


def probably_one(a: Policy, b: Policy) -> bool:
    """Return whether two policies are probably copies of one document.

    Policies with different numbers or dates, or with a relation between them, are not, however
    similar their texts are (the notices of two years, for example).
    """
    if _differ(_facts(a), _facts(b)):
        return False
    related = [*a.relations.values(), *b.relations.values()]
    if any(name in {a.id, b.id} for names in related for name in names):
        return False
    first, second = _shingles(a.body), _shingles(b.body)
    small = min(len(first), len(second))
    contained = len(first & second) / small
    if normal_name(a.title) == normal_name(b.title):
        return contained >= _CONTAINED_OF_ONE_TITLE
    return small >= _LEAST_SHINGLES and contained >= _CONTAINED


class _Facts(NamedTuple):
    """Metadata that distinguishes policies; dates are ordinals, ``size`` is in characters."""

    number: str | None
    first: int
    last: int
    size: int


def _facts(policy: Policy) -> _Facts:
    days = policy.date
    first, last = (days.first.toordinal(), days.last.toordinal()) if days else (0, 1 << 30)
    number = _plain(policy.number) if policy.number else None
    return _Facts(number, first, last, min(len(policy.body), _MOST_CHARACTERS))


def _differ(a: _Facts, b: _Facts) -> bool:
    return (
        (a.number is not None and b.number is not None and a.number != b.number)
        or a.last < b.first
        or b.last < a.first
        or min(a.size, b.size) < _LEAST_RATIO * max(a.size, b.size)
    )


class _Seen(NamedTuple):
    id: str
    path: str
    source: str | None
    facts: _Facts


class Duplicates:
    """Finds duplicates among the policies of Markdown files, which are added one by one."""

    def __init__(self) -> None:
        self._by_key: dict[bytes, list[_Seen]] = {}

    def add(self, policy: Policy) -> Iterator[Problem]:
        """Yield a warning for each earlier policy that ``policy`` probably duplicates."""
        if policy.path.endswith(".jsonl"):
            return
        source = policy.source.file if policy.source else None
        seen = _Seen(policy.id, policy.path, source, _facts(policy))
        candidates: set[_Seen] = set()
        for key in keys_of(policy.title, policy.body):
            same_key = self._by_key.setdefault(key, [])
            if len(same_key) > COMMON:
                continue
            candidates.update(
                earlier
                for earlier in same_key
                if earlier.id != seen.id
                and (source is None or earlier.source != source)
                and not _differ(seen.facts, earlier.facts)
            )
            same_key.append(seen)
        for name, path, *_ in sorted(candidates, key=lambda candidate: candidate.id):
            earlier, _ = next(iter(scan_file(Path(path))), (None, []))
            if earlier is not None and probably_one(policy, earlier):
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
