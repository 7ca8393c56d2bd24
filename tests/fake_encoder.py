"""A deterministic encoder without weights: texts that share words get similar vectors."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.encoder.levelling import Scale

SPECIAL_TOKENS = 2
"""Like the two that open and close a text for BERT, so that limits are tested as they are."""

_WORD = re.compile(r"[一-鿿]|[^\W_一-鿿]+")


class FakeEncoder:
    """A bag of hashed words, implementing ``policybot.encoder.Encoder``.

    A token is a word or a Chinese character. ``calls`` counts calls that encode; ``encoded`` lists
    every text encoded, in order, so that a test can see what was embedded again.
    """

    def __init__(
        self,
        *,
        name: str = "fake",
        fingerprint: str = "fa4e000000000001",
        dimension: int = 32,
        max_tokens: int = 64,
        languages: tuple[str, ...] = ("en",),
    ) -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.languages = languages
        self.scale = Scale()
        self.calls = 0
        self.encoded: list[str] = []

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of shape ``(len(texts), dimension)``, float32."""
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of shape ``(len(texts), dimension)``, float32."""
        return self._encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words and Chinese characters, and the two special tokens."""
        return [len(_tokens(text)) + SPECIAL_TOKENS for text in texts]

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.calls += 1
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for number, text in enumerate(texts):
            for token in _tokens(text)[: self.max_tokens - SPECIAL_TOKENS] or [""]:
                digest = hashlib.shake_256(token.encode()).digest(self.dimension)
                vectors[number] += np.frombuffer(digest, dtype=np.int8) + np.float32(0.5)
            vectors[number] /= np.linalg.norm(vectors[number])
        return vectors


def _tokens(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
