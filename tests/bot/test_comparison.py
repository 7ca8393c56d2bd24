"""What a person in Telegram sees of two texts that are compared, and of an earlier version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.answering.engine import Engine
from tests.answering.test_versions import FERRIES, HARBOURS, PORTS, TODAY
from tests.bot.conftest import Start
from tests.bot.fake_engine import FakeEngine
from tests.bot.test_relations import asked
from tests.small_index import open_small


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_small(tmp_path, [FERRIES, PORTS, HARBOURS], today=TODAY)
    yield opened
    opened.close()


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def test_two_texts_are_shown_in_one_message(start: Start, chat: Chat, engine: Engine) -> None:
    await start(cast("FakeEngine", engine))
    text = (await asked(chat, "What changed in the Ferry Safety Rules?")).text or ""
    assert text.startswith("- Ferry Safety Rules · 2012-02-01 · version 1 of 3, ")
    assert "Article 1. A ferry carries a lifebelt jacket for every passenger." in text
    assert "1 paragraph is the same" in text


async def test_an_earlier_version_is_told_with_its_days(
    start: Start, chat: Chat, engine: Engine
) -> None:
    await start(cast("FakeEngine", engine))
    text = (await asked(chat, "Were the Ferry Safety Rules in force on 1 May 2013?")).text or ""
    said = "version 1 of 3, 2012-03-01 to 2013-12-31; a later version from 2014-01-01"
    assert said in text


async def test_what_cannot_be_compared_is_said(start: Start, chat: Chat, engine: Engine) -> None:
    await start(cast("FakeEngine", engine))
    text = (await asked(chat, "What changed in the Harbour Charges Order?")).text or ""
    assert "Nothing to compare: name two texts" in text
