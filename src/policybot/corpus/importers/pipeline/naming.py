"""Generate ids of drafts from the date and the first significant words of the title."""

from __future__ import annotations

import re
import unicodedata

from policybot.model import PolicyDate

MAX_DRAFT_BYTES = 48
"""The most bytes (UTF-8) of a generated id: people type it, and it is used in names and links."""

_MAX_WORDS = 7
_SMALL_WORDS = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(
    "LATIN SMALL (?:LETTER|LIGATURE) (?:DOTLESS )?(?P<plain>[A-Z]{1,2})(?: WITH .*)?"
)
_ROOM = MAX_DRAFT_BYTES - len("-99")


def draft_id(date: PolicyDate | None, title: str) -> str:
    """Return the id of a draft, with room for a numeric suffix; it may not be unique.

    Letters with accents are folded to plain ones; it is cut between words.
    """
    words = re.findall(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+", _plain(title))
    significant = [word for word in words if word not in _SMALL_WORDS][:_MAX_WORDS]
    stem = str(date) if date else "undated"
    for word in significant:
        longer = f"{stem}-{word}"
        if len(longer.encode("utf-8")) > _ROOM:
            if not _HAN.search(word):
                break
            longer = _cut(longer, _ROOM)
        stem = longer
    return stem


def _plain(text: str) -> str:
    """Return a text in lower case, with the plain letter for each Latin one with a mark."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(
        _letter(character)
        for character in folded
        if character.isascii() or not unicodedata.combining(character)
    )


def _letter(character: str) -> str:
    """Return the plain letters that a letter such as ø, ł or æ is named after."""
    if character.isascii():
        return character
    named = _LATIN.fullmatch(unicodedata.name(character, ""))
    return named["plain"].lower() if named else character


def numbered_id(stem: str, copy: int) -> str:
    """Return the id of the ``copy``-th policy with the same ``stem``: stem, stem-2, stem-3, …."""
    if copy == 1:
        return stem
    suffix = f"-{copy}"
    return _cut(stem, MAX_DRAFT_BYTES - len(suffix)) + suffix


def _cut(text: str, size: int) -> str:
    return text.encode("utf-8")[:size].decode("utf-8", "ignore").rstrip("-._")
