"""The keyboards under messages."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import get_args
from urllib.parse import quote

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, SwitchInlineQueryChosenChat

from policybot.bot.buttons.callbacks import FILES, REASONS, Action, decode, encode
from policybot.bot.store.alerts import Alert
from policybot.bot.store.people import HITS_CHOICES, Settings
from policybot.bot.views.facets import Facet, Facets
from policybot.bot.views.list_views import ListView, page_count
from policybot.model import Relative
from policybot.render.telegram import LIST_PAGE, MOST_RELATIVES, clip
from policybot.render.telegram.texts import LANGUAGES, Language, label

FACETS: tuple[Facet, ...] = get_args(Facet)

MOST_CHIPS = 24
"""Facet values offered: the most frequent, or the latest years."""


def hit_keyboard(
    answer: str,
    language: Language,
    *,
    index: int,
    total: int,
    share: InlineKeyboardButton,
    passage: int | None = None,
    ends: bool = False,
    affected_by: Sequence[Relative] = (),
    back: ListView | None = None,
    turns: bool = True,
    votes: bool = True,
    extra: Sequence[InlineKeyboardButton] = (),
    page: str | None = None,
) -> InlineKeyboardMarkup:
    """Return the keyboard of one hit.

    Args:
        answer: the id of its answer.
        language: the language of the buttons.
        index: the position of the hit in the answer, from 0.
        total: the number of entries of the answer.
        share: the button that shares it.
        passage: the position of the passage shown in its policy, from 0; None where unknown.
        ends: whether that is the last passage.
        affected_by: the policies that replace, repeal or amend it: one button each.
        back: the view of the list to return to.
        turns: whether to offer the neighbouring entries.
        votes: whether to offer votes.
        extra: buttons of one more row.
        page: the URL of its page, where pages are served.
    """
    rows = []
    for place, relative in enumerate(affected_by[:MOST_RELATIVES]):
        text = label(language, f"open_{relative.kind}", title=relative.title)
        rows.append([_button(clip(text, 60), Action.RELATIVE, answer, f"{index}-{place}")])
    if turns and total > 1:
        rows.append(_turning(Action.HIT, answer, index, total))
    row = []
    if passage:
        text = label(language, "passage_before")
        row.append(_button(text, Action.PASSAGE, answer, f"{index}-{passage - 1}"))
    if passage is not None and not ends:
        text = label(language, "passage_after")
        row.append(_button(text, Action.PASSAGE, answer, f"{index}-{passage + 1}"))
    rows.append([*row, _button(label(language, "whole"), Action.TEXT, answer, index)])
    rows.append(
        [
            _button(label(language, "cite"), Action.CITE, answer, index),
            _button(label(language, "source_button"), Action.SOURCE, answer, index),
            share,
        ]
    )
    row = [_button(label(language, "follow"), Action.FOLLOW, answer, index)]
    if page:
        row.append(InlineKeyboardButton(label(language, "page_button"), url=page))
    rows.append([*row, *(votes_row(answer, index) if votes else [])])
    if extra:
        rows.append(list(extra))
    if back is not None:
        rows.append([_button(f"↩ {label(language, 'back')}", Action.LIST, answer, back.write())])
    return InlineKeyboardMarkup(rows)


def votes_row(answer: str, index: int) -> list[InlineKeyboardButton]:
    """Return the row of the two votes."""
    return [
        _button("👍", Action.UP, answer, index),
        _button("👎", Action.DOWN, answer, index),
    ]


def with_reasons(
    keyboard: InlineKeyboardMarkup, answer: str, index: int, language: Language
) -> InlineKeyboardMarkup:
    """Return a keyboard with the reasons for a 👎 above all its other buttons."""
    reasons = [
        _button(label(language, f"wrong_{name}"), Action.REASON, answer, f"{index}-{number}")
        for number, name in enumerate(REASONS)
    ]
    return InlineKeyboardMarkup([reasons[:2], reasons[2:], *without_reasons(keyboard)])


def without_reasons(keyboard: InlineKeyboardMarkup) -> list[list[InlineKeyboardButton]]:
    """Return the rows of a keyboard without those that ask for a reason."""
    rows = []
    for row in keyboard.inline_keyboard:
        presses = (decode(str(button.callback_data)) for button in row if button.callback_data)
        if not any(press and press.action is Action.REASON for press in presses):
            rows.append(list(row))
    return rows


def file_keyboard(
    answer: str, index: int, language: Language, kinds: Sequence[str]
) -> InlineKeyboardMarkup:
    """Return the keyboard that offers a whole policy in the file types ``kinds``, of ``FILES``."""
    buttons = [
        _button(label(language, f"as_{kind}"), Action.FILE, answer, f"{index}-{FILES.index(kind)}")
        for kind in kinds
    ]
    return InlineKeyboardMarkup([buttons])


def list_keyboard(
    answer: str,
    language: Language,
    *,
    view: ListView,
    shown: Sequence[int],
    facets: Facets | None,
    extra: Sequence[InlineKeyboardButton] = (),
) -> InlineKeyboardMarkup:
    """Return the keyboard of a list's page: entries, pages, order and filters.

    ``shown`` are the positions of the entries on all pages of the view.
    """
    first = view.page * LIST_PAGE
    pages = page_count(len(shown))
    buttons = [
        _button(str(number), Action.OPEN, answer, f"{entry}_{view.write()}")
        for number, entry in enumerate(shown[first : first + LIST_PAGE], start=first + 1)
    ]
    rows = [buttons[at : at + 4] for at in range(0, len(buttons), 4)]
    if pages > 1:
        rows.append(_paging(answer, view, pages))
    if len(shown) > 1:
        reversed_view = dataclasses.replace(view, newest=not view.newest, page=0)
        text = label(language, "newest_first" if reversed_view.newest else "oldest_first")
        rows.append([_button(text, Action.LIST, answer, reversed_view.write())])
    rows += _chips(answer, language, view, shown, facets)
    if len(shown) > 1:
        files = [
            _button(label(language, f"as_{kind}"), Action.EXPORT, answer, f"{kind}_{view.write()}")
            for kind in ("csv", "docx")
        ]
        rows.append([*files, *votes_row(answer, 0)])
    if extra:
        rows.append(list(extra))
    return InlineKeyboardMarkup(rows)


def _paging(answer: str, view: ListView, pages: int) -> list[InlineKeyboardButton]:
    """Return the buttons to the first, next and last page of a list."""

    def to(text: str, page: int) -> InlineKeyboardButton:
        target = dataclasses.replace(view, page=page).write()
        return _button(text, Action.LIST, answer, target)

    row = [to("⏮", 0)] if view.page > 1 else []
    row += [to("◀", view.page - 1)] if view.page else []
    row.append(_button(f"{view.page + 1} / {pages}", Action.NOTHING, answer, view.page))
    row += [to("▶", view.page + 1)] if view.page + 1 < pages else []
    return row + ([to("⏭", pages - 1)] if view.page + 2 < pages else [])


def _chips(
    answer: str,
    language: Language,
    view: ListView,
    shown: Sequence[int],
    facets: Facets | None,
) -> list[list[InlineKeyboardButton]]:
    """Return the filter buttons of a list: the active filter, or those to choose from."""
    if facets is None:
        return []
    row = []
    for facet in FACETS:
        chosen = view.value(facet)
        if chosen is not None:
            wider = view.narrowed(facet, None).write()
            name = clip(facet_name(facets, facet, chosen, language), 30)
            row.append(_button(label(language, "chip_off", name=name), Action.LIST, answer, wider))
        elif len(facets.counts(facet, shown)) > 1:
            detail = f"{facet}_{view.write()}"
            row.append(_button(label(language, f"by_{facet}"), Action.CHOOSE, answer, detail))
    return [row] if row else []


def facet_name(facets: Facets, facet: Facet, value: int, language: Language) -> str:
    """Return the display name of a facet's value."""
    if facet == "year":
        return str(value) if value else label(language, "undated")
    names = facets.issuers if facet == "issuer" else facets.kinds
    return names[value] if 0 <= value < len(names) else "?"


