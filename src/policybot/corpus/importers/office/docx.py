"""Import Word documents (.docx): headings, numbered paragraphs, lists, tables, notes.

The text is taken from the document's XML in order. It includes content controls, hyperlinks, text
boxes and tracked insertions, but not deletions, headers and footers. No date in the file's
properties is the policy's; the title property is used only if the text prints it.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from policybot.corpus.importers.documents import first_line, make_draft, printed_title
from policybot.corpus.importers.labels import Statement, key_of, read_label_lines, statement
from policybot.corpus.importers.office.docx_numbers import Numbering, W
from policybot.corpus.importers.office.docx_package import check_package, check_parsed
from policybot.corpus.importers.parsers import need, reason_of
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"(?:heading|标题|標題)\s*([1-9])", re.IGNORECASE)
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_SKIPPED = frozenset(
    [f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rPr", _FALLBACK]
)
_TITLE_PARAGRAPHS = 10
_MAX_STYLES = 20


def read_docx(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a Word document as one document.

    Raises:
        ImportRefusedError: it is not a Word document, encrypted, truncated, damaged, too large
            unpacked, or has no text.
    """
    need("docx")
    data = source.path.read_bytes()
    check_package(source, data)
    with _refusing(source):
        word = _open(data)
    check_parsed(source, word.part.package)
    with _refusing(source):
        reading = _Reading(word)
        blocks = reading.blocks()
    labelled, blocks = _label_table(blocks)
    lines = [text for _, text, _ in blocks]
    stated, end = read_label_lines(lines)
    blocks = blocks[end:]
    statements = [*labelled, *stated]
    title_block = next((at for at, block in enumerate(blocks) if block[0] == "title"), None)
    if title_block is not None:
        statements.append(Statement("title", blocks[title_block][1], "Title", "style"))
        del blocks[title_block]
    named = " ".join((word.core_properties.title or "").split())
    beginning = _letters("".join(text for _, text, _ in blocks[:_TITLE_PARAGRAPHS]))
    if named and _letters(named) and _letters(named) in beginning:
        statements.append(Statement("title", named, "Title", "property"))
    body = "\n\n".join(_joined_lists(blocks))
    if not body.strip():
        images = len(word.part.package.image_parts)
        scans = f"; its {images} images may be scans, which need OCR" if images else ""
        raise ImportRefusedError(f"{source.path}: holds no text{scans}")
    headed = blocks[0][0] == "heading"  # the style says more than the words
    printed = first_line(body) if headed else printed_title(body, options.issuers)
    title, review = printed or (source.path.stem, "no title is stated")
    for style in sorted(reading.numbering.unknown):
        yield Report(source.name, 0, "unresolved", f"numbers of the style {style} are read as 1, 2")
    yield make_draft(
        source.cite(f"paragraphs 1-{reading.paragraphs}"),
        body,
        statements,
        issuers=options.issuers,
        title=title,
        title_review=review,
        reviews=reading.reviews(),
    )


def _open(data: bytes) -> Any:  # noqa: ANN401 - python-docx's Document
    import docx

    return docx.Document(BytesIO(data))


@contextlib.contextmanager
def _refusing(source: SourceFile) -> Iterator[None]:
    """Convert any exception of the parsers to ImportRefusedError."""
    try:
        yield
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: is damaged: nested too deeply") from None
    except Exception as error:  # noqa: BLE001 - python-docx and lxml raise many kinds
        raise ImportRefusedError(
            f"{source.path}: is a damaged Word document: {reason_of(error)}"
        ) from None


Block = tuple[str, str, Any]
"""``title``, ``heading``, ``list``, ``text`` or ``table``; its Markdown; the element of a table."""


