"""Texts and metadata in SQLite: one row a policy, one row a passage, each under its SHA-256.

A policy's digest is over its metadata and body, a passage's over its place and text; both are
checked on every read, so that what is shown is what was indexed or nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import itertools
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from policybot.corpus.versions import version_of, version_values
from policybot.errors import IndexDamagedError, IndexUnusableError
from policybot.index.format.manifest import CURE
from policybot.model import (
    MachineRead,
    Passage,
    Policy,
    PolicyDate,
    Provision,
    RelationTerms,
    Repair,
    Source,
)

FILE = "passages.sqlite"

_APART = frozenset(["body", "path", "line", "versions"])
_METADATA = tuple(field.name for field in dataclasses.fields(Policy) if field.name not in _APART)

_DATES = ("date", "published", "effective", "expires")
_RARE = ("published", "effective", "expires", "status", "evidence", "relation_terms", "version")

# immutable: nobody writes to a generation, so there is nothing to lock or to look out for.
_FINISHED = "?mode=ro&immutable=1"

_AT_ONCE = 500
"""Rows asked for in one query: SQLite takes so many values everywhere."""

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE policies (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,      -- SHA-256 of metadata, a line feed and body
    metadata TEXT NOT NULL,    -- JSON: every field of the policy but its body
    body TEXT NOT NULL
);
CREATE TABLE passages (
    ordinal INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,      -- SHA-256 of place, a line feed and text
    place TEXT NOT NULL,       -- JSON: [id, policy id, start, end, headings, sentences], and pages
    text TEXT NOT NULL
);
CREATE TABLE provisions (
    policy INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,      -- SHA-256 of the policy's id, a line feed and places
    places TEXT NOT NULL       -- JSON: [address, start, end, label's start, end, those above …]
);
CREATE TABLE numbers (token TEXT, policy INTEGER, PRIMARY KEY (token, policy)) WITHOUT ROWID;
"""


_TABLES = "SELECT type, name, sql FROM sqlite_master"


class PolicyRow(NamedTuple):
    """A policy as it is stored."""

    id: str
    digest: bytes
    metadata: str
    body: str


class PassageRow(NamedTuple):
    """A passage as it is stored."""

    digest: bytes
    place: str
    text: str


def policy_row(policy: Policy) -> PolicyRow:
    """Return what is stored for a policy; equal policies give equal rows."""
    values: dict[str, Any] = {name: getattr(policy, name) for name in _METADATA}
    for key in _DATES:
        values[key] = str(values[key]) if values[key] else None
    values["evidence"] = dict(policy.evidence)
    values["source"] = _stated(policy.source) if policy.source else None
    values["relations"] = dict(policy.relations)
    values["relation_terms"] = policy.terms_dict().get("relation_terms")
    values["version"] = version_values(policy.version) if policy.version else None
    values["repairs"] = [dataclasses.asdict(repair) for repair in policy.repairs]
    # Most policies have none of these, and rows of older generations stay as they are.
    metadata = _json({key: value for key, value in values.items() if value or key not in _RARE})
    return PolicyRow(policy.index_id, row_digest(metadata, policy.body), metadata, policy.body)


def policy_of(row: PolicyRow) -> Policy:
    """Return the policy that :func:`policy_row` was given."""
    values: dict[str, Any] = json.loads(row.metadata)
    source = values.pop("source")
    dates = {key: values.pop(key, None) for key in _DATES}
    values |= {key: _date_of(day) for key, day in dates.items() if day}
    terms = values.pop("relation_terms", {})
    version = values.pop("version", None)
    return Policy(
        body=row.body,
        issuers=tuple(values.pop("issuers")),
        source=_source_of(source) if source else None,
        relations={kind: tuple(ids) for kind, ids in values.pop("relations").items()},
        repairs=tuple(Repair(**repair) for repair in values.pop("repairs")),
        relation_terms={
            kind: {other: _terms_of(one) for other, one in others.items()}
            for kind, others in terms.items()
        },
        version=version_of(version) if version else None,
        **values,
    )


def _date_of(text: str) -> PolicyDate:
    return PolicyDate(*map(int, text.split("-")))


def _terms_of(values: dict[str, Any]) -> RelationTerms:
    """Return what ``RelationTerms.to_dict`` gave."""
    date = _date_of(values["date"]) if "date" in values else None
    return RelationTerms(date, tuple(values.get("provisions", ())))


def _stated(source: Source) -> dict[str, Any]:
    """Return a source's fields; what most sources lack only where it has some."""
    values = dataclasses.asdict(source)
    return {
        key: value for key, value in values.items() if value or key not in {"pages", "machine_read"}
    }


