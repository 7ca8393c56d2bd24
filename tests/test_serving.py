"""What deploy/Containerfile installs, with a copied ``embeddings/``, serves without PyTorch.

Carrying the file out takes 15 s of CPU time and is slow; otherwise the same is asked of the
packages that pip would install, as they lie in the environment of the tests.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from botapi_server import BotApiServer
from tests.container import Container, built, stages
from tests.project import ROOT, indexed_project

QUESTION = "What are special funds for the Internet of Things used for?"
UNWANTED = ("torch", "transformers", "sentence_transformers", "onnx", "scipy")
PROBE = "import importlib.util as u, sys; print([m for m in sys.argv[1:] if u.find_spec(m)])"


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    """The container's files, with an index where it expects one."""
    made = built()
    home = tmp_path_factory.mktemp("container")
    shutil.copytree(made.home, home, dirs_exist_ok=True)
    index = indexed_project() / "embeddings"
    shutil.copytree(index, home / "embeddings", copy_function=os.link)
    return Container(home, made.python)


def run(container: Container, *arguments: str) -> str:
    done = subprocess.run(
        [container.python, *arguments],
        cwd=container.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout


def link_requirements(folder: Path) -> set[str]:
    """Link what pip installs for serving, and what that needs in turn; return the names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    left = [Requirement(line) for line in project["dependencies"]]
    seen: set[str] = set()
    while left:
        wanted = left.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        installed = distribution(wanted.name)
        for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(installed.locate_file(top))  # type: ignore[arg-type]
        for line in installed.requires or ():
            other = Requirement(line)
            extras = ("", *wanted.extras)
            if not other.marker or any(other.marker.evaluate({"extra": one}) for one in extras):
                left.append(other)
    return {Requirement(one).name for one in seen}


def test_the_requirements_suffice_for_serving_and_hold_nothing_that_only_indexing_needs(
    tmp_path: Path,
) -> None:
    names = link_requirements(tmp_path)
    assert {"numpy", "faiss-cpu", "anyio"} <= names
    python = [sys.executable, "-S", "-W", "error::ImportWarning"]
    environ = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT / 'src'}"}

    def told(*arguments: str) -> str:
        return subprocess.run(
            [*python, *arguments],
            cwd=indexed_project(),
            env=environ,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    assert told("-c", f"import policybot.bot.app\n{PROBE}", *UNWANTED).strip() == "[]"
    answer = json.loads(told("-m", "policybot", "ask", "--json", QUESTION))
    assert answer["answered"]
    assert answer["hits"]


@pytest.mark.slow
def test_nothing_that_only_indexing_needs_is_installed(container: Container) -> None:
    assert run(container, "-c", PROBE, *UNWANTED).strip() == "[]"


@pytest.mark.slow
def test_the_terminal_answers(container: Container) -> None:
    answer = json.loads(run(container, "-m", "policybot", "ask", "--json", QUESTION))
    assert answer["answered"]
    assert answer["hits"]
    assert "policies" in run(container, "-m", "policybot", "status")


@pytest.mark.slow
async def test_the_bot_answers_and_its_health_check_says_so(
    container: Container, tmp_path: Path
) -> None:
    final = stages()[-1]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, config = tmp_path / "token", tmp_path / "bot_config.toml"
    async with BotApiServer() as server:
        token.write_text(server.token, encoding="utf-8")
        token.chmod(0o400)
        shipped = (container.home / "bot_config.toml").read_text(encoding="utf-8")
        # Telegram's address and a free port in place of the container's own.
        text = shipped.replace("9464", str(port)).replace(
            "[telegram]\n", f'[telegram]\nbase_url = "{server.base_url}"\n'
        )
        text = text.replace('"state/', f'"{container.home}/state/')
        config.write_text(f'{text}\n[index]\npath = "{container.home}/embeddings"\n')
        settings = final.environment() | {
            "POLICYBOT_CONFIG": str(config),
            "POLICYBOT_TOKEN_FILE": str(token),
            "PATH": f"{container.python.parent}:{os.environ['PATH']}",
        }
        bot = await asyncio.create_subprocess_exec(
            *final.command("ENTRYPOINT"),
            *final.command("CMD"),
            cwd=container.home,
            env={**os.environ, **settings},
        )
        try:
            chat = server.private(server.user(first_name="Ada"))
            asked = chat.send(QUESTION)
            message = await chat.next_message(timeout=120)
            check = await asyncio.create_subprocess_exec(
                *(word.replace("9464", str(port)) for word in final.command("HEALTHCHECK")),
                env={**os.environ, **settings},
            )
            health = await check.wait()
        finally:
            bot.terminate()
            await asyncio.wait_for(bot.wait(), 15)
    assert message.reply_to is asked
    assert "Special Funds" in (message.text or "")
    assert (health, bot.returncode) == (0, 0)
