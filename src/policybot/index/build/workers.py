"""Who does a build's heavy work: this process, or others that were given the same encoder."""

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
    """What divides policies and embeds texts; nothing that it is given is dropped or doubled."""

    def divide(self, rows: Iterator[PolicyRow]) -> Iterator[PolicyContent]:
        """Yield the parts of policies, in the order of their rows."""
        ...

    def embed(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Yield each batch's number and its vectors, float16 ``(texts, d)``, in any order."""
        ...


class LocalWorkers:
    """This process, with its encoder."""

    def __init__(self, encoder: Encoder, *, second: bool = False) -> None:
        """Take the encoder, and whether a ``second`` one reads what it does not."""
        self._encoder, self._second = encoder, second

    def divide(self, rows: Iterator[PolicyRow]) -> Iterator[PolicyContent]:
        """Yield the parts of policies, each when it is asked for."""
        return (divide(row, self._encoder, second=self._second) for row in rows)

    def embed(self, batches: Iterator[list[str]]) -> Iterator[tuple[int, NDArray[np.float16]]]:
        """Yield the vectors of batches, in their order."""
        for number, texts in enumerate(batches):
            yield number, embed_batch(self._encoder, texts)


def embed_batch(encoder: Encoder, texts: list[str]) -> NDArray[np.float16]:
    """Return the vectors of ``texts`` as they are kept: float16 ``(texts, d)``.

    Raises:
        EncoderError: the encoder gave something that is no vector.
    """
    vectors = encoder.encode_documents(texts)
    if vectors.shape != (len(texts), encoder.dimension) or not np.isfinite(vectors).all():
        raise EncoderError(
            f"the encoder {encoder.name} gave no {len(texts)} vectors of {encoder.dimension} "
            "numbers; nothing was indexed"
        )
    return vectors.astype(np.float16)
