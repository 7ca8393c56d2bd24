"""Questions and the messages that answer them; editing a question edits its answer."""

from __future__ import annotations

import dataclasses
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import Literal

from policybot.bot.handlers.conversation import (
    Context,
    Step,
    context_of,
    numbered_step,
    place_in,
    step_of,
)
from policybot.bot.handlers.languages import languages_here
from policybot.bot.handlers.small_talk import small_talk_screen
from policybot.bot.handlers.typed_buttons import press, typed_button
from policybot.bot.services import Place, Services, Visitor
from policybot.bot.store import people
from policybot.bot.store.answers import Kind, Shown, by_date, keep_answer, new_id
from policybot.bot.store.conversations import Talk
from policybot.bot.store.readings import write_reading
from policybot.bot.views.delivering import deliver
from policybot.bot.views.facets import facets_of
from policybot.bot.views.list_views import ListView, first_view
from policybot.bot.views.messages import (
    Screen,
    answer_screen,
    hit_screen,
    hits_of,
    list_screen,
    page_of,
    read_as,
)
from policybot.bot.views.whole import send_whole
from policybot.errors import EncoderError, IndexUnusableError
from policybot.model import Answer, Hit
from policybot.query.conditions import OfPolicy
from policybot.query.demanded import without_demand
from policybot.render.telegram import Page, asked_fact, shown_near
from policybot.render.telegram.texts import say

log = logging.getLogger(__name__)

Search = Callable[[], Answer]

EXAMPLES = 2
"""Example questions under the answer to an off-topic message."""


async def ask(
    services: Services,
    visitor: Visitor,
    place: Place,
    question: str,
    *,
    search: Search | None = None,
    key: str | None = None,
    replied: tuple[Talk, bool] | None = None,
) -> Answer | None:
    """Answer a question at ``place``.

    Args:
        services: the running bot.
        visitor: who asks.
        place: where to answer.
        question: the text of the message.
        search: how to search; by default with the engine, reading ``question``.
        key: the key of the question's message; if it was answered before, that answer is edited.
        replied: what the message replied to shows, and whether that is a single policy.

    Returns:
        The answer; None when nothing was searched: the text is unchanged, the message was a step
        within the answer before, or the search failed (the person is told).

    Raises:
        UnavailableError: the index is unavailable; nothing was sent yet.
    """
    old = await services.state.run(people.reply_to, key) if key else None
    asked = services.state.hashed("asked", question)
    if old and old.asked == asked:
        return None
    chat = services.chat_hash(place.chat)
    talk = await services.talks.load(chat, visitor.hashed, key or "")
    subject, single = replied or (talk, False)
    context = None if search else await context_of(services, subject, chat, replied=single)
    turn = _Turn(services, visitor, place, question, old.messages if old else (), key or "", talk)
    answer, step = None, numbered_step(question, context) if context else None
    pressed = await turn.press(question, context) if context and not step else None
    if pressed is not None:
        messages = pressed
    elif step and context:
        messages = await turn.step(None, context, step)
    else:
        search = search or finding(services, visitor, question, context)
        result = await _search(services, place, visitor, search)
        if result is None:
            return None
        answer = _record(services, result, question)
        messages = await turn.take(answer, context)
    if key and messages:
        reply = people.Reply(asked, messages)
        await services.state.run(people.keep_reply, key, visitor.hashed, reply, time.time())
    return answer


async def _search(
    services: Services, place: Place, visitor: Visitor, search: Search
) -> Answer | None:
    try:
        return await services.search(search, place)
    except (IndexUnusableError, EncoderError) as error:
        services.metrics.failed("search")
        log.error("no answer: %s", error)  # noqa: TRY400 (the message says it all)
        text = say(visitor.language, "busy")
        await services.reply(place, text)
        return None


def _record(services: Services, answer: Answer, question: str) -> Answer:
    """Count an answer in the metrics, and log it."""
    services.took_ms.append(answer.took_ms)
    services.metrics.answered(answer, "chat")
    asked_for = {"question": question} if services.config.log.questions else {}
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
    return answer


