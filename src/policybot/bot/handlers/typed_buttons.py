"""Buttons that are asked for in words: "cite it", "send me the PDF", 引用, "volver a la lista".

No words are listed for this: what a message asks about, requests and courtesies left out, is what
the reader calls its topic, and it has to be what stands on the button, in any language.
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
"""The buttons that words may ask for, each by the key of its text."""


def typed_button(words: str) -> Typed | None:
    """Return the button of which ``words`` are the text; None for any other words.

    A text of several words may also be how they end: "go back to the list".
    """
    said, buttons = _plain(words), _buttons()
    ending = (name for name in buttons if " " in name and said.endswith(f" {name}"))
    return buttons.get(said) or buttons.get(next(ending, ""))


async def press(
    services: Services, visitor: Visitor, place: Place, context: Context, button: Typed
) -> tuple[int, ...] | None:
    """Do what a button does below what is spoken of; return the messages.

    None where that has no such button.
    """
    shown, focus = context.shown, context.focus
    if button == "back":
        if context.view is None:
            return None
        hits = await page_of(services, shown, context.view)
        return await deliver(services, place, list_screen(visitor, shown, hits, context.view))
    if shown.kind == "refusal" and not context.replied and len(context.places) > 1:
        # Which of the closest ones is meant, nobody knows.
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
    """Return the buttons by the words that name them."""
    return {
        name: button
        for button in cast("tuple[Typed, ...]", get_args(Typed))
        for language in LANGUAGES
        for name in _names(TEXTS[language][button])
    }


def _names(text: str) -> Iterator[str]:
    """Yield what a button's text is called: all of it, and what is in and before its brackets."""
    yield _plain(text)
    yield from (_plain(part) for part in re.split("[()（）]", text) if _plain(part))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
