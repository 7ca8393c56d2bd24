"""Ids of drafts: made of the date and the first words of the title that say something."""

from __future__ import annotations

import re
import unicodedata

from policybot.model import PolicyDate

MAX_DRAFT_BYTES = 48
"""Of the UTF-8 of an id that is made here: it is typed, and stands in file names and links."""

_MAX_WORDS = 7
_SMALL_WORDS = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with")
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ROOM = MAX_DRAFT_BYTES - len("-99")


def draft_id(date: PolicyDate | None, title: str) -> str:
    """Return the id of a draft, with room for a number after it; not yet a unique one."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+", plain)
    said = [word for word in words if word not in _SMALL_WORDS][:_MAX_WORDS]
    stem = str(date) if date else "undated"
    for word in said:
        longer = f"{stem}-{word}"
        if len(longer.encode("utf-8")) > _ROOM:
            if not _HAN.search(word):
                break
            longer = _cut(longer, _ROOM)
        stem = longer
    return stem


def numbered_id(stem: str, copy: int) -> str:
    """Return the id of the ``copy``-th policy that would be called ``stem``; the first is."""
    if copy == 1:
        return stem
    suffix = f"-{copy}"
    return _cut(stem, MAX_DRAFT_BYTES - len(suffix)) + suffix


def _cut(text: str, size: int) -> str:
    return text.encode("utf-8")[:size].decode("utf-8", "ignore").rstrip("-._")
