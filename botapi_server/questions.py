"""Callback and inline queries: asked by people, answered once by the bot, and soon too old."""

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botapi_server.params import bad_request
from botapi_server.streams import Pending
from botapi_server.text import Formatted

if TYPE_CHECKING:
    from botapi_server.chats import Chat
    from botapi_server.server import BotApiServer
    from botapi_server.users import User
    from botapi_server.world import Message

# How long Telegram waits for an answer, in seconds.
CALLBACK_SECONDS = 15.0
INLINE_SECONDS = 10.0


@dataclass(frozen=True)
class InlineContent:
    """What a chosen result sends."""

    text: Formatted
    reply_markup: dict[str, Any] | None
    link_preview_options: dict[str, Any] | None


@dataclass(frozen=True)
class InlineAnswer:
    """What the bot answered to an inline query; ``contents`` by result id."""

    results: list[dict[str, Any]]
    next_offset: str
    cache_time: int
    is_personal: bool
    button: dict[str, Any] | None
    contents: dict[str, InlineContent] = field(repr=False)

    def text(self, result_id: str) -> str:
        """The plain text that a result sends."""
        return self.contents[result_id].text.text


class Press(Pending[dict[str, Any]]):
    """A pressed button; the answer has ``text``, ``show_alert``, ``url`` and ``cache_time``."""

    id: str = ""
    data: str = ""


class InlineQuery(Pending[InlineAnswer]):
    """A typed inline query."""

    id: str = ""
    query: str = ""


class Questions:
    """All queries that still wait for their answer."""

    def __init__(self, server: "BotApiServer") -> None:
        self._server = server
        self._ids = itertools.count(4_000_000_000_000_001)
        self._presses: dict[str, tuple[Press, float]] = {}
        self._inline: dict[str, tuple[InlineQuery, float]] = {}
        self._inline_ids = itertools.count(1)
        self.inline_messages: dict[str, Message] = {}

    def press(self, user: "User", message: "Message", data: str) -> Press:
        server = self._server
        press = Press(server.explain)
        press.id, press.data = str(next(self._ids)), data
        self._presses[press.id] = (press, server.clock() + CALLBACK_SECONDS)
        body: dict[str, Any] = {"id": press.id, "from": user.raw(), "data": data}
        body["chat_instance"] = str(message.chat.id * 7919)
        if message.inline_message_id is not None:
            body["inline_message_id"] = message.inline_message_id
        elif message.deleted:
            body["message"] = {
                "message_id": message.message_id,
                "chat": message.chat.raw(),
                "date": 0,
            }
        else:
            body["message"] = message.raw()
        server.enqueue("callback_query", body)
        return press

    def ask_inline(
        self, user: "User", text: str, offset: str, chat_type: str | None
    ) -> InlineQuery:
        server = self._server
        with server.lock:
            query = InlineQuery(server.explain)
            query.id, query.query = str(next(self._ids)), text
            self._inline[query.id] = (query, server.clock() + INLINE_SECONDS)
            body = {"id": query.id, "from": user.raw(), "query": text, "offset": offset}
            if chat_type is not None:
                body["chat_type"] = chat_type
            server.enqueue("inline_query", body)
            return query

    def choose(self, user: "User", query: InlineQuery, result_id: str, chat: "Chat") -> "Message":
        server = self._server
        with server.lock:
            content = query.answered_sync(0).contents[result_id]
            message = chat.new_message(user)
            message.text = content.text.text
            message.entities = content.text.entities
            message.reply_markup = content.reply_markup
            message.link_preview_options = content.link_preview_options
            message.via_bot = server.bot
            chosen = {"result_id": result_id, "from": user.raw(), "query": query.query}
            if content.reply_markup:
                message.inline_message_id = f"inline-{next(self._inline_ids)}"
                self.inline_messages[message.inline_message_id] = message
                chosen["inline_message_id"] = message.inline_message_id
            server.enqueue("chosen_inline_result", chosen)
            if chat.bot_is_member and (chat.user is None or chat.user is user):
                server.enqueue("message", message.raw())
            return message

    def answer_press(self, query_id: str, answer: dict[str, Any]) -> None:
        self._settle(self._presses, query_id, answer)

    def answer_inline(self, query_id: str, answer: InlineAnswer) -> None:
        self._settle(self._inline, query_id, answer)

    def expire(self) -> None:
        """Make every query asked so far too old."""
        self._presses.clear()
        self._inline.clear()

    def _settle(self, waiting: dict[str, tuple[Any, float]], query_id: str, answer: Any) -> None:
        pending, until = waiting.pop(query_id, (None, 0.0))
        if pending is None or self._server.clock() > until:
            raise bad_request(
                "query is too old and response timeout expired or query ID is invalid"
            )
        pending.future.set_result(answer)
