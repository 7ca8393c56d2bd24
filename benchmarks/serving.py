"""How many questions a second does the HTTP API answer, beside txtai's, and how soon?

    python -m benchmarks.serving [--passages 10000] [--connections 32] [--seconds 20] [--peer PY]

Both are a process of their own with uvicorn, over the same synthetic passages and vectors (see
``synthetic.py``), by meaning and by words, texts included; each encodes a question with
all-MiniLM-L6-v2 in its own way. So many connections ask one real question after another; ways take
turns. ``--peer`` is a Python that has txtai with fastapi and uvicorn; without one, only ours is
measured. ``--sentences`` are embedded first, and passages are made of them.

Questions come in two ways. ``distinct``: none twice, as long as there are more. ``repeated``: as
people ask, drawn at random from 1,000 of them, the one of rank r in proportion to 1/r (Zipf's law),
always the same draw; "repeats" is the share of those that had been asked before. "cpu_ms" is the
server's processor time by request, which other work on the machine changes least; "mb" is what its
processes hold of the memory (PSS: of shared pages, their share). ``--processes N`` also measures
ours with so many processes that answer.

Then a policy of 2,000 paragraphs is fetched as a page, again and again, by one connection: with
finished responses kept, and with ``cache_mb = 0``, so that it is made each time.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from benchmarks import peers, synthetic
from benchmarks.bot_load import cpu_seconds
from benchmarks.synthetic import TEXTS
from benchmarks.warm_answers import for_peers, index_of
from policybot.config import Config, IndexConfig, ServeConfig
from policybot.corpus.issuers.table import IssuerBook
from policybot.index.build.build import build_index
from policybot.model import Policy, PolicyDate
from tests.fake_encoder import FakeEncoder

POPULAR = 1_000
"""Questions that people repeat."""

LONG = "long"
"""The id of the policy of 2,000 paragraphs."""


def transform(texts: list[str]) -> NDArray[np.float32]:
    """What txtai is given to embed with: vectors that are there, else the model."""
    rows, encode = _for_txtai(Path(os.environ["POLICYBOT_BENCHMARK"]))
    known = [rows[text] for text in texts if text in rows]
    return np.array(known) if len(known) == len(texts) else encode(texts)


@functools.cache
def _for_txtai(folder: Path) -> tuple[dict[str, Any], Callable[[list[str]], NDArray[np.float32]]]:
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    return dict(zip(texts, np.load(folder / "vectors.npy"), strict=True)), peers.encoder()


def long_policy(passages: list[str]) -> Policy:
    paragraphs = (f"Article {n} {passages[n % len(passages)][:250]}" for n in range(1, 2_001))
    return Policy(LONG, "A long act", "\n\n".join(paragraphs), date=PolicyDate(2012))


def config_of(index: Path, cache_mb: int = ServeConfig().cache_mb) -> Config:
    return Config(index=IndexConfig(index), serve=ServeConfig(per_minute=10**9, cache_mb=cache_mb))


def questions_of(folder: Path) -> list[str]:
    """Return the English questions of the collections of up to 25 words, in an order by chance."""
    found: dict[str, None] = {}
    for path in sorted(folder.glob("*/queries-dev.jsonl")):
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            text = " ".join((row.get("meta", {}).get("question") or row["text"]).split())
            if text.isascii() and 4 <= len(text.split()) <= 25:
                found[text] = None
    texts = list(found)
    return [texts[place] for place in np.random.default_rng(2).permutation(len(texts))]


def mix_of(questions: list[str], way: str) -> Iterator[str]:
    """Yield the questions as they are asked, for ever."""
    if way == "distinct":
        yield from itertools.cycle(questions)
    chosen = questions[:POPULAR]
    weights = 1 / np.arange(1, len(chosen) + 1)
    generator = np.random.default_rng(3)
    while True:
        yield chosen[generator.choice(len(chosen), p=weights / weights.sum())]


def build(folder: Path, texts: Path, count: int) -> Path:
    """Write the indexes and what txtai needs: questions, passages and vectors. Return the latter.

    ``folder/ours`` leads to the index of the passages, ``folder/page`` is that of the long policy.
    """
    (folder / "ours").symlink_to(index_of(count, texts).resolve())
    made = for_peers(count, texts, folder)
    long = [long_policy(json.loads((made / "texts.json").read_text("utf-8")))]
    build_index(long, index_path=folder / "page", encoder=FakeEncoder(), issuers=IssuerBook(()))
    return made


def serve(folder: Path, way: str, port: int) -> None:
    """Serve ours, or the long policy, in this process, until it is ended."""
    import uvicorn

    from policybot.answering.engine import Engine
    from policybot.serve.app import application
    from policybot.serve.connections import uvicorn_settings
    from policybot.serve.processes import Processes
    from policybot.serve.service import service_of

    way, _, count = way.partition("+")
    name, _, anew = way.partition("-")
    config = config_of(folder / name, 0 if anew else ServeConfig().cache_mb)
    encoder = FakeEncoder() if name == "page" else None
    engine = Engine(config, encoder=encoder, encoder_threads=1)
    config = replace(config, serve=replace(config.serve, processes=int(count or 0)))
    beside = Processes(config, config.serve.processes) if count else None
    app = application(service_of(config, engine, beside))
    settings = uvicorn_settings(frozenset())
    uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, **settings)).run()


def serve_txtai(folder: Path, port: int) -> None:
    """Serve txtai's API over the same passages, in this process, until it is ended."""
    import uvicorn
    from txtai import Embeddings  # type: ignore[import-not-found]

    (made,) = (one.parent for one in folder.glob("*/texts.json"))
    os.environ["POLICYBOT_BENCHMARK"] = str(made)
    place = folder / "txtai"
    if not place.exists():
        index = Embeddings(method="external", transform=transform, content=True, hybrid=True)
        index.index(json.loads((made / "texts.json").read_text("utf-8")))
        index.save(str(place))
    settings = folder / "txtai.yml"
    settings.write_text(
        f"path: {place}\nwritable: false\nembeddings:\n  method: external\n"
        "  transform: benchmarks.serving.transform\n  content: true\n  hybrid: true\n"
    )
    os.environ["CONFIG"] = str(settings)
    uvicorn.run("txtai.api:app", host="127.0.0.1", port=port, log_level="warning")


