"""The sender: retries and error handling for every call, and at-most-once delivery.

A message is sent at most once. Its *receipt* is noted on disk right before the last part of the
request is sent; from then on, without a clear refusal (after a timeout, a dropped connection, the
death of the process), it is unknown whether it arrived, and it is not sent again. Before that
moment, or after a clear refusal, it is retried.

Edits and answers to callback queries are idempotent, so they are always retried.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
from telegram import (
    ChatFullInfo,
    ForceReply,
    InlineKeyboardMarkup,
    InlineQueryResult,
    InlineQueryResultsButton,
    InputFile,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot

from policybot.bot.ops.metrics import BotMetrics
from policybot.bot.outbox.receipts import Outgoing, current_attempt, current_receipt
from policybot.bot.store.state import State

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds between the first tries, and between the later ones at most."""

PATIENCE = 6 * 3600.0
"""Seconds for which a message is retried while the network is down or Telegram answers 502. If the
bot is stopped meanwhile, it is sent after the next start."""

QUERY_PATIENCE = 10.0
"""The same for answers to queries, which Telegram drops soon."""

_NO_REPLY = ("replied not found", "reply message not found", "message to reply not found")
_NO_CHAT = ("chat not found", "user is deactivated", "peer_id_invalid", "not enough rights")
_OLD_QUERY = ("query is too old", "query id is invalid", "query_id_invalid")


