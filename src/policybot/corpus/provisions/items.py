"""Divide a provision into numbered paragraphs and items: (a), (1), （一）, 第二款.

A label with the first number of its style opens a list, one with the next number continues it; any
other is plain text. A paragraph without a label belongs to the item before it, unless a colon leads
into the list: then it follows the list, but for what that item itself leads into ("the following is
substituted:"). A heading ends the item before it and stands above the next one. 4.2 is a part of 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policybot.corpus.provisions.item_labels import DECIMAL, MARKUP, Piece, Reading, labels_of
from policybot.corpus.provisions.labels import in_digits
from policybot.model import Provision, Span

_LONGEST = 300
"""The longest lead-in, in characters, that is kept above an item."""

_GAP = 3
"""How far a list's numbers may jump."""

_LEADS = re.compile(r"[:：—–][\s*_]*$")
_ROOTS = frozenset(["一、", "1.", "first"])
"""Styles of the numbered paragraphs of a text without articles."""

_SHORT = 60
_ENDS = re.compile(r"[.。;；:：,，!！?？”\"»][\s*_]*$")


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
        self.path: tuple[Span, ...] = ()
        self.headline: Span | None = None
        self.chapter = ""
        self.maybe_heading: tuple[Span, int] | None = None
        self.above_label: tuple[Span, int] | None = None

    def read(self, piece: Piece) -> None:
        """Read the next paragraph, line or heading."""
        start, end = piece.span
        if piece.path != self.path:
            self.path, self.headline = piece.path, None
        self.above_label, self.maybe_heading = self.maybe_heading, None
        labels = (
            []
            if piece.quoted
            else list(labels_of(self.body, piece, inside=bool(self.root.address)))
        )
        if not piece.quoted and self._decimal(piece):
            pass
        elif labels:
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
        elif piece.heading and not self.root.address:
            self._end_items(self.end)
            return
        else:
            if self._is_short(piece):
                self.maybe_heading = (piece.span, self.end)
            self._text(piece)
        self.last = piece.span
        self.end = end

    def _is_short(self, piece: Piece) -> bool:
        """Tell a paragraph that may be the heading of an item that follows it.

        Below an item that is only a heading itself it is that item's text.
        """
        text = self.body[slice(*piece.span)]
        free = not (self.root.address or piece.quoted or "\n" in text or "|" in text)
        after_text = not self.lists or _ENDS.search(self.body[slice(*self.last)])
        return bool(free and after_text and len(text) <= _SHORT and not _ENDS.search(text))

    def _headed(self, heading: Span, end: int) -> None:
        """End what is open before a short paragraph that stands above an item."""
        self._end_items(end)
        self.end = end
        self.headline = heading

    def _end_items(self, end: int) -> None:
        """Finish every open item; their lists go on."""
        for own in reversed(self.lists):
            if own.item is not None:
                self._finish(own.item, end)
                own.item = None

    def _item(
        self,
        numbers: Sequence[Reading],
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
        sentence = _ENDS.search(self.body[slice(*piece.span)])
        if depth == 0 and not self.root.address and sentence and self.above_label:
            self._headed(*self.above_label)
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
        name = str(value) if style in {"①", "first"} else in_digits(text.lower())
        prefix = own.parent.address
        address = f"{prefix}.{name}" if prefix else f"par{name}"
        start = span[0] if not piece.first else label[0]
        item = _Item(address, start, label, self._above(own.parent))
        item.words = (start, span[1])
        own.item = item
        return True

    def _decimal(self, piece: Piece) -> bool:
        """Read a paragraph such as 4.2, a part of 4; return whether it is one."""
        start, end = piece.span
        at = MARKUP.match(self.body, start, end).end()  # type: ignore[union-attr]
        match = DECIMAL.match(self.body, at, end)
        if match is None:
            return False
        first, *rest = match[1].replace("．", ".").split(".")
        prefix, depth = self._within(first, len(rest))
        alike = depth < len(self.lists) and self.lists[depth].style == "4.2"
        before = self.lists[depth].last if alike else 0
        value = int(rest[-1])
        if not prefix or not before < value <= (before + _GAP if before else 1):
            return False
        self._close(depth if alike else depth - 1, self.end)
        if not alike:
            self.lists.append(_List("4.2", value, False, None, self._open()))
        own = self.lists[depth]
        if own.item is not None:
            self._finish(own.item, self.end)
        own.last = value
        address = f"{prefix}.{'.'.join(rest)}"
        own.item = _Item(address, start, match.span(1), self._above(own.parent))
        own.item.words = piece.span
        self.seen_list = True
        return True

    def _within(self, first: str, levels: int) -> tuple[str, int]:
        """Return the address that 4.2 is a part of, and its list's depth; "" if there is none."""
        address = self.root.address
        if address:
            own = re.fullmatch(rf"[a-z]+{first}", address) is not None
            return address if own else "", min(levels - 1, len(self.lists))
        root = self.lists[0] if self.lists else None
        if root is not None and root.style in _ROOTS:
            item = root.item if root.last == int(first) else None
            return item.address if item else "", min(levels, len(self.lists))
        if first != self.chapter:
            if int(first) <= int(self.chapter or 0) or levels > 1:
                return "", 0
            self._close(-1, self.end)
            self.chapter = first
        return f"par{first}", min(levels - 1, len(self.lists))

    def _place(self, numbers: Sequence[Reading], *, inside: bool) -> tuple[int, str, int] | None:
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
        if piece.quoted or _LEADS.search(self.body[slice(*self.last)]):
            return  # "the following is substituted:"
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
        if parent is self.root and not parent.address:
            leads = _LEADS.search(self.body[slice(*before)]) and before[1] - before[0] <= _LONGEST
            above = {*self.path, *([before] if leads else [])}
            return (*sorted(above), *([self.headline] if self.headline else []))
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