def _source_of(values: dict[str, Any]) -> Source:
    pages = tuple((page, words) for page, words in values.pop("pages", ()))
    read = tuple(MachineRead(**one) for one in values.pop("machine_read", ()))
    return Source(**values, pages=pages, machine_read=read)


def passage_row(passage: Passage) -> PassageRow:
    """Return what is stored for a passage; equal passages give equal rows."""
    values: list[object] = [passage.id, passage.policy_id, passage.start, passage.end]
    values += [passage.headings, passage.sentences]
    if passage.pages:
        values.append(passage.pages)
        if passage.machine_read is not None:
            values.append(passage.machine_read)
    place = _json(values)
    return PassageRow(row_digest(place, passage.text), place, passage.text)


def passage_of(row: PassageRow) -> Passage:
    """Return the passage that :func:`passage_row` was given."""
    name, policy_id, start, end, headings, sentences, *rest = json.loads(row.place)
    spans = tuple((first, last) for first, last in sentences)
    pages = (rest[0][0], rest[0][1]) if rest else None
    read = float(rest[1]) if rest[1:] else None
    return Passage(name, policy_id, row.text, start, end, tuple(headings), spans, pages, read)


def provision_places(provisions: Iterable[Provision]) -> str:
    """Return what is stored of a policy's provisions: their spans; empty where there are none."""
    rows = [
        [one.address, *one.span, *one.label, *itertools.chain.from_iterable(one.above)]
        for one in provisions
    ]
    return _json(rows) if rows else ""


def provisions_at(places: str) -> list[Provision]:
    """Return the provisions that :func:`provision_places` was given."""
    return [
        Provision(
            address, (start, end), (first, last), tuple(zip(above[::2], above[1::2], strict=True))
        )
        for address, start, end, first, last, *above in json.loads(places)
    ]


def _json(values: object) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def row_digest(first: str, second: str) -> bytes:
    """Return the SHA-256 of metadata and body, or of place and text."""
    return hashlib.sha256(f"{first}\n{second}".encode()).digest()


def create_passages(path: Path) -> sqlite3.Connection:
    """Create the database of a new generation, for the builder to fill.

    Nothing is journaled: what a killed builder leaves behind is thrown away whole.
    """
    connection = sqlite3.connect(_uri(path, ""), uri=True, isolation_level=None)
    connection.executescript(_SCHEMA)
    return connection


def attach(connection: sqlite3.Connection, name: str, path: Path, *, finished: bool) -> None:
    """Attach another database as ``name``, for good reading-only when it is ``finished``."""
    query = _FINISHED if finished else ""
    connection.execute(f"ATTACH ? AS {name}", (_uri(path, query),))


def _uri(path: Path, query: str) -> str:
    return f"file:{quote(str(path.absolute()))}{query}"


