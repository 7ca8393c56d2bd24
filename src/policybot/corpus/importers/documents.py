"""A draft of a whole document: its text, and what it states about itself.

Nothing is guessed. What is not stated stays out of the draft and is marked in its note with a
``review:`` line, which says where a person may find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from policybot.corpus.dates import find_dates
from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.printed_dates import date_style
from policybot.corpus.importers.stated import read_stated, text_lines
from policybot.corpus.importers.stated.choose import choose
from policybot.corpus.importers.stated.titles import text_title
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.review.notes import review_note
from policybot.model import Policy, Repair, Source

MAX_TITLE = 300
"""Characters; a longer first line is no title."""

_NOTED = frozenset(["fact", "publisher", "published", "effective", "expires", "status"])

_EDGE_LINES = 6
_EDGE_WIDTH = 500

_HANS = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
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
    dated_head: bool = True,
    read_text: bool = True,
    around: str = "",
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
        dated_head: Whether a date alone in the first lines is the document's own; on a web page it
            is as likely that of the page.
        read_text: Whether the text's own words are read for what the statements lack.
        around: What stands at the edges of its pages, a line each.
        policy_id: Its id in the source; empty for one that is still to be given.
    """
    name = _first(statements, "title") or " ".join(title.split())
    every = list(statements)
    printed = [body, around, *(one.value for one in statements)]
    style = date_style(printed, _first(statements, "language") or "")
    if read_text:
        every += read_stated(body, name, issuers, dated_head=dated_head, around=around, style=style)
    chosen = choose(
        every,
        issuers,
        date_hints=_date_hints(statements, body),
        issuer_hint=_issuer_hint(body, issuers),
        style=style,
    )
    titled = [title_review] if chosen.title is None and title_review else []
    return Policy(
        id=policy_id,
        title=name,
        body=body,
        issuers=chosen.issuers,
        date=chosen.date,
        date_text=chosen.date_text,
        number=chosen.number,
        language=_language(statements, body),
        url=next((one.value for one in statements if one.key == "url" and is_url(one.value)), None),
        source=source,
        note=review_note([*_facts(statements), *facts], [*titled, *chosen.needs, *reviews]),
        repairs=repairs,
        published=chosen.published,
        effective=chosen.effective,
        expires=chosen.expires,
        status=chosen.status,
        evidence=chosen.evidence,
    )


def first_line(body: str) -> tuple[str, str] | None:
    """Return the first line of a text as a title, and what to say of it; None if it is too long."""
    line = next((line.strip(" \t#　") for line in body.split("\n") if line.strip(" \t#　")), "")
    if not line or len(line) > MAX_TITLE:
        return None
    return line, "no title is stated; this one is the first line of the text"


def printed_title(body: str, book: IssuerBook) -> tuple[str, str | None] | None:
    """Return the title that the first lines of a text print, and what to say of it."""
    lines = text_lines(body)
    found = text_title(lines, book)
    if found is None:
        return first_line(body)
    if found.sure:
        return found.text, None
    if found.line is lines[0]:
        return found.text, "no title is stated; this one is the first line of the text"
    return found.text, f"no title is stated; this one is line {found.line.number} of the text"


def _first(statements: Sequence[Statement], key: str) -> str | None:
    return next((one.value for one in statements if one.key == key and one.value), None)


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


def _issuer_hint(body: str, book: IssuerBook) -> str:
    """Say which bodies are named where the issuers may stand."""
    beginning, end = _edges(body)
    named = dict.fromkeys(found.wording for line in [*beginning, *end] for found in book.find(line))
    return f"; named at the beginning or the end: {', '.join(list(named)[:3])}" if named else ""


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
