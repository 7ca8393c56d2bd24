"""The commands about alerts: /subscribe, /subscriptions, /unsubscribe."""

from __future__ import annotations

import re
import time
from functools import partial

from telegram import ChatMember
from telegram.constants import ChatID

from policybot.bot.handlers.prompts import prompt
from policybot.bot.news import note_news
from policybot.bot.outbox.sending import pause_person
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store import alerts
from policybot.bot.store.alerts import MOST_ALERTS
from policybot.bot.store.people import Settings, keep_settings
from policybot.bot.views.delivering import deliver
from policybot.bot.views.keyboards import alerts_keyboard
from policybot.bot.views.messages import Screen
from policybot.model import Answer, Policy
from policybot.render.telegram import Page, clip, entry_line, escape
from policybot.render.telegram.texts import counted, label, say

TOPIC_LIMIT = 200

PREVIEW = 3
"""Policies shown as a preview when a topic is subscribed to."""

_CHAT = re.compile(r"(@\w{4,32}|-\d{5,20})\s+(\S.*)", re.DOTALL)
_ONLY_CHAT = re.compile(r"@\w{4,32}|-\d{5,20}")
_ADMINS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


async def subscribe(services: Services, visitor: Visitor, place: Place, args: str) -> None:
    """Add an alert for the person, the group it is sent in, or a channel named in ``args``.

    Only admins post in a channel, and the visitor then is the channel. Policies already indexed are
    not news.
    """
    named = _CHAT.fullmatch(args) if place.private else None
    channel = visitor.person == place.chat and not place.private
    if not args and not channel:
        await prompt(services, visitor, place, "subscribe")
        return
    if not args or (place.private and _ONLY_CHAT.fullmatch(args)):
        policies = (await services.catalogue()).policies
        example = clip(policies[-1].title, TOPIC_LIMIT) if policies else "…"
        html = say(visitor.language, "subscribe_words", example=f"/subscribe {example}")
        await deliver(services, place, Screen(Page(html)))
        return
    owner, shown, topic = visitor.person, "", args
    if named:
        group = await services.sender.chat(named[1])
        if group is None:
            html = say(visitor.language, "channel_unknown", chat=named[1])
            await deliver(services, place, Screen(Page(html)))
            return
        owner, shown, topic = group.id, group.title or named[1], named[2]
    elif not place.private:
        owner = place.chat
    if owner != visitor.person and not await administers(
        services, owner, visitor.person, bot=named
    ):
        key = "channel_not_admin" if named else "admins_only"
        await deliver(services, place, Screen(Page(say(visitor.language, key))))
        return
    if not place.private and (group := await services.sender.chat(str(owner))):
        shown = group.title or ""
    topic = clip(topic, TOPIC_LIMIT)
    await note_news(services)
    await _add(services, visitor, place, owner, topic, shown)


async def _add(
    services: Services, visitor: Visitor, place: Place, owner: int, topic: str, chat: str
) -> None:
    matching = await services.search(partial(services.engine.answer, topic, intent="list"), place)
    await services.state.run(pause_person, owner, paused=False)
    key = await services.state.run(alerts.subscribe, owner, topic, time.time())
    if owner != visitor.person:
        # A chat's alerts are in the language of the person who subscribed it.
        await services.state.run(keep_settings, owner, Settings(visitor.language))
    if key == "subscribed" and chat:
        html = say(visitor.language, "subscribed_chat", topic=topic, chat=chat)
    else:
        html = say(visitor.language, key, topic=topic, limit=MOST_ALERTS)
    if key == "subscribed":
        html += f"\n\n{_preview(matching, visitor, topic)}"
    await deliver(services, place, Screen(Page(html)))


async def follow(
    services: Services, visitor: Visitor, place: Place, policy: Policy, title: str = ""
) -> str:
    """Subscribe the person, or the chat if they administer it, to changes of a policy.

    ``title`` is the chat's. Return the confirmation, at most 200 characters (Bot API, alerts of
    callback queries).
    """
    owner = visitor.person if place.private else place.chat
    if owner != visitor.person and not await administers(services, owner, visitor.person):
        return label(visitor.language, "follow_admins_only")
    await note_news(services)
    topic = clip(policy.title, TOPIC_LIMIT)
    key = await services.state.run(alerts.subscribe, owner, topic, time.time(), policy.id)
    if owner != visitor.person:
        await services.state.run(keep_settings, owner, Settings(visitor.language))
        key = f"{key}_chat" if key == "subscribed_policy" and title else key
    left = 200 - len(label(visitor.language, key, topic="", chat="", limit=MOST_ALERTS))
    chat = clip(title, left // 3)
    topic = clip(topic, left - len(chat))
    return label(visitor.language, key, topic=topic, chat=chat, limit=MOST_ALERTS)


def _preview(answer: Answer, visitor: Visitor, topic: str) -> str:
    """Return how many policies match a topic now, and the newest."""
    if not answer.hits:
        return say(visitor.language, "preview_none")
    dated = [hit for hit in answer.hits if hit.policy.date]
    dated.sort(key=lambda hit: hit.policy.date.last if hit.policy.date else None)  # type: ignore[arg-type,return-value]
    newest = [*reversed(dated), *(hit for hit in answer.hits if not hit.policy.date)][:PREVIEW]
    if answer.reading.topic or answer.reading.conditions:
        title = counted(visitor.language, "preview", len(answer.hits))
    else:
        title = say(visitor.language, "preview_all", topic=topic)
    return "\n".join([title, *(f"• {entry_line(hit, visitor.language)}" for hit in newest)])


async def administers(services: Services, chat: int, person: int, *, bot: object = None) -> bool:
    """Whether a person is an admin of a chat; with ``bot``, whether the bot is one as well.

    Who posts anonymously as the group is an admin of it.
    """
    if person == ChatID.ANONYMOUS_ADMIN and not bot:
        return True
    people = [person, *([services.bot_id] if bot else [])]
    return all([await services.sender.status(chat, member) in _ADMINS for member in people])


async def subscriptions(services: Services, visitor: Visitor, place: Place, _: str) -> None:
    """List the alerts of the person, or in a group those of the group."""
    owner = visitor.person if place.private else place.chat
    await deliver(services, place, await subscriptions_screen(services, visitor, owner))


async def unsubscribe(services: Services, visitor: Visitor, place: Place, args: str) -> None:
    """End the alert on the topic after the command; without a match list all alerts."""
    owner = visitor.person if place.private else place.chat
    held = await services.state.run(alerts.alerts_of, owner)
    alert = next((a for a in held if a.topic.casefold() == args.casefold()), None)
    if alert is None:
        await deliver(services, place, await subscriptions_screen(services, visitor, owner))
        return
    if owner != visitor.person and not await administers(services, owner, visitor.person):
        await deliver(services, place, Screen(Page(say(visitor.language, "admins_only"))))
        return
    await services.state.run(alerts.unsubscribe, owner, alert.number)
    html = say(visitor.language, "unsubscribed", topic=alert.topic)
    await deliver(services, place, Screen(Page(html)))


async def subscriptions_screen(services: Services, visitor: Visitor, owner: int) -> Screen:
    """Return the list of a person's or chat's alerts, with buttons for each."""
    held = await services.state.run(alerts.alerts_of, owner)
    if not held:
        return Screen(Page(say(visitor.language, "subscriptions_none")))
    lines = [say(visitor.language, "subscriptions"), *(f"• {escape(a.topic)}" for a in held)]
    keyboard = alerts_keyboard(owner, visitor.language, held)
    return Screen(Page("\n".join(lines)), keyboard)
