"""The vectors of one encoder for all texts of a generation, opened from files.

A generation has one vector set, or two if a second encoder reads the languages the first does not.
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
"""The key of a vector: the first 16 bytes of the SHA-256 of its text."""


class VectorSet:
    """Implements :class:`policybot.index.serve.interface.Similarity` over files.

    - ``passage_embedded``: bool ``(N,)``; False if the encoder cannot read the passage's language.
      Such a passage has no vector, and dense search never returns it.
    - ``passage_hubness``: float16 ``(N,)``, see :func:`policybot.index.build.hubness.hubness`.
    - ``sentence_vectors``: float16 ``(S, d)`` and ``title_vectors``: float16 ``(P, d)``, rows of
      length 1, or all zeros if the encoder cannot read the language. So are a second encoder's
      for a sentence that is its passage's only one.
    - ``passage_keys``, ``sentence_keys``, ``title_keys``: the keys of the vectors, S16.
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
        for file in (self.vectors, self._sentences, self._titles):
            file.close()

    @property
    def complete(self) -> bool:
        """Whether every passage has a vector."""
        return bool(self.passage_embedded.all())

    def embedded_at(self, passages: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of the given passages have a vector, bool, in order."""
        embedded: NDArray[np.bool_] = self.passage_embedded[passages]
        return embedded

    def hubness_at(self, passages: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the hubness of the given passages, float32, in order."""
        return self.passage_hubness[passages].astype(np.float32)

    def dense(
        self, vector: NDArray[np.float32], count: int, passages: NDArray[np.int64] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return ordinals and cosines of the ``count`` nearest passages, best first."""
        return self.vectors.search(vector, count, passages)

    def dense_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the given passages, float32, in order."""
        return self.vectors.scores(vector, passages)

    def sentences_at(
        self, vector: NDArray[np.float32], passages: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the cosines of all sentences of the given passages, and the number of each."""
        starts = self._offsets[passages]
        counts = self._offsets[passages + 1] - starts
        before = np.cumsum(counts) - counts
        rows = np.repeat(starts - before, counts) + np.arange(counts.sum())
        return self._sentences.cosines(vector, rows), counts

    def titles_at(
        self, vector: NDArray[np.float32], policies: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the cosines of the titles of the given policies, float32, in order."""
        return self._titles.cosines(vector, policies)
