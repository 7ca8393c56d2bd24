"""The result of a check."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "skipped", "warning", "problem"]
"""``problem``: the bot cannot start, answers wrongly, or is open to others."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A result, printed on one line: check, level, message, and a remedy ("" for none)."""

    check: str
    level: Level
    message: str
    cure: str = ""

    def without(self, secret: str) -> Finding:
        """Return the finding with a secret replaced by ``[token]``."""
        if not secret:
            return self
        return dataclasses.replace(
            self,
            message=self.message.replace(secret, "[token]"),
            cure=self.cure.replace(secret, "[token]"),
        )


def ok(check: str, message: str) -> Finding:
    """Return a finding that all is well."""
    return Finding(check, "ok", message)


def skipped(check: str, message: str) -> Finding:
    """Return a finding that a check was skipped."""
    return Finding(check, "skipped", message)


def warning(check: str, message: str, cure: str = "") -> Finding:
    """Return a finding that does not keep the bot from running."""
    return Finding(check, "warning", message, cure)


def problem(check: str, message: str, cure: str = "") -> Finding:
    """Return a finding that has to be fixed."""
    return Finding(check, "problem", message, cure)
