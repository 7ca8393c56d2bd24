"""The bot for minutes on end under faults, kills and re-embeddings: is a question lost or doubled?

    python -m benchmarks.endurance [--minutes 20] [--steady 10]

Runs the real ``policybot bot`` as a process on a copy of this checkout's corpus, against the strict
Bot API server of the tests, over loopback. People ask at random moments. Meanwhile calls fail at
random (502, 500, 429, dropped connections, answers that never come), the corpus is changed and
embedded anew every two minutes, and once a minute the bot is killed (SIGKILL) and started again:
within two seconds of many questions at once, so that it dies with some in hand.
A second stretch (``--steady``) is the same without kills: only a process that lives can show
whether it grows.

Counted are questions asked, answered once, lost (no answer) and answered twice; a message of the
bot is an answer to the question it replies to. It is as it should be when its first line is that
of the same question before the trouble began; an apology is not. Exits with 1 when a question was
lost, doubled or answered otherwise, when an update is left in the state at the end, or when memory
grew by 5% or more: of processes of one age from the first third of the lives to the last third,
and within the longest life.

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
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.bot_load import QUESTIONS
from botapi_server import BotApiServer, Chat, Message
from botapi_server.faults import Kind

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
    ("getMe", "bad_gateway", {}),
    ("getMe", "drop_before", {}),
    ("deleteWebhook", "drop_after", {}),
    ("setMyCommands", "flood", {"retry_after": 1}),
)
WARM_SECONDS = 60.0
"""What a process loads once, it has loaded by then."""

SAMPLE_SECONDS = 5.0
GROWTH = 0.05
"""By how much memory may grow, of what it was."""

AGE = 40.0
"""Seconds: every life is as old as this once, and its memory then is compared with the others'."""

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
    expected: dict[str, str] = field(default_factory=dict)
    asked: list[Message] = field(default_factory=list)
    lives: list[Life] = field(default_factory=list)
    in_hand: list[int] = field(default_factory=list)
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


async def learn(trial: Trial) -> None:
    """Ask every question once, in peace, and keep how its answer begins."""
    chat = trial.server.private(trial.server.user(first_name="First", language_code="en"))
    for question in QUESTIONS:
        chat.send(question)
        trial.expected[question] = first_line(await chat.next_message(timeout=60))


def first_line(message: Message) -> str:
    return message.plain.partition("\n")[0]


def some_people(trial: Trial, number: int) -> list[Chat]:
    users = [trial.server.user(first_name=f"P{n}", language_code="en") for n in range(number)]
    return [trial.server.private(user) for user in users]


async def ask(trial: Trial, chats: list[Chat], rate: float) -> None:
    """Have random people ask random questions, ``rate`` a second on average."""
    while True:
        await asyncio.sleep(trial.random.expovariate(rate))
        ask_one(trial, trial.random.choice(chats))


def ask_one(trial: Trial, chat: Chat) -> None:
    trial.asked.append(chat.send(trial.random.choice(QUESTIONS)))


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


async def kill(trial: Trial, chats: list[Chat], given: argparse.Namespace) -> None:
    """Kill the bot about every ``--kill`` seconds, soon after many have asked; start it again."""
    while True:
        await asyncio.sleep(trial.random.uniform(0.8, 1.2) * given.kill)
        for chat in trial.random.sample(chats, min(given.burst, len(chats))):
            ask_one(trial, chat)
        await asyncio.sleep(trial.random.uniform(0.0, 2.0))
        if trial.process is None or trial.process.poll() is not None:
            raise RuntimeError("the bot ended by itself")
        trial.process.kill()
        await asyncio.to_thread(trial.process.wait)
        trial.in_hand.append(sum(not count for count in answers(trial).values()))
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
    async with going_on(watch(trial)):
        await learn(trial)
        chats = some_people(trial, given.people)
        works = [ask(trial, chats, given.rate), disturb(trial, given.fault)]
        works.append(embed(trial, given.embed))
        if kills:
            works.append(kill(trial, chats, given))
        async with going_on(*works):
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
    said = [m for chat in {message.chat for message in trial.asked} for m in chat.bot_messages]
    otherwise = [
        m
        for m in said
        if m.reply_to not in counted or first_line(m) != trial.expected[m.reply_to.plain]
    ]
    left = waiting(trial.folder / "state.sqlite")
    faults = collections.Counter(
        f"{call.method} {call.fault}" for call in trial.server.calls if call.fault
    )
    print(
        f"{seconds / 60:.0f} minutes, {len(trial.in_hand)} kills (with {sum(trial.in_hand)} "
        f"questions in hand, {sum(map(bool, trial.in_hand))} times at least one), "
        f"{trial.embeddings} re-embeddings, {sum(faults.values())} faults; "
        f"exit code {code} after SIGTERM\n"
        f"  asked {len(counted)}, answered once {once}, lost {lost}, twice {twice}; "
        f"otherwise than in peace {len(otherwise)}; left in the state {left}",
        flush=True,
    )
    for message in otherwise[:5]:
        print(f"    {first_line(message)!r}")
    for name, count in sorted(faults.items()):
        print(f"    {count:5} x {name}")
    steady = memory(trial.lives)
    return steady and lost == twice == len(otherwise) == left == code == 0


def waiting(state: Path) -> int:
    """Return how many updates a bot that ended left to be dealt with."""
    with contextlib.closing(sqlite3.connect(state)) as db:
        (number,) = db.execute("SELECT COUNT(*) FROM inbox WHERE body IS NOT NULL").fetchone()
    return int(number)


def memory(lives: list[Life]) -> bool:
    """Print how memory went, and tell whether it grew by less than :data:`GROWTH`."""
    return max(_from_life_to_life(lives), _within_the_longest(lives)) < GROWTH


def _from_life_to_life(lives: list[Life]) -> float:
    """Return by how much processes of :data:`AGE` seconds grew; 0 with too few to tell."""
    aged = [
        next(sample for sample in life.samples if sample[0] >= AGE - SAMPLE_SECONDS)
        for life in lives
        if life.samples and life.samples[-1][0] >= AGE - SAMPLE_SECONDS
    ]
    third = len(aged) // 3
    if not third:
        return 0.0
    grew = []
    for name, column in (("resident", 1), ("anonymous", 2)):
        first, last = (
            statistics.median(sample[column] / 1024 for sample in some)
            for some in (aged[:third], aged[-third:])
        )
        grew.append(last / first - 1)
        print(
            f"  memory of {len(aged)} lives at {AGE:.0f} s, {name}: {first:.1f} MB in the first "
            f"third, {last:.1f} MB in the last ({grew[-1]:+.1%})"
        )
    return max(grew)


def _within_the_longest(lives: list[Life]) -> float:
    """Return by how much the longest life grew from its second minute; 0 if it was short."""
    samples = max(lives, key=lambda life: len(life.samples)).samples
    last = samples[-1][0]
    if last < 3 * WARM_SECONDS:
        return 0.0
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
    return max(grew)


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
    parser.add_argument("--burst", type=int, default=50, help="questions right before a kill")
    parser.add_argument("--fault", type=float, default=2.0, help="seconds between faults")
    parser.add_argument("--kill", type=float, default=60.0, help="seconds between kills")
    parser.add_argument("--embed", type=float, default=120.0, help="seconds between re-embeddings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--log", help="keep the bot's log at this path")
    return 0 if asyncio.run(measure(parser.parse_args())) else 1


if __name__ == "__main__":
    sys.exit(main())
