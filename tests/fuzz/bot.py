"""Callback data and webhook bodies: a running bot deals with each, once, and goes on."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import aiohttp
from hypothesis import strategies as st

from botapi_server import ApiError, BotApiServer, Chat
from botapi_server.front import Front
from botapi_server.params import Params
from policybot.bot import app
from policybot.bot.app import Bot
from policybot.bot.buttons.callbacks import decode, encode
from policybot.bot.outbox import rate_limiter
from policybot.bot.views.links import policy_of_payload, start_payload
from policybot.config import Config, TelegramConfig
from tests.bot.conftest import until
from tests.bot.fake_engine import FakeEngine, as_engine
from tests.fuzz.target import Check, Target

T = TypeVar("T")
QUESTION = "Where does the rain fall?"


class Shop:
    """A running bot and its Telegram in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._closing = asyncio.Event()
        self._failure: BaseException | None = None
        self._number = 900_000_000
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(120)
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join(120)

    def do(self, work: Awaitable[T]) -> T:
        """Have the thread's loop await ``work``."""

        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(60)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 (whoever waits for it is told)
            self._failure = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            listen = f"127.0.0.1:{free.getsockname()[1]}"
        async with BotApiServer() as self.server, aiohttp.ClientSession() as self._http:
            config = TelegramConfig(
                base_url=self.server.base_url,
                mode="webhook",
                webhook_url=f"http://{listen}/",
                webhook_listen=listen,
                state=self._folder / "state.sqlite",
            )
            self.bot = Bot(Config(telegram=config), self.server.token, as_engine(FakeEngine()))
            running = asyncio.create_task(self.bot.run())
            await until(lambda: self.server.webhook.url or running.done(), 120)
            self.chat = self.server.private(self.server.user(first_name="Ann"))
            self.asked = await self.answer()
            self._ready.set()
            await self._closing.wait()
            await self.bot.stop(running)

    async def answer(self) -> str:
        """Ask a question as anybody would; the id of its answer, as its buttons hold it."""
        self.chat.skip()
        self.chat.send(QUESTION)
        message = await self.chat.next_message(timeout=60)
        assert message.plain.startswith("Rain"), message.plain
        return str(message.buttons[0].data).split(".")[1]

    async def post(self, update: dict[str, Any], *, raw: str | None = None) -> int:
        """Call the webhook and wait until the bot is done; the status."""
        self._number += 1
        body = raw if raw is not None else json.dumps({"update_id": self._number} | update)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.server.webhook.secret_token}
        data = body.encode("utf-8", "surrogatepass")
        async with self._http.post(self.server.webhook.url, data=data, headers=headers) as response:
            status = response.status
        await until(lambda: self.bot._intake.waiting == 0, 120)
        self.server.calls.clear()
        return status

    @property
    def unfinished(self) -> int:
        """Updates that stay to be dealt with again, after every restart."""
        return self.bot._metrics.errors["state"]

    @property
    def failures(self) -> int:
        """Updates that could not be dealt with, or made a handler fail."""
        return self.bot._metrics.errors["update"] + self.bot._metrics.errors["handler"]


@contextmanager
def shop() -> Iterator[Shop]:
    """A bot that neither waits for Telegram's pace nor for a person to slow down."""
    with ExitStack() as patched, tempfile.TemporaryDirectory() as folder:
        for module, name, value in (
            (rate_limiter, "CHAT_INTERVAL", 0.0),
            (rate_limiter, "OVERALL_PER_SECOND", 1_000_000),
            (rate_limiter, "GROUP_PER_MINUTE", 1_000_000),
            (app, "PER_MINUTE", 1_000_000_000),
            (app, "PRESSES_PER_MINUTE", 1_000_000_000),
            (Front, "_run", _refusing(Front._run)),
        ):
            patched.enter_context(mock.patch.object(module, name, value))
        made = Shop(Path(folder))
        try:
            yield made
        finally:
            made.close()


