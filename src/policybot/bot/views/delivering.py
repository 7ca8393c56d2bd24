"""Screens on their way into a chat."""

from __future__ import annotations

from policybot.bot.services import Place, Services
from policybot.bot.views.messages import Screen


async def deliver(
    services: Services, place: Place, screen: Screen, old: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Send a screen, or put it into the first of the messages ``old``; return its messages.

    What did not fit on the screen follows it; what followed the old one is deleted.
    """
    messages = []
    if old and await services.sender.edit(place.chat, old[0], screen.page.html, screen.inline):
        messages.append(old[0])
        for stale in old[1:]:
            await services.sender.delete(place.chat, stale)
    else:
        sent = await services.sender.send(
            place.chat,
            screen.page.html,
            keyboard=screen.keyboard,
            reply_to=place.reply_to,
            thread=place.thread,
        )
        messages += [sent.message_id] if sent else []
    for part in screen.page.rest:
        # Telegram refuses a message of blanks; the break between two stands for them.
        if part.text.strip():
            sent = await services.sender.send(place.chat, part.html, thread=place.thread)
            messages += [sent.message_id] if sent else []
    return tuple(messages)
