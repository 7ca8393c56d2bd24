"""The interface of importers: their arguments and their result.

An importer is a generator: it yields drafts and reports in the order of the source and writes
nothing. Callers process them one by one, so that a table of a million rows needs little memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.repairs import Years
from policybot.corpus.issuers.table import IssuerBook
from policybot.errors import ImportRefusedError
from policybot.model import Policy, Source
from policybot.progress import Progress


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A regular file, not empty and not larger than its kind allows; ``size`` is in bytes.

    ``path`` is where to read it. Drafts cite its ``name`` under ``sources/`` (a relative POSIX
    path) and ``sha256``, the digest of the whole file.
    """

    path: Path
    name: str
    size: int
    sha256: str

    def cite(self, lines: str | None = None) -> Source:
        """Return a citation of this source; ``lines`` names lines, pages or paragraphs."""
        return Source(self.name, self.sha256, lines)


class Room:
    """The budget of bytes that all containers of a file may still unpack together."""

    def __init__(self, left: int) -> None:
        self.left = left

    def check(self, path: Path, size: int) -> None:
        """Check that ``size`` bytes can be unpacked.

        Raises:
            ImportRefusedError: they exceed the budget.
        """
        if size > self.left:
            raise ImportRefusedError(
                f"{path}: unpacks to {size / 1e6:,.1f} MB; at most {self.left / 1e6:,.1f} MB are "
                "read"
            )

    def take(self, path: Path, size: int) -> None:
        """Use ``size`` bytes of the budget.

        Raises:
            ImportRefusedError: they exceed the budget.
        """
        self.check(path, size)
        self.left -= size


@dataclass(frozen=True, slots=True)
class Given:
    """Metadata of a source that is known from elsewhere, such as its web server.

    ``url`` is the address of policies that state none of their own; ``charset`` the encoding;
    ``issuers`` and ``language`` apply to policies that state none.
    """

    url: str | None = None
    charset: str | None = None
    issuers: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Options of an import.

    ``years`` is the range of years in which lost zeros are restored, None to restore none; ``text``
    says what ``.txt`` files are, None to detect it; ``map`` and ``map_file`` map columns of tables
    to keys. ``within`` and ``room`` are for files in containers: the nesting depth, and the bytes
    that may still be unpacked. ``given`` is metadata known from elsewhere.
    """

    issuers: IssuerBook = field(default_factory=IssuerBook)
    years: Years | None = None
    text: Literal["list", "document"] | None = None
    map: tuple[str, ...] = ()
    map_file: Path | None = None
    progress: Progress | None = None
    within: int = 0
    room: Room | None = None
    given: Given = Given()


Read = Callable[[SourceFile, ImportOptions], Iterator[Policy | Report]]
"""Yields the drafts of a source and reports about it, or raises ImportRefusedError.

A draft with an empty id gets one from its date and title; any other id must be free.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source file.

    ``output`` is ``files`` for a Markdown file per policy, ``lines`` for a JSONL file per source.
    Files of a ``hostile`` kind may attack their parser, so they are read in another process.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Read
    max_bytes: int
    output: Literal["files", "lines"] = "files"
    hostile: bool = False
