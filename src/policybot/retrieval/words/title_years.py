"""Years in a title: those of its matter, beside those by which other documents are called.

"2024 Fare Schedule" is of 2024 whatever its date, "Data Protection Act 2018" is of the year in
which it was made, and an order that amends the Act of 2018 is of its own date.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.printed_dates import DateStyle
from policybot.query.lexicon import lexicons
from policybot.query.text import lower

_FOUR = r"(?:19|20)\d\d"
_YEARS = re.compile(_FOUR)
_SHORT_SPAN = re.compile(rf"(?P<from>{_FOUR})\s?[-–—/]\s?(?P<to>\d\d)(?!\d)")
"""Two years of which the second is short: 2024-25."""

_PERIODICAL = frozenset(
    ["plan", "programme", "strategy", "scheme", "catalogue", "key_points", "outline", "initiative",
     "action_plan", "special_plan", "implementation_plan", "measures", "announcement"]
)  # fmt: skip
"""Kinds of document with which a year is that of the matter: "Scheme 2023", but "Act 2023"."""

_CHANGING = ("amend", "amend_noun", "repeal", "repeal_noun", "replace", "replace_noun", "alter")
_AHEAD = 1
"""Years after its date of which a policy may be; a later one is a target: "Agenda 2030"."""


def may_be_of(title: str, year: str) -> bool:
    """Tell whether a title leaves open that a policy which mentions a year is of that year.

    The fares of 2024 are not those of 2023, though both years are in the text.
    """
    return not _of_year().search(title) or _covers(title, year)


def is_of_another(title: str, year: str, last: int) -> bool:
    """Tell a policy dated in a year whose title says that its matter is of another.

    ``last`` is the last year in which it may be dated.
    """
    bare = "".join(_without_days(title))
    if not (_of_year().search(bare) or _has_bare_year(bare)) or _changes_another(title):
        return False
    years = _YEARS.findall(bare)
    return min(map(int, years)) <= last + _AHEAD and not _covers(bare, year)


def _covers(title: str, year: str) -> bool:
    years = _YEARS.findall(title)
    years += [f"{one['from'][:2]}{one['to']}" for one in _SHORT_SPAN.finditer(title)]
    return bool(min(years) <= year <= max(years))


def _without_days(title: str) -> Iterable[str]:
    """Yield the parts of a title between the days in it, which are those of documents."""
    plain, start = DateStyle().plain(title), 0
    for found in find_dates(plain):
        if found.date.month is not None:
            yield plain[start : found.span[0]]
            start = found.span[1]
    yield plain[start:]


def _changes_another(title: str) -> bool:
    """Tell a title that speaks of a change to another document, whose year it may name."""
    folded = lower(title)
    said = set(re.findall(r"[^\W\d_]+", folded))
    return bool(said & _of_classes(*_CHANGING)) or any(word in folded for word in _han_changes())


def _has_bare_year(title: str) -> bool:
    """Tell a year after a noun: "Rent Scheme 2023", "Convocatoria 2024 de becas"."""
    for found in _bare_year().finditer(title):
        before = lower(found["before"])
        if before not in _of_classes("of", "from") and before not in _called_by_year():
            return True
    return False


@functools.cache
def _of_year() -> re.Pattern[str]:
    """Return the pattern of a year that a title says its matter is of.

    "2024 Fare Schedule", "Work Plan for 2013", "año 2024", 2023年. A year at the end is that of its
    own making: "Data Protection Act 2018".
    """
    named = _of_classes("year_word", "period_noun")
    leads = _of_classes("for_", "in") - _of_classes("of", "from", "by") | named
    articles = _of_classes("article")
    return re.compile(
        rf"^\W*(?P<first>{_FOUR})\b(?! ?/)"
        rf"|\b(?:{_either(leads)}) (?:(?:{_either(articles)}) )?(?:(?:{_either(named)}) )?"
        rf"(?P<named>{_FOUR})\b"
        rf"|(?P<chinese>{_FOUR})年(?!修|第|版)",
        re.IGNORECASE,
    )


@functools.cache
def _bare_year() -> re.Pattern[str]:
    links = _either(_of_classes("of", "from"))
    return re.compile(
        rf"(?<![^\W\d_])(?P<before>[^\W\d_]+)(?: (?:{links}))?,? ?[(（]?(?P<year>{_FOUR})"
        rf"(?:\s?[-–—/]\s?(?:{_FOUR}|\d\d))?(?:年?版)?(?![\w/.-])",
        re.IGNORECASE,
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


@functools.cache
def _of_classes(*names: str) -> frozenset[str]:
    """Return the words of some classes in the languages written with spaces."""
    return frozenset(
        word for one in lexicons() if one.spaced for name in names for word in one.of(name)
    )


@functools.cache
def _han_changes() -> frozenset[str]:
    return frozenset(
        word for one in lexicons() if not one.spaced for name in _CHANGING for word in one.of(name)
    )


@functools.cache
def _called_by_year() -> frozenset[str]:
    """Return the kinds of document that are called by the year of their making."""
    return frozenset(
        word for one in lexicons() for word, kind in one.kinds.items() if kind not in _PERIODICAL
    )
