"""Telegram HTML: escaping, counting of lengths, and splitting into messages.

Telegram counts UTF-16 code units after entities are parsed (Bot API, "Formatting options"), and
trims white space at the ends of a message.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from policybot.model import Span

MESSAGE_LIMIT = 4096
"""Maximum UTF-16 code units of a message."""

_SENTENCE_ENDS = frozenset(".!?…。！？；;")
_CLAUSE_ENDS = frozenset("，、：）」』”》,:)]")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a text that fits one message: ``text`` as in the corpus, ``html`` as sent."""

    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Page:
    """A message, and further messages with the rest of its passage, in order."""

    html: str
    rest: tuple[Part, ...] = ()


def units(text: str) -> int:
    """Return the length of ``text`` in UTF-16 code units."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def escape(text: str) -> str:
    """Escape ``&``, ``<`` and ``>``; quotation marks have no meaning outside tags."""
    return html.escape(text, quote=False)


def clip(text: str, limit: int) -> str:
    """Return ``text``, or its beginning and an ellipsis: at most ``limit`` code units."""
    text = " ".join(text.split())
    if units(text) <= limit:
        return text
    return text[: _cut(text, 0, limit - 1)].rstrip() + "…"


def split(
    text: str, bold: Sequence[Span] = (), *, first: int = MESSAGE_LIMIT, rest: int = MESSAGE_LIMIT
) -> tuple[Part, ...]:
    """Split ``text`` into parts of at most ``first``, then ``rest`` code units (each 2 or more).

    The parts' texts concatenated are ``text`` exactly. Cuts are made after a paragraph, a line, a
    sentence, a clause or a word, in that order of preference; a run longer than a message is cut
    between grapheme clusters. White space at a cut belongs to the part before it; the break between
    messages replaces it.
    """
    parts = []
    start, limit = 0, first
    while start < len(text):
        end = _cut(text, start, limit)
        parts.append(Part(text[start:end], mark(text, bold, start, end)))
        start, limit = end, rest
    return tuple(parts)


def mark(text: str, bold: Sequence[Span], start: int = 0, end: int | None = None) -> str:
    """Return ``text[start:end]`` as HTML, with the spans of ``bold`` (into ``text``) in bold."""
    end = len(text) if end is None else end
    pieces, done = [], start
    for begin, stop in sorted(bold):
        begin, stop = max(begin, done), min(stop, end)  # noqa: PLW2901 (clipped to what is left)
        if begin < stop and not text[begin:stop].isspace():
            pieces += [escape(text[done:begin]), "<b>", escape(text[begin:stop]), "</b>"]
            done = stop
    pieces.append(escape(text[done:end]))
    return "".join(pieces)


def plain(markup: str) -> str:
    """Return the text that Telegram counts of ``markup``: no tags, and entities as characters."""
    pieces = []
    for piece in markup.split("<"):
        _, closed, after = piece.partition(">")
        pieces.append(after if closed else piece)
    return html.unescape("".join(pieces))


def _cut(text: str, start: int, limit: int) -> int:
    """Return where the part of ``text`` from ``start`` ends, within ``limit`` code units."""
    end, used = start, 0
    while end < len(text):
        used += 2 if ord(text[end]) > 0xFFFF else 1
        if used > limit:
            break
        end += 1
    if end == len(text):
        return end
    window = max(start + 1, end - max(1, (end - start) // 4))
    for rank in (_after_paragraph, _after_line, _after_sentence, _after_clause):
        for at in range(end, window, -1):
            if rank(text, at):
                return at
    for at in range(end, start + 1, -1):
        if text[at - 1].isspace() and not text[at].isspace():
            return at
    for at in range(end, max(start, end - 64), -1):
        if not _joined(text, at):
            return at
    return end


def _after_paragraph(text: str, at: int) -> bool:
    return text[at - 2 : at] == "\n\n" and not text[at].isspace()


def _after_line(text: str, at: int) -> bool:
    return text[at - 1] == "\n" and not text[at].isspace()


def _after_mark(marks: frozenset[str], text: str, at: int) -> bool:
    """Whether ``at`` follows one of ``marks``, and a space unless the mark is a wide one."""
    if text[at].isspace():
        return False
    blank = text[at - 1].isspace()
    before = text[at - 2] if blank and at > 1 else text[at - 1]
    return before in marks and (blank or ord(before) > 0x2FFF)


_after_sentence = partial(_after_mark, _SENTENCE_ENDS)
_after_clause = partial(_after_mark, _CLAUSE_ENDS)


def _joined(text: str, at: int) -> bool:
    """Whether the characters around ``at`` belong to one grapheme cluster."""
    before, after = text[at - 1], text[at]
    return (
        unicodedata.category(after) in ("Mn", "Me", "Mc")
        or after == "\u200d"
        or before == "\u200d"
        or 0x1F3FB <= ord(after) <= 0x1F3FF
        or (0x1F1E6 <= ord(before) <= 0x1F1FF and 0x1F1E6 <= ord(after) <= 0x1F1FF)
        or 0xE0020 <= ord(after) <= 0xE007F
    )
