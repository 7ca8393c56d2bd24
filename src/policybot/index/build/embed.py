"""Vectors of a new generation: copied from the previous one or a journal, or else embedded.

The key of a vector is the SHA-256 of its text, so that a text that occurs twice is embedded once,
and one that was embedded before not at all. Finished batches are appended to a journal beside the
generations, from which a build that was killed resumes.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from policybot.encoder import Encoder
from policybot.index.serve.generation import FileGeneration
from policybot.index.vectors.vector_set import KEY, VectorSet
from policybot.progress import Progress

if TYPE_CHECKING:
    from policybot.index.build.workers import Workers

NO_KEY = bytes(KEY.itemsize)
"""The key of a text that the encoder cannot read: its vector is all zeros."""

BATCH = 512
"""Texts in a batch. A batch is journalled while the next is embedded: a kill loses at most two."""

_CHUNK = 16384


def vector_key(text: str, reads: Callable[[str], bool]) -> bytes:
    """Return the key of the vector of ``text``; :data:`NO_KEY` if ``reads`` is False for it."""
    if not reads(text):
        return NO_KEY
    return hashlib.sha256(text.encode("utf-8")).digest()[: KEY.itemsize]


class Journal:
    """An append-only file of the vectors embedded so far, each record with a CRC-32.

    Args:
        folder: The folder of journals, one file for each encoder.
        encoder: The encoder of the vectors.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._path = folder / f"journal-{encoder.fingerprint}.bin"
        self._record = np.dtype(
            [("key", KEY), ("vector", "<f2", (encoder.dimension,)), ("check", "<u4")]
        )

    def read(self) -> tuple[NDArray[np.bytes_], NDArray[np.float16]]:
        """Return keys, S16 ``(n,)``, and vectors, float16 ``(n, d)``, mapped from the file.

        The file is truncated before the first record that is incomplete or fails its checksum.
        """
        length = self._path.stat().st_size if self._path.exists() else 0
        size = self._record.itemsize
        records: NDArray[Any] = np.zeros(0, self._record)
        if length >= size:
            records = np.memmap(self._path, self._record, "r", shape=(length // size,))
        whole = len(records)
        for number in range(whole):
            record = records[number : number + 1]
            if zlib.crc32(record.tobytes()[:-4]) != record["check"][0]:
                whole = number
                break
        if whole * size != length:
            os.truncate(self._path, whole * size)
        return records["key"][:whole], records["vector"][:whole]

    def append(self, keys: NDArray[np.bytes_], vectors: NDArray[np.float16]) -> None:
        """Add records and flush them to the disk."""
        records = np.zeros(len(keys), self._record)
        records["key"] = keys
        records["vector"] = vectors
        size = self._record.itemsize
        data = records.tobytes()
        records["check"] = [
            zlib.crc32(data[start : start + size - 4]) for start in range(0, len(data), size)
        ]
        with self._path.open("ab") as file:
            file.write(records.tobytes())
            file.flush()
            os.fsync(file.fileno())


def remove_journals(folder: Path) -> None:
    """Remove the journals of all encoders."""
    for path in folder.glob("journal-*.bin"):
        path.unlink()


class VectorTable:
    """The vectors of a new generation's distinct texts, memory-mapped while they are collected.

    Args:
        path: A temporary file for the vectors.
        keys: The key of every text of the new generation, repetitions included.
        dimension: The length of a vector.

    Attributes:
        embedded: How many distinct texts were embedded in this run.
        reused: How many distinct texts had a vector before it.
    """

    def __init__(self, path: Path, keys: NDArray[np.bytes_], dimension: int) -> None:
        self._keys, self._first, self._row = np.unique(keys, return_index=True, return_inverse=True)
        self._known = self._keys == NO_KEY
        self._unread = int(self._known.sum())
        self._vectors: NDArray[np.float16] = np.lib.format.open_memmap(
            path, mode="w+", dtype=np.float16, shape=(len(self._keys), dimension)
        )
        self.dimension = dimension
        self.embedded = 0
        self.reused = 0

    def reuse(self, keys: NDArray[np.bytes_], vectors: NDArray[np.float16]) -> None:
        """Copy missing vectors from ``vectors`` ``(n, d)``, whose rows have the given ``keys``."""
        if not len(keys):
            return
        order = np.argsort(keys, kind="stable")
        places = np.minimum(np.searchsorted(keys, self._keys, sorter=order), len(keys) - 1)
        rows = order[places]
        wanted = np.flatnonzero((keys[rows] == self._keys) & ~self._known)
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            self._vectors[chunk] = vectors[rows[chunk]]
        self._known[wanted] = True
        self.reused += len(wanted)

    def embed(
        self,
        texts: Callable[[list[int]], Iterator[str]],
        workers: Workers,
        journal: Journal,
        progress: Progress,
        stage: str = "embed",
    ) -> None:
        """Embed the texts that still lack a vector, in batches, and append each to the journal.

        ``texts`` yields the texts at given positions of the new generation's keys; ``stage`` is
        passed on to ``progress``. One batch is journalled while the next is embedded.
        """
        missing = np.flatnonzero(~self._known)
        missing = missing[np.argsort(self._first[missing])]
        stream = texts(self._first[missing].tolist())
        if len(missing):
            progress(stage, 0, len(missing))
        batches = (list(itertools.islice(stream, BATCH)) for _ in range(0, len(missing), BATCH))
        with ThreadPoolExecutor(1) as writer:
            written: Future[None] | None = None
            for number, vectors in workers.embed(batches):
                chunk = missing[number * BATCH : (number + 1) * BATCH]
                self._vectors[chunk] = vectors
                if written:
                    written.result()
                written = writer.submit(journal.append, self._keys[chunk], vectors)
                self.embedded += len(chunk)
                progress(stage, self.embedded, len(missing))
            if written:
                written.result()

    def batches(self, start: int, end: int) -> Iterator[NDArray[np.float16]]:
        """Yield the vectors of the new generation's texts ``start`` to ``end - 1``, in batches."""
        for at in range(start, end, _CHUNK):
            yield self._vectors[self._row[at : min(at + _CHUNK, end)]]

    def write(self, path: Path, start: int, end: int) -> NDArray[np.float16]:
        """Write the vectors of the texts ``start`` to ``end - 1`` as one ``.npy`` file.

        Returns them memory-mapped, float16 ``(end - start, d)``.
        """
        column: NDArray[Any] = np.lib.format.open_memmap(
            path, mode="w+", dtype=np.float16, shape=(end - start, self.dimension)
        )
        at = 0
        for batch in self.batches(start, end):
            column[at : at + len(batch)] = batch
            at += len(batch)
        return column


def reuse_vector_set(table: VectorTable, vector_set: VectorSet) -> None:
    """Copy missing vectors of ``table`` from another generation's by the same encoder."""
    table.reuse(vector_set.passage_keys, vector_set.vectors.half)
    table.reuse(vector_set.sentence_keys, vector_set.sentence_vectors)
    table.reuse(vector_set.title_keys, vector_set.title_vectors)


def count_keys(generation: FileGeneration) -> int:
    """Return how many distinct texts have a vector, summed over a generation's encoders."""
    count = 0
    for vector_set in generation.vector_sets:
        keys = (vector_set.passage_keys, vector_set.sentence_keys, vector_set.title_keys)
        count += int(np.count_nonzero(np.unique(np.concatenate(keys)) != NO_KEY))
    return count
