"""How much of what an exact search finds does the search of an index's codes find?

    python -m benchmarks.recall [--sizes 100000 1000000] [--shares 1 2 20 39] [--questions 200]

Among all passages, and among those of every second, twentieth and 39th policy, as a filter leaves
them. With real questions of the collections in ``--texts`` over the indexes of
``warm_answers.py``; the manifest's own figures, measured with sentences when the index was built,
are printed beside.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import synthetic
from benchmarks.synthetic import TEXTS
from benchmarks.warm_answers import index_of
from policybot.index.serve.generation import open_generation
from policybot.index.vectors.mapped import Vectors

AT = (10, 100)
_CHUNK = 65_536


def nearest(
    vectors: Vectors, asked: NDArray[np.float32], selected: NDArray[np.int64] | None
) -> NDArray[np.int64]:
    """Return the ordinals ``(m, 100)`` of what is nearest of what is selected, best first."""
    scores = np.empty((len(asked), len(vectors.half)), dtype=np.float32)
    for start in range(0, len(vectors.half), _CHUNK):
        part = vectors.half[start : start + _CHUNK].astype(np.float32)
        scores[:, start : start + len(part)] = asked @ part.T
    if selected is not None:
        scores = scores[:, selected]
    best: NDArray[np.int64] = np.argsort(-scores, axis=1, kind="stable")[:, : AT[-1]]
    return best if selected is None else selected[best]


def measure(
    vectors: Vectors, asked: NDArray[np.float32], selected: NDArray[np.int64] | None
) -> tuple[dict[int, float], float]:
    """Return the recall at each of :data:`AT`, and the median of a search's milliseconds."""
    hits = dict.fromkeys(AT, 0.0)
    took: list[float] = []
    for start in range(0, len(asked), 50):
        some = asked[start : start + 50]
        for vector, wanted in zip(some, nearest(vectors, some, selected), strict=True):
            began = time.perf_counter()
            found = vectors.search(vector, AT[-1], selected)[0]
            took.append((time.perf_counter() - began) * 1000)
            for at in AT:
                hits[at] += len(np.intersect1d(found[:at], wanted[:at])) / at / len(asked)
    return hits, statistics.median(took)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recall")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--shares", type=int, nargs="+", default=[1, 2, 20, 39])
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    chosen = parser.parse_args()
    questions = synthetic.questions_of(chosen.texts, chosen.questions)
    asked = synthetic.real_encoder().encode_queries(questions)
    print(f"{'passages':>10}{'one in':>8}{'recall@10':>11}{'recall@100':>12}{'p50 ms':>8}  tuning")
    for size in chosen.sizes:
        with open_generation(index_of(size, chosen.texts)) as generation:
            tuning = generation.manifest.vectors
            told = dict(tuning) if tuning else "exact"
            for share in chosen.shares:
                selected = None
                if share > 1:
                    selected = np.flatnonzero(generation.passage_policy % share == 0)
                recalls, median = measure(generation.first.vectors, asked, selected)
                print(
                    f"{size:10,}{share:8}{recalls[10]:11.4f}{recalls[100]:12.4f}{median:8.1f}"
                    f"  {told}",
                    flush=True,
                )
                told = ""


if __name__ == "__main__":
    main()
