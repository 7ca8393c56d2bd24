"""A server over a small corpus, on loopback: a thread of this process, or a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
import uvicorn

from policybot.answering.engine import Engine
from policybot.bot.ops.listening import listen_on
from policybot.config import ServeConfig
from policybot.model import Policy
from policybot.serve.app import application
from policybot.serve.connections import proxies_of, uvicorn_settings
from policybot.serve.service import service_of
from tests.small_index import POLICIES, open_small, policy

ORDINANCE = policy(
    "harbour-ordinance",
    "Harbour Ordinance",
    "## Part 1 General\n\nArticle 1 Ships pay harbour dues.\n\n"
    "Article 2 The harbour master may, with the consent of the council:\n\n"
    "(a) close a berth;\n\n(b) move a ship. A ship that is moved under Article 1 pays nothing.\n\n"
    "## Part 2 Pilots\n\nArticle 3 Pilots come aboard outside the harbour.",
    "2014-02-01",
    ["Ministry of Transport"],
    "Ordinance No. 3",
    amends="ships",
)
SCRIPTS = policy(
    "scripts",
    "<script>document.title = 'taken'</script> Notice \"on\" 'markup' & more",
    "<img src=x onerror=\"document.title='taken'\"> <script>document.title = 'taken'</script>\n\n"
    "## </h2><script>document.title = 'taken'</script>\n\n"
    "Markup is shown as it stands: </script><script>document.title = 'taken'</script>",
    "2014-03-01",
    ["<b>Ministry</b> of Markup"],
)
CORPUS = (*POLICIES, ORDINANCE, SCRIPTS)


@contextlib.contextmanager
def served(
    folder: Path,
    policies: Iterable[Policy] = CORPUS,
    *,
    tokens: tuple[str, ...] = (),
    config: ServeConfig | None = None,
) -> Iterator[str]:
    """Serve policies meanwhile, from a thread, and give the address without a slash at the end."""
    engine = open_small(folder, policies)
    with served_from(engine, tokens=tokens, config=config) as base:
        yield base


@contextlib.contextmanager
def served_from(
    engine: Engine, *, tokens: tuple[str, ...] = (), config: ServeConfig | None = None
) -> Iterator[str]:
    """Serve what an engine answers meanwhile, from a thread, and give the address."""
    config = config or ServeConfig(per_minute=1_000_000)
    service = service_of(dataclasses.replace(engine.config, serve=config), engine)
    bound = listen_on("127.0.0.1:0", "test")
    settings = uvicorn_settings(proxies_of(config.proxies))
    server = uvicorn.Server(uvicorn.Config(application(service, tokens=tokens), **settings))
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve(sockets=[bound])), name="server"
    )
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(120)
        bound.close()


def get(base: str, path: str, **params: object) -> httpx.Response:
    """Get an address of the server."""
    with httpx.Client(base_url=base, trust_env=False, timeout=120) as client:
        return client.get(path, params=params or None)  # type: ignore[arg-type]


@contextlib.contextmanager
def serving_process(folder: Path, *options: str, **environ: str) -> Iterator[str]:
    """Run ``policybot serve`` in a folder meanwhile, and give its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "policybot", "serve", "--listen", "127.0.0.1:0", *options],
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "error", **environ},
    )
    assert process.stderr is not None
    try:
        lines: list[str] = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("serving "):
                break
        assert "serving http://" in "".join(lines[-1:]), "".join(lines)
        yield lines[-1].split()[1].rstrip("/")
    finally:
        process.terminate()
        process.communicate(timeout=120)
        code = process.returncode
    assert code == 0
