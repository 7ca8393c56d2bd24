"""The context of a follow-up: what "it", "2", "more" and "and in 2013?" refer to."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Literal

from telegram import InlineKeyboardMarkup, Message

from policybot.bot.buttons.callbacks import Action, Press, decode
from policybot.bot.services import Services
from policybot.bot.store.answers import Shown, load_answer
from policybot.bot.store.conversations import Talk
from policybot.bot.store.readings import read_reading
from policybot.bot.views.list_views import ListView, page_count, read_view
from policybot.model import Answer, Hit, Policy
from policybot.query.query import Query
from policybot.render.telegram import LIST_PAGE

_NUMBER = re.compile(r"#?\s*(\d{1,5})\s*[.)。]?")

_OF_A_HIT = frozenset({Action.TEXT, Action.CITE, Action.SOURCE, Action.FOLLOW})
"""Buttons under one policy whose detail is its position in the answer."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a message may refer to: the stored answer before, the entry shown, and its reading.

    ``places`` are the entries in the order in which the person sees them numbered. ``replied`` says
    that the message is a reply to one policy.
    """

    shown: Shown
    focus: int
    view: ListView | None
    reading: Query
    places: tuple[int, ...]
    replied: bool = False

    def before(self, services: Services) -> Answer:
        """Return the answer before, as the query reader takes it."""
        places = (self.focus,) if self.replied else self.places
        hits = tuple(_named(self.shown.entries[place].policy_id) for place in places)
        focus = places.index(self.focus) if self.focus in places else 0
        info = services.engine.info
        return Answer(self.reading, hits, len(hits), info, focus=focus, replied=self.replied)


@dataclass(frozen=True, slots=True)
class Step:
    """A step within the answer before: to one of its entries, or to another page.

    ``end`` means there are no more entries, ``beyond`` that none has the number.
    """

    kind: Literal["entry", "page", "end", "beyond"]
    place: int = 0
    view: ListView | None = None


async def context_of(
    services: Services, talk: Talk, chat: str, *, replied: bool = False
) -> Context | None:
    """Return a message's context; None where no answer came before, or none is stored any more."""
    shown = await services.state.run(load_answer, talk.answer) if talk.answer else None
    if shown is None or shown.chat != chat or not shown.entries:
        return None
    view = read_view(talk.view) if talk.view else None
    total = len(shown.entries)
    places = (view or ListView()).entries(shown.facets, total)
    reading = talk.reading or read_reading(shown.query) or Query("")
    focus = talk.focus if 0 <= talk.focus < total else 0
    return Context(shown, focus, view, reading, tuple(places), replied)


def replied_talk(message: Message, bot_id: int) -> tuple[Talk, bool] | None:
    """Return what the message replied to shows, and whether that is a single policy.

    Read from its buttons, so nothing has to be stored. None where it is not an answer of the bot.
    """
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.from_user.id != bot_id:
        return None
    presses = list(_presses(replied.reply_markup))
    for press in presses:
        if press.action in _OF_A_HIT and press.number >= 0:
            return Talk(press.ref, press.number), True
    for press in presses:
        if press.action in {Action.FILE, Action.PASSAGE} and press.pair[0] >= 0:
            return Talk(press.ref, press.pair[0]), True
        if press.action is Action.OPEN and press.entry[1] is not None:
            return Talk(press.ref, view=press.entry[1].write()), False
        if press.action is Action.NEAR:
            return Talk(press.ref), False
    return None


def _presses(keyboard: InlineKeyboardMarkup | None) -> list[Press]:
    rows = keyboard.inline_keyboard if keyboard else ()
    data = (button.callback_data for row in rows for button in row)
    return [press for value in data if (press := decode(str(value) if value else None))]


def step_of(answer: Answer, context: Context) -> Step | None:
    """Return the step within the answer before that a reading asks for; None for a new question."""
    reading = answer.reading
    if reading.skip > context.reading.skip:
        return _onward(answer, context)
    if len(reading.ids) != 1 or reading.provisions or reading.asked_relation:
        return None
    ids = [entry.policy_id for entry in context.shown.entries]
    if reading.ids[0] not in ids:
        return None
    return Step("entry", ids.index(reading.ids[0]))


def numbered_step(text: str, context: Context) -> Step | None:
    """Return the step to the entry whose number is the whole message; None for other messages.

    With a single entry, a number is not a choice.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None or len(context.places) < 2 or context.replied:
        return None
    number = int(match[1])
    if not 1 <= number <= len(context.places):
        return Step("beyond")
    return Step("entry", context.places[number - 1])


def _onward(answer: Answer, context: Context) -> Step | None:
    if context.view is not None:
        view = dataclasses.replace(context.view, page=context.view.page + 1)
        has_next = view.page < page_count(len(context.places))
        return Step("page", view=view) if has_next else Step("end")
    if context.focus + 1 < len(context.shown.entries):
        return Step("entry", context.focus + 1)
    return None if answer.answered and answer.hits and not context.replied else Step("end")


def place_in(view: ListView, place: int, places: tuple[int, ...]) -> ListView:
    """Return the view of the page on which an entry is."""
    if place not in places:
        return view
    return dataclasses.replace(view, page=places.index(place) // LIST_PAGE)


def _named(policy_id: str) -> Hit:
    return Hit(Policy(policy_id, "", ""), 0.0, ())
