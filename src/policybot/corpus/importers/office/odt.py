"""Import OpenDocument texts (.odt): headings, numbered lists, tables, notes.

Tracked deletions are left out. No date in the file's properties is the policy's; the title is a
paragraph in the style *Title*, or the title property if the text prints it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from policybot.corpus.importers.assemble import draft_of_blocks, joined_items
from policybot.corpus.importers.labels import Statement
from policybot.corpus.importers.legislation.safe import parse_xml
from policybot.corpus.importers.office.odt_numbers import ListStyles
from policybot.corpus.importers.office.package import check_zip, read_part
from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_ODT_BYTES = 100 << 20

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"

_SKIPPED = frozenset(
    (
        f"{TEXT}tracked-changes", f"{TEXT}table-of-content", f"{TEXT}alphabetical-index",
        f"{TEXT}illustration-index", f"{TEXT}table-index", f"{OFFICE}annotation",
        f"{OFFICE}annotation-end", f"{TEXT}sequence-decls", f"{OFFICE}forms", f"{TEXT}hidden-text",
        f"{TEXT}variable-decls", f"{TEXT}user-field-decls", f"{_DRAW}object",
    )
)  # fmt: skip
_CONTAINERS = frozenset((f"{TEXT}section", f"{TEXT}index-body", f"{TEXT}numbered-paragraph"))
_MAX_SPACES = 40


def read_odt(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read an OpenDocument text as one document.

    Raises:
        ImportRefusedError: it is not an OpenDocument text, encrypted, damaged, too large unpacked,
            or has no text.
    """
    need("lxml")
    data = source.path.read_bytes()
    check_zip(source.path, data, "OpenDocument text")
    if b"encryption-data" in read_part(source.path, data, "META-INF/manifest.xml"):
        raise ImportRefusedError(f"{source.path}: is encrypted; save a copy without its password")
    content = parse_xml(source.path, read_part(source.path, data, "content.xml"))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise ImportRefusedError(
            f"{source.path}: is no OpenDocument text; its body is of another kind"
        )
    roots = [content]
    for name in ("styles.xml", "meta.xml"):
        try:
            roots.append(parse_xml(source.path, read_part(source.path, data, name)))
        except ImportRefusedError:
            continue
    reading = _Reading(roots)
    try:
        items = [*reading.content(body), *reading.note_texts()]
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: is nested too deeply") from None
    named = next((element.text or "" for root in roots for element in root.iter(f"{_DC}title")), "")
    stated = [Statement("title", reading.title, "Title", "style")] if reading.title else []
    reviews = []
    if content.find(f".//{TEXT}tracked-changes") is not None:
        reviews.append(
            "the document has tracked changes; insertions are in the text, deletions are not"
        )
    yield draft_of_blocks(
        source,
        options,
        joined_items(items),
        f"paragraphs 1-{reading.paragraphs}",
        stated=stated,
        property_title=named,
        reviews=reviews,
    )


