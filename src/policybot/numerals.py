"""Chinese numerals: what number 二十三, 一百零五 and 二〇一三 are."""

from __future__ import annotations

import re

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0, "○": 0, "两": 2
}  # fmt: skip
_UNITS = {"": 1, "十": 10, "百": 100, "千": 1000}
_UNIT = re.compile("[十百千]")
_PART = re.compile("([一二三四五六七八九两]?)([十百千]?)")


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
