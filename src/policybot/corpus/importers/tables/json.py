"""Read JSON and JSONL as rows: an array of objects, possibly in an object, or one per line."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape as html_escape
from pathlib import Path
from typing import Any, BinaryIO

from policybot.corpus.importers.parsers import need
from policybot.corpus.importers.tables.rows import MAX_ROW, Row, Table, open_text, utf8_chunks
from policybot.errors import ImportRefusedError

_SAMPLED = 200
_PIECE = re.compile(rb"[^\n}]*[\n}]|[^\n}]+")
_NO_OBJECT = "is no object with keys"


@contextmanager
def open_jsonl(path: Path, encoding: str) -> Iterator[Table]:
    """Open a table with one JSON object per line."""
    with path.open("rb") as binary:
        yield _table(path, _line_rows(path, binary, encoding), binary)


@contextmanager
def open_json(path: Path, encoding: str) -> Iterator[Table]:
    """Open a table that is an array of objects, or an object with only one such array.

    Raises:
        ImportRefusedError: it has no array of objects or several, or is not JSON; this may be
            detected only while the rows are read.
    """
    need("ijson")
    where = _place(path, encoding)
    with path.open("rb") as binary:
        yield _table(path, _array_rows(path, binary, encoding, where), binary)


def _table(path: Path, rows: Iterator[Row], binary: BinaryIO) -> Table:
    first = list(itertools.islice(rows, _SAMPLED))
    if not any(row.cells for row in first):
        worst = first[0] if first else Row(1, 1, {}, "there is no row")
        raise ImportRefusedError(
            f"{path}:{worst.first}: {worst.problem or 'there is no key'}; a table is objects with "
            "keys, one a row"
        )
    columns = list(dict.fromkeys(column for row in first for column in row.cells))
    samples = [
        {
            column: cell if isinstance(cell, str) else "; ".join(cell)
            for column, cell in row.cells.items()
        }
        for row in first
    ]
    return Table(columns, samples, itertools.chain(first, rows), binary, complete=False)


def _line_rows(path: Path, binary: BinaryIO, encoding: str) -> Iterator[Row]:
    with open_text(binary, encoding) as text:
        for number in itertools.count(1):
            line = text.readline(MAX_ROW)
            if not line:
                return
            if len(line) == MAX_ROW:
                raise ImportRefusedError(
                    f"{path}:{number}: the line has more than {MAX_ROW:,} characters; JSONL is one "
                    "object a line"
                )
            if not line.strip():
                continue
            try:
                value = json.loads(line, parse_int=str, parse_float=str)
            except (ValueError, RecursionError) as error:
                reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                yield Row(number, number, {}, f"is not JSON: {reason}")
                continue
            yield row_of(number, number, value)


def _array_rows(path: Path, binary: BinaryIO, encoding: str, where: str) -> Iterator[Row]:
    """Yield the items of an array with their lines; ``where`` is its ijson prefix.

    The parser is fed in pieces that end with a line break or a closing brace, so that the last line
    of a complete item is known, and the first line of the next: that of the next opening brace.
    """
    import ijson

    items = ijson.sendable_list()
    parser = ijson.items_coro(items, where)
    line, first, read = 1, 0, 0
    try:
        for chunk in utf8_chunks(binary, encoding):
            for piece in _PIECE.findall(chunk):
                if not first and b"{" in piece:
                    first = line
                read += len(piece)
                parser.send(piece)
                for value in items:
                    yield row_of(first or line, line, value)
                    first = read = 0
                del items[:]
                if read > 4 * MAX_ROW and where:
                    raise ImportRefusedError(
                        f"{path}:{first or line}: an object has more than {4 * MAX_ROW:,} bytes"
                    )
                line += piece.endswith(b"\n")
        parser.close()
    except ijson.JSONError as error:
        raise ImportRefusedError(f"{path}:{line}: is not JSON: {_reason_of(error)}") from None
    for value in items:
        yield row_of(first or line, line, value)


def _place(path: Path, encoding: str) -> str:
    """Return the ijson prefix of the rows: ``item``, or ``data.item`` for an array in an object."""
    import ijson

    with path.open("rb") as binary:
        for chunk in utf8_chunks(binary, encoding):
            begins = chunk.lstrip()[:1]
            if begins == b"[":
                return "item"
            if begins:
                break
        binary.seek(0)
        prefixes: dict[str, None] = {}
        events = ijson.sendable_list()
        parser = ijson.parse_coro(events)
        try:
            for chunk in utf8_chunks(binary, encoding):
                parser.send(chunk)
                for prefix, event, _ in events:
                    inside = any(prefix.startswith(f"{outer}.") for outer in prefixes)
                    if event == "start_map" and prefix.endswith(".item") and not inside:
                        prefixes[prefix] = None
                del events[:]
            parser.close()
        except ijson.JSONError as error:
            raise ImportRefusedError(f"{path}: is not JSON: {_reason_of(error)}") from None
    if len(prefixes) > 1:
        names = ", ".join(prefix.removesuffix(".item") for prefix in prefixes)
        raise ImportRefusedError(
            f"{path}: holds several lists of objects ({names}); keep one of them, as a JSON array"
        )
    return next(iter(prefixes), "")


def _reason_of(error: Exception) -> str:
    return (
        str(error).partition("\n")[0].removeprefix("parse error: ").strip() or "it ends too early"
    )


def row_of(first: int, last: int, value: object) -> Row:
    """Return a JSON value as a row; keys of nested objects become ``outer.inner``."""
    if not isinstance(value, dict):
        return Row(first, last, {}, _NO_OBJECT)
    cells: dict[str, str | list[str]] = {}
    try:
        _flatten("", value, cells)
    except RecursionError:
        return Row(first, last, {}, "is nested too deeply")
    return Row(first, last, cells)


def _flatten(above: str, value: Mapping[str, Any], cells: dict[str, str | list[str]]) -> None:
    """Store the members of an object in ``cells``; keys of nested objects: ``outer.inner``."""
    for key, item in value.items():
        name = f"{above}{key}"
        if isinstance(item, Mapping):
            _flatten(f"{name}.", item, cells)
        elif isinstance(item, list):
            objects = [part for part in item if isinstance(part, Mapping)]
            if objects and len(objects) == len(item):
                _flatten_list(name, objects, cells)
            else:
                cells[name] = [_text(part) for part in item if part is not None]
        elif item is not None:
            cells[name] = _text(item)


def _flatten_list(
    name: str, objects: list[Mapping[str, Any]], cells: dict[str, str | list[str]]
) -> None:
    """Store a list of objects as a cell for each of their keys: ``organisations.title``.

    If the objects are one text in several media types, the HTML is stored. If each has a title and
    a text, the list itself is also stored as texts under their titles.
    """
    html = [obj for obj in objects if obj.get("content_type") == "text/html" and "content" in obj]
    if html:
        cells[name] = [_text(obj["content"]) for obj in html]
        return
    for obj in objects:
        inner: dict[str, str | list[str]] = {}
        _flatten(f"{name}.", obj, inner)
        for key, value in inner.items():
            known = cells.setdefault(key, [])
            if isinstance(known, list):
                known += [value] if isinstance(value, str) else value
    texts = [next((obj[key] for key in ("body", "content") if obj.get(key)), "") for obj in objects]
    if all(
        isinstance(text, str) and text and obj.get("title")
        for text, obj in zip(texts, objects, strict=True)
    ):
        cells[name] = [
            f"<h2>{html_escape(_text(obj['title']))}</h2>\n{text}"
            for text, obj in zip(texts, objects, strict=True)
        ]


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, dict | list)
        else str(value)
    )
