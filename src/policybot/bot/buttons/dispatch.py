"""Presses on buttons. Callback data comes from outside: what it says is looked up and checked."""

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
from policybot.bot.ops.outage import insist
from policybot.bot.services import Context, Place, Services, Visitor, services_of
from policybot.bot.store import people
from policybot.bot.store.answers import Shown, load_answer
from policybot.bot.views.keyboards import with_reasons, without_reasons
from policybot.errors import UnavailableError
from policybot.query.demanded import DEMANDS
from policybot.render.telegram.texts import label


async def on_press(update: Update, context: Context) -> None:
    """Do what a button asks, and end its spinner whatever happens."""
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
    one = Pressed(services, visitor, query, press, _place(query))
    if press.action is Action.NOTHING:
        await one.answer()
    elif press.action in OWNED:
        await on_owned(one)
    elif press.action is Action.ISSUERS:
        await one.edit(await issuers_screen(services, visitor, max(0, press.number)))
    else:
        shown = await services.state.run(load_answer, press.ref)
        chat = services.chat_hash(query.message.chat.id)
        if shown is None or shown.chat != chat:
            await one.answer("expired")
        else:
            await _of_answer(one, shown)


async def _of_answer(one: Pressed, shown: Shown) -> None:
    press = one.press
    match press.action:
        case Action.UP | Action.DOWN:
            await _vote(one, shown)
        case Action.REASON:
            await _reason(one, shown)
        case Action.WITHOUT:
            await _without(one, shown)
        case Action.EXAMPLE if 0 <= press.number < len(shown.lines):
            await one.answer()
            question = shown.lines[press.number]
            work = partial(ask, one.services, one.visitor, one.place, question)
            await insist(one.services, one.visitor, one.place, work)
        case Action.LIST if shown.kind == "list":
            await turn(one, shown)
        case Action.CHOOSE if shown.kind == "list":
            await choose(one, shown)
        case Action.EXPORT if shown.kind == "list":
            await export(one, shown)
        case Action.RELATIVE:
            await on_relative(one, shown)
        case action if action in OPENED:
            await on_hit(one, shown)
        case _:
            await one.answer("expired")


async def _vote(one: Pressed, shown: Shown) -> None:
    """Note a thumb; after one down, ask what was wrong, in the place of the other buttons' top."""
    press, up = one.press, one.press.action is Action.UP
    stands = await one.services.state.run(
        people.vote, shown.id, one.visitor.hashed, 1 if up else -1, press.number
    )
    if up or not stands:
        await one.answer("thanks" if stands else "vote_taken_back")
    else:
        await one.answer("what_was_wrong")
    keyboard = one.keyboard
    if keyboard is None:
        return
    if stands and not up:
        after = with_reasons(keyboard, shown.id, max(0, press.number), one.visitor.language)
        await one.edit_keyboard(after)
    elif (rows := without_reasons(keyboard)) != [list(r) for r in keyboard.inline_keyboard]:
        await one.edit_keyboard(rows)


async def _reason(one: Pressed, shown: Shown) -> None:
    """Note why an answer got a 👎."""
    _, number = one.press.pair
    if not 0 <= number < len(REASONS):
        await one.answer("expired")
        return
    await one.services.state.run(people.give_reason, shown.id, one.visitor.hashed, REASONS[number])
    await one.answer("thanks")
    if one.keyboard is not None:
        await one.edit_keyboard(without_reasons(one.keyboard))


async def _without(one: Pressed, shown: Shown) -> None:
    """Ask again without a filter. Where questions are not kept, the message replied to has it."""
    message = one.query.message if isinstance(one.query.message, Message) else None
    replied = message.reply_to_message if message else None
    question = shown.question or (replied.text if replied else None)
    if question is None or one.press.detail not in {*DEMANDS, "unknown"}:
        await one.answer("expired")
        return
    await one.answer()
    name = cast(
        "Literal['unknown', 'issuers', 'dates', 'number', 'phrases', 'validity']",
        one.press.detail,
    )
    search = finding_without(one.services, question, name)
    work = partial(ask, one.services, one.visitor, one.place, question, search=search)
    await insist(one.services, one.visitor, one.place, work)


def _place(query: CallbackQuery) -> Place:
    """Return where what a button brings goes: under its message, in its topic."""
    message = query.message
    if message is None:
        raise ValueError("a press without a message was let through")
    thread = None
    if isinstance(message, Message) and message.is_topic_message:
        thread = message.message_thread_id
    return Place(message.chat.id, thread, message.message_id, message.chat.type == Chat.PRIVATE)
