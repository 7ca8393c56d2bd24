"""The input of an encoder: a passage with its title and headings, in simplified characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.simplified import simplified

TEMPLATE = "title-and-headings-before-short-passages-1"
"""The version of :func:`document_text`; part of every encoder's fingerprint."""

SHORT_WORDS = 30
"""Passages of fewer words are seldom understood on their own."""


_KANA = re.compile("[\u3040-\u30ff]")


def as_read(prompt: str, texts: Sequence[str]) -> list[str]:
    """Return texts as given to an encoder, with its prompt.

    Traditional Chinese characters are converted to simplified ones, as everywhere: models have seen
    more of these, and a question in one form must find text in the other. Japanese is unchanged.
    """
    return [prompt + (text if _stays(text) else simplified(text)) for text in texts]


def _stays(text: str) -> bool:
    return text.isascii() or _KANA.search(text) is not None


def document_text(title: str, headings: Sequence[str], text: str) -> str:
    """Return the text that the encoder reads for a passage.

    A short passage ("18 or over") says little without its title and headings; a long one, or one
    that contains them, is only diluted by them.
    """
    if len(text.split()) >= SHORT_WORDS:
        return text
    own = text.casefold()
    above = [part for part in dict.fromkeys((title, *headings)) if part.casefold() not in own]
    return ". ".join([*above, text])
