"""What serving imports, and what other commands do not import for it."""

from __future__ import annotations

import subprocess
import sys

from tests.project import indexed_project, policybot_process
from tests.serve.site import get

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "onnx",
    "scipy",
    "telegram",
    "matplotlib",
)


def imported(code: str, *names: str) -> list[str]:
    """Return which of some modules a piece of code brings in."""
    probe = f"import sys\n{code}\nprint([n for n in {names!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = eval(done.stdout.splitlines()[-1])  # a list that the line above printed
    return found


def test_serving_imports_nothing_that_only_indexing_or_the_bot_needs() -> None:
    modules = (f"policybot.serve.{name}" for name in ("app", "mcp", "page.site"))
    assert imported(f"import {', '.join(modules)}", *HEAVY) == []


def test_other_commands_do_not_import_the_server() -> None:
    code = "from policybot.cli import cli, asking, serving"
    assert imported(code, "starlette", "uvicorn", "jinja2", "mcp", "pydantic") == []


def test_the_server_answers_as_a_process(project_server: str) -> None:
    assert get(project_server, "/healthz").json()["ok"]
    assert "<html" in get(project_server, "/").text


def test_an_address_that_is_taken_is_named(project_server: str) -> None:
    address = project_server.removeprefix("http://")
    done = policybot_process("serve", "--listen", address, folder=indexed_project())
    assert done.returncode == 2
    assert f"--listen = '{address}'" in done.stderr
    assert "Traceback" not in done.stderr
