"""The characters of a PDF page with their places, its rules, and how much of it is pictured.

Places are in points from the lower left corner of the page as it is read, after turning text that
runs up or down. Runs only in the process that opens the PDF.
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
"""Of one page; a printed page has some thousands."""

MAX_OBJECTS = 200_000
"""Lines, pictures and texts of one page that are looked at for rules and pictures."""

_BLANKS = frozenset([0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000])
_HYPHENS = (0x02, 0xAD, 0xFFFE)
_SKEWED = 4
_SLANT = 0.12
"""Of a quarter turn: text turned by more than that, and less than the rest of it, is askew."""

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
"""What Word's Symbol and Wingdings fonts print for these codes, which are no letters."""


@dataclass
class PageText:
    """What a page prints.

    ``rules`` are horizontal lines (x0, x1, y); ``pictured`` is the share of the page that pictures
    cover; ``nameless`` counts characters to which the fonts give no meaning.
    """

    width: float
    height: float
    atoms: list[Atom] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    pictured: float = 0.0
    drawn: int = 0
    nameless: int = 0
    characters: int = 0


class TooMuch(Exception):  # noqa: N818 - the reader turns it into a refusal
    """A page prints more than any page does."""


def read_page(page: Any) -> PageText:  # noqa: ANN401 - pypdfium2's PdfPage has no types
    """Return what a page prints.

    Raises:
        TooMuch: it prints more characters than :data:`MAX_CHARACTERS`.
    """
    width, height = page.get_size()
    found = PageText(width, height)
    textpage = page.get_textpage()
    try:
        turned = _glyphs(textpage.raw, found)
    finally:
        textpage.close()
    straight = [quarter for quarter in turned if quarter != _SKEWED]
    main = max(straight, key=lambda quarter: len(turned[quarter]), default=0)
    for quarter in sorted(turned, key=lambda quarter: quarter != main):
        if quarter == _SKEWED:
            found.atoms += skewed(turned[quarter])
            continue
        for atom in gather(turned[quarter]):
            found.atoms.append(atom._replace(turned=(quarter - main) % 4))
    _drawings(page, found, main)
    if main % 2:
        found.width, found.height = found.height, found.width
    return found


def _glyphs(textpage: Any, found: PageText) -> dict[int, list[Glyph]]:  # noqa: ANN401
    """Return the glyphs by the quarter turns of their lines, in the order they are drawn."""
    count = pdfium.FPDFText_CountChars(textpage)
    if count > MAX_CHARACTERS:
        raise TooMuch(f"prints {count:,} characters; at most {MAX_CHARACTERS:,} are read")
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    refs = ctypes.byref(x), ctypes.byref(y)
    boxed = ctypes.byref(box)
    styles: dict[int, _Style] = {}
    named: dict[str, set[int]] = {}
    last, style, meant = -1, _Style(0.0, bold=False, quarter=0, font=""), set[int]()
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
            meant = named.setdefault(style.font, set())
        if style.size <= 0.5:  # a point, or less: nothing that is printed
            continue
        found.characters += 1
        text = chr(code) if code < 0x110000 else "\ufffd"
        if code not in meant:
            if code in _HYPHENS and pdfium.FPDFText_IsHyphen(textpage, at) == 1:
                text = "-"
            elif text in _SYMBOLS:
                text = _SYMBOLS[text]
            elif _NAMELESS.match(text) or unmapped(textpage, at) == 1:
                found.nameless += 1
                text = "\ufffd"
            else:
                meant.add(code)
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
    """What the characters of one text object have in common."""

    size: float
    bold: bool
    quarter: int
    font: str


def _style(textpage: Any, at: int, handle: Any) -> _Style:  # noqa: ANN401
    """Return the style of the text object of a character; its font is a name and its flags."""
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


def _drawings(page: Any, found: PageText, main: int) -> None:  # noqa: ANN401
    """Note the horizontal rules of a page, and how much of it pictures cover."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    refs = tuple(ctypes.byref(one) for one in (left, bottom, right, top))
    area = max(1.0, found.width * found.height)
    for at in range(min(pdfium.FPDFPage_CountObjects(page.raw), MAX_OBJECTS)):
        drawn = pdfium.FPDFPage_GetObject(page.raw, at)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        found.drawn += 1
        if not pdfium.FPDFPageObj_GetBounds(drawn, *refs):
            continue
        width, height = right.value - left.value, top.value - bottom.value
        if kind in (
            pdfium.FPDF_PAGEOBJ_IMAGE,
            pdfium.FPDF_PAGEOBJ_FORM,
            pdfium.FPDF_PAGEOBJ_SHADING,
        ):
            found.pictured += max(0.0, width * height) / area
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and main == 0 and width > 20 and height < 3:
            found.rules.append((left.value, right.value, (top.value + bottom.value) / 2))
