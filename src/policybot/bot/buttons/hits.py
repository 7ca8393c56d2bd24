"""The buttons under one policy: turn, next passage, whole text, cite, source, follow."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from functools import partial

from policybot.bot.buttons.callbacks import FILES, Action, decode
from policybot.bot.buttons.press import Pressed
from policybot.bot.handlers.commands import open_policy
from policybot.bot.handlers.subscriptions import follow
from policybot.bot.ops.outage import run_when_available
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
"""How opening a hit is recorded; None where it says nothing about the answer's quality."""


async def on_hit(event: Pressed, shown: Shown) -> None:
    """Handle a button that acts on one hit of an answer."""
    action, (index, detail) = event.press.action, _target(event)
    services, visitor, place = event.services, event.visitor, event.place
    if not 0 <= index < len(shown.entries):
        await event.answer("expired")
        return
    hits = await hits_of(services, shown, [index])
    if not hits:
        await event.answer("gone")
        return
    opened_as = OPENED[action]
    if shown.question is not None and opened_as:
        hashed = visitor.hashed
        await services.state.run(people.note_opened, shown.id, hashed, index, opened_as)
    match action:
        case Action.TEXT:
            await event.answer()
            await send_whole(services, visitor, place, shown, index, hits[0])
        case Action.FILE if 0 <= detail < len(FILES):
            await event.answer()
            await send_policy_file(services, visitor, place, hits[0], detail)
        case Action.SOURCE:
            await event.answer()
            link = share_url(services.username, hits[0].policy.index_id)
            html = source_page(hits[0], visitor.language, link)
            await services.reply(place, html)
        case Action.CITE:
            await event.answer()
            today = dt.datetime.now(tz=dt.UTC).date()
            for html in citation_pages(hits[0].policy, visitor.language, today):
                await services.reply(place, html)
        case Action.PASSAGE:
            await _passage(event, shown, index, detail, hits[0])
        case Action.FOLLOW:
            message = event.query.message
            title = (message.chat.title if message else None) or ""
            text = await follow(services, visitor, place, hits[0].policy, title)
            await services.sender.answer_press(event.query.id, text, alert=True)
        case Action.FILE:
            await event.answer("expired")
        case _:
            await _show(event, shown, index, hits[0])


def _target(event: Pressed) -> tuple[int, int]:
    """Return the position of the button's hit and its second number; -1 where there is none."""
    if event.press.action in {Action.FILE, Action.PASSAGE}:
        return event.press.pair
    if event.press.action is Action.OPEN:
        return event.press.entry[0], -1
    return event.press.number, -1


async def _show(event: Pressed, shown: Shown, index: int, hit: Hit) -> None:
    """Show a hit: a near miss in a new message, any other in place of the current one."""
    if event.press.action is Action.NEAR:
        await event.answer()
        screen = hit_screen(event.services, event.visitor, shown, hit, index)
        await event.services.reply(event.place, screen.page.html, screen.keyboard)
        await event.set_focus(shown.id, index)
        return
    back = None
    if event.press.action is Action.OPEN:
        # Buttons of lists sent before views existed name no view.
        back = event.press.entry[1] or ListView(index // LIST_PAGE)
    await event.edit(hit_screen(event.services, event.visitor, shown, hit, index, back=back))
    await event.set_focus(shown.id, index, back.write() if back else "")


async def _passage(event: Pressed, shown: Shown, index: int, number: int, hit: Hit) -> None:
    """Show another passage of the same policy, unless its text changed since the answer."""
    services = event.services
    try:
        document = await services.search(partial(services.engine.show, hit.policy.index_id))
    except PolicyNotFoundError:
        await event.answer("gone")
        return
    if document.policy.body != hit.policy.body:
        await event.answer("changed_since")
        return
    if not 0 <= number < len(document.passages):
        await event.answer("no_passage_before" if number < 0 else "no_passage_after")
        return
    turned = document_hit(document, number)
    asked = hit.quotes[0] if hit.quotes else None
    if asked and turned.quotes and turned.quotes[0].passage.id == asked.passage.id:
        turned = dataclasses.replace(turned, quotes=(asked,))
    turned = dataclasses.replace(turned, validity=hit.validity or turned.validity)
    back = _back(event)
    await event.edit(hit_screen(services, event.visitor, shown, turned, index, back=back))


def _back(event: Pressed) -> ListView | None:
    """Return the view of the list that the message has a button back to."""
    rows = event.keyboard.inline_keyboard if event.keyboard else ()
    presses = (decode(str(button.callback_data)) for row in rows for button in row)
    lists = (read_view(press.detail) for press in presses if press and press.action is Action.LIST)
    return next(lists, None)


async def on_relative(event: Pressed, shown: Shown) -> None:
    """Open a related policy (one that replaces, repeals or amends the shown one) as it is now."""
    index, place = event.press.pair
    hits = await hits_of(event.services, shown, [index]) if 0 <= index < len(shown.entries) else []
    if not hits or not 0 <= place < len(hits[0].affected_by):
        await event.answer("expired")
        return
    await event.answer()
    policy_id = hits[0].affected_by[place].id
    work = partial(open_policy, event.services, event.visitor, event.place, policy_id)
    await run_when_available(event.services, event.visitor, event.place, work)
