"""The buttons under messages, and the callback data in them: at most 64 bytes, never trusted."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from policybot.model import Relative, sha256_of
from policybot.render.telegram import LIST_PAGE, MOST_RELATIVES, clip
from policybot.telegram.people import HITS_CHOICES, Settings
from policybot.telegram.texts import LANGUAGES, Language, label

CALLBACK_LIMIT = 64
"""Most bytes of callback data (Bot API, InlineKeyboardButton)."""

DIGEST = "d_"
"""How the payload of a deep link begins that has an id's digest, as the id is too long for it."""

_DATA = re.compile(r"([a-z])\.([A-Za-z0-9_-]{1,24})\.([A-Za-z0-9_-]{1,24})")
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,62}")


class Action(StrEnum):
    """What a button asks for."""

    HIT = "h"
    OPEN = "o"
    LIST = "l"
    NEAR = "n"
    TEXT = "t"
    SOURCE = "s"
    RELATIVE = "r"
    UP = "u"
    DOWN = "d"
    WITHOUT = "x"
    EXAMPLE = "e"
    ISSUERS = "i"
    NOTHING = "q"
    LANGUAGE = "g"
    HITS = "c"
    UNSUBSCRIBE = "z"
    FORGET = "k"


OWNED = frozenset({Action.LANGUAGE, Action.HITS, Action.UNSUBSCRIBE, Action.FORGET})
"""Buttons whose ``ref`` is the person they belong to."""


@dataclass(frozen=True, slots=True)
class Press:
    """Callback data: what is asked, of which answer (or whose it is), and a detail."""

    action: Action
    ref: str
    detail: str

    @property
    def number(self) -> int:
        """The detail as a number; -1, which nothing has, when it is none."""
        return _number(self.detail)

    @property
    def pair(self) -> tuple[int, int]:
        """The detail as two numbers, as in ``3-0``; -1 for what is none."""
        first, _, second = self.detail.partition("-")
        return _number(first), _number(second)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def encode(action: Action, ref: str | int, detail: str | int = 0) -> str:
    """Return the callback data of a button."""
    data = f"{action}.{ref}.{detail}"
    if not _DATA.fullmatch(data):
        raise ValueError(f"{data!r} is no callback data")
    return data


def decode(data: str | None) -> Press | None:
    """Return what a button asks, or None for anything no button here says."""
    found = _DATA.fullmatch(data or "")
    if found is None or found[1] not in set(Action):
        return None
    return Press(Action(found[1]), found[2], found[3])


def start_payload(policy_id: str) -> str:
    """Return the payload of a deep link: at most 64 of A-Z, a-z, 0-9, _ and - (Bot API)."""
    if _PLAIN_ID.fullmatch(policy_id):
        return f"p_{policy_id}"
    coded = base64.urlsafe_b64encode(policy_id.encode()).decode().rstrip("=")
    return f"b_{coded}" if len(coded) <= 62 else f"{DIGEST}{sha256_of(policy_id)[:40]}"


def policy_of_payload(payload: str, long_ids: dict[str, str]) -> str | None:
    """Return the policy id a payload stands for, or None. ``long_ids`` are those kept in state."""
    kind, _, rest = payload.partition("_")
    if kind == "p" and _PLAIN_ID.fullmatch(rest):
        return rest
    if kind == "b":
        try:
            padded = rest + "=" * (-len(rest) % 4)
            return base64.b64decode(padded, altchars=b"-_", validate=True).decode() or None
        except ValueError:
            return None
    return long_ids.get(payload)


def share_url(bot: str, policy_id: str) -> str:
    """Return the link that opens one policy in the bot."""
    return f"https://t.me/{bot}?start={start_payload(policy_id)}"


