"""Rows of tables, common to all formats."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from policybot.corpus.importers.encodings import SAMPLE_BYTES, detect
from policybot.corpus.importers.tables.names import recognise
from policybot.errors import ImportRefusedError

HEADER_ROWS = 15
"""How many rows at the beginning of a table are searched for the names of the columns."""

MAX_ROW = 16 << 20
"""The most characters of a row; a longer one has an unclosed quote or bracket."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row and the physical lines it is on, 1-based; ``problem`` says why it cannot be read.

    A cell is a text, or a list of texts if the format has lists. ``sheet`` is the name of the sheet
    in a workbook.
    """

    first: int
    last: int
    cells: Mapping[str, str | list[str]]
    problem: str | None = None
    sheet: str = ""

    @property
    def lines(self) -> str:
        """The lines as a source cites them: ``17``, ``17-19``, ``sheet 2021, row 17``."""
        if self.sheet:
            return f"sheet {' '.join(self.sheet.split())}, row {self.first}"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: the columns in its first rows, those rows (``samples``), and all rows.

    ``complete`` is false if later rows may have further columns, as in JSON. ``binary`` is the open
    file, whose position shows the progress, if there is one. ``name`` is the sheet's.
    """

    columns: Sequence[str]
    samples: Sequence[Mapping[str, str]]
    rows: Iterator[Row]
    binary: BinaryIO | None
    complete: bool
    name: str = ""


def header_at(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of the row with the names of the columns; None if there is none.

    It is the first row with two recognised names, else the first with two non-empty cells.
    """
    for at, cells in enumerate(rows):
        if sum(recognise(cell.strip()) is not None for cell in cells if cell.strip()) > 1:
            return at
    for at, cells in enumerate(rows):
        if sum(bool(cell.strip()) for cell in cells) > 1:
            return at
    return None


def encoding_of(path: Path) -> tuple[str, str | None]:
    """Return the encoding of a table, detected from its first part, and a doubt, if any.

    Raises:
        ImportRefusedError: no supported encoding fits.
    """
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE_BYTES)
    encoding, doubt = detect(sample)
    if encoding is None:
        try:
            sample.decode("utf-8")
        except UnicodeDecodeError as error:
            line = sample.count(b"\n", 0, error.start) + 1
            byte = sample[error.start]
            raise ImportRefusedError(
                f"{path}:{line}: byte 0x{byte:02X} is not UTF-8, and the file is neither UTF-16, "
                f"GB18030 nor Big5{f' ({doubt})' if doubt else ''}; save it as UTF-8"
            ) from None
    return encoding or "utf-8", doubt


@contextmanager
def open_text(binary: BinaryIO, encoding: str) -> Iterator[TextIO]:
    """Open a text stream over a file; invalid bytes become U+FFFD, so that only a row is lost."""
    text = io.TextIOWrapper(binary, encoding=encoding, errors="replace", newline="")
    try:
        yield text
    finally:
        text.detach()


def utf8_chunks(binary: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield the content of a file in UTF-8, without a byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while data := binary.read(1 << 16):
        if text := decoder.decode(data):
            yield text.encode("utf-8")
    if text := decoder.decode(b"", final=True):
        yield text.encode("utf-8")
