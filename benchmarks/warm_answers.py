"""How long does ``Engine.answer`` take once everything is open, and what stays in memory?

    python -m benchmarks.warm_answers [--sizes 12 10000 100000 1000000] [--turns 3] [--int8]

Over synthetic policies (see ``synthetic.py``; 12 is the project's own corpus), without a filter,
with a narrow one (one body of twenty) and a wide one (about two thirds of the dates), against txtai
and haystack's in-memory store up to ``--peers-up-to`` passages. Every figure is from a process of
its own; ways take turns, and what is printed are medians over the turns.

On a machine that does other things too, the CPU time of an answer (the median) and its least wall
time say more than the median of the wall time.

Memory is the resident set after the questions (``/proc/self/smaps_rollup``). ``private`` is what
this process alone holds; the rest are pages of mapped files, clean, which the system takes back
when it needs them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import synthetic
from benchmarks.synthetic import CACHE, ISSUERS, TEXTS, MixingEncoder
from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.corpus.files.read import read_policies
from policybot.corpus.issuers.table import read_issuers
from policybot.encoder.artifact import encoders_folder
from policybot.encoder.spec import Precision
from policybot.index.build.build import build_index
from policybot.index.serve.generation import open_generation
from policybot.query.conditions import Condition, IssuedBy, IssuedIn

ROOT = Path(__file__).parents[1]
PEER = CACHE / "venv" / "bin" / "python"
SYNTHETIC = 100
"""Below this many passages it is the project's own corpus, which knows none of the bodies."""

CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "": (),
    ", narrow filter": (IssuedBy((ISSUERS[3],)),),
    ", wide filter": (IssuedIn(((dt.date(2002, 1, 1), None),)),),
}


def index_of(size: int, texts: Path = TEXTS, precision: Precision = "fp32") -> Path:
    """Return an index of ``size`` passages, built the first time."""
    path = CACHE / (f"idx{size}" if precision == "fp32" else f"idx{size}-{precision}")
    if (path / "CURRENT").exists():
        return path
    real = synthetic.real_encoder(precision)
    exported = encoders_folder(CACHE / "encoder") / real.fingerprint
    shutil.copytree(exported, encoders_folder(path) / real.fingerprint)
    if size < SYNTHETIC:
        issuers = read_issuers(ROOT / "corpus" / "issuers.toml")
        build_index(read_policies(ROOT / "corpus"), index_path=path, encoder=real, issuers=issuers)
        return path
    pool = synthetic.pool_of(real, texts)
    policies = synthetic.policies_of(pool, size)
    encoder = MixingEncoder(real, pool)
    build_index(policies, index_path=path, encoder=encoder, issuers=synthetic.BOOK)
    return path


def ours(
    size: int, conditions: Sequence[Condition], texts: Path, precision: Precision
) -> dict[str, Any]:
    """Answer the questions in this process, and say what it took."""
    questions = synthetic.questions_of(texts)
    engine = Engine(Config(index=IndexConfig(path=index_of(size, texts, precision))))
    for question in questions[:20]:
        engine.answer(question, conditions=conditions)
    took: list[float] = []
    worked: list[float] = []
    for question in questions:
        began, at_work = time.perf_counter(), time.process_time()
        engine.answer(question, conditions=conditions)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - at_work) * 1000)
    took.sort()
    held = Path("/proc/self/smaps_rollup").read_text(encoding="utf-8")
    memory = {name: int(value) / 1024 for name, value in re.findall(r"(\w+):\s+(\d+) kB", held)}
    return {
        "p50": took[len(took) // 2],
        "p95": took[int(0.95 * (len(took) - 1))],
        "cpu": statistics.median(worked),
        "least": took[0],
        "asked": len(took),
        "peak_mb": memory["Rss"],
        "private_mb": memory["Private_Dirty"],
    }


def for_peers(size: int, texts: Path, folder: Path) -> Path:
    """Write down what peers need of an index, and return the folder."""
    target = folder / str(size)
    target.mkdir()
    with open_generation(index_of(size, texts)) as generation:
        passages = generation.passages(range(generation.info.passages))
        np.save(target / "vectors.npy", generation.first.vectors.half.astype(np.float32))
    (target / "texts.json").write_text(json.dumps([p.text for p in passages]), "utf-8")
    (target / "questions.json").write_text(json.dumps(synthetic.questions_of(texts)), "utf-8")
    return target


def child(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.warm_answers")
    parser.add_argument("--sizes", type=int, nargs="+", default=[12, 10_000, 100_000, 1_000_000])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--peers-up-to", type=int, default=10_000)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    parser.add_argument("--int8", action="store_true", help="also with int8 vectors, without peers")
    parser.add_argument("--precision", default="fp32", help=argparse.SUPPRESS)
    parser.add_argument("--child", nargs=2, metavar=("SIZE", "FILTER"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        size, name = chosen.child
        print(json.dumps(ours(int(size), CONDITIONS[name], chosen.texts, chosen.precision)))
        return
    print(
        f"{'answer()':36}{'p50 ms':>8}{'p95 ms':>8}{'least':>8}{'CPU ms':>8}{'ratio':>8}"
        f"{'RSS MB':>8}{'private':>8}"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for size in chosen.sizes:
            index_of(size, chosen.texts)
            itself = [sys.executable, "-m", "benchmarks.warm_answers", "--texts", str(chosen.texts)]
            ways = {
                f"policybot {size:,}{name}": [*itself, "--child", str(size), name]
                for name in CONDITIONS
                if not name or size >= SYNTHETIC
            }
            if chosen.int8:
                index_of(size, chosen.texts, "int8")
                ways[f"policybot {size:,}, int8"] = [
                    *itself, "--precision", "int8", "--child", str(size), ""
                ]  # fmt: skip
            if PEER.exists() and size <= chosen.peers_up_to:
                folder = for_peers(size, chosen.texts, Path(scratch))
                peer = [str(PEER), str(ROOT / "benchmarks" / "peers.py")]
                for name in ("txtai", "haystack"):
                    ways[f"{name} {size:,}"] = [*peer, name, str(folder)]
            show({way: [] for way in ways}, ways, chosen.turns)


def show(found: dict[str, list[dict[str, Any]]], ways: dict[str, list[str]], turns: int) -> None:
    """Run the ways in turns, and print a line for each."""
    for _ in range(turns):
        for way, command in ways.items():
            found[way].append(child(command))
    base = next(iter(found.values()))
    for way, runs in found.items():
        p50, p95, least, cpu, rss, private = (
            statistics.median(run.get(key, 0.0) for run in runs)
            for key in ("p50", "p95", "least", "cpu", "peak_mb", "private_mb")
        )
        ratio = statistics.median(a["p50"] / b["p50"] for a, b in zip(runs, base, strict=True))
        own = f"{private:8.0f}" if private else " " * 8
        print(
            f"{way:36}{p50:8.1f}{p95:8.1f}{least:8.1f}{cpu:8.1f}{ratio:8.2f}{rss:8.0f}{own}",
            flush=True,
        )


if __name__ == "__main__":
    main()
