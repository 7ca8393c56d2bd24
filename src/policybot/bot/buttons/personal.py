"""The buttons of one person or chat: settings, alerts, deleting stored data."""

from __future__ import annotations

import dataclasses

from policybot.bot.buttons.callbacks import Action
from policybot.bot.buttons.press import Pressed
from policybot.bot.handlers.settings import changed, forget_now, settings_screen
from policybot.bot.handlers.subscriptions import administers, subscriptions_screen
from policybot.bot.store import alerts, people
from policybot.bot.views.messages import Screen
from policybot.render.telegram import Page
from policybot.render.telegram.texts import label, say


async def on_owned(event: Pressed) -> None:
    """Handle a button if the person owns it, or administers the chat that does."""
    owner = event.press.ref
    of_chat = owner == str(event.place.chat) and not event.place.private
    alert = event.press.action in {Action.UNSUBSCRIBE, Action.PACE}
    if owner != str(event.visitor.person) and not (of_chat and alert):
        await event.answer("not_yours")
        return
    if of_chat and not await administers(event.services, event.place.chat, event.visitor.person):
        await event.answer("admins_only")
        return
    match event.press.action:
        case Action.LANGUAGE | Action.HITS:
            await _set(event)
        case Action.UNSUBSCRIBE:
            await _unsubscribe(event, int(owner))
        case Action.PACE:
            await _pace(event, int(owner))
        case _:
            await _forget(event)


async def _set(event: Pressed) -> None:
    key = "language" if event.press.action is Action.LANGUAGE else "hits"
    after = changed(event.visitor.settings, key, event.press.detail)
    if after is None:
        await event.answer("expired")
        return
    await event.services.state.run(people.keep_settings, event.visitor.person, after)
    visitor = await event.services.visitor(event.query.from_user)
    screen = settings_screen(event.services, visitor)
    await dataclasses.replace(event, visitor=visitor).edit(screen, "settings_saved")


async def _unsubscribe(event: Pressed, owner: int) -> None:
    everything = event.press.detail == "all"
    number = None if everything else event.press.number
    topic = await event.services.state.run(alerts.unsubscribe, owner, number)
    if topic is None:
        await event.answer("expired")
        return
    key = "unsubscribed_all" if everything else "unsubscribed"
    await event.say(label(event.visitor.language, key, topic=topic))
    await _show_alerts(event, owner)


async def _pace(event: Pressed, owner: int) -> None:
    pace = await event.services.state.run(alerts.next_pace, owner, event.press.number)
    if pace is None:
        await event.answer("expired")
        return
    await event.answer(f"pace_set_{pace}")
    await _show_alerts(event, owner)


async def _show_alerts(event: Pressed, owner: int) -> None:
    """Show the remaining alerts in place of the list; under a single alert only drop its button."""
    message, keyboard = event.query.message, event.keyboard
    if message is None:
        return
    listed = keyboard and any(
        str(button.callback_data).startswith(f"{Action.PACE}.")
        for row in keyboard.inline_keyboard
        for button in row
    )
    if listed:
        screen = await subscriptions_screen(event.services, event.visitor, owner)
        await event.services.sender.edit(
            message.chat.id, message.message_id, screen.page.html, screen.inline
        )
    elif keyboard:
        data = event.query.data
        rows = [[b for b in row if b.callback_data != data] for row in keyboard.inline_keyboard]
        await event.edit_keyboard([row for row in rows if row])


async def _forget(event: Pressed) -> None:
    yes = event.press.detail == "yes"
    if yes:
        await forget_now(event.services, event.visitor)
    html = say(event.visitor.language, "forgotten" if yes else "kept")
    await event.edit(Screen(Page(html)))
