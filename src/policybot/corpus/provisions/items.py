"""Divide a provision into numbered paragraphs and items: (a), (1), （一）, 第二款.

A label with the first number of its style opens a list, one with the next number continues it; any
other is plain text. A paragraph without a label belongs to the item before it, unless a colon leads
into the list: then it follows the list.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policybot.corpus.provisions.labels import in_digits, roman_value
from policybot.model import Provision, Span

_LONGEST = 300
"""The longest lead-in, in characters, that is kept above an item."""

_GAP = 3
"""How far a list's numbers may jump."""

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
_BRACKETED = tuple(entry for entry in _STYLES if entry[0].startswith("("))
_BARE = tuple(entry for entry in _STYLES if not entry[0].startswith("("))
_MAY_LABEL = re.compile(rf"[（(]\s?[0-9A-Za-z]|[（(]?\s?{_HAN}[)）、．.\s]|[0-9]|[a-z][.)）]|[①-⑳]")
"""A quick test for any of these labels, which rules out most lines."""

_MARKUP = re.compile(r"[\s*_>]*")
_LEADS = re.compile(r"[:：—–][\s*_]*$")
_TITLED = re.compile(r"[\s.:*_–—-]*[^\W\d_][^.:()（）\n]{0,90}[.:–—]+[\s*_]*(?=[(（])")
_MARKS = re.compile(r"[\s.:*_–—-]*")
_ROOTS = frozenset(["一、", "1."])


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, line or heading of a provision; ``first`` marks the one after its label."""

    span: Span
    heading: bool = False
    quoted: bool = False
    first: bool = False


@dataclass(slots=True)
class _Item:
    """An item being read; ``words`` is the span of its first line, ``before`` its lead-in's."""

    address: str
    start: int
    label: Span
    above: tuple[Span, ...]
    end: int = 0
    words: Span = (0, 0)
    before: Span = (0, 0)


@dataclass(slots=True)
class _List:
    """A list being read: label style, last number, whether a colon led into it, open item."""

    style: str
    last: int
    led: bool
    item: _Item | None
    parent: _Item = field(repr=False)


def items_of(
    body: str, pieces: Sequence[Piece], whole: Provision, *, han: bool
) -> Iterator[Provision]:
    """Yield the parts of a provision, in order; addresses may not be unique.

    With ``han``, paragraphs without a label are counted as parts (第二款). A ``whole`` without an
    address is a text without articles: its paragraphs have addresses such as ``par2``.
    """
    reader = _Reader(body, whole, han=han)
    for piece in pieces:
        reader.read(piece)
    yield from reader.finish()


