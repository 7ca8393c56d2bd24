"""What an encoder reads: a passage with its title and headings, in simplified characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.simplified import simplified

TEMPLATE = "title-and-headings-before-short-passages-1"
"""The version of :func:`document_text`; part of every encoder's fingerprint."""

SHORT_WORDS = 30
"""Passages of fewer words than this seldom stand alone."""


_KANA = re.compile("[\u3040-\u30ff]")


def as_read(prompt: str, texts: Sequence[str]) -> list[str]:
    """Return texts as an encoder is given them, under its prompt.

    Traditional Chinese characters become the simplified ones, as everywhere else: models have seen
    more of these, and what is asked in one form is there in the other. Japanese stays as it is.
    """
    return [prompt + (text if _stays(text) else simplified(text)) for text in texts]


def _stays(text: str) -> bool:
    return text.isascii() or _KANA.search(text) is not None


def document_text(title: str, headings: Sequence[str], text: str) -> str:
    """Return what the encoder reads for a passage.

    A short passage ("18 or over") says little without its title and headings; a long one, or one
    that says them itself, is only diluted by them.
    """
    if len(text.split()) >= SHORT_WORDS:
        return text
    said = text.casefold()
    above = [part for part in dict.fromkeys((title, *headings)) if part.casefold() not in said]
    return ". ".join([*above, text])
