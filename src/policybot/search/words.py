"""Words of a question that the corpus has never seen, read as words that it has.

Nothing is replaced in silence: each replacement comes with a note for the reading.
"""

from __future__ import annotations

import re

from policybot.index.analyse import words
from policybot.index.generation import Generation

_TOKEN = re.compile(r"[^\W\d_]+")


def familiar(generation: Generation, text: str) -> tuple[str, tuple[str, ...]]:
    """Return ``text`` with unseen acronyms written out, and a note for each.

    "IoT" becomes "Internet of Things" where titles of the corpus speak of the one and no passage
    of the other.
    """
    notes: list[str] = []

    def written_out(found: re.Match[str]) -> str:
        phrase = generation.acronyms.get(found[0].lower())
        if phrase is None or generation.issuers.canonical(found[0]):
            return found[0]
        if any(map(generation.document_frequency, words(found[0]))):
            return found[0]
        notes.append(f"{found[0]} read as {phrase}")
        return phrase

    return _TOKEN.sub(written_out, text), tuple(dict.fromkeys(notes))
