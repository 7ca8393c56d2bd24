"""Buttons requested in words: "cite it", "send me the PDF", 引用, "volver a la lista".

There is no word list: the topic of a message, that is without words of asking and courtesies,
must be the text of a button, in any interface language.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, cast, get_args

from policybot.bot.buttons.callbacks import FILES
from policybot.bot.handlers.conversation import Context
from policybot.bot.handlers.subscriptions import follow
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.views.citing import citation_pages
from policybot.bot.views.delivering import deliver
from policybot.bot.views.links import share_url
from policybot.bot.views.messages import Screen, hits_of, list_screen, page_of
from policybot.bot.views.whole import send_policy_file, send_whole
from policybot.model import Hit
from policybot.render.telegram import Page, escape, source_page
from policybot.render.telegram.texts import LANGUAGES, TEXTS, say

Typed = Literal["cite", "source_button", "whole", "follow", "back", "as_docx", "as_pdf", "as_txt"]
"""The buttons that can be requested in words, by the keys of their texts."""


def typed_button(words: str) -> Typed | None:
    """Return the button whose text is ``words``; None if there is none.

    A text of several words may also be their end: "go back to the list".
    """
    typed, buttons = _plain(words), _buttons()
    ending = (name for name in buttons if " " in name and typed.endswith(f" {name}"))
    return buttons.get(typed) or buttons.get(next(ending, ""))


async def press(
    services: Services, visitor: Visitor, place: Place, context: Context, button: Typed
) -> tuple[int, ...] | None:
    """Do what a button does with the entry in focus; return the ids of the messages.

    None where that entry has no such button.
    """
    shown, focus = context.shown, context.focus
    if button == "back":
        if context.view is None:
            return None
        hits = await page_of(services, shown, context.view)
        return await deliver(services, place, list_screen(visitor, shown, hits, context.view))
    if shown.kind == "refusal" and not context.replied and len(context.places) > 1:
        # With several closest policies, it is unknown which is meant.
        return None
    hits = await hits_of(services, shown, [focus])
    if not hits:
        return await deliver(services, place, Screen(Page(say(visitor.language, "gone"))))
    if button == "whole":
        return await send_whole(services, visitor, place, shown, focus, hits[0])
    if button.startswith("as_"):
        kind = FILES.index(button.removeprefix("as_"))
        await send_policy_file(services, visitor, place, hits[0], kind)
        return ()
    sent: list[int] = []
    for html in await _texts(services, visitor, place, hits[0], button):
        sent += await deliver(services, place, Screen(Page(html)))
    return tuple(sent)


async def _texts(
    services: Services, visitor: Visitor, place: Place, hit: Hit, button: Typed
) -> list[str]:
    if button == "cite":
        return citation_pages(hit.policy, visitor.language, dt.datetime.now(tz=dt.UTC).date())
    if button == "source_button":
        link = share_url(services.username, hit.policy.index_id)
        return [source_page(hit, visitor.language, link)]
    return [escape(await follow(services, visitor, place, hit.policy))]


@cache
def _buttons() -> dict[str, Typed]:
    """Return the buttons by the words that request them."""
    return {
        name: button
        for button in cast("tuple[Typed, ...]", get_args(Typed))
        for language in LANGUAGES
        for name in _names(TEXTS[language][button])
    }


def _names(text: str) -> Iterator[str]:
    """Yield the names of a button: its whole text, and the parts inside and outside brackets."""
    yield _plain(text)
    yield from (_plain(part) for part in re.split("[()（）]", text) if _plain(part))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
