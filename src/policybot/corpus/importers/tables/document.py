"""Import tables (CSV, TSV, JSON, JSONL and workbooks) as a stream, one policy per row.

An invalid row (no title, no text, a wrong number of cells) is reported with its line and left out;
a table with unclear columns, or a truncated one, is refused as a whole.
"""

from __future__ import annotations

import contextlib
import itertools
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from policybot.corpus.files.ids import file_stem, why_bad_id
from policybot.corpus.files.sound import is_url
from policybot.corpus.importers.documents import make_draft
from policybot.corpus.importers.html.fragment import html_markdown, is_html
from policybot.corpus.importers.labels import Key, Statement
from policybot.corpus.importers.pipeline.result import Report
from policybot.corpus.importers.pipeline.source import ImportOptions, Kind, SourceFile
from policybot.corpus.importers.tables.mapping import Columns, fit, no_column, read_mapping
from policybot.corpus.importers.tables.names import is_summary, recognise
from policybot.corpus.importers.tables.open import (
    BOOK_SUFFIXES,
    TEXT_SUFFIXES,
    Opened,
    open_tables,
)
from policybot.corpus.importers.tables.rows import Row, Table
from policybot.corpus.importers.tables.spreadsheets import MAX_SHEET_BYTES
from policybot.errors import ImportRefusedError
from policybot.model import Policy

MAX_TABLE_BYTES = 64 << 30

