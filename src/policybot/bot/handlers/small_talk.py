"""Greetings, thanks and questions about the bot: a short answer, with example questions."""

from __future__ import annotations

import time

from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store.answers import Shown, keep_answer, new_id
from policybot.bot.views.keyboards import example_keyboard
from policybot.bot.views.messages import Screen
from policybot.render.telegram import Page
from policybot.render.telegram.texts import say

_EXAMPLES = 2


async def small_talk_screen(
    services: Services, visitor: Visitor, place: Place, small: str, *, again: bool
) -> Screen:
    """Return the answer to small talk; ``again`` if the same was answered before."""
    if again:
        return Screen(Page(say(visitor.language, f"talk_{small}_again")))
    html = say(visitor.language, f"talk_{small}")
    questions = (await services.examples(visitor.language))[:_EXAMPLES]
    if small in {"start_over", "goodbye"} or not services.engine.info.policies:
        return Screen(Page(html))
    chat = services.chat_hash(place.chat)
    shown = Shown(new_id(), visitor.hashed, chat, "start", lines=tuple(questions))
    await services.state.run(keep_answer, shown, [], time.time())
    return Screen(Page(html), example_keyboard(shown.id, questions))
