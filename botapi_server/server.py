"""The server: what runs, who is there, what the bot did, and what shall go wrong."""

import asyncio
import itertools
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from botapi_server.chats import Chat
from botapi_server.faults import Fault, Faults, Kind
from botapi_server.front import Call, Front
from botapi_server.limits import FloodLimits
from botapi_server.listener import Listener
from botapi_server.params import ApiError
from botapi_server.questions import Questions
from botapi_server.streams import Conditions, awaited, waited
from botapi_server.updates import UpdateQueue, Webhook
from botapi_server.users import User

TOKEN = "1234567890:AAtest-Token_of_the_policy_bot-00000"  # noqa: S105 (of no bot there is)


class BotApiServer:
    """One bot's Telegram; see the package's docstring for what it does."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "policy_test_bot",
        bot_name: str = "Policy bot",
        limits: bool | FloodLimits = False,
        port: int = 0,
        privacy: bool = False,
        inline: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.privacy = privacy
        self.inline = inline
        self.clock = clock
        self.limits = (
            limits if isinstance(limits, FloodLimits) else FloodLimits() if limits else None
        )
        self.lock = threading.RLock()
        self.bot = User(
            self, int(token.split(":", maxsplit=1)[0]), bot_name, username=username, is_bot=True
        )
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.profile: dict[tuple[str, str], str] = {("name", ""): bot_name}
        self.calls: list[Call] = []
        self.flooded = 0
        self.webhook_target: str | None = None
        self.message_ids = itertools.count(1)
        self.updates: UpdateQueue = UpdateQueue(self)
        self.questions = Questions(self)
        self.front = Front(self)
        self.faults = Faults()
        self._conditions = Conditions()
        self._user_ids = itertools.count(5_000_001_001)
        self._group_ids = itertools.count(4001)
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: web.ServerRunner | None = None

    # Where it is, and whether it is there.

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/file/bot"

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        await self.up()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.updates.close()
        await self.down()

    async def up(self) -> None:
        """Open the listener, on the same port as before."""
        if self._runner is not None:
            return
        self._runner = web.ServerRunner(
            Listener(self.front.serve),
            shutdown_timeout=0.5,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = int(self._runner.addresses[0][1])

    async def down(self) -> None:
        """Close the listener and every connection."""
        if self._runner is None or self._runner.server is None:
            return
        runner, self._runner = self._runner, None
        for site in list(runner.sites):
            await site.stop()
        server = runner.server
        for connection in list(server.connections if server else []):
            if connection.transport is not None:
                connection.transport.abort()
        await runner.cleanup()

    def up_sync(self) -> None:
        self._on_thread(self.up())

    def down_sync(self) -> None:
        self._on_thread(self.down())

    def _on_thread(self, work: Any) -> None:
        if self._loop is None:
            raise RuntimeError("the server was never started: use `async with`, or botapi_thread()")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def on_loop(self, callback: Callable[[], None]) -> None:
        """Run a callback soon on the server's loop, if it runs."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(callback)

    def now(self) -> int:
        """Seconds since 1970, as messages carry them."""
        return int(time.time())

    # People and chats.

    def user(self, user_id: int | None = None, first_name: str = "Ann", **details: Any) -> User:
        """A new person; ``details``: last_name, username, language_code."""
        with self.lock:
            user = User(self, user_id or next(self._user_ids), first_name, **details)
            self.users[user.id] = user
            return user

    def private(self, user: User, *, started: bool | None = None) -> Chat:
        """The chat with a person; ``started=False``: the person has not written yet."""
        with self.lock:
            chat = self.chats.get(user.id) or Chat(self, user.id, "private", user=user)
            self.chats[user.id] = chat
            chat.started = chat.started if started is None else started
            return chat

    def group(self, title: str = "Group", *, members: Iterable[User] = ()) -> Chat:
        with self.lock:
            return self._add(
                Chat(self, -next(self._group_ids), "group", title=title, members=members)
            )

    def supergroup(
        self, title: str = "Supergroup", *, members: Iterable[User] = (), **details: Any
    ) -> Chat:
        """``details``: username, is_forum."""
        with self.lock:
            chat_id = -1_000_000_000_000 - next(self._group_ids)
            return self._add(
                Chat(self, chat_id, "supergroup", title=title, members=members, **details)
            )

    def forum(self, title: str = "Forum", *, members: Iterable[User] = ()) -> Chat:
        return self.supergroup(title, members=members, is_forum=True)

    def channel(
        self, title: str = "Channel", *, admins: Iterable[User] = (), username: str | None = None
    ) -> Chat:
        """A channel of which the bot, as everywhere it can be, is an admin."""
        admins = list(admins)
        with self.lock:
            chat_id = -1_000_000_000_000 - next(self._group_ids)
            chat = Chat(self, chat_id, "channel", title=title, members=admins, username=username)
            chat.admins = {self.bot.id, *(admin.id for admin in admins)}
            return self._add(chat)

    def _add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    def enqueue(self, kind: str, body: dict[str, Any]) -> int:
        """Send the bot an update of one kind; its id."""
        with self.lock:
            return self.updates.push(kind, body)

    def push(self, update: dict[str, Any]) -> int:
        """Send the bot any update, ``{kind: body}``; its id."""
        ((kind, body),) = update.items()
        return self.enqueue(kind, body)

    # What the bot did.

    @property
    def pending(self) -> list[dict[str, Any]]:
        """Updates the bot has not confirmed."""
        return self.updates.pending

    @property
    def webhook(self) -> Webhook:
        return self.updates.webhook

    @property
    def refusals(self) -> list[Call]:
        """Calls answered with an error that nobody asked for."""
        return [call for call in self.calls if call.status >= 400 and call.fault is None]

    def calls_to(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def wait_for(self, predicate: Callable[[], object], timeout: float = 60.0) -> Awaitable[None]:
        """Until the predicate holds; it is tried after every event.

        Raises:
            TimeoutError: it never held; the message says what the bot did.
        """
        return awaited(self._conditions.until(predicate), timeout, self.explain)

    def wait_for_sync(self, predicate: Callable[[], object], timeout: float = 60.0) -> None:
        waited(self._conditions.until(predicate), timeout, self.explain)

    def idle(self, timeout: float = 60.0) -> Awaitable[None]:
        """Until the bot has confirmed every update."""
        return self.wait_for(lambda: not self.pending, timeout)

    def idle_sync(self, timeout: float = 60.0) -> None:
        self.wait_for_sync(lambda: not self.pending, timeout)

    def event(self) -> None:
        """Something happened: try what is waited for again."""
        self._conditions.check()

    def explain(self) -> str:
        """The bot's last calls, for a test that waited in vain."""
        last = [c for c in self.calls if c.method.lower() != "getupdates"][-6:]
        told = "".join(
            f"\n  {c.method} {str(c.params)[:200]} -> {c.status} {c.description or 'ok'}"
            for c in last
        )
        return f"{len(self.pending)} updates unconfirmed; the bot's last calls:{told or ' none'}"

    # Trouble.

    def fault(
        self,
        method: str,
        kind: Kind,
        *,
        times: int = 1,
        chat_id: int | None = None,
        **details: Any,
    ) -> None:
        """Let the next calls of a method fail; the package's docstring lists the kinds."""
        self.faults.waiting.append(Fault(method, kind, times, chat_id, **details))

    def clear_faults(self) -> None:
        self.faults.waiting.clear()

    def force_conflict(self, times: int = 1) -> None:
        self.updates.conflicts = times

    def expire_queries(self) -> None:
        with self.lock:
            self.questions.expire()

    def count(self, chat_id: int, *, new_message: bool) -> None:
        """Count a message against the flood limits.

        Raises:
            ApiError: 429.
        """
        if self.limits is None:
            return
        seconds = self.limits.retry_after(chat_id, self.clock(), new_message=new_message)
        if seconds:
            self.flooded += 1
            raise ApiError(
                429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds}
            )
