"""A draft of a whole document: its text, and what it states about itself.

Nothing is guessed. What is not stated stays out of the draft and is marked in its note with a
``review:`` line, which says where a person may find it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Sequence

from policybot.corpus.dates import find_dates, parse_date
from policybot.corpus.fields import EVIDENCE_KEYS, is_url
from policybot.corpus.importers.headings import read_bodies
from policybot.corpus.importers.labels import Statement
from policybot.corpus.issuers import IssuerBook
from policybot.corpus.review import NO_DATE, NO_ISSUER, review_note
from policybot.errors import DateError
from policybot.model import Policy, PolicyDate, Repair, Source

MAX_TITLE = 300
"""Characters; a longer first line is no title."""

_NOTED = frozenset(["fact", "publisher", "published", "effective", "expires", "status"])

_EDGE_LINES = 6
_EDGE_WIDTH = 500

# A day with a time of day after it states that day. A time zone other than midnight's may move it.
_DAY_AND_TIME = re.compile(
    r"(?P<day>[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?)[T\s]*"
    r"(?:[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?|00:00(?::00)?(?:\.0+)?(?:Z|[+-][0-9]{2}:?[0-9]{2}))"
)
_HANS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_HAN_SPACES = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_KANAS = re.compile(r"[\u3041-\u30ff]+")
_ENGLISH = frozenset(["the", "of", "and", "to", "in", "for", "shall", "be", "is", "by", "on", "or"])
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def make_draft(
    source: Source,
    body: str,
    statements: Sequence[Statement],
    *,
    issuers: IssuerBook,
    title: str,
    title_review: str | None = None,
    facts: Iterable[str] = (),
    reviews: Iterable[str] = (),
    repairs: tuple[Repair, ...] = (),
    policy_id: str = "",
) -> Policy:
    """Return the draft of a document.

    Args:
        source: Where the text is.
        body: The text, as Markdown.
        statements: What the document states, the most reliable place first.
        issuers: The table of issuers, to tell several bodies in one statement apart.
        title: The title where no statement has one.
        title_review: What a person should know about that title.
        facts: Lines for the note.
        reviews: What else needs a person.
        repairs: What was changed in the text.
        policy_id: Its id in the source; empty for one that is still to be given.
    """
    needs: list[str] = []
    stated = _first(statements, "title")
    if stated is None and title_review:
        needs.append(title_review)
    date, date_text = _date(statements, body, needs)
    bodies = _issuers(statements, issuers, body, needs)
    url = next((one.value for one in statements if one.key == "url" and is_url(one.value)), None)
    chosen = {
        key: _readable(statements, key) for key in ("date", "published", "effective", "expires")
    }
    dates = {key: pair[0] if pair else None for key, pair in chosen.items()}
    return Policy(
        id=policy_id,
        title=stated or " ".join(title.split()),
        body=body,
        issuers=bodies,
        date=date,
        date_text=date_text,
        number=_first(statements, "number"),
        language=_language(statements, body),
        url=url,
        source=source,
        note=review_note([*_facts(statements), *facts], [*needs, *reviews]),
        repairs=repairs,
        published=dates["published"],
        effective=dates["effective"],
        expires=dates["expires"],
        status=_first(statements, "status"),
        evidence=_evidence(statements, [pair[1] for pair in chosen.values() if pair]),
    )


def first_line(body: str) -> tuple[str, str] | None:
    """Return the first line of a text as a title, and what to say of it; None if it is too long."""
    line = next((line.strip(" \t#　") for line in body.split("\n") if line.strip(" \t#　")), "")
    if not line or len(line) > MAX_TITLE:
        return None
    return line, "no title is stated; this one is the first line of the text"


def _first(statements: Sequence[Statement], key: str) -> str | None:
    return next((one.value for one in statements if one.key == key and one.value), None)


def _date(
    statements: Sequence[Statement], body: str, needs: list[str]
) -> tuple[PolicyDate | None, str | None]:
    """Return the date that is stated, else why there is none, with what may help to find it."""
    found: list[tuple[PolicyDate, Statement]] = []
    wrong: list[tuple[str, str]] = []
    for one in statements:
        if one.key != "date" or not one.value:
            continue
        try:
            found.append((_read_date(one.value), one))
        except DateError as error:
            wrong.append((one.value, f"{one.label} {error}"))
    if found:
        date, first = found[0]
        for other, one in found[1:]:
            if other.first > date.last or other.last < date.first:
                needs.append(
                    f"two dates are stated; {date} is {first.label}, {other} is {one.label}"
                )
        return date, None
    if wrong:
        needs.append(f"{NO_DATE}; {wrong[0][1]}")
        return None, wrong[0][0]
    needs.append("; ".join([NO_DATE, *_date_hints(statements, body)]))
    return None, None


def _evidence(statements: Sequence[Statement], dates: Sequence[Statement]) -> dict[str, str]:
    """Return for each key what it was read from."""
    firsts = [
        next((one for one in statements if one.key == key and one.value), None)
        for key in ("title", "issuer", "number", "status")
    ]
    read: dict[str, str] = {}
    for one in [*firsts, *dates]:
        if one is not None:
            read["issuers" if one.key == "issuer" else one.key] = one.evidence
    return {key: read[key] for key in EVIDENCE_KEYS if key in read}


def _readable(statements: Sequence[Statement], key: str) -> tuple[PolicyDate, Statement] | None:
    """Return the first date that is stated for a key and can be read."""
    for one in statements:
        if one.key == key and one.value:
            with contextlib.suppress(DateError):
                return _read_date(one.value), one
    return None


def _read_date(text: str) -> PolicyDate:
    timed = _DAY_AND_TIME.fullmatch(text.strip())
    return parse_date(timed["day"] if timed else text)


def _date_hints(statements: Sequence[Statement], body: str) -> list[str]:
    """Say which dates a person may look at."""
    hints = [f"{one.label} {one.value}" for one in statements if one.key == "published"][:1]
    beginning, end = _edges(body)
    for where, part in (("ends", end), ("begins", beginning)):
        dates = find_dates("\n".join(part))
        full = [date.wording for date in dates if date.date.month is not None]
        if full:
            hints.append(f"the text {where} with {full[-1 if where == 'ends' else 0]}")
            break
    return hints


def _edges(body: str) -> tuple[list[str], list[str]]:
    """Return the first and the last lines of a text, where its date and issuers may stand."""
    lines = [line for line in body.split("\n") if line.strip()]
    first, last = lines[:_EDGE_LINES], lines[-_EDGE_LINES:]
    return [line[:_EDGE_WIDTH] for line in first], [line[-_EDGE_WIDTH:] for line in last]


def _issuers(
    statements: Sequence[Statement], book: IssuerBook, body: str, needs: list[str]
) -> tuple[str, ...]:
    origin = next((one.origin for one in statements if one.key == "issuer" and one.value), None)
    names: dict[str, None] = {}
    for one in statements:
        if one.key == "issuer" and one.origin == origin and one.value:
            names |= dict.fromkeys(_bodies(one.value, book))
    if names:
        return tuple(names)
    beginning, end = _edges(body)
    named = dict.fromkeys(found.wording for line in [*beginning, *end] for found in book.find(line))
    hint = f"; named at the beginning or the end: {', '.join(list(named)[:3])}" if named else ""
    needs.append(f"{NO_ISSUER}{hint}")
    return ()


def _bodies(value: str, book: IssuerBook) -> tuple[str, ...]:
    """Return the bodies that a statement lists: 工业和信息化部 财政部 are two."""
    spaced = read_bodies(_HAN_SPACES.sub("、", value), book)
    if spaced and not any("、" in name for name in spaced):
        return spaced
    return read_bodies(value, book) or (value,)


def _language(statements: Sequence[Statement], body: str) -> str | None:
    """Return the language that is stated, else the one that the text shows, if it is sure."""
    if not body.isascii():
        han, kana = (len(body) - len(pattern.sub("", body)) for pattern in (_HANS, _KANAS))
        if han * 4 > len(body) and kana * 20 < len(body):
            return "zh"
    words = re.findall(r"[A-Za-z]+", body[:20000].lower())
    if words and sum(map(_ENGLISH.__contains__, words)) * 6 > len(words):
        return "en"
    stated = _first(statements, "language") or ""
    return stated.replace("_", "-") if _LANGUAGE.fullmatch(stated) else None


def _facts(statements: Sequence[Statement]) -> list[str]:
    """Return what is stated and is no key of a policy, as lines of its note."""
    kept = [one for one in statements if one.key in _NOTED and one.value]
    return list(dict.fromkeys(f"{one.label}: {one.value}" for one in kept))
