"""What a corpus calls its documents, learned from its own titles and numbers.

"Bando No. 3" and 实施细则 are kinds of document where several titles begin with them and a number,
or end with them;
``Executive Order`` is how numbers are written where several begin so. A reader of questions takes
them from here, so that no corpus's vocabulary is built in.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policybot.query.lexicon import lexicons
from policybot.query.text import lower

FILE = "vocabulary.json"

_FEWEST = 3
"""Titles that begin or end with a word, at least, before it is taken for a kind of document."""

_SHARE = 0.01
_SHARE_OF_TITLES = 0.05
"""The share of titles that begin or end with a word, at least, likewise."""

_MANY = 2_000
_SCHEMES = 200
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLE_HEAD = re.compile(r"(?P<head>[A-Z][a-z]+) (?:No\.?|Nos?\.?|n\.?º) ?\d")
_BRACKETS = re.compile(r"[(（\[〔【][^)）\]〕】]*[)）\]〕】]")
_PREFIX = re.compile(
    r"(?P<words>[^\W\d_][^\d]*?)\s*(?:No\.?|Nos\.?|Number|n\.?º|núm\.?|#)?\s*(?=\d)", re.IGNORECASE
)
_HAN_KINDS = (4, 3, 2)
"""Characters of what a Chinese title ends with."""


@dataclass(frozen=True, slots=True)
class CorpusWords:
    """The kinds of document that titles name, each with the titles that do, and number schemes."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    schemes: tuple[str, ...] = ()


def corpus_words(policies: Iterable[tuple[str, str | None]]) -> CorpusWords:
    """Learn the words of a corpus from each policy's title and number."""
    known = {word for lexicon in lexicons() for word in lexicon.of("kind")}
    plain = {word for lexicon in lexicons() for word in lexicon.words} - known
    held: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    schemes: Counter[str] = Counter()
    total = 0
    for title, number in policies:
        total += 1
        bare = _BRACKETS.sub("", title).strip(" .。")
        said = _singulars(bare)
        held.update({word for word in said if word in known})
        held.update(_han_kinds(bare, known))
        ends.update(_ends(bare))
        if number and (prefix := _PREFIX.match(number.strip())):
            words = " ".join(prefix["words"].split()).strip(" .-/")
            if words and not _HAN.search(words):
                schemes[words] += 1
    least = max(_FEWEST, round(total * _SHARE))
    for word, count in ends.items():
        if count >= max(_FEWEST, total * _SHARE_OF_TITLES) and not {word, f"{word}s"} & plain:
            held[word] = max(held[word], count)
    for scheme, count in schemes.items():
        if count >= min(least, 2):
            for word in {scheme.lower(), scheme.lower().rsplit(" ", 1)[-1]} - plain:
                held[word] = max(held[word], count)
    kept = dict(_commonest(held)[:_MANY])
    return CorpusWords(
        kept, tuple(s for s, n in _commonest(schemes)[:_SCHEMES] if n >= min(least, 2))
    )


def write_corpus_words(folder: Path, policies: Iterable[tuple[str, str | None]]) -> None:
    """Write what titles and numbers teach."""
    learned = corpus_words(policies)
    table = {"kinds": learned.kinds, "schemes": learned.schemes}
    (folder / FILE).write_text(json.dumps(table, ensure_ascii=False), "utf-8")


def read_corpus_words(data: bytes) -> CorpusWords:
    """Return what :func:`write_corpus_words` wrote."""
    table = json.loads(data)
    return CorpusWords(table["kinds"], tuple(table["schemes"]))


def singular(word: str) -> str:
    """Return an English or Spanish noun in the singular, as far as its ending tells it."""
    for ending, other in (
        ("ies", "y"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("sses", "ss"),
        ("iones", "ión"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + other
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _singulars(title: str) -> set[str]:
    words = [found[0].lower() for found in _WORD.finditer(title)]
    pairs = [f"{one} {other}" for one, other in itertools.pairwise(words)]
    return {singular(word) for word in [*words, *pairs]} | {*words, *pairs}


def _commonest(counted: Counter[str]) -> list[tuple[str, int]]:
    """Return what was counted, most first and else in alphabetical order."""
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _han_kinds(title: str, known: set[str]) -> set[str]:
    """Return the kinds that a Chinese title holds."""
    if not _HAN.search(title):
        return set()
    text = lower(title)
    return {word for word in known if word > "\u2e80" and word in text}


def _ends(title: str) -> set[str]:
    """Return the words by which a title may call its document, beside those of the lexicons."""
    if _HAN.search(title):
        text = lower(title)
        run = re.search(r"[\u4e00-\u9fff]+$", text)
        return {run[0][-size:] for size in _HAN_KINDS if run and len(run[0]) > size + 1}
    head = _TITLE_HEAD.match(title)
    return {singular(head["head"].lower())} if head else set()
