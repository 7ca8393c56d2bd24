"""The log: short lines, never the token, never what an exception quotes."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from policybot.config import LogConfig
from policybot.telegram.logs import QUIET, set_up_logging

TOKEN = "123456789:AAsecret-part_of-the-token"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*QUIET, "telegram.request")}
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(capture=False)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_token_is_cut_out_wherever_it_stands(log: io.StringIO, form: str) -> None:
    set_up_logging(LogConfig("debug", "json" if form == "json" else "text"), TOKEN)
    logger = logging.getLogger("policybot.test")
    logger.debug("https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.info("half", extra={"part": TOKEN.partition(":")[2]})
    assert "secret-part" not in log.getvalue()
    assert log.getvalue().count("[token]") == 2


def test_an_exception_shows_its_type_and_place_only(log: io.StringIO) -> None:
    set_up_logging(LogConfig(), TOKEN)
    try:
        raise ValueError("Where does the rain fall?")
    except ValueError:
        logging.getLogger("policybot.test").exception("failed")
    assert "error=ValueError at test_logs.py:" in log.getvalue()
    assert "rain" not in log.getvalue()
    assert log.getvalue().count("\n") == 1


def test_lines_may_be_json(log: io.StringIO) -> None:
    set_up_logging(LogConfig(format="json"), TOKEN)
    logging.getLogger("policybot.test").info("answered\ntwice", extra={"hits": 2})
    line = json.loads(log.getvalue())
    assert (line["level"], line["message"], line["hits"]) == ("info", "answered twice", 2)


def test_libraries_that_log_addresses_are_quiet_even_at_debug(log: io.StringIO) -> None:
    set_up_logging(LogConfig("debug"), TOKEN)
    for name in ("httpx", "httpcore.http11", "telegram.ext.Application"):
        logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/…")
    assert not log.getvalue()
