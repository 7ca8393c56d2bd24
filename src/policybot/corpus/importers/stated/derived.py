"""Derive when a document enters into force and when it ends from a term and its other dates.

A term begins with the day it names, else with the entry into force. An event ("on the day of
issue", 自印发之日起) is on the document's own date, or on the day of printing or publication.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress

from policybot.corpus.dates import parse_date
from policybot.corpus.importers.labels import Certainty, Key, Statement
from policybot.corpus.importers.stated.lengths import Length, parse_length
from policybot.corpus.review.notes import NO_FIRST_DAY, NO_START, proposal
from policybot.errors import DateError
from policybot.model import PolicyDate

_REVISED = re.compile(r"(?:修订|修正|修改)$")

Dated = tuple[PolicyDate, Statement]
"""A date with the statement that it is from."""


@dataclasses.dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document's dates, each with the statement it is from.

    ``printed`` is the day of printing that the text states.
    """

    date: Dated | None = None
    published: Dated | None = None
    effective: Dated | None = None
    expires: Dated | None = None
    printed: Dated | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Derived:
    """The derived statements, by key, and the review lines."""

    statements: tuple[Statement, ...] = ()
    needs: tuple[str, ...] = ()


def derive(statements: Sequence[Statement], known: Known) -> Derived:
    """Return the entry into force and the end that follow from a document's terms and dates."""
    found: list[Statement] = []
    needs: list[str] = []
    effective = known.effective
    if effective is None and (event := _first(statements, "start")):
        start = _start(event, known)
        if start is None:
            needs.append(f"{NO_START}; {event.evidence}")
        else:
            found.append(start)
            effective = parse_date(start.value), start
    if known.expires is None:
        end = _end(statements, known, effective, needs)
        if end is not None:
            found.append(end)
    return Derived(tuple(found), tuple(needs))


def _first(statements: Sequence[Statement], key: str) -> Statement | None:
    return next((item for item in statements if item.key == key and item.value), None)


def _day(pair: Dated | None) -> dt.date | None:
    return pair[0].first if pair is not None and pair[0].day is not None else None


def _start(event: Statement, known: Known) -> Statement | None:
    """Return the entry into force on the day of an event; None if that day is not stated."""
    name, _, later = event.value.partition("+")
    base, sure = _base(name, known, exact=not later)
    day = _day(base)
    if base is None or day is None:
        return None
    if later:
        day, sure = day + dt.timedelta(days=int(later)), "likely"
    return _derived("effective", day, event, _least(sure, base[1], event))


def _base(name: str, known: Known, *, exact: bool) -> tuple[Dated | None, Certainty]:
    """Return the day of an event, and how certain it is that this is the day.

    A document is issued on its own date, and a Chinese one that is signed is published on it.
    Others are published later as a rule: without the day of publication their date is only likely,
    and it is no day to count from, or of a gazette.
    """
    own = known.date
    if name in {"issue", "publication"} and known.printed is not None:
        return known.printed, "certain"
    if name == "issue":
        return own, "certain"
    if name not in {"publication", "gazette"}:  # the approval, the signature
        if own is None or own[1].certainty != "certain":
            return None, "doubtful"
        said = f"{own[1].label} {own[1].words}".casefold()
        return own, "certain" if name in said else "likely"
    if own is not None and _REVISED.search(own[1].words):
        return None, "doubtful"  # it was published long before it was revised
    signed = own is not None and own[1].label == "落款"
    if signed and name == "publication":
        same = known.published is None or known.published[0] == own[0]  # type: ignore[index]
        return own, "certain" if same else "likely"
    if known.published is not None:
        return known.published, "likely"
    return (own, "likely") if name == "publication" and exact else (None, "doubtful")


def _end(
    statements: Sequence[Statement],
    known: Known,
    effective: Dated | None,
    needs: list[str],
) -> Statement | None:
    """Return the last day in force; what cannot be derived is added to ``needs``."""
    term = _first(statements, "term")
    begins, _, length = (term.value if term else "").rpartition("/")
    if term is not None and (parsed := parse_length(length)):
        return _end_of_term(term, begins, parsed, known, effective, needs)
    if term is not None and (last := _readable(term.value)):
        return dataclasses.replace(term, key="expires", value=str(last))
    return _end_of_span(statements, effective, needs)


def _readable(text: str) -> PolicyDate | None:
    with suppress(DateError):
        return parse_date(text.strip().removeprefix("至").removeprefix("until "))
    return None


def _end_of_term(
    term: Statement,
    begins: str,
    length: Length,
    known: Known,
    effective: Dated | None,
    needs: list[str],
) -> Statement | None:
    base = effective
    if begins and not begins[0].isdigit():
        start = _start(dataclasses.replace(term, key="start", value=begins), known)
        base = (parse_date(start.value), start) if start else None
    elif begins:
        base = parse_date(begins), term
    day = _day(base)
    if base is None or day is None:
        needs.append(f"{NO_FIRST_DAY}; {term.evidence}")
        return None
    return _derived("expires", length.last_day(day), term, _least("certain", base[1], term))


def _end_of_span(
    statements: Sequence[Statement],
    effective: Dated | None,
    needs: list[str],
) -> Statement | None:
    """Return the likely end: that of the one span that begins with the entry into force.

    The title has to share a word with it; a span that the title is about is proposed.
    """
    spans = [item for item in statements if item.key == "span"]
    begins = f"{effective[0]}/" if effective else "/"
    same = [item for item in spans if item.value.startswith(begins)]
    if same and len({item.value for item in same}) == 1:
        last = same[0].value.removeprefix(begins)
        if same[0].certainty != "doubtful":
            return dataclasses.replace(same[0], key="expires", value=last, certainty="likely")
        needs.append(proposal("expires", last, same[0].evidence))
        return None
    titled = [item for item in spans if item.certainty == "certain"]
    if len({item.value for item in titled}) == 1:
        first, _, last = titled[0].value.partition("/")
        if effective is None:
            needs.append(proposal("effective", first, titled[0].evidence))
        needs.append(proposal("expires", last, titled[0].evidence))
    return None


def _derived(key: Key, day: dt.date, item: Statement, certainty: Certainty) -> Statement:
    return dataclasses.replace(item, key=key, value=day.isoformat(), certainty=certainty)


def _least(*items: Certainty | Statement) -> Certainty:
    """Return the least certain of certainties and of those of statements."""
    order: tuple[Certainty, ...] = ("doubtful", "likely", "certain")
    certainties = [item.certainty if isinstance(item, Statement) else item for item in items]
    return min(certainties, key=order.index)
