"""Read the labels of list items and numbered paragraphs: (a), (1), （一）, 4.2, "Segundo."."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policybot.corpus.provisions.labels import in_digits, roman_value
from policybot.model import Span
from policybot.numerals import WRITTEN, written_value

Reading = tuple[str, int]
"""A style of labels, and the value of a label in it."""

_HAN = "[〇零一二三四五六七八九十]{1,4}"
_STYLES = (
    ("(一)", re.compile(rf"[（(]\s?({_HAN})\s?[)）]")),
    ("一、", re.compile(rf"({_HAN})[、．.]")),
    ("(1)", re.compile(r"[（(]\s?([0-9]{1,3})\s?[)）]")),
    ("(a)", re.compile(r"[（(]\s?([a-z]{1,4})\s?[)）]")),
    ("(A)", re.compile(r"[（(]\s?([A-Z]{1,4})\s?[)）]")),
    ("1.", re.compile(r"([0-9]{1,3})[.．、](?![0-9])")),
    ("1)", re.compile(r"([0-9]{1,3})\s?[)）]")),
    ("a)", re.compile(r"([a-z])[)）](?=\s)")),
    ("a.", re.compile(r"([a-z])\.(?=\s)")),
    ("①", re.compile("([\u2460-\u2473])")),
)
_NUMBERED = ("1.", re.compile(r"([0-9]{1,3})(?=[\s\u3000]\S)"))
"""The number of a heading, without a full stop."""

DECIMAL = re.compile(r"([0-9]{1,3}(?:[.．][0-9]{1,3}){1,4})[.．]?(?=[\s\u3000*_]|[\u3400-\u9fff])")
_BRACKETED = tuple(entry for entry in _STYLES if entry[0].startswith("("))


@functools.cache
def _bare() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the styles without brackets; compiling numbers in words takes long."""
    written = re.compile(rf"({WRITTEN})(?=\s?[.:)º°—–-])", re.IGNORECASE)
    return (*(entry for entry in _STYLES if entry not in _BRACKETED), ("first", written))


@functools.cache
def _may_label() -> re.Pattern[str]:
    """Return a quick test for any of these labels, which rules out most lines."""
    return re.compile(
        rf"[（(]\s?[0-9A-Za-z]|[（(]?\s?{_HAN}[)）、．.\s]|[0-9]|[a-z][.)）]|[①-⑳]|{WRITTEN}",
        re.IGNORECASE,
    )


MARKUP = re.compile(r"[\s*_>]*")
_TITLED = re.compile(r"[\s.:*_–—-]*[^\W\d_][^.:()（）\n]{0,90}[.:–—]+[\s*_]*(?=[(（])")
_MARKS = re.compile(r"[\s.:*_–—-]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, line or heading of a provision; ``first`` marks the one after its label.

    ``path`` are the spans of the headings above it, outermost first.
    """

    span: Span
    heading: bool = False
    quoted: bool = False
    first: bool = False
    path: tuple[Span, ...] = ()


def labels_of(body: str, piece: Piece, *, inside: bool) -> Iterator[tuple[Sequence[Reading], Span]]:
    """Yield the labels at the start of a piece ("(c) (i) analyze" has two), with their readings.

    ``inside`` says that the piece is part of a provision, where words are no labels.
    """
    start, end = piece.span
    at = MARKUP.match(body, start, end).end()  # type: ignore[union-attr]
    if piece.first:
        titled = _TITLED.match(body, start, end) or _MARKS.match(body, start, end)
        at = titled.end() if titled else start
    while at < end and _may_label().match(body, at, end):
        styles = _BRACKETED if body[at] in "（(" else _bare()
        for style, pattern in (*styles, _NUMBERED) if piece.heading else styles:
            match = pattern.match(body, at, end)
            if style == "first" and inside:
                continue
            if match and (numbers := values_of(style, match[1])):
                yield numbers, match.span()
                at = MARKUP.match(body, match.end(), end).end()  # type: ignore[union-attr]
                break
        else:
            return


@functools.lru_cache(maxsize=4096)
def values_of(style: str, text: str) -> tuple[Reading, ...]:
    """Return the readings (style, value) of a label: "(i)" is the letter 9 or the Roman 1."""
    if style == "first":
        written = written_value(text.lower())
        return ((style, written),) if written else ()
    if style == "①":
        return ((style, ord(text) - 0x2460 + 1),)
    if text[0].isdecimal():
        return ((style, int(text)),)
    if not text[0].isascii():
        value = in_digits(text)
        return ((style, int(value)),) if value.isdecimal() else ()
    lower = text.lower()
    roman = roman_value(lower)
    values: list[Reading] = []
    if len(set(lower)) == 1 and len(lower) < 3:
        values.append((style, ord(lower[0]) - 96 + 26 * (len(lower) - 1)))
    if roman:
        values.append((style.replace("a", "i").replace("A", "I"), roman))
    return tuple(values)
