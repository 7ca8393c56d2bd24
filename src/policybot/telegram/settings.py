"""The commands about the person: /settings, /privacy, /forget."""

from __future__ import annotations

import dataclasses

from policybot.render.telegram import Page
from policybot.render.telegram.texts import LANGUAGES, label, say
from policybot.telegram.desk import Desk, Place, Visitor
from policybot.telegram.shown.delivering import deliver
from policybot.telegram.shown.keyboards import forget_keyboard, settings_keyboard
from policybot.telegram.shown.sheets import Sheet
from policybot.telegram.store import people
from policybot.telegram.store.people import HITS_CHOICES, Settings


async def settings(desk: Desk, visitor: Visitor, place: Place, _: str) -> None:
    """Show what is set, with buttons to change it."""
    await deliver(desk, place, settings_sheet(desk, visitor))


def settings_sheet(desk: Desk, visitor: Visitor) -> Sheet:
    """Return the message that shows what is set."""
    language = label(visitor.language, f"language_{visitor.settings.language or 'auto'}")
    hits = visitor.settings.hits or desk.config.search.limit
    html = say(visitor.language, "settings", language=language, hits=hits)
    keyboard = settings_keyboard(visitor.person, visitor.language, visitor.settings)
    return Sheet(Page(html), keyboard)


def changed(before: Settings, key: str, value: str) -> Settings | None:
    """Return the settings with ``key`` set, or None for a value nobody can choose."""
    if key == "language":
        if value == "auto":
            return dataclasses.replace(before, language=None)
        language = next((code for code in LANGUAGES if code == value), None)
        return dataclasses.replace(before, language=language) if language else None
    if value.isdigit() and int(value) in HITS_CHOICES:
        return dataclasses.replace(before, hits=int(value))
    return None


async def privacy(desk: Desk, visitor: Visitor, place: Place, _: str) -> None:
    """Say what is kept."""
    days = desk.config.telegram.retention_days
    key = "privacy_kept" if desk.keeps_questions else "privacy_off"
    html = say(visitor.language, key, days=days)
    if desk.config.log.questions:
        html = f"{html}\n\n{say(visitor.language, 'privacy_logged')}"
    await deliver(desk, place, Sheet(Page(html)))


async def forget(desk: Desk, visitor: Visitor, place: Place, _: str) -> None:
    """Ask whether everything about the person shall be deleted."""
    keyboard = forget_keyboard(visitor.person, visitor.language)
    await deliver(desk, place, Sheet(Page(say(visitor.language, "forget")), keyboard))


async def forget_now(desk: Desk, visitor: Visitor) -> None:
    """Delete everything that is held about the person."""
    await desk.state.run(people.forget, visitor.person, visitor.hashed)
    desk.talks.forget(visitor.hashed)
    await desk.state.settle()
    desk.messages.forget(visitor.person)
    desk.presses.forget(visitor.person)
    desk.denied_told.discard(visitor.person)
