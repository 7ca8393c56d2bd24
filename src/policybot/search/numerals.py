"""Small numbers as questions spell them, English and Chinese."""

from __future__ import annotations

_ENGLISH = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty
"""
ENGLISH = {word: number for number, word in enumerate(_ENGLISH.split(), start=1)} | {"dozen": 12}
_HAN = {digit: number for number, digit in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}


def numeral(word: str) -> int:
    """Return the number that a lower-cased word or run of digits stands for.

    Raises:
        KeyError: it is neither digits, nor an English number up to twenty or a Chinese one to ten.
    """
    return int(word) if word.isdecimal() else (ENGLISH | _HAN)[word]
