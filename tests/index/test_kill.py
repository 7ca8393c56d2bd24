import multiprocessing
import shutil
import signal
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from policybot.errors import IndexLockedError
from policybot.index.serve.generation import current_generation, open_generation, verify_generation
from policybot.model import Policy
from tests.index.builder import build_and_die, build_when_told, count_steps
from tests.index.samples import POLICIES, build, contents, everything

OLD = POLICIES[:2]
NEW = POLICIES[1:]


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes forked from one that has the heavy imports done and no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.index.builder", "faiss", "filelock"])
    return context


def run(processes: ForkServerContext, target: Callable[..., None], *args: Any) -> BaseProcess:
    process = processes.Process(target=target, args=args)
    process.start()
    return process


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    texts = {}
    for name, policies in (("old", OLD), ("new", NEW)):
        folder = tmp_path_factory.mktemp(name)
        build(folder, policies)
        with open_generation(folder) as generation:
            texts[name] = everything(generation)
    return texts


@pytest.mark.parametrize("kills", [12, pytest.param(40, marks=pytest.mark.slow)])
def test_a_builder_killed_at_any_step_leaves_the_old_or_the_new_index_whole(
    processes: ForkServerContext, expected: dict[str, list[object]], tmp_path: Path, kills: int
) -> None:
    start = tmp_path / "start"
    build(start, OLD)
    ours, theirs = processes.Pipe()
    shutil.copytree(start, tmp_path / "counted")
    run(processes, count_steps, tmp_path / "counted", NEW, theirs).join(600)
    steps: int = ours.recv()
    assert steps > 80

    seen = set()
    # Evenly through the build, and each of the last steps, where the change is made.
    for at in sorted({*range(1, steps - 20, steps // kills), *range(steps - 20, steps, 2)}):
        index_path = Path(shutil.copytree(start, tmp_path / f"killed-{at}"))
        process = run(processes, build_and_die, index_path, NEW, at)
        process.join(600)
        assert process.exitcode == -signal.SIGKILL, f"step {at}"
        verify_generation(index_path)
        with open_generation(index_path) as generation:
            texts = everything(generation)
        which = [name for name in expected if expected[name] == texts]
        assert which, f"neither old nor new after step {at}"
        seen.update(which)
        build(index_path, NEW)
        with open_generation(index_path) as generation:
            assert everything(generation) == expected["new"]
        assert list(index_path.glob("generations/.*")) == []
        shutil.rmtree(index_path)
    assert seen == {"old", "new"}


def test_a_first_builder_killed_at_any_step_leaves_nothing_or_the_index_whole(
    processes: ForkServerContext, expected: dict[str, list[object]], tmp_path: Path
) -> None:
    for at in range(5, 120, 23):
        index_path = tmp_path / str(at)
        run(processes, build_and_die, index_path, NEW, at).join(600)
        if current_generation(index_path) is not None:
            verify_generation(index_path)
        build(index_path, NEW)
        with open_generation(index_path) as generation:
            assert everything(generation) == expected["new"]


def test_a_killed_builder_goes_on_where_it_was(
    processes: ForkServerContext, tmp_path: Path
) -> None:
    many = [Policy(f"p{at}", f"Title {at}", f"Sentence {at} a. And {at} b.") for at in range(400)]
    ours, theirs = processes.Pipe()
    run(processes, count_steps, tmp_path / "counted", many, theirs).join(600)
    # The last steps write files; well before them all 1,600 texts have been embedded.
    process = run(processes, build_and_die, tmp_path / "killed", many, ours.recv() - 60)
    process.join(600)
    assert process.exitcode == -signal.SIGKILL
    report = build(tmp_path / "killed", many)
    assert (report.embedded, report.reused) == (0, 1600)
    with (
        open_generation(tmp_path / "counted") as one,
        open_generation(tmp_path / "killed") as other,
    ):
        assert contents(one) == contents(other)


def test_a_second_builder_is_turned_away_at_once(
    processes: ForkServerContext, tmp_path: Path
) -> None:
    waiting, go = processes.Event(), processes.Event()
    process = run(processes, build_when_told, tmp_path, NEW, waiting, go)
    assert waiting.wait(60)
    with pytest.raises(IndexLockedError, match="another process"):
        build(tmp_path, OLD)
    go.set()
    process.join(600)
    assert process.exitcode == 0
    with open_generation(tmp_path) as generation:
        assert generation.policy_ordinal("tolls") is None


def test_the_lock_dies_with_its_process(processes: ForkServerContext, tmp_path: Path) -> None:
    waiting, go = processes.Event(), processes.Event()
    process = run(processes, build_when_told, tmp_path, OLD, waiting, go)
    assert waiting.wait(60)
    process.kill()
    process.join(600)
    assert build(tmp_path, NEW).policies == 3
