"""Choose the values of a draft's keys from statements, and write review lines.

The first valid statement of a key is used. One that is only likely is used and gets a review line
with its words; a doubtful one is only proposed.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from policybot.corpus.dates import parse_date
from policybot.corpus.files.fields import EVIDENCE_KEYS
from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.printed_dates import DateStyle, date_style
from policybot.corpus.importers.stated.bodies import (
    place_named,
    read_bodies_line,
    read_body,
    site_body,
)
from policybot.corpus.importers.stated.derived import Known, derive
from policybot.corpus.importers.stated.letterhead import is_organ, of_letterhead
from policybot.corpus.importers.texts.headings import read_bodies
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.review.notes import NO_DATE, NO_ISSUER, proposal, to_confirm
from policybot.errors import DateError
from policybot.model import PolicyDate

# A time of day after a date is ignored, unless a time zone may change the day.
_DAY_AND_TIME = re.compile(
    r"(?P<day>[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?)[T\s]*"
    r"(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|00:00(?::00)?(?:\.0+)?(?:Z|[+-][0-9]{2}:?[0-9]{2}))"
)
_REMARK = re.compile(r"(?<=[0-9日])\s*[(（][^()（）]*[)）]$")
_LIST = re.compile(r",\s+(?:and\s+)?(?:the\s+)?(?=[A-Z])|\s+and\s+the\s+(?=[A-Z])")
"""Separators in a list of bodies: the Central Bank, the Insurance Authority and the Ministry."""

_OFFICE = re.compile(
    r"\b(?:Office|Registry|Team|Section|Unit|Branch|Division|Desk|Secretariat)$", re.IGNORECASE
)
"""The end of the name of an office, which the body follows that it belongs to."""

_TEXT = frozenset(["sign-off", "adoption", "enacting words"])
_HAN_SPACES = re.compile(r"(?<=[\u4e00-\u9fff）])\s+(?=[\u4e00-\u9fff])")
_NO_NAME = re.compile(
    r"本网站?|本站|本报|原创|网络|互联网|转载|未知|其他|this (?:web)?site", re.IGNORECASE
)


@dataclass(slots=True)
class Chosen:
    """The values of a draft's keys, their evidence, and the review lines (``needs``)."""

    date: PolicyDate | None = None
    date_text: str | None = None
    published: PolicyDate | None = None
    effective: PolicyDate | None = None
    expires: PolicyDate | None = None
    issuers: tuple[str, ...] = ()
    title: str | None = None
    number: str | None = None
    status: str | None = None
    evidence: dict[str, str] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)


def choose(
    statements: Sequence[Statement],
    book: IssuerBook,
    *,
    date_hints: Sequence[str] = (),
    issuer_hint: str = "",
    style: DateStyle | None = None,
) -> Chosen:
    """Return the values chosen from statements.

    Args:
        statements: The statements, the most reliable first.
        book: The table of issuers, to separate several bodies in one statement.
        date_hints: Hints for the review if no date is stated.
        issuer_hint: The same for the issuers.
        style: The document's date format; by default inferred from the statements.
    """
    chosen = Chosen()
    style = style or date_style([item.value for item in statements])
    read: dict[str, Statement] = {}
    _choose_date(chosen, statements, read, date_hints, style)
    _choose_issuers(chosen, statements, book, read, issuer_hint)
    chosen.published = _date(statements, "published", read, style)
    chosen.effective = _date(statements, "effective", read, style)
    chosen.expires = _date(statements, "expires", read, style)
    _derive(chosen, statements, read, style)
    chosen.title = _text(statements, "title", read)
    chosen.number = _text(statements, "number", read)
    chosen.status = _text(statements, "status", read)
    chosen.evidence = {key: read[key].evidence for key in EVIDENCE_KEYS if key in read}
    for key in ("effective", "expires", "number"):
        if key in read and read[key].certainty == "likely":
            chosen.needs.append(to_confirm(key, read[key].value, read[key].evidence))
    return chosen


def readable_date(text: str, style: DateStyle | None = None) -> PolicyDate:
    """Parse a stated date, ignoring a time of day after it and a remark in brackets.

    Raises:
        DateError: the text is not a date.
    """
    text = _REMARK.sub("", (style or DateStyle()).plain(text.strip()))
    timed = _DAY_AND_TIME.fullmatch(text)
    return parse_date(timed["day"] if timed else text)


def _choose_date(
    chosen: Chosen,
    statements: Sequence[Statement],
    read: dict[str, Statement],
    hints: Sequence[str],
    style: DateStyle,
) -> None:
    readable: list[tuple[PolicyDate, Statement]] = []
    wrong: list[tuple[str, str]] = []
    for item in statements:
        if item.key != "date" or not item.value:
            continue
        try:
            readable.append((readable_date(item.value, style), item))
        except DateError as error:
            wrong.append((item.value, f"{item.label} {error}"))
    given = [pair for pair in readable if pair[1].certainty != "doubtful"]
    if wrong and not any(item.origin == "label" for _, item in given):
        chosen.needs.append(f"{NO_DATE}; {wrong[0][1]}")
        chosen.date_text = wrong[0][0]
        return
    if given:
        given.sort(key=lambda pair: pair[1].certainty != "certain")
        date, first = given[0]
        chosen.date, read["date"] = date, first
        if first.certainty != "certain":
            chosen.needs.append(to_confirm("date", str(date), first.evidence))
        chosen.needs += _conflicts(given)
        return
    proposed = [proposal("date", str(date), item.evidence) for date, item in readable[:1]]
    if proposed:
        hints = [hint for hint in hints if not hint.startswith("date may be ")]
    chosen.needs.append("; ".join([NO_DATE, *proposed, *hints]))


