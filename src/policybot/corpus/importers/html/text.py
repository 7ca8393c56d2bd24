"""Convert the text of a web page to Markdown, word for word.

White space is collapsed as in a browser; headings become ``##``, list items ``- `` or their number,
a table row ``cell | cell``. Struck-out text is kept between ``~~``. Scripts, styles, navigation,
form controls and hidden elements are left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from policybot.numerals import roman

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

BLOCK_TAGS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li",
        "listing", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "search",
        "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
    )
)  # fmt: skip
_NO_TEXT = frozenset(
    (
        "script", "style", "noscript", "template", "head", "nav", "footer", "aside", "iframe",
        "object", "embed", "canvas", "svg", "audio", "video", "select", "option", "button",
        "textarea", "input", "dialog", "rt", "rp", "map", "colgroup",
    )
)  # fmt: skip
_NO_TEXT_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "complementary"])
_NO_TEXT_CLASSES = frozenset(
    (
        "nav", "navbar", "navigation", "breadcrumb", "breadcrumbs", "crumb", "crumbs", "footer",
        "share", "social", "sidebar", "copyright", "qrcode", "qr_container", "toolbar",
        "pagination", "related-articles", "comments", "advert",
    )
)  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_STRUCK = frozenset(["del", "s", "strike"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_CJK = r"\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64"
_CJK_BREAK = re.compile(rf"(?<=[{_CJK}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_CJK}])")
_LONG_CELL = 1000

BlockKind = Literal["text", "heading", "list", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list or table, as Markdown without blank lines in it."""

    kind: BlockKind
    text: str


