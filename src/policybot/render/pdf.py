"""A policy as a PDF: word for word, with an outline of its headings and page numbers.

Made by fpdf2 with fonts of this machine (the extra ``plots``); only the glyphs used are embedded.
Both libraries are imported on use.
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
"""Line height, as a multiple of the font size."""

_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The creation time written into files, so that the same policy always gives the same bytes."""

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OPENING = "(\\[{“‘（《〈「『【〔［｛"
_CLOSING = ")\\]}”’）》〉」』】〕］｝，。、；：？！,.;:?!…—％%"
_UNIT = re.compile(
    rf" +|[{_OPENING}]*(?:[{_WIDE}]|[^ {_WIDE}{_OPENING}{_CLOSING}]+|[^ ])[{_CLOSING}]*"
)
"""Units that are never broken: a word, or a Chinese character, with adjoining punctuation."""


def can_be_pdf() -> bool:
    """Whether the libraries for PDFs are installed."""
    return all(importlib.util.find_spec(name) for name in ("fpdf", "matplotlib"))


def pdf_fonts(policy: Policy, facts: Sequence[str] = ()) -> list[Font] | None:
    """Return fonts that can render a policy; None where no font has one of the characters.

    None also for right-to-left text, which is not supported.
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
        raise PolicyBotError(f"no font of this machine has all characters of {policy.id}")
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
    """The page being written, and the breaking of lines."""

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
        """Write a heading and add it to the outline, at most one level below the one before."""
        self._level = min(depth - 1, self._level + 1)
        self.gap()
        size = _HEADING_SIZES[min(depth, len(_HEADING_SIZES)) - 1]
        # Keep a heading on the page of its text.
        needed = 4 * _LINE * size / self._pdf.k
        if self._pdf.will_page_break(needed):
            self._pdf.add_page()
        self._pdf.start_section(_printable(text), self._level)
        self.write(text, size)
        self.gap()

    def gap(self) -> None:
        """Leave half a line blank, except at the top of a page."""
        if self._pdf.get_y() > self._pdf.t_margin:
            self._pdf.ln(BODY_SIZE * _LINE / 2 / self._pdf.k)

    def write(self, text: str, size: float) -> None:
        """Write text, broken into lines of the page's width."""
        self._pdf.set_font(self._name, size=size)
        height = _LINE * size / self._pdf.k
        for line in _printable(text).split("\n"):
            for part in self._broken(line, size):
                self._pdf.cell(0, height, part, new_x="LMARGIN", new_y="NEXT")

    def bytes(self) -> bytes:
        """Return the PDF file."""
        return bytes(self._pdf.output())

    def _broken(self, line: str, size: float) -> Iterator[str]:
        """Yield a line in parts that fit the page's width."""
        limit, part, width = self._pdf.epw - 2 * self._pdf.c_margin, "", 0.0
        for unit in self._units(line, size, limit):
            wide = self._width(unit, size)
            if part and width + wide > limit:
                yield part.rstrip(" ")
                part, width = "", 0.0
                unit = unit.lstrip(" ")  # noqa: PLW2901 (no line begins with a space)
                wide = self._width(unit, size)
            part, width = part + unit, width + wide
        yield part.rstrip(" ")

    def _units(self, line: str, size: float, limit: float) -> Iterator[str]:
        """Yield the unbreakable units of a line; one wider than a line, by character."""
        for unit in _UNIT.findall(line):
            if self._width(unit, size) <= limit:
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
    """Return an empty document with page numbers in the footer."""
    from fpdf import FPDF

    class Numbered(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font_size(SMALL_SIZE)
            self.cell(0, 5, str(self.page_no()), align="C")

    document = Numbered()
    # fpdf2 replaces this alias by the page count wherever it occurs; no text contains this one.
    document.alias_nb_pages("\x00")
    return document


def _printable(text: str) -> str:
    """Return a text without invisible characters, and with every kind of space as a plain one."""
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join(
        " " if unicodedata.category(char) == "Zs" and char != "\u3000" else char
        for char in text
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"}
    )
