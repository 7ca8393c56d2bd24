"""Screens of answers, hits and lists: messages with their keyboards."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from policybot.bot.services import Services, Visitor
from policybot.bot.store.answers import Shown, load_hits
from policybot.bot.views.keyboards import (
    hit_keyboard,
    list_keyboard,
    refusal_keyboard,
    share_button,
)
from policybot.bot.views.links import share_url
from policybot.bot.views.list_views import ListView, first_view
from policybot.errors import PolicyNotFoundError
from policybot.model import Answer, Document, Hit, Quote
from policybot.query.demanded import without_words
from policybot.render.addresses import page_link
from policybot.render.comparison import comparison_html
from policybot.render.telegram import (
    LIST_PAGE,
    MESSAGE_LIMIT,
    Fact,
    Page,
    asked_fact,
    clip,
    hit_page,
    list_page,
    reading_line,
    refusal,
    unheld_line,
)
from policybot.render.telegram.texts import label, say


@dataclass(frozen=True, slots=True)
class Screen:
    """A message to send: its page and its keyboard."""

    page: Page
    keyboard: InlineKeyboardMarkup | ForceReply | None = None

    @property
    def inline(self) -> InlineKeyboardMarkup | None:
        """The inline keyboard, the only kind that an edit can set; None for another."""
        return self.keyboard if isinstance(self.keyboard, InlineKeyboardMarkup) else None


def answer_screen(
    services: Services,
    visitor: Visitor,
    answer: Answer,
    shown: Shown,
    *,
    example: str,
    languages: str,
) -> Screen:
    """Return the first screen of an answer.

    ``example`` is an example question; ``languages`` names those of the policies where the
    question is in another.
    """
    if answer.answered and shown.kind == "list" and len(shown.entries) > 1:
        view = first_view(len(shown.entries), order=answer.reading.order)
        chosen = view.entries(shown.facets, len(shown.entries))[:LIST_PAGE]
        hits = {hit.policy.index_id: hit for hit in answer.hits}
        page = [hits[shown.entries[n].policy_id] for n in chosen]
        return list_screen(visitor, shown, page, view)
    if answer.answered:
        asked = asked_fact(answer.reading.asks)
        screen = hit_screen(services, visitor, shown, answer.hits[0], 0, asked=asked)
        if not answer.comparison:
            return screen
        html = comparison_html(answer, visitor.language, MESSAGE_LIMIT)
        return dataclasses.replace(screen, page=Page(html))
    html = refusal(
        answer,
        visitor.language,
        example=example,
        reading=shown.reading,
        languages=languages,
        examples=bool(shown.lines),
    )
    keyboard = refusal_keyboard(
        shown.id,
        visitor.language,
        near=len(shown.entries),
        without=dropped(answer),
        examples=shown.lines,
    )
    return Screen(Page(html), keyboard)


def dropped(answer: Answer) -> str | None:
    """Return the filter to offer dropping, None where no single filter is the cause."""
    return "unknown" if answer.reason == "unknown_issuer" else answer.empty_filter


def hit_screen(
    services: Services,
    visitor: Visitor,
    shown: Shown,
    hit: Hit,
    index: int,
    *,
    back: ListView | None = None,
    intro: str = "",
    asked: Fact | None = None,
    extra: Sequence[InlineKeyboardButton] = (),
) -> Screen:
    """Return the screen of one hit of an answer; ``back`` is the view of the list it is on."""
    turns = shown.kind == "find"
    total = len(shown.entries)
    page = hit_page(
        hit,
        visitor.language,
        position=index + 1,
        total=total if turns else 1,
        reading=shown.reading,
        intro=intro,
        asked=asked,
    )
    number = passage_number(hit)
    keyboard = hit_keyboard(
        shown.id,
        visitor.language,
        index=index,
        total=total,
        share=_share(services, visitor, hit),
        passage=number,
        ends=number is not None and _ends(hit),
        affected_by=hit.affected_by,
        back=back,
        turns=turns,
        votes=shown.kind in ("find", "list"),
        extra=extra,
        page=page_link(
            services.config.serve.public_url,
            hit.policy.index_id,
            None if number is None else number + 1,
        ),
    )
    return Screen(page, keyboard)


def passage_number(hit: Hit) -> int | None:
    """Return the position, from 0, of a hit's passage in its policy; None if it is not one."""
    _, _, number = hit.quotes[0].passage.id.rpartition("#") if hit.quotes else ("", "", "")
    return int(number) - 1 if number.isdecimal() and number.isascii() and int(number) else None


