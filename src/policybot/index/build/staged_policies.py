"""Staging of policies: read as a stream, sorted by date, compared with the previous generation.

They pass through a temporary SQLite database attached to the generation's, so that only one body is
held in memory at a time.
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

_TABLES = """
PRAGMA staged.journal_mode = OFF;
PRAGMA staged.synchronous = OFF;
CREATE TABLE staged.policies (
    row INTEGER PRIMARY KEY, id TEXT UNIQUE, first INTEGER, last INTEGER,
    digest BLOB, metadata TEXT, body TEXT
);
CREATE TABLE staged.numbers (token TEXT, row INTEGER);
CREATE TABLE staged.issuers (name TEXT, row INTEGER);
CREATE TABLE staged.relations (
    row INTEGER, kind INTEGER, object TEXT, may_end INTEGER, must_end INTEGER
);
CREATE TABLE staged.validity (
    row INTEGER, start_may INTEGER, start_must INTEGER, end_may INTEGER, end_must INTEGER,
    status INTEGER
);
CREATE TABLE staged.versions (row INTEGER PRIMARY KEY, id TEXT, number INTEGER);
CREATE TABLE staged.places (place INTEGER PRIMARY KEY, row INTEGER UNIQUE);
"""
_PLACES = """
INSERT INTO staged.places (row)
    SELECT row FROM staged.policies ORDER BY first IS NULL, first, last, id
"""
_POLICIES = """
INSERT INTO policies
    SELECT place - 1, id, digest, metadata, body
    FROM staged.places JOIN staged.policies USING (row) ORDER BY place
"""
_RELATIONS = """
SELECT DISTINCT objects.ordinal, kind, place - 1
    FROM staged.relations JOIN staged.places USING (row)
    JOIN policies AS objects ON objects.id = object ORDER BY 1, 2, 3
"""
_VALIDITY = """
SELECT place - 1, start_may, start_must, end_may, end_must, status
    FROM staged.validity JOIN staged.places USING (row)
"""
_ENDINGS = """
SELECT objects.ordinal, may_end, must_end
    FROM staged.relations JOIN policies AS objects ON objects.id = object
    WHERE may_end IS NOT NULL
"""
_VERSIONS = """
SELECT versions.id, number, place - 1 FROM staged.versions JOIN staged.places USING (row)
    ORDER BY 1, 2
"""
_NUMBERS = """
INSERT INTO numbers
    SELECT token, place - 1
    FROM staged.numbers JOIN staged.places USING (row) ORDER BY token, place
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """Policy ids by how they changed since the previous generation, each in date order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]


def prepare(database: sqlite3.Connection, scratch: Path) -> None:
    """Attach a temporary database ``staged`` in ``scratch`` to the generation's."""
    attach(database, "staged", scratch / "staged.sqlite", finished=False)
    database.executescript(_TABLES)


def read(
    database: sqlite3.Connection,
    policies: Iterable[Policy],
    issuers: IssuerBook,
    progress: Progress,
) -> str:
    """Fill the generation's table of policies, in date order, and return the corpus digest.

    Each version of a policy is stored as a policy. The digest is the SHA-256 of all policies'
    digests, in hexadecimal.

    Raises:
        CorpusError: two policies have the same id, or a text is not valid Unicode.
    """
    for row, policy in enumerate(itertools.chain.from_iterable(map(texts_of, policies))):
        try:
            _stage(database, row, policy)
        except sqlite3.IntegrityError:
            message = f"another policy has the same id, {policy.index_id}"
        except UnicodeEncodeError as error:
            message = f"holds an unpaired surrogate, which is no character ({error.reason})"
        else:
            message = ""
        if message:
            raise CorpusError(f"{policy.path or policy.id}: {message}; run: policybot check")
        names = {issuers.canonical(name) or name for name in policy.issuers}
        database.executemany(
            "INSERT INTO staged.issuers VALUES (?, ?)", [(name, row) for name in sorted(names)]
        )
        progress("read", row + 1, 0)
    for statement in (_PLACES, _POLICIES, _NUMBERS):
        database.execute(statement)
    digest = hashlib.sha256()
    for (content,) in database.execute("SELECT digest FROM policies ORDER BY ordinal"):
        digest.update(content)
    return digest.hexdigest()


def compare(database: sqlite3.Connection) -> Changes:
    """Return the changes from the attached database ``old``."""
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
    """Return the changes where there is no previous generation: every policy is added."""
    return Changes(_ids(database, "SELECT id FROM policies ORDER BY ordinal"), (), (), ())


