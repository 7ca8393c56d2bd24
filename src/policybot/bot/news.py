"""News: what is new or changed since it was known, noted for those who want it, and told once.

A policy is news when its id is not known, or its title, date or text changed since it was known
(its digest differs). What is known is kept in the state, so a bot that was down tells afterwards.
Each piece of news is noted for each person before anything is sent, and sent to them once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from functools import partial

from policybot.bot.outbox.receipts import current_receipt
from policybot.bot.services import Services, Visitor
from policybot.bot.store import alerts
from policybot.bot.store.alerts import Due
from policybot.bot.store.answers import Shown, keep_answer, new_id
from policybot.bot.store.people import settings_of
from policybot.bot.store.policies import policy_digest
from policybot.bot.store.state import Ledger, recall
from policybot.bot.views.facets import facets_of
from policybot.bot.views.keyboards import end_button
from policybot.bot.views.list_views import ListView, first_view
from policybot.bot.views.messages import document_hit, hit_screen, list_screen, page_of
from policybot.errors import PolicyNotFoundError
from policybot.model import Hit, Policy, sha256_of
from policybot.render.telegram.texts import Language, label, language_of, say

log = logging.getLogger(__name__)

TOLD_AT_ONCE = 16
"""People told at once: one whose chat has to wait keeps nobody else waiting."""

MOST_MESSAGES = 5
"""Pieces of news on one topic sent one by one; more, and digests, come as one list."""

RELATED = "related"
_PARTS = ("title", "date", "text")


class DeliveryReceipt:
    """The receipt (see ``receipts.Receipt``) of deliveries that leave in one message."""

    def __init__(self, ledger: Ledger, numbers: list[int]) -> None:
        self._ledger = ledger
        self._numbers = numbers

    def skip(self) -> bool:
        """Never: what had left is not begun again."""
        return False

    def begin(self) -> None:
        """Note that it is about to leave."""
        self._note(1)

    def retract(self) -> None:
        """Note that it did not."""
        self._note(0)

    def _note(self, state: int) -> None:
        for number in self._numbers:
            self._ledger.note("UPDATE deliveries SET state = ? WHERE id = ?", state, number)


async def note_news(services: Services) -> None:
    """Note, once for each generation, which news each subscriber is to be sent."""
    async with services.looking:
        generation = services.engine.info.generation
        if await services.state.run(recall, "known_generation") == generation:
            return
        policies = await services.search(partial(_policies, services))
        digests = {id_: (policy_digest(one), _parts(one)) for id_, one in policies.items()}
        changes = _changes(digests, await services.state.run(alerts.known))
        news: list[tuple[int, str, str, str, str]] = []
        if changes:
            matching: dict[str, list[str]] = {}
            for person, alert in await services.state.run(alerts.wanted):
                found = _of_policy(alert.policy, changes, policies)
                if alert.policy is None:
                    if alert.topic not in matching:
                        matching[alert.topic] = await _matching(services, alert.topic)
                    found = {id_: changes[id_] for id_ in matching[alert.topic] if id_ in changes}
                news += [
                    (person, id_, digests[id_][0], alert.topic, change)
                    for id_, change in found.items()
                ]
        await services.state.run(alerts.note, generation, digests, news, time.time())
        if changes:
            log.info("news", extra={"policies": len(changes), "deliveries": len(news)})


async def tell_news(services: Services, ledger: Ledger) -> None:
    """Send what is due to those it is noted for: one message a policy, or a list of many."""
    noted: dict[int, dict[int, list[Due]]] = {}
    for one in await services.state.run(alerts.due, time.time()):
        noted.setdefault(one.person, {}).setdefault(one.alert.number, []).append(one)
    at_once = asyncio.Semaphore(TOLD_AT_ONCE)

    async def tell(person: int) -> None:
        async with at_once:
            for due in noted[person].values():
                await _tell_alert(services, ledger, due)

    await asyncio.gather(*(tell(person) for person in noted))


async def _tell_alert(services: Services, ledger: Ledger, due: list[Due]) -> None:
    """Tell what is due of one alert."""
    person, alert = due[0].person, due[0].alert
    single = alert.pace == "now" and len(due) <= MOST_MESSAGES
    size = 1 if single else len(due)
    found = await _quoted(services, alert.topic) if alert.policy is None else {}
    for at in range(0, len(due), size):
        part = due[at : at + size]
        numbers = [one.number for one in part]
        hits = await _hits(services, part, found)
        token = current_receipt.set(DeliveryReceipt(ledger, numbers))
        try:
            if hits:
                await _tell(services, part, hits)
        finally:
            current_receipt.reset(token)
        await services.state.run(alerts.told, person, alert.number, numbers, time.time())


async def _tell(services: Services, due: list[Due], hits: list[Hit]) -> None:
    person, alert = due[0].person, due[0].alert
    settings = await services.state.run(settings_of, person)
    language = settings.language or language_of(services.config.telegram.language)
    visitor = Visitor(person, services.hash_of(person), language, settings)
    end = end_button(person, alert.number, language)
    chat = services.chat_hash(person)
    if len(hits) == 1:
        shown = Shown(new_id(), visitor.hashed, chat, "policy")
        shown = await services.state.run(keep_answer, shown, hits, time.time())
        change = next(one.change for one in due if one.policy == hits[0].policy.id)
        intro = _intro(alert.topic, change, language)
        screen = hit_screen(services, visitor, shown, hits[0], 0, intro=intro, extra=[end])
        html = screen.page.html
    else:
        new = sum(not one.change or one.change == RELATED for one in due)
        intro = say(language, "news_many", topic=alert.topic, new=new, changed=len(due) - new)
        policies = [hit.policy for hit in hits]
        facets = facets_of(policies, services.engine.issuers.canonical, services.engine.kinds)
        shown = Shown(new_id(), visitor.hashed, chat, "list", facets=facets)
        shown = await services.state.run(keep_answer, shown, hits, time.time())
        view: ListView = first_view(len(hits), order="relevance")
        page = await page_of(services, shown, view)
        screen = list_screen(visitor, shown, page, view, extra=[end])
        html = f"{intro}\n\n{screen.page.html}"
    await services.sender.send(person, html, keyboard=screen.keyboard)


def _intro(topic: str, change: str, language: Language) -> str:
    if not change:
        return say(language, "news_new", topic=topic)
    if change == RELATED:
        return say(language, "news_related", topic=topic)
    what = ", ".join(label(language, f"changed_{part}") for part in change.split(","))
    return say(language, "news_changed", topic=topic, what=what)


async def _hits(services: Services, due: list[Due], found: Mapping[str, Hit]) -> list[Hit]:
    """Return the policies in date order, quoting what fits; fewer when some are gone again."""
    hits = []
    for one in due:
        hit = found.get(one.policy)
        if hit is None:
            try:
                document = await services.search(partial(services.engine.show, one.policy))
            except PolicyNotFoundError:
                continue
            hit = document_hit(document)
        hits.append(hit)
    return hits


async def _quoted(services: Services, topic: str) -> dict[str, Hit]:
    listed = await services.search(partial(services.engine.answer, topic, intent="list"))
    return {hit.policy.id: hit for hit in listed.hits}


async def _matching(services: Services, topic: str) -> list[str]:
    return list(await _quoted(services, topic))


def _of_policy(
    followed: str | None, changes: Mapping[str, str], policies: Mapping[str, Policy]
) -> dict[str, str]:
    """Return what changed of a policy that is followed, and the new ones that name it."""
    if followed is None:
        return {}
    found = {followed: changes[followed]} if changes.get(followed) else {}
    for id_, change in changes.items():
        named = any(followed in ids for ids in policies[id_].relations.values())
        if named and not change:
            found[id_] = RELATED
    return found


def _policies(services: Services) -> dict[str, Policy]:
    return {hit.policy.id: hit.policy for hit in services.engine.list().hits}


def _parts(policy: Policy) -> str:
    """Return short digests of what a change may be of."""
    parts = (policy.title, str(policy.date or ""), policy.body)
    return " ".join(sha256_of(part)[:16] for part in parts)


def _changes(
    digests: Mapping[str, tuple[str, str]], known: Mapping[str, tuple[str, str]] | None
) -> dict[str, str]:
    """Return what is news, with what changed of it ("" for new): nothing at the first look."""
    if known is None:
        return {}
    changes = {}
    for id_, (digest, parts) in digests.items():
        if id_ not in known:
            changes[id_] = ""
        elif known[id_][0] != digest:
            changes[id_] = _changed(known[id_][1], parts)
    return changes


def _changed(before: str, after: str) -> str:
    """Return the names of the parts that changed; what was known before they were kept has none."""
    pairs = zip(_PARTS, before.split(), after.split(), strict=False)
    return ",".join(name for name, old, new in pairs if old != new) or "unknown"
