"""The dates and spans of time that a question names, in whichever language."""

from __future__ import annotations

import datetime as dt
import re

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
    """Return every date of a question, those that say most first; they may overlap.

    Args:
        plain: the question in lower case and simplified characters.
        printed: the same as it was typed, of equal length.
        language: of its words in Latin letters: ``en`` or ``es``.
        today: what "last year" is relative to.
    """
    if not _MAY_DATE.search(plain):
        return []
    found = plan_periods(plain)
    found += spanish_dates(plain, today) if language == "es" else english_dates(printed, today)
    if not plain.isascii():
        found += chinese_dates(plain, today)
    # The printed text: whether a month is one may hang on its capital.
    found += [
        Entity("date", one.span, (one.date.first, one.date.last)) for one in find_dates(printed)
    ]
    # A whole date says more than the year in it, whichever reader found it.
    return sorted(found, key=lambda one: one.span[0] - one.span[1])


def unreadable(printed: str) -> tuple[str, Span] | None:
    """Return what is wrong with the first date of a question that is none, and where it stands."""
    found = find_unreadable_dates(printed)
    return (f"{found[0].wording}: {found[0].problem}", found[0].span) if found else None
