"""A Unigram tokenizer over a mapped table of pieces, for vocabularies of a quarter of a million.

Tokenizers builds a tree of such a vocabulary in memory: a second to load and 290 MB, for a question
of ten words. Here the pieces are in a file, sorted by hash, and are looked up there. Tokenizers
normalises the text and splits it into words; a word is segmented into the pieces with the highest
sum of scores (Kudo, "Subword Regularization", ACL 2018), as in Tokenizers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

MANY = 100_000
"""A Unigram vocabulary with more pieces than this is stored as a table."""

PIECE = np.dtype([("hash", "<u8"), ("id", "<i4"), ("score", "<f4")])

_UNKNOWN_PENALTY = 10.0
"""Score of an unknown character below the least likely piece, as in SentencePiece."""

_KEPT_WORDS = 50_000
_BASE = np.uint64(0x9E3779B97F4A7C15)
"""Base of the polynomial hash of a piece's characters, modulo 2^64; odd."""


def split_tokenizer(tokenizer: Tokenizer) -> tuple[str, NDArray[np.void]] | None:
    """Return a large Unigram tokenizer as its rules, in JSON, and a table of its pieces.

    None where it is of another kind, its vocabulary is small, or two pieces have the same hash.
    """
    rules: dict[str, Any] = json.loads(tokenizer.to_str())
    model = rules["model"]
    if model.get("type") != "Unigram" or len(model["vocab"]) <= MANY or model["unk_id"] is None:
        return None
    vocabulary, unknown = model["vocab"], model["unk_id"]
    table = np.zeros(len(vocabulary), PIECE)
    table["id"] = np.arange(len(vocabulary))
    table["score"] = [score for _, score in vocabulary]
    table["hash"] = [int(_hash(piece)) for piece, _ in vocabulary]
    table = np.sort(table[np.arange(len(table)) != unknown], order="hash")
    if (table["hash"][1:] == table["hash"][:-1]).any():
        return None
    rules["policybot"] = {
        "longest": max(len(piece) for piece, _ in vocabulary),
        "least": min(score for _, score in vocabulary),
        "unknown": unknown,
    }
    # The remaining model knows no piece; the rules around it stay as they are.
    rules["model"] = {**model, "vocab": [vocabulary[unknown]], "unk_id": 0}
    rules["added_tokens"] = []
    return json.dumps(rules, ensure_ascii=False), table


