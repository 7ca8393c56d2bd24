"""Messages with their buttons, made from what an answer shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from telegram import InlineKeyboardMarkup

from policybot.errors import PolicyNotFoundError
from policybot.model import Answer, Document, Hit, Quote
from policybot.query.conditions import without_words
from policybot.render.comparison import comparison_html
from policybot.render.telegram import (
    LIST_PAGE,
    MESSAGE_LIMIT,
    Page,
    hit_page,
    list_page,
    reading_line,
    refusal,
)
from policybot.telegram.answers import Shown, load_hits
from policybot.telegram.desk import Desk, Visitor
from policybot.telegram.keyboards import (
    hit_keyboard,
    list_keyboard,
    refusal_keyboard,
    share_url,
)
from policybot.telegram.texts import label, say


@dataclass(frozen=True, slots=True)
class Sheet:
    """A message to be sent: its page and its buttons."""

    page: Page
    keyboard: InlineKeyboardMarkup | None = None


def answer_sheet(desk: Desk, visitor: Visitor, answer: Answer, shown: Shown, example: str) -> Sheet:
    """Return the first message of an answer. ``example`` is a question that could be asked."""
    if answer.answered and shown.kind == "list":
        return list_sheet(visitor, shown, answer.hits[:LIST_PAGE], 0)
    if answer.answered:
        sheet = hit_sheet(desk, visitor, shown, answer.hits[0], 0)
        if not answer.comparison:
            return sheet
        html = comparison_html(answer, visitor.language, MESSAGE_LIMIT)
        return dataclasses.replace(sheet, page=Page(html))
    html = refusal(answer, visitor.language, example=example, reading=shown.reading)
    without = "unknown" if answer.reason == "unknown_issuer" else answer.empty_filter
    keyboard = refusal_keyboard(
        shown.id, visitor.language, near=len(shown.entries), without=without
    )
    return Sheet(Page(html), keyboard)


def hit_sheet(
    desk: Desk,
    visitor: Visitor,
    shown: Shown,
    hit: Hit,
    index: int,
    *,
    back: int | None = None,
    intro: str = "",
) -> Sheet:
    """Return the message that shows one hit of an answer; ``back`` is the list page it is on."""
    turns = shown.kind == "find"
    total = len(shown.entries)
    page = hit_page(
        hit,
        visitor.language,
        position=index + 1,
        total=total if turns else 1,
        reading=shown.reading,
        intro=intro,
    )
    keyboard = hit_keyboard(
        shown.id,
        visitor.language,
        index=index,
        total=total,
        share=share_url(desk.username, hit.policy.id),
        affected_by=hit.affected_by,
        back=back,
        turns=turns,
        votes=shown.kind in ("find", "list"),
    )
    return Sheet(page, keyboard)


def list_sheet(visitor: Visitor, shown: Shown, hits: Sequence[Hit], page: int) -> Sheet:
    """Return the message that shows one page of a list; ``hits`` are those of the page."""
    total = len(shown.entries)
    html = list_page(
        hits,
        visitor.language,
        first=page * LIST_PAGE + 1,
        total=total,
        reading=shown.reading,
    )
    return Sheet(Page(html), list_keyboard(shown.id, visitor.language, page=page, total=total))


async def hits_of(desk: Desk, shown: Shown, first: int, count: int = 1) -> list[Hit]:
    """Return hits of an answer as they were shown; fewer when one is gone for good.

    Where a long list kept only ids, the policy is opened as it is now.
    """
    hits = []
    entries = shown.entries[first : first + count]
    for entry, kept in zip(entries, await desk.state.run(load_hits, entries), strict=True):
        if kept is not None:
            hits.append(kept)
            continue
        try:
            document = await desk.search(partial(desk.engine.show, entry.policy_id))
        except PolicyNotFoundError:
            continue
        hits.append(document_hit(document))
    return hits


def document_hit(document: Document) -> Hit:
    """Return a policy as a hit that quotes its first passage."""
    quotes = tuple(Quote(passage, (), 0.0) for passage in document.passages[:1])
    return Hit(document.policy, 0.0, quotes, document.affected_by, document.validity)


def read_as(desk: Desk, visitor: Visitor, answer: Answer, question: str) -> str:
    """Return the line that says how a question was read, issuers by the names it used.

    In brackets after a body stand those it was before, which count as the same. It ends with a
    word on policies in another language than the question.
    Where questions are not kept, neither are the words quoted or misspelt in them.
    """
    reading = answer.reading
    relation, shown = reading.relation, reading
    if not desk.keeps_questions:
        shown = dataclasses.replace(reading, conditions=without_words(reading.conditions))
        relation = dataclasses.replace(relation, named="") if relation else None
    names = {found.name: found.wording for found in desk.engine.issuers.find(question)}
    for name, former in reading.includes.items():
        names[name] = f"{names.get(name, name)} (+ {', '.join(former)})"
    respelt = reading.respelt if desk.keeps_questions else {}
    read = [f"{typed} → {meant}" for typed, meant in respelt.items()]
    line = reading_line(shown, names, visitor.language, relation)
    wanted = ""
    if reading.count:
        wanted = say(visitor.language, f"count_{reading.order}", count=reading.count)
    elif reading.order != "relevance":
        wanted = say(visitor.language, f"order_{reading.order}")
    other = say(visitor.language, "other_language") if answer.note else ""
    unsure = ""
    if answer.undetermined:
        unsure = say(visitor.language, "undetermined", count=answer.undetermined)
    strange = ""
    if answer.answered and answer.unheld and desk.keeps_questions:
        words = ", ".join(f"“{word}”" for word in answer.unheld)
        strange = label(visitor.language, "unheld", words=words)
    return " · ".join(filter(None, [line, wanted, *read, other, unsure, strange]))
