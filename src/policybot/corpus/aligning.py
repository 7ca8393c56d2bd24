"""Two texts side by side: paragraphs aligned, and within those that differ, the words.

Nothing is said here that is not in one of the texts: joined, the runs that a row has of one side
are its paragraph, to the character.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from policybot.corpus.provisions.divide import provisions_of
from policybot.corpus.text.split import blocks_of
from policybot.model import Row, Run

MOST_PARAGRAPHS = 2000
"""Paragraphs of each text that are compared, at most."""

_MOST_PAIRED = 60
"""Paragraphs of a changed stretch that are paired by likeness; of a longer one, in order."""

_MOST_WORDS = 1000
"""Words of a paragraph whose changes are looked for; a longer one is shown as replaced."""

_ALIKE = 0.35
"""The share of words that two paragraphs must have in common to be one that was changed."""

_WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff]+\s*|\S\s*|\s+")
"""A word, a character of Chinese or a mark, each with the white space after it."""


def compare_texts(before: str, after: str) -> tuple[tuple[Row, ...], int]:
    """Return the rows of two texts in order, and how many paragraphs were left out at the end.

    At most :data:`MOST_PARAGRAPHS` of each are compared.
    """
    one, other = _paragraphs(before), _paragraphs(after)
    cut = max(len(one) - MOST_PARAGRAPHS, len(other) - MOST_PARAGRAPHS, 0)
    one, other = one[:MOST_PARAGRAPHS], other[:MOST_PARAGRAPHS]
    matcher = difflib.SequenceMatcher(
        None, [text for text, _ in one], [text for text, _ in other], autojunk=False
    )
    rows: list[Row] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            rows += [Row("unchanged", text, text) for text, _ in one[start:end]]
        else:
            rows += _changed(one[start:end], other[first:last])
    return tuple(rows), cut


_Paragraph = tuple[str, str]
"""A paragraph, and the address of the article or section that it begins, or nothing."""


def _paragraphs(text: str) -> list[_Paragraph]:
    spans = [block.span for block in blocks_of(text)]
    addresses = {one.span[0]: one.address for one in reversed(provisions_of(text))}
    return [(text[start:end], addresses.get(start, "")) for start, end in spans]


def _changed(one: Sequence[_Paragraph], other: Sequence[_Paragraph]) -> Iterator[Row]:
    """Yield the rows of a stretch that differs: changed paragraphs in pairs, and what stands alone.

    What was removed comes before what was added in its place.
    """
    start = first = 0
    for at, with_at in [*_pairs(one, other), (len(one), len(other))]:
        yield from (Row("removed", before=text) for text, _ in one[start:at])
        yield from (Row("added", after=text) for text, _ in other[first:with_at])
        if at < len(one):
            before, after = one[at][0], other[with_at][0]
            yield Row("changed", before, after, runs_of(before, after))
        start, first = at + 1, with_at + 1


def _pairs(one: Sequence[_Paragraph], other: Sequence[_Paragraph]) -> list[tuple[int, int]]:
    """Return which paragraphs are one that was changed, in order, none crossing another.

    Those pairs are chosen whose likenesses add up to the most (the longest common subsequence, with
    weights). Paragraphs that begin the same article are alike.
    """
    if len(one) > _MOST_PAIRED or len(other) > _MOST_PAIRED:
        count = min(len(one), len(other))
        return [(at, at) for at in range(count) if _likeness(one[at], other[at]) >= _ALIKE]
    best = [[0.0] * (len(other) + 1) for _ in range(len(one) + 1)]
    alike = [[_likeness(a, b) for b in other] for a in one]
    for at in reversed(range(len(one))):
        for to in reversed(range(len(other))):
            paired = alike[at][to] + best[at + 1][to + 1] if alike[at][to] >= _ALIKE else 0.0
            best[at][to] = max(paired, best[at + 1][to], best[at][to + 1])
    pairs: list[tuple[int, int]] = []
    at = to = 0
    while at < len(one) and to < len(other):
        paired = alike[at][to] >= _ALIKE
        if paired and best[at][to] == alike[at][to] + best[at + 1][to + 1]:
            pairs.append((at, to))
            at, to = at + 1, to + 1
        elif best[at][to] == best[at + 1][to]:
            at += 1
        else:
            to += 1
    return pairs


def _likeness(one: _Paragraph, other: _Paragraph) -> float:
    """Return the share of words that two paragraphs have in common, and 1 more for one number."""
    counts, others = (Counter(map(str.rstrip, _WORD.findall(text))) for text, _ in (one, other))
    total = counts.total() + others.total()
    share = 2 * (counts & others).total() / total if total else 0.0
    return share + (1.0 if one[1] and one[1] == other[1] else 0.0)


def runs_of(before: str, after: str) -> tuple[Run, ...]:
    """Return what is kept, removed and added between two paragraphs, word by word.

    Chinese is compared by the character.
    """
    one, other = _WORD.findall(before), _WORD.findall(after)
    if len(one) > _MOST_WORDS or len(other) > _MOST_WORDS:
        return Run("removed", before), Run("added", after)
    matcher = difflib.SequenceMatcher(
        None, [word.rstrip() for word in one], [word.rstrip() for word in other], autojunk=False
    )
    found = _Runs()
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            found.differ("".join(one[start:end]), "".join(other[first:last]))
            continue
        for word, same in zip(one[start:end], other[first:last], strict=True):
            shared = word if word == same else word.rstrip()
            found.keep(shared)
            found.differ(word[len(shared) :], same[len(shared) :])
    return found.runs()


class _Runs:
    """Gathers runs: between two that are kept, what was removed, then what was added."""

    def __init__(self) -> None:
        self._runs: list[Run] = []
        self._kept = self._removed = self._added = ""

    def keep(self, text: str) -> None:
        if text and (self._removed or self._added):
            self._flush()
        self._kept += text

    def differ(self, removed: str, added: str) -> None:
        self._removed += removed
        self._added += added

    def runs(self) -> tuple[Run, ...]:
        self._flush()
        return tuple(self._runs)

    def _flush(self) -> None:
        kinds: tuple[Literal["kept", "removed", "added"], ...] = ("kept", "removed", "added")
        texts = (self._kept, self._removed, self._added)
        self._runs += [Run(kind, text) for kind, text in zip(kinds, texts, strict=True) if text]
        self._kept = self._removed = self._added = ""
