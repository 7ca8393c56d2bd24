"""The log: short lines, never the token, never what an exception quotes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator

import pytest

from policybot.config import LogConfig
from policybot.telegram.logs import QUIET, set_up_logging

TOKEN = "123456789:AAsecret-part_of-the-token"


Log = Callable[[], str]


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """Read what was logged so far; put logging back as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in (*QUIET, "telegram.request")}
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    logging.captureWarnings(capture=False)


def fail() -> None:
    raise ValueError("Where does the rain fall?")


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_token_is_cut_out_wherever_it_stands(log: Log, form: str) -> None:
    set_up_logging(LogConfig("debug", "json" if form == "json" else "text"), TOKEN)
    logger = logging.getLogger("policybot.test")
    logger.debug("https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.info("half", extra={"part": TOKEN.partition(":")[2]})
    lines = log()
    assert "secret-part" not in lines
    assert lines.count("[token]") == 2


def test_an_exception_shows_its_type_and_place_only(log: Log) -> None:
    set_up_logging(LogConfig(), TOKEN)
    try:
        fail()
    except ValueError:
        logging.getLogger("policybot.test").exception("failed")
    lines = log()
    assert "error=ValueError at test_logs.py:" in lines
    assert "rain" not in lines
    assert lines.count("\n") == 1


def test_lines_may_be_json(log: Log) -> None:
    set_up_logging(LogConfig(format="json"), TOKEN)
    logging.getLogger("policybot.test").info("answered\ntwice", extra={"hits": 2})
    line = json.loads(log())
    assert (line["level"], line["message"], line["hits"]) == ("info", "answered twice", 2)


def test_libraries_that_log_addresses_are_quiet_even_at_debug(log: Log) -> None:
    set_up_logging(LogConfig("debug"), TOKEN)
    for name in ("httpx", "httpcore.http11", "telegram.ext.Application"):
        logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/…")
    assert not log()
