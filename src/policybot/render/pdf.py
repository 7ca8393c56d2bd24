"""A policy as a PDF: word for word, its headings as the outline, each page with its number.

It is set with fpdf2, in fonts of this machine (the extra ``plots``); only the characters that a
policy has are embedded. Both are imported only when a PDF is asked for.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from policybot.errors import PolicyBotError
from policybot.model import Policy
from policybot.render.fonts import Font, font_files

if TYPE_CHECKING:
    from fpdf import FPDF

MISSING = "a PDF needs fpdf2 and matplotlib: pip install 'policybot[plots]'"

BODY_SIZE, TITLE_SIZE, SMALL_SIZE = 10.5, 16.0, 9.0
"""Points."""

_HEADING_SIZES = (15.0, 13.5, 12.0)
_LINE = 1.5
"""The height of a line in sizes of its font."""

_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""What stands as the time of making: the same policy always gives the same bytes."""

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OPENING = "(\\[{“‘（《〈「『【〔［｛"
_CLOSING = ")\\]}”’）》〉」』】〕］｝，。、；：？！,.;:?!…—％%"
_UNIT = re.compile(
    rf" +|[{_OPENING}]*(?:[{_WIDE}]|[^ {_WIDE}{_OPENING}{_CLOSING}]+|[^ ])[{_CLOSING}]*"
)
"""What no line breaks in: a word, or one Chinese character, with the punctuation it carries."""


def can_be_pdf() -> bool:
    """Whether what makes a PDF is installed."""
    return all(importlib.util.find_spec(name) for name in ("fpdf", "matplotlib"))


def pdf_fonts(policy: Policy, facts: Sequence[str] = ()) -> list[Font] | None:
    """Return the fonts that can write a policy; None where a character has none.

    Nor is there one for text that runs from right to left, which is not set here.
    """
    text = _printable("\n".join([policy.title, *facts, policy.body]))
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in set(text)):
        return None
    return font_files([text])


def policy_pdf(policy: Policy, facts: Sequence[str]) -> bytes:
    """Return a policy as a PDF; ``facts`` are the lines below its title.

    Raises:
        PolicyBotError: fpdf2 is not installed, or no font has one of the characters.
    """
    if not can_be_pdf():
        raise PolicyBotError(MISSING)
    fonts = pdf_fonts(policy, facts)
    if fonts is None:
        raise PolicyBotError(f"no font of this machine can write all of {policy.id}")
    page = _Page(policy.title, fonts)
    page.write(policy.title, TITLE_SIZE)
    for fact in facts:
        page.write(fact, SMALL_SIZE)
    page.gap()
    for block in policy.body.split("\n\n"):
        text = block.strip("\n")
        heading = _HEADING.fullmatch(text)
        if heading:
            page.heading(heading[2], len(heading[1]))
        elif text.strip():
            page.write(text, BODY_SIZE)
            page.gap()
    return page.bytes()


class _Page:
    """The page that is being written."""

    def __init__(self, title: str, fonts: Sequence[Font]) -> None:
        self._pdf = pdf = _numbered()
        for font in fonts:
            pdf.add_font(font.name, fname=font.path, collection_font_number=font.face)
        self._name = fonts[0].name
        pdf.set_fallback_fonts([font.name for font in fonts[1:]], exact_match=False)
        pdf.set_font(self._name, size=BODY_SIZE)
        pdf.set_title(_printable(title))
        pdf.set_creator("policybot")
        pdf.set_creation_date(_MADE)
        pdf.set_margin(20)
        pdf.set_auto_page_break(auto=True, margin=20)
        pdf.add_page()
        self._level = -1
        self._widths: dict[tuple[float, str], float] = {}

    def heading(self, text: str, depth: int) -> None:
        """Write a heading, and put it into the outline, no deeper than one below the one before."""
        self._level = min(depth - 1, self._level + 1)
        self.gap()
        size = _HEADING_SIZES[min(depth, len(_HEADING_SIZES)) - 1]
        # What it heads begins on the same page.
        room = 4 * _LINE * size / self._pdf.k
        if self._pdf.will_page_break(room):
            self._pdf.add_page()
        self._pdf.start_section(_printable(text), self._level)
        self.write(text, size)
        self.gap()

    def gap(self) -> None:
        """Leave half a line free, but not at the top of a page."""
        if self._pdf.get_y() > self._pdf.t_margin:
            self._pdf.ln(BODY_SIZE * _LINE / 2 / self._pdf.k)

    def write(self, text: str, size: float) -> None:
        """Write lines of text, broken where they are full."""
        self._pdf.set_font(self._name, size=size)
        height = _LINE * size / self._pdf.k
        for line in _printable(text).split("\n"):
            for part in self._broken(line, size):
                self._pdf.cell(0, height, part, new_x="LMARGIN", new_y="NEXT")

    def bytes(self) -> bytes:
        """Return the document."""
        return bytes(self._pdf.output())

    def _broken(self, line: str, size: float) -> Iterator[str]:
        """Yield a line in parts that fit on the page."""
        room, part, width = self._pdf.epw - 2 * self._pdf.c_margin, "", 0.0
        for unit in self._units(line, size, room):
            wide = self._width(unit, size)
            if part and width + wide > room:
                yield part.rstrip(" ")
                part, width = "", 0.0
                unit = unit.lstrip(" ")  # noqa: PLW2901 (no line begins with the break)
                wide = self._width(unit, size)
            part, width = part + unit, width + wide
        yield part.rstrip(" ")

    def _units(self, line: str, size: float, room: float) -> Iterator[str]:
        """Yield what no line breaks in; what is wider than a line by itself, by character."""
        for unit in _UNIT.findall(line):
            if self._width(unit, size) <= room:
                yield unit
            else:
                yield from unit

    def _width(self, unit: str, size: float) -> float:
        known = self._widths.get((size, unit))
        if known is None:
            known = self._pdf.get_string_width(unit)
            self._widths[size, unit] = known
        return known


def _numbered() -> FPDF:
    """Return an empty document whose pages have their number at the foot."""
    from fpdf import FPDF

    class Numbered(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font_size(SMALL_SIZE)
            self.cell(0, 5, str(self.page_no()), align="C")

    document = Numbered()
    # It would put the number of pages for its mark wherever a text has it; for this one none has.
    document.alias_nb_pages("\x00")
    return document


def _printable(text: str) -> str:
    """Return a text without characters that print nothing; spaces of any kind are as they print."""
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join(
        " " if unicodedata.category(char) == "Zs" and char != "\u3000" else char
        for char in text
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"}
    )
