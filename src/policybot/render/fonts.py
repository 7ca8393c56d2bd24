"""Fonts of this machine that can render a text: matplotlib's own, and one with Chinese.

matplotlib is in the extra ``plots``; it is imported here and where a chart is drawn.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OWN = "DejaVu Sans"
"""The font that matplotlib ships."""

CURE = "install one, as with: apt install fonts-noto-cjk"

_LIKELY = ("cjk", "hei", "han", "song", "ming", "fallback", "wqy", "pingfang", "unicode")
"""Parts of the file names of fonts with Chinese; those are searched first."""

_SIMPLIFIED = (" SC", " GB", " CN", " Hans")
"""Suffixes of the faces of a collection that draw characters as in mainland China."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font file: the font's name, the path, and the face's index in a collection."""

    name: str
    path: str
    face: int = 0


@functools.cache
def chinese_font() -> str | None:
    """Return the name of a font with Chinese, as matplotlib knows it; None if there is none."""
    from matplotlib import font_manager

    def unlikely(path: str) -> tuple[bool, bool, str]:
        name = Path(path).name.lower()
        return not any(word in name for word in _LIKELY), "bold" in name, name

    for path in sorted(font_manager.findSystemFonts(), key=unlikely):
        try:
            if not font_manager.get_font(path).get_char_index(ord("国")):
                continue
            # matplotlib's own list may be older than the font's installation.
            font_manager.fontManager.addfont(path)
            return str(font_manager.FontProperties(fname=path).get_name())
        except (OSError, RuntimeError):
            continue  # not a font that FreeType reads
    return None


def fonts_for(texts: Iterable[str]) -> list[str] | None:
    """Return the names of fonts that together can render the texts, in order of preference.

    None where no font has one of the characters.
    """
    from matplotlib import font_manager

    needed = {char for text in texts for char in text if not char.isspace()}
    names = [OWN]
    missing = _missing(font_manager.findfont(OWN), needed)
    chinese = chinese_font() if missing else None
    if chinese:
        names.append(chinese)
        missing = _missing(font_manager.findfont(chinese, fallback_to_default=False), missing)
    return None if missing else names


def font_files(texts: Iterable[str]) -> list[Font] | None:
    """Return the files of fonts that together can render the texts, the most used first.

    None where no font has one of the characters.
    """
    from matplotlib import font_manager

    names = fonts_for(texts)
    if names is None:
        return None
    paths = [font_manager.findfont(name, fallback_to_default=False) for name in names]
    return [
        Font(name, path, _face(path)) for name, path in reversed([*zip(names, paths, strict=True)])
    ]


@functools.cache
def _face(path: str) -> int:
    """Return the index of a collection's face for simplified Chinese; 0 if there is none."""
    from fontTools.ttLib import TTCollection

    if Path(path).suffix.lower() not in {".ttc", ".otc"}:
        return 0
    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getDebugName(1) or "") for font in collection.fonts]
    return next((n for n, name in enumerate(names) if name.endswith(_SIMPLIFIED)), 0)


def _missing(path: str, characters: set[str]) -> set[str]:
    from matplotlib import font_manager

    font = font_manager.get_font(path)
    return {char for char in characters if not font.get_char_index(ord(char))}
