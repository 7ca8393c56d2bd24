"""Conversations as a person sees them, played against the strict server and written as Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field

from botapi_server import BotApiServer
from botapi_server.chats import Chat
from botapi_server.users import User
from botapi_server.world import Message


@dataclass
class Play:
    """One conversation, written down while it is played."""

    server: BotApiServer
    title: str
    lines: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Say between the messages what happens."""
        self.lines += [text, ""]

    def private(self, name: str = "Ann", language: str = "en") -> Chat:
        return self.server.private(self.server.user(first_name=name, language_code=language))

    async def say(
        self,
        chat: Chat,
        text: str,
        *,
        reply_to: Message | None = None,
        sender: User | None = None,
        media: str | None = None,
    ) -> Message:
        """A person writes, and the bot answers."""
        about = f" (in reply to “{reply_to.plain.splitlines()[0]}”)" if reply_to else ""
        about += f" ({media})" if media else ""
        person = sender or chat.user
        name = person.first_name if person else "Somebody"
        self.lines += [f"**{name}**{about}: {text}", ""]
        chat.send(text, reply_to=reply_to, sender=sender, media=media)  # type: ignore[arg-type]
        return await self.hear(chat)

    async def hear(self, chat: Chat) -> Message:
        """Write down the bot's next message."""
        message = await chat.next_message(timeout=60)
        self._show(message)
        return message

    async def press(
        self, chat: Chat, message: Message, button: str, sender: User | None = None
    ) -> str:
        """A person presses a button; what the bot says to that itself is returned."""
        self.lines += [f"*presses [{message.button(button).text}]*", ""]
        said = (await chat.press(message, button, sender=sender).answered())["text"]
        if said:
            self.lines += [f"> *{said}*", ""]
        return str(said)

    async def turn(self, chat: Chat, message: Message, button: str) -> Message:
        """A person presses a button that changes the message."""
        await self.press(chat, message, button)
        edited = await chat.next_edit(timeout=60)
        self._show(edited)
        return edited

    async def bring(self, chat: Chat, message: Message, button: str) -> Message:
        """A person presses a button that brings a message."""
        await self.press(chat, message, button)
        return await self.hear(chat)

    def _show(self, message: Message) -> None:
        self.lines += [f"> {line}".rstrip() for line in shown(message)]
        self.lines.append("")

    def markdown(self) -> str:
        return "\n".join([f"## {self.title}", "", *self.lines])


def shown(message: Message) -> list[str]:
    """Return a message as lines: what is bold, its text, its buttons."""
    lines = []
    if message.photo:
        lines += ["*(a picture)*", ""]
    if message.document:
        lines += [f"*(a file: {message.file_name})*", ""]
    for line in marked(message).splitlines():
        lines.append(f"{line}\\" if line.strip() else line)
    lines = [
        line.removesuffix("\\") if not after.strip() else line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    ]
    for row in message.rows:
        lines += ["", " ".join(f"`[{button.text}]`" for button in row)]
    forced = message.reply_markup or {}
    if forced.get("force_reply"):
        lines += ["", f"*(the reply is opened: “{forced.get('input_field_placeholder')}”)*"]
    return lines


def marked(message: Message) -> str:
    """Return the text with what is bold as Markdown, other marks as characters."""
    coded = message.plain.encode("utf-16-le")
    cuts: list[tuple[int, str]] = []
    for entity in message.entities:
        if entity["type"] == "bold":
            start, end = entity["offset"], entity["offset"] + entity["length"]
            cuts += [(start, "**"), (end, "**")]
    pieces, done = [], 0
    for at, mark in sorted(cuts, key=lambda cut: cut[0]):
        pieces += [_escaped(coded[2 * done : 2 * at].decode("utf-16-le")), mark]
        done = at
    pieces.append(_escaped(coded[2 * done :].decode("utf-16-le")))
    return "".join(pieces)


def _escaped(text: str) -> str:
    for char in "\\`*_<>[]#":
        text = text.replace(char, f"\\{char}")
    return text
