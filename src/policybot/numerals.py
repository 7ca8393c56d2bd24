"""Numbers in words: Chinese numerals (二十三, 二〇一三), "twenty-first", "décimo tercero".

And numbers to Roman numerals.
"""

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


_ENGLISH = """
one/first two/second three/third four/fourth five/fifth six/sixth seven/seventh eight/eighth
nine/ninth ten/tenth eleven/eleventh twelve/twelfth thirteen/thirteenth fourteen/fourteenth
fifteen/fifteenth sixteen/sixteenth seventeen/seventeenth eighteen/eighteenth nineteen/nineteenth
"""
_SPANISH = """
uno/primero/primer/único dos/segundo tres/tercero/tercer cuatro/cuarto cinco/quinto seis/sexto
siete/séptimo/sétimo ocho/octavo nueve/noveno diez/décimo once/undécimo/decimoprimero/onceavo
doce/duodécimo/decimosegundo trece/decimotercero catorce/decimocuarto quince/decimoquinto
dieciséis/decimosexto diecisiete/decimoséptimo dieciocho/decimoctavo diecinueve/decimonoveno
veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho
veintinueve
"""
_TENS = """
twenty/twentieth/veinte/vigésimo thirty/thirtieth/treinta/trigésimo
forty/fortieth/cuarenta/cuadragésimo
fifty/fiftieth/cincuenta/quincuagésimo sixty/sixtieth/sesenta/sexagésimo
seventy/seventieth/setenta/septuagésimo eighty/eightieth/ochenta/octogésimo
ninety/ninetieth/noventa/nonagésimo
"""
_PLAIN = str.maketrans("áéíóú", "aeiou")


def _values(text: str, first: int, step: int) -> dict[str, int]:
    """Return the words of a list with their values; a Spanish ordinal has a feminine form too."""
    values: dict[str, int] = {}
    for value, words in enumerate(text.split()):
        for word in words.split("/"):
            values[word.translate(_PLAIN)] = first + step * value
    return values


_SMALL = _values(_ENGLISH, 1, 1) | _values(_SPANISH, 1, 1)
_LARGE = _values(_TENS, 20, 10) | {"decimo": 10}
_WORD = "|".join(sorted({*_SMALL, *_LARGE}, key=len, reverse=True))
_ACCENTED = {"a": "[aá]", "e": "[eé]", "i": "[ií]", "o": "[oóa]", "u": "[uú]"}


def _accented(words: str) -> str:
    """Return a pattern for words with or without accents, in both genders."""
    return "".join(_ACCENTED.get(letter, letter) for letter in words)


WRITTEN = rf"(?:{_accented(_WORD)})(?:(?:-| y | )(?:{_accented(_WORD)}))?(?![\w-])"
"""A regular expression, in lower case, for a number in English or Spanish words up to 99."""


def _cardinals(text: str, *places: int) -> str:
    """Return a pattern for the words of a list that stand at those places of their groups."""
    groups = [group.split("/") for group in text.split()]
    words = {group[at].translate(_PLAIN) for group in groups for at in places}
    either = "|".join(sorted(words, key=len, reverse=True))
    return "".join((_ACCENTED | {"o": "[oó]"}).get(letter, letter) for letter in either)


_ONES = _cardinals(" ".join([*_ENGLISH.split()[:9], *_SPANISH.split()[:9]]), 0)
CARDINAL = (
    rf"(?:(?:{_cardinals(_TENS, 0, 2)})(?:(?:-| y | )(?:{_ONES}))?"
    rf"|una|{_cardinals(_ENGLISH + _SPANISH, 0)})(?![\w-])"
)
"""The same for cardinal numbers alone: "two", never "second"."""


def written_value(text: str) -> int | None:
    """Return the value of a number in English or Spanish words in lower case; None if it is none.

    Ordinals and cardinals count alike: "third", "tercera" and "three" are 3; "único" is 1.
    """
    words = [_known(word) for word in re.split(r"-| y | ", text)]
    if len(words) == 1:
        return _SMALL.get(words[0], _LARGE.get(words[0]))
    large, small = _LARGE.get(words[0]), _SMALL.get(words[-1], 0)
    return large + small if len(words) == 2 and large and 0 < small < 10 else None


def _known(word: str) -> str:
    plain = word.translate(_PLAIN)
    masculine = f"{plain[:-1]}o" if plain.endswith("a") else plain
    return masculine if masculine in _SMALL or masculine in _LARGE else plain
