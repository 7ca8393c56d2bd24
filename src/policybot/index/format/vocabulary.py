"""The words for document kinds and numbering schemes, learned from a corpus's titles and numbers.

"Bando" is a kind of document if several titles begin like "Bando No. 3", and 实施细则 if several
end with it; "Executive Order" is a numbering scheme if several numbers begin with it. Questions are
parsed with these words, so that no corpus's vocabulary is built in.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from policybot.query.lexicon import lexicons
from policybot.query.text import lower

FILE = "vocabulary.json"

_FEWEST = 3
"""The least number of titles that begin or end with a word that is taken for a kind."""

_SHARE = 0.05
"""The least share of titles that begin or end with such a word."""

_FEWEST_NUMBERS = 2
"""The least number of document numbers that begin with a numbering scheme."""

_MOST_KINDS = 2_000
_MOST_SCHEMES = 200
_WORD = re.compile(r"[^\W\d_]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLE_HEAD = re.compile(r"(?P<head>[A-Z][a-z]+) (?:No\.?|Nos?\.?|n\.?º) ?\d")
_BRACKETS = re.compile(r"[(（\[〔【][^)）\]〕】]*[)）\]〕】]")
_PREFIX = re.compile(
    r"(?P<words>[^\W\d_][^\d]*?)\s*(?:No\.?|Nos\.?|Number|n\.?º|núm\.?|#)?\s*(?=\d)", re.IGNORECASE
)
_HAN_KINDS = (4, 3, 2)
"""Lengths, in characters, of the endings of Chinese titles that may be kinds."""

_HAN_PARTICLES = re.compile("[的之与和及或]")


@dataclass(frozen=True, slots=True)
class CorpusWords:
    """Kinds of document, each with the number of titles that name it, and numbering schemes."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    schemes: tuple[str, ...] = ()


def corpus_words(policies: Iterable[tuple[str, str | None]]) -> CorpusWords:
    """Learn the words of a corpus from each policy's title and document number."""
    known = _known()
    plain = {word for lexicon in lexicons() for word in lexicon.words} - known
    kinds: Counter[str] = Counter()
    candidates: Counter[str] = Counter()
    schemes: Counter[str] = Counter()
    total = 0
    for title, number in policies:
        total += 1
        bare = _BRACKETS.sub("", title).strip(" .。")
        prefix = _PREFIX.match(number.strip()) if number else None
        numbered = _singulars(prefix["words"]) if prefix else set()
        kinds.update((_singulars(bare) | numbered) & known)
        kinds.update(_han_kinds(bare, known))
        candidates.update(_kind_candidates(bare, known))
        if prefix:
            words = " ".join(prefix["words"].split()).strip(" .-/")
            if words and not _HAN.search(words):
                schemes[words] += 1
    for word, count in candidates.items():
        if count >= max(_FEWEST, total * _SHARE) and not {word, f"{word}s"} & plain:
            kinds[word] = max(kinds[word], count)
    schemes = Counter({s: count for s, count in schemes.items() if count >= _FEWEST_NUMBERS})
    for scheme, count in schemes.items():
        for word in {scheme.lower(), scheme.lower().rsplit(" ", 1)[-1]} - plain:
            kinds[word] = max(kinds[word], count)
    most_common = [scheme for scheme, _ in _most_common(schemes)[:_MOST_SCHEMES]]
    return CorpusWords(dict(_most_common(kinds)[:_MOST_KINDS]), tuple(most_common))


def write_corpus_words(folder: Path, policies: Iterable[tuple[str, str | None]]) -> None:
    """Write the words learned from titles and numbers into a generation's folder."""
    learned = corpus_words(policies)
    table = {"kinds": learned.kinds, "schemes": learned.schemes}
    (folder / FILE).write_text(json.dumps(table, ensure_ascii=False), "utf-8")


def read_corpus_words(data: bytes) -> CorpusWords:
    """Parse the bytes of the file that :func:`write_corpus_words` wrote."""
    table = json.loads(data)
    known = _known()
    kinds = {
        word: n for word, n in table["kinds"].items() if word in known or _is_whole(word, known)
    }
    return CorpusWords(kinds, tuple(table["schemes"]))


def _known() -> set[str]:
    return {word for lexicon in lexicons() for word in lexicon.of("kind")}


def _is_whole(word: str, known: Collection[str]) -> bool:
    """Tell a Chinese kind from one that begins within another word: 的公告, 划条例."""
    return not (_HAN_PARTICLES.search(word) or (len(word) == 3 and word[1:] in known))


def singular(word: str) -> str:
    """Return the singular of an English or Spanish noun, by rules on its ending."""
    for ending, replacement in (
        ("ies", "y"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("sses", "ss"),
        ("iones", "ión"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + replacement
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _singulars(title: str) -> set[str]:
    """Return a title's words and pairs of words in lower case, with their singulars."""
    words = [match[0].lower() for match in _WORD.finditer(title)]
    phrases = {*words, *map(" ".join, itertools.pairwise(words))}
    return phrases | set(map(singular, phrases))


def _most_common(counted: Counter[str]) -> list[tuple[str, int]]:
    """Return words and counts, most frequent first, ties in alphabetical order."""
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _han_kinds(title: str, known: set[str]) -> set[str]:
    """Return the known kinds that occur in a Chinese title."""
    if not _HAN.search(title):
        return set()
    text = lower(title)
    return {word for word in known if word > "\u2e80" and word in text}


def _kind_candidates(title: str, known: set[str]) -> set[str]:
    """Return the words at the start or end of a title that may be a kind of document.

    In Chinese a kind follows the last particle (关于…的公告), and one more character before a
    ``known`` kind belongs to another word (规划条例).
    """
    if _HAN.search(title):
        text = lower(title)
        run = re.search(r"[\u4e00-\u9fff]+$", text)
        sizes = [size for size in _HAN_KINDS if run and len(run[0]) > size + 1]
        endings = {run[0][-size:] for size in sizes if run}
        return {ending for ending in endings if _is_whole(ending, known)}
    head = _TITLE_HEAD.match(title)
    return {singular(head["head"].lower())} if head else set()
