"""The buttons under one policy: turn, read on, the whole of it, cite, source, follow."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from functools import partial

from policybot.bot.buttons.callbacks import FILES, Action, decode
from policybot.bot.buttons.press import Pressed
from policybot.bot.handlers.commands import open_policy
from policybot.bot.handlers.subscriptions import follow
from policybot.bot.ops.outage import insist
from policybot.bot.store import people
from policybot.bot.store.answers import Shown
from policybot.bot.views.citing import citation_pages
from policybot.bot.views.links import share_url
from policybot.bot.views.list_views import ListView, read_view
from policybot.bot.views.messages import document_hit, hit_screen, hits_of
from policybot.bot.views.whole import send_policy_file, send_whole
from policybot.errors import PolicyNotFoundError
from policybot.model import Hit
from policybot.render.telegram import LIST_PAGE, source_page

OPENED: Mapping[Action, people.Opened | None] = {
    Action.TEXT: "text",
    Action.FILE: "text",
    Action.SOURCE: "source",
    Action.CITE: "source",
    Action.OPEN: "entry",
    Action.NEAR: "near",
    Action.HIT: "turned",
    Action.PASSAGE: "text",
    Action.FOLLOW: None,
}
"""How a hit is opened, as it is noted; None where that says nothing of the answer."""


async def on_hit(one: Pressed, shown: Shown) -> None:
    """Do what a button asks of one hit of an answer."""
    action, (index, detail) = one.press.action, _of(one)
    hits = await hits_of(one.services, shown, [index]) if 0 <= index < len(shown.entries) else None
    if hits is None:
        await one.answer("expired")
        return
    if not hits:
        await one.answer("gone")
        return
    how = OPENED[action]
    if shown.question is not None and how:
        await one.services.state.run(people.note_opened, shown.id, one.visitor.hashed, index, how)
    match action:
        case Action.TEXT:
            await one.answer()
            await send_whole(one.services, one.visitor, one.place, shown, index, hits[0])
        case Action.FILE if 0 <= detail < len(FILES):
            await one.answer()
            await send_policy_file(one.services, one.visitor, one.place, hits[0], detail)
        case Action.SOURCE:
            await one.answer()
            link = share_url(one.services.username, hits[0].policy.index_id)
            await _send(one, source_page(hits[0], one.visitor.language, link))
        case Action.CITE:
            await one.answer()
            today = dt.datetime.now(tz=dt.UTC).date()
            for html in citation_pages(hits[0].policy, one.visitor.language, today):
                await _send(one, html)
        case Action.PASSAGE:
            await _passage(one, shown, index, detail, hits[0])
        case Action.FOLLOW:
            message = one.query.message
            title = (message.chat.title if message else None) or ""
            text = await follow(one.services, one.visitor, one.place, hits[0].policy, title)
            await one.services.sender.answer_press(one.query.id, text, alert=True)
        case Action.FILE:
            await one.answer("expired")
        case _:
            await _show(one, shown, index, hits[0])


def _of(one: Pressed) -> tuple[int, int]:
    """Return the place of the hit that a button is of, and what else it says; -1 for neither."""
    if one.press.action in {Action.FILE, Action.PASSAGE}:
        return one.press.pair
    if one.press.action is Action.OPEN:
        return one.press.entry[0], -1
    return one.press.number, -1


async def _show(one: Pressed, shown: Shown, index: int, hit: Hit) -> None:
    """Show a hit: a near miss in a message of its own, others in the place of what was shown."""
    if one.press.action is Action.NEAR:
        await one.answer()
        screen = hit_screen(one.services, one.visitor, shown, hit, index)
        await one.services.sender.send(
            one.place.chat,
            screen.page.html,
            keyboard=screen.keyboard,
            reply_to=one.place.reply_to,
            thread=one.place.thread,
        )
        await one.spoken_of(shown.id, index)
        return
    back = None
    if one.press.action is Action.OPEN:
        # What a list showed before it could be turned round has no view in its buttons.
        back = one.press.entry[1] or ListView(index // LIST_PAGE)
    await one.edit(hit_screen(one.services, one.visitor, shown, hit, index, back=back))
    await one.spoken_of(shown.id, index, back.write() if back else "")


async def _passage(one: Pressed, shown: Shown, index: int, number: int, hit: Hit) -> None:
    """Show another passage of the same policy, as long as it reads as it did."""
    try:
        document = await one.services.search(partial(one.services.engine.show, hit.policy.index_id))
    except PolicyNotFoundError:
        await one.answer("gone")
        return
    if document.policy.body != hit.policy.body:
        await one.answer("changed_since")
        return
    if not 0 <= number < len(document.passages):
        await one.answer("no_passage_before" if number < 0 else "no_passage_after")
        return
    other = document_hit(document, number)
    asked = hit.quotes[0] if hit.quotes else None
    if asked and other.quotes and other.quotes[0].passage.id == asked.passage.id:
        other = dataclasses.replace(other, quotes=(asked,))
    other = dataclasses.replace(other, validity=hit.validity or other.validity)
    await one.edit(hit_screen(one.services, one.visitor, shown, other, index, back=_back(one)))


def _back(one: Pressed) -> ListView | None:
    """Return the list to which the message has a way back."""
    rows = one.keyboard.inline_keyboard if one.keyboard else ()
    presses = (decode(str(button.callback_data)) for row in rows for button in row)
    lists = (read_view(press.detail) for press in presses if press and press.action is Action.LIST)
    return next(lists, None)


async def on_relative(one: Pressed, shown: Shown) -> None:
    """Open a policy that replaces, repeals or amends the one shown, as it is now."""
    index, place = one.press.pair
    hits = await hits_of(one.services, shown, [index]) if 0 <= index < len(shown.entries) else []
    if not hits or not 0 <= place < len(hits[0].affected_by):
        await one.answer("expired")
        return
    await one.answer()
    policy_id = hits[0].affected_by[place].id
    work = partial(open_policy, one.services, one.visitor, one.place, policy_id)
    await insist(one.services, one.visitor, one.place, work)


async def _send(one: Pressed, html: str) -> None:
    await one.services.sender.send(
        one.place.chat, html, reply_to=one.place.reply_to, thread=one.place.thread
    )
