"""Infer the issuer of an unsigned document from its web address, its title or a defined term.

All results are only likely and get a review line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.stated.bodies import read_body
from policybot.corpus.importers.stated.lines import TextLine

_ADDRESS = re.compile(
    r"(?:\bwww\.|://(?:www\.)?|@)(?P<name>[a-z]{2,10})(?=\.[a-z]{2,})", re.IGNORECASE
)
_ACRONYM = re.compile(r"(?P<name>[A-Z]{2,10})\b")
_HEAD_LINES = 30
_NAMED_IN = 400
_WORD = r"(?:(?:of|for|and|the|on|to|in)\s+){0,2}"
_DEFINED = re.compile(
    r"^(?:The |This [\w ]{3,40} between you and )?(?P<name>[A-Z][\w.,&’' -]{2,70}?)\s*"
    r"\((?:hereafter |hereinafter |referred to as )*(?:the\s+)?[“\"'‘]?(?:the\s+)?"
    r"(?:Bank|Company|Corporation|Credit Union|Agency|Authority|Board|University|College|School|"
    r"Institution|Institute|Trust|Council|Organi[sz]ation|Group|Firm|Employer|Foundation|Society|"
    r"Association|we|us)[”\"'’]?\)"
)


def owners(lines: Sequence[TextLine], title: str, around: Sequence[TextLine]) -> list[Statement]:
    """Return the probable issuer, by the most reliable of the three methods.

    Args:
        lines: The lines of the text.
        title: The document's title.
        around: The headers and footers of its pages.
    """
    for candidates in (_by_address(lines, title, around), _by_title(lines, title), _by_term(lines)):
        for candidate in candidates:
            return [candidate]
    return []


def _by_address(
    lines: Sequence[TextLine], title: str, around: Sequence[TextLine]
) -> Iterator[Statement]:
    """Yield the body whose acronym begins the title or a line and is in a web address."""
    nearby = [*around, *lines[:_HEAD_LINES], *lines[-_HEAD_LINES:]]
    sites = {match["name"].upper() for line in nearby for match in _ADDRESS.finditer(line.text)}
    for line in (TextLine(0, title), *around, *lines[:_HEAD_LINES]):
        match = _ACRONYM.match(line.text)
        if match and match["name"] in sites:
            name = _written_out(match["name"], [*lines[:_NAMED_IN], *nearby]) or match["name"]
            yield _owner(name, "acronym and web address", line)


def _written_out(acronym: str, lines: Sequence[TextLine]) -> str | None:
    """Return the name of a body whose initials are an acronym."""
    words = rf"\s+{_WORD}".join(f"{letter}[a-z]+" for letter in acronym)
    pattern = re.compile(rf"\b{words}\b")
    for line in lines:
        for match in pattern.finditer(line.text):
            if name := read_body(match.group()):
                return name
    return None


def _by_title(lines: Sequence[TextLine], title: str) -> Iterator[Statement]:
    """Yield the body that a title begins with, if its name is also alone on a line."""
    words = title.split()
    alone = {line.text.strip(" *.:") for line in lines}
    for size in range(min(len(words) - 1, 8), 1, -1):
        name = " ".join(words[:size])
        if name in alone and read_body(name):
            yield _owner(name, "title", TextLine(0, title))


def _by_term(lines: Sequence[TextLine]) -> Iterator[Statement]:
    """Yield the body that a text defines as a term: Harbour Bank (the “Bank”) requires…."""
    for line in lines[:_HEAD_LINES]:
        match = _DEFINED.match(line.text)
        if match and (name := read_body(match["name"])):
            yield _owner(name, "defined term", line, match.group())


def _owner(name: str, label: str, line: TextLine, words: str = "") -> Statement:
    where = f"line {line.number}" if line.number else ""
    return Statement("issuer", name, label, label, where, words or line.text, "likely")