def _ends(hit: Hit) -> bool:
    return hit.policy.body.rstrip().endswith(hit.quotes[0].passage.text.rstrip())


def _share(services: Services, visitor: Visitor, hit: Hit) -> InlineKeyboardButton:
    """Return the button that shares a policy with the passage shown."""
    inline = hit.quotes[0].passage.id if hit.quotes else hit.policy.index_id
    return share_button(
        visitor.language,
        link=share_url(services.username, hit.policy.index_id),
        title=clip(hit.policy.title, 200),
        inline=inline if services.inline else None,
    )


def list_screen(
    visitor: Visitor,
    shown: Shown,
    hits: Sequence[Hit],
    view: ListView,
    extra: Sequence[InlineKeyboardButton] = (),
) -> Screen:
    """Return the screen of one page of a list; ``hits`` are those of the page."""
    chosen = view.entries(shown.facets, len(shown.entries))
    html = list_page(
        hits,
        visitor.language,
        first=view.page * LIST_PAGE + 1,
        total=len(chosen),
        reading=shown.reading,
        of=len(shown.entries),
    )
    keyboard = list_keyboard(
        shown.id, visitor.language, view=view, shown=chosen, facets=shown.facets, extra=extra
    )
    return Screen(Page(html), keyboard)


async def page_of(services: Services, shown: Shown, view: ListView) -> list[Hit]:
    """Return the hits on a page of a list, as they were shown."""
    first = view.page * LIST_PAGE
    places = view.entries(shown.facets, len(shown.entries))[first : first + LIST_PAGE]
    return await hits_of(services, shown, places)


async def hits_of(services: Services, shown: Shown, places: Sequence[int]) -> list[Hit]:
    """Return hits of an answer as they were shown; policies removed since are left out.

    Where only ids of a long list were stored, the policies are opened as they are now.
    """
    hits = []
    entries = [shown.entries[place] for place in places]
    for entry, kept in zip(entries, await services.state.run(load_hits, entries), strict=True):
        if kept is not None:
            hits.append(kept)
            continue
        try:
            document = await services.search(partial(services.engine.show, entry.policy_id))
        except PolicyNotFoundError:
            continue
        hits.append(document_hit(document))
    return hits


def document_hit(document: Document, number: int = 0) -> Hit:
    """Return a policy as a hit that quotes one of its passages, by default the first."""
    passages = document.passages[number : number + 1]
    quotes = tuple(Quote(passage, (), 0.0) for passage in passages)
    return Hit(document.policy, 0.0, quotes, document.affected_by, document.validity)


def read_as(services: Services, visitor: Visitor, answer: Answer, question: str) -> str:
    """Return the line that says how a question was read, with issuers as they were named.

    Former issuers that are included follow in brackets. The line ends with a note on policies in
    another language than the question. Where questions are not stored, words quoted or misspelt in
    them are left out.
    """
    reading = answer.reading
    relation, shown = reading.relation, reading
    if not services.keeps_questions:
        shown = dataclasses.replace(reading, conditions=without_words(reading.conditions))
        relation = dataclasses.replace(relation, named="") if relation else None
    names = {mention.name: mention.wording for mention in services.engine.issuers.find(question)}
    for name, former in reading.includes.items():
        names[name] = f"{names.get(name, name)} (+ {', '.join(former)})"
    respelt = reading.respelt if services.keeps_questions else {}
    read = [f"{typed} → {meant}" for typed, meant in respelt.items()]
    line = reading_line(shown, names, visitor.language, relation)
    wanted = ""
    if reading.count:
        wanted = say(visitor.language, f"count_{reading.order}", count=reading.count)
    elif reading.order != "relevance":
        wanted = say(visitor.language, f"order_{reading.order}")
    across = answer.answered and answer.note  # a refusal says it in a line of its own
    other_language = say(visitor.language, "other_language") if across else ""
    others = ""
    if answer.other_kinds:
        kinds = [label(visitor.language, "quoted", words=kind) for kind in answer.other_kinds]
        others = say(visitor.language, "other_kinds", words=" / ".join(kinds))
    unsure = ""
    if answer.undetermined:
        unsure = say(visitor.language, "undetermined", count=answer.undetermined)
    strange = ""
    if answer.answered and answer.unheld and services.keeps_questions:
        strange = unheld_line(answer, visitor.language)
    return " · ".join(filter(None, [others, line, wanted, *read, other_language, unsure, strange]))
