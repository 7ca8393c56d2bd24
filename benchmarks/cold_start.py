"""How long does one ``policybot ask`` take as a whole process, and how much memory?

    python -m benchmarks.cold_start [--pairs 7]

Against importing sentence_transformers, and against txtai (see ``requirements.txt``) opening an
index of the same passages and answering the same question. The three take turns; a ratio is the
median over the turns.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.synthetic import CACHE
from policybot.index.serve.generation import open_generation

ROOT = Path(__file__).parents[1]
PEER = CACHE / "venv" / "bin" / "python"
QUESTION = "What are special funds for the Internet of Things used for?"


def run(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Run a command; return its seconds and its peak memory in MB."""
    began = time.perf_counter()
    environ = {**os.environ, "HF_HUB_OFFLINE": "1"}
    process = subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: {error.decode()}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def prepare(folder: Path) -> dict[str, list[str]]:
    """Index the project's corpus for everybody, and return the commands."""
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    ask = [sys.executable, "-m", "policybot"]
    run([*ask, "index"], folder)
    commands = {
        "policybot ask": [*ask, "ask", QUESTION],
        "import sentence_transformers": [sys.executable, "-c", "import sentence_transformers"],
    }
    if not PEER.exists():
        print(f"no {PEER}: txtai is left out; see benchmarks/requirements.txt")
        return commands
    with open_generation(folder / "embeddings") as generation:
        passages = generation.passages(range(generation.info.passages))
    lines = [json.dumps({"text": passage.text}, ensure_ascii=False) for passage in passages]
    (folder / "passages.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    peer = [str(PEER.absolute()), str(ROOT / "benchmarks" / "peers.py")]
    run([*peer, "txtai-build", "passages.jsonl", "txtai"], folder)
    return commands | {"txtai": [*peer, "txtai-ask", "txtai", QUESTION]}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cold_start")
    parser.add_argument("--pairs", type=int, default=7)
    pairs = parser.parse_args().pairs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = prepare(folder)
        found: dict[str, list[tuple[float, float]]] = {way: [] for way in commands}
        for turn in range(pairs + 1):
            for way, command in commands.items():
                result = run(command, folder)
                if turn:  # the first turn fills the file cache
                    found[way].append(result)
    ours = [seconds for seconds, _ in found["policybot ask"]]
    print(f"{'whole process':30}{'median s':>9}{'least s':>9}{'ratio':>8}{'peak MB':>9}")
    for way, results in found.items():
        seconds = [one for one, _ in results]
        ratio = statistics.median(a / b for a, b in zip(seconds, ours, strict=True))
        peak = max(memory for _, memory in results)
        middle = statistics.median(seconds)
        print(f"{way:30}{middle:9.2f}{min(seconds):9.2f}{ratio:8.1f}{peak:9.0f}")


if __name__ == "__main__":
    main()