class _Reader:
    def __init__(self, body: str, whole: Provision, *, han: bool) -> None:
        self.body, self.han = body, han
        self.root = _Item(whole.address, whole.span[0], whole.label, whole.above, whole.span[1])
        headed = any(first <= whole.label[0] < last for first, last in whole.above)
        self.root.words = (0, 0) if headed else whole.label
        self.lists: list[_List] = []
        self.paragraphs = 0
        self.paragraph = self.root
        self.found: list[_Item] = []
        self.end = whole.span[0]
        self.last = whole.label
        self.seen_list = False

    def read(self, piece: Piece) -> None:
        start, end = piece.span
        labels = [] if piece.quoted else list(self._labels(piece))
        if labels:
            begin = start
            if piece.first:
                begin = labels[0][1][0]
                self.root.words = self.last = (self.root.label[0], begin)
            for place, (numbers, label) in enumerate(labels):
                stop = labels[place + 1][1][0] if place + 1 < len(labels) else end
                inside = place > 0
                if not self._item(numbers, label, (begin, stop), piece, inside=inside):
                    if place == 0:
                        self._text(piece)
                    break
                begin = stop
        else:
            self._text(piece)
        self.last = piece.span
        self.end = end

    def _labels(self, piece: Piece) -> Iterator[tuple[Sequence[tuple[str, int]], Span]]:
        """Yield the labels at the start of a piece ("(c) (i) analyze" has two), with readings."""
        body, (start, end) = self.body, piece.span
        at = _MARKUP.match(body, start, end).end()  # type: ignore[union-attr]
        if piece.first:
            titled = _TITLED.match(body, start, end) or _MARKS.match(body, start, end)
            at = titled.end() if titled else start
        while at < end and _MAY_LABEL.match(body, at, end):
            for style, pattern in _BRACKETED if body[at] in "（(" else _BARE:
                match = pattern.match(body, at, end)
                if match and (numbers := _values(style, match[1])):
                    yield numbers, match.span()
                    at = _MARKUP.match(body, match.end(), end).end()  # type: ignore[union-attr]
                    break
            else:
                return

    def _item(
        self,
        numbers: Sequence[tuple[str, int]],
        label: Span,
        span: Span,
        piece: Piece,
        *,
        inside: bool,
    ) -> bool:
        """Continue or open a list with a label; return whether the label fits any list."""
        place = self._place(numbers, inside=inside)
        if place is None:
            return False
        depth, style, value = place
        before = self._before(span[0])
        if self.han and not self.lists and not self.paragraphs:
            self._paragraph(self.root.start if piece.first else span[0], (span[0], span[0]))
        self._close(depth, self.end)
        if depth < len(self.lists):
            own = self.lists[depth]
            if own.item is not None:
                self._finish(own.item, self.end)
            own.last = value
        else:
            parent = self._open()
            own = _List(style, value, bool(_LEADS.search(self.body[slice(*before)])), None, parent)
            parent.before = before
            self.lists.append(own)
        own.style, self.seen_list = style, True
        text = self.body[slice(*label)].strip("()（） .．、")
        name = in_digits(text.lower()) if style != "①" else str(value)
        prefix = own.parent.address
        address = f"{prefix}.{name}" if prefix else f"par{name}"
        start = span[0] if not piece.first else label[0]
        item = _Item(address, start, label, self._above(own.parent))
        item.words = (start, span[1])
        own.item = item
        return True

    def _place(
        self, numbers: Sequence[tuple[str, int]], *, inside: bool
    ) -> tuple[int, str, int] | None:
        """Return the depth of the list that a label belongs to, the label's style and value."""
        depths = range(len(self.lists) - 1, -1, -1)
        for depth in () if inside else depths:
            for style, value in numbers:
                if self.lists[depth].style == style and value == self.lists[depth].last + 1:
                    return depth, style, value
        styles = {open_list.style for open_list in self.lists}
        root = not self.root.address and not self.lists
        for style, value in numbers:
            if root and style not in _ROOTS:
                continue
            if value == 1:
                again = [d for d, open_list in enumerate(self.lists) if open_list.style == style]
                if style in styles and again:
                    self._close(again[-1], self.end)
                    if self.lists[again[-1]].item is not None:
                        self._finish(self.lists[again[-1]].item, self.end)  # type: ignore[arg-type]
                    del self.lists[again[-1] :]
                    return len(self.lists), style, value
                while self.lists and self.lists[-1].item is None:
                    self.lists.pop()
                return len(self.lists), style, value
        if inside:
            return None
        for depth in depths:
            for style, value in numbers:
                own = self.lists[depth]
                if own.style == style and own.last < value <= own.last + _GAP:
                    return depth, style, value
        for style, value in numbers:
            if value == 2 and not self.seen_list and not root:
                return 0, style, value
        return None

    def _text(self, piece: Piece) -> None:
        """Process a paragraph without a label."""
        if self.han and not piece.heading:
            if piece.first and not self.body[slice(*piece.span)].strip("*_ \u3000\n"):
                return
            self._close(-1, self.end)
            start = self.root.start if piece.first else piece.span[0]
            self._paragraph(start, piece.span)
            return
        for own in reversed(self.lists):
            if own.item is not None:
                if not own.led:
                    break
                self._finish(own.item, self.end)
                own.item = None

    def _paragraph(self, start: int, span: Span) -> None:
        """Open a new numbered part for a paragraph without a label (款)."""
        if self.paragraphs:
            self._finish(self.paragraph, self.end)
        self.paragraphs += 1
        above = self.root.above
        if self.paragraphs > 1:
            above = (*above, self.root.label)
        item = _Item(f"{self.root.address}.{self.paragraphs}", start, (start, start), above)
        item.words = (start, span[1])
        self.paragraph = item

    def _open(self) -> _Item:
        """Return the item that a new list is part of."""
        for own in reversed(self.lists):
            if own.item is not None:
                return own.item
        return self.paragraph if self.han and self.paragraphs else self.root

    def _before(self, start: int) -> Span:
        """Return the span of the text before a new list."""
        if self.last[0] < start <= self.last[1]:
            return self.last[0], start
        return self.last

    def _above(self, parent: _Item) -> tuple[Span, ...]:
        """Return the spans above an item: headings, its parent's first line, the lead-in."""
        words, before = parent.words, parent.before
        own: list[Span] = []
        if words[0] < words[1] == before[0] and before[1] - words[0] <= _LONGEST:
            own.append(self._short((words[0], before[1]), parent.label))
        else:
            if words[1] > words[0]:
                own.append(self._short(words, parent.label))
            if before[1] > before[0] and (not own or before[0] >= own[-1][1]):
                own.append(self._short(before, (before[1], before[1])))
        return (*parent.above, *(span for span in own if span[1] > span[0]))

    def _short(self, span: Span, label: Span) -> Span:
        """Return a span stripped of white space, or ``label`` if it is too long."""
        if span[1] - span[0] > _LONGEST:
            return label
        text = self.body[slice(*span)]
        start = span[0] + len(text) - len(text.lstrip())
        return start, start + len(text.strip())

    def _close(self, depth: int, end: int) -> None:
        """Close every list deeper than ``depth``."""
        while len(self.lists) > depth + 1:
            own = self.lists.pop()
            if own.item is not None:
                self._finish(own.item, end)

    def _finish(self, item: _Item, end: int) -> None:
        item.end = end
        self.found.append(item)

    def finish(self) -> Iterator[Provision]:
        """Close everything that is open, and yield the provisions read."""
        self._close(-1, self.end)
        if self.paragraphs:
            self._finish(self.paragraph, self.end)
        for item in self.found:
            text = self.body[item.start : item.end]
            start = item.start + len(text) - len(text.lstrip())
            end = start + len(text.strip())
            if end > start:
                yield Provision(item.address, (start, end), item.label, item.above)


@functools.lru_cache(maxsize=4096)
def _values(style: str, text: str) -> tuple[tuple[str, int], ...]:
    """Return the readings (style, value) of a label: "(i)" is the letter 9 or the Roman 1."""
    if style == "①":
        return ((style, ord(text) - 0x2460 + 1),)
    if text[0].isdecimal():
        return ((style, int(text)),)
    if not text[0].isascii():
        value = in_digits(text)
        return ((style, int(value)),) if value.isdecimal() else ()
    lower = text.lower()
    roman = roman_value(lower)
    values: list[tuple[str, int]] = []
    if len(set(lower)) == 1 and len(lower) < 3:
        values.append((style, ord(lower[0]) - 96 + 26 * (len(lower) - 1)))
    if roman:
        values.append((style.replace("a", "i").replace("A", "I"), roman))
    return tuple(values)