def _refusing(run: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """What no bot ever sends is refused, as Telegram does, where the server has no words for it."""

    async def answer(front: Front, method: str, params: Params) -> Any:
        try:
            return await run(front, method, params)
        except ApiError:
            raise
        except Exception as error:
            raise ApiError(400, "Bad Request: can't parse a parameter") from error

    return answer


# Callback data, deep links and inline offsets.

_plain = st.text("abcdefghiklnopqstuxz.0123456789-_", max_size=70)
_data = st.one_of(
    _plain,
    st.text(max_size=64),
    st.tuples(
        st.sampled_from("hoplntsudxeiqgczk"),
        st.sampled_from(("ANSWER", "PERSON", "all", "0", "x")),
        st.sampled_from(("0", "1", "99", "9" * 24, "-1", "yes", "no", "all", "unknown", "dates")),
    ).map(".".join),
)
CALLBACKS = st.fixed_dictionaries(
    {
        "data": _data,
        "payload": st.one_of(_plain, st.text(max_size=64), _plain.map(lambda rest: f"b_{rest}")),
        "id": st.text(max_size=80),
        "offset": st.one_of(st.text(max_size=5), st.integers().map(str)),
    }
)


@contextmanager
def callbacks() -> Iterator[Check]:
    """Give a check of data, payload, id and offset."""
    with shop() as running:

        def check(given: dict[str, str]) -> None:
            data = given["data"].replace("ANSWER", running.asked)
            data = data.replace("PERSON", str(running.chat.id))
            press = decode(data)
            assert press is None or encode(press.action, press.ref, press.detail) == data
            policy_of_payload(given["payload"], {})
            if given["id"] and given["id"].isprintable() and _is_unicode(given["id"]):
                payload = start_payload(given["id"])
                assert len(payload) <= 64
                known = {payload: given["id"]}
                assert policy_of_payload(payload, known) == given["id"]
            before = running.unfinished, running.failures
            for update in _pressing(running.chat, data, given):
                assert running.do(running.post(update)) == 200
            assert (running.unfinished, running.failures) == before

        yield check


def _is_unicode(text: str) -> bool:
    return text == text.encode("utf-8", "replace").decode()


def _pressing(chat: Chat, data: str, given: dict[str, str]) -> list[dict[str, Any]]:
    assert chat.user is not None
    person = chat.user.raw()
    message = {"message_id": 900_005, "date": 1, "chat": chat.raw(), "text": "x"}
    query = {"id": "77", "from": person, "chat_instance": "1", "data": data, "message": message}
    inline = {"id": "78", "from": person, "query": "rain", "offset": given["offset"]}
    start = f"/start {given['payload']}"
    entity = {"type": "bot_command", "offset": 0, "length": 6}
    said = message | {"from": person, "text": start, "entities": [entity]}
    return [{"callback_query": query}, {"inline_query": inline}, {"message": said}]


# Webhook bodies.

_person = {"id": 1001, "is_bot": False, "first_name": "Ann", "language_code": "en"}
_chat = {"id": 1001, "type": "private", "first_name": "Ann"}
_message = {"message_id": 900_009, "date": 1, "chat": _chat, "from": _person, "text": QUESTION}
_bot = {"id": 1234567890, "is_bot": True, "first_name": "Policy bot"}
UPDATES: tuple[dict[str, Any], ...] = (
    {"message": _message},
    {"edited_message": _message | {"edit_date": 2}},
    {
        "message": _message
        | {
            "chat": {"id": -5, "type": "supergroup", "title": "T", "is_forum": True},
            "text": "/ask@policy_test_bot rain",
            "entities": [{"type": "bot_command", "offset": 0, "length": 20}],
            "is_topic_message": True,
            "message_thread_id": 3,
            "reply_to_message": {"message_id": 3, "date": 1, "chat": _chat, "from": _bot},
        }
    },
    {
        "callback_query": {
            "id": "1", "from": _person, "chat_instance": "1", "data": "q.all.0",
            "message": _message,
        }
    },
    {"inline_query": {"id": "1", "from": _person, "query": "rain", "offset": ""}},
    {
        "my_chat_member": {
            "chat": _chat, "from": _person, "date": 1,
            "old_chat_member": {"user": _bot, "status": "member"},
            "new_chat_member": {"user": _bot, "status": "kicked", "until_date": 0},
        }
    },
)  # fmt: skip

_texts = st.one_of(
    st.text(max_size=40),
    st.sampled_from((
        "/start", "/list 2012", "/timeline", "/issuers", "/policy p-1", "/policy ../../etc", "/ask",
        "/subscribe rain", "/unsubscribe", "/settings", "/forget", "/status", "/nothing", "<b>&",
        "rain" * 1000, "' OR 1=1 --", '"* NEAR(x', "\x00", "\ud83d", "@policy_test_bot rain",
    )),
)  # fmt: skip
_any = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), _texts,
        st.sampled_from((2**31, 2**63, -(2**63), 10**30, 1e300)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from((
                "id", "chat", "from", "text", "date", "type", "entities", "offset", "length",
                "message", "user", "status", "data", "query", "migrate_to_chat_id", "sender_chat",
                "via_bot", "photo", "caption", "new_chat_members", "forward_origin",
            )),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@st.composite
def _broken(draw: st.DrawFn) -> dict[str, Any]:
    """An update with a few of its values changed, of whatever type, dropped or added."""
    update: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(UPDATES)))
    for _ in range(draw(st.integers(1, 3))):
        node: Any = update
        for _ in range(draw(st.integers(1, 4))):
            key = draw(st.sampled_from(sorted(node)))
            if not isinstance(node[key], dict) or not node[key]:
                break
            node = node[key]
        key = draw(st.one_of(st.sampled_from([*sorted(node), "x"]), st.just("sender_chat")))
        if draw(st.booleans()) and key in node and len(node) > 1:
            del node[key]
        else:
            node[key] = draw(_any)
    return {"kind": "broken", "update": update}


