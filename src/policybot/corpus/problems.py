"""What is wrong with a corpus: one problem is one line, ``file:line: message``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of the corpus; ``line`` is 1-based. Errors keep a corpus from being indexed."""

    file: str
    line: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def unknown_key(key: str, known: Iterable[str], where: str = "") -> str:
    """Say that ``key`` is unknown, and name the nearest known one or all of them."""
    names = sorted(known)
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known keys: {', '.join(names)}"
    return f"unknown key {key!r}{where}; {hint}"
