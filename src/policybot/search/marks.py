"""A question with its dates, issuers, numbers and phrases each replaced by one private character.

Patterns over such a text stay short and linear: "issued by ⟦issuer⟧ in ⟦date⟧" is one shape
whatever the issuer is called.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from policybot.model import Span
from policybot.simplified import simplified

DATE = "[\ue000-\ue0ff]"
ISSUER = "[\ue100-\ue1ff]"
UNKNOWN = "[\ue200-\ue2ff]"
NUMBER = "[\ue300-\ue3ff]"
PHRASE = "[\ue400-\ue4ff]"
BODY = "[\ue100-\ue2ff]"
ANY = "[\ue000-\ue4ff]"

_BASE = {"date": 0xE000, "issuer": 0xE100, "unknown": 0xE200, "number": 0xE300, "phrase": 0xE400}
_MOST = 256

EDGES = " \t,.;:!?。？！；：，、'-–—()[]"
"""What is stripped from both ends of a phrase or a topic."""

MAX_CHARACTERS = 2000
"""A question is read up to here; nobody types more, and every pattern stays fast."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entity found in a question: its kind, its span, and what it stands for.

    ``value`` is a pair of days for a date, a canonical name for an issuer, and the text itself
    for the others.
    """

    kind: str
    span: Span
    value: str | tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Marked:
    """A question's text with marks in it, and what each mark was."""

    text: str
    marks: dict[str, Mark]
    wording: dict[str, str]

    def restore(self, text: str) -> str:
        """Put the wording of every mark back into a part of the marked text."""
        return re.sub(ANY, lambda found: self.wording.get(found[0], ""), text)

    def without(self, spans: Iterable[Span]) -> Marked:
        """Return the question with nothing but a space where ``spans`` of its text are."""
        kept = list(self.text)
        for start, end in spans:
            kept[start:end] = " " * (end - start)
        return dataclasses.replace(self, text=" ".join("".join(kept).split()))

    def days(self, mark: str) -> tuple[dt.date, dt.date]:
        """Return the first and last day a date mark stands for."""
        value = self.marks[mark].value
        if isinstance(value, str):
            raise TypeError(f"not a date: {value}")
        return value

    def name(self, mark: str) -> str:
        """Return the text any other mark stands for."""
        return str(self.marks[mark].value)


def clean(question: str) -> str:
    """Return ``question`` in NFKC on one line, without control or private-use characters."""
    if question.isascii() and question.isprintable():
        return " ".join(question.split())[:MAX_CHARACTERS]
    text = unicodedata.normalize("NFKC", question[: MAX_CHARACTERS * 2])
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Co", "Cs", "Cn"}
    )
    return " ".join("".join(kept).split())[:MAX_CHARACTERS]


def mark(text: str, found: Iterable[Mark]) -> Marked:
    """Replace every entity of ``found`` by its mark; where two overlap, the earlier listed wins."""
    taken: list[Mark] = []
    counts = dict.fromkeys(_BASE, 0)
    for entity in found:
        start, end = entity.span
        overlaps = any(start < other.span[1] and other.span[0] < end for other in taken)
        if not overlaps and counts[entity.kind] < _MOST:
            counts[entity.kind] += 1
            taken.append(entity)
    taken.sort(key=lambda entity: entity.span)
    counts = dict.fromkeys(_BASE, 0)
    marks: dict[str, Mark] = {}
    wording: dict[str, str] = {}
    pieces: list[str] = []
    position = 0
    for entity in taken:
        sign = chr(_BASE[entity.kind] + counts[entity.kind])
        counts[entity.kind] += 1
        marks[sign] = entity
        wording[sign] = text[slice(*entity.span)]
        pieces += [text[position : entity.span[0]], sign]
        position = entity.span[1]
    pieces.append(text[position:])
    return Marked("".join(pieces), marks, wording)


@functools.cache
def compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Compile patterns when a question first needs them: it takes longer than a question does."""
    return tuple(map(re.compile, patterns))


def lower(text: str) -> str:
    """Return ``text`` in lower case, character for character, so that spans stay.

    Traditional characters are simplified: 發佈 is asked for as 发布 is.
    """
    text = simplified(text)
    lowered = text.lower()
    if len(lowered) == len(text):  # no letter became two
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
