"""The commands about the person: /settings, /privacy, /forget."""

from __future__ import annotations

import dataclasses

from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store import people
from policybot.bot.store.people import HITS_CHOICES, Settings
from policybot.bot.views.delivering import deliver
from policybot.bot.views.keyboards import forget_keyboard, settings_keyboard
from policybot.bot.views.messages import Screen
from policybot.render.telegram import Page
from policybot.render.telegram.texts import LANGUAGES, label, say


async def settings(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Show the settings, with buttons to change them."""
    await deliver(services, place, settings_screen(services, visitor))


def settings_screen(services: Services, visitor: Visitor) -> Screen:
    """Return the screen of the settings."""
    language = label(visitor.language, f"language_{visitor.settings.language or 'auto'}")
    hits = visitor.settings.hits or services.config.search.limit
    html = say(visitor.language, "settings", language=language, hits=hits)
    keyboard = settings_keyboard(visitor.person, visitor.language, visitor.settings)
    return Screen(Page(html), keyboard)


def changed(before: Settings, key: str, value: str) -> Settings | None:
    """Return the settings with ``key`` set, or None for an invalid value."""
    if key == "language":
        if value == "auto":
            return dataclasses.replace(before, language=None)
        language = next((code for code in LANGUAGES if code == value), None)
        return dataclasses.replace(before, language=language) if language else None
    if value.isdigit() and int(value) in HITS_CHOICES:
        return dataclasses.replace(before, hits=int(value))
    return None


async def privacy(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Say which data is stored."""
    days = services.config.telegram.retention_days
    key = "privacy_kept" if services.keeps_questions else "privacy_off"
    html = say(visitor.language, key, days=days)
    if services.config.log.questions:
        html = f"{html}\n\n{say(visitor.language, 'privacy_logged')}"
    await deliver(services, place, Screen(Page(html)))


async def forget(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """Ask for confirmation before deleting all data about the person."""
    keyboard = forget_keyboard(visitor.person, visitor.language)
    await deliver(services, place, Screen(Page(say(visitor.language, "forget")), keyboard))


async def forget_now(services: Services, visitor: Visitor) -> None:
    """Delete all data about the person."""
    await services.state.run(people.forget, visitor.person, visitor.hashed)
    services.talks.forget(visitor.hashed)
    await services.state.settle()
    services.messages.forget(visitor.person)
    services.presses.forget(visitor.person)
    services.denied_told.discard(visitor.person)
