"""Dispatch of messages, edits and changes of membership to their handlers."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from telegram import Chat, ChatMember, Message, Update, User

from policybot.bot.handlers import admin, commands, settings, subscriptions
from policybot.bot.handlers.asking import ask
from policybot.bot.handlers.conversation import replied_talk
from policybot.bot.handlers.prompts import prompt, prompted
from policybot.bot.ops.logs import describe
from policybot.bot.ops.outage import run_when_available
from policybot.bot.outbox.sending import pause_person
from policybot.bot.services import Context, Place, Services, Visitor, place_of, services_of
from policybot.bot.updates.messages import Request, forwarded_from, read_message, read_post
from policybot.render.telegram.texts import label, say

log = logging.getLogger(__name__)
Command = Callable[[Services, Visitor, Place, str], Awaitable[None]]

COMMANDS: Mapping[str, Command] = {
    "start": commands.start,
    "help": commands.show_help,
    "issuers": commands.issuers,
    "policy": commands.policy,
    "subscribe": subscriptions.subscribe,
    "subscriptions": subscriptions.subscriptions,
    "unsubscribe": subscriptions.unsubscribe,
}
PERSONAL: Mapping[str, Command] = {
    "settings": settings.settings,
    "privacy": settings.privacy,
    "forget": settings.forget,
}
"""Commands about the person who sends them: in private chats only."""

ADMIN: Mapping[str, Command] = {
    "status": admin.status,
    "stats": admin.stats,
    "unanswered": admin.unanswered,
    "reload": admin.reload,
}
OF_CHANNELS = ("subscribe", "subscriptions", "unsubscribe")
"""Commands accepted in a channel, where only its admins can post."""

QUESTIONS = frozenset({None, "ask", "list", "timeline"})
"""Requests whose edit edits the answer: questions and these commands."""


async def on_message(update: Update, context: Context) -> None:
    """Handle a new message."""
    services, message, user = services_of(context), update.effective_message, update.effective_user
    if message is None or user is None:
        return
    if message.migrate_to_chat_id:
        await services.sender.move(message.chat.id, message.migrate_to_chat_id)
        return
    if message.migrate_from_chat_id:
        await services.sender.move(message.migrate_from_chat_id, message.chat.id)
        return
    if not (message.text or message.caption):
        await _not_text(services, message, user)
        return
    request = read_message(message, services.bot_id, services.username)
    if request is None:
        return
    visitor, place = await services.visitor(user), place_of(message)
    if request.command is None and (command := await prompted(services, visitor, message)):
        request = Request(command, request.text)
    if request.command in QUESTIONS:
        work = partial(_question, services, visitor, place, message, request)
        await run_when_available(services, visitor, place, work)
    else:
        if place.private and request.command == "subscribe" and (chat := forwarded_from(message)):
            request = Request(request.command, f"{chat} {request.text}".strip())
        work = partial(_command, services, visitor, place, request)
        await run_when_available(services, visitor, place, work, searches=False)


async def on_post(update: Update, context: Context) -> None:
    """Handle a channel post: a command by which its admins manage the channel's alerts."""
    services, message = services_of(context), update.channel_post
    request = read_post(message, services.username) if message else None
    if message is None or request is None or request.command not in OF_CHANNELS:
        return
    visitor, place = await services.channel(message.chat), place_of(message)
    work = partial(_command, services, visitor, place, request)
    await run_when_available(services, visitor, place, work, searches=False)


async def on_edit(update: Update, context: Context) -> None:
    """Answer an edited question by editing its answer, or in a new message if there is none."""
    services, message, user = services_of(context), update.effective_message, update.effective_user
    if message is None or user is None:
        return
    request = read_message(message, services.bot_id, services.username)
    if request is not None and request.command in QUESTIONS and request.text:
        visitor, place = await services.visitor(user), place_of(message)
        work = partial(_question, services, visitor, place, message, request)
        await run_when_available(services, visitor, place, work)


async def on_membership(update: Update, context: Context) -> None:
    """Pause alerts when the bot is blocked, resume them on return, and greet new groups."""
    services, change = services_of(context), update.my_chat_member
    if change is None:
        return
    gone = (ChatMember.BANNED, ChatMember.LEFT)
    left = change.new_chat_member.status in gone
    await services.state.run(pause_person, change.chat.id, paused=left)
    if change.chat.type in (Chat.GROUP, Chat.SUPERGROUP) and not left:
        person, where = change.from_user.id, change.chat.id
        welcome = services.access.welcomes(person, where, services.sender.moved)
        if change.old_chat_member.status not in gone or not welcome:
            return
        visitor = await services.visitor(change.from_user)
        place = Place(change.chat.id, private=False)
        work = partial(commands.hello_group, services, visitor, place)
        await run_when_available(services, visitor, place, work, searches=False)


async def on_error(update: object, context: Context) -> None:
    """Log an error under a reference, and tell the person only the reference."""
    error = context.error
    reference = secrets.token_hex(4)
    services_of(context).metrics.failed("handler")
    log.error("failed %s: %s", reference, describe(error) if error else "unknown")
    if not isinstance(update, Update) or update.effective_user is None:
        return
    services = services_of(context)
    language = (await services.visitor(update.effective_user)).language
    if update.callback_query:
        text = label(language, "failed", reference=reference)
        await services.sender.answer_press(update.callback_query.id, text, alert=True)
    elif update.message:
        place = place_of(update.message)
        text = say(language, "failed", reference=reference)
        await services.reply(place, text)


async def _question(
    services: Services, visitor: Visitor, place: Place, message: Message, request: Request
) -> None:
    key = services.message_key(message.chat.id, message.message_id)
    match request.command:
        case "list":
            await commands.list_policies(services, visitor, place, request.text, key)
        case "timeline":
            await commands.timeline(services, visitor, place, request.text, key)
        case "ask" if not request.text:
            await prompt(services, visitor, place, "ask")
        case _:
            replied = replied_talk(message, services.bot_id)
            await ask(services, visitor, place, request.text, key=key, replied=replied)


async def _command(services: Services, visitor: Visitor, place: Place, request: Request) -> None:
    name = request.command or ""
    command = COMMANDS.get(name) or PERSONAL.get(name)
    if command is None and services.access.is_admin(visitor.person):
        command = ADMIN.get(name)
    key = None
    if command is None:
        # Others are not even told that the command exists.
        key = "unknown_command"
    elif not place.private and name not in COMMANDS:
        key = "private_only"
    if key is None and command is not None:
        await command(services, visitor, place, request.text)
    elif key and (place.private or key == "private_only"):
        text = say(visitor.language, key)
        await services.reply(place, text)


async def _not_text(services: Services, message: Message, user: User) -> None:
    """Answer in a private chat that only text is read; service messages are ignored."""
    if message.chat.type != Chat.PRIVATE or message.via_bot or not message.effective_attachment:
        return
    language = (await services.visitor(user)).language
    await services.sender.send(
        message.chat.id, say(language, "text_only"), reply_to=message.message_id
    )