@functools.cache
def _tables() -> frozenset[tuple[str, str, str]]:
    """Return what SQLite says of a database with the schema and nothing else."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_SCHEMA)
        return frozenset(connection.execute(_TABLES))


class PassageStore:
    """The database of a finished generation, opened read-only; safe to read from many threads.

    Raises:
        IndexDamagedError: the file is no database of this form. Every method raises it too, when
            what it reads is damaged; the message names the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._closed = False
        try:
            self._connection = sqlite3.connect(
                _uri(path, _FINISHED), uri=True, check_same_thread=False
            )
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from None
        try:
            self._check_tables()
            for table in ("policies", "passages", "provisions", "numbers"):
                self._all(f"SELECT * FROM {table} LIMIT 1", ())  # noqa: S608
        except IndexDamagedError:
            self.close()
            raise

    def close(self) -> None:
        """Close the database, after whoever is reading from it."""
        with self._lock:
            self._closed = True
            self._connection.close()

    def policy(self, ordinal: int) -> Policy:
        """Return the policy with this ordinal."""
        return self.policies([ordinal])[0]

    def policies(self, ordinals: Iterable[int]) -> list[Policy]:
        """Return the policies with these ordinals, in their order."""
        columns = "id, digest, metadata, body"
        rows = [PolicyRow(*row) for row in self._rows("policies", columns, ordinals)]
        for row in rows:
            self._check(row.digest, row.metadata, row.body, row.id)
        return [policy_of(row) for row in rows]

    def titles_and_bodies(self, ordinals: Iterable[int]) -> Iterator[tuple[str, str]]:
        """Yield the title and the body of the policies with these ordinals, in their order.

        Of all of them, so many are in memory at a time as one query gives.
        """
        wanted = list(map(int, ordinals))
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            for name, digest, metadata, body in self._rows(
                "policies", "id, digest, metadata, body", part
            ):
                self._check(digest, metadata, body, name)
                yield json.loads(metadata)["title"], body

    def policy_rows(self, first: int, last: int) -> list[PolicyRow]:
        """Return the rows of policies ``first`` to ``last - 1``, each checked by its digest."""
        query = (
            "SELECT id, digest, metadata, body FROM policies WHERE ordinal >= ? AND ordinal < ? "
            "ORDER BY ordinal"
        )
        rows = [PolicyRow(*row) for row in self._all(query, (first, last))]
        self._check_count("policies", len(rows), last - first)
        for row in rows:
            self._check(row.digest, row.metadata, row.body, row.id)
        return rows

    def policy_ordinal(self, policy_id: str) -> int | None:
        """Return the ordinal of the policy with this id, or None."""
        rows = self._all("SELECT ordinal FROM policies WHERE id = ?", (policy_id,))
        return int(rows[0][0]) if rows else None

    def policies_with_tokens(self, tokens: Sequence[str]) -> list[int]:
        """Return the ordinals of the policies whose number has every one of ``tokens``."""
        marks = ",".join("?" * len(tokens))
        query = (
            f"SELECT policy FROM numbers WHERE token IN ({marks}) "  # noqa: S608  (marks are ?,?)
            "GROUP BY policy HAVING count(*) = ?"
        )
        return [row[0] for row in self._all(query, (*tokens, len(tokens)))]

    def passages(self, ordinals: Iterable[int]) -> list[Passage]:
        """Return the passages with these ordinals, in their order."""
        rows = [PassageRow(*row) for row in self._rows("passages", "digest, place, text", ordinals)]
        for row in rows:
            self._check(row.digest, row.place, row.text, row.place)
        return [passage_of(row) for row in rows]

    def provisions(self, ordinal: int) -> list[Provision]:
        """Return the provisions of a policy, in the order in which they begin."""
        query = (
            "SELECT id, provisions.digest, places FROM provisions "
            "JOIN policies ON ordinal = policy WHERE policy = ?"
        )
        rows = self._all(query, (ordinal,))
        for name, digest, places in rows:
            self._check(digest, name, places, f"the provisions of {name}")
        return provisions_at(rows[0][2]) if rows else []

    def _rows(self, table: str, columns: str, ordinals: Iterable[int]) -> list[Sequence[Any]]:
        """Return what a table has in some columns for some ordinals, in their order."""
        wanted = list(map(int, ordinals))
        found: dict[int, Sequence[Any]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT ordinal, {columns} FROM {table} WHERE ordinal IN ({marks})"  # noqa: S608
            found.update((ordinal, rest) for ordinal, *rest in self._all(query, part))
        self._check_count(table, len(found), len(set(wanted)))
        return [found[ordinal] for ordinal in wanted]

    def passage_rows(self, first: int, last: int) -> list[PassageRow]:
        """Return the rows of passages ``first`` to ``last - 1``, each checked by its digest."""
        query = (
            "SELECT digest, place, text FROM passages WHERE ordinal >= ? AND ordinal < ? "
            "ORDER BY ordinal"
        )
        rows = [PassageRow(*row) for row in self._all(query, (first, last))]
        self._check_count("passages", len(rows), last - first)
        for row in rows:
            self._check(row.digest, row.place, row.text, row.place)
        return rows

    def _check_tables(self) -> None:
        # Before anything is read: a view, a trigger or a generated column is a program.
        if set(self._all(_TABLES, ())) != _tables():
            raise IndexDamagedError(
                f"{self._path}: holds other tables than policybot makes; {CURE}"
            )

    def _check_count(self, what: str, found: int, wanted: int) -> None:
        if found != wanted:
            raise IndexDamagedError(f"{self._path}: {wanted - found} {what} are missing; {CURE}")

    def _check(self, digest: bytes, first: str, second: str, what: str) -> None:
        if row_digest(first, second) != digest:
            raise IndexDamagedError(
                f"{self._path}: the text of {what[:80]} is not what was indexed (its SHA-256 "
                f"differs); {CURE}"
            )

    def _all(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._lock:
            if self._closed:
                raise IndexUnusableError(f"{self._path}: was closed; open the index again")
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.DatabaseError as error:
                raise self._unreadable(error) from None

    def _unreadable(self, error: sqlite3.DatabaseError) -> IndexDamagedError:
        return IndexDamagedError(f"{self._path}: SQLite cannot read it ({error}); {CURE}")
