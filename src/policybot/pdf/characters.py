"""Extract the characters of a PDF page with positions, its rules, and its area of images.

Positions are in points from the lower left corner of the page, after rotating vertical text. Runs
only in the process that opens the PDF.
"""

from __future__ import annotations

import ctypes
import math
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from policybot.pdf.atoms import Atom, Glyph, gather, skewed

MAX_CHARACTERS = 1_000_000
"""The most characters of a page; a printed page has some thousands."""

MAX_OBJECTS = 200_000
"""The most drawing objects of a page that are examined for rules and images."""

_BLANKS = frozenset([0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000])
_HYPHENS = (0x02, 0xAD, 0xFFFE)
_SKEWED = 4
_SLANT = 0.12
"""Text rotated off a quarter turn by more than this fraction of one is skewed."""

_BOLD = 600
_FORCE_BOLD = 1 << 18
_BOLD_NAME = re.compile(
    r"bold|black|heavy|semib|demi|(?<![a-z])bd(?![a-z])|simhei|heiti", re.IGNORECASE
)
_NAMELESS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff\ue000-\uf8ff]")
_SYMBOLS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf0a8": "◻",
    "\uf02d": "-",
}
"""The symbols that Word's Symbol and Wingdings fonts print for private-use codes."""


@dataclass
class PageText:
    """The content of a page.

    ``rules`` are horizontal lines (x0, x1, y); ``pictured`` is the share of the page covered by
    images; ``drawn`` counts drawing objects; ``nameless`` counts ``characters`` without a Unicode
    mapping.
    """

    width: float
    height: float
    atoms: list[Atom] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    pictured: float = 0.0
    drawn: int = 0
    nameless: int = 0
    characters: int = 0


class TooMuch(Exception):  # noqa: N818 - the reader converts it to ImportRefusedError
    """A page has too many characters."""


def read_page(page: Any) -> PageText:  # noqa: ANN401 - pypdfium2's PdfPage has no types
    """Return the content of a page.

    Raises:
        TooMuch: it prints more characters than :data:`MAX_CHARACTERS`.
    """
    width, height = page.get_size()
    page_text = PageText(width, height)
    textpage = page.get_textpage()
    try:
        turned = _glyphs(textpage.raw, page_text)
    finally:
        textpage.close()
    straight = [quarter for quarter in turned if quarter != _SKEWED]
    main = max(straight, key=lambda quarter: len(turned[quarter]), default=0)
    for quarter in sorted(turned, key=lambda quarter: quarter != main):
        if quarter == _SKEWED:
            page_text.atoms += skewed(turned[quarter])
            continue
        for atom in gather(turned[quarter]):
            page_text.atoms.append(atom._replace(turned=(quarter - main) % 4))
    _drawings(page, page_text, main)
    if main % 2:
        page_text.width, page_text.height = page_text.height, page_text.width
    return page_text


