"""Commands that need words: the bot asks for them, and Telegram opens the reply to that."""

from __future__ import annotations

import dataclasses

from telegram import ForceReply, Message

from policybot.render.telegram import Page, clip
from policybot.render.telegram.texts import label, say
from policybot.telegram.desk import Desk, Place, Visitor
from policybot.telegram.shown.delivering import deliver
from policybot.telegram.shown.sheets import Sheet

_HINT_LIMIT = 64
"""Most characters of ``input_field_placeholder`` (Bot API, ForceReply)."""

_ASKED = {"ask": "ask_what", "policy": "policy_which", "subscribe": "subscribe_which"}


async def prompt(desk: Desk, visitor: Visitor, place: Place, command: str) -> None:
    """Ask for the words that a command needs."""
    example = ""
    if command != "policy":
        example = (await desk.examples(visitor.language))[0]
        if command == "subscribe":
            named = (await desk.catalogue()).policies
            example = named[-1].title if named else ""
    hint = clip(label(visitor.language, f"hint_{command}", example=example), _HINT_LIMIT)
    keyboard = ForceReply(selective=True, input_field_placeholder=hint)
    html = say(visitor.language, _ASKED[command])
    messages = await deliver(desk, place, Sheet(Page(html), keyboard))
    if messages:
        chat = desk.chat_hash(place.chat)
        talk = await desk.talks.load(chat, visitor.hashed)
        waits = dataclasses.replace(talk, prompt=(command, messages[0]))
        await desk.talks.keep(chat, visitor.hashed, waits)


async def prompted(desk: Desk, visitor: Visitor, message: Message) -> str | None:
    """Return the command whose words a message is, None where it replies to no prompt."""
    replied = message.reply_to_message
    if replied is None:
        return None
    talk = await desk.talks.load(desk.chat_hash(message.chat.id), visitor.hashed)
    return talk.prompt[0] if talk.prompt and talk.prompt[1] == replied.message_id else None
