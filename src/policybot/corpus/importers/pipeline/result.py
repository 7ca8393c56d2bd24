"""What an import gives: drafts of policies, and everything a person should look at."""

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
    """One thing about a source file that a person should look at; line 0 is the whole file.

    ``read as``: how the source was understood. ``skipped``: text that belongs to no policy.
    ``unresolved``: something that may be wrong and was left as printed. ``left out``: words of the
    source that are neither body nor a key of a policy. ``repaired``: a repair that rests on more
    than the characters themselves. ``review``: something that only a person can decide.
    ``recognised``: text that was read from a picture.
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
    """What became of one source file.

    ``imported``: its drafts are new in the corpus. ``replaced``: they took the place of earlier
    ones. ``unchanged``: all of it was there already. ``kept``: the same source was imported before,
    and the corpus differs from its drafts by now (a person edited them); the corpus stays.
    ``changed``: a page is another than the one imported before; the corpus stays. ``refused``:
    nothing of it was taken. ``why`` is the reason, in one line.

    ``address`` is where it was fetched from, and then ``path`` says nothing; ``later`` tells that
    it may be had another time.

    ``paths`` are the files of the corpus that hold its policies; ``reviews`` says what a person has
    to supply or decide, each with the number of policies it is about; ``reports`` are the first
    reports, ``more_reports`` counts those after them.
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
        """What a person calls the source: its path or address."""
        return self.address or str(self.path)
