"""The characters of a PDF page with their places, gathered into atoms.

An *atom* is a stretch of one printed line without a wide gap in it: a line of prose, a cell of a
table, one of two columns. Places are in points from the lower left corner of the page as it is
read, after turning text that runs up or down. Runs only in the process that opens the PDF.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

MAX_CHARACTERS = 1_000_000
"""Of one page; a printed page has some thousands."""

MAX_OBJECTS = 200_000
"""Lines, pictures and texts of one page that are looked at for rules and pictures."""

ATOM_GAP = 0.75
"""Of the letter size: a wider gap ends an atom."""

_WORD_GAP = 0.18
_SAME_LINE = 0.12
_OVERPRINT = 0.15
_LONGEST_MARK = 12
_BLANKS = frozenset([0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2002, 0x2003, 0x2009, 0x202F, 0x3000])
_HYPHENS = (0x02, 0xAD, 0xFFFE)
_RAISED_SIZE = 0.85
_BOLD = 600
_FORCE_BOLD = 1 << 18
_BOLD_NAME = re.compile(
    r"bold|black|heavy|semib|demi|(?<![a-z])bd(?![a-z])|simhei|heiti", re.IGNORECASE
)
_CJK = re.compile(
    r"[\u2e80-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff64]"
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


class Glyph(NamedTuple):
    """A printed character: its box along the line, its base line, its size and its weight.

    ``spaced``: white space stands before it, ``typed`` as a character; ``drawn`` is the text object it belongs to.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    spaced: bool
    typed: bool
    drawn: int