def hit_keyboard(
    answer: str,
    language: Language,
    *,
    index: int,
    total: int,
    share: str,
    affected_by: Sequence[Relative] = (),
    back: int | None = None,
    turns: bool = True,
    votes: bool = True,
) -> InlineKeyboardMarkup:
    """Return the buttons of one hit. ``back`` is the list page to return to.

    ``affected_by`` are the policies that replace, repeal or amend it: each has a button.
    """
    rows = []
    for place, one in enumerate(affected_by[:MOST_RELATIVES]):
        text = label(language, f"open_{one.kind}", title=one.title)
        rows.append([_button(clip(text, 60), Action.RELATIVE, answer, f"{index}-{place}")])
    if turns and total > 1:
        rows.append(_turning(Action.HIT, answer, index, total, language))
    rows.append(
        [
            _button(label(language, "full_text"), Action.TEXT, answer, index),
            _button(label(language, "source_button"), Action.SOURCE, answer, index),
            InlineKeyboardButton(label(language, "share"), url=share),
        ]
    )
    if votes:
        rows.append(
            [
                _button("👍", Action.UP, answer, index),
                _button("👎", Action.DOWN, answer, index),
            ]
        )
    if back is not None:
        rows.append([_button(f"↩ {label(language, 'back')}", Action.LIST, answer, back)])
    return InlineKeyboardMarkup(rows)


def list_keyboard(
    answer: str, language: Language, *, page: int, total: int
) -> InlineKeyboardMarkup:
    """Return the buttons of a list's page: one for each entry, then the turning of pages."""
    first = page * LIST_PAGE
    rows = _numbered(Action.OPEN, answer, range(first, min(first + LIST_PAGE, total)))
    pages = page_count(total)
    if pages > 1:
        rows.append(_turning(Action.LIST, answer, page, pages, language))
    rows.append(
        [_button("👍", Action.UP, answer, 0), _button("👎", Action.DOWN, answer, 0)],
    )
    return InlineKeyboardMarkup(rows)


def page_count(total: int) -> int:
    """Return how many pages a list of ``total`` entries has."""
    return max(1, -(-total // LIST_PAGE))


def refusal_keyboard(
    answer: str, language: Language, *, near: int, without: str | None
) -> InlineKeyboardMarkup | None:
    """Return the buttons of an answer without hits: near misses, and asking without the filter."""
    rows = _numbered(Action.NEAR, answer, range(near))
    if without == "unknown":
        text = label(language, "drop_issuer")
        rows.append([_button(text, Action.WITHOUT, answer, without)])
    elif without:
        text = label(language, "drop_filter", filter=label(language, f"filter_{without}"))
        rows.append([_button(text, Action.WITHOUT, answer, without)])
    return InlineKeyboardMarkup(rows) if rows else None


def example_keyboard(answer: str, examples: Sequence[str]) -> InlineKeyboardMarkup:
    """Return one button for each example question."""
    return InlineKeyboardMarkup(
        [[_button(text, Action.EXAMPLE, answer, n)] for n, text in enumerate(examples)]
    )


def issuers_keyboard(page: int, pages: int, language: Language) -> InlineKeyboardMarkup | None:
    """Return the turning of the pages of issuers."""
    if pages < 2:
        return None
    return InlineKeyboardMarkup([_turning(Action.ISSUERS, "all", page, pages, language)])


def settings_keyboard(person: int, language: Language, settings: Settings) -> InlineKeyboardMarkup:
    """Return the choices of the settings, the present ones ticked."""
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


def unsubscribe_keyboard(
    person: int, language: Language, subscriptions: Sequence[tuple[int, str]]
) -> InlineKeyboardMarkup:
    """Return one button for each subscription, and one for all."""
    rows = [
        [_button(f"✕ {clip(topic, 60)}", Action.UNSUBSCRIBE, person, number)]
        for number, topic in subscriptions
    ]
    if len(rows) > 1:
        rows.append(
            [_button(label(language, "unsubscribe_all"), Action.UNSUBSCRIBE, person, "all")]
        )
    return InlineKeyboardMarkup(rows)


def forget_keyboard(person: int, language: Language) -> InlineKeyboardMarkup:
    """Return the confirmation of deleting everything."""
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


def _turning(
    action: Action, ref: str, index: int, total: int, language: Language
) -> list[InlineKeyboardButton]:
    place = f"{index + 1} of {total}" if language == "en" else f"{index + 1} / {total}"
    row = [_button(place, Action.NOTHING, ref, index)]
    if index > 0:
        row.insert(0, _button("◀", action, ref, index - 1))
    if index + 1 < total:
        row.append(_button("▶", action, ref, index + 1))
    return row


def _numbered(action: Action, answer: str, places: range) -> list[list[InlineKeyboardButton]]:
    buttons = [_button(str(n + 1), action, answer, n) for n in places]
    return [buttons[at : at + 4] for at in range(0, len(buttons), 4)]
