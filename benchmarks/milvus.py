"""Warm answers from a file of Milvus Lite against those from files, in one process, in turn.

python -m benchmarks.milvus [--sizes 12,10000]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks import synthetic
from benchmarks.warm_answers import index_of
from policybot.answering.engine import Engine
from policybot.backends.milvus.store import MilvusStore
from policybot.config import Config, IndexConfig
from policybot.encoder.artifact import encoders_folder
from policybot.index.serve.store import FolderStore

REPEATED = 3


def in_milvus(path: Path, folder: Path) -> IndexConfig:
    """Copy an index into a file of Milvus Lite in ``folder``; print what it took."""
    config = IndexConfig(folder, "milvus", str(folder / "index.db"))
    with FolderStore(path).open_files(folder) as live:
        shutil.copytree(live.folder, folder / "generation")
        began = time.perf_counter()
        MilvusStore(config).publish(folder / "generation", live.manifest)
        print(f"written in {time.perf_counter() - began:.1f} s")
    shutil.copytree(encoders_folder(path), encoders_folder(folder))
    shutil.rmtree(folder / "generation")
    return config


def measure(size: int, texts: Path) -> None:
    path = index_of(size, texts)
    with tempfile.TemporaryDirectory() as folder:
        engines = {
            "files": Engine(Config(index=IndexConfig(path))),
            "milvus": Engine(Config(index=in_milvus(path, Path(folder)))),
        }
        questions = synthetic.questions_of(texts)[:100]
        took: dict[str, list[float]] = {name: [] for name in engines}
        same = 0
        for turn in range(REPEATED):
            for question in questions:
                found = []
                for name, engine in engines.items():
                    began = time.perf_counter()
                    answer = engine.answer(question)
                    took[name].append((time.perf_counter() - began) * 1000)
                    found.append([hit.policy.id for hit in answer.hits])
                if turn == 0:
                    same += found[0] == found[1]
        first = len(questions)
        for name, figures in took.items():
            fresh, again = np.array(figures[:first]), np.array(figures[first:])
            print(
                f"{size:>8} {name:8} first time p50 {np.median(fresh):7.1f} ms "
                f"p95 {np.percentile(fresh, 95):7.1f} ms; again p50 {np.median(again):7.1f} ms"
            )
        print(f"{size:>8} the same hits in the same order: {same} of {len(questions)}")
        for engine in engines.values():
            engine.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="12,10000")
    parser.add_argument("--texts", type=Path, default=synthetic.TEXTS)
    given = parser.parse_args()
    for size in map(int, given.sizes.split(",")):
        measure(size, given.texts)


if __name__ == "__main__":
    main()