class Atom(NamedTuple):
    """A stretch of a line: text, ends, base line, letter size, whether all of it is bold.

    ``raised`` are spans of the text printed smaller and above the line; ``turned`` is by how many
    quarters the text is turned against most of the page's.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    raised: tuple[tuple[int, int], ...] = ()
    turned: int = 0


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
    main = max(turned, key=lambda quarter: len(turned[quarter]), default=0)
    for quarter in sorted(turned, key=lambda quarter: quarter != main):
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
        else:
            x0, x1, base = -box.top, -box.bottom, x.value
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
        quarter = round(angle / (math.pi / 2)) % 4
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


class _Stretch(NamedTuple):
    """Neighbours on one base line; ``size`` is that of most of them."""

    glyphs: list[Glyph]
    y: float
    size: float


def gather(glyphs: Iterable[Glyph]) -> list[Atom]:
    """Return the atoms that glyphs of one direction make, from top to bottom, left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: -glyph.y):
        if rows and rows[-1][0].y - glyph.y <= _SAME_LINE * min(glyph.size, rows[-1][-1].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    stretches = [stretch for row in rows for stretch in _stretches(row)]
    return [_atom(stretch) for stretch in _attach(stretches)]


def _stretches(row: list[Glyph]) -> Iterator[_Stretch]:
    """Divide a row at its wide gaps; what is printed over itself is there once."""
    row.sort(key=lambda glyph: glyph.x0)
    current: list[Glyph] = []
    for glyph in row:
        if any(_overprints(glyph, other) for other in current[-3:]):
            continue
        if current and glyph.x0 - current[-1].x1 > ATOM_GAP * max(glyph.size, current[-1].size):
            yield _stretch(current)
            current = []
        current.append(glyph)
    yield _stretch(current)


def _overprints(glyph: Glyph, other: Glyph) -> bool:
    """Whether a character is another one printed again; the letters of a ligature are not."""
    return (
        glyph.text == other.text
        and abs(glyph.x0 - other.x0) < _OVERPRINT * glyph.size
        and not (glyph.drawn == other.drawn and glyph.x0 == other.x0)
    )


def _stretch(glyphs: list[Glyph]) -> _Stretch:
    sizes = {round(glyph.size, 1) for glyph in glyphs}
    if len(sizes) == 1:
        return _Stretch(glyphs, glyphs[0].y, sizes.pop())
    size = Counter(round(glyph.size, 1) for glyph in glyphs).most_common(1)[0][0]
    return _Stretch(glyphs, next(g.y for g in glyphs if abs(g.size - size) < 0.1), size)


def _attach(stretches: list[_Stretch]) -> list[_Stretch]:
    """Put small letters above or below a line into the line they belong to."""
    stretches.sort(key=lambda one: -one.y)
    taken: set[int] = set()
    for at, small in enumerate(stretches):
        if len(small.glyphs) > _LONGEST_MARK:
            continue
        best, nearest = None, 0.0
        for other in _near(stretches, at):
            large = stretches[other]
            if other in taken or small.size >= large.size * _RAISED_SIZE:
                continue
            if not -0.3 * large.size <= small.y - large.y <= 0.75 * large.size:
                continue
            left, right = large.glyphs[0].x0 - small.glyphs[-1].x1, small.glyphs[0].x0
            distance = max(left, right - large.glyphs[-1].x1, 0.0)
            if distance <= 0.4 * large.size and (best is None or distance < nearest):
                best, nearest = other, distance
        if best is not None:
            large = stretches[best]
            both = sorted([*large.glyphs, *small.glyphs], key=lambda glyph: glyph.x0)
            stretches[best] = large._replace(glyphs=both)
            taken.add(at)
    return _merged([one for at, one in enumerate(stretches) if at not in taken])


def _near(stretches: list[_Stretch], at: int) -> Iterator[int]:
    """Give the stretches to whose lines one may belong, by height."""
    y, reach = stretches[at].y, 40.0
    for step in (-1, 1):
        other = at + step
        while 0 <= other < len(stretches) and abs(stretches[other].y - y) <= reach:
            yield other
            other += step


def _merged(stretches: list[_Stretch]) -> list[_Stretch]:
    """Join neighbours of a line between which only a raised mark stood."""
    merged: list[_Stretch] = []
    for one in sorted(stretches, key=lambda one: (-one.y, one.glyphs[0].x0)):
        if merged:
            before = merged[-1]
            size = max(before.size, one.size)
            gap = one.glyphs[0].x0 - before.glyphs[-1].x1
            if before.y - one.y <= _SAME_LINE * size and -size < gap <= ATOM_GAP * size:
                before.glyphs.extend(one.glyphs)
                continue
        merged.append(one)
    return merged


def _atom(stretch: _Stretch) -> Atom:
    glyphs, base, size = stretch
    pieces: list[str] = []
    raised: list[tuple[int, int]] = []
    length = 0
    before: Glyph | None = None
    for glyph in glyphs:
        if before is not None and _apart(before, glyph):
            pieces.append(" ")
            length += 1
        pieces.append(glyph.text)
        if glyph.size < size * _RAISED_SIZE and glyph.y > base + _SAME_LINE * size:
            if raised and raised[-1][1] == length:
                raised[-1] = raised[-1][0], length + len(glyph.text)
            else:
                raised.append((length, length + len(glyph.text)))
        length += len(glyph.text)
        before = glyph
    inked = [glyph for glyph in glyphs if glyph.text.isalnum()]
    bold = bool(inked) and all(glyph.bold for glyph in inked)
    x1 = max(glyph.x1 for glyph in glyphs)
    return Atom("".join(pieces), glyphs[0].x0, x1, base, size, bold, tuple(raised))


def _apart(before: Glyph, glyph: Glyph) -> bool:
    """Whether white space stands between two neighbours of a line."""
    gap = glyph.x0 - before.x1
    size = min(before.size, glyph.size)
    if _CJK.match(before.text) and _CJK.match(glyph.text):
        # A blank of a form, or a space that is in the text: not the distance of spaced letters.
        return gap > (0.1 if glyph.typed else 0.6) * size
    if glyph.spaced:
        return gap > -size
    return gap > _WORD_GAP * size


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


def is_cjk(text: str) -> bool:
    """Whether a text begins with a Chinese or Japanese character or mark."""
    return bool(_CJK.match(text))


def compatible(text: str) -> str:
    """Return a character as it is compared: a radical is its ideograph (⾦ is 金)."""
    return unicodedata.normalize("NFKC", text) if "\u2e80" <= text <= "\u2fdf" else text
