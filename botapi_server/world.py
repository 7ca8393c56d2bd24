"""What the server's chats hold: messages, buttons and the questions people pressed."""

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botapi_server.html import Entity
from botapi_server.text import slice_utf16

if TYPE_CHECKING:
    from botapi_server.chats import Chat
    from botapi_server.users import User


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; ``data`` is its callback data, ``raw`` all its fields."""

    text: str
    data: str | None
    url: str | None
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """What a message was before an edit; ``time`` is when it became so."""

    text: str | None
    caption: str | None
    entities: list[Entity]
    reply_markup: dict[str, Any] | None
    time: float


@dataclass(eq=False)
class Message:
    """A message in a chat, as it is now; equal only to itself."""

    message_id: int
    chat: "Chat"
    sender: "User"
    time: float
    text: str | None = None
    caption: str | None = None
    entities: list[Entity] = field(default_factory=list)
    reply_markup: dict[str, Any] | None = None
    reply_to: "Message | None" = None
    thread: int | None = None
    is_topic: bool = False
    photo: bytes | None = None
    document: bytes | None = None
    file_name: str | None = None
    file_id: str | None = None
    link_preview_options: dict[str, Any] | None = None
    disable_notification: bool = False
    protect_content: bool = False
    via_bot: "User | None" = None
    inline_message_id: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    history: list[Version] = field(default_factory=list)
    deleted: bool = False
    date: int = field(default_factory=lambda: int(time.time()))
    edit_date: int | None = None
    edited: float | None = None

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    @property
    def plain(self) -> str:
        """The text, or the caption."""
        return self.text if self.text is not None else self.caption or ""

    def marked(self, kind: str) -> list[str]:
        """The pieces of the text that an entity of this type covers."""
        return [
            slice_utf16(self.plain, e["offset"], e["length"])
            for e in self.entities
            if e["type"] == kind
        ]

    @property
    def rows(self) -> list[list[Button]]:
        keyboard = (self.reply_markup or {}).get("inline_keyboard", [])
        return [
            [Button(b["text"], b.get("callback_data"), b.get("url"), b) for b in row]
            for row in keyboard
        ]

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.rows for button in row]

    def button(self, text: str) -> Button:
        """The first button with that text, else the first that contains it.

        Raises:
            KeyError: there is none.
        """
        buttons = self.buttons
        for button in buttons:
            if button.text == text:
                return button
        for button in buttons:
            if text in button.text:
                return button
        raise KeyError(f"no button {text!r} among {[b.text for b in buttons]}")

    def keep_version(self) -> None:
        """Put what the message is now into its history."""
        since = self.time if self.edited is None else self.edited
        self.history.append(
            Version(self.text, self.caption, self.entities, self.reply_markup, since)
        )

    def raw(self, *, with_reply: bool = True) -> dict[str, Any]:
        """The Bot API object."""
        body: dict[str, Any] = {
            "message_id": self.message_id,
            # What stands in a channel is said by the channel.
            **(
                {"sender_chat": self.chat.raw()}
                if self.chat.kind == "channel"
                else {"from": self.sender.raw()}
            ),
            "chat": self.chat.raw(),
            "date": self.date,
        }
        body |= dict(self._optional(with_reply=with_reply))
        return body | self.extra

    def _optional(self, *, with_reply: bool) -> Iterator[tuple[str, Any]]:
        if self.thread is not None:
            yield "message_thread_id", self.thread
        if self.is_topic:
            yield "is_topic_message", True
        if self.edit_date is not None:
            yield "edit_date", self.edit_date
        if self.via_bot is not None:
            yield "via_bot", self.via_bot.raw()
        if with_reply and self.reply_to is not None:
            yield "reply_to_message", self.reply_to.raw(with_reply=False)
        if self.protect_content:
            yield "has_protected_content", True
        if self.link_preview_options:
            yield "link_preview_options", self.link_preview_options
        if self.text is not None:
            yield "text", self.text
            if self.entities:
                yield "entities", self.entities
        elif self.caption:
            yield "caption", self.caption
            if self.entities:
                yield "caption_entities", self.entities
        if self.photo is not None:
            width, height = picture_size(self.photo)
            yield (
                "photo",
                [file_object(self.file_id, self.photo) | {"width": width, "height": height}],
            )
        if self.document is not None:
            name = {"file_name": self.file_name} if self.file_name else {}
            yield "document", file_object(self.file_id, self.document) | name
        if self.reply_markup and "inline_keyboard" in self.reply_markup:
            yield "reply_markup", self.reply_markup


def file_object(file_id: str | None, content: bytes) -> dict[str, Any]:
    return {
        "file_id": file_id or "",
        "file_unique_id": f"u{file_id}",
        "file_size": len(content),
    }


def picture_size(content: bytes) -> tuple[int, int]:
    """Width and height of a whole PNG or JPEG; (0, 0) when it is neither."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        if content[12:16] != b"IHDR" or b"IEND" not in content[-12:]:
            return 0, 0
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if not content.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in content[-4:]:
        return 0, 0
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return 0, 0
