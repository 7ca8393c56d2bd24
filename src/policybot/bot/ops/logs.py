"""The log of the bot and of the server: short lines, as text or JSON, never with the token in them.

What people asked is in them only where the configuration says so; every line about an update names
it, as ``request``.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from typing import Any

from policybot.config import LogConfig

REDACTED = "[token]"

request: ContextVar[str | None] = ContextVar("request", default=None)
"""The update that is being dealt with: its number at Telegram, the same after a restart."""

QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "tornado",
    "asyncio",
    "aiolimiter",
    "matplotlib",
    *("fontTools", "fpdf"),
    "PIL",
    *("faiss", "mcp"),
)
"""Libraries that log addresses (with the token in them) or whole updates when they are let."""

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class _Line(logging.Formatter):
    """One line a record; of an exception the type and the places, not what it says."""

    def __init__(self, secrets: tuple[str, ...], *, as_json: bool) -> None:
        super().__init__()
        self._secrets = secrets
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        fields: dict[str, Any] = {
            "time": when,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": " ".join(record.getMessage().split()),
        }
        if (update := request.get()) is not None:
            fields["request"] = update
        fields |= {k: v for k, v in record.__dict__.items() if k not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"] = describe(record.exc_info[1])
        if self._as_json:
            line = json.dumps(fields, ensure_ascii=False, default=str)
        else:
            head = [fields.pop(k) for k in ("time", "level", "logger", "message")]
            line = " ".join([*head, *(f"{k}={_quoted(str(v))}" for k, v in fields.items())])
        line = _visible(line)
        for secret in self._secrets:
            line = line.replace(secret, REDACTED)
        return line


def _quoted(value: str) -> str:
    """Return a value as it stands, or in quotes where it could be read as more than one."""
    plain = value.isprintable() and not set(value) & set('"=')
    return value if plain else json.dumps(value, ensure_ascii=False)


def _visible(line: str) -> str:
    """Escape, as JSON does, what would end the line or tell a terminal something."""
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def describe(error: BaseException) -> str:
    """Return an exception's type and where it was raised; its message may quote a question."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
    return f"{type(error).__name__} at {places}" if places else type(error).__name__


def set_up_logging(config: LogConfig, *tokens: str) -> None:
    """Send everything to standard error as configured, with the tokens cut out of every line."""
    handler = logging.StreamHandler(sys.stderr)
    # The part of a bot's after the colon is the secret; it must not stand alone either.
    secrets = [part for token in tokens for part in (token, token.partition(":")[2]) if part]
    handler.setFormatter(_Line(tuple(secrets), as_json=config.format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It has a line for every request that is none, and anybody may send those.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    # It logs every answer it cannot parse, whole, with a traceback; receive.py and sending.py say
    # the same in a line.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
