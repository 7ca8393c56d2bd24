"""Policies on their way into the index: taken in as a stream, put in date order, compared.

They go through a database of their own beside the generation's, so that no more than one body is
held in memory.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policybot.corpus.issuers.names import normal_name
from policybot.corpus.issuers.table import IssuerBook
from policybot.corpus.validity import Bounds, bounds_of, ending_by, facts_of
from policybot.corpus.versions import texts_of
from policybot.errors import CorpusError
from policybot.index.format.passages import attach, policy_row
from policybot.index.format.validity import blank_rows, row_of
from policybot.index.serve.filters import number_tokens
from policybot.model import RELATION_KINDS, Policy
from policybot.progress import Progress

_INCOMING = """
PRAGMA incoming.journal_mode = OFF;
PRAGMA incoming.synchronous = OFF;
CREATE TABLE incoming.policies (
    row INTEGER PRIMARY KEY, id TEXT UNIQUE, first INTEGER, last INTEGER,
    digest BLOB, metadata TEXT, body TEXT
);
CREATE TABLE incoming.numbers (token TEXT, row INTEGER);
CREATE TABLE incoming.issuers (name TEXT, row INTEGER);
CREATE TABLE incoming.relations (
    row INTEGER, kind INTEGER, object TEXT, may_end INTEGER, must_end INTEGER
);
CREATE TABLE incoming.validity (
    row INTEGER, start_may INTEGER, start_must INTEGER, end_may INTEGER, end_must INTEGER,
    status INTEGER
);
CREATE TABLE incoming.versions (row INTEGER PRIMARY KEY, id TEXT, number INTEGER);
CREATE TABLE incoming.places (place INTEGER PRIMARY KEY, row INTEGER UNIQUE);
"""
_PLACES = """
INSERT INTO incoming.places (row)
    SELECT row FROM incoming.policies ORDER BY first IS NULL, first, last, id
"""
_POLICIES = """
INSERT INTO policies
    SELECT place - 1, id, digest, metadata, body
    FROM incoming.places JOIN incoming.policies USING (row) ORDER BY place
"""
_RELATIONS = """
SELECT DISTINCT objects.ordinal, kind, place - 1
    FROM incoming.relations JOIN incoming.places USING (row)
    JOIN policies AS objects ON objects.id = object ORDER BY 1, 2, 3
"""
_VALIDITY = """
SELECT place - 1, start_may, start_must, end_may, end_must, status
    FROM incoming.validity JOIN incoming.places USING (row)
"""
_ENDINGS = """
SELECT objects.ordinal, may_end, must_end
    FROM incoming.relations JOIN policies AS objects ON objects.id = object
    WHERE may_end IS NOT NULL
"""
_VERSIONS = """
SELECT versions.id, number, place - 1 FROM incoming.versions JOIN incoming.places USING (row)
    ORDER BY 1, 2
"""
_NUMBERS = """
INSERT INTO numbers
    SELECT token, place - 1
    FROM incoming.numbers JOIN incoming.places USING (row) ORDER BY token, place
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """Policy ids by what became of them since the previous generation, each in order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def prepare(database: sqlite3.Connection, scratch: Path) -> None:
    """Attach a database ``incoming`` to the generation's; it is thrown away with ``scratch``."""
    attach(database, "incoming", scratch / "incoming.sqlite", finished=False)
    database.executescript(_INCOMING)


def read(
    database: sqlite3.Connection,
    policies: Iterable[Policy],
    issuers: IssuerBook,
    progress: Progress,
) -> str:
    """Fill the generation's policies, in order, and return the corpus digest.

    A policy of several versions is as many policies there.

    Raises:
        CorpusError: two policies have one id, or a text is not Unicode.
    """
    for row, policy in enumerate(itertools.chain.from_iterable(map(texts_of, policies))):
        try:
            _take(database, row, policy)
        except sqlite3.IntegrityError:
            message = f"another policy has the id {policy.index_id} too"
        except UnicodeEncodeError as error:
            message = f"holds half a character ({error.reason})"
        else:
            message = ""
        if message:
            raise CorpusError(f"{policy.path or policy.id}: {message}; run: policybot check")
        names = {issuers.canonical(name) or name for name in policy.issuers}
        database.executemany(
            "INSERT INTO incoming.issuers VALUES (?, ?)", [(name, row) for name in sorted(names)]
        )
        progress("read", row + 1, 0)
    for statement in (_PLACES, _POLICIES, _NUMBERS):
        database.execute(statement)
    digest = hashlib.sha256()
    for (one,) in database.execute("SELECT digest FROM policies ORDER BY ordinal"):
        digest.update(one)
    return digest.hexdigest()


def compare(database: sqlite3.Connection) -> Changes:
    """Return what became of each policy of the attached database ``old``."""
    joined = "FROM policies AS new JOIN old.policies AS old USING (id)"
    return Changes(
        added=_ids(
            database,
            "SELECT id FROM policies WHERE id NOT IN (SELECT id FROM old.policies) "
            "ORDER BY ordinal",
        ),
        changed=_ids(
            database, f"SELECT id {joined} WHERE new.digest != old.digest ORDER BY new.ordinal"
        ),
        removed=_ids(
            database,
            "SELECT id FROM old.policies WHERE id NOT IN (SELECT id FROM policies) "
            "ORDER BY ordinal",
        ),
        unchanged=_ids(
            database, f"SELECT id {joined} WHERE new.digest = old.digest ORDER BY new.ordinal"
        ),
    )


