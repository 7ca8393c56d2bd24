"""Vectors for a new_generation: taken from the previous generation or an interrupted run, else embedded.

A vector is kept under the SHA-256 of the text it is of, so that a text that stands in two places is
embedded once, and one that was embedded before not at all. Finished batches go into a journal
beside the generations: a builder that is killed continues where it was.
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
"""Texts embedded between two writes of the journal: a killed builder may lose two of them."""

_CHUNK = 16384


def vector_key(text: str, reads: Callable[[str], bool]) -> bytes:
    """Return what the vector of ``text`` is kept under; what the encoder does not read has none."""
    if not reads(text):
        return NO_KEY
    return hashlib.sha256(text.encode("utf-8")).digest()[: KEY.itemsize]


class Journal:
    """Vectors embedded so far by a run that may be killed; records that end torn are dropped.

    Args:
        folder: Where journals are; one is kept for each encoder.
        encoder: Whose vectors they are.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._path = folder / f"journal-{encoder.fingerprint}.bin"
        self._record = np.dtype(
            [("key", KEY), ("vector", "<f2", (encoder.dimension,)), ("check", "<u4")]
        )

    def read(self) -> tuple[NDArray[np.bytes_], NDArray[np.float16]]:
        """Return keys ``(n,)`` and vectors float16 ``(n, d)`` of the records that are whole."""
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
    """The distinct texts of a new_generation and their vectors, in a file while they are gathered.

    Args:
        path: A file to keep the vectors in; it is removed with the new_generation.
        keys: The key of every text of the new_generation, repetitions included.
        dimension: How long a vector is.

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
        self.embedded = 0
        self.reused = 0

    def reuse(self, keys: NDArray[np.bytes_], vectors: NDArray[np.float16]) -> None:
        """Take what is missing from vectors kept under ``keys``, row by row."""
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
        """Embed what is still missing, a batch at a time, each into the journal.

        While one batch is embedded, the one that was done before it is written and flushed.

        ``texts`` gives the texts with the given places in the new_generation's order of keys; ``stage`` is
        what ``progress`` hears.
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
        """Yield the vectors of the new_generation's texts ``start`` to ``end - 1``, in batches."""
        for at in range(start, end, _CHUNK):
            yield self._vectors[self._row[at : min(at + _CHUNK, end)]]

    def write(self, path: Path, start: int, end: int) -> NDArray[np.float16]:
        """Write the vectors of the new_generation's texts ``start`` to ``end - 1`` as one ``.npy`` file.

        Returns them, mapped.
        """
        column: NDArray[Any] = np.lib.format.open_memmap(
            path, mode="w+", dtype=np.float16, shape=(end - start, self._vectors.shape[1])
        )
        at = 0
        for batch in self.batches(start, end):
            column[at : at + len(batch)] = batch
            at += len(batch)
        return column


def reuse_side(table: VectorTable, vector_set: VectorSet) -> None:
    """Take into ``table`` what the vectors of the same encoder hold."""
    table.reuse(vector_set.passage_keys, vector_set.vectors.half)
    table.reuse(vector_set.sentence_keys, vector_set.sentence_vectors)
    table.reuse(vector_set.title_keys, vector_set.title_vectors)


def count_keys(generation: FileGeneration) -> int:
    """Return how many texts a generation has vectors of, distinct ones of each encoder."""
    count = 0
    for vector_set in generation.vector_sets:
        keys = (vector_set.passage_keys, vector_set.sentence_keys, vector_set.title_keys)
        count += int(np.count_nonzero(np.unique(np.concatenate(keys)) != NO_KEY))
    return count
