"""The text of a question: normalised, in lower case, with spans back to the text as typed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from policybot.model import Span
from policybot.simplified import simplified

MAX_CHARACTERS = 8000
"""Number of characters of a question that are read."""

EDGES = " \t\n,.;:!?。？！；：，、'\"-–—()[]·…"
"""Characters stripped from both ends of a phrase or a topic."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_SPACES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\xa0]")
_DROPPED = frozenset(["Cf", "Co", "Cs", "Cn"])


@dataclass(frozen=True, slots=True)
class Text:
    """A question's text.

    ``printed`` is ``typed`` in NFKC without control characters, ``plain`` the same in lower case
    and simplified characters, of equal length. ``origin`` gives for each character of ``printed``
    the place in ``typed`` that it comes from; None where the two are aligned.
    """

    typed: str
    printed: str
    plain: str
    origin: tuple[int, ...] | None = None

    def typed_span(self, span: Span) -> Span:
        """Return the span of ``typed`` that a span of ``printed`` comes from."""
        start, end = span
        if self.origin is None or start >= end:
            return span
        return self.origin[start], self.origin[end - 1] + 1


def read_text(question: str) -> Text:
    """Return the first :data:`MAX_CHARACTERS` of ``question`` as text. Never raises."""
    typed = question[:MAX_CHARACTERS]
    if typed.isascii():
        printed = _SPACES.sub(" ", typed)
        return Text(typed, printed, printed.lower())
    printed, origin = _SPACES.sub(" ", typed.translate(_WIDE)), None
    if not unicodedata.is_normalized("NFKC", printed) or any(map(_is_dropped, printed)):
        printed, origin = _normalised(printed)
    return Text(typed, printed, lower(printed), origin)


def lower(text: str) -> str:
    """Return ``text`` in lower case and simplified characters, of the same length."""
    text = simplified(text)
    lowered = text.lower()
    if len(lowered) == len(text):  # no letter became two
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def on_one_line(text: str) -> str:
    """Return part of a question in one line, without repeated spaces and marks at its ends."""
    return " ".join(text.split()).strip(EDGES)


def _is_dropped(character: str) -> bool:
    return character > "\x7f" and unicodedata.category(character) in _DROPPED


def _normalised(text: str) -> tuple[str, tuple[int, ...]]:
    """Return ``text`` in NFKC and where each of its characters comes from."""
    pieces: list[str] = []
    origin: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for character in unicodedata.normalize("NFKC", text[start:end]):
            if not _is_dropped(character):
                pieces.append(character)
                origin.append(start)
        start = end
    return "".join(pieces), tuple(origin)