def children(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the child nodes of a node, text nodes included."""
    child = node.child
    while child is not None:
        yield child
        child = child.next


def inline_text(node: LexborNode) -> str:
    """Return all text of an element on one line."""
    return " ".join(block.text.replace("\n", " ") for block in blocks_of(node)).strip()


def lines_of(node: LexborNode) -> list[str]:
    """Return the text of an element, a line for each line break or paragraph in it."""
    return [line.strip() for block in blocks_of(node) for line in block.text.split("\n")]


def is_left_out(node: LexborNode) -> bool:
    """Return whether an element is not text: navigation, form controls, hidden elements."""
    if node.tag in _NO_TEXT:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or attributes.get("role") in _NO_TEXT_ROLES:
        return True
    if _HIDDEN.search(attributes.get("style") or ""):
        return True
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
    return not _NO_TEXT_CLASSES.isdisjoint(names)


def blocks_of(node: LexborNode, skip: Collection[int] = ()) -> list[Block]:
    """Return the blocks of an element's content, in order.

    Args:
        node: The element.
        skip: ``mem_id`` of the elements to leave out.
    """
    writer = _Writer(skip)
    writer.content(node)
    writer.flush()
    return writer.blocks


class _Writer:
    """Collects inline text until a block begins or ends."""

    def __init__(self, skip: Collection[int]) -> None:
        self.skip = skip
        self.blocks: list[Block] = []
        self.inline: list[str] = []

    def content(self, node: LexborNode) -> None:
        for child in children(node):
            tag = child.tag
            if tag == "-text":
                self.inline.append(_collapse(child.text_content or ""))
            elif tag == "br":
                self.inline.append("\n")
            elif tag and not tag.startswith("-") and not self.leaves_out(child):
                self.element(child, tag)

    def leaves_out(self, node: LexborNode) -> bool:
        return node.mem_id in self.skip or is_left_out(node)

    def element(self, node: LexborNode, tag: str) -> None:
        if tag in _HEADINGS:
            self.heading(node, _HEADINGS[tag])
        elif tag in {"ul", "ol", "menu", "dir"}:
            self.flush()
            self.blocks += _list_blocks(node, self.skip, ordered=tag == "ol")
        elif tag == "table":
            self.flush()
            self.blocks += _table_blocks(node, self.skip)
        elif tag in {"pre", "listing", "xmp"}:
            self.flush()
            text = (node.text(deep=True) or "").strip("\n").rstrip()
            self.blocks += [Block("text", part.strip("\n")) for part in _paragraphs(text)]
        elif tag in _STRUCK:
            self.inline.append("~~")
            self.content(node)
            self.inline.append("~~")
        elif tag in BLOCK_TAGS:
            self.flush()
            self.content(node)
            self.flush()
        else:
            self.content(node)

    def heading(self, node: LexborNode, level: int) -> None:
        self.flush()
        blocks = blocks_of(node, self.skip)
        text = " ".join(block.text.lstrip("# ").replace("\n", " ") for block in blocks).strip()
        if text:
            self.blocks.append(Block("heading", f"{'#' * level} {text}"))

    def flush(self) -> None:
        if not self.inline:
            return
        text = "".join(self.inline)
        self.inline.clear()
        for part in _paragraphs(text):
            lines = [re.sub(r" +", " ", line).strip() for line in part.split("\n")]
            kept = "\n".join(line for line in lines if line.strip("\u3000 ")).strip("\u3000 \n")
            if kept.replace("~~", ""):
                self.blocks.append(Block("text", kept))


def _collapse(text: str) -> str:
    return _SPACE.sub(" ", _CJK_BREAK.sub("", text))


def _paragraphs(text: str) -> list[str]:
    """Split a text at empty lines."""
    return [part for part in re.split(r"\n[ \t\u3000]*\n\s*", text) if part.strip()]


def _list_blocks(node: LexborNode, skip: Collection[int], *, ordered: bool) -> list[Block]:
    """Return a list as one block of lines, or as several blocks if an item has paragraphs."""
    number = _whole(node.attributes.get("start"), 1)
    style = node.attributes.get("type") or "1"
    items: list[list[Block]] = []
    for child in children(node):
        if (child.tag or "-").startswith("-") or child.mem_id in skip or is_left_out(child):
            continue
        inner = blocks_of(child, skip)
        if child.tag != "li":
            items.append(inner)
            continue
        marker = "- "
        if ordered:
            number = _whole(child.attributes.get("value"), number)
            marker = f"{_ordinal(number, style)}. "
            number += 1
        if inner:
            first, *rest = inner
            kind = first.kind if first.kind in {"text", "list"} else "text"
            text = first.text if kind == "text" else f"\n{first.text}"
            items.append([Block(kind, marker + _indent(text)), *rest])
    simple = all(
        blocks and blocks[0].kind in {"text", "list"} and all(b.kind == "list" for b in blocks[1:])
        for blocks in items
    )
    if not simple:
        return [block for blocks in items for block in blocks]
    lines = [
        part
        for blocks in items
        for part in (blocks[0].text, *(f"  {_indent(block.text)}" for block in blocks[1:]))
    ]
    return [Block("list", "\n".join(lines))] if lines else []


def _indent(text: str) -> str:
    return text.replace("\n", "\n  ")


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,6}", text.strip()) else otherwise


def _ordinal(number: int, style: str) -> str:
    """Format the number of a list item in the style of HTML's ``type``: 1, a, A, i or I."""
    if style in "aA" and 1 <= number <= 26:
        return chr(ord(style) + number - 1)
    if style in "iI" and 1 <= number <= 89:
        return roman(number).upper() if style == "I" else roman(number)
    return str(number)


def _table_blocks(node: LexborNode, skip: Collection[int]) -> list[Block]:
    """Return a table's rows as lines; for a layout table, the blocks of its cells."""
    captions = [inline_text(child) for child in children(node) if child.tag == "caption"]
    rows = [
        [cell for cell in children(row) if cell.tag in {"td", "th"} and cell.mem_id not in skip]
        for row in _rows(node)
        if row.mem_id not in skip and not is_left_out(row)
    ]
    blocks = [Block("text", caption) for caption in captions if caption]
    if _arranges(node, rows):
        for cells in rows:
            for cell in cells:
                if not is_left_out(cell):
                    blocks += blocks_of(cell, skip)
        return blocks
    texts = [
        [" ".join(b.text.replace("\n", " ") for b in blocks_of(cell, skip)) for cell in cells]
        for cells in rows
    ]
    lines = [" | ".join(text).strip() for text in texts if any(text)]
    return [*blocks, Block("table", "\n".join(lines))] if lines else blocks


def _rows(node: LexborNode) -> Iterator[LexborNode]:
    for child in children(node):
        if child.tag == "tr":
            yield child
        elif child.tag in {"tbody", "thead", "tfoot"}:
            yield from _rows(child)


def _arranges(node: LexborNode, rows: list[list[LexborNode]]) -> bool:
    if node.attributes.get("role") in {"presentation", "none"}:
        return True
    if max(map(len, rows), default=0) < 2:
        return True
    return any(
        cell.css_first("table, h1, h2, h3, h4, h5, h6, ul, ol") is not None
        or len(cell.text(deep=True)) > _LONG_CELL
        for cells in rows
        for cell in cells
    )