def chooser_keyboard(
    answer: str,
    language: Language,
    *,
    view: ListView,
    facet: Facet,
    facets: Facets,
    among: Sequence[int],
) -> InlineKeyboardMarkup:
    """Return the facet values of the entries ``among`` a list's, with their counts."""
    buttons = []
    for value, count in facets.counts(facet, among)[:MOST_CHIPS]:
        name = clip(facet_name(facets, facet, value, language), 40)
        text = label(language, "chip", name=name, count=count)
        buttons.append(_button(text, Action.LIST, answer, view.narrowed(facet, value).write()))
    wide = 4 if facet == "year" else 1 if facet == "issuer" else 2
    rows = [buttons[at : at + wide] for at in range(0, len(buttons), wide)]
    rows.append([_button(f"↩ {label(language, 'back')}", Action.LIST, answer, view.write())])
    return InlineKeyboardMarkup(rows)


def refusal_keyboard(
    answer: str,
    language: Language,
    *,
    near: int,
    without: str | None,
    examples: Sequence[str] = (),
) -> InlineKeyboardMarkup | None:
    """Return the keyboard of a refusal: near misses, a relaxed search, and examples."""
    rows = _numbered(Action.NEAR, answer, range(near))
    if without:
        rows.append([_button(label(language, f"drop_{without}"), Action.WITHOUT, answer, without)])
    rows += [[_button(text, Action.EXAMPLE, answer, n)] for n, text in enumerate(examples)]
    return InlineKeyboardMarkup(rows) if rows else None


