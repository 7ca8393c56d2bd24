"""The numbers that OpenDocument prints before list items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policybot.numerals import roman

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_HAN = "〇一二三四五六七八九"


class ListStyles:
    """The list styles of a document, and the current count of each list."""

    def __init__(self, roots: list[_Element]) -> None:
        self._levels: dict[tuple[str, int], _Element] = {}
        for root in roots:
            for style in root.iter(f"{_TEXT}list-style"):
                name = style.get(f"{_STYLE}name", "")
                for level in style:
                    at = level.get(f"{_TEXT}level", "")
                    if at.isdigit():
                        self._levels.setdefault((name, int(at) - 1), level)
        self._counts: list[int] = []
        self._by_id: dict[str, list[int]] = {}

    def begin(self, continued: str | None, element: _Element) -> None:
        """Restart the count, or resume that of the list with the id ``continued``."""
        self._counts = self._by_id.get(continued or "", [])
        if name := element.get(_XML_ID):
            self._by_id[name] = self._counts

    def next(self, style: str, depth: int, start: str | None) -> str:
        """Return the label of the next item: its number, or ``-`` for a bullet."""
        level = self._levels.get((style, depth))
        while len(self._counts) <= depth:
            self._counts.append(0)
        del self._counts[depth + 1 :]
        if start and start.isdigit():
            self._counts[depth] = int(start) - 1
        elif not self._counts[depth] and level is not None:
            first = level.get(f"{_TEXT}start-value", "1")
            self._counts[depth] = int(first) - 1 if first.isdigit() else 0
        self._counts[depth] += 1
        if level is None or level.tag != f"{_TEXT}list-level-style-number":
            return "-"
        shown = level.get(f"{_TEXT}display-levels", "1")
        from_depth = max(0, depth + 1 - (int(shown) if shown.isdigit() else 1))
        figures = []
        for at in range(from_depth, depth + 1):
            level_at = self._levels.get((style, at))
            form = "1" if level_at is None else level_at.get(f"{_STYLE}num-format", "1")
            figures.append(_figure(self._counts[at], form))
        number = ".".join(figure for figure in figures if figure)
        if not number:
            return "-"
        before, after = level.get(f"{_STYLE}num-prefix", ""), level.get(f"{_STYLE}num-suffix", "")
        return f"{before}{number}{after}".strip() or "-"


def _figure(number: int, form: str) -> str:
    """Format a number in a style: 1, a, A, i, I or 一; empty if the style is."""
    if not form:
        return ""
    if form in {"a", "A"}:
        letters = ""
        while number > 0:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("a") + rest) + letters
        return letters.upper() if form == "A" else letters
    if form in {"i", "I"} and 0 < number < 400:
        return roman(number).upper() if form == "I" else roman(number)
    if form.startswith("一") and 0 < number < 100:
        tens, units = divmod(number, 10)
        head = "" if not tens else "十" if tens == 1 else f"{_HAN[tens]}十"
        return head + (_HAN[units] if units else "")
    return str(number)
