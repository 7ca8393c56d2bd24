"""What a person in Telegram sees of policies that were replaced, repealed or amended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.world import Message
from policybot.answering.engine import Engine
from policybot.bot.store.answers import load_answer, load_hits
from policybot.config import Config, IndexConfig
from tests.bot.conftest import Start
from tests.bot.fake_engine import FakeEngine
from tests.fake_encoder import FakeEncoder
from tests.small_index import open_small, policy

POLICIES = (
    policy("radio", "Notice on Radio", "Frequencies are allotted to everybody.", "2010-05-03"),
    policy("ships", "Notice on Ships", "Ships call.", "2009", implements="radio"),
    policy("measures", "Measures for Radio", "Radio is free.", "2013", replaces="radio"),
    policy("law", "Radio <Law>", "All is free.", replaces="measures", amends="radio"),
)
QUESTION = "Who are frequencies allotted to?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("related")
    open_small(folder, POLICIES).close()
    return folder


@pytest.fixture
def engine(index: Path) -> Iterator[FakeEngine]:
    opened = Engine(Config(index=IndexConfig(path=index)), encoder=FakeEncoder())
    yield cast("FakeEngine", opened)
    opened.close()


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


async def asked(chat: Chat, text: str) -> Message:
    chat.send(text)
    return await chat.next_message(timeout=60)


async def test_an_answer_says_at_once_what_replaced_it(
    start: Start, chat: Chat, engine: FakeEngine
) -> None:
    await start(engine)
    answer = await asked(chat, QUESTION)
    lines = answer.plain.splitlines()
    assert lines[0] == "Notice on Radio"
    assert lines[2:4] == [
        "⚠ Replaced by Measures for Radio (2013)",
        "⚠ Amended by Radio <Law> (not stated)",
    ]
    assert lines[4].startswith("no longer in force today, ")
    assert lines[6] == "Frequencies are allotted to everybody."


async def test_the_newer_one_is_a_button_away_and_says_the_same_of_itself(
    start: Start, chat: Chat, engine: FakeEngine, server: BotApiServer
) -> None:
    await start(engine)
    answer = await asked(chat, QUESTION)
    assert answer.rows[0][0].text == "Replaced by Measures for Radio"
    await chat.press(answer, "Replaced by Measures for Radio").answered()
    newer = await chat.next_message()
    assert newer.plain.startswith("Measures for Radio\n")
    await chat.press(newer, "Replaced by Radio <Law>").answered()
    assert (await chat.next_message()).plain.startswith("Radio <Law>\n")
    assert not server.refusals


async def test_the_button_works_after_a_restart_with_another_index(
    start: Start, chat: Chat, engine: FakeEngine, tmp_path: Path
) -> None:
    first = await start(engine)
    answer = await asked(chat, QUESTION)
    await first.stop()
    other = open_small(tmp_path, POLICIES[:3])
    await start(cast("FakeEngine", other))
    await chat.press(answer, "Replaced by Measures for Radio").answered()
    assert (await chat.next_message()).plain.startswith("Measures for Radio\n")
    await chat.press(answer, "Amended by Radio <Law>").answered()
    assert (await chat.next_message()).plain.startswith("I found no policy called “law”.")
    other.close()


@pytest.mark.parametrize("detail", ["0-9", "7-0", "x-0", "0", "0-"])
async def test_forged_data_gets_a_polite_answer(
    start: Start, chat: Chat, engine: FakeEngine, detail: str
) -> None:
    await start(engine)
    answer = await asked(chat, QUESTION)
    id_ = (answer.buttons[0].data or "").split(".")[1]
    reply = await chat.press(answer, data=f"r.{id_}.{detail}").answered()
    assert reply["text"] == "This button no longer works. Please ask again."


async def test_a_list_marks_what_was_replaced(start: Start, chat: Chat, engine: FakeEngine) -> None:
    await start(engine)
    lines = (await asked(chat, "/list")).plain.splitlines()
    assert "2. 2010-05-03 – Notice on Radio – issuer not stated ⚠ replaced" in lines
    assert "1. 2009 – Notice on Ships – issuer not stated" in lines


async def test_a_question_of_relations_says_how_it_was_read(
    start: Start, chat: Chat, engine: FakeEngine
) -> None:
    await start(engine)
    answer = await asked(chat, "What replaced the notice on radio?")
    assert answer.plain.startswith("Measures for Radio\n")
    assert answer.plain.endswith("Read as: what replaces “Notice on Radio”")
    chosen = await asked(chat, "Which policies did the Radio Law replace?")
    assert chosen.plain.endswith("Read as: what “Radio <Law>” replaces")
    every = await asked(chat, "Which policies have been amended?")
    assert every.plain.endswith("Read as: amended policies")


async def test_no_such_relation_is_said_with_the_policy_it_was_asked_of(
    start: Start, chat: Chat, engine: FakeEngine, server: BotApiServer
) -> None:
    await start(engine)
    refused = (await asked(chat, "Have the Measures for Radio been amended?")).plain
    assert refused.startswith(
        "The policies here say nothing about that.\nRead as: what amends “Measures for Radio”"
    )
    assert "1. 2013 – Measures for Radio – issuer not stated ⚠ replaced" in refused
    other = server.private(server.user(first_name="Li", language_code="zh-hans"))
    shown = (await asked(other, "《Notice on Radio》被什么取代？")).plain
    assert shown.endswith("理解为：取代“Notice on Radio”的政策")


async def test_where_questions_are_not_kept_neither_is_a_policys_name_in_them(
    start: Start, chat: Chat, engine: FakeEngine
) -> None:
    await start(engine, retention_days=0)
    refused = await asked(chat, "What replaced the notice on secret affairs?")
    assert "secret" not in refused.plain


async def test_answers_kept_before_relations_were_shown_still_open(
    start: Start, chat: Chat, engine: FakeEngine, tmp_path: Path
) -> None:
    running = await start(engine)
    answer = await asked(chat, QUESTION)
    await running.stop()
    id_ = (answer.buttons[0].data or "").split(".")[1]
    with sqlite3.connect(tmp_path / "state.sqlite") as db:
        body: dict[str, Any] = json.loads(db.execute("SELECT body FROM answers").fetchone()[0])
        body["entries"] = [entry[:6] for entry in body["entries"]]
        db.execute("UPDATE answers SET body = ?", (json.dumps(body),))
        shown = load_answer(db, id_)
        assert shown is not None
        (hit,) = load_hits(db, shown.entries[:1])
    assert hit is not None
    assert (hit.policy.id, hit.affected_by) == ("radio", ())
