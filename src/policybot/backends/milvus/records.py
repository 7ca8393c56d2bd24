"""Texts and vectors by key, split into rows of the size that Milvus allows.

A collection of records is only read by key. A record longer than a row continues in further ones.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.schema import PASSAGES
from policybot.backends.milvus.server import Row, Server
from policybot.errors import CorpusError, IndexDamagedError
from policybot.index.format.manifest import CURE

MOST_PIECES = 1 << 10
"""Maximum rows of a record: 15 million characters."""

AT_ONCE = 500
"""Rows written or requested per call."""

_ASCII, _ANY = 60_000, 15_000
"""Characters per row: Milvus takes 65,535 bytes, and a character may take four of them."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What ranking needs of a passage or a title.

    ``vectors`` float16 ``(1 + sentences, d)``: its own, then one a sentence; ``terms`` uint64, the
    hashes of its terms with repetitions; ``hubness`` as in ``interface.Generation.hubness_at``,
    measured with the sentences of the ``sample`` of that name (see ``sample.py``).
    """

    vectors: NDArray[np.float16]
    terms: NDArray[np.uint64]
    hubness: float
    embedded: bool
    sample: int = 0


def pack(evidence: Evidence) -> str:
    """Return evidence as the text of a record."""
    head = np.array([len(evidence.vectors), evidence.embedded, evidence.sample], "<u4").tobytes()
    hubness = np.array([evidence.hubness], dtype="<f4").tobytes()
    vectors = evidence.vectors.astype("<f2").tobytes()
    return base64.b64encode(
        head + hubness + vectors + evidence.terms.astype("<u8").tobytes()
    ).decode("ascii")


def unpack(text: str, dimension: int) -> Evidence:
    """Return the evidence from the text of :func:`pack`."""
    data = base64.b64decode(text)
    count, embedded, sample = np.frombuffer(data, "<u4", 3).tolist()
    (hubness,) = np.frombuffer(data, "<f4", 1, 12).tolist()
    end = 16 + 2 * count * dimension
    vectors = np.frombuffer(data[16:end], "<f2").reshape(count, dimension)
    return Evidence(vectors, np.frombuffer(data[end:], "<u8"), hubness, bool(embedded), sample)


def text_of(*parts: str) -> str:
    """Return several texts joined into one record."""
    return json.dumps(parts, ensure_ascii=False)


def parts_of(text: str) -> list[str]:
    """Return the texts joined by :func:`text_of`."""
    parts: list[str] = json.loads(text)
    return parts


def rows_of(key: int, text: str) -> Iterator[Row]:
    """Yield the rows of one record.

    Raises:
        CorpusError: it is longer than :data:`MOST_PIECES` rows.
    """
    step = _ASCII if text.isascii() else _ANY
    pieces = [text[start : start + step] for start in range(0, len(text), step)] or [""]
    if len(pieces) > MOST_PIECES:
        raise CorpusError(
            f"a policy of {len(text)} characters is longer than Milvus can store "
            f"({step * MOST_PIECES}): divide it: {text[:80]}"
        )
    for number, piece in enumerate(pieces):
        yield {
            "key": key * MOST_PIECES + number,
            "policy": key // PASSAGES,
            "more": len(pieces) - 1 - number,
            "data": piece,
            "nothing": [0.0, 0.0],
        }


def write_records(server: Server, collection: str, records: Iterable[tuple[int, str]]) -> int:
    """Write records, each a key and a text; return the number of rows written."""
    written, waiting = 0, list[Row]()
    for key, text in records:
        waiting += rows_of(key, text)
        if len(waiting) >= AT_ONCE:
            server.insert(collection, waiting)
            written, waiting = written + len(waiting), []
    server.insert(collection, waiting)
    return written + len(waiting)


def read_records(server: Server, collection: str, keys: Sequence[int]) -> list[str]:
    """Return the records with these keys, in their order.

    Raises:
        IndexDamagedError: a record, or a row of one, is missing.
    """
    first = _pieces(server, collection, [key * MOST_PIECES for key in keys])
    further = [
        row + number for row, piece in first.items() for number in range(1, piece["more"] + 1)
    ]
    pieces = first | _pieces(server, collection, further)
    texts: list[str] = []
    for key in keys:
        row = key * MOST_PIECES
        count = int(first[row]["more"]) + 1 if row in first else 1
        try:
            texts.append("".join(pieces[row + number]["data"] for number in range(count)))
        except KeyError:
            raise IndexDamagedError(
                f"{server.place}: {collection} lacks the record {key}; {CURE}"
            ) from None
    return texts


def _pieces(server: Server, collection: str, keys: Sequence[int]) -> dict[int, Row]:
    pieces: dict[int, Row] = {}
    for start in range(0, len(keys), AT_ONCE):
        part = list(dict.fromkeys(keys[start : start + AT_ONCE]))
        for row in server.rows(collection, f"key in {part}", ("key", "more", "data")):
            pieces[int(row["key"])] = row
    return pieces