@dataclasses.dataclass(frozen=True, slots=True)
class _Turn:
    """One question being answered in a chat; ``old`` are the messages to edit."""

    services: Services
    visitor: Visitor
    place: Place
    question: str
    old: tuple[int, ...]
    key: str
    talk: Talk

    async def take(self, answer: Answer, context: Context | None) -> tuple[int, ...]:
        """Send an answer and store the conversation's new state; return the ids of the messages."""
        small = answer.reading.small_talk
        if small and not answer.answered:
            return await self._small_talk(small)
        step = step_of(answer, context) if context else None
        if step and context:
            return await self.step(answer, context, step)
        plain = all(isinstance(condition, OfPolicy) for condition in answer.reading.conditions)
        if context and answer.reading.intent == "find" and plain:
            pressed = await self.press(answer.reading.topic, context)
            if pressed is not None:
                return pressed
        shown = await keep(self.services, self.visitor, self.place, answer, self.question)
        example, languages = "", ""
        if answer.reason == "empty_question":
            example = (await self.services.examples(self.visitor.language))[0]
        elif not answer.answered:
            languages = await languages_here(self.services, self.visitor.language, answer)
        screen = answer_screen(
            self.services, self.visitor, answer, shown, example=example, languages=languages
        )
        messages = await deliver(self.services, self.place, screen, self.old)
        last = shown
        for further in answer.also:
            last = await keep(
                self.services, self.visitor, self.place, further, further.reading.question
            )
            screen = answer_screen(
                self.services, self.visitor, further, last, example="", languages=""
            )
            await deliver(self.services, self.place, screen, ())
        if answer.reason != "empty_question":
            await self._keep_talk(answer.also[-1] if answer.also else answer, last)
        return messages

    async def press(self, words: str, context: Context) -> tuple[int, ...] | None:
        """Do what a button does if the words are its text; None if they are no button's."""
        button = typed_button(words)
        if button is None:
            return None
        return await press(self.services, self.visitor, self.place, context, button)

    async def _keep_talk(self, answer: Answer, shown: Shown) -> None:
        view = ""
        if shown.kind == "list" and len(shown.entries) > 1:
            view = first_view(len(shown.entries), order=answer.reading.order).write()
        await self._keep(Talk(shown.id, 0, view, small=self.talk.small, reading=answer.reading))

    async def _keep(self, talk: Talk) -> None:
        chat = self.services.chat_hash(self.place.chat)
        await self.services.talks.keep(chat, self.visitor.hashed, talk, self.key)

    async def _small_talk(self, small: str) -> tuple[int, ...]:
        if not self.place.private:
            return ()
        again = small in self.talk.small
        screen = await small_talk_screen(
            self.services, self.visitor, self.place, small, again=again
        )
        answered = tuple(dict.fromkeys((*self.talk.small, small)))
        talk = dataclasses.replace(self.talk, small=answered)
        await self._keep(Talk(small=answered) if small == "start_over" else talk)
        return await deliver(self.services, self.place, screen, self.old)

    async def step(self, answer: Answer | None, context: Context, step: Step) -> tuple[int, ...]:
        """Show another entry or page of the answer before; ``answer`` is the message's own."""
        shown, view = context.shown, step.view or context.view
        written = view.write() if view else ""
        if step.kind in ("end", "beyond"):
            key = "no_more" if step.kind == "end" else "choose_from"
            html = say(self.visitor.language, key, total=len(context.places))
            screen = Screen(Page(html))
            return await deliver(self.services, self.place, screen, self.old)
        if step.kind == "page" and view:
            hits = await page_of(self.services, shown, view)
            screen = list_screen(self.visitor, shown, hits, view)
            place = context.focus
        else:
            place = step.place
            written = (
                ""
                if context.view is None
                else place_in(context.view, place, context.places).write()
            )
            hits = await hits_of(self.services, shown, [place])
            if not hits:
                screen = Screen(Page(say(self.visitor.language, "gone")))
                return await deliver(self.services, self.place, screen, self.old)
            if answer and answer.reading.asks == "text":
                await self._keep(self._talk_at(context, place, written))
                return await send_whole(
                    self.services, self.visitor, self.place, shown, place, hits[0]
                )
            screen = self._entry(answer, context, place, hits[0])
        await self._keep(self._talk_at(context, place, written))
        return await deliver(self.services, self.place, screen, self.old)

    def _talk_at(self, context: Context, place: int, view: str) -> Talk:
        return Talk(context.shown.id, place, view, small=self.talk.small, reading=context.reading)

    def _entry(self, answer: Answer | None, context: Context, place: int, hit: Hit) -> Screen:
        """Return the screen of an entry of the answer before, for what the new answer asks."""
        back: ListView | None = None
        if context.view is not None:
            back = place_in(context.view, place, context.places)
        name, hits = hit.policy.index_id, answer.hits if answer else ()
        same = next((h for h in hits if h.policy.index_id == name), None)
        if same and same.validity:
            hit = dataclasses.replace(hit, validity=same.validity)
        asked = asked_fact(answer.reading.asks if answer else None)
        return hit_screen(
            self.services, self.visitor, context.shown, hit, place, back=back, asked=asked
        )