class _Reading:
    """Reads one document's XML in order."""

    def __init__(self, word: Any) -> None:  # noqa: ANN401
        self.word = word
        self.paragraphs = 0
        self.inserted = self.deleted = self.symbols = self.hidden = 0
        self.struck = False
        self.notes: list[tuple[str, str]] = []
        numbering = _part(word, "numbering")
        self.numbering = Numbering(numbering)
        self.styles = {style.style_id: style for style in word.styles}

    def blocks(self) -> list[Block]:
        body = self.word.element.body
        blocks = list(self._content(body))
        blocks += [("text", text, None) for text in self._note_texts()]
        return blocks

    def reviews(self) -> Iterator[str]:
        if self.inserted or self.deleted:
            yield (
                f"the document has tracked changes; {self.inserted} insertions are in the text, "
                f"{self.deleted} deletions are not"
            )
        if self.hidden:
            yield f"the document has hidden text; {self.hidden} pieces of it are left out"
        if self.struck:
            yield "the document strikes out words; they are between ~~"
        if self.symbols:
            yield f"{self.symbols} symbols are in fonts of their own; □ stands for each"

    def _content(self, parent: Any) -> Iterator[Block]:  # noqa: ANN401
        for element in parent:
            if element.tag == f"{W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{W}tbl":
                yield from self._table(element)
            elif element.tag in {f"{W}sdt", f"{W}customXml", f"{W}ins", f"{W}smartTag"}:
                inner = element.find(f"{W}sdtContent")
                yield from self._content(element if inner is None else inner)

    def _paragraph(self, element: Any) -> Iterator[Block]:  # noqa: ANN401
        self.paragraphs += 1
        boxes: list[Any] = []
        text = "".join(self._text(element, boxes)).replace("~~~~", "")
        self.struck |= "~~" in text
        lines = [re.sub(r"[ \u00a0]+", " ", line).strip(" \u3000") for line in text.split("\n")]
        text = "\n".join(line for line in lines if line)
        style = self._style(element)
        list_id, depth = self._list(element, style)
        number = self.numbering.next(list_id, depth)
        if text:
            name = (style.name or "") if style is not None else ""
            heading = self._heading(element, style)
            whole = f"{number} {text}" if number else text
            if name.lower() == "title":
                yield "title", " ".join(whole.split()), None
            elif heading:
                yield "heading", f"{'#' * min(heading + 1, 6)} {' '.join(whole.split())}", None
            elif number:
                yield "list", whole.replace("\n", "\n  "), None
            else:
                yield "text", text, None
        for box in boxes:
            yield from self._content(box)

    def _text(self, element: Any, boxes: list[Any]) -> Iterator[str]:  # noqa: ANN401
        for child in element:
            tag = child.tag
            if tag in _SKIPPED:
                self.deleted += tag in {f"{W}del", f"{W}moveFrom"}
                continue
            if tag in {f"{W}t", f"{_MATH}t"}:
                yield child.text or ""
            elif tag in {f"{W}tab", f"{W}ptab"}:
                yield "\t"
            elif tag in {f"{W}br", f"{W}cr"}:
                yield "\n" if child.get(f"{W}type") not in {"page", "column"} else " "
            elif tag == f"{W}noBreakHyphen":
                yield "\u2011"
            elif tag == f"{W}sym":
                self.symbols += 1
                yield "□"
            elif tag == f"{W}txbxContent":
                boxes.append(child)
            elif tag in _NOTES:
                self.notes.append((_NOTES[tag], child.get(f"{W}id", "")))
                yield f"[{len(self.notes)}]"
            elif tag == f"{W}r" and _is_on(child, "vanish"):
                self.hidden += 1
            elif tag == f"{W}r" and (_is_on(child, "strike") or _is_on(child, "dstrike")):
                yield from ("~~", *self._text(child, boxes), "~~")
            elif isinstance(tag, str):
                self.inserted += tag in {f"{W}ins", f"{W}moveTo"}
                yield from self._text(child, boxes)

    def _note_texts(self) -> Iterator[str]:
        """Yield the texts of footnotes and endnotes in the order of their references."""
        parts = {name: _part(self.word, name) for name, _ in self.notes}
        for number, (name, note_id) in enumerate(list(self.notes), 1):
            part = parts[name]
            notes = [] if part is None else [n for n in part if n.get(f"{W}id") == note_id]
            for note in notes:
                texts = [" ".join("".join(self._text(p, [])).split()) for p in note.iter(f"{W}p")]
                text = " ".join(text for text in texts if text)
                if text:
                    yield f"[{number}] {text}"

    def _table(self, element: Any) -> Iterator[Block]:  # noqa: ANN401
        rows: list[list[str]] = []
        for row in element.iter(f"{W}tr"):
            if _nearest(row, f"{W}tbl") is not element:
                continue
            cells = [cell for cell in row.iter(f"{W}tc") if _nearest(cell, f"{W}tr") is row]
            rows.append(
                [
                    " ".join(text.replace("\n", " ") for _, text, _ in self._content(cell))
                    for cell in cells
                    if not _continues(cell)
                ]
            )
        lines = [" | ".join(cells).strip() for cells in rows if any(cells)]
        if lines:
            yield "table", "\n".join(lines), rows

    def _style(self, element: Any) -> Any | None:  # noqa: ANN401
        properties = element.find(f"{W}pPr")
        link = properties.find(f"{W}pStyle") if properties is not None else None
        return self.styles.get(link.get(f"{W}val")) if link is not None else None

    def _heading(self, element: Any, style: Any | None) -> int:  # noqa: ANN401
        """Return the level of a heading, 1 and up; 0 for other paragraphs."""
        for parent in _with_bases(style):
            match = _HEADING.fullmatch((parent.name or "").strip())
            if match:
                return int(match[1])
        outline = element.find(f"{W}pPr/{W}outlineLvl")
        level = outline.get(f"{W}val", "9") if outline is not None else "9"
        return int(level) + 1 if level.isdigit() and int(level) < 9 else 0

    def _list(self, element: Any, style: Any | None) -> tuple[str, int]:  # noqa: ANN401
        properties = element.find(f"{W}pPr/{W}numPr")
        for parent in _with_bases(style):
            if properties is None:
                properties = parent.element.find(f"{W}pPr/{W}numPr")
        if properties is None:
            return "", 0
        number, depth = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
        level = depth.get(f"{W}val", "0") if depth is not None else "0"
        name = number.get(f"{W}val", "") if number is not None else ""
        return name, int(level) if level.isdigit() else 0


