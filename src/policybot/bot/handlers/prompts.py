"""Prompts for commands sent without the words they need, by ForceReply."""

from __future__ import annotations

import dataclasses

from telegram import ForceReply, Message

from policybot.bot.services import Place, Services, Visitor
from policybot.bot.views.delivering import deliver
from policybot.bot.views.messages import Screen
from policybot.render.telegram import Page, clip
from policybot.render.telegram.texts import label, say

_HINT_LIMIT = 64
"""Maximum characters of ``input_field_placeholder`` (Bot API, ForceReply)."""

_ASKED = {"ask": "ask_what", "policy": "policy_which", "subscribe": "subscribe_which"}


async def prompt(services: Services, visitor: Visitor, place: Place, command: str) -> None:
    """Ask for the words that a command needs."""
    example = ""
    if command != "policy":
        example = (await services.examples(visitor.language))[0]
        if command == "subscribe":
            named = (await services.catalogue()).policies
            example = named[-1].title if named else ""
    hint = clip(label(visitor.language, f"hint_{command}", example=example), _HINT_LIMIT)
    keyboard = ForceReply(selective=True, input_field_placeholder=hint)
    html = say(visitor.language, _ASKED[command])
    messages = await deliver(services, place, Screen(Page(html), keyboard))
    if messages:
        chat = services.chat_hash(place.chat)
        talk = await services.talks.load(chat, visitor.hashed)
        waits = dataclasses.replace(talk, prompt=(command, messages[0]))
        await services.talks.keep(chat, visitor.hashed, waits)


async def prompted(services: Services, visitor: Visitor, message: Message) -> str | None:
    """Return the command whose prompt a message replies to, else None."""
    replied = message.reply_to_message
    if replied is None:
        return None
    talk = await services.talks.load(services.chat_hash(message.chat.id), visitor.hashed)
    return talk.prompt[0] if talk.prompt and talk.prompt[1] == replied.message_id else None
