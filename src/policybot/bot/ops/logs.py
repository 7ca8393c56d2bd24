"""Logging of the bot and the server: one line per record, text or JSON, with tokens redacted.

Questions are logged only where the configuration says so; every line about an update carries its
number as ``request``.
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
"""The number of the update under way, as Telegram assigned it; the same after a restart."""

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
"""Libraries that log URLs with the token, or whole updates, below WARNING."""

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class _Line(logging.Formatter):
    """Formats a record as one line; an exception as its type and places, without its message."""

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
    """Return a value as it is, or quoted where it could be read as several."""
    plain = value.isprintable() and not set(value) & set('"=')
    return value if plain else json.dumps(value, ensure_ascii=False)


def _visible(line: str) -> str:
    """Escape, as JSON does, characters that end a line or control a terminal."""
    if line.isprintable():
        return line
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def describe(error: BaseException) -> str:
    """Return an exception's type and where it was raised; its message may quote a question."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in reversed(frames))
    return f"{type(error).__name__} at {places}" if places else type(error).__name__


def set_up_logging(config: LogConfig, *tokens: str) -> None:
    """Log to standard error as configured, with the tokens redacted."""
    handler = logging.StreamHandler(sys.stderr)
    # A bot token's part after the colon is the secret; redact it where it appears alone, too.
    secrets = [part for token in tokens for part in (token, token.partition(":")[2]) if part]
    handler.setFormatter(_Line(tuple(secrets), as_json=config.format == "json"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config.level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # It logs every malformed request, and anybody can send those.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    # It logs every answer it cannot parse, in full, with a traceback; receive.py and sending.py
    # log the same in one line.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
    logging.captureWarnings(capture=True)
