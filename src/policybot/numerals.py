"""Chinese numerals (二十三, 一百零五, 二〇一三) to numbers, and numbers to Roman numerals."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2
}  # fmt: skip
_UNITS = {"": 1, "十": 10, "百": 100, "千": 1000}
_UNIT = re.compile("[十百千]")
_PART = re.compile("([一二三四五六七八九两]?)([十百千]?)")


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")
)  # fmt: skip


def roman(number: int) -> str:
    """Return a number as a Roman numeral in lower case; empty for 0."""
    parts = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        parts.append(letters * count)
    return "".join(parts)


def han_value(text: str) -> int:
    """Return the number that Chinese numerals say, with units or digit by digit.

    Raises:
        KeyError: a character that is no numeral, in a text without units.
        ValueError: an empty text.
    """
    if not _UNIT.search(text):
        return int("".join(str(_DIGITS[digit]) for digit in text))
    value = 0
    for digit, unit in _PART.findall(text):
        ones = _DIGITS[digit] if digit else int(unit == "十")
        value += ones * _UNITS[unit]
    return value
