"""What indexing added, changed and removed, generation by generation, carried on in each.

A generation tells its predecessors' changes and its own, so that they are known when the
predecessors are gone, to a process that begins now as to one that was there.
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
"""Changes that a generation tells of; of more, those of the latest generations."""

Kind = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one policy in a generation; ``id`` is the one it has in the index."""

    kind: Kind
    id: str
    title: str
    generation: str

    @property
    def at(self) -> dt.datetime:
        """When that generation was made (UTC)."""
        return made_at(self.generation)

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON shows it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "generation": self.generation,
            "at": stamp(self.at),
        }


@dataclass(frozen=True, slots=True)
class History:
    """The changes after generation ``first``, oldest first."""

    first: str
    changes: tuple[Change, ...]

    def followed_by(self, changes: Sequence[Change]) -> History:
        """Return this with the changes of the next generation.

        Where that is too many, the oldest generations are left out whole, so that after ``first``
        nothing is missing.
        """
        first, kept = self.first, (*self.changes, *changes)
        while len(kept) > MOST:
            first = kept[0].generation
            kept = tuple(one for one in kept if one.generation != first)
        return History(first, kept)


def made_at(generation: str) -> dt.datetime:
    """Return when a generation was made: its name begins with that."""
    text = generation.partition("-")[0].removesuffix("Z")
    try:
        return dt.datetime.strptime(text, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC)
    except ValueError:
        return dt.datetime.fromtimestamp(0, tz=dt.UTC)


def stamp(when: dt.datetime) -> str:
    """Return a time as RFC 3339 has it, in UTC."""
    return when.astimezone(dt.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def with_history(index_path: Path, folder: Path, manifest: Manifest) -> Manifest:
    """Write into a new generation's folder what changed since the live one, and before.

    Return its manifest with the file. Where the live one cannot be read, or there is none, the
    history begins with the new one.
    """
    try:
        before, live = live_generation(index_path)
        read_manifest(live, before)  # of another schema, tables may be others
        known = read_history(live, before) or History(before, ())
        history = known.followed_by(list(changes_between(live, folder, "")))
    except (PolicyBotError, sqlite3.Error, OSError):
        history = History("", ())
    path = folder / FILE
    path.unlink(missing_ok=True)  # it may be a link to the one of the generation before
    path.write_text(json.dumps(_written(history), ensure_ascii=False), encoding="utf-8")
    entry = FileEntry(path.stat().st_size, sha256_of_file(path))
    return dataclasses.replace(manifest, files={**manifest.files, FILE: entry})


def read_history(folder: Path, name: str) -> History | None:
    """Return the history that the generation called ``name`` tells; None where it tells none.

    One that was made by an earlier policybot, or whose file is damaged, tells none.
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
    """Yield what became of each policy between two generations' folders, ``new`` being so called.

    Raises:
        sqlite3.Error: one cannot be read.
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


def _written(history: History) -> dict[str, Any]:
    """Return a history as its file has it; "" is the generation it is in, not yet named."""
    rows = [(one.kind, one.id, one.title, one.generation) for one in history.changes]
    return {"first": history.first, "changes": rows}
