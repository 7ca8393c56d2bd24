"""Shared by the commands: configuration, opening the engine, dates, colour, progress."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policybot.config import Config, load_config
from policybot.errors import ConfigError, DateError

if TYPE_CHECKING:
    from policybot.answering.engine import Engine
    from policybot.model import IndexInfo
    from policybot.progress import Progress
    from policybot.query.conditions import Condition


def configuration(context: click.Context) -> Config:
    """Return the configuration that ``--config`` names, or the default one."""
    file: str | None = context.find_root().obj
    return load_config(file)


@contextlib.contextmanager
def engine_of(context: click.Context) -> Iterator[Engine]:
    """Open the engine for a command within the block."""
    from policybot.answering.engine import open_engine

    engine = open_engine(configuration(context))
    try:
        yield engine
    finally:
        engine.close()


def conditions_of(
    issuers: tuple[str, ...], since: str | None, until: str | None
) -> tuple[Condition, ...]:
    """Return the conditions of the options --issuer, --since and --until.

    Raises:
        click.BadParameter: a date cannot be read.
    """
    from policybot.corpus.dates import parse_date
    from policybot.query.conditions import IssuedBy, IssuedIn

    days = []
    for name, text in (("--since", since), ("--until", until)):
        try:
            days.append(parse_date(text) if text is not None else None)
        except DateError as error:
            raise click.BadParameter(str(error), param_hint=name) from None
    first, last = days
    if first and last and first.first > last.last:
        raise click.BadParameter(f"{first} is after --until {last}", param_hint="--since")
    given: list[Condition] = [IssuedBy(issuers)] if issuers else []
    if first or last:
        given.append(IssuedIn(((first.first if first else None, last.last if last else None),)))
    return tuple(given)


def need(extra: str, *modules: str) -> None:
    """Check that the modules of an extra are installed.

    Raises:
        ConfigError: one is missing; the message says how to install it.
    """
    import importlib.util

    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"{', '.join(missing)}: not installed; run: pip install 'policybot[{extra}]'"
        )


def check_writable(file: Path) -> None:
    """Fail early if a file cannot be written.

    Raises:
        ConfigError: its folder does not exist, or permission is denied.
    """
    if not file.parent.is_dir():
        raise ConfigError(f"{file}: cannot be written: {file.parent} is not a folder")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise ConfigError(f"{file}: cannot be written: permission denied")


def counted(count: int, one: str, many: str) -> str:
    """Return "1 policy" or "2 policies", given both forms of the noun."""
    return f"{count} {one if count == 1 else many}"


def coverage(info: IndexInfo) -> str:
    """Return how many policies there are and, where any has a date, their first and last date."""
    policies = counted(info.documents, "policy", "policies")
    if info.first is None or info.last is None:
        return policies
    return f"{policies}, {info.first} to {info.last}"


def coloured() -> bool:
    """Return whether standard output is a terminal and colour is not disabled (no-color.org)."""
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]], *, header: bool = True) -> None:
    """Print a table on a terminal, or tab-separated lines in a pipe, with ``header`` if set."""
    if not sys.stdout.isatty():
        for row in [columns, *rows] if header else rows:
            click.echo("\t".join(row))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text(cell, overflow="fold") for cell in row))
    Console().print(drawn)


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield a function that shows ``(stage, done, total)`` with the rate and time left.

    On a terminal it draws a bar, elsewhere it writes a line every ten seconds. Work that ends
    within a second shows nothing.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    started = time.monotonic()
    shown_at = started
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        tasks: dict[str, TaskID] = {}
        begun: dict[str, float] = {}

        def show(stage: str, done: int, total: int) -> None:
            nonlocal shown_at
            now = time.monotonic()
            begun.setdefault(stage, now)
            rate = done / (now - begun[stage]) if now > begun[stage] else 0.0
            if console.is_terminal:
                if now - started < 1.0:
                    return
                if stage not in tasks:
                    tasks[stage] = bar.add_task(stage, total=total, rate="")
                bar.update(tasks[stage], completed=done, total=total, rate=f"{rate:.3g}/s")
            elif now - shown_at >= 10.0:
                shown_at = now
                of = f" of {total}" if total else ""
                left = f", {(total - done) / rate:.0f} s left" if total and rate else ""
                click.echo(f"{stage}: {done}{of} ({rate:.3g}/s{left})", err=True)

        yield show
