"""What a check finds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "skipped", "warning", "problem"]
"""``problem``: the bot cannot start, answers wrongly, or is open to others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: which check, how grave, what is so, and what to do about it ("" for nothing)."""

    check: str
    level: Level
    message: str
    cure: str = ""

    def without(self, secret: str) -> Finding:
        """Return the finding with a secret cut out of it."""
        if not secret:
            return self
        return dataclasses.replace(
            self,
            message=self.message.replace(secret, "[token]"),
            cure=self.cure.replace(secret, "[token]"),
        )


def ok(check: str, message: str) -> Finding:
    """Return that all is well."""
    return Finding(check, "ok", message)


def skipped(check: str, message: str) -> Finding:
    """Return that a check was not made."""
    return Finding(check, "skipped", message)


def warning(check: str, message: str, cure: str = "") -> Finding:
    """Return something to look at; the bot runs all the same."""
    return Finding(check, "warning", message, cure)


def problem(check: str, message: str, cure: str = "") -> Finding:
    """Return something that has to be mended."""
    return Finding(check, "problem", message, cure)
