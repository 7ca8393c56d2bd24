"""The bot for minutes on end under faults, kills and re-embeddings: is a question lost or doubled?

    python -m benchmarks.endurance [--minutes 20] [--steady 10]

Runs the real ``policybot bot`` as a process on a copy of this checkout's corpus, against the strict
Bot API server of the tests, over loopback. People ask at random moments. Meanwhile calls fail at
random (502, 500, 429, dropped connections, answers that never come), the corpus is changed and
embedded anew every two minutes, and once a minute the bot is killed (SIGKILL) and started again.
A second stretch (``--steady``) is the same without kills: only a process that lives can show
whether it grows.

Counted are questions asked, answered once, lost (no answer) and answered twice; a message of the
bot is an answer to the question it replies to. Exits with 1 when a question was lost or doubled, or
when memory grew by 5% or more.

What is not simulated, because nobody could tell it apart: a connection that is dropped when a
message has left the bot whole but Telegram never acted on it. The bot sends a message at most once,
so such a one is lost; one that Telegram acted on (``drop_after`` here) must not come twice.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.botapi import BotApiServer, Message
from tests.botapi.faults import Kind

from benchmarks.bot_load import QUESTIONS
from policybot.telegram.texts import label

ROOT = Path(__file__).parents[1]
FAULTS: tuple[tuple[str, Kind, dict[str, Any]], ...] = (
    ("sendMessage", "bad_gateway", {}),
    ("sendMessage", "internal", {}),
    ("sendMessage", "flood", {"retry_after": 1}),
    ("sendMessage", "drop_after", {}),
    ("sendMessage", "hang", {"seconds": 10}),
    ("getUpdates", "bad_gateway", {}),
    ("getUpdates", "flood", {"retry_after": 1}),
    ("getUpdates", "drop_before", {}),
    ("getUpdates", "drop_after", {}),
    ("getUpdates", "garbage", {}),
)
WARM_SECONDS = 60.0
"""What a process loads once, it has loaded by then."""

SAMPLE_SECONDS = 5.0
LAST_SECONDS = 120.0
"""How long answers are waited for when nobody asks any more."""


@dataclass(slots=True)
class Life:
    """One process of the bot: seconds since its start, resident and anonymous memory in kB."""

    samples: list[tuple[float, int, int]] = field(default_factory=list)


@dataclass
class Trial:
    """One stretch: what runs, what was asked, and the lives of the bot."""

    server: BotApiServer
    folder: Path
    random: random.Random
    asked: list[Message] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    kills: int = 0
    embeddings: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the bot; what it logs is appended to ``log``."""
        with (self.folder / "log").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "policybot", "bot"],
                cwd=self.folder,
                stdout=out,
                stderr=out,
                env={**os.environ, "POLICYBOT_TOKEN": self.server.token},
            )
        self.lives.append(Life())

    def stop(self) -> int:
        """End the bot as systemd would; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)


async def ask(trial: Trial, people: int, rate: float) -> None:
    """Have random people ask random questions, ``rate`` a second on average."""
    users = [trial.server.user(first_name=f"P{n}", language_code="en") for n in range(people)]
    chats = [trial.server.private(user) for user in users]
    while True:
        await asyncio.sleep(trial.random.expovariate(rate))
        trial.asked.append(trial.random.choice(chats).send(trial.random.choice(QUESTIONS)))


async def disturb(trial: Trial, every: float) -> None:
    """Let a random call fail, every few seconds; never two of a method in a row by plan.

    Faults wait for their call. A bot that waits longer after each failed poll would otherwise meet
    more of them than it can use up, and never hear anything.
    """
    while True:
        await asyncio.sleep(trial.random.expovariate(1 / every))
        method, kind, details = trial.random.choice(FAULTS)
        if all(fault.method != method for fault in trial.server.faults.waiting):
            trial.server.fault(method, kind, **details)


async def kill(trial: Trial, every: float) -> None:
    """Kill the bot about every ``every`` seconds and start it again."""
    while True:
        await asyncio.sleep(trial.random.uniform(0.8, 1.2) * every)
        if trial.process is None or trial.process.poll() is not None:
            raise RuntimeError("the bot ended by itself")
        trial.process.kill()
        await asyncio.to_thread(trial.process.wait)
        trial.kills += 1
        trial.start()


async def embed(trial: Trial, every: float) -> None:
    """Put another policy in place of the last one and embed the corpus anew."""
    while True:
        await asyncio.sleep(every)
        number = trial.embeddings + 1
        for old in (trial.folder / "corpus").glob("endurance-*.md"):
            old.unlink()
        (trial.folder / "corpus" / f"endurance-{number}.md").write_text(
            f"---\ntitle: Notice {number} on Lighthouses\ndate: 2015-03-04\n---\n\n"
            f"The keeper of lighthouse {number} shall light its lamp at dusk.\n",
            encoding="utf-8",
        )
        await index(trial.folder)
        trial.embeddings = number


async def index(folder: Path) -> None:
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "policybot", "index"),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await done.communicate()
    if done.returncode:
        raise RuntimeError(said.decode())


async def watch(trial: Trial) -> None:
    """Note the memory of the present process every few seconds."""
    started: dict[int, float] = {}
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        assert trial.process is not None
        age = time.monotonic() - started.setdefault(trial.process.pid, time.monotonic())
        # A process that was just killed has no memory any more.
        with contextlib.suppress(OSError, ValueError):
            file = Path(f"/proc/{trial.process.pid}/status")
            status = await asyncio.to_thread(file.read_text, "utf-8")
            sizes = [
                re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
                for name in ("VmRSS", "RssAnon")
            ]
            resident, anonymous = (int(found[1]) for found in sizes if found)
            trial.lives[-1].samples.append((age, resident, anonymous))


def answers(trial: Trial) -> dict[Message, int]:
    """Return how many messages of the bot reply to each question."""
    counted = dict.fromkeys(trial.asked, 0)
    for chat in {message.chat for message in trial.asked}:
        for message in chat.bot_messages:
            if message.reply_to in counted:
                counted[message.reply_to] += 1
    return counted


@contextlib.asynccontextmanager
async def going_on(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Have all this go on meanwhile; the first of it that fails ends everything."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        yield
        for task in tasks:
            task.cancel()


async def run(trial: Trial, seconds: float, given: argparse.Namespace, *, kills: bool) -> bool:
    """Run one stretch, print what came of it, and tell whether it is as it should be."""
    trial.start()
    works = [disturb(trial, given.fault), embed(trial, given.embed)]
    if kills:
        works.append(kill(trial, given.kill))
    async with going_on(watch(trial)):
        async with going_on(ask(trial, given.people, given.rate), *works):
            await asyncio.sleep(seconds)
        trial.server.clear_faults()
        until = time.monotonic() + LAST_SECONDS
        while time.monotonic() < until and not all(answers(trial).values()):  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(1)
    code = await asyncio.to_thread(trial.stop)
    return report(trial, seconds, code)


def report(trial: Trial, seconds: float, code: int) -> bool:
    counted = answers(trial)
    once = sum(count == 1 for count in counted.values())
    lost = sum(count == 0 for count in counted.values())
    twice = sum(count > 1 for count in counted.values())
    apology = label("en", "busy")[:20], label("en", "failed", reference="")[:20]
    sorry = sum(
        message.plain.startswith(apology)
        for chat in {message.chat for message in trial.asked}
        for message in chat.bot_messages
    )
    faults = collections.Counter(
        f"{call.method} {call.fault}" for call in trial.server.calls if call.fault
    )
    print(
        f"{seconds / 60:.0f} minutes, {trial.kills} kills, {trial.embeddings} re-embeddings, "
        f"{sum(faults.values())} faults; exit code {code} after SIGTERM\n"
        f"  asked {len(counted)}, answered once {once}, lost {lost}, twice {twice}; "
        f"answered with an apology {sorry}",
        flush=True,
    )
    for name, count in sorted(faults.items()):
        print(f"    {count:5} x {name}")
    return memory(trial.lives) and lost == twice == 0 and code == 0


def memory(lives: list[Life]) -> bool:
    """Print how memory went, and tell whether the longest life grew by less than 5%."""
    ends = [life.samples[-1][1] / 1024 for life in lives if len(life.samples) > 1]
    if len(ends) > 3:
        third = len(ends) // 3
        print(
            f"  memory at the end of {len(ends)} lives: first third "
            f"{statistics.median(ends[:third]):.1f} MB, last third "
            f"{statistics.median(ends[-third:]):.1f} MB, most {max(ends):.1f} MB (resident)"
        )
    samples = max(lives, key=lambda life: len(life.samples)).samples
    last = samples[-1][0]
    if last < 3 * WARM_SECONDS:
        return True
    grew = []
    for name, column in (("resident", 1), ("anonymous", 2)):
        start, end = (
            statistics.median(s[column] / 1024 for s in samples if a <= s[0] < b)
            for a, b in ((WARM_SECONDS, 2 * WARM_SECONDS), (last - WARM_SECONDS, last + 1))
        )
        most = max(s[column] for s in samples) / 1024
        grew.append(end / start - 1)
        print(
            f"  memory of one life of {last / 60:.0f} minutes, {name}: {start:.1f} MB in its "
            f"second minute, {end:.1f} MB in its last ({grew[-1]:+.1%}), most {most:.1f} MB"
        )
    return max(grew) < 0.05


async def measure(given: argparse.Namespace) -> bool:
    whole = True
    for minutes, kills in ((given.minutes, True), (given.steady, False)):
        if not minutes:
            continue
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(ROOT / "corpus", folder / "corpus")
            shutil.copytree(ROOT / "embeddings" / "encoders", folder / "embeddings" / "encoders")
            async with BotApiServer() as server:
                (folder / "bot_config.toml").write_text(
                    f"[telegram]\nbase_url = {json.dumps(server.base_url)}\n"
                    '[log]\nformat = "json"\n',
                    encoding="utf-8",
                )
                await index(folder)
                trial = Trial(server, folder, random.Random(given.seed))
                try:
                    whole &= await run(trial, minutes * 60, given, kills=kills)
                finally:
                    if trial.process and trial.process.poll() is None:
                        trial.process.kill()
                    if given.log:
                        shutil.copy(folder / "log", f"{given.log}-{'kills' if kills else 'steady'}")
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=20, help="with kills")
    parser.add_argument("--steady", type=float, default=10, help="minutes without kills")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--rate", type=float, default=2.0, help="questions a second")
    parser.add_argument("--fault", type=float, default=2.0, help="seconds between faults")
    parser.add_argument("--kill", type=float, default=60.0, help="seconds between kills")
    parser.add_argument("--embed", type=float, default=120.0, help="seconds between re-embeddings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", help="keep the bot's log at this path")
    return 0 if asyncio.run(measure(parser.parse_args())) else 1


if __name__ == "__main__":
    sys.exit(main())
