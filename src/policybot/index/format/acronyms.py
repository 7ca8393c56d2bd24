"""Acronyms that users type though the corpus does not define them: "IoT", "Internet of Things".

They are derived from phrases of the corpus's titles: the initials of runs of capitalised words,
with those of the function words between them or without.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

FILE = "acronyms.json"

_LINKS = frozenset(["of", "for", "and", "the", "on", "in", "to"])
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_FEWEST, _MOST = 3, 6
"""Length of an acronym in letters; too many of two letters are ordinary words."""

_LIMIT = 20_000
_TITLES = 2
"""The least number of titles that a phrase must occur in."""


def write_acronyms(folder: Path, titles: Iterable[str]) -> None:
    """Write the acronyms derived from ``titles``, each with its most frequent phrase."""
    counts: Counter[tuple[str, str]] = Counter()
    for title in titles:
        counts.update(set(_phrases(title)))
    table: dict[str, str] = {}
    kept = [item for item in counts.items() if item[1] >= _TITLES]
    kept.sort(key=lambda item: (-item[1], item[0]))
    for (acronym, phrase), _ in kept[:_LIMIT]:
        table.setdefault(acronym, phrase)
    (folder / FILE).write_text(json.dumps(table, ensure_ascii=False), "utf-8")


def read_acronyms(folder: Path) -> dict[str, str]:
    """Return the phrase of each acronym, by the acronym in lower case."""
    return parse_acronyms((folder / FILE).read_bytes())


def parse_acronyms(data: bytes) -> dict[str, str]:
    """Return the acronyms in the bytes of a file, as :func:`read_acronyms` does."""
    table: dict[str, str] = json.loads(data)
    return table


def _phrases(title: str) -> Iterable[tuple[str, str]]:
    """Yield acronym and phrase of every run of capitalised words in a title."""
    words = [(match[0], match.span()) for match in _WORD.finditer(title)]
    for first, (word, (start, _)) in enumerate(words):
        if not word[0].isupper():
            continue
        initials = capitals = word[0].lower()
        for place in range(first + 1, len(words)):
            text, (following, end) = words[place]
            gap = title[words[place - 1][1][1] : following]
            if gap != " " or not (text[0].isupper() or text in _LINKS):
                break
            initials += text[0].lower()
            if text[0].isupper():
                capitals += text[0].lower()
                phrase = title[start:end]
                for acronym in {initials, capitals}:
                    if _FEWEST <= len(acronym) <= _MOST:
                        yield acronym, phrase
            if len(capitals) > _MOST:
                break
