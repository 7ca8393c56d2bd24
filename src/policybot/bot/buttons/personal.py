"""The buttons of one person, or of one chat: settings, alerts, deleting what is kept."""

from __future__ import annotations

from policybot.bot.buttons.callbacks import Action
from policybot.bot.buttons.press import Pressed
from policybot.bot.handlers.settings import changed, forget_now, settings_screen
from policybot.bot.handlers.subscriptions import administers, subscriptions_screen
from policybot.bot.store import alerts, people
from policybot.bot.views.messages import Screen
from policybot.render.telegram import Page
from policybot.render.telegram.texts import label, say


async def on_owned(one: Pressed) -> None:
    """Do what a button asks, where it belongs to the person, or to a chat that they look after."""
    owner = one.press.ref
    of_chat = owner == str(one.place.chat) and not one.place.private
    alert = one.press.action in {Action.UNSUBSCRIBE, Action.PACE}
    if owner != str(one.visitor.person) and not (of_chat and alert):
        await one.answer("not_yours")
        return
    if of_chat and not await administers(one.services, one.place.chat, one.visitor.person):
        await one.answer("admins_only")
        return
    match one.press.action:
        case Action.LANGUAGE | Action.HITS:
            await _set(one)
        case Action.UNSUBSCRIBE:
            await _unsubscribe(one, int(owner))
        case Action.PACE:
            await _pace(one, int(owner))
        case _:
            await _forget(one)


async def _set(one: Pressed) -> None:
    key = "language" if one.press.action is Action.LANGUAGE else "hits"
    after = changed(one.visitor.settings, key, one.press.detail)
    if after is None:
        await one.answer("expired")
        return
    await one.services.state.run(people.keep_settings, one.visitor.person, after)
    visitor = await one.services.visitor(one.query.from_user)
    screen = settings_screen(one.services, visitor)
    message = one.query.message
    await one.services.sender.answer_press(one.query.id, label(visitor.language, "settings_saved"))
    if message:
        await one.services.sender.edit(
            message.chat.id, message.message_id, screen.page.html, screen.inline
        )


async def _unsubscribe(one: Pressed, owner: int) -> None:
    everything = one.press.detail == "all"
    number = None if everything else one.press.number
    topic = await one.services.state.run(alerts.unsubscribe, owner, number)
    if topic is None:
        await one.answer("expired")
        return
    key = "unsubscribed_all" if everything else "unsubscribed"
    await one.say(label(one.visitor.language, key, topic=topic))
    await _show_alerts(one, owner)


async def _pace(one: Pressed, owner: int) -> None:
    pace = await one.services.state.run(alerts.next_pace, owner, one.press.number)
    if pace is None:
        await one.answer("expired")
        return
    await one.answer(f"pace_set_{pace}")
    await _show_alerts(one, owner)


async def _show_alerts(one: Pressed, owner: int) -> None:
    """Show the alerts that are left, where they were shown; an alert itself only loses its end."""
    message, keyboard = one.query.message, one.keyboard
    if message is None:
        return
    listed = keyboard and any(
        str(button.callback_data).startswith(f"{Action.PACE}.")
        for row in keyboard.inline_keyboard
        for button in row
    )
    if listed:
        screen = await subscriptions_screen(one.services, one.visitor, owner)
        await one.services.sender.edit(
            message.chat.id, message.message_id, screen.page.html, screen.inline
        )
    elif keyboard:
        data = one.query.data
        rows = [[b for b in row if b.callback_data != data] for row in keyboard.inline_keyboard]
        await one.edit_keyboard([row for row in rows if row])


async def _forget(one: Pressed) -> None:
    yes = one.press.detail == "yes"
    if yes:
        await forget_now(one.services, one.visitor)
    html = say(one.visitor.language, "forgotten" if yes else "kept")
    await one.edit(Screen(Page(html)))
