"""What deploy/Containerfile installs, with a copied ``embeddings/``, serves without PyTorch."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from botapi_server import BotApiServer
from tests.container import Container, built, stages
from tests.project import indexed_project

QUESTION = "What are special funds for the Internet of Things used for?"
UNWANTED = ("torch", "transformers", "sentence_transformers", "onnx", "scipy")


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


def test_nothing_that_only_indexing_needs_is_installed(container: Container) -> None:
    probe = "import importlib.util as u, sys; print([m for m in sys.argv[1:] if u.find_spec(m)])"
    assert run(container, "-c", probe, *UNWANTED).strip() == "[]"


def test_the_terminal_answers(container: Container) -> None:
    answer = json.loads(run(container, "-m", "policybot", "ask", "--json", QUESTION))
    assert answer["answered"]
    assert answer["hits"]
    assert "policies" in run(container, "-m", "policybot", "status")


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