@st.composite
def _hostile(draw: st.DrawFn) -> dict[str, Any]:
    """An update as Telegram writes them, with what a person chooses chosen badly."""
    update: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(UPDATES)))
    ((_, body),) = update.items()
    body["from"] |= {"first_name": draw(_texts), "language_code": draw(st.text(max_size=8))}
    for key in ("text", "data", "query", "offset"):
        if key in body:
            body[key] = draw(_texts)
    if "entities" in body or draw(st.booleans()):
        kinds = ("bot_command", "mention", "bold", "text_mention", "url", "custom_emoji")
        # Telegram counts in UTF-16 and cuts no character in half.
        text = body.get("text", "").encode("utf-8", "replace").decode()
        places = [len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text) + 1)]
        body["entities"] = []
        for _ in range(draw(st.integers(0, 3))):
            first, last = sorted(draw(st.tuples(*[st.sampled_from(places)] * 2)))
            kind = draw(st.sampled_from(kinds))
            body["entities"].append({"type": kind, "offset": first, "length": last - first})
    return {"kind": "hostile", "update": update}


BODIES = st.one_of(
    _hostile(),
    _broken(),
    st.one_of(st.text(max_size=60), _any.map(json.dumps)).map(
        lambda raw: {"kind": "raw", "raw": raw}
    ),
)


@contextmanager
def webhook() -> Iterator[Check]:
    """Give a check of one body.

    Whatever it is, it is taken or refused, never left to be dealt with again; and what is of the
    form Telegram gives it makes no handler fail.
    """
    with shop() as running:
        checked = 0

        def check(given: dict[str, Any]) -> None:
            nonlocal checked
            unfinished, failures = running.unfinished, running.failures
            status = running.do(running.post(given.get("update", {}), raw=given.get("raw")))
            assert status in ({200, 400} if given["kind"] == "raw" else {200})
            assert running.unfinished == unfinished
            if given["kind"] == "hostile":
                assert running.failures == failures
            checked += 1
            if checked % 50 == 0:
                running.do(running.answer())

        yield check
        running.do(running.answer())


CALLBACK = Target("callback", CALLBACKS, callbacks)
WEBHOOK = Target("webhook", BODIES, webhook)
