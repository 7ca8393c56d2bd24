"""What metadata in XML states, as statements; helpers that all formats share."""

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
    """Return all text of an element on one line; nothing for none."""
    if element is None:
        return ""
    return " ".join("".join(element.itertext()).split())


def first(root: _Element, *path: str) -> _Element | None:
    """Return the first element by name below another, within the last found; None if one lacks."""
    node = root
    for name in path:
        below = (one for one in node.iter() if name_of(one) == name and one is not node)
        found = next(below, None)
        if found is None:
            return None
        node = found
    return node


def all_of(root: _Element, *wanted: str) -> Iterator[_Element]:
    """Give the elements of these names below another, in the order of the source."""
    return (one for one in root.iter() if name_of(one) in wanted)


def children(element: _Element | None, *wanted: str) -> Iterator[_Element]:
    """Give the children of these names."""
    return (one for one in (() if element is None else element) if name_of(one) in wanted)


def language(code: str) -> str:
    """Return a language's two letters where it has them."""
    code = code.strip().lower()
    return _LANGUAGES.get(code, code)


def state(key: Key, value: str | None, label: str, origin: str = "XML") -> Iterator[Statement]:
    """Give a statement, unless its value is blank."""
    value = " ".join((value or "").split())
    if value:
        yield Statement(key, value, label, origin)


def state_date(key: Key, value: str | None, label: str) -> Iterator[Statement]:
    """Give a statement of a date in an attribute; a placeholder (0001-01-01) states none."""
    value = re.sub(r"(?<=[0-9])T.*", "", (value or "").strip())
    value = re.sub(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3", value)
    try:
        year = parse_date(value).year
    except DateError:
        return
    if 1100 < year < 2900:
        yield Statement(key, value, label, "XML")


def dates_in(text: str) -> list[FoundDate]:
    """Return the dates of running text that name a day."""
    return [one for one in find_dates(text) if one.date.day is not None]


def as_printed(name: str, text: str) -> str:
    """Return a name in capitals as running text prints it: THE COUNCIL is "the Council" there.

    One that no running text prints is given the case that names have.
    """
    if name != name.upper():
        return name
    pattern = r"\s+".join(re.escape(word) for word in name.split())
    for match in re.finditer(pattern, text, re.IGNORECASE):
        found = " ".join(match.group().split())
        if found != found.upper() and found[:1].isupper():
            return found
    return _in_small_letters(name)


def _in_small_letters(name: str) -> str:
    words = name.split()
    if len(words) == 1 and len(name) < 6:
        return name  # an acronym
    return " ".join(
        word.lower() if at and word in _SMALL_WORDS else word.capitalize()
        for at, word in enumerate(words)
    )
