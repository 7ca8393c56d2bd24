"""One callback query, and the ways to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from policybot.bot.buttons.callbacks import Press
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store.conversations import Talk
from policybot.bot.views.messages import Screen
from policybot.render.telegram.texts import label


@dataclass(frozen=True, slots=True)
class Pressed:
    """A callback query: what it asks, who pressed, and where a reply is sent."""

    services: Services
    visitor: Visitor
    query: CallbackQuery
    press: Press
    place: Place

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons under the message; None where Telegram no longer provides it."""
        message = self.query.message
        return message.reply_markup if isinstance(message, Message) else None

    async def answer(self, key: str | None = None, *, alert: bool = False) -> None:
        """Answer the query, with the interface text ``key`` or without any."""
        text = label(self.visitor.language, key) if key else None
        await self.services.sender.answer_press(self.query.id, text, alert=alert)

    async def say(self, text: str) -> None:
        """Answer the query with a line of text."""
        await self.services.sender.answer_press(self.query.id, text[:200])

    async def edit(self, screen: Screen, key: str | None = None) -> None:
        """Replace the message by a screen, and answer the query with the text ``key`` if given."""
        message = self.query.message
        if message is None:
            await self.answer(key)
            return
        edit = self.services.sender.edit(
            message.chat.id, message.message_id, screen.page.html, screen.inline
        )
        await asyncio.gather(edit, self.answer(key))

    async def edit_keyboard(
        self, rows: InlineKeyboardMarkup | Sequence[Sequence[InlineKeyboardButton]]
    ) -> None:
        """Replace the buttons under the message."""
        markup = rows if isinstance(rows, InlineKeyboardMarkup) else InlineKeyboardMarkup(rows)
        message = self.query.message
        if message:
            await self.services.sender.edit_keyboard(message.chat.id, message.message_id, markup)

    async def set_focus(self, answer: str, focus: int = 0, view: str = "") -> None:
        """Record which entry of which answer the person now looks at."""
        chat = self.services.chat_hash(self.place.chat)
        talks, person = self.services.talks, self.visitor.hashed
        talk = await talks.load(chat, person)
        reading = talk.reading if talk.answer == answer else None
        after = Talk(answer, focus, view, talk.prompt, talk.small, reading)
        if after != talk:
            await talks.keep(chat, person, after)
