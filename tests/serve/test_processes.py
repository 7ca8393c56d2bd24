"""Processes that answer beside the server's own say what it would say, and may end at any time."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from policybot.answering.engine import Engine
from policybot.config import Config, IndexConfig
from policybot.serve.processes import AGAIN_SECONDS, EngineQuery, Processes
from tests.project import copy_project, indexed_project, policybot
from tests.serve.site import get, serving_process
from tests.shared import await_end

QUESTIONS = (
    "Which policies mention the Internet of Things?",
    "What did the State Council decide about strategic emerging industries?",
    "policies of 2013",
    "recipes for cake",
)


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def config_of(folder: Path) -> Config:
    return Config(index=IndexConfig(folder / "embeddings"))


def where(engine: Engine) -> tuple[int, str]:
    """The process that answers, and from which generation."""
    return os.getpid(), engine.generation.name


def end_if_beside(engine: Engine) -> int:
    if multiprocessing.parent_process() is not None:
        os._exit(1)
    return os.getpid()


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(config_of(indexed_project()))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def processes(engine: Engine, clock: Clock) -> Iterator[Processes]:
    """A process that is at work before and after each test that uses it."""
    started = Processes(engine.config, 1, clock)
    yield started
    started.close()


def test_a_server_with_processes_answers_as_one_without(engine: Engine) -> None:
    with serving_process(indexed_project(), "--processes", "2") as base:
        for question in QUESTIONS:
            served, own = (
                get(base, "/api/ask", q=question).json(),
                engine.answer(question).to_dict(),
            )
            assert served | {"took_ms": 0} == own | {"took_ms": 0}
        page = get(base, "/", q=QUESTIONS[0], drop=0).text
    hit = engine.answer(QUESTIONS[0]).hits[0]
    assert hit.policy.id in page


def test_work_is_done_in_another_process_with_the_same_generation(
    engine: Engine, processes: Processes
) -> None:
    process, generation = processes.run(where, engine)
    assert process != os.getpid()
    assert generation == engine.generation.name
    answer = processes.run(EngineQuery(QUESTIONS[0], limit=1).answer, engine)
    assert answer.hits == engine.answer(QUESTIONS[0], limit=1).hits


def test_what_an_answer_raises_is_raised_here(engine: Engine, processes: Processes) -> None:
    with pytest.raises(ValueError, match="limit -1"):
        processes.run(EngineQuery("bridges", limit=-1).answer, engine)
    assert processes.run(where, engine)[0] != os.getpid()


def test_where_a_process_has_ended_the_server_answers_until_others_are_started(
    engine: Engine, processes: Processes, clock: Clock
) -> None:
    assert processes.run(end_if_beside, engine) == os.getpid()
    assert processes.run(where, engine)[0] == os.getpid()
    clock.now += AGAIN_SECONDS
    assert processes.run(where, engine)[0] != os.getpid()


def test_where_no_process_can_be_started_the_server_answers_and_tries_again(
    engine: Engine, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    with monkeypatch.context() as patch:
        patch.setattr(multiprocessing.context.SpawnProcess, "start", refuse)
        processes = Processes(engine.config, 1, clock)
        assert processes.run(where, engine)[0] == os.getpid()
    try:
        clock.now += AGAIN_SECONDS
        assert processes.run(where, engine)[0] != os.getpid()
    finally:
        processes.close()


def test_a_process_without_an_index_says_why_in_one_line(
    engine: Engine, clock: Clock, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    processes = Processes(config_of(tmp_path), 1, clock)
    try:
        assert processes.run(where, engine)[0] == os.getpid()
    finally:
        processes.close()
    errors = capfd.readouterr().err
    assert "a worker process cannot open the index" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize("option", [(), ("--processes", "2")])
def test_a_file_of_milvus_lite_allows_no_processes(tmp_path: Path, option: tuple[str, ...]) -> None:
    settings = "" if option else "[serve]\nprocesses = 2\n"
    settings += "[index]\nbackend = 'milvus'\nuri = 'index.db'\n"
    (tmp_path / "bot_config.toml").write_text(settings)
    done = policybot("serve", *option, folder=tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "[serve] processes = 2: only one process can open the Milvus Lite file" in line


def test_closed_processes_leave_the_answers_to_the_server(engine: Engine) -> None:
    processes = Processes(engine.config, 1)
    processes.close()
    assert processes.run(where, engine)[0] == os.getpid()


def test_processes_follow_the_server_to_another_generation_where_they_can(tmp_path: Path) -> None:
    folder = copy_project(tmp_path)
    server, processes = Engine(config_of(folder)), Processes(config_of(folder), 1)
    try:
        before = processes.run(where, server)
        assert before[0] != os.getpid()
        add_policy(folder, "harbour")
        assert processes.run(where, server) == before  # the server has not changed over
        assert server.refresh()
        process, generation = processes.run(where, server)
        assert process == before[0]
        assert generation == server.generation.name != before[1]
        add_policy(folder, "ships")
        assert server.refresh()
        (folder / "embeddings" / "CURRENT").write_bytes(b"\xff")
        assert processes.run(where, server) == (os.getpid(), server.generation.name)
    finally:
        processes.close()
        server.close()


def add_policy(folder: Path, name: str) -> None:
    """Add a policy to the corpus and index it."""
    (folder / "corpus" / f"{name}.md").write_text(f"---\ntitle: {name}\n---\n\nShips pay.\n")
    done = policybot("index", folder=folder)
    assert done.returncode == 0, done.stderr


def test_a_process_that_is_ahead_of_the_server_does_not_answer(
    engine: Engine, tmp_path: Path
) -> None:
    folder = copy_project(tmp_path)
    add_policy(folder, "harbour")
    processes = Processes(config_of(folder), 1)
    try:
        assert processes.run(where, engine) == (os.getpid(), engine.generation.name)
    finally:
        processes.close()


KILLED = """
import sys, time
from policybot.answering.engine import Engine
from tests.serve.test_processes import Processes, config_of, indexed_project, where

if __name__ == "__main__":
    config = config_of(indexed_project())
    print(Processes(config, 1).run(where, Engine(config))[0], flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_processes_end_with_a_server_that_is_killed(tmp_path: Path) -> None:
    (tmp_path / "server.py").write_text(KILLED)
    server = subprocess.Popen(
        [sys.executable, str(tmp_path / "server.py")],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert server.stdout is not None
    beside = int(server.stdout.readline())
    server.kill()
    server.communicate()
    await_end(beside)
