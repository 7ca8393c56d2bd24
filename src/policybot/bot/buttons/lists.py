"""The buttons under a list: its pages, its order, how to narrow it, and all of it as a file."""

from __future__ import annotations

from policybot.bot.buttons.press import Pressed
from policybot.bot.store.answers import Shown
from policybot.bot.views.keyboards import FACETS, chooser_keyboard
from policybot.bot.views.list_views import ListView, page_count, read_view
from policybot.bot.views.messages import Screen, list_screen, page_of
from policybot.bot.views.whole import send_list_file
from policybot.render.telegram import Page
from policybot.render.telegram.texts import say


async def turn(one: Pressed, shown: Shown) -> None:
    """Show a list another way: another page, order, or part of it."""
    view = _view(one.press.detail, shown)
    if view is None:
        await one.answer("expired")
        return
    await one.edit(list_screen(one.visitor, shown, await page_of(one.services, shown, view), view))
    await one.spoken_of(shown.id, 0, view.write())


async def choose(one: Pressed, shown: Shown) -> None:
    """Let the person choose the issuer, the year or the kind that a list is narrowed to."""
    facet, _, written = one.press.detail.partition("_")
    view = _view(written, shown)
    if view is None or facet not in FACETS or shown.facets is None:
        await one.answer("expired")
        return
    wanted = facet
    keyboard = chooser_keyboard(
        shown.id,
        one.visitor.language,
        view=view,
        facet=wanted,
        facets=shown.facets,
        among=view.without(shown.facets, len(shown.entries), wanted),
    )
    html = say(one.visitor.language, f"choose_{facet}")
    await one.edit(Screen(Page(html), keyboard))


async def export(one: Pressed, shown: Shown) -> None:
    """Send all of a list as a file."""
    kind, _, written = one.press.detail.partition("_")
    view = _view(written, shown)
    if view is None or kind not in ("csv", "docx"):
        await one.answer("expired")
        return
    await one.answer()
    await send_list_file(one.services, one.visitor, one.place, shown, view, kind)


def _view(written: str, shown: Shown) -> ListView | None:
    """Return the view that a button says, None where the list has no such page."""
    view = read_view(written)
    if view is None:
        return None
    count = len(view.entries(shown.facets, len(shown.entries)))
    return view if count and view.page < page_count(count) else None
