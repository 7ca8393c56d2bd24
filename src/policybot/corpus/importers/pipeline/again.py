"""Read a source again to verify policies, replaying the repairs that a policy records.

In a list of policies, a policy's text is on the lines that it cites. Other documents are imported
again. The column mapping of a table is not recorded, so the columns of the text are inferred from
the policies.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from policybot.corpus.importers.encodings import decode
from policybot.corpus.importers.pipeline.apart import read_kind
from policybot.corpus.importers.pipeline.kinds import kind_of, known_kind
from policybot.corpus.importers.pipeline.source import Given, ImportOptions, SourceFile
from policybot.corpus.importers.pipeline.walk import check_file
from policybot.corpus.importers.repairs import undo_repairs
from policybot.corpus.importers.tables.document import cell_text, read_table
from policybot.corpus.importers.tables.open import open_tables
from policybot.corpus.importers.tables.rows import Row
from policybot.corpus.issuers.table import IssuerBook
from policybot.model import Policy, Repair

_LINES = re.compile(r"([0-9]+)-([0-9]+)")
_ENCODING = re.compile(r"^encoding: (\S+) \(declared\)$", re.MULTILINE)
_TRIED = 50
"""How many rows at the beginning of a table are used to infer its text columns."""


class Document:
    """A source other than a table, read again for the policies imported from it.

    Raises:
        ImportRefusedError: it can no longer be imported.
    """

    def __init__(self, source: SourceFile, issuers: IssuerBook) -> None:
        self._source = source
        self._issuers = issuers
        self._kind = known_kind(source.path)
        check_file(source.path, self._kind)
        self._lines: list[str] | None = None
        self._drafts: list[Policy] | None = None

    def policies(self, policy: Policy) -> Iterator[Policy]:
        """Yield versions of the policy with the text and pages that its source has now, best first.

        Raises:
            ImportRefusedError: the source can no longer be imported.
        """
        if self._source.path.suffix.lower() == ".txt":
            listed = self._listed(policy)
            if listed is not None:
                yield dataclasses.replace(policy, body=listed)
        if self._drafts is None:
            given = Given(charset=_declared(policy.note or ""))
            options = ImportOptions(issuers=self._issuers, text="document", given=given)
            drafts = read_kind(self._kind, self._source, options)
            self._drafts = [draft for draft in drafts if isinstance(draft, Policy)]
        for draft in self._drafts:
            if len(self._drafts) == 1 or _lines(draft) == _lines(policy):
                yield draft

    def _listed(self, policy: Policy) -> str | None:
        """Return the policy's text from a list of policies: the lines below its heading."""
        place = _LINES.fullmatch(_lines(policy))
        if place is None:
            return None
        if self._lines is None:
            path = self._source.path
            charset = _declared(policy.note or "")
            self._lines = decode(path, path.read_bytes(), charset).text.split("\n")
        first, last = int(place[1]), min(int(place[2]), len(self._lines))
        while first < last and not self._lines[first].strip():
            first += 1
        printed = self._lines[first:last]
        body = policy.body.split("\n")
        repairs = [
            [repair for repair in policy.repairs if repair.line == number]
            for number in range(first + 1, last + 1)
        ]
        if len(body) != len(printed):
            body = printed
        return "\n".join(map(_replayed, printed, body, repairs))


def _declared(note: str) -> str | None:
    """Return the declared encoding of the source that a note records, if any."""
    match = _ENCODING.search(note)
    return match[1] if match else None


def _lines(policy: Policy) -> str:
    return (policy.source.lines if policy.source else None) or ""


def _replayed(printed: str, body: str, repairs: Sequence[Repair]) -> str:
    """Return a printed line with its repairs applied; ``body`` is the line of the policy.

    If undoing the repairs of ``body`` gives the printed line, ``body`` is right. Otherwise each
    repair is applied at its first match.
    """
    try:
        if undo_repairs(body, repairs) == printed:
            return body
    except ValueError:
        pass
    at = 0
    for repair in repairs:
        start = printed.find(repair.before, at)
        if start >= 0:
            printed = printed[:start] + repair.after + printed[start + len(repair.before) :]
            at = start + len(repair.after)
    return printed


def is_table(path: Path) -> bool:
    """Return whether a source is a table, whose policies are read row by row."""
    kind = kind_of(path)
    return kind is not None and kind.read is read_table


def table_texts(
    source: SourceFile, policies_on: Callable[[str], Sequence[Policy]]
) -> Iterator[tuple[str, str]]:
    """Yield the lines (as cited) and the text of each row of a table.

    Args:
        source: The table.
        policies_on: Returns some of the policies that cite given lines of it.

    Raises:
        ImportRefusedError: the table can no longer be read to its end.
    """
    check_file(source.path, known_kind(source.path))
    with open_tables(source.path) as opened:
        for table in opened.tables:
            rows = (row for row in table.rows if row.problem is None)
            first = list(itertools.islice(rows, _TRIED))
            tried = ((row, policy) for row in first for policy in policies_on(row.lines))
            columns = next(filter(None, itertools.starmap(_columns, tried)), ())
            for row in itertools.chain(first, rows):
                yield row.lines, _text(row, columns)


def _columns(row: Row, policy: Policy) -> Sequence[str]:
    """Return the columns whose joined cells are the text of a policy, in order; else none."""
    places = {
        column: max(policy.body.find(cell_text(text)), policy.body.find(text))
        for column, cell in row.cells.items()
        if (text := _joined(cell))
    }
    chosen: list[str] = []
    by_length = sorted(places, key=lambda column: -len(_joined(row.cells[column])))
    for column in by_length:
        if places[column] >= 0:
            chosen.append(column)
            ordered = sorted(chosen, key=lambda name: places[name])
            if _text(row, ordered) == policy.body:
                return ordered
    return ()


def _text(row: Row, columns: Sequence[str]) -> str:
    """Return the text of a row as it was imported; its longest cell if no columns are known."""
    cells = [_joined(row.cells.get(column, "")) for column in columns]
    cells = cells or [max(map(_joined, row.cells.values()), key=len, default="")]
    return cell_text("\n\n".join(cell for cell in cells if cell))


def _joined(cell: str | list[str]) -> str:
    return (cell if isinstance(cell, str) else "\n\n".join(cell)).strip()