def _part(word: Any, name: str) -> Any | None:  # noqa: ANN401
    """Return the root element of a part that the document refers to."""
    from docx.oxml import parse_xml

    for relation in word.part.rels.values():
        if relation.reltype.endswith(f"/{name}") and not relation.is_external:
            part = relation.target_part
            return part.element if hasattr(part, "element") else parse_xml(part.blob)
    return None


def _with_bases(style: Any | None) -> Iterator[Any]:  # noqa: ANN401
    """Yield a style and those it is based on; cycles are cut off."""
    for _ in range(_MAX_STYLES):
        if style is None:
            return
        yield style
        style = style.base_style


def _is_on(run: Any, name: str) -> bool:  # noqa: ANN401
    """Return whether a Boolean property of a run is on."""
    setting = run.find(f"{W}rPr/{W}{name}")
    return setting is not None and setting.get(f"{W}val", "1") not in {"0", "false", "off"}


def _continues(cell: Any) -> bool:  # noqa: ANN401
    """Return whether a cell is merged with the one above it."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _nearest(element: Any, tag: str) -> Any | None:  # noqa: ANN401
    parent = element.getparent()
    while parent is not None and parent.tag != tag:
        parent = parent.getparent()
    return parent


def _label_table(blocks: list[Block]) -> tuple[list[Statement], list[Block]]:
    """Return the statements of the first table if it is a label table, and the other blocks."""
    for at, (kind, _, rows) in enumerate(blocks):
        if kind != "table":
            continue
        statements = [
            statement(label, value)
            for row in rows
            for label, value in itertools.pairwise(row)
            if key_of(label) is not None and key_of(value) is None
        ]
        cells = sum(1 for row in rows for cell in row if cell.strip())
        if len(statements) > 1 and 2 * len(statements) >= cells:
            return statements, [*blocks[:at], *blocks[at + 1 :]]
        break
    return [], blocks


def _joined_lists(blocks: list[Block]) -> Iterator[str]:
    """Yield the blocks' texts; adjacent list items are joined into one block."""
    items: list[str] = []
    for kind, text, _ in blocks:
        if kind == "list":
            items.append(text)
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield text
    if items:
        yield "\n".join(items)


def _letters(text: str) -> str:
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text).casefold())
