"""Read spreadsheets (.xlsx, .ods): each sheet is a table, cells are converted to text."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policybot.corpus.importers.office.package import check_zip, read_part
from policybot.corpus.importers.parsers import need, reason_of
from policybot.corpus.importers.tables.rows import HEADER_ROWS, Row, Table, header_at
from policybot.errors import ImportRefusedError

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_SHEET_BYTES = 100 << 20
MAX_CELLS = 20_000_000
"""The most cells of a sheet, empty ones between others included."""

_SAMPLED = 50
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"

Cells = list[str]


@contextmanager
def open_xlsx(path: Path) -> Iterator[Iterator[Table]]:
    """Open a workbook: its visible sheets with a table, in order.

    Raises:
        ImportRefusedError: it is not a workbook, or not safe to read.
    """
    need("openpyxl")
    import openpyxl

    check_zip(path, path.read_bytes(), "workbook", "an .xls under another name; save it as .xlsx")
    with path.open("rb") as stream:
        try:
            with _quiet():
                book = openpyxl.load_workbook(
                    stream, read_only=True, data_only=True, keep_links=False
                )
        except Exception as error:  # noqa: BLE001 - openpyxl raises many kinds on damaged files
            raise ImportRefusedError(f"{path}: is a damaged workbook: {reason_of(error)}") from None
        with closing(book):
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            yield _tables(path, ((sheet.title, _xlsx_rows(path, sheet)) for sheet in sheets))


@contextmanager
def open_ods(path: Path) -> Iterator[Iterator[Table]]:
    """Open an OpenDocument spreadsheet: its sheets with a table, in order.

    Raises:
        ImportRefusedError: it is not a spreadsheet, or not safe to read.
    """
    need("lxml")
    from policybot.corpus.importers.legislation.safe import parse_xml

    data = path.read_bytes()
    check_zip(path, data, "spreadsheet")
    root = parse_xml(path, read_part(path, data, "content.xml"))
    sheets = list(root.iter(f"{_TABLE}table"))
    yield _tables(
        path, ((sheet.get(f"{_TABLE}name", ""), _ods_rows(path, sheet)) for sheet in sheets)
    )


def _tables(path: Path, sheets: Iterable[tuple[str, Iterator[Cells]]]) -> Iterator[Table]:
    has_table = False
    for name, rows in sheets:
        table = _table(name, rows)
        if table is not None:
            has_table = True
            yield table
    if not has_table:
        raise ImportRefusedError(f"{path}: holds no table: no row names two columns")


def _table(name: str, rows: Iterator[Cells]) -> Table | None:
    """Return a sheet as a table; None if it has no row of column names, or no rows below it."""
    numbered = enumerate(rows, 1)
    first = list(itertools.islice(numbered, HEADER_ROWS))
    at = header_at([cells for _, cells in first])
    if at is None:
        return None
    columns = column_names(first[at][1])
    following = _rows(itertools.chain(first[at + 1 :], numbered), columns, name)
    sampled = list(itertools.islice(following, _SAMPLED))
    if not sampled:
        return None
    samples = [{column: str(cell) for column, cell in row.cells.items()} for row in sampled]
    return Table(
        columns, samples, itertools.chain(sampled, following), None, complete=True, name=name
    )


def column_names(cells: Cells) -> list[str]:
    """Return the names of columns; one without a name is ``column 3``."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return [" ".join(cell.split()) or f"column {number}" for number, cell in enumerate(cells, 1)]


def _rows(numbered: Iterable[tuple[int, Cells]], columns: list[str], sheet: str) -> Iterator[Row]:
    for number, cells in numbered:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            problem = f"the row has cells beyond its {len(columns)} columns"
            yield Row(number, number, {}, problem, sheet)
            continue
        padded = [*cells, *[""] * len(columns)][: len(columns)]
        yield Row(number, number, dict(zip(columns, padded, strict=True)), None, sheet)


def _xlsx_rows(path: Path, sheet: Any) -> Iterator[Cells]:  # noqa: ANN401 - openpyxl's
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    count = 0
    rows = iter(sheet.iter_rows(values_only=True))
    while True:
        try:
            with _quiet():
                row = next(rows)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - openpyxl raises many kinds on damaged files
            raise ImportRefusedError(f"{path}: is a damaged workbook: {reason_of(error)}") from None
        count += len(row) + 1
        if count > MAX_CELLS:
            raise _too_large(path)
        yield [_written(value) for value in row]


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress openpyxl's warnings about unsupported formats, extensions and macros."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _too_large(path: Path) -> ImportRefusedError:
    return ImportRefusedError(f"{path}: a sheet has more than {MAX_CELLS:,} cells; divide it")


def _written(value: object) -> str:
    """Return a cell's value as text: a day as 2012-02-14, a whole number without .0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        plain = value.time() == dt.time()
        return value.date().isoformat() if plain else value.isoformat(" ", "seconds")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _ods_rows(path: Path, table: _Element) -> Iterator[Cells]:
    count = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells: Cells = []
        for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            text = _ods_cell(cell)
            times = _repeated(cell, "number-columns-repeated")
            cells += [text] * (times if text else min(times, 256))
        times = _repeated(row, "number-rows-repeated")
        # The last rows of a sheet are one empty row, repeated up to the end of the sheet.
        for _ in range(times if any(cells) else 1):
            count += len(cells) + 1
            if count > MAX_CELLS:
                raise _too_large(path)
            yield list(cells)


def _repeated(element: _Element, name: str) -> int:
    times = element.get(f"{_TABLE}{name}", "1")
    return min(int(times), 100_000) if times.isdigit() else 1


def _ods_cell(cell: _Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind == "date":
        return str(cell.get(f"{_OFFICE}date-value", "")).removesuffix("T00:00:00")
    if kind == "float":
        return str(cell.get(f"{_OFFICE}value", "")).removesuffix(".0")
    return "\n".join("".join(part.itertext()) for part in cell.iterchildren(f"{_TEXT}p"))
