"""The ``review:`` lines of a draft's note: what a person still has to look at.

``policybot check`` warns about each such line until it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policybot.model import Policy

REVIEW = "review: "
NO_DATE = "no date is stated"
NO_ISSUER = "no issuer is stated"
NO_START = "no day of entry into force is stated, only an event"
NO_FIRST_DAY = "no end is stated, only a length without its first day"
_REJECTED = "was rejected"


def to_confirm(key: str, value: str, evidence: str) -> str:
    """Return the review line of a key that has a value which is only likely."""
    return f"{key} {value} is to be confirmed; {evidence}"


def proposal(key: str, value: str, evidence: str) -> str:
    """Return the part of a review line that proposes a value for a key that has none."""
    return f"{key} may be {value}: {evidence}"


def rejection(key: str, value: str) -> str:
    """Return the line of a note that records that a person rejected a value."""
    return f"{key}: {value} {_REJECTED}"


def is_rejection(line: str) -> bool:
    """Return whether a line of a note was made by :func:`rejection`."""
    return ": " in line and line.endswith(_REJECTED)


def review_note(facts: Iterable[str], reviews: Iterable[str]) -> str | None:
    """Return the note of a draft: facts about the source, then review lines, one per line."""
    lines = [*facts, *(f"{REVIEW}{review}" for review in reviews)]
    return "\n".join(" ".join(line.split()) for line in lines) or None


def review_lines(note: str | None) -> list[str]:
    """Return the ``review:`` lines of a note, without that prefix."""
    lines = (note or "").split("\n")
    return [line.removeprefix(REVIEW) for line in lines if line.startswith(REVIEW)]


def reasons(policy: Policy) -> Sequence[str]:
    """Return why a draft needs review, one short reason per line (up to its semicolon)."""
    return list(dict.fromkeys(_reasons(policy)))


def _reasons(policy: Policy) -> Iterator[str]:
    if policy.date is None:
        yield NO_DATE
    if not policy.issuers:
        yield NO_ISSUER
    for line in review_lines(policy.note):
        yield line.partition(";")[0]
