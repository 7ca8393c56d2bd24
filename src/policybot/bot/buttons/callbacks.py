"""What the buttons under messages ask: callback data of at most 64 bytes, never trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from policybot.bot.views.list_views import ListView, read_view

CALLBACK_LIMIT = 64
"""Most bytes of callback data (Bot API, InlineKeyboardButton)."""

_DATA = re.compile(r"([a-z])\.([A-Za-z0-9_-]{1,24})\.([A-Za-z0-9_-]{1,32})")


class Action(StrEnum):
    """What a button asks for."""

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
"""Buttons whose ``ref`` is the person or chat they belong to."""

REASONS = ("passage", "validity", "incomplete", "other")
"""Why an answer got a 👎, in the order of the buttons."""

FILES = ("docx", "txt", "pdf")
"""The files that a whole policy comes as. Buttons name them by their place, which stays."""


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

    @property
    def entry(self) -> tuple[int, ListView | None]:
        """The detail as the place of an entry and the view of the list it is opened from."""
        first, _, second = self.detail.partition("_")
        return _number(first), read_view(second)


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
