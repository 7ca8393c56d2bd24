"""A generation with the encoder its vectors are of: no question is searched with another's."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policybot.config import Config
from policybot.encoder import Encoder, open_for_serving
from policybot.encoder.languages import reads
from policybot.index.interface import Generation
from policybot.search.vocabulary import IndexVocabulary


class Paired:
    """An open generation, and its encoder, which is opened when it is first needed.

    Any method may raise, where the encoder is opened for it:

    - EncoderError: it cannot be loaded.
    - IndexDamagedError: a file of its export is missing, truncated or altered.
    - IndexMismatchError: another encoder is configured.
    """

    def __init__(
        self, generation: Generation, config: Config, encoder: Encoder | None = None
    ) -> None:
        """Pair ``generation`` with ``encoder``, or else with the one it was built with."""
        self.generation = generation
        self._config = config
        self._encoder = encoder
        self._opening = threading.Lock()
        self.vocabulary = IndexVocabulary(generation)

    def encode(self, text: str) -> NDArray[np.float32] | None:
        """Return a question's vector ``(d,)``, or None when the encoder does not read it."""
        encoder = self._opened()
        if not reads(text, encoder.languages):
            return None
        vector: NDArray[np.float32] = encoder.encode_queries([text])[0]
        return vector

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Count each text's tokens as the encoder reads it."""
        return self._opened().count_tokens(texts)

    def followed_by(self, generation: Generation) -> Paired:
        """Pair another generation with its encoder: this one, or if it is another, opened now."""
        fingerprint = self.generation.manifest.encoder.fingerprint
        if generation.manifest.encoder.fingerprint == fingerprint:
            return Paired(generation, self._config, self._encoder)
        following = Paired(generation, self._config)
        following._opened()
        return following

    def _opened(self) -> Encoder:
        with self._opening:
            if self._encoder is None:
                fingerprint = self.generation.manifest.encoder.fingerprint
                self._encoder = open_for_serving(self._config, fingerprint)
            return self._encoder
