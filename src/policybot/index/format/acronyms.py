"""Acronyms a corpus never writes out but its readers type: "IoT" for "Internet of Things".

They are made from the phrases of the corpus's own titles: runs of capitalised words, with the
function words between them or without.
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
"""Letters of an acronym: of two, too many are ordinary words."""

_MANY = 20_000
_TITLES = 2
"""A phrase stands in this many titles at least, or it is only a title's own wording."""


def write_acronyms(folder: Path, titles: Iterable[str]) -> None:
    """Write the acronyms that ``titles`` give, each with the phrase most titles have for it."""
    counts: Counter[tuple[str, str]] = Counter()
    for title in titles:
        counts.update(set(_phrases(title)))
    table: dict[str, str] = {}
    kept = [item for item in counts.items() if item[1] >= _TITLES]
    kept.sort(key=lambda item: (-item[1], item[0]))
    for (acronym, phrase), _ in kept[:_MANY]:
        table.setdefault(acronym, phrase)
    (folder / FILE).write_text(json.dumps(table, ensure_ascii=False), "utf-8")


def read_acronyms(folder: Path) -> dict[str, str]:
    """Return the phrase for every acronym, which is in lower case."""
    return parse_acronyms((folder / FILE).read_bytes())


def parse_acronyms(data: bytes) -> dict[str, str]:
    """Return the acronyms that a file holds."""
    table: dict[str, str] = json.loads(data)
    return table


def _phrases(title: str) -> Iterable[tuple[str, str]]:
    """Yield acronym and phrase for every run of capitalised words."""
    words = [(found[0], found.span()) for found in _WORD.finditer(title)]
    for first, (word, (start, _)) in enumerate(words):
        if not word[0].isupper():
            continue
        whole = core = word[0].lower()
        for place in range(first + 1, len(words)):
            text, (begin, end) = words[place]
            gap = title[words[place - 1][1][1] : begin]
            if gap != " " or not (text[0].isupper() or text in _LINKS):
                break
            whole += text[0].lower()
            if text[0].isupper():
                core += text[0].lower()
                phrase = title[start:end]
                for acronym in {whole, core}:
                    if _FEWEST <= len(acronym) <= _MOST:
                        yield acronym, phrase
            if len(core) > _MOST:
                break
