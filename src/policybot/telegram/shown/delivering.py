"""Sheets on their way into a chat."""

from __future__ import annotations

from policybot.telegram.desk import Desk, Place
from policybot.telegram.shown.sheets import Sheet


async def deliver(
    desk: Desk, place: Place, sheet: Sheet, old: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Send a sheet, or put it into the first of the messages ``old``; return its messages.

    What did not fit on the sheet follows it; what followed the old one is deleted.
    """
    messages = []
    if old and await desk.sender.edit(place.chat, old[0], sheet.page.html, sheet.inline):
        messages.append(old[0])
        for stale in old[1:]:
            await desk.sender.delete(place.chat, stale)
    else:
        sent = await desk.sender.send(
            place.chat,
            sheet.page.html,
            keyboard=sheet.keyboard,
            reply_to=place.reply_to,
            thread=place.thread,
        )
        messages += [sent.message_id] if sent else []
    for part in sheet.page.rest:
        # Telegram refuses a message of blanks; the break between two stands for them.
        if part.text.strip():
            sent = await desk.sender.send(place.chat, part.html, thread=place.thread)
            messages += [sent.message_id] if sent else []
    return tuple(messages)
