"""What one changed policy costs an index in Milvus, against writing all of it.

python -m benchmarks.milvus_change [--passages 10000,100000] [--server]

With ``--server``, in the server of PyPI's package ``milvus`` (``tests/backends/milvus_server.py``),
with BM25 in a file of Milvus Lite; else all of it in such a file.

Texts and vectors are made up: paragraphs of two sentences out of a few thousand, vectors by chance.
So figures are of writing and comparing, and of no model; with one, a full build takes longer and a
change hardly does.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus import server
from policybot.backends.milvus.server import Server
from policybot.backends.milvus.store import MilvusStore
from policybot.config import IndexConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.encoder.levelling import Scale
from policybot.index.build.build import BuildReport, build_index
from policybot.model import Policy, PolicyDate
from tests.backends.milvus_server import RealServer, SplitServer

A_POLICY = 5
WORDS = 2_000
SENTENCES = 5_000
BODIES = tuple(f"Ministry of Affairs {number}" for number in range(20))


class Hashing:
    """An encoder whose vectors are random numbers, seeded by their text."""

    name = "hashing"
    fingerprint = "0123456789abcdef"
    dimension = 384
    max_tokens = 256
    languages = ("en",)
    scale = Scale()

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors, float32 ``(len(texts), 384)``."""
        rows = [np.random.default_rng(hash(text) & 0xFFFFFFFF).normal(size=384) for text in texts]
        vectors = np.array(rows, dtype=np.float32).reshape(-1, 384)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    encode_queries = encode_documents

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the words of each text."""
        return [len(text.split()) for text in texts]


def policies(passages: int) -> Iterator[Policy]:
    """Yield policies of :data:`A_POLICY` paragraphs each, always the same."""
    chance = random.Random(1)
    words = [f"word{number}" for number in range(WORDS)]
    sentences = [" ".join(chance.choices(words, k=10)).capitalize() + "." for _ in range(SENTENCES)]
    for number in range(passages // A_POLICY):
        body = "\n\n".join(" ".join(chance.choices(sentences, k=2)) for _ in range(A_POLICY))
        yield Policy(
            f"p{number}",
            f"Rules {number}",
            body,
            issuers=(chance.choice(BODIES),),
            date=PolicyDate(chance.randint(1950, 2025)),
        )


def shelf_in(folder: Path, real: RealServer | None) -> MilvusStore:
    """Return where the index is kept: a file of Milvus Lite, or a server that is started."""
    if real is None:
        return MilvusStore(IndexConfig(folder, "milvus", str(folder / "index.db")))
    server.LEAST, server.ANSWER_SECONDS = (2, 3), 60.0
    uri = real.start()
    split = SplitServer(uri, folder / "bm25.db")
    return MilvusStore(IndexConfig(folder, "milvus", uri), split)


def measure(passages: int, folder: Path, store: MilvusStore) -> None:
    written: Counter[str] = Counter()
    _count_rows(written)

    def build(given: Iterator[Policy], what: str) -> BuildReport:
        written.clear()
        began = time.perf_counter()
        report = build_index(
            given,
            index_path=folder,
            encoder=Hashing(),
            issuers=IssuerBook(()),
            store=store,
        )
        took = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{passages:>7} {what:12} {took:7.1f} s, {written.total():>7} rows {dict(written)}, "
            f"{report.embedded} embedded, peak {peak:.0f} MB",
            flush=True,
        )
        return report

    def changed() -> Iterator[Policy]:
        for policy in policies(passages):
            if policy.id == "p7":
                yield dataclasses.replace(policy, body=policy.body + "\n\nA new buoy.")
            else:
                yield policy

    build(policies(passages), "everything")
    build(changed(), "one policy")
    build(changed(), "nothing")
    with store.open() as generation:
        vector = Hashing().encode_queries(["word1 word2"])[0]
        for _ in range(3):
            began = time.perf_counter()
            generation.vector_sets[0].dense(vector, 100)
            between = time.perf_counter()
            generation.lexical(["word1", "word2", "word3"], 100)
            end = time.perf_counter()
            dense, lexical = (between - began) * 1000, (end - between) * 1000
            print(f"{passages:>7} dense {dense:7.1f} ms, lexical {lexical:7.1f} ms", flush=True)


def _count_rows(written: Counter[str]) -> None:
    for name in ("insert", "upsert"):
        plain = getattr(Server, name)

        def count(self: Server, collection: str, rows: list[Any], plain: Any = plain) -> None:  # noqa: ANN401
            written[collection.rpartition("_")[2]] += len(rows)
            plain(self, collection, rows)

        setattr(Server, name, count)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--passages", default="10000,100000")
    parser.add_argument("--server", action="store_true", help="in a server, not a file")
    given = parser.parse_args()
    for passages in map(int, given.passages.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            real = RealServer(Path(folder) / "server") if given.server else None
            try:
                measure(passages, Path(folder), shelf_in(Path(folder), real))
            finally:
                if real is not None:
                    real.stop()


if __name__ == "__main__":
    main()
