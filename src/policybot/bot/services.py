"""Services shared by all handlers: the engine, the state, the sender and the current visitor."""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, cast

from telegram import Chat, ForceReply, InlineKeyboardMarkup, Message, User
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
"""Searches that run at once; further ones wait without blocking anything else."""

SLOW_SECONDS = 0.3
"""After so long a search, the chat shows "typing"."""

TYPING_SECONDS = 4.0
"""Interval between "typing" actions; Telegram shows each for five seconds."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer is sent: chat, topic (thread), and the message it replies to."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    private: bool = True


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the Telegram id, the hash under which their data is stored, and their settings."""

    person: int
    hashed: str
    language: Language
    settings: Settings


@dataclass
class Services:
    """The services of the running bot. ``username`` is the bot's, without the @.

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
    news_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    outage: Outage = field(default_factory=Outage)

    async def catalogue(self) -> Catalogue:
        """Return the catalogue of policy names of the live index, cached per generation."""
        if self.named is None or self.named.generation != self.engine.info.generation:
            self.named = await self.search(self._catalogue)
        return self.named

    def _catalogue(self) -> Catalogue:
        policies = [hit.policy for hit in self.engine.list().hits]
        return catalogue_of(self.engine.info.generation, policies, self.engine.issuers)

    async def examples(self, language: Language) -> list[str]:
        """Return example questions that the indexed policies answer."""
        return (await self.catalogue()).examples(language)

    async def search(self, work: Callable[[], T], place: Place | None = None) -> T:
        """Run ``work`` in the search pool; show "typing" at ``place`` when it takes long."""
        # Copy the context, so that log lines from the thread carry the update's number.
        context = contextvars.copy_context()
        running = asyncio.get_running_loop().run_in_executor(self.pool, context.run, work)
        if place is None:
            return await running
        typing = asyncio.create_task(self._type(place), name="typing")
        try:
            return await running
        finally:
            typing.cancel()

    async def reply(
        self, place: Place, html: str, keyboard: InlineKeyboardMarkup | ForceReply | None = None
    ) -> Message | None:
        """Send a message to ``place``; see :meth:`Sender.send`."""
        reply_to, thread = place.reply_to, place.thread
        return await self.sender.send(
            place.chat, html, keyboard=keyboard, reply_to=reply_to, thread=thread
        )

    async def _type(self, place: Place) -> None:
        await asyncio.sleep(SLOW_SECONDS)
        while True:
            await self.sender.typing(place.chat, place.thread)
            await asyncio.sleep(TYPING_SECONDS)

    async def visitor(self, user: User) -> Visitor:
        """Return ``user`` with their stored settings."""
        settings = await self.state.run(settings_of, user.id)
        return Visitor(user.id, self.hash_of(user.id), self.language(user, settings), settings)

    async def channel(self, chat: Chat) -> Visitor:
        """Return a channel as the visitor, since Telegram names no author of a channel post."""
        settings = await self.state.run(settings_of, chat.id)
        language = self.language(None, settings)
        return Visitor(chat.id, self.hash_of(chat.id), language, settings)

    def language(self, user: User | None, settings: Settings) -> Language:
        """Return the interface language: as the person set, as configured, or as in Telegram."""
        configured = self.config.telegram.language
        if settings.language:
            return settings.language
        if configured != "auto":
            return configured
        return language_of(user.language_code if user else None)

    def hash_of(self, person: int) -> str:
        """Return the hash under which what a person asked is stored."""
        return self.state.hashed("person", person)

    def chat_hash(self, chat: int) -> str:
        """Return the hash under which a chat is stored."""
        return self.state.hashed("chat", chat)

    def message_key(self, chat: int, message: int) -> str:
        """Return the hash under which a message is stored."""
        return self.state.hashed("message", chat, message)

    @property
    def keeps_questions(self) -> bool:
        """Whether questions are stored at all (``retention_days`` above 0)."""
        return self.config.telegram.retention_days > 0


def services_of(context: Context) -> Services:
    """Return the services from a handler's context."""
    return cast("Services", cast("Mapping[str, object]", context.bot_data)["services"])


def place_of(message: Message) -> Place:
    """Return where the answer to a message is sent."""
    thread = message.message_thread_id if message.is_topic_message else None
    private = message.chat.type == Chat.PRIVATE
    return Place(message.chat.id, thread, message.message_id, private)
