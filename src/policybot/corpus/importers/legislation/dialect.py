"""Which element of a format is what: all that the writer needs to know about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

Names = frozenset[str]
_NONE: Names = frozenset()


def names(text: str) -> Names:
    """Return the names in a text."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Dialect:
    """The elements of a format, by what they are; one that is not named is inline or a container.

    ``divisions`` (parts, chapters) and ``provisions`` (sections, articles) print their number and
    heading as a heading; what is numbered within a provision (``units``) opens with its number, and
    what is ``run_in`` with its heading. What stands ``apart`` is no item of what leads into it.
    ``leads`` introduce the units after them, ``tails`` end them. ``items`` are those of lists.
    ``heads`` are headings that stand by themselves; ``quotes`` hold the text of another document.
    ``spaces`` are empty elements that divide words, ``breaks`` lines. ``characters`` gives the text
    of an inline element that stands for some; ``rank`` how far a heading of ``heads`` is below the
    division it is in.
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
        """Elements that are no part of a line of text."""
        return (
            self.divisions | self.provisions | self.units | self.numbers | self.headings
            | self.heads | self.run_in | self.apart | self.leads | self.tails | self.paragraphs
            | self.lists | self.items | self.quotes | self.tables
        )  # fmt: skip
