"""The dates and spans of time in a question, in all languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from policybot.corpus.dates import find_dates, find_unreadable_dates
from policybot.model import Span
from policybot.query.entities.dates_en import english_dates
from policybot.query.entities.dates_es import spanish_dates
from policybot.query.entities.dates_zh import chinese_dates, plan_periods
from policybot.query.entities.entity import Entity

_MAY_DATE = re.compile(
    r"\d|[一二三四五六七八九十今去昨前上本近]|\b(?:last|past|previous|this|ago|today|yesterday|hoy|ayer"
    r"|hace|últim[oa]s?|pasad[oa]|este|esta|anterior|\w+th|five-year)\b",
    re.IGNORECASE,
)


def find(plain: str, printed: str, language: str, today: dt.date) -> list[Entity]:
    """Return every date of a question, the longest first; they may overlap.

    Args:
        plain: the question in lower case and simplified characters.
        printed: the same as it was typed, of equal length.
        language: of its words in Latin letters: ``en`` or ``es``.
        today: the day to which "last year" is relative.
    """
    if not _MAY_DATE.search(plain):
        return []
    entities = plan_periods(plain)
    entities += spanish_dates(plain, today) if language == "es" else english_dates(printed, today)
    if not plain.isascii():
        entities += chinese_dates(plain, today)
    # The printed text, since only with a capital some words are months.
    entities += [
        Entity("date", entity.span, (entity.date.first, entity.date.last))
        for entity in find_dates(printed)
    ]
    entities += [*_explained(plain, entities)]
    # A whole date is longer than the year in it.
    return sorted(entities, key=lambda entity: entity.span[0] - entity.span[1])


def _explained(plain: str, entities: Sequence[Entity]) -> Iterator[Entity]:
    """Yield each date with the one in brackets that repeats it: 去年（2024年）, "last year (2024)".

    The one in brackets says which is meant.
    """
    by_start = {entity.span[0]: entity for entity in sorted(entities, key=lambda e: e.span[1])}
    for entity in entities:
        start, end = entity.span
        opened = _OPENED.match(plain, end)
        inner = by_start.get(opened.end()) if opened else None
        closed = _CLOSED.match(plain, inner.span[1]) if inner else None
        relative = not _DIGIT.search(plain, start, end)
        if inner and closed and (relative or inner.days == entity.days):
            yield Entity("date", (start, closed.end()), inner.days)


_OPENED = re.compile(r" ?[(（]")
_CLOSED = re.compile(r"[)）]")
_DIGIT = re.compile(r"\d")


def unreadable(printed: str) -> tuple[str, Span] | None:
    """Return what is wrong with the first invalid date of a question, and its span."""
    dates = find_unreadable_dates(printed)
    return (f"{dates[0].wording}: {dates[0].problem}", dates[0].span) if dates else None
