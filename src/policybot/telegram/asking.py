"""A question, its answer, and the messages that carry it; an edited question edits them."""

from __future__ import annotations

import dataclasses
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Literal

from policybot.errors import EncoderError, IndexUnusableError
from policybot.model import Answer, Hit, Issuer, Policy
from policybot.query.demanded import without_demand
from policybot.render.telegram import LIST_PAGE, clip, units
from policybot.telegram import people
from policybot.telegram.answers import Kind, Shown, keep_answer, new_id
from policybot.telegram.desk import Desk, Place, Visitor
from policybot.telegram.sheets import Sheet, answer_sheet, read_as
from policybot.telegram.texts import Language, label, say

log = logging.getLogger(__name__)

Search = Callable[[], Answer]


async def ask(
    desk: Desk,
    visitor: Visitor,
    place: Place,
    question: str,
    *,
    search: Search | None = None,
    key: str | None = None,
) -> Answer | None:
    """Answer a question at ``place``.

    ``search`` finds the answer, by default as the engine reads the question. ``key`` is that of
    the question's message: when it was answered before, that answer is edited. None when nothing
    was searched for: the words are those already answered, or the search failed, which was said.

    Raises:
        UnavailableError: the index is out of reach; nothing was said yet.
    """
    old = await desk.state.run(people.reply_to, key) if key else None
    asked = desk.state.hashed("asked", question)
    if old and old.asked == asked:
        return None
    try:
        answer = await desk.search(search or finding(desk, visitor, question), place)
    except (IndexUnusableError, EncoderError) as error:
        desk.tally.failed("search")
        log.error("no answer: %s", error)  # noqa: TRY400 (the message says it all)
        text = say(visitor.language, "busy")
        await desk.sender.send(place.chat, text, reply_to=place.reply_to, thread=place.thread)
        return None
    desk.took_ms.append(answer.took_ms)
    desk.tally.answered(answer, "chat")
    asked_for = {"question": question} if desk.config.log.questions else {}
    log.info(
        "answered",
        extra={
            "hits": len(answer.hits),
            "reason": answer.reason,
            "intent": answer.reading.intent,
            "took_ms": round(answer.took_ms, 1),
            **asked_for,
        },
    )
    shown = await keep(desk, visitor, place, answer, question)
    example = ""
    if answer.reason == "empty_question":
        example = (await examples(desk, visitor.language))[0]
    sheet = answer_sheet(desk, visitor, answer, shown, example)
    messages = await deliver(desk, place, sheet, old.messages if old else ())
    for other in answer.also:
        others = await keep(desk, visitor, place, other, other.reading.question)
        await deliver(desk, place, answer_sheet(desk, visitor, other, others, ""), ())
    if key and messages:
        reply = people.Reply(asked, messages)
        await desk.state.run(people.keep_reply, key, visitor.hashed, reply, time.time())
    return answer


def finding(desk: Desk, visitor: Visitor, question: str) -> Search:
    """Return the search for a question, with as many hits as the person set."""

    def search() -> Answer:
        wanted = visitor.settings.hits
        answer = desk.engine.answer(question)
        if wanted is None or answer.reading.intent == "list":
            return answer
        if wanted > len(answer.hits) < answer.total:
            return desk.engine.answer(question, limit=wanted)
        return dataclasses.replace(answer, hits=answer.hits[:wanted])

    return search


def finding_without(
    desk: Desk,
    question: str,
    name: Literal["unknown", "issuers", "dates", "number", "phrases", "validity"],
) -> Search:
    """Return the search for a question without the filter ``name``, or the unknown issuers."""

    def search() -> Answer:
        reading = desk.engine.answer(question, limit=1).reading
        rest, topic = reading.conditions, reading.topic
        if name == "unknown":
            for unknown in reading.unknown_issuers:
                topic = topic.replace(unknown, " ")
        else:
            rest = without_demand(rest, name)
        topic = " ".join(topic.split())
        if not topic:
            return desk.engine.list(rest)
        return desk.engine.answer(topic, conditions=rest, intent=reading.intent)

    return search


async def keep(desk: Desk, visitor: Visitor, place: Place, answer: Answer, question: str) -> Shown:
    """Keep what an answer shows, and the question if questions are kept."""
    kind: Kind = answer.reading.intent if answer.answered else "refusal"
    kept = question if desk.keeps_questions and question else None
    shown = Shown(
        new_id(),
        visitor.hashed,
        desk.chat_hash(place.chat),
        kind,
        reading=read_as(desk, visitor, answer, question),
        question=kept,
    )
    hits = answer.hits if answer.answered else answer.near_misses[:LIST_PAGE]
    return await desk.state.run(_keep, shown, list(hits), answer.reason, time.time())


async def deliver(
    desk: Desk, place: Place, sheet: Sheet, old: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Send a sheet, or put it into the first of the messages ``old``; return its messages.

    What did not fit on the sheet follows it; what followed the old one is deleted.
    """
    messages = []
    if old and await desk.sender.edit(place.chat, old[0], sheet.page.html, sheet.keyboard):
        messages.append(old[0])
        for stale in old[1:]:
            await desk.sender.delete(place.chat, stale)
    else:
        sent = await desk.sender.send(
            place.chat,
            sheet.page.html,
            keyboard=sheet.keyboard,
            reply_to=place.reply_to,
            thread=place.thread,
        )
        messages += [sent.message_id] if sent else []
    for part in sheet.page.rest:
        # Telegram refuses a message of blanks; the break between two stands for them.
        if part.text.strip():
            sent = await desk.sender.send(place.chat, part.html, thread=place.thread)
            messages += [sent.message_id] if sent else []
    return tuple(messages)


async def examples(desk: Desk, language: Language) -> list[str]:
    """Return questions that this corpus answers, taken from its issuers, years and titles."""
    generation = desk.engine.info.generation
    known = desk.examples.get(language)
    if known is None or known[0] != generation:
        policies = [hit.policy for hit in (await desk.search(desk.engine.list)).hits]
        made = _examples(policies, desk.engine.issuers.issuers, language)
        desk.examples[language] = known = (generation, made)
    return known[1]


def _examples(policies: list[Policy], issuers: tuple[Issuer, ...], language: Language) -> list[str]:
    questions = []
    names = {issuer.name: _short_name(issuer, language) for issuer in issuers}
    dated = [policy for policy in policies if policy.date]
    for policy in reversed(dated):
        issuer = next((names[name] for name in policy.issuers if name in names), None)
        if issuer and policy.date:
            year = policy.date.year
            questions.append(label(language, "example_issuer_year", issuer=issuer, year=year))
            break
    titled = next((p for p in policies if p.title and units(p.title) <= 80), None)
    if titled:
        questions.append(label(language, "example_title", title=titled.title))
    if dated and dated[0].date:
        questions.append(label(language, "example_year", year=dated[0].date.year))
    return [clip(question, 120) for question in questions] or ["?"]


def _short_name(issuer: Issuer, language: Language) -> str:
    """Return the shortest name of an issuer that fits the language, else the canonical one."""
    names = [
        name
        for name in issuer.aliases
        if name.isascii() == (language == "en") and len(name) > 2 - (language == "zh")
    ]
    return min(names, key=len, default=issuer.name)


def _keep(
    db: sqlite3.Connection, shown: Shown, hits: list[Hit], reason: str | None, now: float
) -> Shown:
    people.count(db, "questions")
    if reason:
        people.count(db, "unanswered")
    if shown.question:
        people.keep_question(db, shown.person, shown.question, reason, now)
    return keep_answer(db, shown, hits, now)
