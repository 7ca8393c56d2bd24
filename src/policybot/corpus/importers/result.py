"""What an import gives: drafts of policies, and everything a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policybot.model import Policy

ReportKind = Literal["skipped", "unresolved", "left out", "repaired"]


@dataclass(frozen=True, slots=True)
class Report:
    """One thing about a source file that a person should look at.

    ``skipped``: text that belongs to no policy. ``unresolved``: something that may be wrong and was
    left as printed. ``left out``: words of a heading that are neither title, date, number nor
    issuer. ``repaired``: a repair that rests on more than the digits themselves.
    """

    file: str
    line: int
    kind: ReportKind
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.kind}: {self.message}"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The drafts of one source file, in its order; ``paths`` are their files once written."""

    policies: tuple[Policy, ...]
    reports: tuple[Report, ...]
    paths: tuple[Path, ...] = ()
