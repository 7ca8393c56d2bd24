"""Hello, thanks, who are you: answered shortly, once, with what could be asked."""

from __future__ import annotations

import time

from policybot.render.telegram import Page
from policybot.render.telegram.texts import say
from policybot.telegram.desk import Desk, Place, Visitor
from policybot.telegram.shown.keyboards import example_keyboard
from policybot.telegram.shown.sheets import Sheet
from policybot.telegram.store.answers import Shown, keep_answer, new_id

_EXAMPLES = 2


async def small_talk_sheet(
    desk: Desk, visitor: Visitor, place: Place, small: str, *, again: bool
) -> Sheet:
    """Return the message that answers small talk; ``again`` where the same was answered before."""
    if again:
        return Sheet(Page(say(visitor.language, f"talk_{small}_again")))
    html = say(visitor.language, f"talk_{small}")
    questions = (await desk.examples(visitor.language))[:_EXAMPLES]
    if small in {"start_over", "goodbye"} or not desk.engine.info.policies:
        return Sheet(Page(html))
    chat = desk.chat_hash(place.chat)
    shown = Shown(new_id(), visitor.hashed, chat, "start", lines=tuple(questions))
    await desk.state.run(keep_answer, shown, [], time.time())
    return Sheet(Page(html), example_keyboard(shown.id, questions))
