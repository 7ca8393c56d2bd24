"""Chinese numerals are read as what they are written for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policybot.numerals import WRITTEN, han_value, written_value

_DIGITS = "〇一二三四五六七八九"


def written(number: int) -> str:
    """Return a number below ten thousand as it is written with units."""
    parts: list[str] = []
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            parts.append(f"{_DIGITS[digit]}{unit}")
        elif parts and number % size and parts[-1] != "零":
            parts.append("零")
    return "".join(parts)


@given(st.integers(1, 9999))
def test_a_number_with_units_is_read_back(number: int) -> None:
    assert han_value(written(number)) == number


@given(st.integers(1, 9999))
def test_a_number_digit_by_digit_is_read_back(number: int) -> None:
    assert han_value("".join(_DIGITS[int(digit)] for digit in str(number))) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("二十", 20), ("两百", 200), ("二○一三", 2013), ("一百零五", 105)],
)
def test_what_people_write(text: str, value: int) -> None:
    assert han_value(text) == value


def test_what_is_no_numeral_is_refused() -> None:
    with pytest.raises(KeyError):
        han_value("甲")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("seventh", 7),
        ("forty-second", 42),
        ("thirty one", 31),
        ("séptima", 7),
        ("decimo", 10),
        ("décimo cuarto", 14),
        ("vigésima primera", 21),
        ("treinta y dos", 32),
        ("veintidós", 22),
        ("único", 1),
        ("second third", None),
        ("ten thirty", None),
        ("harbour", None),
    ],
)
def test_a_number_in_words_is_read_alike_as_ordinal_and_cardinal(
    words: str, value: int | None
) -> None:
    assert written_value(words) == value
    assert (re.fullmatch(WRITTEN, words) is not None) >= (value is not None)
