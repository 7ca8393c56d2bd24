"""Callback data of buttons, at most 64 bytes; untrusted when it comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from policybot.bot.views.list_views import ListView, read_view

CALLBACK_LIMIT = 64
"""Maximum size of callback data in bytes (Bot API, InlineKeyboardButton)."""

_DATA = re.compile(r"([a-z])\.([A-Za-z0-9_-]{1,24})\.([A-Za-z0-9_-]{1,32})")


class Action(StrEnum):
    """What a button does: the first letter of its callback data."""

    HIT = "h"
    OPEN = "o"
    LIST = "l"
    CHOOSE = "j"
    EXPORT = "v"
    NEAR = "n"
    TEXT = "t"
    FILE = "a"
    PASSAGE = "p"
    SOURCE = "s"
    CITE = "b"
    FOLLOW = "f"
    RELATIVE = "r"
    UP = "u"
    DOWN = "d"
    REASON = "w"
    WITHOUT = "x"
    EXAMPLE = "e"
    ISSUERS = "i"
    NOTHING = "q"
    LANGUAGE = "g"
    HITS = "c"
    PACE = "y"
    UNSUBSCRIBE = "z"
    FORGET = "k"


OWNED = frozenset({Action.LANGUAGE, Action.HITS, Action.PACE, Action.UNSUBSCRIBE, Action.FORGET})
"""Actions whose ``ref`` is the person or chat that owns the button."""

REASONS = ("passage", "validity", "incomplete", "other")
"""Reasons for a 👎, in the order of their buttons."""

FILES = ("docx", "txt", "pdf")
"""File types of a whole policy. Buttons store the position, so the order must not change."""


@dataclass(frozen=True, slots=True)
class Press:
    """Decoded callback data: the action, the answer (or owner) it refers to, and a detail."""

    action: Action
    ref: str
    detail: str

    @property
    def number(self) -> int:
        """The detail as a number; -1, which no item has, when it is not one."""
        return _number(self.detail)

    @property
    def pair(self) -> tuple[int, int]:
        """The detail as two numbers, as in ``3-0``; -1 for each that is not one."""
        first, _, second = self.detail.partition("-")
        return _number(first), _number(second)

    @property
    def entry(self) -> tuple[int, ListView | None]:
        """The detail as the position of an entry and the view of the list it was opened from."""
        first, _, second = self.detail.partition("_")
        return _number(first), read_view(second)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else -1


def encode(action: Action, ref: str | int, detail: str | int = 0) -> str:
    """Return the callback data of a button."""
    data = f"{action}.{ref}.{detail}"
    if not _DATA.fullmatch(data):
        raise ValueError(f"{data!r} is not valid callback data")
    return data


def decode(data: str | None) -> Press | None:
    """Return the decoded callback data, or None when it is not valid."""
    match = _DATA.fullmatch(data or "")
    if match is None or match[1] not in set(Action):
        return None
    return Press(Action(match[1]), match[2], match[3])
