"""The log: short lines, never the token, never what an exception quotes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from botapi_server import BotApiServer
from policybot.bot.ops.logs import QUIET, request, set_up_logging
from policybot.config import LogConfig
from policybot.model import Answer
from tests.bot.conftest import Start

QUESTION = "Where does the rain fall?"
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


FORGED = 'rain?\n2026-01-01T00:00:00Z error root down \x1b[2J\x9b1A\u2028\u202e hits="9" level=x'


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_a_person_wrote_neither_ends_a_line_nor_moves_a_terminal(log: Log, form: str) -> None:
    set_up_logging(LogConfig(format="json" if form == "json" else "text"), TOKEN)
    logging.getLogger("policybot.test").info("a \x1b[2J", extra={"question": FORGED, "hits": 2})
    (line,) = log().split("\n")[:-1]
    assert line.isprintable()
    if form == "json":
        assert json.loads(line)["question"] == FORGED
    else:
        _, _, rest = line.partition(" question=")
        question, end = json.JSONDecoder().raw_decode(rest)
        assert (question, rest[end:]) == (FORGED, " hits=2")


def test_libraries_that_log_addresses_are_quiet_even_at_debug(log: Log) -> None:
    set_up_logging(LogConfig("debug"), TOKEN)
    for name in ("httpx", "httpcore.http11", "telegram.ext.Application"):
        logging.getLogger(name).info("HTTP Request: POST https://api.telegram.org/…")
    assert not log()


@pytest.mark.parametrize(("form", "said"), [("text", " request=7 "), ("json", '"request": "7"')])
def test_a_line_about_an_update_names_it(log: Log, form: str, said: str) -> None:
    set_up_logging(LogConfig(format="json" if form == "json" else "text"), TOKEN)
    logger = logging.getLogger("policybot.test")
    token = request.set("7")
    logger.info("answered", extra={"hits": 2})
    request.reset(token)
    assert said in log()
    logger.info("polling")
    assert "request" not in log()


async def test_every_line_of_an_update_has_its_id_also_those_of_other_threads(
    log: Log, start: Start, server: BotApiServer
) -> None:
    set_up_logging(LogConfig("info", "json"), TOKEN)
    running = await start()
    chat = server.private(server.user(first_name="Ann", language_code="en"))
    answer = running.engine.answer

    def search(question: str, **options: Any) -> Answer:
        logging.getLogger("policybot.search").info("searching")
        found: Answer = answer(question, **options)
        return found

    running.engine.answer = search
    server.fault("sendMessage", "bad_gateway")
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    (update,) = [u["update_id"] for c in server.calls_to("getUpdates") for u in c.result][:1]
    lines = [json.loads(line) for line in log().splitlines()]
    said = {line["message"].partition(" in ")[0] for line in lines if "request" in line}
    assert said == {"searching", "answered", "will send again"}
    assert {line["request"] for line in lines if "request" in line} == {str(update)}
    assert QUESTION not in json.dumps(lines)


async def test_questions_are_logged_only_where_that_is_configured_and_people_are_told(
    log: Log, start: Start, server: BotApiServer
) -> None:
    set_up_logging(LogConfig("info", "json"), TOKEN)
    await start(log=LogConfig(questions=True))
    chat = server.private(server.user(first_name="Ann", language_code="en"))
    chat.send(QUESTION)
    await chat.next_message(timeout=60)
    lines = [json.loads(line) for line in log().splitlines()]
    assert [line["question"] for line in lines if "question" in line] == [QUESTION]
    chat.send("/privacy")
    assert "writes every question into its log" in (await chat.next_message(timeout=60)).plain