class PieceTokenizer:
    """The tokenizer from the files of :func:`split_tokenizer`. Thread-safe."""

    def __init__(self, rules: Path, table: Path) -> None:
        """Open the rules and map the table.

        Raises:
            ValueError: a file has another format.
            KeyError: likewise.
        """
        read = json.loads(rules.read_text(encoding="utf-8"))
        facts = read.pop("policybot")
        self._longest, self._unknown = int(facts["longest"]), int(facts["unknown"])
        self._unknown_score = float(facts["least"]) - _UNKNOWN_PENALTY
        special = {
            name: token["ids"]
            for name, token in read["post_processor"].get("special_tokens", {}).items()
        }
        single = read["post_processor"]["single"]
        place = next(i for i, part in enumerate(single) if "Sequence" in part)
        before, after = (
            [i for part in parts for i in special[part["SpecialToken"]["id"]]]
            for parts in (single[:place], single[place + 1 :])
        )
        self._before, self._after = before, after
        read["post_processor"] = None
        self._tokenizer = Tokenizer.from_str(json.dumps(read, ensure_ascii=False))
        self._table = np.load(table, mmap_mode="r")
        if self._table.dtype != PIECE:
            raise ValueError(f"{table}: not a table of pieces")
        self._words: dict[str, tuple[int, ...]] = {}
        """A cache of segmented words, which repeat in any text."""

    @property
    def special_tokens(self) -> int:
        """The number of special tokens added to a text."""
        return len(self._before) + len(self._after)

    def ids(self, text: str) -> list[int]:
        """Return the ids of a text's tokens, without special tokens."""
        normalizer, cutter = self._tokenizer.normalizer, self._tokenizer.pre_tokenizer
        normal = normalizer.normalize_str(text) if normalizer else text
        words = [word for word, _ in cutter.pre_tokenize_str(normal)] if cutter else [normal]
        known = self._words
        if new := [word for word in dict.fromkeys(words) if word not in known]:
            if len(known) > _KEPT_WORDS:
                known = self._words = {}
            known |= dict(zip(new, self._divide(new), strict=True))
        return [i for word in words for i in known.get(word) or self._divide([word])[0]]

    def framed(self, ids: Sequence[int], limit: int) -> list[int]:
        """Return ids with special tokens around them, truncated to ``limit`` in all."""
        return [*self._before, *ids[: max(0, limit - self.special_tokens)], *self._after]

    def _divide(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """Return the ids of the most likely pieces of each word."""
        starts, lengths, rows = self._look_up(words)
        ids, scores = self._table["id"][rows].tolist(), self._table["score"][rows].tolist()
        divided: list[tuple[int, ...]] = []
        at, offset = 0, 0
        for word in words:
            starting: list[list[tuple[int, int, float]]] = [[] for _ in word]
            while at < len(starts) and starts[at] < offset + len(word):
                starting[starts[at] - offset].append((lengths[at], ids[at], scores[at]))
                at += 1
            divided.append(self._most_likely(starting))
            offset += len(word)
        return divided

    def _look_up(self, words: Sequence[str]) -> tuple[list[int], list[int], NDArray[np.int64]]:
        """Return start, length and table row of every piece that occurs in the words.

        Starts are offsets into all words, concatenated; ascending, then by length.
        """
        codes = np.fromiter((ord(c) for word in words for c in word), np.uint64)
        sizes = np.array([len(word) for word in words])
        left = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(codes))
        running = np.zeros(len(codes), np.uint64)
        hashes = np.zeros((len(codes), self._longest), np.uint64)
        for length in range(1, min(self._longest, int(sizes.max(initial=0))) + 1):
            last = np.zeros(len(codes), np.uint64)
            last[: len(codes) - length + 1] = codes[length - 1 :]
            running = running * _BASE + last + np.uint64(1)
            hashes[:, length - 1] = np.where(left >= length, running, 0)
        flat = hashes.ravel()
        table = self._table["hash"]
        rows = np.minimum(np.searchsorted(table, flat), len(table) - 1)
        hits = np.flatnonzero((table[rows] == flat) & (flat > 0))
        starts, lengths = np.divmod(hits, self._longest)
        return starts.tolist(), (lengths + 1).tolist(), rows[hits]

    def _most_likely(self, pieces: Sequence[Sequence[tuple[int, int, float]]]) -> tuple[int, ...]:
        """Return the ids of the pieces with the highest sum of scores.

        ``pieces`` has, for each character of a word, the length, id and score of the pieces that
        begin there, shortest first.
        """
        end = len(pieces)
        best: list[tuple[float, int, int]] = [(-np.inf, -1, -1)] * (end + 1)
        best[0] = (0.0, -1, -1)
        for start, starting in enumerate(pieces):
            score = best[start][0]
            for length, piece, worth in starting:
                if score + worth > best[start + length][0]:
                    best[start + length] = (score + worth, start, piece)
            alone = not starting or starting[0][0] > 1
            if alone and score + self._unknown_score > best[start + 1][0]:
                best[start + 1] = (score + self._unknown_score, start, self._unknown)
        ids: list[int] = []
        while end > 0:
            _, start, piece = best[end]
            # Consecutive unknown characters are one token.
            if piece != self._unknown or not ids or ids[-1] != piece:
                ids.append(piece)
            end = start
        return tuple(reversed(ids))


def _hash(piece: str) -> np.uint64:
    mask = (1 << 64) - 1
    value = 0
    for c in piece:
        value = (value * int(_BASE) + ord(c) + 1) & mask
    return np.uint64(value)
