"""How many passages a second are embedded, against plain ``SentenceTransformer.encode``?

    python -m benchmarks.indexing [--texts ../shared/eval] [--collections orsharc condqa_ev obliqa]

Every collection is embedded three ways, a slice of it by each in turn so that all three meet the
same machine; the ratios are medians over the slices. Recall@10 is of dense search alone over the
collection's own questions, encoded at the same precision as its passages.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic import CACHE, TEXTS
from policybot.config import Config, EncoderConfig, IndexConfig
from policybot.encoder import document_text, open_for_indexing
from policybot.encoder.source import find_source
from policybot.encoder.torch import load_model

SLICE = 512
Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclasses.dataclass(frozen=True)
class Way:
    """A way to embed: what encodes passages and questions."""

    name: str
    documents: Encode
    queries: Encode


def ways() -> list[Way]:
    """Return plain sentence-transformers, then ours at either precision."""
    config = Config(index=IndexConfig(path=CACHE / "encoder"))
    model = load_model(find_source(config), "cpu")

    def plain(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.encode(list(texts), show_progress_bar=False)
        return vectors

    found = [Way("SentenceTransformer.encode", plain, plain)]
    for precision in ("fp32", "int8"):
        encoder = open_for_indexing(
            dataclasses.replace(config, encoder=EncoderConfig(precision=precision))
        )
        found.append(Way(precision, encoder.encode_documents, encoder.encode_queries))
    return found


def measure(folder: Path, compared: Sequence[Way]) -> None:
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    texts = [document_text(row["title"], (), row["text"]) for row in rows]
    vectors: list[list[NDArray[np.float32]]] = [[] for _ in compared]
    seconds: list[list[float]] = [[] for _ in compared]
    for start in range(0, len(texts), SLICE):
        for number, way in enumerate(compared):
            began = time.perf_counter()
            vectors[number].append(way.documents(texts[start : start + SLICE]))
            seconds[number].append(time.perf_counter() - began)
    print(f"\n{folder.name}: {len(texts)} passages")
    print(f"{'way':28}{'passages/s':>11}{'ratio':>8}{'recall@10':>11}")
    for way, made, took in zip(compared, vectors, seconds, strict=True):
        ratio = statistics.median(a / b for a, b in zip(seconds[0], took, strict=True))
        recall = recall_at_10(folder, [row["id"] for row in rows], np.vstack(made), way.queries)
        print(f"{way.name:28}{len(texts) / sum(took):11.0f}{ratio:8.2f}{recall:11.4f}", flush=True)


def recall_at_10(
    folder: Path, ids: Sequence[str], vectors: NDArray[np.float32], encode: Encode
) -> float:
    """Return the mean share of each question's relevant passages among the nearest ten."""
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels-dev.tsv").open(encoding="utf-8"):
        query, document, grade = line.split("\t")
        if grade.strip().isdigit() and int(grade) > 0:
            relevant.setdefault(query, set()).add(document)
    queries = [json.loads(line) for line in (folder / "queries-dev.jsonl").open(encoding="utf-8")]
    queries = [query for query in queries if query["id"] in relevant]
    asked = encode([query["text"] for query in queries])
    recalls: list[float] = []
    for query, vector in zip(queries, asked, strict=True):
        scores = vectors @ vector
        found = {ids[i] for i in np.argpartition(-scores, 10)[:10]}
        wanted = relevant[query["id"]]
        recalls.append(len(found & wanted) / len(wanted))
    return statistics.fmean(recalls)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indexing")
    parser.add_argument("--texts", type=Path, default=TEXTS)
    parser.add_argument("--collections", nargs="+", default=["orsharc", "condqa_ev", "obliqa"])
    chosen = parser.parse_args()
    compared = ways()
    for name in chosen.collections:
        measure(chosen.texts / name, compared)


if __name__ == "__main__":
    main()
