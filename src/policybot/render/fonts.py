"""Which fonts of this machine can write a text: matplotlib's own, and one with Chinese.

matplotlib is of the extra ``plots``; it is imported only here and where a picture is drawn.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

OWN = "DejaVu Sans"
"""The font that matplotlib brings along."""

CURE = "install one, as with: apt install fonts-noto-cjk"

_LIKELY = ("cjk", "hei", "han", "song", "ming", "fallback", "wqy", "pingfang", "unicode")
"""What the file names of fonts with Chinese have in them: those are looked into first."""

_SIMPLIFIED = (" SC", " GB", " CN", " Hans")
"""How the names of those faces of a collection end that draw characters as mainland China does."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font in a file: its name, where it is, and which face of a collection."""

    name: str
    path: str
    face: int = 0


@functools.cache
def chinese_font() -> str | None:
    """Return the name of a font with Chinese, as matplotlib knows it; None where there is none."""
    from matplotlib import font_manager

    def unlikely(path: str) -> tuple[bool, bool, str]:
        name = Path(path).name.lower()
        return not any(word in name for word in _LIKELY), "bold" in name, name

    for path in sorted(font_manager.findSystemFonts(), key=unlikely):
        try:
            if not font_manager.get_font(path).get_char_index(ord("国")):
                continue
            # What it finds by itself may be of before the font was installed.
            font_manager.fontManager.addfont(path)
            return str(font_manager.FontProperties(fname=path).get_name())
        except (OSError, RuntimeError):
            continue  # no font that FreeType reads
    return None


def fonts_for(texts: Iterable[str]) -> list[str] | None:
    """Return fonts that can write the texts between them, the first that has a character writes it.

    None where no font has one of the characters.
    """
    from matplotlib import font_manager

    needed = {char for text in texts for char in text if not char.isspace()}
    names = [OWN]
    missing = _missing(font_manager.findfont(OWN), needed)
    other = chinese_font() if missing else None
    if other:
        names.append(other)
        missing = _missing(font_manager.findfont(other, fallback_to_default=False), missing)
    return None if missing else names


def font_files(texts: Iterable[str]) -> list[Font] | None:
    """Return the files of the fonts that can write the texts; what writes most comes first.

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
    """Return which face of a collection is for simplified Chinese; the first where none is."""
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