_STATED: Mapping[str, Key] = {
    "issuers": "issuer",
    "date": "date",
    "published": "published",
    "effective": "effective",
    "expires": "expires",
    "status": "status",
    "number": "number",
    "language": "language",
    "url": "url",
}
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_DAYS = frozenset(["date", "published", "effective", "expires"])
_SENTENCE_END = re.compile(r"[.!?;:。！？；：…”」』）)\]]\s*$")
_DIGITS = re.compile(r"((?:1[89]|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
_RFC3339 = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_EVERY = 1000
_NAMED = 20
_MAX_FACT = 300


def read_table(source: SourceFile, options: ImportOptions) -> Iterator[Policy | Report]:
    """Yield a draft for every valid row, and a report for every other.

    Raises:
        ConfigError: the mapping of columns is invalid.
        ImportRefusedError: it does not fit this table, or the table cannot be read to its end.
    """
    asked = read_mapping(options)
    with open_tables(source.path) as opened:
        yield from read_rows(source, options, opened, asked)


def read_rows(
    source: SourceFile,
    options: ImportOptions,
    opened: Opened,
    asked: Mapping[str, tuple[str, ...]],
    *,
    whole: bool = False,
) -> Iterator[Policy | Report]:
    """Yield the drafts and reports of open tables.

    Args:
        source: The file.
        options: The import options.
        opened: Its tables.
        asked: The user's mapping from keys to columns.
        whole: Whether rows are whole documents, whose texts are parsed for missing metadata.

    Raises:
        ImportRefusedError: the mapping fits none of them, or one is truncated.
    """
    with closing(_Reader(source, options, opened, whole=whole)) as reader:
        refused: list[ImportRefusedError] = []
        read = 0
        for table in opened.tables:
            try:
                columns = fit(
                    source.path, table.columns, asked, table.samples, complete=table.complete
                )
            except ImportRefusedError as error:
                if not table.name:
                    raise
                refused.append(error)
                why = str(error).removeprefix(f"{source.path}: ")
                yield Report(source.name, 0, "skipped", f"sheet {table.name}: {why}")
                continue
            read += 1
            place = f"sheet {table.name}: " if table.name else ""
            yield Report(source.name, 0, "read as", f"{place}{columns}")
            if columns.left:
                named = ", ".join(columns.left[:_NAMED])
                if len(columns.left) > _NAMED:
                    named += f" and {len(columns.left) - _NAMED} more"
                yield Report(source.name, 0, "left out", f"{place}columns that are no key: {named}")
            if opened.doubt:
                yield Report(source.name, 0, "unresolved", f"encoding: {opened.doubt}")
            yield from reader.read(table, columns)
        if not read and refused:
            raise refused[0]


TABLE = Kind("table", TEXT_SUFFIXES, read_table, MAX_TABLE_BYTES, "lines")
WORKBOOK = Kind("workbook", BOOK_SUFFIXES, read_table, MAX_SHEET_BYTES, "lines", hostile=True)


class _Reader:
    """Converts rows to drafts, for the tables of one file."""

    def __init__(
        self, source: SourceFile, options: ImportOptions, opened: Opened, *, whole: bool
    ) -> None:
        self.source = source
        self.whole = whole
        self.options = options
        self.columns = Columns({}, (), ())
        plain = opened.encoding in {"utf-8", "utf-8-sig"}
        self.facts = () if plain else (f"encoding: {opened.encoding} (detected)",)
        self.ids = sqlite3.connect("", isolation_level=None)
        self.ids.execute("CREATE TABLE ids (id TEXT PRIMARY KEY, line INTEGER)")
        self.ids.execute("BEGIN")

    def close(self) -> None:
        """Delete the temporary database of ids."""
        self.ids.close()

    def read(self, table: Table, columns: Columns) -> Iterator[Policy | Report]:
        """Yield the drafts of all rows, and reports about those left out."""
        self.columns = columns
        known = set(table.columns)
        drafts = 0
        first_problem = ""
        for count, row in enumerate(table.rows, 1):
            if count % _EVERY == 0 and self.options.progress is not None and table.binary:
                done = min(table.binary.tell(), self.source.size)
                self.options.progress(self.source.name, done, self.source.size)
            if not table.complete and not known.issuperset(row.cells):
                yield from self._late_columns(row, known)
            draft = self._draft(row) if row.problem is None else row.problem
            if isinstance(draft, Policy):
                drafts += 1
                yield draft
            else:
                first_problem = first_problem or f"{self.source.path}:{row.first}: {draft}"
                yield Report(self.source.name, row.first, "skipped", draft)
        for column in itertools.chain.from_iterable(self.columns.keys.values()):
            if column not in known:
                raise no_column(self.source.path, column, sorted(known))
        if not drafts:
            raise ImportRefusedError(
                f"{first_problem}; no row of the table is a policy"
                if first_problem
                else f"{self.source.path}: holds no row below the names of its columns"
            )

    def _late_columns(self, row: Row, known: set[str]) -> Iterator[Report]:
        for column in row.cells:
            if column in known:
                continue
            known.add(column)
            if all(column not in named for named in self.columns.keys.values()):
                hint = "; name it with --map" if recognise(column) else ""
                message = f"column {column!r} begins in this row and is no key{hint}"
                yield Report(self.source.name, row.first, "left out", message)

    def _draft(self, row: Row) -> Policy | str:
        """Return the draft of a row, or why it is invalid."""
        title = " ".join(self._text(row, "title").split())
        body = cell_text(self._text(row, "body", "\n\n"))
        if not title:
            return "there is no title"
        if not body:
            return "there is no text"
        for column, cell in row.cells.items():
            bad = _NO_TEXT.search(cell if isinstance(cell, str) else "\n".join(cell))
            if bad and column not in self.columns.left:
                return f"{column!r} holds U+{ord(bad.group()):04X}, which is no text"
        given = self._text(row, "id").strip()
        policy_id = make_id(given) if given else ""
        if policy_id and (line := self._taken(policy_id, row.first)):
            return f"the id {given!r} is that of line {line} already"
        facts = [
            f"{column}: {value}"
            for column in self.columns.facts
            if (value := " ".join(_joined(row.cells.get(column, ""), "; ").split()))
            and len(value) <= _MAX_FACT
        ]
        facts += [" ".join(self._text(row, "note", "; ").split())]
        facts += [f"id in the source: {given}"] if given and policy_id != given else []
        return make_draft(
            self.source.cite(row.lines),
            body,
            list(self._statements(row)),
            issuers=self.options.issuers,
            title=title,
            facts=[fact for fact in (*facts, *self.facts) if fact],
            reviews=list(self._reviews(row, body)),
            policy_id=policy_id,
            read_text=self.whole,
        )

    def _reviews(self, row: Row, body: str) -> Iterator[str]:
        if is_html(body):
            yield "the text holds HTML tags, which are quoted as they stand"
        summary = self.columns.keys.get("body", ())
        if summary and all(is_summary(column) for column in summary):
            yield f"the text may be a summary only; it is the column {summary[0]}"
        url = self._text(row, "url").strip()
        if url and not is_url(url):
            yield f"the address is none of the web; the table says {url!r}"

    def _statements(self, row: Row) -> Iterator[Statement]:
        for key, stated in _STATED.items():
            for column in self.columns.keys.get(key, ()):
                cell = row.cells.get(column, "")
                for part in [cell] if isinstance(cell, str) else cell:
                    value = " ".join(part.split())
                    if value:
                        plain = _plain_day(value, key) if key in _DAYS else value
                        yield Statement(stated, plain, column)

    def _text(self, row: Row, key: str, between: str = " ") -> str:
        cells = [row.cells.get(column, "") for column in self.columns.keys.get(key, ())]
        return between.join(text for cell in cells if (text := _joined(cell, between).strip()))

    def _taken(self, policy_id: str, line: int) -> int | None:
        """Claim an id for a line; return the line that has it already, or None."""
        try:
            self.ids.execute("INSERT INTO ids VALUES (?, ?)", (policy_id, line))
        except sqlite3.IntegrityError:
            row = self.ids.execute("SELECT line FROM ids WHERE id = ?", (policy_id,))
            return int(row.fetchone()[0])
        return None


def make_id(given: str) -> str:
    """Return a valid id for the id ``given`` in a row: the same, if that is valid.

    Invalid characters become ``-``; a changed or shortened id ends with a part of its SHA-256.
    """
    if why_bad_id(given) is None:
        return given
    return file_stem(given.encode("utf-8", "replace").decode("utf-8"))


def _joined(cell: str | list[str], between: str) -> str:
    return cell if isinstance(cell, str) else between.join(cell)


def _plain_day(value: str, key: str) -> str:
    """Return 20120214 as 2012-02-14, and (except for ``date``) a timestamp as its day."""
    if key != "date" and (timed := _RFC3339.fullmatch(value)):
        return timed["day"]
    digits = _DIGITS.fullmatch(value)
    return "-".join(digits.groups()) if digits else value


def cell_text(text: str) -> str:
    """Return the text of a cell as Markdown: paragraphs separated by blank lines.

    If a cell has no blank lines and most lines end like sentences, each line is a paragraph. HTML
    is converted, if its parser is installed.
    """
    if is_html(text):
        with contextlib.suppress(ImportRefusedError):
            return html_markdown("the cell", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    lines = [line.rstrip() for line in text.split("\n")]
    if all(lines):
        ended = sum(_SENTENCE_END.search(line) is not None for line in lines[:-1])
        if 2 * ended > len(lines) - 1:
            return "\n\n".join(lines)
    return "\n".join(lines)
