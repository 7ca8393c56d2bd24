"""The roles of the elements of a format, as the writer needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

Names = frozenset[str]
_NONE: Names = frozenset()


def names(text: str) -> Names:
    """Return the set of names in a text, separated by spaces."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Dialect:
    """The element names of a format by role; any other element is inline or a container.

    ``divisions`` (parts, chapters) and ``provisions`` (sections, articles) are written with their
    number and heading as a heading; numbered ``units`` within a provision begin with their number,
    ``run_in`` elements with their heading. Elements ``apart`` never become items of a lead-in.
    ``leads`` introduce the units after them, ``tails`` follow them. ``items`` are list items.
    ``heads`` are standalone headings; ``quotes`` contain the text of another document. ``spaces``
    are empty elements that separate words, ``breaks`` lines. ``characters`` returns the text that
    an inline element stands for; ``rank`` the level of a heading of ``heads`` relative to its
    division.
    """

    name: str
    drop: Names = _NONE
    divisions: Names = _NONE
    provisions: Names = _NONE
    units: Names = _NONE
    numbers: Names = _NONE
    headings: Names = _NONE
    heads: Names = _NONE
    run_in: Names = _NONE
    apart: Names = _NONE
    leads: Names = _NONE
    tails: Names = _NONE
    paragraphs: Names = _NONE
    lists: Names = _NONE
    items: Names = _NONE
    quotes: Names = _NONE
    notes: Names = _NONE
    tables: Names = field(default_factory=lambda: names("table"))
    rows: Names = field(default_factory=lambda: names("tr"))
    cells: Names = field(default_factory=lambda: names("td th"))
    spaces: Names = _NONE
    breaks: Names = field(default_factory=lambda: names("br"))
    characters: Mapping[str, Callable[[_Element], str]] = field(default_factory=dict)
    rank: Callable[[_Element], int] = lambda _: 0

    @property
    def blocks(self) -> Names:
        """The names of block-level elements."""
        return (
            self.divisions | self.provisions | self.units | self.numbers | self.headings
            | self.heads | self.run_in | self.apart | self.leads | self.tails | self.paragraphs
            | self.lists | self.items | self.quotes | self.tables
        )  # fmt: skip
