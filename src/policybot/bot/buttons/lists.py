"""The buttons under a list: pages, order, filters, and export."""

from __future__ import annotations

from policybot.bot.buttons.press import Pressed
from policybot.bot.store.answers import Shown
from policybot.bot.views.keyboards import FACETS, chooser_keyboard
from policybot.bot.views.list_views import ListView, page_count, read_view
from policybot.bot.views.messages import Screen, list_screen, page_of
from policybot.bot.views.whole import send_list_file
from policybot.render.telegram import Page
from policybot.render.telegram.texts import say


async def turn(event: Pressed, shown: Shown) -> None:
    """Show a list in another view: page, order or filter."""
    view = _view(event.press.detail, shown)
    if view is None:
        await event.answer("expired")
        return
    await event.edit(
        list_screen(event.visitor, shown, await page_of(event.services, shown, view), view)
    )
    await event.set_focus(shown.id, 0, view.write())


async def choose(event: Pressed, shown: Shown) -> None:
    """Show the issuers, years or kinds by which a list can be filtered."""
    facet, _, written = event.press.detail.partition("_")
    view = _view(written, shown)
    if view is None or facet not in FACETS or shown.facets is None:
        await event.answer("expired")
        return
    wanted = facet
    keyboard = chooser_keyboard(
        shown.id,
        event.visitor.language,
        view=view,
        facet=wanted,
        facets=shown.facets,
        among=view.without(shown.facets, len(shown.entries), wanted),
    )
    html = say(event.visitor.language, f"choose_{facet}")
    await event.edit(Screen(Page(html), keyboard))


async def export(event: Pressed, shown: Shown) -> None:
    """Send a whole list as a file."""
    kind, _, written = event.press.detail.partition("_")
    view = _view(written, shown)
    if view is None or kind not in ("csv", "docx"):
        await event.answer("expired")
        return
    await event.answer()
    await send_list_file(event.services, event.visitor, event.place, shown, view, kind)


def _view(written: str, shown: Shown) -> ListView | None:
    """Return the view in a button's detail, None where the list has no such page."""
    view = read_view(written)
    if view is None:
        return None
    count = len(view.entries(shown.facets, len(shown.entries)))
    return view if count and view.page < page_count(count) else None
