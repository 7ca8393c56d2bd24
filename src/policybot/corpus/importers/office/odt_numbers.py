"""The numbers that an OpenDocument text prints before the items of its lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_HAN = "〇一二三四五六七八九"
_ROMAN = (
    (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"),
    (1, "i"),
)  # fmt: skip


class ListStyles:
    """The list styles of a document, and how far each list has counted."""

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

    def begin(self, style: str, continued: str | None, element: _Element) -> None:
        """Begin to count anew, or go on where the list that is named stopped."""
        del style
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
            there = self._levels.get((style, at))
            form = "1" if there is None else there.get(f"{_STYLE}num-format", "1")
            figures.append(_figure(self._counts[at], form))
        number = ".".join(figure for figure in figures if figure)
        if not number:
            return "-"
        before, after = level.get(f"{_STYLE}num-prefix", ""), level.get(f"{_STYLE}num-suffix", "")
        return f"{before}{number}{after}".strip() or "-"


def _figure(number: int, form: str) -> str:
    """Write a number in a form: 1, a, A, i, I or 一; nothing where the form is empty."""
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
        tens, ones = divmod(number, 10)
        head = "" if not tens else "十" if tens == 1 else f"{_HAN[tens]}十"
        return head + (_HAN[ones] if ones else "")
    return str(number)


def roman(number: int) -> str:
    """Write a number below 400 in small Roman figures."""
    out = ""
    for value, letters in _ROMAN:
        while number >= value:
            out += letters
            number -= value
    return out