def _glyphs(textpage: Any, page_text: PageText) -> dict[int, list[Glyph]]:  # noqa: ANN401
    """Return the glyphs by rotation in quarter turns, in drawing order."""
    count = pdfium.FPDFText_CountChars(textpage)
    if count > MAX_CHARACTERS:
        raise TooMuch(f"prints {count:,} characters; at most {MAX_CHARACTERS:,} are read")
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    refs = ctypes.byref(x), ctypes.byref(y)
    boxed = ctypes.byref(box)
    styles: dict[int, _Style] = {}
    mapped_by_font: dict[str, set[int]] = {}
    last, style, mapped = -1, _Style(0.0, bold=False, quarter=0, font=""), set[int]()
    turned: dict[int, list[Glyph]] = {}
    spaced, typed = True, False
    # Bound to local names: these run for every character of a page.
    unicode_of, object_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
    origin_of, box_of = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetLooseCharBox
    unmapped = pdfium.FPDFText_HasUnicodeMapError
    for at in range(count):
        code = unicode_of(textpage, at)
        if code in _BLANKS:
            typed = typed or pdfium.FPDFText_IsGenerated(textpage, at) != 1
            spaced = True
            continue
        handle = object_of(textpage, at)
        drawn = ctypes.addressof(handle.contents) if handle else 0
        if drawn != last:
            last = drawn
            if drawn not in styles:
                styles[drawn] = _style(textpage, at, handle)
            style = styles[drawn]
            mapped = mapped_by_font.setdefault(style.font, set())
        if style.size <= 0.5:  # too small to be visible
            continue
        page_text.characters += 1
        text = chr(code) if code < 0x110000 else "\ufffd"
        if code not in mapped:
            if code in _HYPHENS and pdfium.FPDFText_IsHyphen(textpage, at) == 1:
                text = "-"
            elif text in _SYMBOLS:
                text = _SYMBOLS[text]
            elif _NAMELESS.match(text) or unmapped(textpage, at) == 1:
                page_text.nameless += 1
                text = "\ufffd"
            else:
                mapped.add(code)
        origin_of(textpage, at, *refs)
        box_of(textpage, at, boxed)
        quarter = style.quarter
        if quarter == 0:
            x0, x1, base = box.left, box.right, y.value
        elif quarter == 1:
            x0, x1, base = box.bottom, box.top, -x.value
        elif quarter == 2:
            x0, x1, base = -box.right, -box.left, -y.value
        elif quarter == 3:
            x0, x1, base = -box.top, -box.bottom, x.value
        else:
            x0, x1, base = x.value, x.value, y.value
        glyph = Glyph(text, x0, x1, base, style.size, style.bold, spaced, typed, drawn)
        turned.setdefault(quarter, []).append(glyph)
        spaced = typed = False
    return turned


class _Style(NamedTuple):
    """The style of one text object."""

    size: float
    bold: bool
    quarter: int
    font: str


def _style(textpage: Any, at: int, handle: Any) -> _Style:  # noqa: ANN401
    """Return the style of the text object of the character at index ``at``."""
    matrix = pdfium.FS_MATRIX()
    size = pdfium.FPDFText_GetFontSize(textpage, at)
    quarter = 0
    if pdfium.FPDFText_GetMatrix(textpage, at, ctypes.byref(matrix)):
        upright = 1 if size >= 0 else -1
        size = abs(size) * (math.hypot(matrix.c, matrix.d) or 1.0)
        angle = math.atan2(upright * matrix.b, upright * matrix.a)
        turns = angle / (math.pi / 2)
        quarter = round(turns) % 4 if abs(turns - round(turns)) < _SLANT else _SKEWED
    weight = pdfium.FPDFText_GetFontWeight(textpage, at)
    flags = ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(textpage, at, None, 0, ctypes.byref(flags))
    name = ""
    if 0 < length < 1000:
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDFText_GetFontInfo(textpage, at, buffer, length, ctypes.byref(flags))
        name = buffer.value.decode("utf-8", "replace")
    drawn_bold = pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE
    bold = (
        weight >= _BOLD
        or bool(flags.value & _FORCE_BOLD)
        or bool(_BOLD_NAME.search(name.partition("+")[2] or name))
        or bool(handle and pdfium.FPDFTextObj_GetTextRenderMode(handle) == drawn_bold)
    )
    return _Style(size, bold, quarter, name)


def _drawings(page: Any, page_text: PageText, main: int) -> None:  # noqa: ANN401
    """Add a page's horizontal rules and its area of images to ``page_text``."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    refs = tuple(ctypes.byref(bound) for bound in (left, bottom, right, top))
    area = max(1.0, page_text.width * page_text.height)
    for at in range(min(pdfium.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        drawn = pdfium.FPDFPage_GetObject(page.raw, at)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        page_text.drawn += 1
        if not pdfium.FPDFPageObj_GetBounds(drawn, *refs):
            continue
        width, height = right.value - left.value, top.value - bottom.value
        if kind in (
            pdfium.FPDF_PAGEOBJ_IMAGE,
            pdfium.FPDF_PAGEOBJ_FORM,
            pdfium.FPDF_PAGEOBJ_SHADING,
        ):
            page_text.pictured += max(0.0, width * height) / area
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and main == 0 and width > 20 and height < 3:
            page_text.rules.append((left.value, right.value, (top.value + bottom.value) / 2))
