"""Dispatch of callback queries. The data is untrusted: every id is looked up and checked."""

from __future__ import annotations

from functools import partial
from typing import Literal, cast

from telegram import CallbackQuery, Chat, Message, Update

from policybot.bot.buttons.callbacks import OWNED, REASONS, Action, decode
from policybot.bot.buttons.hits import OPENED, on_hit, on_relative
from policybot.bot.buttons.lists import choose, export, turn
from policybot.bot.buttons.personal import on_owned
from policybot.bot.buttons.press import Pressed
from policybot.bot.handlers.asking import ask, finding_without
from policybot.bot.handlers.commands import issuers_screen
from policybot.bot.ops.outage import run_when_available
from policybot.bot.services import Context, Place, Services, Visitor, services_of
from policybot.bot.store import people
from policybot.bot.store.answers import Shown, load_answer
from policybot.bot.views.keyboards import with_reasons, without_reasons
from policybot.errors import UnavailableError
from policybot.query.demanded import DEMANDS
from policybot.render.telegram.texts import label


async def on_press(update: Update, context: Context) -> None:
    """Handle a callback query, and answer it in any case so that its spinner ends."""
    services, query = services_of(context), update.callback_query
    if query is None:
        return
    visitor = await services.visitor(query.from_user)
    try:
        await _pressed(services, visitor, query)
    except UnavailableError:
        services.metrics.failed("search")
        text = label(visitor.language, "busy")
        await services.sender.answer_press(query.id, text, alert=True)


async def _pressed(services: Services, visitor: Visitor, query: CallbackQuery) -> None:
    press = decode(query.data)
    if press is None or query.message is None:
        await services.sender.answer_press(query.id, label(visitor.language, "expired"))
        return
    event = Pressed(services, visitor, query, press, _place(query))
    if press.action is Action.NOTHING:
        await event.answer()
    elif press.action in OWNED:
        await on_owned(event)
    elif press.action is Action.ISSUERS:
        await event.edit(await issuers_screen(services, visitor, max(0, press.number)))
    else:
        shown = await services.state.run(load_answer, press.ref)
        chat = services.chat_hash(query.message.chat.id)
        if shown is None or shown.chat != chat:
            await event.answer("expired")
        else:
            await _on_answer(event, shown)


async def _on_answer(event: Pressed, shown: Shown) -> None:
    press = event.press
    match press.action:
        case Action.UP | Action.DOWN:
            await _vote(event, shown)
        case Action.REASON:
            await _reason(event, shown)
        case Action.WITHOUT:
            await _without(event, shown)
        case Action.EXAMPLE if 0 <= press.number < len(shown.lines):
            await event.answer()
            question = shown.lines[press.number]
            work = partial(ask, event.services, event.visitor, event.place, question)
            await run_when_available(event.services, event.visitor, event.place, work)
        case Action.LIST if shown.kind == "list":
            await turn(event, shown)
        case Action.CHOOSE if shown.kind == "list":
            await choose(event, shown)
        case Action.EXPORT if shown.kind == "list":
            await export(event, shown)
        case Action.RELATIVE:
            await on_relative(event, shown)
        case action if action in OPENED:
            await on_hit(event, shown)
        case _:
            await event.answer("expired")


async def _vote(event: Pressed, shown: Shown) -> None:
    """Record a vote; after a 👎, ask for the reason with buttons above the others."""
    press, up = event.press, event.press.action is Action.UP
    voted = await event.services.state.run(
        people.vote, shown.id, event.visitor.hashed, 1 if up else -1, press.number
    )
    if up or not voted:
        await event.answer("thanks" if voted else "vote_taken_back")
    else:
        await event.answer("what_was_wrong")
    keyboard = event.keyboard
    if keyboard is None:
        return
    if voted and not up:
        after = with_reasons(keyboard, shown.id, max(0, press.number), event.visitor.language)
        await event.edit_keyboard(after)
    elif (rows := without_reasons(keyboard)) != [list(r) for r in keyboard.inline_keyboard]:
        await event.edit_keyboard(rows)


async def _reason(event: Pressed, shown: Shown) -> None:
    """Record the reason for a 👎."""
    _, number = event.press.pair
    if not 0 <= number < len(REASONS):
        await event.answer("expired")
        return
    await event.services.state.run(
        people.give_reason, shown.id, event.visitor.hashed, REASONS[number]
    )
    await event.answer("thanks")
    if event.keyboard is not None:
        await event.edit_keyboard(without_reasons(event.keyboard))


async def _without(event: Pressed, shown: Shown) -> None:
    """Ask again without a filter; an unstored question is read from the message replied to."""
    message = event.query.message if isinstance(event.query.message, Message) else None
    replied = message.reply_to_message if message else None
    question = shown.question or (replied.text if replied else None)
    if question is None or event.press.detail not in {*DEMANDS, "unknown"}:
        await event.answer("expired")
        return
    await event.answer()
    name = cast(
        "Literal['unknown', 'issuers', 'dates', 'number', 'phrases', 'validity']",
        event.press.detail,
    )
    search = finding_without(event.services, question, name)
    work = partial(ask, event.services, event.visitor, event.place, question, search=search)
    await run_when_available(event.services, event.visitor, event.place, work)


def _place(query: CallbackQuery) -> Place:
    """Return where a button's reply is sent: under its message, in its topic."""
    message = query.message
    if message is None:
        raise ValueError("a callback query without a message was not rejected")
    thread = None
    if isinstance(message, Message) and message.is_topic_message:
        thread = message.message_thread_id
    return Place(message.chat.id, thread, message.message_id, message.chat.type == Chat.PRIVATE)
