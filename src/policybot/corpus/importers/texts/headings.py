"""Parse the heading line of a listed policy: its date, title, issuers and number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policybot.corpus.dates import FoundDate, UnreadableDate, find_dates, find_unreadable_dates
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import PolicyDate

_OPENING = re.compile(r"(?:[0-9]{1,3}[.)、]\s*)?(?:(?:on|in)\s+(?:the\s+)?)?", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*([:：,，])\s*")
_TRAILING = re.compile(r"(?:\s+(?:on|in)\s+|\s*[,，]\s*)(?:the\s+)?$", re.IGNORECASE)
_LAST_PAREN = re.compile(
    r"^(?P<title>.*?)\s*[(（](?P<inner>[^()（）]*)[)）]\s*(?P<tail>[a-z][a-z ]{0,30})?"
    r"[\s:：,，.。]*$"
)
_NUMBER = re.compile(r"(?:No\.?|№)\s*[0-9]|.*[0-9]+\s*号$", re.IGNORECASE)
_NUMBER_ISSUER = re.compile(r"\]\s+of\s+(?:the\s+)?(?P<issuer>[A-Z].*)$")
_QUOTED = re.compile(
    r"^(?P<lead>[^\"“《]*)(?:\"(?P<t1>[^\"]+)\"|“(?P<t2>[^”]+)”|《(?P<t3>[^》]+)》)(?P<tail>.*)$"
)
_POSSESSIVE = re.compile(r"^(?:[Tt]he\s+)?(?P<issuer>[A-Z][^\"“”'’:()]*)['’]s?\s+(?=[\"“A-Z])")
_ISSUED = re.compile(
    r"^(?:[Tt]he\s+)?(?P<issuer>[A-Z][^\"“”:()]*?)\s+(?:has\s+|have\s+)?(?:recently\s+|jointly\s+)*"
    r"(?:issued|released|published|promulgated|printed|announced|approved|adopted)\b"
)
_BODY = re.compile(
    r"\b(?:Ministry|Commission|Council|Office|Committee|Administration|Bureau|Department|Agency"
    r"|Authority|Government|Congress|Court|Bank|Academy|Association|Parliament|Board|Secretariat"
    r"|Institute|Centre|Center|Service|Union|Organi[sz]ation)\b"
    r"|^[A-Z]{2,8}$"
    r"|[\u4e00-\u9fff](?:部|委|局|院|厅|办|会|署|政府|银行|中心|办公室)$"
)
_BETWEEN_BODIES = re.compile(
    r"\s*[,，;；、]\s*(?:and\s+)?|\s+and\s+(?=(?:the\s+)?(?:Ministry|National|State|General|Department)\b)"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A parsed heading line.

    ``wording`` is the date as printed; ``date_text`` is the same if ``date`` does not express it
    completely, or it is unreadable (``problem`` says why); ``left_out`` are the unused words.
    """

    title: str
    wording: str
    date: PolicyDate | None
    date_text: str | None
    issuers: tuple[str, ...]
    number: str | None
    left_out: tuple[str, ...]
    problem: str | None = None


def read_heading(line: str, book: IssuerBook) -> Heading | None:
    """Parse a line as the heading of a policy; None if it does not begin or end with a date.

    A date at the beginning must be followed by a colon, or by a comma if the line is not a whole
    sentence and the date is more than a year. A date at the end must follow "on" or a comma.
    """
    split = _split_date(line)
    if split is None:
        return None
    date, rest = split
    title, issuers, number, left_out = _read_rest(rest, book)
    if not title:
        return None
    if isinstance(date, UnreadableDate):
        message = f"{date.wording!r} is no date: {date.problem}"
        return Heading(title, date.wording, None, date.wording, issuers, number, left_out, message)
    date_text = date.wording if date.approximate else None
    return Heading(title, date.wording, date.date, date_text, issuers, number, left_out)


def _split_date(line: str) -> tuple[FoundDate | UnreadableDate, str] | None:
    line = line.strip()
    dates: list[FoundDate | UnreadableDate] = [*find_dates(line), *find_unreadable_dates(line)]
    if not dates:
        return None
    dates.sort(key=lambda date: date.span)
    first, last = dates[0], dates[-1]
    opening = _OPENING.match(line)
    if opening and first.span[0] == opening.end():
        separator = _SEPARATOR.match(line, first.span[1])
        is_sentence = line.endswith((".", "。"))
        is_year = isinstance(first, FoundDate) and first.date.month is None
        if separator and (separator[1] in ":：" or not (is_sentence or is_year)):
            return first, line[separator.end() :]
    trailing = _TRAILING.search(line[: last.span[0]])
    if trailing and not line[last.span[1] :].strip():
        return last, line[: trailing.start()]
    return None


def _read_rest(
    rest: str, book: IssuerBook
) -> tuple[str, tuple[str, ...], str | None, tuple[str, ...]]:
    issuers: tuple[str, ...] = ()
    number: str | None = None
    left_out: list[str] = []
    title = rest.strip()
    while match := _LAST_PAREN.match(title):
        inner = match["inner"].strip()
        bodies = read_bodies(inner, book)
        if _NUMBER.match(inner) and number is None:
            number = inner
            named = _NUMBER_ISSUER.search(inner)
            issuers = issuers or (read_bodies(named["issuer"], book) if named else ())
        elif bodies and not issuers:
            issuers = bodies
        else:
            break
        if match["tail"]:
            left_out.insert(0, match["tail"].strip())
        title = match["title"].strip()
    owner = _POSSESSIVE.match(title)
    if owner and (bodies := read_bodies(owner["issuer"], book)):
        issuers = issuers or bodies
        title = title[owner.end() :]
    elif not issuers and (subject := _ISSUED.match(title)):
        issuers = read_bodies(subject["issuer"], book)
    quoted = _QUOTED.match(title)
    if quoted and not quoted["tail"].strip(" .。,，:："):
        lead = quoted["lead"].strip()
        if lead:
            left_out.insert(0, lead)
            named_bodies = tuple(dict.fromkeys(body.wording for body in book.find(lead)))
            issuers = issuers or named_bodies
        title = quoted["t1"] or quoted["t2"] or quoted["t3"]
    title = re.sub(r"^the\s+", "", title).rstrip(" .。,，:：")
    return title, issuers, number, tuple(left_out)


def read_bodies(text: str, book: IssuerBook) -> tuple[str, ...]:
    """Return the bodies that a text lists, as printed; empty if it lists anything else."""
    bodies: list[str] = []
    if book.canonical(text) is not None:
        return (re.sub(r"^the\s+", "", text.strip(), flags=re.IGNORECASE),)
    for part in _BETWEEN_BODIES.split(text):
        name = re.sub(r"^the\s+", "", part.strip(), flags=re.IGNORECASE)
        if book.canonical(name) is not None or _BODY.search(name):
            bodies.append(name)
        elif bodies and name:
            # "Ministry of Culture, Sports and Tourism" is one body, commas and all.
            start = text.index(bodies[-1])
            bodies[-1] = text[start : text.index(part, start) + len(part)].strip()
        else:
            return ()
    return tuple(bodies)
