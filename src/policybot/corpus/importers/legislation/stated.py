"""Helpers for parsing metadata in XML into statements, common to all formats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policybot.corpus.dates import FoundDate, find_dates, parse_date
from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.legislation.safe import name_of
from policybot.errors import DateError

if TYPE_CHECKING:
    from lxml.etree import _Element

# ISO 639-2 (both lists) to ISO 639-1, for the languages in which these formats are published.
_PAIRS = (
    "eng:en ger:de deu:de fre:fr fra:fr ita:it spa:es por:pt dut:nl nld:nl dan:da swe:sv fin:fi "
    "nor:no nob:nb nno:nn gre:el ell:el pol:pl cze:cs ces:cs slo:sk slk:sk slv:sl hun:hu rum:ro "
    "ron:ro bul:bg hrv:hr est:et lav:lv lit:lt mlt:mt gle:ga wel:cy cym:cy gla:gd roh:rm afr:af "
    "swa:sw zho:zh chi:zh jpn:ja kor:ko ara:ar rus:ru ukr:uk tur:tr heb:he ice:is isl:is cat:ca "
    "eus:eu baq:eu glg:gl srp:sr vie:vi tha:th ind:id msa:ms"
)
_LANGUAGES = dict(pair.split(":") for pair in _PAIRS.split())
_SMALL_WORDS = frozenset(["OF", "THE", "AND", "FOR", "ON", "IN", "TO"])


def words_of(element: _Element | None) -> str:
    """Return all text of an element on one line; empty for None."""
    if element is None:
        return ""
    return " ".join("".join(element.itertext()).split())


def first(root: _Element, *path: str) -> _Element | None:
    """Return the descendant reached by a path of names, each the first match; None if missing."""
    node = root
    for name in path:
        below = (
            element for element in node.iter() if name_of(element) == name and element is not node
        )
        match = next(below, None)
        if match is None:
            return None
        node = match
    return node


def all_of(root: _Element, *wanted: str) -> Iterator[_Element]:
    """Return an iterator over an element and its descendants with these names, in order."""
    return (element for element in root.iter() if name_of(element) in wanted)


def children(element: _Element | None, *wanted: str) -> Iterator[_Element]:
    """Return an iterator over the children with these names."""
    return (child for child in (() if element is None else element) if name_of(child) in wanted)


def language(code: str) -> str:
    """Return the two-letter code of a language, if it has one."""
    code = code.strip().lower()
    return _LANGUAGES.get(code, code)


def state(key: Key, value: str | None, label: str, origin: str = "XML") -> Iterator[Statement]:
    """Yield a statement, unless its value is blank."""
    value = " ".join((value or "").split())
    if value:
        yield Statement(key, value, label, origin)


def state_date(key: Key, value: str | None, label: str) -> Iterator[Statement]:
    """Yield a statement of a date in an attribute, unless it is a placeholder (0001-01-01)."""
    value = re.sub(r"(?<=[0-9])T.*", "", (value or "").strip())
    value = re.sub(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3", value)
    try:
        year = parse_date(value).year
    except DateError:
        return
    if 1100 < year < 2900:
        yield Statement(key, value, label, "XML")


def dates_in(text: str) -> list[FoundDate]:
    """Return the dates in running text with day precision."""
    return [date for date in find_dates(text) if date.date.day is not None]


def as_printed(name: str, text: str) -> str:
    """Return a name in capitals with the case it has in running text ("the Council").

    A name that does not occur there is put into title case.
    """
    if name != name.upper():
        return name
    pattern = r"\s+".join(re.escape(word) for word in name.split())
    for match in re.finditer(pattern, text, re.IGNORECASE):
        printed = " ".join(match.group().split())
        if printed != printed.upper() and printed[:1].isupper():
            return printed
    return _in_small_letters(name)


def _in_small_letters(name: str) -> str:
    words = name.split()
    if len(words) == 1 and len(name) < 6:
        return name  # an acronym
    return " ".join(
        word.lower() if at and word in _SMALL_WORDS else word.capitalize()
        for at, word in enumerate(words)
    )
