"""Read CSV and TSV as rows; the separator is detected from the first rows."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from policybot.corpus.importers.tables.names import recognise
from policybot.corpus.importers.tables.rows import (
    HEADER_ROWS,
    MAX_ROW,
    Row,
    Table,
    header_at,
    open_text,
)
from policybot.errors import ImportRefusedError

_SEPARATORS = {".csv": ",;\t|", ".tsv": "\t"}
_SAMPLED = 50


@contextmanager
def open_csv(path: Path, encoding: str) -> Iterator[Table]:
    """Open a table; see :func:`_header` for the row with the names of the columns.

    Raises:
        ImportRefusedError: it has no such row or only one column, or ends inside a quoted cell.
    """
    with path.open("rb") as binary:
        separator = _separator(path, encoding, binary)
        binary.seek(0)
        with open_text(binary, encoding) as text:
            records = _records(path, text, separator)
            header, records = _header(records)
            if header is None:
                raise ImportRefusedError(f"{path}: holds no table")
            if header[3]:
                raise ImportRefusedError(f"{path}:{header[0]}: {header[3]}")
            columns = [
                cell.strip() or f"column {number}" for number, cell in enumerate(header[2], 1)
            ]
            if len(columns) < 2:
                raise ImportRefusedError(
                    f"{path}: has only one column, {columns[0]!r}; comma, semicolon, tab and | "
                    "were tried as separators, and the first row must name the columns"
                )
            rows = _rows(records, columns)
            first = list(itertools.islice(rows, _SAMPLED))
            samples = [
                {column: str(cell) for column, cell in row.cells.items()}
                for row in first
                if row.problem is None
            ]
            yield Table(columns, samples, itertools.chain(first, rows), binary, complete=True)


def _header(records: Iterator[_Record]) -> tuple[_Record | None, Iterator[_Record]]:
    """Return the row with the names of the columns, and the rows after it.

    It is the first row that is not empty, or a later one if that has only the table's title.
    """
    first = next((record for record in records if any(record[2])), None)
    if first is None or len(first[2]) < 2 or sum(bool(cell.strip()) for cell in first[2]) > 1:
        return first, records
    following = list(itertools.islice(records, HEADER_ROWS))
    at = header_at([record[2] for record in following])
    if at is None:
        return first, itertools.chain(following, records)
    return following[at], itertools.chain(following[at + 1 :], records)


_Record = tuple[int, int, list[str], str | None]
"""First and last line, cells, and why they cannot be read, if so."""


def _records(path: Path, text: TextIO, separator: str) -> Iterator[_Record]:
    csv.field_size_limit(MAX_ROW)
    reader = csv.reader(_lines(path, text), delimiter=separator, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = str(error)
            if "unexpected end" in reason or "field larger" in reason:
                raise ImportRefusedError(
                    f"{path}:{first}: a quoted cell begins in this row and does not end; "
                    "the file is truncated, or a quote is missing"
                ) from None
            yield first, reader.line_num, [""], f"the row cannot be read: {reason}"
            continue
        yield first, reader.line_num, cells, None


def _rows(records: Iterator[_Record], columns: Sequence[str]) -> Iterator[Row]:
    for first, last, cells, problem in records:
        if not problem and not any(cell.strip() for cell in cells):
            continue
        while len(cells) > len(columns) and not cells[-1].strip():
            cells.pop()
        if problem:
            yield Row(first, last, {}, problem)
        elif len(cells) != len(columns):
            count = f"{len(cells)} cell{'s' if len(cells) != 1 else ''}"
            yield Row(first, last, {}, f"the row has {count}, and there are {len(columns)} columns")
        else:
            yield Row(first, last, dict(zip(columns, cells, strict=True)))


def _lines(path: Path, text: TextIO) -> Iterator[str]:
    line_number = 0
    while line := text.readline(MAX_ROW):
        line_number += 1
        if len(line) == MAX_ROW:
            raise ImportRefusedError(
                f"{path}:{line_number}: the line has more than {MAX_ROW:,} characters; this is no "
                "table, or its line breaks were lost"
            )
        yield line


def _separator(path: Path, encoding: str, binary: BinaryIO) -> str:
    """Return the separator that gives the most known columns and rows of equal length."""
    candidates = _SEPARATORS[path.suffix.lower()]
    if len(candidates) == 1:
        return candidates
    with open_text(binary, encoding) as text:
        lines = list(itertools.islice(_lines(path, text), _SAMPLED))

    def fits(separator: str) -> tuple[int, int, int]:
        reader = csv.reader(lines, delimiter=separator)
        try:
            rows = [row for row in reader if any(row)]
        except csv.Error:
            return 0, 0, 0
        if not rows or len(rows[0]) < 2:
            return 0, 0, 0
        known = sum(recognise(cell) is not None for cell in rows[0])
        alike = sum(len(row) == len(rows[0]) for row in rows)
        return known, alike, len(rows[0])

    return max(candidates, key=fits)
