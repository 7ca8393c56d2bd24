"""The history of changes: policies added, changed and removed, by generation.

Each generation stores its predecessors' changes and its own, so that any process can read them
after the predecessors were removed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from policybot.errors import PolicyBotError
from policybot.index.format.manifest import (
    FileEntry,
    Manifest,
    live_generation,
    read_manifest,
    sha256_of_file,
)
from policybot.index.format.passages import FILE as PASSAGES
from policybot.index.format.passages import attach

FILE = "history.json"
MOST = 10_000
"""The greatest number of changes a generation stores; the oldest generations are left out."""

Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A policy that a generation added, changed or removed; ``id`` is its id in the index."""

    kind: Kind
    id: str
    title: str
    generation: str

    @property
    def at(self) -> dt.datetime:
        """When the generation was built (UTC)."""
        return made_at(self.generation)

    def to_dict(self) -> dict[str, Any]:
        """Return the change as the JSON object of the API."""
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "generation": self.generation,
            "at": stamp(self.at),
        }


@dataclass(frozen=True, slots=True)
class History:
    """All changes after generation ``first``, oldest first."""

    first: str
    changes: tuple[Change, ...]

    def followed_by(self, changes: Sequence[Change]) -> History:
        """Return the history with the changes of the next generation appended.

        Beyond :data:`MOST` changes, whole generations are dropped, oldest first, so that the
        history after ``first`` is complete.
        """
        first, kept = self.first, (*self.changes, *changes)
        while len(kept) > MOST:
            first = kept[0].generation
            kept = tuple(change for change in kept if change.generation != first)
        return History(first, kept)


def made_at(generation: str) -> dt.datetime:
    """Return when a generation was built (UTC), read from its name; 1970 if that holds no time."""
    text = generation.partition("-")[0].removesuffix("Z")
    try:
        return dt.datetime.strptime(text, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC)
    except ValueError:
        return dt.datetime.fromtimestamp(0, tz=dt.UTC)


def stamp(when: dt.datetime) -> str:
    """Return a time in RFC 3339 format, in UTC."""
    return when.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def with_history(index_path: Path, folder: Path, manifest: Manifest) -> Manifest:
    """Write the history file of a new generation: the live one's history and the changes since.

    Returns the manifest with the file added. The history starts anew if there is no live
    generation, or it cannot be read.
    """
    try:
        before, live = live_generation(index_path)
        read_manifest(live, before)  # raises for another schema, whose tables may differ
        known = read_history(live, before) or History(before, ())
        history = known.followed_by(list(changes_between(live, folder, "")))
    except (PolicyBotError, sqlite3.Error, OSError):
        history = History("", ())
    path = folder / FILE
    path.unlink(missing_ok=True)  # it may be a hard link to the previous generation's
    path.write_text(json.dumps(_to_dict(history), ensure_ascii=False), encoding="utf-8")
    entry = FileEntry(path.stat().st_size, sha256_of_file(path))
    return dataclasses.replace(manifest, files={**manifest.files, FILE: entry})


def read_history(folder: Path, name: str) -> History | None:
    """Return the history stored in the generation ``name``.

    None if it has none (an earlier version of policybot built it) or the file is damaged.
    """
    try:
        values = json.loads((folder / FILE).read_text(encoding="utf-8"))
        changes = [
            Change(cast("Kind", kind), id_, title, generation or name)
            for kind, id_, title, generation in values["changes"]
            if kind in get_args(Kind)
        ]
        return History(str(values["first"]) or name, tuple(changes))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def changes_between(old: Path, new: Path, generation: str) -> Iterator[Change]:
    """Yield the changes between two generations' folders; ``generation`` is the name of ``new``.

    Raises:
        sqlite3.Error: a database cannot be read.
    """
    with contextlib.closing(sqlite3.connect("", isolation_level=None)) as database:
        attach(database, "old", old / PASSAGES, finished=True)
        attach(database, "new", new / PASSAGES, finished=True)
        query = (
            "SELECT CASE WHEN old.id IS NULL THEN 'added' ELSE 'changed' END, new.id, "
            "json_extract(new.metadata, '$.title') FROM new.policies AS new "
            "LEFT JOIN old.policies AS old USING (id) "
            "WHERE old.id IS NULL OR old.digest != new.digest "
            "UNION ALL SELECT 'removed', old.id, json_extract(old.metadata, '$.title') "
            "FROM old.policies AS old WHERE old.id NOT IN (SELECT id FROM new.policies)"
        )
        for kind, policy_id, title in database.execute(query):
            yield Change(kind, policy_id, title, generation)


def _to_dict(history: History) -> dict[str, Any]:
    """Return the history as JSON; "" stands for the generation it is in, which has no name yet."""
    rows = [(change.kind, change.id, change.title, change.generation) for change in history.changes]
    return {"first": history.first, "changes": rows}
