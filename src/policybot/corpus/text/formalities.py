"""Tell the formalities of a document from what it says: letterhead, signature, bare headings.

Nothing is known of any wording; structure decides. A paragraph speaks if it has a sentence, or
enough words that are no names; in scripts with capital letters, words in small letters. What does
not speak is a formality where it stands before the first paragraph that does (letterhead, title,
references, table of metadata), after the last one (place and date, signatures), right above one
that does, as its heading, or anywhere if it only repeats the policy's title, issuers, number or
dates.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from policybot.corpus.dates import find_dates
from policybot.corpus.importers.printed_dates import DateStyle
from policybot.corpus.text.lists import item_style
from policybot.model import Policy, Span

Formality = Literal["letterhead", "signature", "heading", "metadata"]

LONGEST = 400
"""The longest formality, in characters; a longer paragraph always speaks."""

_HEAD = 2500
_TAIL = 1500
"""How much of a text, in characters, a letterhead and the signatures may take."""

_WORD = re.compile(r"[^\W_\u2e80-\u9fff]+(?:['’.-][^\W_\u2e80-\u9fff]+)*")
_SMALL = re.compile(r"(?<![^\W_])[^\W\d_A-Z\u2e80-\u9fff]\w*")
_HAN = re.compile("[\u3400-\u9fff]")
_ENDS = re.compile(r"[.!?。！？;；:：]['\"”’»」』）)\]\s*_]*$")
_BROKEN_OFF = re.compile(r"[,，]\s*$")
_BRACKETED = re.compile(r"\s*(?:\([^()]*\)|（[^（）]*）)\s*")
_STOPS = re.compile(r"[。！？；，]")
_BLANK = re.compile(r"\n\s*\n")
_MARKUP = re.compile(r"^[\s#>*_|]+|[*_|]+|[*_\s]+$")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_RULE = re.compile(r"[\s|:=*_-]*")
_MAY_DATE = re.compile("[0-9]{4}|年")
_NUMBER = re.compile(r"(?<![\w./-])[0-9][0-9.,]*(?![\w/-])")

_IN_SENTENCE = 2
_RUNNING = 6
_CAPITALS = 7
"""How many words speak: in small letters in a sentence, the same without its end, and in capital
letters in a sentence."""

_UNDATED, _DATED, _PER_WORD = 8, 15, 3
"""How many words in small letters speak in any sentence, without and with a year, and how many
Chinese characters count as one of them."""

_LINK = 2
"""The longest word, in letters, that names are joined with: "de", "of"."""

_HAN_SENTENCE = 6
_HAN_CLAUSE = 12
_HAN_RUNNING = 40
"""The same in Chinese characters: with an end, with a comma, without either."""

_FEW = 2
"""How many words may stand beside what the metadata says: "of the", 文件."""

_HEADING_WORDS, _HEADING_HAN = 10, 20
_VALUES = 3
"""Lines with a number from which a table or a paragraph holds data."""


class _Stated(NamedTuple):
    """What the metadata of a policy says."""

    title: str
    issuers: tuple[str, ...]
    number: str
    date: str


def formality(policy: Policy, span: Span) -> Formality | None:
    """Return what kind of formality a span of a policy's body is; None if it says something."""
    start, end = span
    stated = _Stated(policy.title, policy.issuers, policy.number or "", policy.date_text or "")
    body = policy.body
    text = body[start:end]
    if _speaks(text, stated) or _is_part(body, start, end):
        return None
    if _is_metadata(text, stated):
        return "metadata"
    if start <= _HEAD and not _any_speaks(body[:start], stated):
        return "letterhead"
    if len(body) - end <= _TAIL and not _any_speaks(body[end:], stated):
        return "signature"
    return "heading" if _is_heading(text, body[end : end + LONGEST], stated) else None


def _is_part(body: str, start: int, end: int) -> bool:
    """Tell a part of a longer paragraph, which may end in the middle of a sentence."""
    line = body.rfind("\n", 0, start) + 1
    stop = body.find("\n", end)
    after = body[end : stop if stop >= 0 else len(body)]
    return bool(body[line:start].strip("#>*_ \t") or after.strip("*_ \t"))


def plainly_speaks(text: str, title: str = "") -> bool:
    """Tell a paragraph that speaks, by its length alone; False says nothing.

    What holds the ``title`` of its policy may be nothing else.
    A sentence with so many words in small letters, or Chinese characters, is no date or signature.
    """
    if len(text) > LONGEST:
        return True
    if "|" in text or _ENDS.search(text) is None:
        return False
    if title and title.casefold() in text.casefold():
        return False
    least = _DATED if _MAY_DATE.search(text) else _UNDATED
    return len(_SMALL.findall(text)) >= least or len(_HAN.findall(text)) >= _PER_WORD * least


def _is_metadata(text: str, stated: _Stated) -> bool:
    """Tell a paragraph of which the metadata leaves less than it says itself."""
    rest = _beside(text, stated)
    if _ENDS.search(text) and _NUMBER.search(rest):
        return False
    return _size(rest) <= _FEW and 2 * _size(rest) < _size(text)