def example_keyboard(answer: str, examples: Sequence[str]) -> InlineKeyboardMarkup:
    """Return a button for each example question."""
    return InlineKeyboardMarkup(
        [[_button(text, Action.EXAMPLE, answer, n)] for n, text in enumerate(examples)]
    )


def issuers_keyboard(page: int, pages: int) -> InlineKeyboardMarkup | None:
    """Return the buttons to other pages of the issuers, None for a single page."""
    if pages < 2:
        return None
    return InlineKeyboardMarkup([_turning(Action.ISSUERS, "all", page, pages)])


def settings_keyboard(person: int, language: Language, settings: Settings) -> InlineKeyboardMarkup:
    """Return the choices of the settings, with the current ones ticked."""
    languages = [
        _button(
            _ticked(label(language, f"language_{code}"), (settings.language or "auto") == code),
            Action.LANGUAGE,
            person,
            code,
        )
        for code in ("auto", *LANGUAGES)
    ]
    hits = [
        _button(_ticked(str(n), settings.hits == n), Action.HITS, person, n) for n in HITS_CHOICES
    ]
    return InlineKeyboardMarkup([languages, hits])


def alerts_keyboard(
    owner: int, language: Language, alerts: Sequence[Alert]
) -> InlineKeyboardMarkup:
    """Return two buttons per alert, one to end it and one for its pace, and one to end all."""
    rows = [
        [
            _button(f"✕ {clip(alert.topic, 50)}", Action.UNSUBSCRIBE, owner, alert.number),
            _button(label(language, f"pace_{alert.pace}"), Action.PACE, owner, alert.number),
        ]
        for alert in alerts
    ]
    if len(rows) > 1:
        rows.append([_button(label(language, "unsubscribe_all"), Action.UNSUBSCRIBE, owner, "all")])
    return InlineKeyboardMarkup(rows)


def end_button(owner: int, number: int, language: Language) -> InlineKeyboardButton:
    """Return the button that ends an alert, for the message that delivers it."""
    return _button(label(language, "end_alert"), Action.UNSUBSCRIBE, owner, number)


def share_button(
    language: Language, *, link: str, title: str, inline: str | None
) -> InlineKeyboardButton:
    """Return the button that shares a policy with a chat of the person's choice.

    ``inline`` is the inline query that finds it; without one, ``link`` is sent with the title.
    """
    text = label(language, "share")
    if inline is None or len(inline) > 256:
        address = f"https://t.me/share/url?url={quote(link, safe='')}&text={quote(title, safe='')}"
        return InlineKeyboardButton(text, url=address)
    picker = SwitchInlineQueryChosenChat(
        inline,
        allow_user_chats=True,
        allow_group_chats=True,
        allow_channel_chats=True,
        allow_bot_chats=False,
    )
    return InlineKeyboardButton(text, switch_inline_query_chosen_chat=picker)


def forget_keyboard(person: int, language: Language) -> InlineKeyboardMarkup:
    """Return the confirmation of deleting all data."""
    return InlineKeyboardMarkup(
        [
            [
                _button(label(language, "forget_yes"), Action.FORGET, person, "yes"),
                _button(label(language, "forget_no"), Action.FORGET, person, "no"),
            ]
        ]
    )


def _button(text: str, action: Action, ref: str | int, detail: str | int) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=encode(action, ref, detail))


def _ticked(text: str, chosen: bool) -> str:
    return f"✓ {text}" if chosen else text


def _turning(action: Action, ref: str, index: int, total: int) -> list[InlineKeyboardButton]:
    row = [_button(f"{index + 1} / {total}", Action.NOTHING, ref, index)]
    if index > 0:
        row.insert(0, _button("◀", action, ref, index - 1))
    if index + 1 < total:
        row.append(_button("▶", action, ref, index + 1))
    return row


def _numbered(action: Action, answer: str, places: range) -> list[list[InlineKeyboardButton]]:
    buttons = [_button(str(n + 1), action, answer, n) for n in places]
    return [buttons[at : at + 4] for at in range(0, len(buttons), 4)]