class Sender:
    """Sends and edits messages. ``moved`` maps groups to the supergroups they became."""

    def __init__(
        self, bot: ExtBot[int], state: State, moved: dict[int, int], metrics: BotMetrics
    ) -> None:
        self._bot = bot
        self._state = state
        self._metrics = metrics
        self.moved = moved

    async def send(
        self,
        chat: int,
        html: str,
        *,
        keyboard: InlineKeyboardMarkup | ForceReply | None = None,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> Message | None:
        """Send a message; None when it was not sent, or that is unknown."""
        return await self._once(
            chat,
            reply_to,
            lambda to, reply: self._bot.send_message(
                to,
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
                reply_parameters=reply,
                message_thread_id=thread,
            ),
        )

    async def send_photo(
        self, chat: int, photo: bytes, caption: str, *, reply_to: int | None, thread: int | None
    ) -> Message | None:
        """Send a picture; None when it was not sent, or that is unknown."""
        return await self._once(
            chat,
            reply_to,
            lambda to, reply: self._bot.send_photo(
                to,
                InputFile(photo, filename="timeline.png"),
                caption=caption,
                parse_mode=ParseMode.HTML,
                reply_parameters=reply,
                message_thread_id=thread,
            ),
        )

    async def send_file(
        self,
        chat: int,
        content: bytes,
        name: str,
        caption: str,
        *,
        reply_to: int | None,
        thread: int | None,
    ) -> Message | None:
        """Send a file; None when it was not sent, or that is unknown."""
        return await self._once(
            chat,
            reply_to,
            lambda to, reply: self._bot.send_document(
                to,
                InputFile(content, filename=name),
                caption=caption,
                parse_mode=ParseMode.HTML,
                reply_parameters=reply,
                message_thread_id=thread,
            ),
        )

    async def edit(
        self, chat: int, message: int, html: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Replace the text of a message. False when the message no longer exists."""
        return await self._edit(
            chat,
            lambda: self._bot.edit_message_text(
                html,
                self._where(chat),
                message,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard,
            ),
        )

    async def edit_keyboard(self, chat: int, message: int, keyboard: InlineKeyboardMarkup) -> bool:
        """Replace the buttons of a message. False when the message no longer exists."""
        return await self._edit(
            chat,
            lambda: self._bot.edit_message_reply_markup(
                self._where(chat), message, reply_markup=keyboard
            ),
        )

    async def _edit(self, chat: int, call: Callable[[], Awaitable[object]]) -> bool:
        try:
            await self._with_retries(call, PATIENCE)
        except BadRequest as error:
            text = error.message.lower()
            if "not modified" in text:
                return True
            if "not found" in text or "can't be edited" in text or "message_id_invalid" in text:
                return False
            log.warning("edit refused: %s", brief(error))
        except ChatMigrated as error:
            await self.move(chat, error.new_chat_id)
            return False
        except TelegramError as error:
            log.warning("edit failed: %s", brief(error))
        return True

    async def chat(self, name: str) -> ChatFullInfo | None:
        """Return the chat with a name (@channel) or id; None where the bot cannot see it."""
        where: int | str = int(name) if name.lstrip("-").isdecimal() else name
        try:
            return await self._with_retries(lambda: self._bot.get_chat(where), QUERY_PATIENCE)
        except TelegramError as error:
            log.info("a chat cannot be looked up: %s", brief(error))
            return None

    async def status(self, chat: int, person: int) -> str:
        """Return a person's status in a chat ("administrator"); empty where it is unknown."""
        try:
            member = await self._with_retries(
                lambda: self._bot.get_chat_member(self._where(chat), person), QUERY_PATIENCE
            )
        except TelegramError as error:
            log.info("a member cannot be looked up: %s", brief(error))
            return ""
        return str(member.status)

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message, if it still exists."""
        try:
            await self._with_retries(
                lambda: self._bot.delete_message(self._where(chat), message), QUERY_PATIENCE
            )
        except TelegramError as error:
            log.info("delete refused: %s", brief(error))

    async def answer_press(
        self, query: str, text: str | None = None, *, alert: bool = False
    ) -> None:
        """Answer a callback query, with a line of text or without."""
        await self._answer_query(
            lambda: self._bot.answer_callback_query(query, text, show_alert=alert)
        )

    async def answer_inline(
        self,
        query: str,
        results: list[InlineQueryResult],
        *,
        next_offset: str,
        cache_time: int,
        button: InlineQueryResultsButton | None,
    ) -> None:
        """Answer an inline query; Telegram caches the results for this person only."""
        await self._answer_query(
            lambda: self._bot.answer_inline_query(
                query,
                results,
                cache_time=cache_time,
                is_personal=True,
                # Without results, an empty list would be sent as the text "[]".
                next_offset=next_offset or None,
                button=button,
            )
        )

    async def typing(self, chat: int, thread: int | None) -> None:
        """Show "typing"; failures are ignored."""
        try:
            await self._bot.send_chat_action(
                self._where(chat), ChatAction.TYPING, message_thread_id=thread
            )
        except TelegramError as error:
            log.debug("typing: %s", brief(error))

    async def move(self, old: int, new: int) -> None:
        """Record that the group ``old`` is now the supergroup ``new``."""
        self.moved[old] = new
        await self._state.run(
            note_move, old, new, self._state.hashed("chat", old), self._state.hashed("chat", new)
        )

    def _where(self, chat: int) -> int:
        return self.moved.get(chat, chat)

    async def _once(
        self,
        chat: int,
        reply_to: int | None,
        call: Callable[[int, ReplyParameters | None], Awaitable[Message]],
    ) -> Message | None:
        receipt = current_receipt.get()
        if receipt and receipt.skip():
            return None
        started, pause = time.monotonic(), FIRST_PAUSE
        while True:
            attempt = Outgoing(receipt)
            token = current_attempt.set(attempt)
            # Telegram itself then sends without the reply when the question was deleted.
            reply = (
                ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
            )
            try:
                return await call(self._where(chat), reply)
            except ChatMigrated as error:
                attempt.retract()
                await self.move(chat, error.new_chat_id)
                # The question's id is that of the old group.
                reply_to = None
                continue
            except (BadRequest, Forbidden, RetryAfter, InvalidToken) as error:
                attempt.retract()
                if reply_to and any(phrase in error.message.lower() for phrase in _NO_REPLY):
                    reply_to = None
                    continue
                await self._refused(chat, error)
                return None
            except TelegramError as error:
                if not _surely_unsent(error, begun=attempt.begun):
                    log.warning("unknown whether a message arrived: %s", brief(error))
                    return None
                attempt.retract()
                if time.monotonic() - started > PATIENCE:
                    log.error("a message could not be sent: %s", brief(error))  # noqa: TRY400
                    return None
                log.warning("will send again in %.1f s: %s", pause, brief(error))
                self._metrics.retried()
            finally:
                current_attempt.reset(token)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _refused(self, chat: int, error: TelegramError) -> None:
        text = error.message.lower()
        if isinstance(error, Forbidden) or any(phrase in text for phrase in _NO_CHAT):
            log.info("a chat is closed to the bot: %s", brief(error))
            await self._state.run(pause_person, chat, paused=True)
        else:
            log.error("a message was refused: %s", brief(error))

    async def _answer_query(self, call: Callable[[], Awaitable[object]]) -> None:
        try:
            await self._with_retries(call, QUERY_PATIENCE)
        except BadRequest as error:
            if not any(phrase in error.message.lower() for phrase in _OLD_QUERY):
                log.error("an answer to a query was refused: %s", brief(error))  # noqa: TRY400
        except TelegramError as error:
            log.warning("an answer to a query failed: %s", brief(error))

    async def _with_retries(self, call: Callable[[], Awaitable[T]], patience: float) -> T:
        """Await ``call()``, retried while the network is down; ``call`` must be idempotent."""
        started, pause = time.monotonic(), FIRST_PAUSE
        while True:
            try:
                return await call()
            except BadRequest:
                raise
            except NetworkError as error:
                if time.monotonic() - started + pause > patience:
                    raise
                log.info("again in %.1f s: %s", pause, brief(error))
                self._metrics.retried()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def note_move(db: sqlite3.Connection, old: int, new: int, was: str, now: str) -> None:
    """Record that a group became a supergroup, and move its data to the new id and hash."""
    db.execute("INSERT OR REPLACE INTO moved VALUES (?, ?)", (old, new))
    db.execute("UPDATE answers SET chat = ? WHERE chat = ?", (now, was))
    db.execute("UPDATE OR REPLACE conversations SET chat = ? WHERE chat = ?", (now, was))
    for table in ("subscriptions", "deliveries", "people"):
        db.execute(f"UPDATE OR REPLACE {table} SET person = ? WHERE person = ?", (new, old))  # noqa: S608 (names above)


def moves(db: sqlite3.Connection) -> dict[int, int]:
    """Return every group that became a supergroup, old id to new."""
    return dict(db.execute("SELECT old, new FROM moved").fetchall())


def pause_person(db: sqlite3.Connection, person: int, *, paused: bool) -> None:
    """Pause or resume the alerts of a person or chat that removed the bot, or came back."""
    db.execute("UPDATE subscriptions SET paused = ? WHERE person = ?", (int(paused), person))


def brief(error: TelegramError) -> str:
    """Return Telegram's error message, without the HTML page that a gateway answers with."""
    return error.message.partition(". Parsing the server response")[0]


def _surely_unsent(error: TelegramError, *, begun: bool) -> bool:
    """Whether Telegram certainly did not act on a message that failed with ``error``."""
    if not begun:
        return isinstance(error, NetworkError)
    if isinstance(error, TimedOut) or isinstance(error.__cause__, httpx.HTTPError):
        return False
    # A 5xx is from a gateway that reached no server; 504 means one was reached but did not answer.
    return isinstance(error, NetworkError) and "504" not in error.message
