"""What every handler works with: the engine, the state, the sender, and who is asking."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from telegram import Chat, Message, User
from telegram.ext import ContextTypes

from policybot.bot.handlers.catalogue import Catalogue, catalogue_of
from policybot.bot.ops.access import Access, RequestLimiter
from policybot.bot.ops.metrics import BotMetrics
from policybot.bot.ops.outage import Outage
from policybot.bot.outbox.sending import Sender
from policybot.bot.store.conversations import Conversations
from policybot.bot.store.people import Settings, settings_of
from policybot.bot.store.state import State
from policybot.config import Config
from policybot.render.telegram.texts import Language, language_of

if TYPE_CHECKING:
    from policybot.answering.engine import Engine

T = TypeVar("T")
Context = ContextTypes.DEFAULT_TYPE

THREADS = 4
"""Questions searched for at once; more wait, and nothing else waits for them."""

SLOW_SECONDS = 0.3
"""How long a search takes before the person is shown that it goes on."""

TYPING_SECONDS = 4.0
"""Telegram shows "typing" for five."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a chat, its topic, and the message it replies to."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the id to reach them by, the hash they are kept under, what they set."""

    person: int
    hashed: str
    language: Language
    settings: Settings


@dataclass
class Services:
    """The running bot. ``username`` is the bot's, without the @.

    ``inline`` and ``reads_groups`` say whether @BotFather has inline mode on, and privacy mode off.
    """

    config: Config
    engine: Engine
    state: State
    sender: Sender
    access: Access
    messages: RequestLimiter
    presses: RequestLimiter
    metrics: BotMetrics
    talks: Conversations
    bot_id: int = 0
    username: str = ""
    inline: bool = True
    reads_groups: bool = True
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="search")
    )
    took_ms: deque[float] = field(default_factory=lambda: deque(maxlen=1000))
    started: float = field(default_factory=time.time)
    denied_told: set[int] = field(default_factory=set)
    named: Catalogue | None = None
    waiting: Callable[[], int] = lambda: 0
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    outage: Outage = field(default_factory=Outage)

    async def catalogue(self) -> Catalogue:
        """Return what the policies of the live index are called; made once for each generation."""
        if self.named is None or self.named.generation != self.engine.info.generation:
            self.named = await self.search(self._catalogue)
        return self.named

    def _catalogue(self) -> Catalogue:
        policies = [hit.policy for hit in self.engine.list().hits]
        return catalogue_of(self.engine.info.generation, policies, self.engine.issuers)

    async def examples(self, language: Language) -> list[str]:
        """Return questions that the policies here answer."""
        return (await self.catalogue()).examples(language)

    async def search(self, work: Callable[[], T], place: Place | None = None) -> T:
        """Run ``work`` off the event loop; at ``place`` the bot types while it takes long."""
        # What is logged on the way names its update, also from that thread.
        context = contextvars.copy_context()
        running = asyncio.get_running_loop().run_in_executor(self.pool, context.run, work)
        if place is None:
            return await running
        typing = asyncio.create_task(self._type(place), name="typing")
        try:
            return await running
        finally:
            typing.cancel()

    async def _type(self, place: Place) -> None:
        await asyncio.sleep(SLOW_SECONDS)
        while True:
            await self.sender.typing(place.chat, place.thread)
            await asyncio.sleep(TYPING_SECONDS)

    async def visitor(self, user: User) -> Visitor:
        """Return who ``user`` is to the bot."""
        settings = await self.state.run(settings_of, user.id)
        return Visitor(user.id, self.hash_of(user.id), self.language(user, settings), settings)

    async def channel(self, chat: Chat) -> Visitor:
        """Return who writes in a channel: the channel itself, since Telegram names no person."""
        settings = await self.state.run(settings_of, chat.id)
        language = self.language(None, settings)
        return Visitor(chat.id, self.hash_of(chat.id), language, settings)

    def language(self, user: User | None, settings: Settings) -> Language:
        """Return the language of the texts: as set, as configured, or as in their Telegram."""
        configured = self.config.telegram.language
        if settings.language:
            return settings.language
        if configured != "auto":
            return configured
        return language_of(user.language_code if user else None)

    def hash_of(self, person: int) -> str:
        """Return what a person is kept under wherever it stands what they asked."""
        return self.state.hashed("person", person)

    def chat_hash(self, chat: int) -> str:
        """Return what a chat is kept under."""
        return self.state.hashed("chat", chat)

    def message_key(self, chat: int, message: int) -> str:
        """Return what a message is kept under."""
        return self.state.hashed("message", chat, message)

    @property
    def keeps_questions(self) -> bool:
        """Whether questions are kept at all."""
        return self.config.telegram.retention_days > 0


def services_of(context: Context) -> Services:
    """Return the services a handler works at."""
    return cast("Services", cast("Mapping[str, object]", context.bot_data)["services"])


def place_of(message: Message) -> Place:
    """Return where the answer to a message goes."""
    thread = message.message_thread_id if message.is_topic_message else None
    private = message.chat.type == Chat.PRIVATE
    return Place(message.chat.id, thread, message.message_id, private)