def unchanged_ordinals(database: sqlite3.Connection, count: int) -> NDArray[np.int64]:
    """Return int64 ``(count,)``: each policy's ordinal in ``old``, or -1 if it changed."""
    ordinals = np.full(count, -1, dtype=np.int64)
    for new, old in database.execute(
        "SELECT new.ordinal, old.ordinal FROM policies AS new "
        "JOIN old.policies AS old USING (id) WHERE new.digest = old.digest"
    ):
        ordinals[new] = old
    return ordinals


def days(database: sqlite3.Connection) -> NDArray[np.int32]:
    """Return int32 ``(P, 2)``: first and last day of each date, as ordinals; 0 without a date."""
    rows = database.execute(
        "SELECT coalesce(first, 0), coalesce(last, 0) "
        "FROM staged.places JOIN staged.policies USING (row) ORDER BY place"
    )
    return np.array(list(rows), dtype=np.int32).reshape(-1, 2)


def issuer_lists(
    database: sqlite3.Connection,
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32]]:
    """Return the names of the issuers, offsets, and the ordinals of the policies of each.

    Issuer ``i`` issued ``policies[offsets[i]:offsets[i + 1]]``, ascending.
    """
    names: dict[str, str] = {}
    policies: dict[str, set[int]] = {}
    for name, ordinal in database.execute(
        "SELECT name, place - 1 FROM staged.issuers JOIN staged.places USING (row) "
        "ORDER BY name, place"
    ):
        key = normal_name(name)
        names.setdefault(key, name)
        policies.setdefault(key, set()).add(ordinal)
    lists = [sorted(policies[key]) for key in names]
    offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return list(names.values()), offsets, np.array([*itertools.chain(*lists)], dtype=np.int32)


def relation_rows(database: sqlite3.Connection) -> NDArray[np.int32]:
    """Return the relations between policies of the corpus, as rows of ``relations.Relations``."""
    return np.array(database.execute(_RELATIONS).fetchall(), dtype=np.int32).reshape(-1, 3)


def validity_rows(database: sqlite3.Connection, count: int) -> NDArray[np.int32]:
    """Return the stated validity of ``count`` policies, as rows of ``validity.States``.

    There are no rows if nothing is stated of any policy.
    """
    stated = database.execute(_VALIDITY).fetchall()
    endings = database.execute(_ENDINGS).fetchall()
    earlier = {group[-1]: group[:-1] for group in version_groups(database)}
    rows = blank_rows(count if stated or endings else 0)
    for ordinal, *values in stated:
        rows[ordinal] = values
    if endings:
        endings += [
            (version, *ending)
            for ordinal, *ending in endings
            for version in earlier.get(ordinal, ())
        ]
        ordinals, may, must = np.array(endings, dtype=np.int32).T
        np.minimum.at(rows[:, 2], ordinals, may)
        np.minimum.at(rows[:, 3], ordinals, must)
    return rows


def version_groups(database: sqlite3.Connection) -> list[list[int]]:
    """Return the ordinals of the versions of each policy with several versions, oldest first."""
    rows = database.execute(_VERSIONS).fetchall()
    groups = itertools.groupby(rows, key=lambda row: str(row[0]))
    return [[ordinal for _, _, ordinal in group] for _, group in groups]


def _stage(database: sqlite3.Connection, row: int, policy: Policy) -> None:
    stored = policy_row(policy)
    date = policy.date
    days = (date.first.toordinal(), date.last.toordinal()) if date else (None, None)
    database.execute(
        "INSERT INTO staged.policies VALUES (?, ?, ?, ?, ?, ?, ?)",
        (row, stored.id, *days, stored.digest, stored.metadata, stored.body),
    )
    database.executemany(
        "INSERT INTO staged.numbers VALUES (?, ?)",
        [(token, row) for token in number_tokens(policy.number or "")],
    )
    if policy.version is not None:
        values = (row, policy.id, policy.version.number)
        database.execute("INSERT INTO staged.versions VALUES (?, ?, ?)", values)
    is_last = policy.version is None or policy.version.is_last
    relations = policy.relations if is_last else {}
    database.executemany(
        "INSERT INTO staged.relations VALUES (?, ?, ?, ?, ?)",
        [
            (row, RELATION_KINDS.index(kind), target, *_end_by(kind, policy, target))
            for kind, targets in relations.items()
            for target in targets
        ],
    )
    bounds = bounds_of(facts_of(policy, ()))
    if bounds != Bounds(bounds.issued):
        database.execute(
            "INSERT INTO staged.validity VALUES (?, ?, ?, ?, ?, ?)", (row, *row_of(bounds))
        )


def _end_by(kind: str, policy: Policy, target: str) -> tuple[int, int] | tuple[None, None]:
    ending = ending_by(kind, policy, target)
    return ending.bounds if ending else (None, None)


def _ids(database: sqlite3.Connection, query: str) -> tuple[str, ...]:
    return tuple(row[0] for row in database.execute(query))
