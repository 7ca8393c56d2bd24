"""The vectors of one encoder over all passages of a generation, opened from files.

A generation has one such side, or a second one of an encoder that hears what the first does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.encoder.levelling import Scale
from policybot.index.format.columns import map_column
from policybot.index.format.manifest import CorpusEntry, EncoderEntry
from policybot.index.vectors.codes import FILE as CODES
from policybot.index.vectors.codes import Codes, Tuning
from policybot.index.vectors.mapped import FILE as VECTORS
from policybot.index.vectors.mapped import Vectors
from policybot.index.vectors.rows import Rows

COLUMNS = "columns"
SECOND = "second"
"""The folder, within a generation's, of the second encoder's files."""

KEY = np.dtype("S16")
"""What a vector is kept under: the first 16 bytes of the SHA-256 of the text it is of."""


class VectorSet:
    """Implements :class:`policybot.index.serve.interface.Similarity` over files.

    - ``passage_embedded``: bool ``(N,)``; False where the encoder cannot read the passage's
      language. Such passages have no vector, and dense search never returns them.
    - ``passage_hubness``: float16 ``(N,)``, see :func:`policybot.index.build.hubness.hubness`.
    - ``sentence_vectors``: float16 ``(S, d)`` and ``title_vectors``: float16 ``(P, d)``, rows of
      length 1, or all zeros where the encoder cannot read the language.
    - ``passage_keys``, ``sentence_keys``, ``title_keys``: what the vectors are kept under.
    """

    def __init__(
        self,
        folder: Path,
        entry: EncoderEntry,
        corpus: CorpusEntry,
        sentence_offsets: NDArray[np.int64],
        tuning: Mapping[str, Any],
    ) -> None:
        def column(name: str, dtype: np.dtype[Any] | type[np.generic], *shape: int) -> NDArray[Any]:
            return map_column(folder / COLUMNS / f"{name}.npy", dtype, shape)

        count, sentences, policies = corpus.passages, corpus.sentences, corpus.policies
        dimension = entry.dimension
        self.scale: Scale = entry.scale
        self.passage_keys: NDArray[np.bytes_] = column("passage_keys", KEY, count)
        self.passage_embedded: NDArray[np.bool_] = column("passage_embedded", np.bool_, count)
        self.passage_hubness: NDArray[np.float16] = column("passage_crowding", np.float16, count)
        self.sentence_keys: NDArray[np.bytes_] = column("sentence_keys", KEY, sentences)
        self.sentence_vectors: NDArray[np.float16] = column(
            "sentence_vectors", np.float16, sentences, dimension
        )
        self.title_keys: NDArray[np.bytes_] = column("title_keys", KEY, policies)
        self.title_vectors: NDArray[np.float16] = column(
            "title_vectors", np.float16, policies, dimension
        )
        self._offsets = sentence_offsets
        self._sentences = Rows(folder / COLUMNS / "sentence_vectors.npy", self.sentence_vectors)
        self._titles = Rows(folder / COLUMNS / "title_vectors.npy", self.title_vectors)
        tuned = Tuning.of(tuning)
        codes = Codes(folder / CODES, count, dimension, tuned) if tuned else None
        self.vectors = Vectors(folder / VECTORS, count, dimension, self.passage_embedded, codes)

    def close(self) -> None:
        """Close the files."""
        for opened in (self.vectors, self._sentences, self._titles):
            opened.close()

    @property
    def complete(self) -> bool:
        """Whether every passage has a vector."""
        return bool(self.passage_embedded.all())

    def embedded_at(self, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of given passages have a vector."""
        embedded: NDArray[np.bool_] = self.passage_embedded[passages]
        return embedded

    def hubness_at(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return how near each of given passages is to what it is nearest to."""
        return self.passage_hubness[passages].astype(np.float32)

    def dense(
        self, vector: NDArray[np.float32], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest passages, best first."""
        return self.vectors.search(vector, count, passages)

    def dense_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of given passages, float32, in their order."""
        return self.vectors.scores(vector, passages)

    def sentences_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the cosines of the sentences of given passages, and how many each has."""
        starts = self._offsets[passages]
        counts = self._offsets[passages + 1] - starts
        before = np.cumsum(counts) - counts
        rows = np.repeat(starts - before, counts) + np.arange(counts.sum())
        return self._sentences.cosines(vector, rows), counts

    def titles_at(
        self, vector: NDArray[np.float32], policies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the titles of given policies, float32, in their order."""
        return self._titles.cosines(vector, policies)
