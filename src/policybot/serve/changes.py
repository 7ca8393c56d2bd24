"""Which policies indexing added, changed or removed, as far back as the index records it."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from policybot.errors import PolicyBotError
from policybot.index.format.history import Change, History, changes_between, made_at, read_history
from policybot.index.format.manifest import GENERATIONS
from policybot.index.serve.store import FolderStore, GenerationStore

log = logging.getLogger(__name__)


class ChangeLog:
    """The changes up to the live generation, oldest first. Thread-safe.

    A generation in files records its history. One on a server, or written by an earlier policybot,
    does not: then the generations that still exist are compared, and the changes seen by this
    process are kept.
    """

    def __init__(self, store: GenerationStore) -> None:
        self._store = store
        self._history: History | None = None
        self._live = ""
        self._lock = threading.Lock()

    def history(self, live: str) -> History:
        """Return the changes up to the generation ``live``.

        Generations that cannot be compared are logged and left out.
        """
        with self._lock:
            if self._history is None or live != self._live:
                self._history = self._recorded(live) or self._compared(live)
                self._live = live
            return self._history

    def _recorded(self, live: str) -> History | None:
        if not isinstance(self._store, FolderStore):
            return None
        return read_history(Path(self._store.place) / GENERATIONS / live, live)

    def _compared(self, live: str) -> History:
        try:
            kept = [name for name in self._store.kept() if name < live]
        except PolicyBotError as error:
            log.warning("changes are not known: %s", error)
            kept = []
        if self._history and self._live < live:
            history, last = self._history, self._live
        else:
            last = kept[0] if kept else live
            history = History(last, ())
        for name in [*(name for name in kept if name > last), *([live] if live > last else [])]:
            history = history.followed_by(self._between(last, name))
            last = name
        return history

    def _between(self, old: str, new: str) -> Sequence[Change]:
        try:
            with tempfile.TemporaryDirectory() as scratch:
                before, after = (self._folder(name, Path(scratch)) for name in (old, new))
                return list(changes_between(before, after, new))
        except (PolicyBotError, sqlite3.Error, OSError) as error:
            log.warning("%s and %s cannot be compared: %s", old, new, error)
            return []

    def _folder(self, name: str, scratch: Path) -> Path:
        if isinstance(self._store, FolderStore):
            return Path(self._store.place) / GENERATIONS / name
        place = scratch / name
        place.mkdir()
        return self._store.open_files(place, name).folder


def since(history: History, when: dt.datetime | None) -> tuple[Sequence[Change], bool]:
    """Return the changes after a time (None: all known ones), and whether the list is complete.

    It is incomplete if ``when`` is before the first generation of the history.
    """
    if when is None:
        return history.changes, False
    later = tuple(change for change in history.changes if change.at > when)
    return later, when >= made_at(history.first)
