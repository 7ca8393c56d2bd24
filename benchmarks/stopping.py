"""How soon the bot ends after SIGTERM while Telegram is down or answers nothing.

    python -m benchmarks.stopping [--rounds 3] [--index embeddings]

Runs the real ``policybot bot`` on an index of the seed corpus, against the strict Bot API server of
the tests. People ask; their answers are refused (502) and then the server is gone, or each message
hangs for half a minute. Then the bot gets SIGTERM. Printed are the seconds until its process ended,
its exit code, and the machine's load. Exits with 1 when one took ten seconds or more, ended with
another code than 0, or logged a traceback or the token.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

from botapi_server import BotApiServer

ROOT = Path(__file__).parents[1]
LONGEST = 10.0
"""Seconds that a service manager waits at the least."""

How = Literal["down", "hanging"]
TRIALS: tuple[tuple[How, int], ...] = (("down", 5), ("down", 50), ("hanging", 20))
"""What Telegram is when the bot is told to end, and how many people wait for an answer."""


async def stop_once(index: Path, how: How, people: int) -> tuple[float, int, str]:
    """Return the seconds a bot took to end, its exit code, and what of its log is amiss."""
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        async with BotApiServer() as server:
            (folder / "bot_config.toml").write_text(
                f"[telegram]\nbase_url = {json.dumps(server.base_url)}\n"
                f"[index]\npath = {json.dumps(str(index))}\n",
                "utf-8",
            )
            with (folder / "log").open("ab") as out:
                process = subprocess.Popen(  # noqa: ASYNC220 (it returns at once)
                    [sys.executable, "-m", "policybot", "bot"],
                    cwd=folder,
                    stdout=out,
                    stderr=out,
                    env={**os.environ, "POLICYBOT_TOKEN": server.token},
                )
            users = [server.user(first_name=f"P{n}", language_code="en") for n in range(people)]
            chats = [server.private(user) for user in users]
            chats[0].send("/help")
            await chats[0].next_message(timeout=120)
            if how == "hanging":
                server.fault("sendMessage", "hang", times=1000, seconds=30)
            else:
                server.fault("sendMessage", "bad_gateway", times=1000)
            for chat in chats:
                chat.send("Who manages the special funds?")
            await asyncio.sleep(1.5)
            if how == "down":
                await server.down()
            await asyncio.sleep(1)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(process.wait, 120)
            took = time.monotonic() - began
            told = (folder / "log").read_text("utf-8")
            secret = server.token.partition(":")[2]
    amiss = [name for name, mark in (("traceback", "Traceback"), ("token", secret)) if mark in told]
    return took, code, ", ".join(amiss)


async def measure(index: Path, rounds: int) -> bool:
    """Print every trial; whether all ended as they should."""
    well = True
    for _ in range(rounds):
        for how, people in TRIALS:
            took, code, amiss = await stop_once(index, how, people)
            load = os.getloadavg()[0]
            print(f"{how}, {people} people wait: ended after {took:.1f} s, exit code {code}, "
                  f"load {load:.1f}{', in the log: ' + amiss if amiss else ''}")  # fmt: skip
            well &= took < LONGEST and code == 0 and not amiss
    return well


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--index", type=Path, default=ROOT / "embeddings")
    options = parser.parse_args()
    return 0 if asyncio.run(measure(options.index.resolve(), options.rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
