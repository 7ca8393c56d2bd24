"""Workers that divide and embed texts for a build: this process, or a cluster's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policybot.encoder import Encoder
from policybot.errors import EncoderError
from policybot.index.build.policy_content import PolicyContent, divide
from policybot.index.format.passages import PolicyRow


class Workers(Protocol):
    """Divides policies and embeds texts, with one result for each input."""

    def divide(self, rows: Iterator[PolicyRow]) -> Iterator[PolicyContent]:
        """Yield the content of each policy, in the order of ``rows``."""
        ...

    def embed(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Yield each batch's number (from 0) and vectors, float16 ``(texts, d)``, in any order."""
        ...


class LocalWorkers:
    """Workers that run in this process."""

    def __init__(self, encoder: Encoder, *, second: bool = False) -> None:
        """Use ``encoder``; ``second`` says whether a second encoder embeds every text too."""
        self._encoder, self._second = encoder, second

    def divide(self, rows: Iterator[PolicyRow]) -> Iterator[PolicyContent]:
        """Yield the content of each policy, lazily."""
        return (divide(row, self._encoder, second=self._second) for row in rows)

    def embed(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Yield the number and vectors of each batch, in order."""
        for number, texts in enumerate(batches):
            yield number, embed_batch(self._encoder, texts)


def embed_batch(encoder: Encoder, texts: list[str]) -> NDArray[np.float16]:
    """Return the vectors of ``texts`` as they are stored: float16 ``(texts, d)``.

    Raises:
        EncoderError: the encoder returned an array of the wrong shape, or values not finite.
    """
    vectors = encoder.encode_documents(texts)
    if vectors.shape != (len(texts), encoder.dimension) or not np.isfinite(vectors).all():
        raise EncoderError(
            f"the encoder {encoder.name} did not return {len(texts)} vectors of "
            f"{encoder.dimension} finite numbers; nothing was indexed"
        )
    return vectors.astype(np.float16)
