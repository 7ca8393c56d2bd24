"""The chats where people and the bot meet: the scripting side of the server.

What people do here is thread-safe and returns at once; only the bot is waited for.
"""

import itertools
from collections.abc import Awaitable, Iterable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Literal

from botapi_server.questions import Press
from botapi_server.streams import Stream, awaited, waited
from botapi_server.text import slice_utf16, tidy
from botapi_server.users import User
from botapi_server.world import Message

if TYPE_CHECKING:
    from botapi_server.server import BotApiServer

Media = Literal["photo", "sticker", "voice", "document", "location"]
ChatKind = Literal["private", "group", "supergroup", "channel"]

_FILE = {"file_id": "received", "file_unique_id": "received", "file_size": 1000}
_MEDIA: dict[str, Any] = {
    "photo": [_FILE | {"width": 320, "height": 240}],
    "sticker": _FILE
    | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False},
    "voice": _FILE | {"duration": 3, "mime_type": "audio/ogg"},
    "document": _FILE | {"file_name": "notes.pdf", "mime_type": "application/pdf"},
    "location": {"latitude": 39.9, "longitude": 116.4},
}


class Chat:
    """A chat the bot may be in. Made by the server, never by hand."""

    def __init__(
        self,
        server: "BotApiServer",
        chat_id: int,
        kind: ChatKind,
        *,
        title: str | None = None,
        username: str | None = None,
        user: User | None = None,
        members: Iterable[User] = (),
        is_forum: bool = False,
    ) -> None:
        self.server = server
        self.id = chat_id
        self.kind = kind
        self.title = title
        self.username = username
        self.user = user
        self.members = {member.id: member for member in members}
        self.admins: set[int] = set()
        self.is_forum = is_forum
        self.topics: dict[int, str] = {}
        self.started = True
        self.bot_is_member = True
        self.migrated_to: int | None = None
        self.posted: dict[int, Message] = {}
        self.sent: Stream[Message] = Stream()
        self.edits: Stream[Message] = Stream()
        self.deletions: Stream[Message] = Stream()
        self.actions: Stream[str] = Stream()
        # Supergroups number their messages themselves (the first told of their creation, and is
        # the id of a forum's general topic); all other chats share one count.
        own = kind in {"supergroup", "channel"}
        self._ids = itertools.count(2) if own else server.message_ids

    def raw(self) -> dict[str, Any]:
        """The Bot API object."""
        body: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.user is not None:
            user = self.user.raw()
            body |= {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
        else:
            body |= {"title": self.title}
            body |= {"username": self.username} if self.username else {}
            body |= {"is_forum": True} if self.is_forum else {}
        return body

    @property
    def messages(self) -> list[Message]:
        """What is visible now, in order."""
        return list(self.posted.values())

    @property
    def bot_messages(self) -> list[Message]:
        return [message for message in self.messages if message.from_bot]

    def topic(self, name: str) -> int:
        """Open a forum topic; its ``message_thread_id``."""
        with self.server.lock:
            if not self.is_forum:
                raise ValueError(f"{self.title} is not a forum")
            opened = self.add_service_message(
                self._author(None), {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            )
            self.topics[opened.message_id] = name
            return opened.message_id

    def delete_topic(self, thread: int) -> None:
        with self.server.lock:
            del self.topics[thread]

    def send(
        self,
        text: str | None = None,
        *,
        sender: User | None = None,
        reply_to: Message | None = None,
        thread: int | None = None,
        media: Media | None = None,
        **extra: Any,
    ) -> Message:
        """A person writes; ``extra`` are further fields of the Bot API's message."""
        with self.server.lock:
            author = self._author(sender)
            if self.user is not None:
                self.started = True
            message = self.new_message(author, reply_to=reply_to, thread=thread)
            if text is not None:
                tidied = tidy(text, [])
                message.entities = tidied.entities
                if media is None:
                    message.text = tidied.text
                else:
                    message.caption = tidied.text
            if media is not None:
                message.extra[media] = _MEDIA[media]
            message.extra |= extra
            if self._reaches_bot(message):
                post = self.kind == "channel"
                self.server.enqueue("channel_post" if post else "message", message.raw())
            return message

    def edit(self, message: Message, text: str) -> Message:
        """A person edits what they wrote."""
        with self.server.lock:
            message.keep_version()
            tidied = tidy(text, [])
            message.entities = tidied.entities
            if message.text is None:
                message.caption = tidied.text
            else:
                message.text = tidied.text
            message.edited = self.server.clock()
            message.edit_date = self.server.now()
            if self._reaches_bot(message):
                post = self.kind == "channel"
                self.server.enqueue(
                    "edited_channel_post" if post else "edited_message", message.raw()
                )
            return message

    def delete(self, message: Message) -> None:
        """A person deletes a message; the bot is not told."""
        with self.server.lock:
            message.deleted = True
            self.posted.pop(message.message_id, None)

    def press(
        self,
        message: Message,
        text: str | None = None,
        *,
        data: str | None = None,
        sender: User | None = None,
    ) -> Press:
        """Press a button by its text, or send any callback data."""
        with self.server.lock:
            if data is None:
                button = message.button(text or "")
                if button.data is None:
                    raise ValueError(f"button {button.text!r} sends no callback data")
                data = button.data
            return self.server.questions.press(self._author(sender), message, data)

    def join(self, user: User) -> Message:
        with self.server.lock:
            self.members[user.id] = user
            return self.add_service_message(user, {"new_chat_members": [user.raw()]})

    def leave(self, user: User) -> Message:
        with self.server.lock:
            del self.members[user.id]
            return self.add_service_message(user, {"left_chat_member": user.raw()})

    def add_bot(self) -> None:
        with self.server.lock:
            author = self._author(None)
            self.bot_is_member = True
            self.member_update(author, "left", "member")
            self.add_service_message(author, {"new_chat_members": [self.server.bot.raw()]})

    def kick_bot(self) -> None:
        with self.server.lock:
            author = self._author(None)
            self.bot_is_member = False
            self.member_update(author, "member", "kicked")

    def migrate(self) -> "Chat":
        """The group becomes a supergroup: a new chat, and the old id fails from now on."""
        with self.server.lock:
            author = self._author(None)
            new = self.server.supergroup(self.title or "", members=self.members.values())
            self.migrated_to = new.id
            self.add_service_message(author, {"migrate_to_chat_id": new.id})
            new.add_service_message(author, {"migrate_from_chat_id": self.id})
            return new

    def next_message(self, timeout: float | None = 60.0) -> Awaitable[Message]:
        """The bot's next message here that was not yet given out; ``None`` waits forever.

        Raises:
            TimeoutError: it sent none; the message says what it did.
        """
        return self._next(self.sent, timeout)

    def next_message_sync(self, timeout: float = 60.0) -> Message:
        return self._next_sync(self.sent, timeout)

    def next_edit(self, timeout: float | None = 60.0) -> Awaitable[Message]:
        """The message the bot edited next, as it is now."""
        return self._next(self.edits, timeout)

    def next_edit_sync(self, timeout: float = 60.0) -> Message:
        return self._next_sync(self.edits, timeout)

    def next_deletion(self, timeout: float = 60.0) -> Awaitable[Message]:
        return self._next(self.deletions, timeout)

    def next_deletion_sync(self, timeout: float = 60.0) -> Message:
        return self._next_sync(self.deletions, timeout)

    def next_action(self, timeout: float = 60.0) -> Awaitable[str]:
        """The bot's next chat action here, such as ``typing``."""
        return awaited(self.actions.take(), timeout, self.server.explain)

    def next_action_sync(self, timeout: float = 60.0) -> str:
        return waited(self.actions.take(), timeout, self.server.explain)

    def skip(self) -> None:
        """Forget what was not yet taken."""
        for stream in (self.sent, self.edits, self.deletions):
            stream.clear()
        self.actions.clear()

    def _next(self, stream: Stream[Message], timeout: float | None) -> Awaitable[Message]:
        return awaited(stream.take(), timeout, self.server.explain)

    def _next_sync(self, stream: Stream[Message], timeout: float) -> Message:
        taken: Future[Message] = stream.take()
        return waited(taken, timeout, self.server.explain)

    def new_message(
        self, sender: User, *, reply_to: Message | None = None, thread: int | None = None
    ) -> Message:
        """An empty message, posted; the caller fills it and tells whom it concerns."""
        is_topic = thread is not None and self.is_forum
        if thread is None and self.kind == "supergroup" and not self.is_forum and reply_to:
            # Telegram gives every chain of replies in a supergroup a thread, topic or not.
            thread = reply_to.thread or reply_to.message_id
        message = Message(
            next(self._ids),
            self,
            sender,
            self.server.clock(),
            reply_to=reply_to,
            thread=thread,
            is_topic=is_topic,
            date=self.server.now(),
        )
        self.posted[message.message_id] = message
        return message

    def member_update(self, author: User, old: str, new: str) -> None:
        """Tell the bot about its own membership."""
        bot = self.server.bot.raw()
        self.server.enqueue(
            "my_chat_member",
            {
                "chat": self.raw(),
                "from": author.raw(),
                "date": self.server.now(),
                "old_chat_member": _member(bot, old),
                "new_chat_member": _member(bot, new),
            },
        )

    def add_service_message(self, author: User, fields: dict[str, Any]) -> Message:
        message = self.new_message(author)
        message.extra |= fields
        if self.bot_is_member:
            self.server.enqueue("message", message.raw())
        return message

    def _author(self, sender: User | None) -> User:
        if self.user is not None:
            return self.user
        if sender is None:
            if not self.members:
                self.members[0] = self.server.user(first_name="Someone")
            sender = next(iter(self.members.values()))
        self.members.setdefault(sender.id, sender)
        return sender

    def _reaches_bot(self, message: Message) -> bool:
        if self.user is not None:
            return True
        if not self.bot_is_member:
            return False
        if not self.server.privacy or self.kind == "channel":
            return True
        bot = self.server.bot
        if message.reply_to is not None and message.reply_to.sender is bot:
            return True
        name = f"@{bot.username}".lower()
        for entity in message.entities:
            word = slice_utf16(message.plain, entity["offset"], entity["length"]).lower()
            # A mention of the bot is a message to people like any other (Bot API, "Privacy mode").
            command = entity["type"] == "bot_command"
            if command and ("@" not in word or word.endswith(name)):
                return True
        return False


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    return {"user": user, "status": status} | ({"until_date": 0} if status == "kicked" else {})
