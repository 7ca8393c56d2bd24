"""Admission of updates: access lists and the rate limit on requests."""

from __future__ import annotations

import asyncio

from telegram import Chat, InlineQuery, Message, Update

from policybot.bot.handlers.subscriptions import administers
from policybot.bot.ops.access import PER_MINUTE
from policybot.bot.ops.outage import slot_released, without_receipt
from policybot.bot.services import Services, place_of
from policybot.bot.updates.messages import read_message, read_post
from policybot.render.telegram.texts import label, say


async def admit(services: Services, update: Update, *, replayed: bool) -> bool:
    """Whether the update is to be processed. People who are turned away are told once.

    An update ``replayed`` after a restart was admitted before.
    """
    user, chat = update.effective_user, update.effective_chat
    if chat is not None and update.channel_post:
        return _welcomes_post(services, update.channel_post, chat)
    if user is None or update.my_chat_member:
        return True
    message = update.message or update.edited_message
    if message and (message.migrate_to_chat_id or message.migrate_from_chat_id):
        return True
    if not services.access.welcomes(user.id, chat.id if chat else None, services.sender.moved):
        await _turn_away(services, update)
        return False
    if user.is_bot and not (message and message.sender_chat):
        return False
    if replayed or (message and not _concerns(services, update)):
        return True
    # Anonymous admins of all groups share one id; the group they post as identifies them.
    speaks_for = message.sender_chat if message else None
    person = speaks_for.id if speaks_for else user.id
    if message:
        return await _in_turn(services, update, person)
    verdict = services.presses.admit(person)
    if verdict == "welcome" and chat is not None and chat.type == Chat.CHANNEL:
        return await _administers(services, update, chat)
    if update.inline_query and verdict != "welcome":
        await _answer_nothing(services, update.inline_query, cache_time=0)
    elif verdict != "welcome" and update.callback_query:
        language = (await services.visitor(user)).language
        text = label(language, "too_fast_press") if verdict == "too_fast" else None
        await services.sender.answer_press(update.callback_query.id, text)
    return verdict == "welcome"


def _welcomes_post(services: Services, post: Message, chat: Chat) -> bool:
    """Whether a channel post is a command that the bot may answer; others are ignored silently."""
    return (
        read_post(post, services.username) is not None
        and services.access.welcomes(chat.id, chat.id, services.sender.moved)
        and services.messages.admit(chat.id) == "welcome"
    )


async def _administers(services: Services, update: Update, chat: Chat) -> bool:
    """Whether who pressed a button under a channel post may change what all its readers see."""
    user, query = update.effective_user, update.callback_query
    if user is None or query is None or await administers(services, chat.id, user.id):
        return True
    language = (await services.visitor(user)).language
    text = label(language, "channel_press", bot=services.username)
    await services.sender.answer_press(query.id, text, alert=True)
    return False


async def _in_turn(services: Services, update: Update, person: int) -> bool:
    """Delay a message of a person who sends too many; they are told so once."""
    wait, first = services.messages.reserve(person)
    if wait > 0:
        if first and update.message and update.effective_user:
            language = (await services.visitor(update.effective_user)).language
            place = place_of(update.message)
            text = say(language, "too_fast", limit=PER_MINUTE)
            await without_receipt(services.reply(place, text))
        async with slot_released():
            await asyncio.sleep(wait)
    return True


def _concerns(services: Services, update: Update) -> bool:
    """Whether a message is addressed to the bot; others in a group do not count to the limit."""
    message = update.message or update.edited_message
    if message is None:
        return False
    if message.chat.type == Chat.PRIVATE:
        return True
    return read_message(message, services.bot_id, services.username) is not None


async def _turn_away(services: Services, update: Update) -> None:
    """Tell a person in a private chat, once, that they have no access; say nothing in groups."""
    user = update.effective_user
    if user is None:
        return
    language = (await services.visitor(user)).language
    if update.callback_query:
        await services.sender.answer_press(update.callback_query.id, label(language, "denied"))
    elif update.inline_query:
        await _answer_nothing(services, update.inline_query, cache_time=300)
    elif (
        update.message
        and update.message.chat.type == Chat.PRIVATE
        and user.id not in services.denied_told
    ):
        services.denied_told.add(user.id)
        await services.sender.send(update.message.chat.id, say(language, "denied"))


async def _answer_nothing(services: Services, query: InlineQuery, cache_time: int) -> None:
    await services.sender.answer_inline(
        query.id, [], next_offset="", cache_time=cache_time, button=None
    )
