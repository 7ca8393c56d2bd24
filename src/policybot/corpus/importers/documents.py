"""Make the draft of a document from its text and what it states about itself.

Nothing is guessed. What is not stated is left out of the draft and marked by a ``review:`` line in
its note, which says where a person may find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.printed_dates import date_style
from policybot.corpus.importers.stated.choose import choose
from policybot.corpus.importers.stated.hints import date_hints
from policybot.corpus.importers.stated.printed_title import text_title
from policybot.corpus.importers.stated.read import read_stated, text_lines
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.review.notes import review_note
from policybot.corpus.text.language import language_of
from policybot.model import Policy, Repair, Source

MAX_TITLE = 300
"""The longest first line, in characters, that is taken for a title."""

_NOTED = frozenset(
    ["fact", "publisher", "published", "effective", "expires", "printed", "term", "status"]
)

_SAMPLE = 4000
"""How many characters show which language a text is in, and so how it writes dates."""

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
        source: The citation of the source.
        body: The text, as Markdown.
        statements: What the document states, the most reliable place first.
        issuers: The table of issuers, to separate several bodies in one statement.
        title: The title if no statement has one.
        title_review: The review line for that title.
        facts: Lines for the note.
        reviews: Further review lines.
        repairs: The corrections made to the text.
        dated_head: Whether a date alone in the first lines is the document's own; on a web page it
            may be that of the page.
        read_text: Whether the text is parsed for what the statements lack.
        around: The headers and footers of its pages, one per line.
        policy_id: Its id in the source; empty to generate one.
    """
    name = _first(statements, "title") or " ".join(title.split())
    every = list(statements)
    printed = [body, around, *(item.value for item in statements)]
    style = date_style(printed, _first(statements, "language") or language_of(body[:_SAMPLE]))
    if read_text:
        every += read_stated(body, name, issuers, dated_head=dated_head, around=around, style=style)
    chosen = choose(
        every,
        issuers,
        date_hints=date_hints(
            statements,
            text_lines(body, style),
            [item.value for item in every if item.key in {"effective", "expires"}],
        ),
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
        url=next(
            (item.value for item in statements if item.key == "url" and is_url(item.value)), None
        ),
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
    """Return the first line of a text as a title, and its review line; None if it is too long."""
    line = next((line.strip(" \t#　") for line in body.split("\n") if line.strip(" \t#　")), "")
    if not line or len(line) > MAX_TITLE:
        return None
    return line, "no title is stated; this one is the first line of the text"


def printed_title(body: str, book: IssuerBook) -> tuple[str, str | None] | None:
    """Return the title in the first lines of a text, and its review line, if any."""
    lines = text_lines(body)
    title = text_title(lines, book)
    if title is None:
        return first_line(body)
    if title.sure:
        return title.text, None
    if title.line is lines[0]:
        return title.text, "no title is stated; this one is the first line of the text"
    return title.text, f"no title is stated; this one is line {title.line.number} of the text"


def _first(statements: Sequence[Statement], key: str) -> str | None:
    return next((item.value for item in statements if item.key == key and item.value), None)


def _edges(body: str) -> tuple[list[str], list[str]]:
    """Return the first and the last lines of a text, which may contain its date and issuers."""
    lines = [line for line in body.split("\n") if line.strip()]
    first, last = lines[:_EDGE_LINES], lines[-_EDGE_LINES:]
    return [line[:_EDGE_WIDTH] for line in first], [line[-_EDGE_WIDTH:] for line in last]


def _issuer_hint(body: str, book: IssuerBook) -> str:
    """Return a hint at the bodies that the first and last lines name; empty if none."""
    beginning, end = _edges(body)
    named = dict.fromkeys(hit.wording for line in [*beginning, *end] for hit in book.find(line))
    return f"; named at the beginning or the end: {', '.join(list(named)[:3])}" if named else ""


def _language(statements: Sequence[Statement], body: str) -> str | None:
    """Return the language of the text if it is clearly Chinese or English, else the stated one."""
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
    """Return the statements that the note records, one line each."""
    noted = [item for item in statements if item.key in _NOTED and item.value]
    return list(dict.fromkeys(f"{item.label}: {item.value}" for item in noted))