PATHS = {
    "ours": "/api/ask?limit=5&q=",
    "txtai": "/search?limit=5&query=",
    "page": f"/p/{LONG}",
    "page-anew": f"/p/{LONG}",
}


def path_of(way: str) -> str:
    return PATHS[way.partition("+")[0]]


async def ask(port: int, path: str, questions: Iterator[str], until: float) -> list[float]:
    """Ask one question after the other on one connection; milliseconds of each."""
    took: list[float] = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    while time.perf_counter() < until:
        began = time.perf_counter()
        target = f"{path}{quote(next(questions))}" if path.endswith("=") else path
        writer.write(f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        await read_response(reader)
        took.append((time.perf_counter() - began) * 1000)
    writer.close()
    return took


async def read_response(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(head.decode())
    sizes = [
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    return await reader.readexactly(sizes[0])


async def load(port: int, path: str, turn: Iterator[str], many: int, seconds: float) -> list[float]:
    until = time.perf_counter() + seconds
    took = await asyncio.gather(*(ask(port, path, turn, until) for _ in range(many)))
    return [one for several in took for one in several]


@contextlib.contextmanager
def process(python: str, way: str, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [python, "-m", "benchmarks.serving", "--serve", way, str(folder), str(port)]
    )
    try:
        asyncio.run(answered(port, path_of(way)))
        yield started
    finally:
        started.terminate()
        started.wait(30)


async def answered(port: int, path: str) -> None:
    """Wait until a server answers a first question."""
    until = time.perf_counter() + 600
    while time.perf_counter() < until:
        try:
            await ask(port, path, iter(["a question"] * 2), time.perf_counter() + 0.001)
        except OSError:
            await asyncio.sleep(0.5)
        else:
            return
    raise SystemExit("the server did not start within ten minutes")


def family(process_id: int) -> list[int]:
    """Return a process with those that it has started."""
    own = Path(f"/proc/{process_id}/task/{process_id}/children").read_text("utf-8").split()
    return [process_id, *itertools.chain.from_iterable(family(int(one)) for one in own)]


def held_mb(process_id: int) -> float:
    texts = (Path(f"/proc/{one}/smaps_rollup").read_text("utf-8") for one in family(process_id))
    return sum(int(text.split("Pss:")[1].split()[0]) for text in texts) / 1024


def worked_seconds(process_id: int) -> float:
    return sum(map(cpu_seconds, family(process_id)))


def measured(took: list[float], seconds: float) -> dict[str, float]:
    took.sort()
    return {
        "rate": len(took) / seconds,
        "p50": took[len(took) // 2],
        "p95": took[int(0.95 * (len(took) - 1))],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    parser.add_argument("--sentences", type=int, default=synthetic.SENTENCES)
    parser.add_argument("--processes", type=int, default=0, help="also measure with so many")
    parser.add_argument("--peer", help="a Python with txtai")
    parser.add_argument("--serve", nargs=3, metavar=("WAY", "FOLDER", "PORT"))
    given = parser.parse_args()
    if given.serve:
        way, folder, port = given.serve
        if way == "txtai":
            serve_txtai(Path(folder), int(port))
        else:
            serve(Path(folder), way, int(port))
        return
    with tempfile.TemporaryDirectory() as scratch:
        run(given, Path(scratch))


def run(given: argparse.Namespace, folder: Path) -> None:
    synthetic.SENTENCES = given.sentences
    build(folder, given.texts, given.passages)
    questions = questions_of(given.texts)
    print(f"{len(questions)} questions", file=sys.stderr)
    peers_ = [("txtai", given.peer)] if given.peer else []
    beside = [(f"ours+{given.processes}", sys.executable)] if given.processes else []
    asked = [("ours", sys.executable), *beside, *peers_]
    ways = [(way, python, mix) for mix in ("distinct", "repeated") for way, python in asked]
    ways += [(way, sys.executable, "") for way in ("page", "page-anew")]
    turns: dict[str, list[dict[str, float]]] = {}
    for turn in range(given.turns):
        for way, python, mix in ways:
            port = 20_000 + os.getpid() % 10_000 + turn
            many = given.connections if mix else 1
            asking = Counted(mix_of(questions, mix or "distinct"))
            with process(python, way, folder, port) as started:
                worked = worked_seconds(started.pid)
                took = asyncio.run(load(port, path_of(way), asking, many, given.seconds))
                worked = worked_seconds(started.pid) - worked
                told = measured(took, given.seconds) | {"mb": held_mb(started.pid)}
                told |= {"cpu_ms": worked * 1000 / len(took)}
            told |= {"repeats": asking.repeats} if mix else {}
            turns.setdefault(f"{way} {mix}".strip(), []).append(told)
            print(way, mix, json.dumps(told), file=sys.stderr)
    print(f"{given.passages} passages, {given.connections} connections, medians of {given.turns}")
    for way, several in turns.items():
        medians = {key: statistics.median(one[key] for one in several) for key in several[0]}
        print(way, ", ".join(f"{key} {value:.2f}" for key, value in medians.items()))


class Counted:
    """Questions, and the share of them that had been asked before."""

    def __init__(self, questions: Iterator[str]) -> None:
        self._questions = questions
        self._seen: set[str] = set()
        self._asked = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        question = next(self._questions)
        self._asked += 1
        self._seen.add(question)
        return question

    @property
    def repeats(self) -> float:
        """That share, 0 to 1."""
        return 1 - len(self._seen) / max(1, self._asked)


if __name__ == "__main__":
    main()
