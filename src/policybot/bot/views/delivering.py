"""Delivery of screens to a chat."""

from __future__ import annotations

from policybot.bot.services import Place, Services
from policybot.bot.views.messages import Screen


async def deliver(
    services: Services, place: Place, screen: Screen, old: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Send a screen, or edit the first of the messages ``old`` into it; return the message ids.

    Text that did not fit on the screen follows it; further messages of the old one are deleted.
    """
    messages = []
    if old and await services.sender.edit(place.chat, old[0], screen.page.html, screen.inline):
        messages.append(old[0])
        for stale in old[1:]:
            await services.sender.delete(place.chat, stale)
    else:
        sent = await services.reply(place, screen.page.html, screen.keyboard)
        messages += [sent.message_id] if sent else []
    for part in screen.page.rest:
        # Telegram refuses a blank message; the break between two messages stands for it.
        if part.text.strip():
            sent = await services.sender.send(place.chat, part.html, thread=place.thread)
            messages += [sent.message_id] if sent else []
    return tuple(messages)
