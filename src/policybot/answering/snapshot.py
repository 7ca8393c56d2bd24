"""A generation with the encoders that its vectors come from, which encode its questions."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from policybot.answering.references import References
from policybot.config import Config
from policybot.encoder import Encoder, open_for_serving
from policybot.encoder.languages import reads
from policybot.index.format.manifest import EncoderEntry
from policybot.index.serve.interface import Generation
from policybot.retrieval.retrieve import EncodedQuestion
from policybot.retrieval.words.vocabulary import IndexVocabulary


class Snapshot:
    """An open generation and its encoders, each opened on first use.

    Any method may raise, where an encoder is opened for it:

    - EncoderError: it cannot be loaded.
    - IndexDamagedError: a file of its export is missing, truncated or altered.
    - IndexMismatchError: another encoder is configured.
    """

    def __init__(
        self,
        generation: Generation,
        config: Config,
        encoder: Encoder | None = None,
        encoder_threads: int | None = None,
    ) -> None:
        """Pair ``generation`` with ``encoder``, or else with the one it was built with.

        A second encoder that it was built with is opened beside it. ``encoder_threads`` encode one
        question, by default as many as gain something.
        """
        self.generation = generation
        self._config = config
        self._threads = encoder_threads
        self._encoders: dict[int, Encoder] = {} if encoder is None else {0: encoder}
        self._opening = threading.Lock()
        self.vocabulary = IndexVocabulary(generation)
        self.references = References(generation, self.vocabulary.titles_near)

    def encode_question(self, text: str, language: str) -> Sequence[EncodedQuestion]:
        """Encode a question with each encoder that reads it; empty where none does.

        Where there are two, the first encodes the languages that it was found to read, the second
        the others; both do where there are policies that the first does not read.
        """
        entries = self.generation.manifest.encoders
        if len(entries) == 1:
            encoder = self._opened(0)
            return [self._encoded(text, 0, entries[0])] if reads(text, encoder.languages) else []
        if language not in entries[0].languages:
            return [self._encoded(text, 1, entries[1])]
        places = (0,) if self.generation.vector_sets[0].complete else (0, 1)
        return [self._encoded(text, place, entries[place]) for place in places]

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Count each text's tokens as the encoder reads it."""
        return self._opened(0).count_tokens(texts)

    def followed_by(self, generation: Generation) -> Snapshot:
        """Return another generation with its encoders; those not yet open are opened now."""
        following = Snapshot(generation, self._config, encoder_threads=self._threads)
        before = [entry.fingerprint for entry in self.generation.manifest.encoders]
        for place, entry in enumerate(generation.manifest.encoders):
            if entry.fingerprint in before:
                known = self._encoders.get(before.index(entry.fingerprint))
                if known is not None:
                    following._encoders[place] = known
            else:
                following._opened(place)
        return following

    def _encoded(self, text: str, place: int, entry: EncoderEntry) -> EncodedQuestion:
        vector = self._opened(place).encode_queries([text])[0]
        return EncodedQuestion(vector, place, multilingual=len(entry.languages) > 1)

    def _opened(self, place: int) -> Encoder:
        with self._opening:
            if place not in self._encoders:
                fingerprint = self.generation.manifest.encoders[place].fingerprint
                self._encoders[place] = open_for_serving(
                    self._config, fingerprint, threads=self._threads
                )
            return self._encoders[place]
