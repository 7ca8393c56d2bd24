"""Problems of a corpus, each printed on one line: ``file:line: message``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# A file name may contain terminal control sequences or lone surrogates.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of the corpus; ``line`` is 1-based. Errors prevent indexing, warnings do not."""

    file: str
    line: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return _CONTROL.sub(
            lambda match: f"\\x{ord(match[0]):02x}", f"{self.file}:{self.line}: {self.message}"
        )


def unknown_key(key: str, known: Iterable[str], where: str = "") -> str:
    """Return the message that ``key`` is unknown, with the nearest known key or all of them."""
    names = sorted(known)
    nearest = difflib.get_close_matches(key, names, n=1)
    hint = f"did you mean {nearest[0]!r}?" if nearest else f"known keys: {', '.join(names)}"
    return f"unknown key {key!r}{where}; {hint}"
