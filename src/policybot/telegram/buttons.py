"""Presses on buttons. Callback data comes from outside: what it says is looked up and checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Literal, cast

from telegram import CallbackQuery, Chat, Message, Update

from policybot.corpus.ids import file_stem
from policybot.errors import UnavailableError
from policybot.model import Hit
from policybot.query.demanded import DEMANDS
from policybot.render.telegram import LIST_PAGE, source_page, split
from policybot.telegram import people
from policybot.telegram.answers import Shown, load_answer
from policybot.telegram.asking import ask, finding_without
from policybot.telegram.commands import issuers_sheet, open_policy
from policybot.telegram.desk import Context, Desk, Place, Visitor, desk_of
from policybot.telegram.keyboards import OWNED, Action, Press, decode, page_count
from policybot.telegram.outage import insist
from policybot.telegram.settings import changed, forget_now, settings_sheet
from policybot.telegram.sheets import Sheet, hit_sheet, hits_of, list_sheet
from policybot.telegram.subscriptions import subscriptions_sheet
from policybot.telegram.texts import label, say

MOST_PARTS = 20
"""Messages that one full text may take; a longer one is sent as a file."""


OPENED: Mapping[Action, people.Opened] = {
    Action.TEXT: "text",
    Action.SOURCE: "source",
    Action.OPEN: "entry",
    Action.NEAR: "near",
    Action.HIT: "turned",
}
"""How a hit is opened: its full text, its source, from a list, from a refusal, by turning to it."""


async def on_press(update: Update, context: Context) -> None:
    """Do what a button asks, and end its spinner whatever happens."""
    desk, query = desk_of(context), update.callback_query
    if query is None:
        return
    visitor = await desk.visitor(query.from_user)
    try:
        await _pressed(desk, visitor, query)
    except UnavailableError:
        desk.tally.failed("search")
        text = label(visitor.language, "busy")
        await desk.sender.answer_press(query.id, text, alert=True)


async def _pressed(desk: Desk, visitor: Visitor, query: CallbackQuery) -> None:
    press = decode(query.data)
    if press is None or query.message is None:
        await _answer(desk, query, visitor, "expired")
    elif press.action is Action.NOTHING:
        await desk.sender.answer_press(query.id)
    elif press.action in OWNED:
        await _owned(desk, visitor, query, press)
    elif press.action is Action.ISSUERS:
        await _edit(desk, query, await issuers_sheet(desk, visitor, max(0, press.number)))
    else:
        shown = await desk.state.run(load_answer, press.ref)
        chat = desk.chat_hash(query.message.chat.id)
        if shown is None or shown.chat != chat:
            await _answer(desk, query, visitor, "expired")
        else:
            await _of_answer(desk, visitor, query, press, shown)


async def _of_answer(
    desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press, shown: Shown
) -> None:
    match press.action:
        case Action.UP | Action.DOWN:
            value = 1 if press.action is Action.UP else -1
            stands = await desk.state.run(
                people.vote, shown.id, visitor.hashed, value, press.number
            )
            await _answer(desk, query, visitor, "thanks" if stands else "vote_taken_back")
        case Action.WITHOUT:
            await _without(desk, visitor, query, press, shown)
        case Action.EXAMPLE if 0 <= press.number < len(shown.lines):
            await desk.sender.answer_press(query.id)
            place, question = _place(query), shown.lines[press.number]
            await insist(desk, visitor, place, partial(ask, desk, visitor, place, question))
        case Action.LIST if shown.kind == "list":
            await _list(desk, visitor, query, press, shown)
        case Action.RELATIVE:
            await _relative(desk, visitor, query, press, shown)
        case action if action in OPENED:
            await _of_hit(desk, visitor, query, press, shown)
        case _:
            await _answer(desk, query, visitor, "expired")


async def _of_hit(
    desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press, shown: Shown
) -> None:
    if not 0 <= press.number < len(shown.entries):
        await _answer(desk, query, visitor, "expired")
        return
    hits = await hits_of(desk, shown, press.number)
    if not hits:
        await _answer(desk, query, visitor, "gone")
        return
    hit, place = hits[0], _place(query)
    if shown.question is not None:
        how = OPENED[press.action]
        await desk.state.run(people.note_opened, shown.id, visitor.hashed, press.number, how)
    match press.action:
        case Action.TEXT:
            await desk.sender.answer_press(query.id)
            await _full_text(desk, visitor, place, hit)
        case Action.SOURCE:
            await desk.sender.answer_press(query.id)
            html = source_page(hit, visitor.language)
            await desk.sender.send(place.chat, html, reply_to=place.reply_to, thread=place.thread)
        case Action.NEAR:
            await desk.sender.answer_press(query.id)
            sheet = hit_sheet(desk, visitor, shown, hit, press.number)
            await desk.sender.send(
                place.chat,
                sheet.page.html,
                keyboard=sheet.keyboard,
                reply_to=place.reply_to,
                thread=place.thread,
            )
        case _:
            back = press.number // LIST_PAGE if press.action is Action.OPEN else None
            await _edit(desk, query, hit_sheet(desk, visitor, shown, hit, press.number, back=back))


async def _relative(
    desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press, shown: Shown
) -> None:
    """Open a policy that replaces, repeals or amends the one shown, as it is now."""
    index, place = press.pair
    hits = await hits_of(desk, shown, index) if 0 <= index < len(shown.entries) else []
    if not hits or not 0 <= place < len(hits[0].affected_by):
        await _answer(desk, query, visitor, "expired")
        return
    await desk.sender.answer_press(query.id)
    where, policy_id = _place(query), hits[0].affected_by[place].id
    await insist(desk, visitor, where, partial(open_policy, desk, visitor, where, policy_id))


async def _full_text(desk: Desk, visitor: Visitor, place: Place, hit: Hit) -> None:
    """Send the whole of a policy's text, word for word, in as many messages as it takes."""
    parts = [part for part in split(hit.policy.body) if part.text.strip()]
    if len(parts) > MOST_PARTS:
        await desk.sender.send_file(
            place.chat,
            hit.policy.body.encode("utf-8"),
            f"{file_stem(hit.policy.id)}.txt",
            say(visitor.language, "document_caption"),
            reply_to=place.reply_to,
            thread=place.thread,
        )
        return
    for number, part in enumerate(parts):
        reply = place.reply_to if number == 0 else None
        await desk.sender.send(place.chat, part.html, reply_to=reply, thread=place.thread)