def _size(text: str) -> float:
    """Return how many words a text has; two Chinese characters count as one."""
    return len(_WORD.findall(text)) + len(_HAN.findall(text)) / 2


def _any_speaks(text: str, stated: _Stated) -> bool:
    return any(_speaks(block, stated) for block in _blocks(text))


def _blocks(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text, without its Markdown headings."""
    for block in _BLANK.split(text):
        lines = [line for line in block.splitlines() if not _HEADING.match(line)]
        if lines and (kept := "\n".join(lines).strip()):
            yield kept


@functools.lru_cache(maxsize=4096)
def _speaks(text: str, stated: _Stated) -> bool:
    """Tell whether a paragraph says something beside what the metadata of its policy says."""
    if plainly_speaks(text, stated.title):
        return True
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and all("|" in line for line in lines):
        return _table_speaks(lines, stated)
    items = sum(item_style(line.strip()) is not None for line in lines)
    if items > 1 or (len(lines) >= _VALUES and _numbers(lines) >= _VALUES):
        return True
    if not _has_sentence(text, items=items):
        return False
    if _BROKEN_OFF.search(text) or _BRACKETED.fullmatch(text):
        return False
    # Only the words beside dates and metadata count; removing these is slower than counting.
    rest = _beside(text, stated, phrases_only=True)
    ends = " ." if _ENDS.search(text) else ""
    return _has_sentence(rest.rstrip(" .。") + ends, items=items) and not _is_metadata(text, stated)


def _has_sentence(text: str, *, items: int) -> bool:
    """Tell whether a text has the words of a sentence; ``items`` is how many labels it has."""
    ends = _ENDS.search(text) is not None
    han = len(_HAN.findall(text))
    if han:
        stops = _STOPS.search(text) is not None
        least = _HAN_SENTENCE if ends else _HAN_CLAUSE if stops or items else _HAN_RUNNING
        if han >= least:
            return True
    found = _WORD.findall(text)
    small = [word for word in found if not word[0].isupper() and not word[0].isdigit()]
    telling = sum(len(word) > _LINK for word in small)
    if len(small) >= _RUNNING or (items and telling >= _IN_SENTENCE):
        return True
    if not ends:
        return False
    return telling >= _IN_SENTENCE or (text.isupper() and len(found) >= _CAPITALS)


def _table_speaks(lines: list[str], stated: _Stated) -> bool:
    """Tell a table of data from one of metadata: it has sentences, or numbers that are no dates."""
    rows = [line.strip().strip("|") for line in lines if not _RULE.fullmatch(line)]
    cells = [[cell.strip() for cell in row.split("|")] for row in rows]
    if any(_speaks(cell, stated) for row in cells for cell in row):
        return True
    return _numbers([row[-1] for row in cells]) >= _VALUES


def _numbers(lines: Iterable[str]) -> int:
    """Return how many lines have a number that is no date and no part of a reference."""
    return sum(_NUMBER.search(_undated(line)) is not None for line in lines)


def _is_heading(text: str, after: str, stated: _Stated) -> bool:
    """Tell a line that is only the heading of the paragraph below it.

    A labelled line below one with the same kind of label is the next item of a list.
    """
    line = text.strip()
    if "\n" in line or _ENDS.search(line) or "|" in line:
        return False
    if len(_WORD.findall(line)) > _HEADING_WORDS or len(_HAN.findall(line)) > _HEADING_HAN:
        return False
    following = next(iter(_BLANK.split(after.lstrip("\n"))), "").strip()
    if not following or _HEADING.match(following) or not _speaks(following, stated):
        return False
    style = item_style(line)
    return style is None or item_style(following) != style


def _beside(text: str, stated: _Stated, *, phrases_only: bool = False) -> str:
    """Return a text without dates and without the words of the title, issuers and number.

    With ``phrases_only``, only without each of these as a whole.
    """
    phrases, terms = _metadata(stated.title, stated.issuers, stated.number, stated.date)
    rest = _undated(_MARKUP.sub(" ", text))
    folded = rest.casefold()
    if len(folded) == len(rest):
        for phrase in phrases:
            while (at := folded.find(phrase)) >= 0:
                folded = f"{folded[:at]} {folded[at + len(phrase) :]}"
                rest = f"{rest[:at]} {rest[at + len(phrase) :]}"
    if phrases_only:
        return rest
    return _WORD.sub(lambda match: " " if match[0].casefold() in terms else match[0], rest)


@functools.lru_cache(maxsize=256)
def _metadata(
    title: str, issuers: tuple[str, ...], number: str, date: str
) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the wordings of a policy's metadata, the longest first, and their words."""
    wordings = [wording.casefold().strip() for wording in (title, *issuers, number, date)]
    phrases = sorted({wording for wording in wordings if wording}, key=len, reverse=True)
    terms = frozenset(word for wording in phrases for word in _WORD.findall(wording))
    return tuple(phrases), terms


@functools.lru_cache(maxsize=2048)
def _undated(text: str) -> str:
    """Return a text without the dates printed in it."""
    if not _MAY_DATE.search(text):
        return text
    plain = DateStyle().plain(text)
    for found in reversed(find_dates(plain)):
        start, end = found.span
        plain = f"{plain[:start]} {plain[end:]}"
    return plain
