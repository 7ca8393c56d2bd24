"""Import a document from JSON, as content APIs return it (GOV.UK, the Federal Register).

An object with a title and a text is a document; an array of objects, or an object that contains
one, is a table (:mod:`.tables`). Keys are recognised in the same way as a table's columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, SourceFile
from policybot.corpus.importers.tables.document import read_rows
from policybot.corpus.importers.tables.json import row_of
from policybot.corpus.importers.tables.mapping import keys_of, read_mapping
from policybot.corpus.importers.tables.open import Opened
from policybot.corpus.importers.tables.rows import Table, encoding_of
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_JSON_BYTES = 32 << 20
_BEGINNING = 512


def is_json_document(path: Path) -> bool:
    """Return whether a file holds one JSON object with a title and a text of its own."""
    try:
        with path.open("rb") as stream:
            if not stream.read(_BEGINNING).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
                return False
        if path.stat().st_size > MAX_JSON_BYTES:
            return False
        columns = row_of(1, 1, _load(path)).cells
    except (OSError, ValueError, RecursionError, ImportRefusedError):
        return False
    return keys_of(list(columns)) >= {"title", "body"}


def read_json_document(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Read an object as one document.

    Raises:
        ConfigError: the mapping of columns is invalid.
        ImportRefusedError: the mapping does not fit the file, or the file is not JSON.
    """
    try:
        value = _load(source.path)
    except ValueError as error:
        raise ImportRefusedError(f"{source.path}: is not JSON: {error}") from None
    except RecursionError:
        raise ImportRefusedError(f"{source.path}: is nested too deeply") from None
    row = row_of(1, source.path.read_bytes().rstrip().count(b"\n") + 1, value)
    if row.problem:
        raise ImportRefusedError(f"{source.path}: {row.problem}")
    samples = [
        {
            name: cell if isinstance(cell, str) else "; ".join(cell)
            for name, cell in row.cells.items()
        }
    ]
    table = Table(list(row.cells), samples, iter([row]), None, complete=True)
    yield from read_rows(source, options, Opened(iter([table])), read_mapping(options), whole=True)


def _load(path: Path) -> Any:  # noqa: ANN401 - JSON
    encoding, _ = encoding_of(path)
    return json.loads(path.read_text(encoding=encoding), parse_int=str, parse_float=str)
