"""News: new and changed policies, noted for each subscriber and delivered once.

A policy is news when its id is new, or when its title, date or text changed (its digest differs).
The digests are stored in the state, so a bot that was down catches up. Each delivery is noted for
its subscriber before anything is sent, and sent once.
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

CONCURRENT_SUBSCRIBERS = 16
"""Subscribers served concurrently, so that a rate-limited chat does not delay the others."""

MOST_MESSAGES = 5
"""News of one alert sent as single messages; more of them, and digests, come as one list."""

RELATED = "related"
_PARTS = ("title", "date", "text")


class DeliveryReceipt:
    """The receipt (see ``receipts.Receipt``) of the deliveries sent in one message."""

    def __init__(self, ledger: Ledger, numbers: list[int]) -> None:
        self._ledger = ledger
        self._numbers = numbers

    def skip(self) -> bool:
        """Return False: deliveries already sent are not selected again."""
        return False

    def begin(self) -> None:
        """Mark the deliveries as sent, right before the message is."""
        self._note(1)

    def retract(self) -> None:
        """Mark them as unsent: Telegram refused the message."""
        self._note(0)

    def _note(self, state: int) -> None:
        for number in self._numbers:
            self._ledger.note("UPDATE deliveries SET state = ? WHERE id = ?", state, number)


async def note_news(services: Services) -> None:
    """Note, once per generation, which news each subscriber is due."""
    async with services.news_lock:
        generation = services.engine.info.generation
        if await services.state.run(recall, "known_generation") == generation:
            return
        policies = await services.search(partial(_policies, services))
        digests = {id_: (policy_digest(policy), _parts(policy)) for id_, policy in policies.items()}
        changes = _changes(digests, await services.state.run(alerts.known))
        news: list[tuple[int, str, str, str, str]] = []
        if changes:
            matching: dict[str, list[str]] = {}
            for person, alert in await services.state.run(alerts.active):
                changed = _of_policy(alert.policy, changes, policies)
                if alert.policy is None:
                    if alert.topic not in matching:
                        matching[alert.topic] = await _matching(services, alert.topic)
                    changed = {id_: changes[id_] for id_ in matching[alert.topic] if id_ in changes}
                news += [
                    (person, id_, digests[id_][0], alert.topic, change)
                    for id_, change in changed.items()
                ]
        await services.state.run(alerts.note, generation, digests, news, time.time())
        if changes:
            log.info("news", extra={"policies": len(changes), "deliveries": len(news)})


async def tell_news(services: Services, ledger: Ledger) -> None:
    """Send all due deliveries: one message per policy, or one list of many."""
    noted: dict[int, dict[int, list[Due]]] = {}
    for delivery in await services.state.run(alerts.due, time.time()):
        noted.setdefault(delivery.person, {}).setdefault(delivery.alert.number, []).append(delivery)
    at_once = asyncio.Semaphore(CONCURRENT_SUBSCRIBERS)

    async def tell(person: int) -> None:
        async with at_once:
            for due in noted[person].values():
                await _tell_alert(services, ledger, due)

    await asyncio.gather(*(tell(person) for person in noted))


async def _tell_alert(services: Services, ledger: Ledger, due: list[Due]) -> None:
    """Send the due deliveries of one alert."""
    person, alert = due[0].person, due[0].alert
    single = alert.pace == "now" and len(due) <= MOST_MESSAGES
    size = 1 if single else len(due)
    quoted = await _quoted(services, alert.topic) if alert.policy is None else {}
    for at in range(0, len(due), size):
        part = due[at : at + size]
        numbers = [delivery.number for delivery in part]
        hits = await _hits(services, part, quoted)
        token = current_receipt.set(DeliveryReceipt(ledger, numbers))
        try:
            if hits:
                await _tell(services, part, hits)
        finally:
            current_receipt.reset(token)
        await services.state.run(alerts.close, person, alert.number, numbers, time.time())


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
        change = next(delivery.change for delivery in due if delivery.policy == hits[0].policy.id)
        intro = _intro(alert.topic, change, language)
        screen = hit_screen(services, visitor, shown, hits[0], 0, intro=intro, extra=[end])
        html = screen.page.html
    else:
        new = sum(not delivery.change or delivery.change == RELATED for delivery in due)
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
    changed = ", ".join(label(language, f"changed_{part}") for part in change.split(","))
    return say(language, "news_changed", topic=topic, what=changed)


async def _hits(services: Services, due: list[Due], quoted: Mapping[str, Hit]) -> list[Hit]:
    """Return a hit per delivery, quoting what fits its topic; removed policies are skipped."""
    hits = []
    for delivery in due:
        hit = quoted.get(delivery.policy)
        if hit is None:
            try:
                document = await services.search(partial(services.engine.show, delivery.policy))
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
    """Return the change of a followed policy, and the new policies that relate to it."""
    if followed is None:
        return {}
    changed = {followed: changes[followed]} if changes.get(followed) else {}
    for id_, change in changes.items():
        named = any(followed in ids for ids in policies[id_].relations.values())
        if named and not change:
            changed[id_] = RELATED
    return changed


def _policies(services: Services) -> dict[str, Policy]:
    return {hit.policy.id: hit.policy for hit in services.engine.list().hits}


def _parts(policy: Policy) -> str:
    """Return short digests of title, date and text, to tell which of them changed."""
    parts = (policy.title, str(policy.date or ""), policy.body)
    return " ".join(sha256_of(part)[:16] for part in parts)


def _changes(
    digests: Mapping[str, tuple[str, str]], known: Mapping[str, tuple[str, str]] | None
) -> dict[str, str]:
    """Return the changed parts of each policy that is news ("" for new); none on the first run."""
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
    """Return the names of the changed parts; "unknown" where no digests of parts were stored."""
    pairs = zip(_PARTS, before.split(), after.split(), strict=False)
    return ",".join(name for name, old, new in pairs if old != new) or "unknown"
