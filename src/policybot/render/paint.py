"""Terminal colours."""

from __future__ import annotations

from collections.abc import Iterable

from policybot.model import Span

_REMOVED, _ADDED = "\033[31m", "\033[32m"
_BOLD, _DIM, _KEY, _RESET = "\033[1m", "\033[2m", "\033[1;33m", "\033[0m"


class Paint:
    """Adds ANSI escape sequences, or nothing where ``colour`` is off."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour

    def _wrap(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self.colour and text else text

    def bold(self, text: str) -> str:
        """Return ``text`` in bold, for headings."""
        return self._wrap(_BOLD, text)

    def dim(self, text: str) -> str:
        """Return ``text`` dimmed, for secondary facts."""
        return self._wrap(_DIM, text)

    def warning(self, text: str) -> str:
        """Return ``text`` in the colour of warnings."""
        return self._wrap(_KEY, text)

    def side(self, text: str, kind: str) -> str:
        """Return text that was ``removed`` or ``added``, in the colour of that ``kind``."""
        code = _REMOVED if kind == "removed" else _ADDED
        return "\n".join(self._wrap(code, line) for line in text.split("\n"))

    def marked(self, text: str, spans: Iterable[Span]) -> str:
        """Return ``text`` with ``spans`` coloured; without escape sequences it is unchanged."""
        if not self.colour:
            return text
        pieces: list[str] = []
        position = 0
        for start, end in spans:
            if start >= position:
                pieces += [text[position:start], _KEY, text[start:end], _RESET]
                position = end
        return "".join([*pieces, text[position:]])
