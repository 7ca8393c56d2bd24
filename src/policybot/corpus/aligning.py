"""Align two texts: first their paragraphs, then the words of paragraphs that differ.

No text is generated: the runs of a row that belong to one side, joined, are that side's paragraph,
character for character.
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
"""The most paragraphs of each text that are compared."""

_MOST_PAIRED = 60
"""A changed block with more paragraphs than this is paired by position, not by similarity."""

_MOST_WORDS = 1000
"""A paragraph with more words than this is shown as replaced, without a word-level diff."""

_ALIKE = 0.35
"""Two paragraphs are versions of one if they share at least this fraction of their words."""

_WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff]+\s*|\S\s*|\s+")
"""A word, a Chinese character or a punctuation mark, with the white space after it."""


def compare_texts(before: str, after: str) -> tuple[tuple[Row, ...], int]:
    """Return the aligned rows of two texts, and how many paragraphs at the end were not compared.

    At most :data:`MOST_PARAGRAPHS` of each text are compared.
    """
    old, new = _paragraphs(before), _paragraphs(after)
    cut = max(len(old) - MOST_PARAGRAPHS, len(new) - MOST_PARAGRAPHS, 0)
    old, new = old[:MOST_PARAGRAPHS], new[:MOST_PARAGRAPHS]
    matcher = difflib.SequenceMatcher(
        None, [text for text, _ in old], [text for text, _ in new], autojunk=False
    )
    rows: list[Row] = []
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            rows += [Row("unchanged", text, text) for text, _ in old[start:end]]
        else:
            rows += _changed(old[start:end], new[first:last])
    return tuple(rows), cut


_Paragraph = tuple[str, str]
"""A paragraph's text, and the address of the provision that starts with it (else empty)."""


def _paragraphs(text: str) -> list[_Paragraph]:
    spans = [block.span for block in blocks_of(text)]
    addresses = {part.span[0]: part.address for part in reversed(provisions_of(text))}
    return [(text[start:end], addresses.get(start, "")) for start, end in spans]


def _changed(old: Sequence[_Paragraph], new: Sequence[_Paragraph]) -> Iterator[Row]:
    """Yield the rows of a block that differs: changed paragraphs paired, then the unpaired ones.

    Removed paragraphs come before those added in their place.
    """
    old_start = new_start = 0
    for old_at, new_at in [*_pairs(old, new), (len(old), len(new))]:
        yield from (Row("removed", before=text) for text, _ in old[old_start:old_at])
        yield from (Row("added", after=text) for text, _ in new[new_start:new_at])
        if old_at < len(old):
            before, after = old[old_at][0], new[new_at][0]
            yield Row("changed", before, after, runs_of(before, after))
        old_start, new_start = old_at + 1, new_at + 1


def _pairs(old: Sequence[_Paragraph], new: Sequence[_Paragraph]) -> list[tuple[int, int]]:
    """Return the indexes of paragraphs that are versions of one, in order, without crossings.

    The pairs maximise the sum of similarities (a weighted longest common subsequence). Paragraphs
    that begin the same article always qualify.
    """
    if len(old) > _MOST_PAIRED or len(new) > _MOST_PAIRED:
        count = min(len(old), len(new))
        return [(i, i) for i in range(count) if _likeness(old[i], new[i]) >= _ALIKE]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_likeness(a, b) for b in new] for a in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _ALIKE else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        paired = alike[i][j] >= _ALIKE
        if paired and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(old: _Paragraph, new: _Paragraph) -> float:
    """Return the fraction of words two paragraphs share (0 to 1), plus 1 for the same address."""
    old_words, new_words = (Counter(map(str.rstrip, _WORD.findall(text))) for text, _ in (old, new))
    total = old_words.total() + new_words.total()
    share = 2 * (old_words & new_words).total() / total if total else 0.0
    return share + (1.0 if old[1] and old[1] == new[1] else 0.0)


def runs_of(before: str, after: str) -> tuple[Run, ...]:
    """Return the word-level diff of two paragraphs (character-level for Chinese)."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return Run("removed", before), Run("added", after)
    matcher = difflib.SequenceMatcher(
        None, [word.rstrip() for word in old], [word.rstrip() for word in new], autojunk=False
    )
    builder = _Runs()
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            builder.differ("".join(old[start:end]), "".join(new[first:last]))
            continue
        for word, new_word in zip(old[start:end], new[first:last], strict=True):
            shared = word if word == new_word else word.rstrip()
            builder.keep(shared)
            builder.differ(word[len(shared) :], new_word[len(shared) :])
    return builder.runs()


class _Runs:
    """Collects runs; between two kept runs, the removed text comes before the added text."""

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
