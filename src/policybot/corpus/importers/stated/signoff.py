"""Parse the sign-off at the end of a document (落款): the signing bodies above the date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policybot.corpus.dates import FoundDate, find_dates
from policybot.corpus.importers.labels import Certainty, Statement
from policybot.corpus.importers.stated.bodies import is_signer, read_bodies_line, read_body
from policybot.corpus.importers.stated.lines import TextLine, date_alone, opens_clause
from policybot.corpus.issuers.table import IssuerBook

ORIGIN = "sign-off"

_ABOVE = 14
"""The most lines of a sign-off above its date."""

_HEAD = 3
"""Lines at the beginning that are not a sign-off but a title with a date below it."""

_TAIL = 30
"""Lines at the end in which an English sign-off is expected, annexes aside."""

_MOST_ALONE = 2
"""The most dates without a body above them that are used."""

_NAME = re.compile(
    r"[A-Z][\w.'’-]*(?:[ ,]+(?:[A-Z][\w.'’-]*|\([A-Za-z]+\)|de|van|von|der|la)){1,6},?"
)
_CLOSING = re.compile(
    r"(?:Yours\s+(?:faithfully|sincerely|truly)|Sincerely|By\s+order|Signed|\[?signed\]?|For\s+the\s+.{3,80}"
    r"|By\s+the\s+(?:Commission|Board|Council|Committee)[^.]*)[,.:]?",
    re.IGNORECASE,
)
_POST = re.compile(
    r".*\b(?:Secretary|Minister|Director|Chair|Chairman|Chairperson|Chairwoman|President|Governor|Commissioner|Officer|"
    r"Member|Manager|Administrator|General|Deputy|Head|Registrar|Clerk|Mayor|Chancellor|Comptroller|"
    r"Inspector|Counsel|Treasurer|Superintendent)\b.*"
)
_ENDS = re.compile(r"(?:附件|附表|附录|附：|Annex|Schedule|Appendix|Attachment)\b", re.IGNORECASE)
_GLUED = re.compile(
    r"(?P<before>.*?[\u4e00-\u9fff])\s*(?P<date>[12][0-9]{3}年\s*[0-9]{1,2}月\s*[0-9]{1,2}日)[）)]?$"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def read_sign_offs(
    lines: Sequence[TextLine],
    book: IssuerBook,
    named: Sequence[str] = (),
    *,
    dated_end: bool = True,
) -> list[Statement]:
    """Return the statements of a text's sign-offs, the document's own before those of annexes.

    Args:
        lines: The lines of the text.
        book: The table of issuers.
        named: Bodies in the title or the letterhead, recognised in a sign-off on a single line.
        dated_end: Whether an English date alone at the end is the document's own.
    """
    signed: list[Statement] = []
    alone: list[Statement] = []
    for at, line in enumerate(lines):
        date = date_alone(line.text)
        if date is None:
            signed += _glued(line, book, named)
            continue
        if at < 1:
            continue
        bodies, first, person = _above(lines, at, book)
        near_end = at >= len(lines) - _TAIL or _annex_follows(lines, at)
        chinese = bool(_HAN.search(line.text))
        if bodies and (at >= _HEAD or near_end) and (chinese or near_end):
            words = " ".join(item.text for item in lines[first : at + 1])
            signed += _statements(date, line, bodies, words, "certain")
        elif person and (chinese or near_end) and at >= 2:
            alone += _statements(date, line, [], line.text, "certain")
        elif (
            near_end
            and at >= _HEAD
            and (chinese or dated_end)
            and _is_last(lines, at)
            and not opens_clause(lines[at - 1])
        ):
            alone += _statements(date, line, [], line.text, "likely")
    # If there are many dates alone, they date paragraphs, not the document.
    return [*signed, *(alone if len({item.where for item in alone}) <= _MOST_ALONE else [])]


def _statements(
    date: FoundDate, line: TextLine, bodies: Sequence[str], words: str, certainty: Certainty
) -> list[Statement]:
    where = f"line {line.number}"
    label = "落款" if _HAN.search(line.text) else "signature"
    dated = Statement("date", str(date.date), label, ORIGIN, where, words, certainty)
    names = [
        Statement("issuer", name, label, ORIGIN, where, words, certainty)
        for name in dict.fromkeys(bodies)
    ]
    return [dated, *names]


def _above(lines: Sequence[TextLine], at: int, book: IssuerBook) -> tuple[list[str], int, bool]:
    """Return the bodies above a date, the sign-off's first line, and whether a person signs it."""
    bodies: list[str] = []
    person = False
    first = at
    for back in range(at - 1, max(-1, at - 1 - _ABOVE), -1):
        text = lines[back].text
        if lines[back].heading:
            break
        if names := read_bodies_line(text, book):
            bodies[:0] = names
        elif is_signer(text) or (not _HAN.search(text) and _is_english_signer(text)):
            person = True
        else:
            break
        first = back
    return bodies, first, person


def _is_english_signer(text: str) -> bool:
    line = text.strip()
    if len(line) > 90 or line.endswith("."):
        return bool(re.fullmatch(r"[A-Z][A-Z. ]{5,40}\.", line))
    return bool(
        _CLOSING.fullmatch(line)
        or _NAME.fullmatch(line)
        or (_POST.fullmatch(line) and line[:1].isupper() and len(line.split()) <= 12)
        or re.fullmatch(r"\(.{3,50}\)", line)
    )


def _annex_follows(lines: Sequence[TextLine], at: int) -> bool:
    return at + 1 < len(lines) and (lines[at + 1].heading or bool(_ENDS.match(lines[at + 1].text)))


def _is_last(lines: Sequence[TextLine], at: int) -> bool:
    """Return whether only remarks in brackets and names of annexes follow a line."""
    rest = lines[at + 1 :]
    return all(
        re.fullmatch(r"[（(【\[].*[)）】\]]", line.text) or _ENDS.match(line.text)
        for line in rest[:8]
    )


def _glued(line: TextLine, book: IssuerBook, named: Sequence[str]) -> list[Statement]:
    """Parse a body and a date at the end of one line: 财政部2018年8月20日."""
    match = _GLUED.fullmatch(line.text)
    if match is None:
        return []
    before = match["before"].rstrip(" \u3000")
    bodies = [name for name in named if before.endswith(name)][:1]
    certainty: Certainty = "certain"
    if not bodies:
        whole = read_bodies_line(before, book) if len(before) <= 60 else []
        last = re.split(r"[\s。；：]", before)[-1]
        bodies = whole or ([last] if last != before and read_body(last) else [])
    if not bodies or re.search(r"[，《》]", bodies[0]):
        return []
    dates = find_dates(match["date"])
    if not dates or dates[0].date.day is None:
        return []
    return _statements(dates[0], line, bodies, f"{bodies[0]}{match['date']}", certainty)
