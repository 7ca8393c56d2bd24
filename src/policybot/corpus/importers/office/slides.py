"""Import presentations (.pptx): the text of each slide under its title, tables, nested lists.

Page numbers and footers are left out; so are speakers' notes and hidden slides, which are counted
in a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from policybot.corpus.importers.assemble import draft_of_blocks, joined_items
from policybot.corpus.importers.office.package import check_zip
from policybot.corpus.importers.parsers import need, reason_of
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_PPTX_BYTES = 100 << 20
_MAX_DEPTH = 20
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_LEFT_OUT = frozenset(["DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"])


def read_pptx(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read a presentation as one document.

    Raises:
        ImportRefusedError: it is not a presentation, encrypted, damaged, too large unpacked, or has
            no text.
    """
    need("pptx")
    import pptx

    data = source.path.read_bytes()
    check_zip(source.path, data, "presentation", "a .ppt under another name; save it as .pptx")
    try:
        show = pptx.Presentation(BytesIO(data))
        reading = _Reading()
        items = [item for slide in show.slides for item in reading.slide(slide)]
        named = show.core_properties.title or ""
    except Exception as error:  # noqa: BLE001 - python-pptx and lxml raise many kinds
        raise ImportRefusedError(
            f"{source.path}: is a damaged presentation: {reason_of(error)}"
        ) from None
    if reading.hidden:
        yield Report(source.name, 0, "left out", f"{reading.hidden} hidden slides")
    if reading.notes:
        yield Report(source.name, 0, "left out", f"speakers' notes of {reading.notes} slides")
    yield draft_of_blocks(
        source,
        options,
        joined_items(items),
        f"slides 1-{reading.slides}",
        property_title=named,
        nothing="; its slides may be images, which need OCR",
    )


class _Reading:
    def __init__(self) -> None:
        self.slides = self.hidden = self.notes = 0

    def slide(self, slide: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - python-pptx's
        self.slides += 1
        if slide.element.get("show") == "0":
            self.hidden += 1
            return
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self.notes += bool(slide.notes_slide.notes_text_frame.text.strip())
        title = slide.shapes.title
        if title is not None and (words := " ".join(title.text_frame.text.split())):
            yield "heading", f"## {words}"
        rest = [
            shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id
        ]
        yield from self._shapes(rest, 0)

    def _shapes(self, shapes: Iterable[Any], depth: int) -> Iterator[tuple[str, str]]:
        if depth > _MAX_DEPTH:
            return
        for shape in shapes:
            if shape.is_placeholder and _is_left_out(shape):
                continue
            if hasattr(shape, "shapes"):
                yield from self._shapes(shape.shapes, depth + 1)
            elif getattr(shape, "has_table", False):
                yield from _table(shape.table)
            elif shape.has_text_frame:
                yield from _text(shape)


def _is_left_out(shape: Any) -> bool:  # noqa: ANN401
    kind = shape.placeholder_format.type
    return kind is not None and kind.name in _LEFT_OUT


def _table(table: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    lines = []
    for row in table.rows:
        cells = [" ".join(cell.text.split()) for cell in row.cells if not cell.is_spanned]
        if any(cells):
            lines.append(" | ".join(cells))
    if lines:
        yield "table", "\n".join(lines)


def _text(shape: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    """Yield the paragraphs of a shape; those with a bullet or in an outline are list items."""
    outline = shape.is_placeholder
    for paragraph in shape.text_frame.paragraphs:
        text = " ".join(paragraph.text.replace("\v", " ").split())
        if not text:
            continue
        properties = paragraph._p.pPr  # noqa: SLF001 - python-pptx has no other way to the marks
        marks = set() if properties is None else {child.tag for child in properties}
        marked = bool(marks & {f"{_DRAWING}buChar", f"{_DRAWING}buAutoNum"})
        if f"{_DRAWING}buNone" not in marks and (marked or paragraph.level or outline):
            yield "list", f"{'  ' * paragraph.level}- {text}"
        else:
            yield "text", text
