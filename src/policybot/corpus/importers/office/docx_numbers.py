"""The numbers that Word prints before paragraphs, which are not in the paragraphs' text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policybot.numerals import roman

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HAN_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class _Level:
    """A level of a list: the style of its numbers, the text around them, the first number."""

    style: str
    text: str
    start: int


class Numbering:
    """Counts the numbered paragraphs of a document, as Word does."""

    def __init__(self, numbering: Any | None) -> None:  # noqa: ANN401 - an lxml element
        self.unknown: set[str] = set()
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if numbering is not None:
            self._read(numbering)

    def _read(self, numbering: Any) -> None:  # noqa: ANN401
        named: dict[str, dict[int, _Level]] = {}
        for abstract in numbering.iterfind(f"{W}abstractNum"):
            elements = abstract.iterfind(f"{W}lvl")
            levels = {_number(level, "ilvl"): _level(level) for level in elements}
            self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
            style = abstract.find(f"{W}styleLink")
            if style is not None:
                named[style.get(f"{W}val", "")] = levels
        for abstract in numbering.iterfind(f"{W}abstractNum"):
            style = abstract.find(f"{W}numStyleLink")
            if style is not None:  # its levels are those of a list style
                levels = named.get(style.get(f"{W}val", ""), {})
                self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
        for num in numbering.iterfind(f"{W}num"):
            name = num.get(f"{W}numId", "")
            link = num.find(f"{W}abstractNumId")
            self._lists[name] = link.get(f"{W}val", "") if link is not None else ""
            for override in num.iterfind(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    self._starts[name, _number(override, "ilvl")] = _number(start, "val")

    def next(self, list_id: str, depth: int) -> str:
        """Return the label of the next paragraph of a list; empty if there is no such list."""
        abstract = self._lists.get(list_id)
        level = self._levels.get(abstract or "", {}).get(depth)
        if abstract is None or level is None or list_id == "0":
            return ""
        counts = self._counts.setdefault(abstract, {})
        start = self._starts.pop((list_id, depth), None)
        if start is not None:
            counts.pop(depth, None)
        counts[depth] = counts.get(depth, (start or level.start) - 1) + 1
        for deeper in [depth_above for depth_above in counts if depth_above > depth]:
            del counts[deeper]
        if level.style == "bullet":
            return "-"
        if level.style == "none":
            return level.text.strip()

        def written(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            depth_above = self._levels[abstract].get(at, level)
            return self._write(counts.get(at, depth_above.start), depth_above.style)

        return re.sub(r"%([1-9])", written, level.text).strip()

    def _write(self, number: int, style: str) -> str:
        writer = _STYLES.get(style)
        if writer is None:
            self.unknown.add(style)
            return str(number)
        return writer(number)


def _level(element: Any) -> _Level:  # noqa: ANN401
    def value(name: str, otherwise: str) -> str:
        child = element.find(f"{W}{name}")
        return otherwise if child is None else str(child.get(f"{W}val", otherwise))

    start = value("start", "1")
    return _Level(
        value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1
    )


def _number(element: Any, name: str) -> int:  # noqa: ANN401
    text = element.get(f"{W}{name}", "0")
    return int(text) if text.isdigit() else 0


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else "0"


def _roman(number: int) -> str:
    return roman(number) if 0 < number < 4000 else str(number)


def _chinese(number: int) -> str:
    """Return a number up to 9999 in Chinese numerals: 一百二十三."""
    if not 0 < number < 10000:
        return str(number) if number else "零"
    written, pending = "", False
    for value, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            written += ("零" if pending and written else "") + _HAN_DIGITS[digit] + word
        pending = not digit
    return written.removeprefix("一") if written.startswith("一十") else written


def _chinese_digits(number: int) -> str:
    return "".join(_HAN_DIGITS[int(digit)] for digit in str(number))


def _circled(number: int) -> str:
    return chr(0x245F + number) if 1 <= number <= 20 else str(number)


_STYLES: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalFullWidth": lambda number: str(number).translate(
        {ord(digit): 0xFEE0 + ord(digit) for digit in "0123456789"}
    ),
    "decimalZero": lambda number: f"{number:02d}",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": _chinese_digits,
    "japaneseDigitalTenThousand": _chinese,
    "taiwaneseDigital": _chinese_digits,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "none": lambda _: "",
}
"""The number formats of ECMA-376, 17.18.59 (ST_NumberFormat), that policies use."""
