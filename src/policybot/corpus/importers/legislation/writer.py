"""Convert the text of legislation to Markdown: headings, numbered provisions, lists.

Every character of the text elements is written, in the order of the source; notes are collected at
the end, with marks (``[1]``) in their places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policybot.corpus.importers.legislation.dialect import Dialect
from policybot.corpus.importers.legislation.safe import entity_text, name_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = re.compile(r"[ \t\n\r\f\v\u00a0\u2002\u2003\u2009]+")
_CJK = r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64"
_CJK_BREAK = re.compile(rf"(?<=[{_CJK}])[ \t\r]*\n\s*(?=[{_CJK}])")
_SENTENCE_END = re.compile(r"[.。!！?？][\"'”’」』）)\]]*$")
_BREAK = "\x1e"
"""A placeholder for line breaks of the source until white space is collapsed."""

_MOST_HEADING = 6
_MARK = re.compile(r"\[[0-9]+\]")
_LETTER = re.compile(r"[^\W_]")
_WORD = re.compile(r"[^\W\d_]{2,}|§|第")


@dataclass
class _Line:
    """A line of the text; a ``glued`` one continues the block before it."""

    text: str
    glued: bool = False
    heading: bool = False


@dataclass
class Written:
    """The text of a document, with its notes at the end.

    ``lost`` counts characters of the source that are missing by mistake (0 if all is well);
    ``left_out`` counts the characters of elements that are not text, by name.
    """

    blocks: list[str] = field(default_factory=list)
    lost: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n\n".join(self.blocks)


def write_markdown(elements: list[_Element], dialect: Dialect) -> Written:
    """Convert elements, in order, to the text of one document."""
    writer = _Writer(dialect)
    for element in elements:
        writer.mark_blocks(element)
        writer.node(element)
        writer.flush()
    writer.notes_at_end()
    blocks: list[str] = []
    for line in writer.lines:
        if line.glued and blocks:
            blocks[-1] += f"\n{line.text}"
        else:
            blocks.append(line.text)
    total = sum(len(_bare("".join(element.itertext()))) for element in elements)
    lost = total - writer.left_out.total() + writer.added - writer.written
    return Written(blocks, lost, writer.left_out)


def inline(element: _Element, dialect: Dialect) -> str:
    """Return all text of an element on one line, without its notes."""
    writer = _Writer(dialect, notes=False)
    writer.inline(element)
    return clean(writer.take()).replace("\n", " ")


def clean(text: str) -> str:
    """Return a text with its white space collapsed and its ``_BREAK`` marks as line breaks."""
    lines = _SPACE.sub(" ", _CJK_BREAK.sub("", text)).split(_BREAK)
    return "\n".join(line.strip(" \u3000") for line in lines if line.strip(" \u3000"))


class _Writer:
    def __init__(self, dialect: Dialect, *, notes: bool = True) -> None:
        self.dialect = dialect
        self.block_names = dialect.blocks
        self.with_notes = notes
        self.lines: list[_Line] = []
        self.buffer: list[str] = []
        self.notes: list[_Element] = []
        self.with_blocks: set[_Element] = set()
        self.level = 2  # of the next heading
        self.quoted = 0
        self.within_provision = False
        self.depth: int | None = None  # of the list that is open
        self.bullet = False  # whether the next paragraph opens an item
        self.pending = ""  # a number and heading that open the next paragraph
        self.glue = False  # whether the next paragraph goes on with the block before it
        self.led = False  # whether the unit's text so far is a lead-in
        self.added = self.written = 0  # characters not in the source; all characters written
        self.left_out: Counter[str] = Counter()

    def mark_blocks(self, root: _Element) -> None:
        """Collect the elements that contain blocks; all others are inline."""
        for element in root.iter():
            if name_of(element) not in self.block_names:
                continue
            node: _Element | None = element
            while node is not None and node not in self.with_blocks:
                self.with_blocks.add(node)
                if name_of(node) in self.dialect.notes | self.dialect.drop:
                    break  # it is no part of what is around it
                node = node.getparent()

    def content_of(self, element: _Element, skip: frozenset[_Element] = frozenset()) -> None:
        """Write the content of an element, except for the children in ``skip``."""
        self.add(element.text)
        for child in element:
            if child not in skip:
                self.node(child)
            self.add(child.tail)

    def node(self, child: _Element) -> None:
        name = name_of(child)
        if child in self.with_blocks and name not in self.dialect.drop | self.dialect.notes:
            self.flush()
            self.block(child, name)
            self.flush()
        else:
            self.inline_node(child, name)

    def inline(self, element: _Element) -> None:
        self.add(element.text)
        for child in element:
            self.inline_node(child, name_of(child))
            self.add(child.tail)

    def inline_node(self, child: _Element, name: str) -> None:
        dialect = self.dialect
        if not name:
            text = entity_text(child)
            self.added += len(_bare(text)) - len(_bare(child.text or ""))
            self.add(text)
        elif name in dialect.drop:
            self.left_out[name] += len(_bare("".join(child.itertext())))
            self.space_between(child)
        elif name in dialect.notes:
            if self.with_notes:
                self.notes.append(child)
                self.mark(f"[{len(self.notes)}]")
        elif name in dialect.characters:
            self.mark(dialect.characters[name](child))
            self.inline(child)
        elif name in dialect.breaks:
            self.buffer.append(_BREAK)
            self.inline(child)
        elif name in dialect.spaces:
            self.buffer.append(" ")
            self.inline(child)
        else:
            if name in self.block_names:
                self.buffer.append(" ")  # a block within a line: words of two blocks are two
            self.inline(child)
            if name in self.block_names:
                self.buffer.append(" ")

    def space_between(self, child: _Element) -> None:
        """Add a space where an element is left out between words."""
        if child.tail and self.buffer and name_of(child) in self.dialect.spaces:
            self.buffer.append(" ")

    def add(self, text: str | None) -> None:
        if text:
            self.buffer.append(text)

    def mark(self, text: str) -> None:
        """Add text that is markup in the source."""
        self.added += len(_bare(text))
        self.buffer.append(text)

    def take(self) -> str:
        text = "".join(self.buffer)
        self.buffer.clear()
        return text

    def block(self, child: _Element, name: str) -> None:
        dialect = self.dialect
        if name in dialect.tables:
            self.table(child)
        elif name in dialect.divisions | dialect.provisions | dialect.units | dialect.run_in:
            self.unit(child, name)
        elif name in dialect.items:
            self.item(child)
        elif name in dialect.heads:
            self.head(child)
        elif name in dialect.apart:
            self.led = False
            self.content_of(child)
            self.flush()
            self.led = False
        elif name in dialect.quotes:
            with self.kept("quoted", "within_provision", "led"):
                self.quoted += 1
                self.content_of(child)
                self.flush()
        elif name in dialect.tails:
            self.glue = self.glue or self.depth is not None or self.ended_list()
            self.content_of(child)
        else:
            self.content_of(child)
            self.flush()
            if name in dialect.leads:
                self.led = True

    @contextmanager
    def kept(self, *attributes: str) -> Iterator[None]:
        """Restore some attributes of the writer after the block."""
        before = [getattr(self, name) for name in attributes]
        yield
        for name, value in zip(attributes, before, strict=True):
            setattr(self, name, value)

    def unit(self, element: _Element, name: str) -> None:
        dialect = self.dialect
        parts = [child for child in element if name_of(child) in dialect.numbers | dialect.headings]
        number = " ".join(self.plain(part) for part in parts if name_of(part) in dialect.numbers)
        heading = " ".join(self.plain(part) for part in parts if name_of(part) in dialect.headings)
        words = " ".join(part for part in (number, heading) if part)
        if len(self.pending) > 1 and words and _WORD.search(self.pending):
            self.paragraph("")  # the heading of what this is a part of
        free = not (self.quoted or self.within_provision or self.depth is not None)
        free = free and name not in dialect.run_in
        prints = name not in dialect.units or bool(heading)
        skip = frozenset(parts)
        if free and prints and (heading or _WORD.search(number)):
            self.flush()
            self.heading(words)
            with self.kept("level", "within_provision", "led"):
                self.level += 1
                self.within_provision = name not in dialect.divisions
                self.led = False
                self.content_of(element, skip)
                self.flush()
            return
        as_item = self.depth is not None or (
            self.led and bool(words) and name not in dialect.run_in
        )
        with self.kept("within_provision", "led", "depth"):
            self.within_provision |= name not in dialect.divisions
            if as_item and not self.bullet:  # else an item is open that has no text of its own
                self.open_item()
            self.pending = " ".join(part for part in (self.pending, words) if part)
            self.led = False
            self.content_of(element, skip)
            self.flush()
            if self.pending:
                self.paragraph("")
        if as_item:
            self.bullet = False

    def item(self, element: _Element) -> None:
        """Write an item of a list, numbered or not."""
        parts = [child for child in element if name_of(child) in self.dialect.numbers]
        number = " ".join(self.plain(part) for part in parts)
        first = element.getprevious() is None or name_of(element.getprevious()) not in (
            self.dialect.items
        )
        with self.kept("led", "depth"):
            self.open_item(glued=not first or self.led or self.depth is not None)
            self.pending = " ".join(part for part in (self.pending, number) if part)
            self.led = False
            self.content_of(element, frozenset(parts))
            self.flush()
            if self.pending:
                self.paragraph("")
        self.bullet = False

    def open_item(self, *, glued: bool = True) -> None:
        self.depth = 0 if self.depth is None else self.depth + 1
        self.bullet = True
        self.glue = glued

    def plain(self, element: _Element) -> str:
        """Return an element's text on one line; its notes are collected."""
        outer, self.buffer = self.buffer, []
        self.inline(element)
        text = clean(self.take()).replace("\n", " ")
        self.buffer = outer
        return text

    def head(self, element: _Element) -> None:
        words = self.plain(element)
        if not words:
            return
        if self.quoted or self.depth is not None:
            self.paragraph(words)
        else:
            self.heading(words, self.dialect.rank(element))

    def heading(self, words: str, below: int = 0) -> None:
        if self.pending:
            self.paragraph("")
        level = min(self.level + below, _MOST_HEADING)
        self.put(_Line(f"{'#' * level} {words}", heading=True), words)
        self.glue = False

    def flush(self) -> None:
        """Write a paragraph of the text read since the last block."""
        text = clean(self.take())
        if text:
            self.paragraph(text)

    def paragraph(self, text: str) -> None:
        if not (self.pending or _LETTER.search(_MARK.sub("", text))) and self.lines:
            self.lines[-1].text += text  # the full stop after a quotation, the mark of a note
            self.written += len(_bare(text))
            return
        between = "" if self.pending.endswith("—") else " "
        text = f"{self.pending}{between}{text}".strip() if self.pending else text
        self.pending = ""
        indent = "" if self.depth is None else "  " * self.depth
        mark = "- " if self.bullet else ""
        rest = indent if self.depth is None else f"{indent}  "
        first = f"{indent}{mark}" if self.bullet or self.depth is None else rest
        glued = self.glue or (self.depth is not None and not self.bullet)
        glued = glued and bool(self.lines) and not self.lines[-1].heading
        self.put(_Line(first + text.replace("\n", f"\n{rest}"), glued), text)
        self.led = not _SENTENCE_END.search(text)
        self.bullet = self.glue = False

    def ended_list(self) -> bool:
        return bool(self.lines) and self.lines[-1].text.lstrip().startswith("- ")

    def put(self, line: _Line, words: str) -> None:
        self.written += len(_bare(words))
        self.lines.append(line)

    def table(self, element: _Element) -> None:
        rows: list[str] = []
        self.table_rows(element, rows)
        if not rows:
            return
        words = "\n".join(rows)
        if self.pending:
            self.paragraph("")
        indent = "" if self.depth is None else "  " * (self.depth + 1)
        glued = self.depth is not None or (self.led and not self.ended_list())
        glued = glued and bool(self.lines)
        glued = glued and not self.lines[-1].heading
        self.put(_Line("\n".join(f"{indent}{row}" for row in rows), glued), words)
        self.led = False

    def table_rows(self, element: _Element, rows: list[str]) -> None:
        """Collect the rows of a table, with its captions and notes as rows of their own."""
        dialect = self.dialect
        for child in element:
            name = name_of(child)
            if name in dialect.drop:
                self.left_out[name] += len(_bare("".join(child.itertext())))
            elif name in dialect.rows:
                cells = [self.plain(cell) for cell in child if name_of(cell) not in dialect.drop]
                if any(cells):
                    self.added += len(cells) - 1
                    rows.append(" | ".join(cells))
            elif any(name_of(part) in dialect.rows for part in child.iter()):
                self.table_rows(child, rows)
            elif text := self.plain(child):
                rows.append(text)
            if tail := clean(child.tail or ""):
                rows.append(tail)

    def notes_at_end(self) -> None:
        """Write the notes in the order of their marks, including notes within notes."""
        self.depth, self.level, self.quoted, self.led = None, 2, 1, False
        number = 0
        while number < len(self.notes):
            note = self.notes[number]
            number += 1
            self.pending, self.glue = f"[{number}]", False
            self.added += len(self.pending)
            self.content_of(note)
            self.flush()
            if self.pending:
                self.paragraph("")


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text.replace(_BREAK, ""))
