"""What is embedded for a passage: its text, under its title and headings where it is short."""

from __future__ import annotations

from collections.abc import Sequence

TEMPLATE = "title-and-headings-before-short-passages-1"
"""The version of :func:`document_text`; part of every encoder's fingerprint."""

SHORT_WORDS = 30
"""Passages of fewer words than this seldom stand alone."""


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
