"""Starting without an index, losing the state; what Telegram shows of the bot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from policybot.answering.engine import Engine
from policybot.bot.late_engine import LateEngine
from policybot.config import Config
from policybot.errors import IndexUnusableError
from policybot.render.telegram.texts import LANGUAGES, label
from tests.bot.conftest import Running, Start, until
from tests.bot.fake_engine import FakeEngine, as_engine


@pytest.fixture
def chat(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Ann", language_code="en"))


@pytest.fixture
def admin(server: BotApiServer) -> Chat:
    return server.private(server.user(first_name="Root", language_code="en"))


class Late:
    """An index that is there only after ``made``."""

    def __init__(self) -> None:
        self.made = False

    def open(self, _: Config) -> Engine:
        if not self.made:
            raise IndexUnusableError("there is no index: run `policybot index`")
        return as_engine(FakeEngine())


async def test_without_an_index_people_wait_and_admins_are_told(
    start: Start, chat: Chat, admin: Chat, listen: str
) -> None:
    index = Late()
    engine = LateEngine(Config(), "there is no index: run `policybot index`", index.open)
    await start(cast("FakeEngine", engine), admins=(admin.id,), metrics=listen)
    assert "run `policybot index`" in (await admin.next_message(timeout=60)).plain
    for text in ("Where does the rain fall?", "/issuers"):
        chat.send(text)
    assert "not available right now" in (await chat.next_message(timeout=60)).plain
    checks = (await health(listen))["checks"]
    assert checks["index"] == {"ok": False, "detail": "there is no index yet"}
    index.made = True
    assert "✓ The index is there: 4 policies." in (await admin.next_message(timeout=60)).plain
    answers = [(await chat.next_message(timeout=60)).plain for _ in range(2)]
    assert answers[0].startswith("Rain <Plan>")
    assert "issuers" in answers[1]


def lose(path: Path, how: str) -> None:
    if how == "damaged":
        # What stands in the write-ahead log would mend the file.
        for file in (path.with_name(f"{path.name}-wal"), path):
            file.write_bytes(b"\x00" * max(4096, file.stat().st_size))
    else:
        path.unlink()
    if how == "replaced":
        path.write_bytes(b"")


@pytest.mark.parametrize("loss", ["deleted", "replaced", "damaged"])
async def test_a_state_that_is_lost_is_told_and_nothing_is_made_up(
    start: Start, chat: Chat, admin: Chat, server: BotApiServer, listen: str, loss: str
) -> None:
    running = await start(admins=(admin.id,), metrics=listen)
    chat.send("Where does the rain fall?")
    await chat.next_message(timeout=60)
    path: Path = running.config.telegram.state
    lose(path, loss)
    told = (await admin.next_message(timeout=60)).plain
    assert told.startswith("⚠ My state file is unusable:")
    assert str(path) in told
    answer = await health(listen)
    assert not answer["ok"]
    assert str(path) in str(answer["checks"]["state"]["detail"])
    before = len(chat.bot_messages)
    chat.send("What are special funds?")
    await until(lambda: running.bot._metrics.errors["state"])
    assert len(chat.bot_messages) == before
    assert server.pending


async def profile_set(running: Running) -> None:
    """Wait until the bot is through with what Telegram shows of it."""
    await until(
        lambda: any(t.get_name() == "profile" and t.done() for t in running.bot._background)
    )


async def test_the_profile_is_set_in_each_language_where_it_differs(
    start: Start, server: BotApiServer
) -> None:
    first = await start()
    await profile_set(first)
    for language in LANGUAGES:
        code = "" if language == "en" else language
        assert server.profile["description", code] == label(language, "bot_description")
        assert server.profile["short_description", code] == label(language, "bot_about")
    await first.stop()
    second = await start()
    await profile_set(second)
    assert len(server.calls_to("setMyDescription")) == 3
    assert not server.calls_to("getMyName")
    assert not server.calls_to("setMyName")


def named(server: BotApiServer) -> dict[str, str]:
    """Return the names that were set, by language."""
    return {code: text for (field, code), text in server.profile.items() if field == "name"}


async def test_a_name_for_each_language_is_set_where_it_differs(
    start: Start, server: BotApiServer
) -> None:
    names = {"en": "Policies", "zh": "政策助手"}
    first = await start(name=names)
    await profile_set(first)
    assert named(server) == {"": "Policies", "zh": "政策助手"}
    await first.stop()
    second = await start(name=names | {"zh": "政策问答"})
    await profile_set(second)
    assert named(server) == {"": "Policies", "zh": "政策问答"}
    assert len(server.calls_to("setMyName")) == 3
    await second.stop()
    await profile_set(await start(name="Policies"))
    assert named(server) == {"": "Policies", "zh": ""}


async def test_a_name_that_stands_for_all_languages_is_not_set_again_for_one(
    start: Start, server: BotApiServer
) -> None:
    for code in ("", "zh", "es"):
        server.profile["name", code] = "Policies"
    await profile_set(await start(name="Policies"))
    assert not server.calls_to("setMyName")


async def test_a_refused_name_holds_up_nothing(
    start: Start, chat: Chat, server: BotApiServer
) -> None:
    server.fault("setMyName", "flood", retry_after=80_000)
    running = await start(name="Policies")
    await until(lambda: server.calls_to("setMyName"))
    chat.send("Where does the rain fall?")
    assert (await chat.next_message(timeout=60)).plain.startswith("Rain <Plan>")
    await profile_set(running)
    assert len(server.calls_to("setMyName")) == 1


async def test_a_group_is_greeted_with_what_privacy_mode_lets_it_see(
    start: Start, server: BotApiServer
) -> None:
    server.privacy = True
    await start()
    ann = server.user(first_name="Ann", language_code="en")
    group = server.supergroup("Team", members=[ann])
    group.add_bot()
    hello = (await group.next_message(timeout=60)).plain
    assert "Ask me with /ask What did MIIT issue in 2012?" in hello
    assert "mention" not in hello
    group.member_update(ann, "member", "administrator")
    group.send("/ask@policy_test_bot rain", sender=ann)
    assert (await group.next_message(timeout=60)).plain.startswith("Rain")


async def health(listen: str) -> dict[str, dict[str, dict[str, object]]]:
    async with aiohttp.ClientSession() as http, http.get(f"http://{listen}/healthz") as answer:
        return cast("dict[str, dict[str, dict[str, object]]]", json.loads(await answer.text()))
