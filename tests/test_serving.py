"""The base install and a copied ``embeddings/`` serve, on a machine that never had PyTorch."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.botapi import BotApiServer
from tests.project import ROOT, indexed_project

QUESTION = "What are special funds for the Internet of Things used for?"
UNWANTED = ("torch", "transformers", "sentence_transformers", "onnx", "scipy")


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def install_base(folder: Path) -> Path:
    """Install the wheel of this checkout, without extras, and return the environment's Python."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("policybot-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(*pip, "--python", python, "install", "--quiet", wheel, "-c", constraints, cwd=folder)
    return python


async def test_a_base_install_with_a_copied_index_answers_without_pytorch(tmp_path: Path) -> None:
    python = install_base(tmp_path)
    probe = "import importlib.util as u, sys; print([m for m in sys.argv[1:] if u.find_spec(m)])"
    assert run(python, "-c", probe, *UNWANTED, cwd=tmp_path).strip() == "[]"

    home = tmp_path / "home"
    shutil.copytree(indexed_project() / "embeddings", home / "embeddings")
    answer = json.loads(run(python, "-m", "policybot", "ask", "--json", QUESTION, cwd=home))
    assert answer["answered"]
    assert answer["hits"]
    assert "policies" in run(python, "-m", "policybot", "status", cwd=home)

    async with BotApiServer() as server:
        (home / "bot_config.toml").write_text(f'[telegram]\nbase_url = "{server.base_url}"\n')
        bot = await asyncio.create_subprocess_exec(
            python,
            *("-m", "policybot", "bot"),
            cwd=home,
            env={**os.environ, "POLICYBOT_TOKEN": server.token},
        )
        try:
            chat = server.private(server.user(first_name="Ada"))
            asked = chat.send(QUESTION)
            message = await chat.next_message(timeout=30)
        finally:
            bot.terminate()
            await asyncio.wait_for(bot.wait(), 15)
    assert message.reply_to is asked
    assert answer["hits"][0]["policy"]["title"] in (message.text or "")
