"""Check whether the text layer of a page is usable: fonts may map characters to anything.

Characters that a font does not map are counted by the caller. Wrong mappings show in the whole
text: words without vowels, or very rare Chinese characters.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_MOST_NAMELESS = 0.01
_FEWEST_LETTERS = 80
_FEWEST_VOWELS = 0.2
_MOST_MIXED = 0.3
_FEWEST_COMMON = 0.7
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TOKEN = re.compile(r"\S{4,}")
_MIXED = re.compile(
    r"[A-Za-z][&%$#@!?+=<>^~|\\{}\[\]\"*][A-Za-z]|[a-z][A-Z][a-z][A-Z]|[a-z][0-9][a-z]"
)
_VOWELS = frozenset("aeiouyAEIOUY")


def why_unreadable(text: str, characters: int, nameless: int) -> str | None:
    """Return why a text layer is unusable; None if it is usable.

    Args:
        text: The text.
        characters: The number of characters printed.
        nameless: The number of those that the fonts do not map to Unicode.
    """
    if nameless > _MOST_NAMELESS * characters and nameless > 1:
        return f"{nameless} of its {characters} characters have no meaning in its fonts"
    latin = "".join(_LATIN.findall(text))
    if len(latin) >= _FEWEST_LETTERS:
        vowels = sum(unicodedata.normalize("NFD", letter)[0] in _VOWELS for letter in latin)
        if vowels < _FEWEST_VOWELS * len(latin):
            return "its fonts give it letters that make no words"
        tokens = _TOKEN.findall(text)
        if sum(_MIXED.search(token) is not None for token in tokens) > _MOST_MIXED * len(tokens):
            return "its fonts give it letters that make no words"
    han = _HAN.findall(text)
    if len(han) >= _FEWEST_LETTERS // 2:
        common = sum(map(_is_common, han))
        if common < _FEWEST_COMMON * len(han):
            return "its fonts give it Chinese characters that hardly occur"
    return None


@functools.lru_cache(maxsize=1 << 16)
def _is_common(character: str) -> bool:
    """Return whether a character is in level 1 of GB 2312, or among the frequent ones of Big5."""
    for encoding, first, last in (("gb2312", 0xB0A1, 0xD7F9), ("big5", 0xA440, 0xC67E)):
        try:
            code = int.from_bytes(character.encode(encoding), "big")
        except UnicodeEncodeError:
            continue
        if first <= code <= last:
            return True
    return False
