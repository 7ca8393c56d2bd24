"""Parse the label table of a government page: 索引号, 发文机关, 成文日期, "Issued by".

A label is an element whose whole text is one (``<td><b>索 引 号：</b></td>``); its value is the
rest of its parent, or the next element. At least two labels in one table or list are needed: a
single one may be a sentence of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policybot.corpus.importers.html.text import (
    children,
    inline_text,
    is_left_out,
    lines_of,
)
from policybot.corpus.importers.labels import Statement, key_of, own_dates, split_label, statement

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LONGEST_LABEL = 40
_LONGEST_VALUE = 500
_LABELS = "td, th, dt, dd, li, p, div, span, b, strong, label, em, i, font, h4, h5, h6"
_COLON = re.compile("[:：】]")
_UNITS = frozenset(["td", "th", "li", "p", "div", "span", "dd"])
_ROWS = frozenset(["p", "div", "li", "h4", "h5", "h6"])
_WITH_DIGITS = frozenset(["date", "published", "number"])
_GROUPS = frozenset(["table", "ul", "ol", "dl"])


@dataclass(frozen=True, slots=True)
class _Pair:
    """A label with its value, their elements, and the table or list that contains them."""

    statement: Statement
    elements: tuple[int, ...]
    group: int
    is_cell: bool


def read_label_table(body: LexborNode) -> tuple[list[Statement], set[int]]:
    """Return the statements of a page's label table, and the ``mem_id`` of its elements."""
    pairs = list(_pairs(body))
    labels: dict[int, set[str]] = {}
    for pair in pairs:
        labels.setdefault(pair.group, set()).add(pair.statement.label)
    telling = {pair.group for pair in pairs if pair.statement.key not in {"fact", "noise"}}
    groups = {group for group, names in labels.items() if len(names) > 1 and group in telling}
    kept = [pair for pair in pairs if pair.group in groups or (groups and pair.is_cell)]
    return own_dates([pair.statement for pair in kept]), {
        element for pair in kept for element in pair.elements
    }


def _pairs(body: LexborNode) -> Iterator[_Pair]:
    taken: set[int] = set()
    for node in body.css(_LABELS):
        if node.mem_id in taken or any(parent.mem_id in taken for parent in _parents(node)):
            continue
        raw = " ".join(node.text(deep=True).split())
        is_label = len(raw) <= _LONGEST_LABEL and key_of(raw) is not None
        if len(raw) > _LONGEST_VALUE or not (is_label or _COLON.search(raw)) or is_left_out(node):
            continue
        if node.tag in _UNITS and (several := _several_lines(node)):
            taken.add(node.mem_id)
            for each in several:
                yield _Pair(each, (node.mem_id,), node.mem_id, is_cell=False)
            continue
        if not is_label:
            if (line := _one_line(node)) is not None:
                taken.add(node.mem_id)
                yield _Pair(line, (node.mem_id,), _group(node), is_cell=False)
            continue
        pair = _pair(_whole_label(node), raw)
        if pair is not None:
            taken.update(pair.elements)
            yield pair


def _pair(label: LexborNode, raw: str) -> _Pair | None:
    """Return a label with the value that follows it; None if that is not a value."""
    if label.tag == "th" and _is_head_row(label):
        return None
    value, text = _next(label)
    stated = statement(raw, text)
    if key_of(text) is not None or len(text) > _LONGEST_VALUE:
        return None
    if text and stated.key in _WITH_DIGITS and not re.search(r"[0-9〇○零一二三四五六七八九]", text):
        return None
    if value is None and text and label.parent is not None:
        return _Pair(stated, (label.parent.mem_id,), _group(label.parent), is_cell=False)
    if value is None:
        return None
    elements = (label.mem_id, value.mem_id)
    return _Pair(stated, elements, _group(label), is_cell=label.tag in {"td", "th"})


def _one_line(node: LexborNode) -> Statement | None:
    """Parse ``<li><b>label:</b> value</li>``: an element that begins with its only label."""
    if node.tag not in _UNITS or _has_unit(node):
        return None
    split = split_label(inline_text(node))
    if split is None or not split[1] or any(key_of(word) for word in _words(split[1])):
        return None
    return statement(*split)


def _several_lines(node: LexborNode) -> list[Statement]:
    """Parse a cell or paragraph whose lines are all ``label: value``."""
    if _has_unit(node) or node.css_first("br") is None:
        return []
    lines = [line for line in lines_of(node) if line]
    splits = [split_label(line) for line in lines]
    statements = [statement(*split) for split in splits if split is not None]
    return statements if len(statements) == len(lines) > 1 else []


def _words(text: str) -> list[str]:
    """Return the words before colons in a value, which could be further labels."""
    return [match[1] for match in re.finditer(r"(\S{1,12})\s*[:：]", text)]


def _has_unit(node: LexborNode) -> bool:
    """Return whether an element contains block elements."""
    blocks = node.css("td, th, li, p, div, dd, dt, table")
    return any(block.mem_id != node.mem_id for block in blocks)


def _whole_label(node: LexborNode) -> LexborNode:
    text = re.sub(r"\s+", "", node.text(deep=True))
    parent = node.parent
    while parent is not None and parent.tag in {*_UNITS, "dt", "b", "strong", "font", "label"}:
        if re.sub(r"\s+", "", parent.text(deep=True)) != text:
            break
        node, parent = parent, parent.parent
    return node


def _next(label: LexborNode) -> tuple[LexborNode | None, str]:
    """Return the element after a label and its text; for a bare text node, None and the text."""
    sibling = label.next
    while sibling is not None and (sibling.tag or "-").startswith("-"):
        text = (sibling.text_content or "").strip() if sibling.tag == "-text" else ""
        if text:
            return None, text
        sibling = sibling.next
    if sibling is None or sibling.tag == "br":
        return None, ""
    return sibling, _listed(sibling) or inline_text(sibling)


_BETWEEN = re.compile(r"(?:\s|[,;·/&、]|and|und|et|y|e|en|和|及)*")


def _listed(value: LexborNode) -> str:
    """Return a value that is a list of links or items, separated by semicolons; else empty."""
    for tag in ("a", "li"):
        items = [inline_text(node) for node in value.css(tag) if node.mem_id != value.mem_id]
        if len(items) > 1 and all(items):
            rest = inline_text(value)
            for item in items:
                rest = rest.replace(item, "", 1)
            if _BETWEEN.fullmatch(rest):
                return "; ".join(items)
    return ""


def _is_head_row(cell: LexborNode) -> bool:
    """Return whether a cell is in a header row, as in a table of many documents."""
    row = cell.parent
    cells = [child.tag for child in children(row) if child.tag in {"td", "th"}] if row else []
    return len(cells) > 1 and set(cells) == {"th"}


def _group(node: LexborNode) -> int:
    """Return the table or list that a label is in, else the parent of such label rows."""
    parents = list(_parents(node))
    for parent in parents:
        if parent.tag in _GROUPS:
            return parent.mem_id
    row = node.tag in _ROWS
    return parents[0 if row else 1].mem_id if len(parents) > (0 if row else 1) else 0


def _parents(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None and parent.tag not in {"body", "html", "-document"}:
        yield parent
        parent = parent.parent