def finding(services: Services, visitor: Visitor, question: str, context: Context | None) -> Search:
    """Return the search for a question, limited to the number of hits the person set."""

    def search() -> Answer:
        wanted = visitor.settings.hits
        before = context.before(services) if context else None
        answer = services.engine.answer(question, before=before)
        if wanted is None or answer.reading.intent == "list" or answer.reading.small_talk:
            return answer
        if wanted > len(answer.hits) < answer.total:
            return services.engine.answer(question, limit=wanted, before=before)
        return dataclasses.replace(answer, hits=answer.hits[:wanted])

    return search


def finding_without(
    services: Services,
    question: str,
    name: Literal["unknown", "issuers", "dates", "number", "phrases", "validity"],
) -> Search:
    """Return the search for a question without the filter ``name``, or its unknown issuers."""

    def search() -> Answer:
        reading = services.engine.answer(question, limit=1).reading
        rest, topic = reading.conditions, reading.topic
        if name == "unknown":
            for unknown in reading.unknown_issuers:
                topic = topic.replace(unknown, " ")
        else:
            rest = without_demand(rest, name)
        topic = " ".join(topic.split())
        if not topic:
            return services.engine.list(rest)
        return services.engine.answer(topic, conditions=rest, intent=reading.intent)

    return search


async def keep(
    services: Services, visitor: Visitor, place: Place, answer: Answer, question: str
) -> Shown:
    """Store what an answer shows, and the question if questions are stored."""
    kind: Kind = answer.reading.intent if answer.answered else "refusal"
    kept = question if services.keeps_questions and question else None
    hits = answer.hits if answer.answered else shown_near(answer)
    facets = None
    if kind == "list":
        hits = tuple(sorted(hits, key=by_date))
        if len(hits) > 1:
            policies = [hit.policy for hit in hits]
            facets = facets_of(policies, services.engine.issuers.canonical, services.engine.kinds)
    lines: tuple[str, ...] = ()
    if kind == "refusal" and answer.reason not in ("empty_question", "empty_corpus"):
        lines = tuple((await services.examples(visitor.language))[:EXAMPLES])
    shown = Shown(
        new_id(),
        visitor.hashed,
        services.chat_hash(place.chat),
        kind,
        reading=read_as(services, visitor, answer, question),
        question=kept,
        lines=lines,
        query=write_reading(answer.reading) if kept else None,
        facets=facets,
    )
    return await services.state.run(_keep, shown, list(hits), answer.reason, time.time())


def _keep(
    db: sqlite3.Connection, shown: Shown, hits: list[Hit], reason: str | None, now: float
) -> Shown:
    people.count(db, "questions")
    if reason:
        people.count(db, "unanswered")
    if shown.question:
        people.keep_question(db, shown.person, shown.question, reason, now)
    return keep_answer(db, shown, hits, now)
