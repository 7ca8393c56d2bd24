"""Topics that people are told about: /subscribe, /subscriptions, /unsubscribe, and the telling.

A policy is news when its id is not known, or its title, date or text changed since it was known
(its digest differs). What is known is kept in the state, so a bot that was down tells afterwards.
Each piece of news is noted for each person before anything is sent, and sent to them once.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from functools import partial

from policybot.errors import PolicyNotFoundError
from policybot.model import Hit
from policybot.render.telegram import LIST_PAGE, Page, clip, escape
from policybot.telegram import people
from policybot.telegram.answers import Kind, Shown, keep_answer, new_id, policy_digest
from policybot.telegram.asking import deliver
from policybot.telegram.desk import Desk, Place, Visitor
from policybot.telegram.keyboards import unsubscribe_keyboard
from policybot.telegram.people import MOST_SUBSCRIPTIONS, settings_of
from policybot.telegram.receipts import errand
from policybot.telegram.sending import pause_person
from policybot.telegram.sheets import Sheet, document_hit, hit_sheet, list_sheet
from policybot.telegram.state import Ledger, recall, remember
from policybot.telegram.texts import language_of, say

log = logging.getLogger(__name__)

TOPIC_LIMIT = 200

TOLD_AT_ONCE = 16
"""People told at once: one whose chat has to wait keeps nobody else waiting."""

MOST_MESSAGES = 5
"""Pieces of news on one topic sent one by one; more come as one list."""


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


async def subscribe(desk: Desk, visitor: Visitor, place: Place, args: str) -> None:
    """Add a topic. The policies that are there by now are no news."""
    if not args:
        html = say(visitor.language, "subscribe_which", example="internet of things")
        await deliver(desk, place, Sheet(Page(html)))
        return
    topic = clip(args, TOPIC_LIMIT)
    await note_news(desk)
    await desk.state.run(pause_person, visitor.person, paused=False)
    key = await desk.state.run(people.subscribe, visitor.person, topic, time.time())
    html = say(visitor.language, key, topic=topic, limit=MOST_SUBSCRIPTIONS)
    await deliver(desk, place, Sheet(Page(html)))


async def subscriptions(desk: Desk, visitor: Visitor, place: Place, _: str) -> None:
    """List the person's topics."""
    await deliver(desk, place, await subscriptions_sheet(desk, visitor, "subscriptions"))


async def unsubscribe(desk: Desk, visitor: Visitor, place: Place, args: str) -> None:
    """End the topic written after the command, or ask which."""
    held = await desk.state.run(people.subscriptions_of, visitor.person)
    number = next((n for n, topic in held if topic.casefold() == args.casefold()), None)
    if args and number is not None:
        topic = await desk.state.run(people.unsubscribe, visitor.person, number)
        html = say(visitor.language, "unsubscribed", topic=topic or args)
        await deliver(desk, place, Sheet(Page(html)))
        return
    await deliver(desk, place, await subscriptions_sheet(desk, visitor, "unsubscribe_which"))


async def subscriptions_sheet(desk: Desk, visitor: Visitor, title: str) -> Sheet:
    """Return the message that lists a person's topics, each with a button to end it."""
    held = await desk.state.run(people.subscriptions_of, visitor.person)
    if not held:
        return Sheet(Page(say(visitor.language, "subscriptions_none")))
    lines = [say(visitor.language, title), *(f"• {escape(topic)}" for _, topic in held)]
    return Sheet(
        Page("\n".join(lines)), unsubscribe_keyboard(visitor.person, visitor.language, held)
    )


async def note_news(desk: Desk) -> None:
    """Note, once for each generation, which news each subscriber is to be sent."""
    async with desk.looking:
        generation = desk.engine.info.generation
        if await desk.state.run(recall, "known_generation") == generation:
            return
        digests = await desk.search(partial(_digests, desk))
        fresh = await desk.state.run(_fresh, digests)
        news: list[tuple[int, str, str, str]] = []
        if fresh:
            wanted = await desk.state.run(_wanted)
            for topic, subscribers in wanted.items():
                listed = await desk.search(partial(desk.engine.answer, topic, intent="list"))
                ids = [h.policy.id for h in listed.hits if h.policy.id in fresh]
                news += [(who, id_, digests[id_], topic) for who in subscribers for id_ in ids]
        await desk.state.run(_note, generation, digests, news, time.time())
        if fresh:
            log.info("news", extra={"policies": len(fresh), "deliveries": len(news)})


