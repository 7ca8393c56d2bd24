"""A source file and who reads it: what every importer is given, and what it promises.

An importer is a generator: it yields drafts and reports in the order of the source and writes
nothing. Whoever calls it holds none of them, so that a table of a million rows needs no memory.
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
    """A regular file that is not empty nor larger than its kind may be.

    ``path`` is where to read it; ``name`` is what it is called under ``sources/`` (POSIX, may have
    folders), and ``sha256`` is of the whole file: these two are what drafts cite.
    """

    path: Path
    name: str
    size: int
    sha256: str

    def cite(self, lines: str | None = None) -> Source:
        """Return what a draft says of its source; ``lines`` are lines, pages or paragraphs."""
        return Source(self.name, self.sha256, lines)


class Room:
    """How many bytes the containers of a file may still unpack, all of them together."""

    def __init__(self, left: int) -> None:
        self.left = left

    def check(self, path: Path, size: int) -> None:
        """Refuse a container that says it unpacks to more than there is room for.

        Raises:
            ImportRefusedError: it does.
        """
        if size > self.left:
            raise ImportRefusedError(
                f"{path}: unpacks to {size / 1e6:,.1f} MB; at most {self.left / 1e6:,.1f} MB are "
                "read"
            )

    def take(self, path: Path, size: int) -> None:
        """Use some of it.

        Raises:
            ImportRefusedError: there is not so much.
        """
        self.check(path, size)
        self.left -= size


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a source from elsewhere, as from the server that it was fetched from.

    ``url`` is the address of its policies that state none of their own; ``charset`` its encoding;
    ``issuers`` and ``language`` hold where it states none.
    """

    url: str | None = None
    charset: str | None = None
    issuers: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person may say about the files to import.

    ``years`` is the span within which lost zeros are put back, None to restore none; ``text`` says
    what ``.txt`` files are, None to tell from each; ``map`` and ``map_file`` say which column of a
    table is which key. ``within`` and ``room`` are for what is in a container: how many it is in,
    and what they may still unpack. ``given`` is not what a person said.
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

A draft with an empty id is named by its date and title; any other id must be free.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source file.

    ``output`` is ``files`` for one Markdown file a policy, ``lines`` for one JSONL file a source.
    A ``hostile`` one may be made to harm whatever parses it, and is read in another process.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Read
    max_bytes: int
    output: Literal["files", "lines"] = "files"
    hostile: bool = False