def all_added(database: sqlite3.Connection) -> Changes:
    """Return the changes where there is nothing to compare with."""
    return Changes(_ids(database, "SELECT id FROM policies ORDER BY ordinal"), (), (), ())


def unchanged_ordinals(database: sqlite3.Connection, count: int) -> NDArray[np.int64]:
    """Return int64 ``(count,)``: each policy's ordinal in ``old`` where it is the same, or -1."""
    ordinals = np.full(count, -1, dtype=np.int64)
    for new, old in database.execute(
        "SELECT new.ordinal, old.ordinal FROM policies AS new "
        "JOIN old.policies AS old USING (id) WHERE new.digest = old.digest"
    ):
        ordinals[new] = old
    return ordinals


def days(database: sqlite3.Connection) -> NDArray[np.int32]:
    """Return int32 ``(policies, 2)``: the first and last day each date may be, or zeros."""
    rows = database.execute(
        "SELECT coalesce(first, 0), coalesce(last, 0) "
        "FROM incoming.places JOIN incoming.policies USING (row) ORDER BY place"
    )
    return np.array(list(rows), dtype=np.int32).reshape(-1, 2)


def issuer_lists(
    database: sqlite3.Connection,
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32]]:
    """Return the issuers of the policies: names, offsets, and the policies of each, in order.

    Issuer ``i`` has ``policies[offsets[i]:offsets[i + 1]]``.
    """
    names: dict[str, str] = {}
    policies: dict[str, set[int]] = {}
    for name, ordinal in database.execute(
        "SELECT name, place - 1 FROM incoming.issuers JOIN incoming.places USING (row) "
        "ORDER BY name, place"
    ):
        key = normal_name(name)
        names.setdefault(key, name)
        policies.setdefault(key, set()).add(ordinal)
    lists = [sorted(policies[key]) for key in names]
    offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return list(names.values()), offsets, np.array([*itertools.chain(*lists)], dtype=np.int32)


def relation_rows(database: sqlite3.Connection) -> NDArray[np.int32]:
    """Return the relations between policies that are there, as ``relations.Relations`` has them."""
    return np.array(database.execute(_RELATIONS).fetchall(), dtype=np.int32).reshape(-1, 3)


def validity_rows(database: sqlite3.Connection, count: int) -> NDArray[np.int32]:
    """Return what is stated of the validity of ``count`` policies, as ``validity.States`` has it.

    Empty where nothing is.
    """
    stated = database.execute(_VALIDITY).fetchall()
    endings = database.execute(_ENDINGS).fetchall()
    beside = {group[-1]: group[:-1] for group in version_groups(database)}
    rows = blank_rows(count if stated or endings else 0)
    for ordinal, *values in stated:
        rows[ordinal] = values
    if endings:
        endings += [
            (other, *ending) for ordinal, *ending in endings for other in beside.get(ordinal, ())
        ]
        ordinals, may, must = np.array(endings, dtype=np.int32).T
        np.minimum.at(rows[:, 2], ordinals, may)
        np.minimum.at(rows[:, 3], ordinals, must)
    return rows


def version_groups(database: sqlite3.Connection) -> list[list[int]]:
    """Return the ordinals of the versions of each policy that has several, oldest first."""
    rows = database.execute(_VERSIONS).fetchall()
    groups = itertools.groupby(rows, key=lambda row: str(row[0]))
    return [[ordinal for _, _, ordinal in group] for _, group in groups]


def _take(database: sqlite3.Connection, row: int, policy: Policy) -> None:
    stored = policy_row(policy)
    date = policy.date
    days = (date.first.toordinal(), date.last.toordinal()) if date else (None, None)
    database.execute(
        "INSERT INTO incoming.policies VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row, stored.id, *days, stored.digest, stored.metadata, stored.body),
    )
    database.executemany(
        "INSERT INTO incoming.numbers VALUES (?, ?)",
        [(token, row) for token in number_tokens(policy.number or "")],
    )
    if policy.version is not None:
        values = (row, policy.id, policy.version.number)
        database.execute("INSERT INTO incoming.versions VALUES (?, ?, ?)", values)
    is_last = policy.version is None or policy.version.is_last
    relations = policy.relations if is_last else {}
    database.executemany(
        "INSERT INTO incoming.relations VALUES (?, ?, ?, ?, ?)",
        [
            (row, RELATION_KINDS.index(kind), other, *_end_by(kind, policy, other))
            for kind, others in relations.items()
            for other in others
        ],
    )

    bounds = bounds_of(facts_of(policy, ()))
    if bounds != Bounds(bounds.issued):
        database.execute(
            "INSERT INTO incoming.validity VALUES (?, ?, ?, ?, ?, ?)", (row, *row_of(bounds))
        )


def _end_by(kind: str, policy: Policy, other: str) -> tuple[int, int] | tuple[None, None]:
    ending = ending_by(kind, policy, other)
    return ending.bounds if ending else (None, None)


def _ids(database: sqlite3.Connection, query: str) -> tuple[str, ...]:
    return tuple(row[0] for row in database.execute(query))