def _conflicts(given: Sequence[tuple[PolicyDate, Statement]]) -> list[str]:
    """Return review lines for structured statements or a sign-off with another date."""
    date, first = given[0]
    signed = next((pair for pair in given if pair[1].origin == "sign-off"), None)
    rivals = [pair for pair in given[1:] if pair[1].origin not in {"sign-off", "adoption", "text"}]
    if signed is not None and first.origin not in {"sign-off", "adoption"}:
        rivals.append(signed)
    return [
        f"two dates are stated; {date} is {first.label}, {other_date} is {item.label}"
        for other_date, item in rivals
        if other_date.first > date.last or other_date.last < date.first
    ]


def _date(
    statements: Sequence[Statement], key: Key, read: dict[str, Statement], style: DateStyle
) -> PolicyDate | None:
    stated = [item for item in statements if item.certainty != "doubtful"]
    for item in sorted(stated, key=lambda item: item.certainty != "certain"):
        if item.key == key and item.value:
            with contextlib.suppress(DateError):
                date = readable_date(item.value, style)
                read[key] = item
                return date
    return None


def _derive(
    chosen: Chosen, statements: Sequence[Statement], read: dict[str, Statement], style: DateStyle
) -> None:
    """Add the entry into force and the end that follow from terms that the text states."""
    keys = ("date", "published", "effective", "expires")
    dates = {key: (date, read[key]) for key in keys if (date := getattr(chosen, key)) is not None}
    if printed := _date(statements, "printed", read, style):
        dates["printed"] = printed, read["printed"]
    derived = derive(statements, Known(**dates))
    for item in derived.statements:
        read[item.key] = item
        setattr(chosen, item.key, parse_date(item.value))
    chosen.needs += derived.needs


def _text(statements: Sequence[Statement], key: Key, read: dict[str, Statement]) -> str | None:
    stated = [item for item in statements if item.key == key and item.value]
    first = next((item for item in stated if item.certainty == "certain"), None)
    first = first or next((item for item in stated if item.certainty == "likely"), None)
    if first is None:
        return None
    read[key] = first
    return first.value


def _choose_issuers(
    chosen: Chosen,
    statements: Sequence[Statement],
    book: IssuerBook,
    read: dict[str, Statement],
    hint: str,
) -> None:
    groups: dict[tuple[str, str, str], list[Statement]] = {}
    for item in statements:
        if (
            item.key in {"issuer", "publisher"}
            and item.value
            and not _NO_NAME.fullmatch(item.value)
        ):
            place = item.where if item.origin == "sign-off" else ""
            groups.setdefault((item.key, item.origin, place), []).append(item)
    ranked = sorted(groups.items(), key=_rank)
    if not ranked:
        chosen.needs.append(f"{NO_ISSUER}{hint}")
        return
    names = _names(ranked[0][1], book)
    if ranked[0][0][0] == "publisher":
        names = tuple(name if _is_body(name, book) else site_body(name) or name for name in names)
    doubtful = ranked[0][1][0].certainty == "doubtful"
    if doubtful or (
        ranked[0][0][0] == "publisher" and not all(_is_body(name, book) for name in names)
    ):
        proposed = proposal("issuers", "; ".join(names), ranked[0][1][0].evidence)
        chosen.needs.append(f"{NO_ISSUER}; {proposed}{hint}")
        return
    read["issuers"] = ranked[0][1][0]
    for (_, origin, _), group in ranked[1:]:
        more = _names(group, book)
        if origin in {"sign-off", "title"} and len(more) > len(names) and set(names) <= set(more):
            names, read["issuers"] = more, group[0]
            break
    heads = [item for item in statements if item.origin in {"head", "letterhead", "capitals"}]
    said_in_text = read["issuers"].origin in _TEXT or read["issuers"].certainty != "certain"
    if len(names) == 1 and said_in_text and (head := of_letterhead(names[0], heads, book)):
        names, read["issuers"] = _names([head], book), head
    chosen.issuers = names
    first = read["issuers"]
    if first.certainty != "certain":
        chosen.needs.append(to_confirm("issuers", "; ".join(names), first.evidence))


def _rank(item: tuple[tuple[str, str, str], list[Statement]]) -> tuple[bool, bool, bool]:
    (key, _, _), group = item
    certainty = group[0].certainty
    return certainty == "doubtful", key == "publisher", certainty != "certain"


def _names(group: Sequence[Statement], book: IssuerBook) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for item in group:
        names |= dict.fromkeys(bodies_of(item.value, book))
    return tuple(names)


def _is_body(name: str, book: IssuerBook) -> bool:
    return (
        book.canonical(name) is not None
        or read_body(name) is not None
        or place_named(name) is not None
    )


def bodies_of(value: str, book: IssuerBook) -> tuple[str, ...]:
    """Return the bodies that a statement lists, as in 工业和信息化部 财政部."""
    parts = [part for part in _LIST.split(value) if part]
    if len(parts) == 2 and " and " not in value:
        if is_organ(parts[1], parts[0]):
            return (parts[0],)
        if _OFFICE.search(parts[0]):
            return (value,)
    if len(parts) > 1 and all(read_body(part) for part in parts):
        return tuple(dict.fromkeys(parts))
    if listed := read_bodies_line(value, book):
        return tuple(dict.fromkeys(listed))
    spaced = read_bodies(_HAN_SPACES.sub("、", value), book)
    if spaced and not any("、" in name for name in spaced):
        return spaced
    return read_bodies(value, book) or (value,)
