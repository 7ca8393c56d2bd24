"""Many people ask at once: is every question answered once, how soon, and within the limits?

    python -m benchmarks.bot_load [--people 500] [--questions 4] [--index embeddings]

Runs the real ``policybot bot`` on the index of this checkout against the strict Bot API server of
the tests, over loopback: first without flood limits, then with Telegram's (one message a second in
a chat, thirty a second in all, no bursts). Then one person turns the pages of a list, three times a
second. Exits with 1 when a question was lost or doubled, or a page turn met a 429.

The bot keeps to Telegram's pace also where nobody enforces it, so with 500 people most of an
answer's time is its turn in the queue; ``one at a time`` is the time without a queue. How much
there is to spare is said by the processor time an answer takes: so many one core could do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from botapi_server import BotApiServer, FloodLimits
from botapi_server.chats import Chat
from policybot.bot.outbox.rate_limiter import OVERALL_PER_SECOND as PACE

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "What are special funds for the Internet of Things used for?",
    "What did MIIT issue in 2012?",
    "Which plan covers the Wuxi demonstration zone?",
    "Where is the submarine?",
)


async def ask_all(chat: Chat, number: int, seconds: float) -> list[float]:
    """Ask ``number`` questions, each once the last is answered; return the seconds each took."""
    took = []
    for n in range(number):
        asked = chat.send(QUESTIONS[n % len(QUESTIONS)])
        answer = await chat.next_message(timeout=seconds)
        if answer.reply_to is not asked:
            raise RuntimeError("an answer to something else")
        took.append(answer.time - asked.time)
    return took


async def turn_pages(server: BotApiServer, rounds: int) -> tuple[list[float], int]:
    """Turn a list's pages three times a second; return the seconds each took, and the 429s."""
    chat = server.private(server.user(first_name="Turner"))
    chat.send("/list")
    listed = await chat.next_message(timeout=60)
    flooded, took = server.flooded, []
    for _ in range(rounds):
        for arrow in ("▶", "◀"):
            pressed = server.clock()
            chat.press(listed, arrow)
            edited = await chat.next_edit(timeout=30)
            took.append((edited.edited or 0.0) - pressed)
            await asyncio.sleep(max(0.0, pressed + 1 / 3 - server.clock()))
    return took, server.flooded - flooded


async def measure(
    name: str, limits: FloodLimits | None, people: int, questions: int, index: Path
) -> bool:
    async with BotApiServer(limits=limits or False) as server:
        with tempfile.TemporaryDirectory() as folder:
            process = launch(server, Path(folder), index)
            try:
                whole = await drive(name, server, process, people, questions)
                took, flooded = await turn_pages(server, 8)
                print(
                    f"  page turns, three a second: median {statistics.median(took) * 1000:.0f} ms"
                    f", most {max(took) * 1000:.0f} ms, 429s {flooded}",
                    flush=True,
                )
                return whole and not flooded
            finally:
                process.terminate()
                process.wait(15)


def launch(server: BotApiServer, folder: Path, index: Path) -> subprocess.Popen[bytes]:
    config = folder / "bot_config.toml"
    lines = {
        "corpus": {"path": str(ROOT / "corpus")},
        "index": {"path": str(index)},
        "telegram": {"base_url": server.base_url, "state": "state.sqlite"},
        "log": {"level": "warning"},
    }
    config.write_text(
        "\n".join(
            f"[{section}]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in keys.items())
            for section, keys in lines.items()
        ),
        encoding="utf-8",
    )
    return subprocess.Popen(
        [sys.executable, "-m", "policybot", "--config", str(config), "bot"],
        env={**os.environ, "POLICYBOT_TOKEN": server.token},
    )


async def drive(
    name: str, server: BotApiServer, process: subprocess.Popen[bytes], people: int, questions: int
) -> bool:
    first = server.private(server.user(first_name="First"))
    first.send("/help")
    await first.next_message(timeout=60)
    alone = []
    for n in range(12):
        alone += await ask_all(server.private(server.user(first_name=f"Alone {n}")), 1, 30)
    chats = [server.private(server.user(first_name=f"P{n}")) for n in range(people)]
    expected = people * questions
    started, worked = time.monotonic(), cpu_seconds(process.pid)
    took = await asyncio.gather(*(ask_all(chat, questions, 60 + expected) for chat in chats))
    seconds, worked = time.monotonic() - started, cpu_seconds(process.pid) - worked
    await asyncio.sleep(2)
    answers = sum(len(chat.bot_messages) for chat in chats)
    doubled = answers - len({m.reply_to for chat in chats for m in chat.bot_messages})
    status = await asyncio.to_thread(Path(f"/proc/{process.pid}/status").read_text, "utf-8")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    sorted_took = sorted(seconds for one in took for seconds in one)
    print(
        f"{name}: {expected} questions of {people} people in {seconds:.1f} s "
        f"({expected / seconds:.1f} a second)\n"
        f"  lost {expected - answers + doubled}, doubled {doubled}\n"
        f"  answer time p50 {percentile(sorted_took, 50):.2f} s, "
        f"p95 {percentile(sorted_took, 95):.2f} s, most {sorted_took[-1]:.2f} s\n"
        f"  one at a time: median {statistics.median(alone) * 1000:.0f} ms\n"
        f"  processor {worked / seconds:.0%} of one core, {worked / expected * 1000:.1f} ms an "
        f"answer: one core would do {expected / worked:.0f} a second, "
        f"{expected / worked / PACE:.1f} times the {PACE} that may be sent\n"
        f"  429s {server.flooded}, other refusals {len(server.refusals) - server.flooded}\n"
        f"  peak memory of the bot {int(peak[1]) / 1024 if peak else 0:.0f} MB",
        flush=True,
    )
    return answers == expected and doubled == 0


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def percentile(ordered: list[float], percent: int) -> float:
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--index", type=Path, default=ROOT / "embeddings")
    given = parser.parse_args()
    index = given.index.absolute()
    strict = FloodLimits(burst=1)
    whole = asyncio.run(measure("no flood limit", None, given.people, given.questions, index))
    whole &= asyncio.run(measure("Telegram's limits", strict, given.people, given.questions, index))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
