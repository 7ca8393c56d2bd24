"""How much memory does ``policybot serve`` take beside ``policybot bot``, over one index?

    python -m benchmarks.serving_memory [--index embeddings] [--questions 200]

Each is a process of its own, and is asked the same real questions, one after another: the bot by so
many people through the strict Bot API server of the tests, the server over HTTP. What is printed is
the resident set after them, and what of it is the process's own (not pages of mapped files, which
both share).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.bot_load import launch
from benchmarks.serving import questions_of
from benchmarks.synthetic import TEXTS
from botapi_server import BotApiServer


def memory_of(process: subprocess.Popen[bytes]) -> dict[str, float]:
    """Return MB, resident and private, of a process."""
    text = Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii")
    held = {name: int(kb) / 1024 for name, kb in re.findall(r"(\w+):\s+(\d+) kB", text)}
    return {"rss": held["Rss"], "private": held["Private_Clean"] + held["Private_Dirty"]}


async def of_the_bot(index: Path, questions: list[str]) -> dict[str, float]:
    """Ask the bot, and return its memory."""
    async with BotApiServer(limits=False) as server:
        with tempfile.TemporaryDirectory() as folder:
            process = launch(server, Path(folder), index)
            try:
                for number, question in enumerate(questions):
                    chat = server.private(server.user(first_name=f"P{number}"))
                    chat.send(question)
                    await chat.next_message(timeout=120)
                return memory_of(process)
            finally:
                process.terminate()
                process.wait(15)


@contextlib.contextmanager
def serving(index: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Serve meanwhile; give the process and its address."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "bot_config.toml"
        config.write_text(
            f"[index]\npath = {json.dumps(str(index))}\n[serve]\nper_minute = 100000\n"
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = f"127.0.0.1:{free.getsockname()[1]}"
        command = [sys.executable, "-m", "policybot", "--config", str(config), "serve"]
        process = subprocess.Popen([*command, "--listen", address])
        try:
            yield process, f"http://{address}"
        finally:
            process.terminate()
            process.wait(15)


def of_the_server(index: Path, questions: list[str]) -> dict[str, float]:
    """Ask the server, by its API and on its page in turn, and return its memory."""
    with serving(index) as (process, base), httpx.Client(base_url=base, timeout=120) as client:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(httpx.ConnectError):
                client.get("/healthz")
                break
            time.sleep(0.2)
        for number, question in enumerate(questions):
            path = "/" if number % 2 else "/api/ask"
            client.get(path, params={"q": question}).raise_for_status()
        return memory_of(process)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--index", type=Path, default=Path("embeddings"))
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    given = parser.parse_args()
    questions = questions_of(given.texts)[: given.questions]
    index = given.index.absolute()
    for name, held in (
        ("bot", asyncio.run(of_the_bot(index, questions))),
        ("serve", of_the_server(index, questions)),
    ):
        print(f"{name}: resident {held['rss']:.0f} MB, private {held['private']:.0f} MB")


if __name__ == "__main__":
    main()
