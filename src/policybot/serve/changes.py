"""Which policies indexing added, changed or removed, as far back as generations tell."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from policybot.errors import PolicyBotError
from policybot.index.manifest import GENERATIONS
from policybot.index.passages import FILE, attach
from policybot.index.shelf import FolderShelf, Shelf

log = logging.getLogger(__name__)

Kind = Literal["added", "changed", "removed"]

_MOST = 10_000
"""Changes that are kept; of more, the latest."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one policy in one generation, made ``at`` a time (UTC)."""

    kind: Kind
    id: str
    title: str
    generation: str
    at: dt.datetime

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON shows it."""
        return {
            "kind": self.kind,
            "id": self.id,
            "title": self.title,
            "generation": self.generation,
            "at": stamp(self.at),
        }


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


class ChangeLog:
    """The changes from the oldest generation that is kept to the live one, oldest first.

    Generations go soon after others replace them, so what happened earlier than the one before the
    first that was seen is not known.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._changes: list[Change] = []
        self._known: list[str] = []
        self._lock = threading.Lock()

    def follow(self, live: str) -> None:
        """Compare what generations there are up to ``live``; those compared before are passed over.

        What cannot be compared is logged, and left out.
        """
        with self._lock:
            if live in self._known:
                return
            try:
                kept = [name for name in self._shelf.kept() if name <= live]
            except PolicyBotError as error:
                log.warning("changes are not known: %s", error)
                kept = []
            for name in [*kept, *([live] if live not in kept else [])]:
                if self._known and name > self._known[-1]:
                    self._changes += self._compared(self._known[-1], name)
                if not self._known or name > self._known[-1]:
                    self._known.append(name)
            del self._changes[:-_MOST]

    def since(self, when: dt.datetime | None) -> tuple[Sequence[Change], bool]:
        """Return the changes after a time (None: all that are known), and whether that is all.

        It is not where they were made before the first generation that is known.
        """
        with self._lock:
            first = made_at(self._known[0]) if self._known else dt.datetime.now(tz=dt.UTC)
            if when is None:
                return tuple(self._changes), False
            return tuple(one for one in self._changes if one.at > when), when >= first

    @property
    def first(self) -> str | None:
        """The oldest generation that changes are told from."""
        return self._known[0] if self._known else None

    def _compared(self, old: str, new: str) -> list[Change]:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                before, after = (self._folder(name, Path(scratch)) for name in (old, new))
                return list(_changes(before / FILE, after / FILE, new))
        except (PolicyBotError, sqlite3.Error, OSError) as error:
            log.warning("%s and %s cannot be compared: %s", old, new, error)
            return []

    def _folder(self, name: str, scratch: Path) -> Path:
        if isinstance(self._shelf, FolderShelf):
            return Path(self._shelf.place) / GENERATIONS / name
        place = scratch / name
        place.mkdir()
        return self._shelf.open_files(place, name).folder


def _changes(old: Path, new: Path, generation: str) -> Iterator[Change]:
    at = made_at(generation)
    with contextlib.closing(sqlite3.connect("", isolation_level=None)) as database:
        attach(database, "old", old, finished=True)
        attach(database, "new", new, finished=True)
        query = (
            "SELECT CASE WHEN old.id IS NULL THEN 'added' ELSE 'changed' END, new.id, "
            "json_extract(new.metadata, '$.title') FROM new.policies AS new "
            "LEFT JOIN old.policies AS old USING (id) "
            "WHERE old.id IS NULL OR old.digest != new.digest "
            "UNION ALL SELECT 'removed', old.id, json_extract(old.metadata, '$.title') "
            "FROM old.policies AS old WHERE old.id NOT IN (SELECT id FROM new.policies)"
        )
        for kind, policy_id, title in database.execute(query):
            yield Change(kind, policy_id, title, generation, at)
