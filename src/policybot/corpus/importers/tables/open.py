"""Open a table of any format as a stream of rows; a workbook is several tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from policybot.corpus.importers.office.legacy import converted
from policybot.corpus.importers.office.package import OLE
from policybot.corpus.importers.tables.csv import open_csv
from policybot.corpus.importers.tables.json import open_json, open_jsonl
from policybot.corpus.importers.tables.rows import Table, encoding_of
from policybot.corpus.importers.tables.spreadsheets import open_ods, open_xlsx
from policybot.errors import ImportRefusedError

_TEXTS: Mapping[str, Callable[[Path, str], AbstractContextManager[Table]]] = {
    ".csv": open_csv,
    ".tsv": open_csv,
    ".json": open_json,
    ".jsonl": open_jsonl,
}


@contextmanager
def _open_xls(path: Path) -> Iterator[Iterator[Table]]:
    """Open a workbook in an older format, through LibreOffice; some are .xlsx under that name."""
    with path.open("rb") as stream:
        beginning = stream.read(4096)
    if beginning.startswith(b"PK"):
        with open_xlsx(path) as tables:
            yield tables
        return
    is_page = any(tag in beginning.lower() for tag in (b"<table", b"<html"))
    if not (is_page or beginning.startswith(_BEGINNINGS)):
        raise ImportRefusedError(f"{path}: is no workbook; its content is of another kind")
    with converted(path, "xlsx") as made:
        try:
            with open_xlsx(made) as tables:
                yield tables
        except ImportRefusedError as error:
            raise ImportRefusedError(str(error).replace(str(made), str(path))) from None


_BOOKS: Mapping[str, Callable[[Path], AbstractContextManager[Iterator[Table]]]] = {
    ".xlsx": open_xlsx,
    ".xlsm": open_xlsx,
    ".ods": open_ods,
    ".xls": _open_xls,
    ".et": _open_xls,
}
_BEGINNINGS = (OLE, b"<?xml", b"\t\x08", b"\t\x04", b"\t\x02")
"""First bytes of OLE files, Office 2003 XML, and Excel 5, 4 and 3."""

TEXT_SUFFIXES = tuple(_TEXTS)
BOOK_SUFFIXES = tuple(_BOOKS)


@dataclass(frozen=True, slots=True)
class Opened:
    """The tables of a file, its encoding, and a doubt about that, if any."""

    tables: Iterator[Table]
    encoding: str = "utf-8"
    doubt: str | None = None


@contextmanager
def open_tables(path: Path) -> Iterator[Opened]:
    """Open all tables of a file; the format follows from its extension.

    Raises:
        ImportRefusedError: it has no readable table.
    """
    suffix = path.suffix.lower()
    if suffix in _BOOKS:
        with _BOOKS[suffix](path) as tables:
            yield Opened(tables)
        return
    encoding, doubt = encoding_of(path)
    with _TEXTS[suffix](path, encoding) as table:
        yield Opened(iter([table]), encoding, doubt)