async def tell_news(desk: Desk, ledger: Ledger) -> None:
    """Send what is noted to those it is noted for: one message a policy, or a list of many."""
    noted: dict[int, dict[str, list[tuple[int, str]]]] = {}
    for number, person, policy_id, topic in await desk.state.run(_due):
        noted.setdefault(person, {}).setdefault(topic, []).append((number, policy_id))
    at_once = asyncio.Semaphore(TOLD_AT_ONCE)

    async def tell(person: int) -> None:
        async with at_once:
            for topic, due in noted[person].items():
                await _tell_topic(desk, ledger, person, topic, due)

    await asyncio.gather(*(tell(person) for person in noted))


async def _tell_topic(
    desk: Desk, ledger: Ledger, person: int, topic: str, due: list[tuple[int, str]]
) -> None:
    size = 1 if len(due) <= MOST_MESSAGES else len(due)
    for at in range(0, len(due), size):
        numbers = [number for number, _ in due[at : at + size]]
        hits = await _hits(desk, topic, [policy_id for _, policy_id in due[at : at + size]])
        token = errand.set(DeliveryReceipt(ledger, numbers))
        try:
            if hits:
                await _tell(desk, person, topic, hits)
        finally:
            errand.reset(token)
        await desk.state.run(_told, person, numbers)


async def _tell(desk: Desk, person: int, topic: str, hits: list[Hit]) -> None:
    settings = await desk.state.run(settings_of, person)
    language = settings.language or language_of(desk.config.telegram.language)
    visitor = Visitor(person, desk.hash_of(person), language, settings)
    intro = say(language, "news", topic=topic)
    kind: Kind = "policy" if len(hits) == 1 else "list"
    shown = Shown(new_id(), visitor.hashed, desk.chat_hash(person), kind)
    shown = await desk.state.run(keep_answer, shown, hits, time.time())
    if kind == "policy":
        sheet = hit_sheet(desk, visitor, shown, hits[0], 0, intro=intro)
        html = sheet.page.html
    else:
        sheet = list_sheet(visitor, shown, hits[:LIST_PAGE], 0)
        html = f"{intro}\n\n{sheet.page.html}"
    await desk.sender.send(person, html, keyboard=sheet.keyboard)


async def _hits(desk: Desk, topic: str, policy_ids: list[str]) -> list[Hit]:
    """Return the policies, quoting what fits the topic; fewer when some are gone again."""
    listed = await desk.search(partial(desk.engine.answer, topic, intent="list"))
    found = {hit.policy.id: hit for hit in listed.hits}
    hits = []
    for policy_id in policy_ids:
        try:
            hits.append(
                found.get(policy_id)
                or document_hit(await desk.search(partial(desk.engine.show, policy_id)))
            )
        except PolicyNotFoundError:
            continue
    return hits


def _digests(desk: Desk) -> dict[str, str]:
    return {hit.policy.id: policy_digest(hit.policy) for hit in desk.engine.list().hits}


def _fresh(db: sqlite3.Connection, digests: dict[str, str]) -> set[str]:
    """Return the ids that are news: none at the first look, when nothing is known yet."""
    if recall(db, "known_generation") is None:
        return set()
    known = dict(db.execute("SELECT policy, digest FROM known").fetchall())
    return {id_ for id_, digest in digests.items() if known.get(id_) != digest}


def _wanted(db: sqlite3.Connection) -> dict[str, list[int]]:
    wanted: dict[str, list[int]] = {}
    rows = db.execute("SELECT topic, person FROM subscriptions WHERE paused = 0 ORDER BY id")
    for topic, person in rows:
        wanted.setdefault(topic, []).append(person)
    return wanted


def _note(
    db: sqlite3.Connection,
    generation: str,
    digests: dict[str, str],
    news: list[tuple[int, str, str, str]],
    now: float,
) -> None:
    db.executemany(
        "INSERT OR IGNORE INTO deliveries (person, policy, digest, topic, made) "
        "VALUES (?, ?, ?, ?, ?)",
        [(*row, now) for row in news],
    )
    db.execute("DELETE FROM known")
    db.executemany("INSERT INTO known VALUES (?, ?)", digests.items())
    remember(db, "known_generation", generation)


def _due(db: sqlite3.Connection) -> list[tuple[int, int, str, str]]:
    return db.execute(
        "SELECT d.id, d.person, d.policy, d.topic FROM deliveries d "
        "JOIN subscriptions s ON s.person = d.person AND s.topic = d.topic AND s.paused = 0 "
        "WHERE d.state = 0 ORDER BY d.id"
    ).fetchall()


def _told(db: sqlite3.Connection, person: int, numbers: list[int]) -> None:
    """Close deliveries, unless the person turned out to have blocked the bot meanwhile."""
    db.executemany(
        "UPDATE deliveries SET state = 1 WHERE id = ? AND EXISTS "
        "(SELECT 1 FROM subscriptions WHERE person = ? AND paused = 0)",
        [(number, person) for number in numbers],
    )