async def _list(
    desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press, shown: Shown
) -> None:
    if not 0 <= press.number < page_count(len(shown.entries)):
        await _answer(desk, query, visitor, "expired")
        return
    hits = await hits_of(desk, shown, press.number * LIST_PAGE, LIST_PAGE)
    await _edit(desk, query, list_sheet(visitor, shown, hits, press.number))


async def _without(
    desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press, shown: Shown
) -> None:
    """Ask again without a filter. Where questions are not kept, the message replied to has it."""
    message = query.message if isinstance(query.message, Message) else None
    replied = message.reply_to_message if message else None
    question = shown.question or (replied.text if replied else None)
    if question is None or press.detail not in {*DEMANDS, "unknown"}:
        await _answer(desk, query, visitor, "expired")
        return
    await desk.sender.answer_press(query.id)
    name = cast(
        "Literal['unknown', 'issuers', 'dates', 'number', 'phrases', 'validity']", press.detail
    )
    search = finding_without(desk, question, name)
    place = _place(query)
    work = partial(ask, desk, visitor, place, question, search=search)
    await insist(desk, visitor, place, work)


async def _owned(desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press) -> None:
    if press.ref != str(visitor.person):
        await _answer(desk, query, visitor, "not_yours")
        return
    match press.action:
        case Action.LANGUAGE | Action.HITS:
            key = "language" if press.action is Action.LANGUAGE else "hits"
            after = changed(visitor.settings, key, press.detail)
            if after is None:
                await _answer(desk, query, visitor, "expired")
                return
            await desk.state.run(people.keep_settings, visitor.person, after)
            visitor = await desk.visitor(query.from_user)
            await _edit(desk, query, settings_sheet(desk, visitor), "settings_saved")
        case Action.UNSUBSCRIBE:
            await _unsubscribe(desk, visitor, query, press)
        case _:
            if press.detail == "yes":
                await forget_now(desk, visitor)
            html = say(visitor.language, "forgotten" if press.detail == "yes" else "kept")
            await _edit_html(desk, query, html)


async def _unsubscribe(desk: Desk, visitor: Visitor, query: CallbackQuery, press: Press) -> None:
    everything = press.detail == "all"
    number = None if everything else press.number
    topic = await desk.state.run(people.unsubscribe, visitor.person, number)
    if topic is None:
        await _answer(desk, query, visitor, "expired")
        return
    key = "unsubscribed_all" if everything else "unsubscribed"
    text = label(visitor.language, key, topic=topic)[:200]
    await desk.sender.answer_press(query.id, text)
    sheet = await subscriptions_sheet(desk, visitor, "subscriptions")
    message = query.message
    if message:
        await desk.sender.edit(message.chat.id, message.message_id, sheet.page.html, sheet.keyboard)


async def _edit(desk: Desk, query: CallbackQuery, sheet: Sheet, said: str | None = None) -> None:
    """Put a sheet into the message whose button was pressed."""
    text = None
    if said:
        text = label((await desk.visitor(query.from_user)).language, said)
    await desk.sender.answer_press(query.id, text)
    message = query.message
    if message:
        await desk.sender.edit(message.chat.id, message.message_id, sheet.page.html, sheet.keyboard)


async def _edit_html(desk: Desk, query: CallbackQuery, html: str) -> None:
    await desk.sender.answer_press(query.id)
    if query.message:
        await desk.sender.edit(query.message.chat.id, query.message.message_id, html)


async def _answer(desk: Desk, query: CallbackQuery, visitor: Visitor, key: str) -> None:
    await desk.sender.answer_press(query.id, label(visitor.language, key))


def _place(query: CallbackQuery) -> Place:
    """Return where what a button brings goes: under its message, in its topic."""
    message = query.message
    if message is None:
        raise ValueError("a press without a message was let through")
    thread = None
    if isinstance(message, Message) and message.is_topic_message:
        thread = message.message_thread_id
    return Place(message.chat.id, thread, message.message_id, message.chat.type == Chat.PRIVATE)
