"""Corpora of any size out of real sentences and real vectors, for figures about speed alone.

A passage is two or more sentences of one real document, its vector the mean of theirs, made long
enough that it is embedded as it stands. So vectors lie as real ones do, and a million passages cost
no more to embed than the sentences they are made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.config import Config, EncoderConfig, IndexConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.text.sentences import sentence_spans
from policybot.encoder import Encoder, open_for_indexing
from policybot.encoder.spec import Precision
from policybot.encoder.template import SHORT_WORDS
from policybot.model import Issuer, Policy, PolicyDate

TEXTS = Path("../shared/eval")
"""Collections of texts: folders with a ``corpus.jsonl`` of ``title`` and ``text``."""

CACHE = Path(".bench")
SENTENCES = 40_000
PASSAGES_A_POLICY = 5
ISSUERS = tuple(f"Ministry of Affairs {number}" for number in range(20))
BOOK = IssuerBook(tuple(Issuer(name) for name in ISSUERS))
_SUFFIX = ", notice "


@dataclass(frozen=True, slots=True)
class Pool:
    """Real sentences: their vectors ``(n, d)`` float32, and ``documents[i]`` the sentences of one.

    ``titles`` are the documents' own, with vectors of their own.
    """

    sentences: tuple[str, ...]
    vectors: NDArray[np.float32]
    documents: tuple[tuple[int, ...], ...]
    titles: tuple[str, ...]
    title_vectors: NDArray[np.float32]


def real_encoder(precision: Precision = "fp32") -> Encoder:
    """Open the bundled encoder, exported to the cache the first time."""
    index = IndexConfig(path=CACHE / "encoder")
    return open_for_indexing(Config(index=index, encoder=EncoderConfig(precision=precision)))


def read_texts(folder: Path = TEXTS) -> Iterator[tuple[str, str]]:
    """Yield title and text of every English passage of the collections, in order.

    Raises:
        SystemExit: there are none.
    """
    found = sorted(folder.glob("*/corpus.jsonl"))
    if not found:
        raise SystemExit(f"{folder}: no */corpus.jsonl here; name a folder with --texts")
    for path in found:
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            if row["text"].isascii() or sum(map(str.isascii, row["text"])) > len(row["text"]) / 2:
                yield row["title"] or path.parent.name, row["text"]


def pool_of(encoder: Encoder, folder: Path = TEXTS) -> Pool:
    """Return :data:`SENTENCES` real sentences with their vectors, from the cache if they are."""
    seen: dict[str, int] = {}
    documents: dict[str, list[int]] = {}
    for title, text in read_texts(folder):
        for start, end in sentence_spans(text):
            sentence = " ".join(text[start:end].split())
            if 6 <= len(sentence.split()) <= 60 and sentence[-1] == "." and sentence not in seen:
                seen[sentence] = len(seen)
                documents.setdefault(title, []).append(seen[sentence])
    sentences = tuple(seen)
    kept = np.sort(np.random.default_rng(0).permutation(len(sentences))[:SENTENCES])
    place = {int(old): new for new, old in enumerate(kept)}
    sentences = tuple(sentences[i] for i in kept)
    groups = {
        title: tuple(place[i] for i in members if i in place)
        for title, members in documents.items()
    }
    groups = {title: members for title, members in groups.items() if len(members) >= 8}
    vectors = _cached(encoder, f"sentences-{len(sentences)}", sentences)
    titles = tuple(groups)
    title_vectors = _cached(encoder, f"titles-{len(titles)}", titles)
    return Pool(sentences, vectors, tuple(groups.values()), titles, title_vectors)


def _cached(encoder: Encoder, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
    path = CACHE / f"{encoder.fingerprint}-{name}.npy"
    if not path.exists():
        np.save(path, encoder.encode_documents(texts))
    vectors: NDArray[np.float32] = np.load(path)
    return vectors


def policies_of(pool: Pool, passages: int) -> Iterator[Policy]:
    """Yield policies of five passages each, ``passages`` in all, always the same."""
    generator = np.random.default_rng(1)
    shares = np.array([len(members) for members in pool.documents], dtype=float)
    shares /= shares.sum()
    for number in range(-(-passages // PASSAGES_A_POLICY)):
        document = int(generator.choice(len(shares), p=shares))
        left = min(PASSAGES_A_POLICY, passages - number * PASSAGES_A_POLICY)
        paragraphs = [_paragraph(pool, document, generator) for _ in range(left)]
        year, month, day = generator.integers((1990, 1, 1), (2025, 13, 29)).tolist()
        yield Policy(
            id=f"p{number:07d}",
            title=f"{pool.titles[document]}{_SUFFIX}{number}",
            body="\n\n".join(paragraphs),
            issuers=(ISSUERS[int(generator.integers(len(ISSUERS)))],),
            date=PolicyDate(year, month, day),
            number=f"No. {number} [{year}]",
        )


def _paragraph(pool: Pool, document: int, generator: np.random.Generator) -> str:
    members = pool.documents[document]
    lines: list[str] = []
    words = 0
    while words < SHORT_WORDS or len(lines) < 2:
        lines.append(pool.sentences[members[int(generator.integers(len(members)))]])
        words += len(lines[-1].split())
    return "\n".join(lines)


def questions_of(folder: Path = TEXTS, count: int = 200) -> list[str]:
    """Return real questions of the collections, short enough that a person would type them."""
    found: list[str] = []
    for path in sorted(folder.glob("*/queries-dev.jsonl")):
        for line in path.open(encoding="utf-8"):
            text = " ".join(json.loads(line)["text"].split())
            if text.isascii() and 4 <= len(text.split()) <= 15:
                found.append(text)
    chosen = np.random.default_rng(2).permutation(len(found))[:count]
    return [found[i] for i in chosen]


class MixingEncoder:
    """Encodes what :func:`policies_of` makes from the vectors of its sentences.

    It goes by the fingerprint of the real encoder, which encodes the questions.
    """

    def __init__(self, real: Encoder, pool: Pool) -> None:
        self._real = real
        self._rows: dict[str, NDArray[np.float32]] = dict(
            zip(pool.sentences, pool.vectors, strict=True)
        )
        self._rows |= zip(pool.titles, pool.title_vectors, strict=True)
        self.name = real.name
        self.fingerprint = real.fingerprint
        self.dimension = real.dimension
        self.max_tokens = real.max_tokens
        self.languages = real.languages
        self.scale = real.scale
        self.encode_queries = real.encode_queries
        self.strange = 0

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 vectors of shape ``(len(texts), dimension)``, each row of length 1."""
        vectors: NDArray[np.float32] = np.empty((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[:] = sum(self._line(line) for line in text.partition(_SUFFIX)[0].split("\n"))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return what no text of :func:`policies_of` exceeds by enough to be divided."""
        return [len(text.split()) for text in texts]

    def _line(self, line: str) -> NDArray[np.float32]:
        if line not in self._rows:  # part of a sentence: the splitter reads it in its new place
            self._rows[line] = self._real.encode_documents([line])[0]
            self.strange += 1
        return self._rows[line]
