"""What a caller demands beside the question: options of the terminal, filters of Python."""

from __future__ import annotations

import dataclasses
import datetime as dt

from policybot.corpus.issuers import IssuerBook
from policybot.model import Filters, Intent, Reading
from policybot.search.bodies import included
from policybot.search.periods import Ends
from policybot.search.question import explained


def demanded(
    reading: Reading, filters: Filters | None, book: IssuerBook, intent: Intent | None = None
) -> Reading:
    """Return ``reading`` with a caller's filters added to its own; the caller's win.

    ``intent``, where it is given, wins over the one that was read. The notes tell what came of it.
    """
    if not filters:
        if intent is None or intent == reading.intent:
            return reading
        changed = dataclasses.replace(reading, intent=intent)
        return explained(changed, _beside(reading))
    found = {name: book.canonical(name) for name in filters.issuers}
    names = tuple(canonical for canonical in found.values() if canonical)
    unknown = [name for name, canonical in found.items() if canonical is None]
    own = reading.filters
    merged = dataclasses.replace(
        own,
        issuers=names or own.issuers,
        since=filters.since or own.since,
        until=filters.until or own.until,
        number=filters.number or own.number,
        joint=filters.joint or (own.joint and not (names and own.issuers)),
        bodies=filters.bodies or (None if names and own.issuers else own.bodies),
        alone=filters.alone or (own.alone and not (names and own.issuers)),
        # Where nothing is left of the question's periods, the caller's span stands.
        periods=filters.periods or _cut(own.periods, filters.since, filters.until),
        phrases=own.phrases + filters.phrases,
        without=own.without + filters.without,
        either=filters.either or own.either,
        absent=own.absent + filters.absent,
        titled=filters.titled or own.titled,
        untitled=own.untitled + filters.untitled,
    )
    changed = dataclasses.replace(
        reading,
        filters=merged,
        includes=included(merged, book),
        unknown_issuers=(*reading.unknown_issuers, *unknown),
        intent=intent or (reading.intent if reading.topic else "list"),
    )
    # The notes beside the usual ones are of the question's bodies, which the caller's replace.
    return explained(changed, () if names else _beside(reading))


def _cut(
    periods: tuple[Ends, ...], since: dt.date | None, until: dt.date | None
) -> tuple[Ends, ...]:
    """Return what of ``periods`` lies from ``since`` to ``until``."""
    within: list[Ends] = []
    for first, last in periods:
        start = max((day for day in (first, since) if day), default=None)
        end = min((day for day in (last, until) if day), default=None)
        if start is None or end is None or start <= end:
            within.append((start, end))
    return tuple(within)


def _beside(reading: Reading) -> tuple[str, ...]:
    """Return the notes of a reading that are not among those every reading has."""
    usual = explained(reading).notes
    return tuple(note for note in reading.notes if note not in usual)
