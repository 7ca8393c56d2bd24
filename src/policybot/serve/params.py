"""Parsing and checking of query parameters; unknown or invalid ones are refused, not ignored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import cast

from starlette.datastructures import QueryParams

from policybot.corpus.dates import parse_date
from policybot.corpus.files.ids import why_bad_id
from policybot.errors import DateError
from policybot.model import PolicyDate, State
from policybot.serve.catalogue import STATES, Filters
from policybot.serve.problems import ProblemError

MOST_CHARACTERS = 8_000
"""Limit of a question or a quotation: the engine reads no more of a question."""

MOST_ISSUERS = 20
_LONGEST_NAME = 300

FILTERS = ("issuer", "since", "until", "year", "kind", "state")


def check_names(params: QueryParams, known: Collection[str], several: Collection[str] = ()) -> None:
    """Check that all parameters are ``known``, and only those in ``several`` are repeated.

    Raises:
        ProblemError: 400.
    """
    for name in params:
        if name not in known:
            raise ProblemError(
                400, f"{_clipped(name)}: unknown parameter; there are {', '.join(known)}"
            )
        if name not in several and len(params.getlist(name)) > 1:
            raise ProblemError(400, f"{name}: given {len(params.getlist(name))} times; give one")


def text_of(params: QueryParams, name: str, *, most: int = MOST_CHARACTERS) -> str:
    """Return the text of a required parameter.

    Raises:
        ProblemError: 400, it is missing, blank or too long.
    """
    text = params.get(name, "")
    if not text.strip():
        raise ProblemError(400, f"{name}: is missing; give it as ?{name}=…")
    if len(text) > most:
        raise ProblemError(400, f"{name}: has {len(text)} characters; at most {most} are read")
    return text


def whole_of(params: QueryParams, name: str, default: int, least: int, most: int) -> int:
    """Return a whole number from ``least`` to ``most``, or ``default`` where none is given.

    Raises:
        ProblemError: 400, it is no whole number, or out of range.
    """
    text = params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise ProblemError(
            400, f"{name}: {_clipped(text)!r} is no whole number from {least} to {most}"
        )
    return int(text)


def choice_of(params: QueryParams, name: str, choices: Collection[str]) -> str | None:
    """Return one of ``choices``, or None where the parameter is not given.

    Raises:
        ProblemError: 400, it is none of them.
    """
    text = params.get(name)
    if text is not None and text not in choices:
        raise ProblemError(
            400, f"{name}: {_clipped(text)!r} is none of {', '.join(sorted(choices))}"
        )
    return text


def date_of(params: QueryParams, name: str) -> PolicyDate | None:
    """Return a date with year, month or day precision; None where it is not given.

    Raises:
        ProblemError: 400, it is no date.
    """
    text = params.get(name)
    if text is None:
        return None
    try:
        return parse_date(text[:_LONGEST_NAME])
    except DateError as error:
        raise ProblemError(400, f"{name}: {error}") from None


def day_of(params: QueryParams, name: str) -> dt.date | None:
    """Return a day in ISO 8601; None where it is not given.

    Raises:
        ProblemError: 400, it is no day.
    """
    text = params.get(name)
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ProblemError(
            400, f"{name}: {_clipped(text)!r} is no day; write it as 2013-09-17"
        ) from None


def policy_id_of(text: str) -> str:
    """Return ``text`` if it is a valid policy id.

    Raises:
        ProblemError: 404, it is not.
    """
    defect = why_bad_id(text)
    if defect:
        raise ProblemError(404, f"no policy has this id: it {defect.partition('; ')[0]}")
    return text


def filters_of(params: QueryParams) -> Filters:
    """Return the filters of the parameters :data:`FILTERS`.

    Raises:
        ProblemError: 400, a value is invalid, or the dates exclude each other.
    """
    since, until = date_of(params, "since"), date_of(params, "until")
    if since and until and since.first > until.last:
        raise ProblemError(400, f"since: {since} is after until, {until}")
    year = whole_of(params, "year", 0, 1, 9999)
    if year and ((since and since.first.year > year) or (until and until.last.year < year)):
        raise ProblemError(400, f"year: {year} is outside of since and until")
    given = params.getlist("issuer")
    if len(given) > MOST_ISSUERS or any(len(name) > _LONGEST_NAME for name in given):
        raise ProblemError(
            400, f"issuer: at most {MOST_ISSUERS} names of up to {_LONGEST_NAME} characters"
        )
    kind = params.get("kind") or ""
    if len(kind) > _LONGEST_NAME:
        raise ProblemError(400, f"kind: at most {_LONGEST_NAME} characters")
    return Filters(
        issuers=tuple(name for name in given if name.strip()),
        since=since.first if since else None,
        until=until.last if until else None,
        year=year or None,
        kind=kind or None,
        state=cast("State | None", choice_of(params, "state", STATES)),
    )


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