class _Reading:
    """Reads a document's XML in order."""

    def __init__(self, roots: list[_Element]) -> None:
        self.paragraphs = 0
        self.title = ""
        self.notes: list[_Element] = []
        self.lists = ListStyles(roots)
        self.parents: dict[str, tuple[str, str]] = {}
        for root in roots:
            for style in root.iter(f"{_STYLE}style"):
                shown = style.get(f"{_STYLE}display-name", "")
                parent = style.get(f"{_STYLE}parent-style-name", "")
                self.parents.setdefault(style.get(f"{_STYLE}name", ""), (parent, shown))

    def content(self, parent: _Element, depth: int = 0) -> Iterator[tuple[str, str]]:
        for element in parent:
            tag = element.tag
            if tag == f"{TEXT}h":
                yield from self._paragraph(element, heading=True)
            elif tag == f"{TEXT}p":
                yield from self._paragraph(element)
            elif tag == f"{TEXT}list":
                yield from self._list(element, "", depth)
            elif tag == f"{_TABLE}table":
                yield from self._table(element)
            elif tag in _CONTAINERS or tag in {f"{_DRAW}frame", f"{_DRAW}text-box", f"{_DRAW}g"}:
                yield from self.content(element, depth)

    def note_texts(self) -> Iterator[tuple[str, str]]:
        number = 0
        while number < len(self.notes):
            body = self.notes[number].find(f"{TEXT}note-body")
            number += 1
            texts = [] if body is None else [text for _, text in self.content(body)]
            yield "text", " ".join([f"[{number}]", *texts])

    def _paragraph(
        self, element: _Element, *, heading: bool = False, number: str = ""
    ) -> Iterator[tuple[str, str]]:
        self.paragraphs += 1
        boxes: list[_Element] = []
        text = "".join(self._inline(element, boxes))
        lines = [re.sub(r"[ \u00a0]+", " ", line).strip(" \u3000") for line in text.split("\n")]
        text = "\n".join(line for line in lines if line)
        if text:
            if heading:
                level = element.get(f"{TEXT}outline-level", "1")
                mark = "#" * min(int(level) + 1 if level.isdigit() else 2, 6)
                line = " ".join(text.split())
                yield "heading", f"{mark} {number} {line}" if number else f"{mark} {line}"
            elif not self.title and self._is_title(element.get(f"{TEXT}style-name", "")):
                self.title = " ".join(text.split())
            else:
                yield "text", text
        for box in boxes:
            yield from self.content(box)

    def _is_title(self, style: str) -> bool:
        seen = 0
        while style and seen < 20:
            parent, shown = self.parents.get(style, ("", ""))
            if style == "Title" or shown == "Title":
                return True
            style, seen = parent, seen + 1
        return False

    def _inline(self, element: _Element, boxes: list[_Element]) -> Iterator[str]:
        yield (element.text or "").replace("\n", " ").replace("\t", " ")
        for child in element:
            tag = child.tag
            if tag == f"{TEXT}s":
                count = child.get(f"{TEXT}c", "1")
                yield " " * min(int(count) if count.isdigit() else 1, _MAX_SPACES)
            elif tag == f"{TEXT}tab":
                yield "\t"
            elif tag == f"{TEXT}line-break":
                yield "\n"
            elif tag == f"{TEXT}note":
                self.notes.append(child)
                yield f"[{len(self.notes)}]"
            elif tag in {f"{_DRAW}frame", f"{_DRAW}text-box", f"{_DRAW}g"}:
                boxes.append(child)
            elif isinstance(tag, str) and tag not in _SKIPPED:
                yield from self._inline(child, boxes)
            yield (child.tail or "").replace("\n", " ").replace("\t", " ")

    def _list(self, element: _Element, style: str, depth: int) -> Iterator[tuple[str, str]]:
        style = element.get(f"{TEXT}style-name", style)
        if element.get(f"{TEXT}continue-numbering") != "true" and depth == 0:
            self.lists.begin(element.get(f"{TEXT}continue-list"), element)
        for item in element:
            if item.tag not in {f"{TEXT}list-item", f"{TEXT}list-header"}:
                continue
            first = True
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, style, depth + 1)
                    continue
                label = ""
                if first and item.tag == f"{TEXT}list-item":
                    label = self.lists.next(style, depth, item.get(f"{TEXT}start-value"))
                first = False
                yield from self._item(child, label, depth)

    def _item(self, child: _Element, label: str, depth: int) -> Iterator[tuple[str, str]]:
        if child.tag == f"{TEXT}h":
            yield from self._paragraph(child, heading=True, number=label.lstrip("- "))
            return
        if child.tag != f"{TEXT}p":
            return
        for kind, text in self._paragraph(child):
            indent = "  " * depth
            if kind != "text":
                yield kind, text
            elif label:
                yield "list", f"{indent}{label} " + text.replace("\n", f"\n{indent}  ")
            else:
                yield "list", f"{indent}  " + text.replace("\n", f"\n{indent}  ")

    def _table(self, table: _Element) -> Iterator[tuple[str, str]]:
        lines: list[str] = []
        for row in table.iter(f"{_TABLE}table-row"):
            owner = next((up for up in row.iterancestors(f"{_TABLE}table")), None)
            if owner is not table:
                continue
            cells = [
                " ".join(text.replace("\n", " ") for _, text in self.content(cell))
                for cell in row.iterchildren(f"{_TABLE}table-cell")
            ]
            if any(cells):
                lines.append(" | ".join(cells).strip())
        if lines:
            yield "table", "\n".join(lines)
