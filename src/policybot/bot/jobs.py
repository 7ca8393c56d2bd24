"""Background jobs: follow the index, deliver news, purge old data, set menus and profile."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
)
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from policybot.bot.late_engine import LateEngine
from policybot.bot.news import note_news, tell_news
from policybot.bot.ops.logs import describe
from policybot.bot.services import Services
from policybot.bot.store.answers import purge_answers
from policybot.bot.store.people import purge_questions
from policybot.bot.store.state import Ledger
from policybot.bot.updates.intake import purge_inbox
from policybot.bot.updates.receive import retry_call
from policybot.errors import PolicyBotError
from policybot.render.telegram.texts import LANGUAGES, Language, label, say

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""Interval of the checks for a new index generation; each reads one small file."""

REFUSED_SECONDS = 60.0
"""Longest interval between attempts while a new index cannot be opened, which costs more."""

PURGE_SECONDS = 3600.0

_PLAIN = (PolicyBotError, sqlite3.Error, OSError)

MENU = ("ask", "list", "timeline", "issuers", "policy", "subscribe", "subscriptions")
MENU_END = ("settings", "privacy", "forget", "help")
GROUP_MENU = ("ask", "list", "timeline", "issuers", "policy", "help")
ADMIN_MENU = ("status", "stats", "unanswered", "reload")


async def follow_index(services: Services) -> None:
    """Switch to each new generation, note its news, and purge old data every hour."""
    purged, logged, pause = -PURGE_SECONDS, "", LOOK_SECONDS
    while True:
        try:
            if await services.search(services.engine.refresh):
                log.info("changed over to generation %s", services.engine.info.generation)
                services.metrics.search_fails = False
            await note_news(services)
            await services.catalogue()
            if time.monotonic() - purged > PURGE_SECONDS:
                await purge(services)
                purged = time.monotonic()
            logged, pause = "", LOOK_SECONDS
        except Exception as error:  # noqa: BLE001 (whatever it is, the next generation is tried)
            # The live generation keeps answering; a repeated error is logged once.
            trouble = _loggable(error)
            pause = min(2 * pause, REFUSED_SECONDS) if trouble == logged else LOOK_SECONDS
            if trouble != logged:
                logged = trouble
                services.metrics.failed("index")
                log.error("the new index is not used: %s", trouble)  # noqa: TRY400
        await asyncio.sleep(pause)


async def watch_state(services: Services) -> None:
    """Check that the state file is still the one that was opened; tell the admins if it is not."""
    while True:
        trouble = await asyncio.to_thread(services.state.trouble)
        if trouble:
            services.state.lost = trouble
            services.metrics.state_lost = trouble
            log.error("the state is lost: %s", trouble)
            await tell_admins(services, "admin_state_lost", reason=trouble)
            return
        await asyncio.sleep(LOOK_SECONDS)


async def tell_admins(services: Services, key: str, **values: object) -> None:
    """Send every admin a message about the bot itself, in the configured language."""
    configured = services.config.telegram.language
    language = "en" if configured == "auto" else configured
    for admin in services.config.telegram.admins:
        await services.sender.send(admin, say(language, key, **values))


async def announce_index(services: Services) -> None:
    """Tell the admins that there is no index yet, and later that there is one."""
    if not isinstance(services.engine, LateEngine) or services.engine.ready:
        return
    await tell_admins(services, "admin_no_index", reason=services.engine.reason)
    while not services.engine.ready:  # noqa: ASYNC110 (follow_index opens it)
        await asyncio.sleep(LOOK_SECONDS)
    await tell_admins(services, "admin_index_there", policies=services.engine.info.documents)


async def deliver_news(services: Services, ledger: Ledger) -> None:
    """Send noted news; a job of its own, since a message may have to wait for the rate limit."""
    while True:
        try:
            await tell_news(services, ledger)
        except Exception as error:  # noqa: BLE001 (one failed delivery must not stop the others)
            services.metrics.failed("news")
            log.error("news is not sent: %s", _loggable(error))  # noqa: TRY400
        await asyncio.sleep(LOOK_SECONDS)


def _loggable(error: Exception) -> str:
    """Return an error's message where it cannot quote a question, else its type and place."""
    return str(error) if isinstance(error, _PLAIN) else describe(error)


async def purge(services: Services) -> None:
    """Delete answers, questions, updates and conversations past their retention."""
    now, days = time.time(), services.config.telegram.retention_days
    await services.state.run(purge_questions, now, days)
    await services.state.run(purge_answers, now, days)
    await services.state.run(purge_inbox, now)
    await services.talks.purge(now)
    await services.state.settle()


async def set_menus(bot: ExtBot[int], admins: Iterable[int]) -> None:
    """Set the command menus: the default one, the one of groups, and one for each admin."""
    everybody = (*MENU, *MENU_END)
    menus: list[tuple[BotCommandScope, tuple[str, ...]]] = [
        (BotCommandScopeDefault(), everybody),
        (BotCommandScopeAllGroupChats(), GROUP_MENU),
        *((BotCommandScopeChat(admin), (*everybody, *ADMIN_MENU)) for admin in admins),
    ]
    for scope, names in menus:
        for language in LANGUAGES:
            await _set_menu(bot, scope, names, language)


async def _set_menu(
    bot: ExtBot[int], scope: BotCommandScope, names: Iterable[str], language: Language
) -> None:
    commands = [BotCommand(name, label(language, f"menu_{name}")) for name in names]
    try:
        await retry_call(
            lambda: bot.set_my_commands(commands, scope=scope, language_code=_code(language))
        )
    except BadRequest as error:
        log.warning("a menu was refused (has the admin written to the bot?): %s", error.message)


async def set_profile(bot: ExtBot[int], name: str | Mapping[str, str] | None) -> None:
    """Set the texts of the bot's profile where they differ, and its name if one is configured."""
    names = {"en": name} if isinstance(name, str) else name or {}
    for language in LANGUAGES:
        code = _code(language)
        texts = [
            (bot.get_my_description, bot.set_my_description, "description", "bot_description"),
            (
                bot.get_my_short_description,
                bot.set_my_short_description,
                "short_description",
                "bot_about",
            ),
        ]
        for get, put, field, key in texts:
            wanted = label(language, key)
            await _update(
                partial(get, language_code=code), partial(put, wanted, code), field, wanted
            )
        if names:
            await _set_name(bot, code, names.get(language, ""), shown=names.get("en", ""))


async def _set_name(bot: ExtBot[int], code: str | None, wanted: str, shown: str) -> None:
    """Set the bot's name in one language (None: the default) unless it is already set.

    ``shown`` is the name that Telegram falls back to. Telegram limits name changes to a few a day.
    """
    get = partial(bot.get_my_name, language_code=code)
    # python-telegram-bot encodes an empty text as an empty list.
    put = partial(bot.set_my_name, wanted or None, code)
    if wanted:
        await _update(get, put, "name", wanted)
    elif code is not None and shown:
        await _update(get, put, "name", "", also=shown)


async def _update(
    get: Callable[[], Awaitable[object]],
    put: Callable[[], Awaitable[object]],
    field: str,
    wanted: str,
    also: str = "",
) -> None:
    """Set a text of the profile unless it already is ``wanted`` or ``also``.

    Telegram limits such changes to a few a day.
    """
    try:
        if getattr(await retry_call(get), field) not in {wanted, also or wanted}:
            await put()
    except TelegramError as error:
        log.warning("the bot's %s was refused: %s", field.replace("_", " "), error.message)


def _code(language: Language) -> str | None:
    """Return a language's code for Telegram; None for English, the default of all others."""
    return None if language == "en" else language
