"""What a source says today: read once more, with the repairs that a policy keeps replayed.

The text of a list of policies stands on the lines that the policy names. A document is imported
once more. A table's columns are not kept, so the one (or several) that the policies' texts are of
are found again from the texts.
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
"""Rows at the beginning of a table from which its columns are found."""


class Document:
    """A source that is no table, read again for the policies that came from it.

    Raises:
        ImportRefusedError: it cannot be imported any more.
    """

    def __init__(self, source: SourceFile, issuers: IssuerBook) -> None:
        self._source = source
        self._issuers = issuers
        self._kind = known_kind(source.path)
        check_file(source.path, self._kind)
        self._lines: list[str] | None = None
        self._drafts: list[Policy] | None = None

    def policies(self, policy: Policy) -> Iterator[Policy]:
        """Give what the policy's text may be by its source, and its pages, the likeliest first.

        Raises:
            ImportRefusedError: it cannot be imported any more.
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
        """Return the lines below the policy's heading as it would have them in a list."""
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
    """Return the encoding that a note has, as stated by whoever sent the source."""
    found = _ENCODING.search(note)
    return found[1] if found else None


def _lines(policy: Policy) -> str:
    return (policy.source.lines if policy.source else None) or ""


def _replayed(printed: str, body: str, repairs: Sequence[Repair]) -> str:
    """Return a printed line after its repairs; ``body`` is the line that it became.

    Undoing tells where a repair was made. Only where the two do not fit it is made anew, at the
    first place it may be.
    """
    try:
        if undo_repairs(body, repairs) == printed:
            return body
    except ValueError:
        pass
    at = 0
    for repair in repairs:
        found = printed.find(repair.before, at)
        if found >= 0:
            printed = printed[:found] + repair.after + printed[found + len(repair.before) :]
            at = found + len(repair.after)
    return printed


def is_table(path: Path) -> bool:
    """Whether a source is a table, whose policies are read one row at a time."""
    kind = kind_of(path)
    return kind is not None and kind.read is read_table


def table_texts(
    source: SourceFile, policies_on: Callable[[str], Sequence[Policy]]
) -> Iterator[tuple[str, str]]:
    """Give the lines and the text of each row of a table, as a stream.

    Args:
        source: The table.
        policies_on: Gives some of the policies that name those lines of it.

    Raises:
        ImportRefusedError: the table cannot be read to its end any more.
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
    """Return the columns whose cells make up the text of a policy, in order; none if none do."""
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
            ordered = sorted(chosen, key=lambda one: places[one])
            if _text(row, ordered) == policy.body:
                return ordered
    return ()


def _text(row: Row, columns: Sequence[str]) -> str:
    """Return the text of a row as it was imported; its longest cell where no columns are known."""
    cells = [_joined(row.cells.get(column, "")) for column in columns]
    cells = cells or [max(map(_joined, row.cells.values()), key=len, default="")]
    return cell_text("\n\n".join(cell for cell in cells if cell))


def _joined(cell: str | list[str]) -> str:
    return (cell if isinstance(cell, str) else "\n\n".join(cell)).strip()
