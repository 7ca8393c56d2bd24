"""The results of an import: drafts of policies, and reports for review."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policybot.model import Policy

ReportKind = Literal[
    "read as", "skipped", "unresolved", "left out", "repaired", "review", "recognised"
]

Status = Literal["imported", "replaced", "unchanged", "kept", "changed", "refused"]


@dataclass(frozen=True, slots=True)
class Report:
    """A message about a source file that a person should read; line 0 is the whole file.

    ``read as``: how the source was interpreted. ``skipped``: text that belongs to no policy.
    ``unresolved``: a possible error that was left as printed. ``left out``: words of the source
    that are neither body nor a key of a policy. ``repaired``: a repair that is an inference.
    ``review``: a decision for a person. ``recognised``: text recognised in an image (OCR).
    """

    file: str
    line: int
    kind: ReportKind
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.kind}: {self.message}"


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The drafts of one source file, in its order."""

    policies: tuple[Policy, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of importing one source file.

    ``imported``: its drafts are new in the corpus. ``replaced``: they replaced earlier ones.
    ``unchanged``: the corpus has all of it already. ``kept``: the same source was imported before,
    and its policies differ from the drafts now (a person edited them); the corpus is not changed.
    ``changed``: a web page differs from the one imported before; the corpus is not changed.
    ``refused``: nothing was imported. ``why`` is the reason, in one line.

    ``address`` is the URL it was fetched from, if any (``path`` is then meaningless); ``later`` is
    true if trying again later may succeed.

    ``paths`` are the files of the corpus with its policies; ``reviews`` are the reasons for review,
    each with a number of policies; ``reports`` are the first reports, ``more_reports`` counts the
    rest.
    """

    path: Path
    status: Status
    kind: str = ""
    policies: int = 0
    paths: tuple[Path, ...] = ()
    reviews: tuple[tuple[str, int], ...] = ()
    reports: tuple[Report, ...] = ()
    more_reports: int = 0
    why: str = ""
    address: str = ""
    later: bool = False

    @property
    def name(self) -> str:
        """The source's path or URL, for display."""
        return self.address or str(self.path)
