"""Checks of this machine: the configuration file, the state, the disk and the clock."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.util
import ipaddress
import os
import shutil
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from policybot.backends.milvus.server import TOKEN
from policybot.bot.store.state import reading_state
from policybot.config import Config
from policybot.doctor.finding import Finding, ok, problem, skipped, warning
from policybot.doctor.openness import open_to_all, replaceable
from policybot.errors import ConfigError, IndexUnusableError, UnavailableError
from policybot.index.serve.store import store_of
from policybot.render.fonts import CURE, chinese_font
from policybot.render.pdf import can_be_pdf

LITTLE = 256 << 20
"""Bytes of free disk space below which there is a problem."""

COMFORTABLE = 1 << 30
"""Bytes of free disk space that are enough, unless rebuilding the index needs more."""

_WRITTEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""The date of this program; an earlier time means that the clock is wrong."""


def configuration(config: Config) -> Iterator[Finding]:
    """Check the configuration, and who may change it."""
    telegram, listen = config.telegram, config.metrics.listen
    if config.file is None:
        yield ok("config", "no bot_config.toml here: the defaults apply")
    else:
        findings = [*open_to_all("config", [config.file], "change it")]
        findings += replaceable("config", config.file)
        yield from findings or [ok("config", f"{config.file}: read")]
    if telegram.mode == "webhook" and urlsplit(telegram.webhook_url or "").scheme != "https":
        yield problem(
            "config",
            f"[telegram] webhook_url = {telegram.webhook_url!r}: Telegram calls https only",
            "name the public https address that leads to webhook_listen",
        )
    base = urlsplit(telegram.base_url)
    if base.scheme != "https" and not _is_loopback(base.hostname or ""):
        yield problem(
            "config",
            f"[telegram] base_url = {telegram.base_url!r}: the token would be sent unencrypted",
            "use https, or a Bot API server on this machine",
        )
    uri = urlsplit(config.index.uri or "")
    if os.environ.get(TOKEN) and uri.scheme == "http" and not _is_loopback(uri.hostname or ""):
        yield warning(
            "config",
            f"[index] uri = {config.index.uri!r}: the server's token travels in the clear",
            "use https, or a network of your own",
        )
    if listen and importlib.util.find_spec("prometheus_client") is None:
        yield warning(
            "config", "[metrics] listen: /metrics is empty without prometheus-client",
            "pip install 'policybot[metrics]'",
        )  # fmt: skip
    if listen and not _is_loopback(listen.rpartition(":")[0].strip("[]") or "127.0.0.1"):
        yield warning(
            "config", f"[metrics] listen = {listen!r}: whoever can reach it can read the metrics",
            "listen on 127.0.0.1, or let a firewall decide who reaches it",
        )  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def state(config: Config) -> Iterator[Finding]:
    """Check the bot's state file: who may read it, and whether the bot can."""
    path = config.telegram.state
    if not path.exists():
        folder = next(parent for parent in path.absolute().parents if parent.exists())
        if os.access(folder, os.W_OK | os.X_OK):
            yield ok("state", f"{path}: not there yet; the bot makes it")
        else:
            yield problem(
                "state", f"{path}: cannot be made: {folder} is not writable",
                "run the bot as the owner of that folder, or name another under [telegram] state",
            )  # fmt: skip
        return
    yield from replaceable("state", path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield problem("state", f"{path}: can be read by others", f"chmod 600 {path}")
    if not os.access(path, os.R_OK | os.W_OK):
        yield problem(
            "state", f"{path}: not writable for this user", "run as the user that runs the bot"
        )
        return
    try:
        with reading_state(path) as db:
            (waiting,) = db.execute("SELECT COUNT(*) FROM inbox WHERE body IS NOT NULL").fetchone()
    except ConfigError as error:
        yield warning("state", str(error))
        return
    yield ok("state", f"{path}: opens; {waiting} updates wait in it")


def disk(config: Config) -> Iterator[Finding]:
    """Check the free disk space where the bot and the index write."""
    needed = max(COMFORTABLE, 2 * _size_of_index(config))
    seen: set[int] = set()
    for path in (config.index.path, config.telegram.state.parent):
        folder = next(p for p in (path.absolute(), *path.absolute().parents) if p.exists())
        if folder.stat().st_dev in seen:
            continue
        seen.add(folder.stat().st_dev)
        free = shutil.disk_usage(folder).free
        space = f"{folder}: {free / (1 << 30):.1f} GiB free"
        if free < LITTLE:
            yield problem(
                "disk", space, "free some space: neither the state nor an index can be written"
            )
        elif free < needed:
            wanted = f"{needed / (1 << 30):.1f} GiB"
            yield warning("disk", space, f"make room: building the index again may take {wanted}")
        else:
            yield ok("disk", space)


def _size_of_index(config: Config) -> int:
    """Return the size of the live generation in bytes; 0 if there is none."""
    try:
        return sum(file.size for file in store_of(config.index).manifest().files.values())
    except (IndexUnusableError, UnavailableError):
        return 0


def clock(config: Config) -> Iterator[Finding]:
    """Check that the time is plausible; ``remote`` compares it with Telegram's."""
    now, known = dt.datetime.now(tz=dt.UTC), _WRITTEN
    with contextlib.suppress(IndexUnusableError, UnavailableError):
        known = max(known, dt.datetime.fromisoformat(store_of(config.index).manifest().created))
    time = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < known - dt.timedelta(minutes=1):
        yield problem(
            "clock",
            f"{time} is before {known:%Y-%m-%d %H:%M:%S}, which is in the past",
            'set the clock: Telegram\'s certificate, "last year" and retention depend on it',
        )
    else:
        yield ok("clock", time)


def picture() -> Iterator[Finding]:
    """Check that timelines can be drawn and PDFs written, including Chinese text."""
    if importlib.util.find_spec("matplotlib") is None:
        yield skipped(
            "picture",
            "neither /timeline's picture nor PDFs: pip install 'policybot[plots]'",
        )
        return
    font = chinese_font()
    if font is None:
        yield warning(
            "picture",
            "no font here has Chinese: such names are numbered in the picture, and such policies "
            "come as Word documents, not as PDFs",
            CURE,
        )
    else:
        yield ok("picture", f"{font} writes Chinese, in pictures and PDFs")
    if not can_be_pdf():
        yield warning("picture", "there are no PDFs: fpdf2 is missing", "pip install fpdf2")
