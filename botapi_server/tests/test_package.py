"""The package stands by itself, and its README.md is true of it."""

import ast
import re
import sys
from pathlib import Path
from typing import Any, get_args

import botapi_server
from botapi_server.faults import Kind
from botapi_server.front import METHODS

PACKAGE = Path(botapi_server.__file__).parent
README = (PACKAGE / "README.md").read_text("utf-8")


def imported(module: Path) -> set[str]:
    """Return the top-level names that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            found.add(node.module.partition(".")[0])
    return found


def test_it_needs_aiohttp_and_nothing_else() -> None:
    modules = list(PACKAGE.glob("*.py"))
    assert len(modules) > 15
    names = set[str]().union(*map(imported, modules)) - set(sys.stdlib_module_names)
    assert names == {"aiohttp", "botapi_server"}


async def test_the_example_of_the_readme_runs() -> None:
    example = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[0]
    space: dict[str, Any] = {}
    exec(compile(example, "README.md", "exec"), space)
    await space["test_the_bot_answers"]()


def test_the_second_example_of_the_readme_drives_a_process(tmp_path: Path) -> None:
    example = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[1]
    bot = tmp_path / "bot.py"
    bot.write_text(BOT)
    asked = '["my-bot"]'
    assert asked in example
    space: dict[str, Any] = {}
    example = example.replace(asked, repr([sys.executable, str(bot)]))
    exec(compile(example, "README.md", "exec"), space)
    space["test_the_process_answers"]()


BOT = """
import asyncio, os
from telegram import Bot

async def main():
    async with Bot(os.environ["BOT_TOKEN"], base_url=os.environ["BOT_API_URL"]) as bot:
        for update in await bot.get_updates(timeout=60):
            await update.message.reply_text("pong")

asyncio.run(main())
"""


async def test_every_method_of_the_readme_is_there_and_no_other() -> None:
    named = README.split("- Methods: ")[1].split("and those of commands")[0]
    methods = set(re.findall(r"`(\w+)(?:\(s\))?`", named))
    known = {name for name in METHODS if not re.search("command|name|description|menu", name)}
    assert {name.lower() for name in methods} | {"deletemessages"} == known | {"getupdates"}


def test_faults_of_the_docstring_are_those_there_are() -> None:
    table = (botapi_server.__doc__ or "").split("    ====")[1].split("\n", 1)[1]
    assert set(re.findall(r"^    (\w+) {2,}", table, re.MULTILINE)) == set(get_args(Kind))
