"""The state file: SQLite in WAL mode, written by one thread.

The other modules of this package provide functions over a connection; :meth:`State.run` runs one
in a transaction, off the event loop. The exception is :class:`Ledger`: its notes must be on disk at
the moment a message is sent, so it writes synchronously in the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from policybot.errors import ConfigError

P = ParamSpec("P")
T = TypeVar("T")

_HEADER = b"SQLite format 3\0"
_DAMAGE = ("malformed", "not a database", "disk I/O error")
"""SQLite's messages for a file that is damaged beyond use."""

MIGRATIONS: tuple[str, ...] = (
    # 1. The first version. A person or chat is stored under a salted hash wherever the row says
    # what they asked; under its id only where a message must be sent to it.
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    -- body: the update as JSON, NULL once finished; begun: number of messages sent for it.
    CREATE TABLE inbox (
        update_id INTEGER PRIMARY KEY, received REAL NOT NULL, body TEXT,
        begun INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX inbox_waiting ON inbox (update_id) WHERE body IS NOT NULL;
    CREATE TABLE moved (old INTEGER PRIMARY KEY, new INTEGER NOT NULL);
    CREATE TABLE people (person INTEGER PRIMARY KEY, language TEXT, hits INTEGER);
    CREATE TABLE subscriptions (
        id INTEGER PRIMARY KEY, person INTEGER NOT NULL, topic TEXT NOT NULL, made REAL NOT NULL,
        paused INTEGER NOT NULL DEFAULT 0, UNIQUE (person, topic));
    CREATE TABLE known (policy TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
    -- state: 0 due, 1 sent or perhaps sent, so never sent again.
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY, person INTEGER NOT NULL, policy TEXT NOT NULL,
        digest TEXT NOT NULL, topic TEXT NOT NULL, made REAL NOT NULL,
        state INTEGER NOT NULL DEFAULT 0, UNIQUE (person, policy, digest));
    CREATE TABLE blobs (sha256 TEXT PRIMARY KEY, body TEXT NOT NULL, used REAL NOT NULL)
        WITHOUT ROWID;
    CREATE TABLE answers (
        id TEXT PRIMARY KEY, person TEXT NOT NULL, chat TEXT NOT NULL, made REAL NOT NULL,
        question TEXT, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX answers_person ON answers (person);
    -- key: hash of the chat and the question's message; asked: hash of its text.
    CREATE TABLE replies (
        key TEXT PRIMARY KEY, person TEXT NOT NULL, asked TEXT NOT NULL, messages TEXT NOT NULL,
        made REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE questions (
        id INTEGER PRIMARY KEY, asked REAL NOT NULL, person TEXT NOT NULL, text TEXT NOT NULL,
        reason TEXT);
    CREATE INDEX questions_asked ON questions (asked);
    CREATE TABLE votes (
        answer TEXT NOT NULL, person TEXT NOT NULL, value INTEGER NOT NULL,
        PRIMARY KEY (answer, person)) WITHOUT ROWID;
    CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE links (key TEXT PRIMARY KEY, policy TEXT NOT NULL) WITHOUT ROWID;
    """,
    # 2. Feedback: the hit that a vote is for (-1: from before this was recorded), and which hits
    # were opened, and how.
    """
    ALTER TABLE votes ADD COLUMN place INTEGER NOT NULL DEFAULT -1;
    CREATE TABLE opened (
        answer TEXT NOT NULL, person TEXT NOT NULL, place INTEGER NOT NULL, how TEXT NOT NULL,
        PRIMARY KEY (answer, person, place, how)) WITHOUT ROWID;
    """,
    # 3. Conversations of a person in a chat, both hashed. message: the hash of the last message;
    # prior: the state before it. Alerts: the pace and last delivery of each, the policy followed;
    # digests of a policy's parts, to name those that changed.
    """
    CREATE TABLE conversations (
        chat TEXT NOT NULL, person TEXT NOT NULL, made REAL NOT NULL, message TEXT NOT NULL,
        body TEXT NOT NULL, prior TEXT, PRIMARY KEY (chat, person)) WITHOUT ROWID;
    ALTER TABLE votes ADD COLUMN reason TEXT;
    ALTER TABLE subscriptions ADD COLUMN policy TEXT;
    ALTER TABLE subscriptions ADD COLUMN pace TEXT NOT NULL DEFAULT 'now';
    ALTER TABLE subscriptions ADD COLUMN told REAL NOT NULL DEFAULT 0;
    ALTER TABLE deliveries ADD COLUMN change TEXT NOT NULL DEFAULT '';
    ALTER TABLE known ADD COLUMN parts TEXT NOT NULL DEFAULT '';
    """,
)


class State:
    """An open state file; :meth:`close` waits for the last transaction."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, readable by its owner only, and bring its schema up to date.

        Raises:
            ConfigError: the file cannot be opened, is not a state file, or is of a newer version.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._db = _connect(path)
            _migrate(self._db, path)
            self._salt = bytes.fromhex(_meta(self._db, "salt", secrets.token_hex(32)))
        except (OSError, sqlite3.Error) as error:
            raise ConfigError(
                f"{path}: cannot be used as the bot's state: {error}; name another file under "
                "[telegram] state, or restore this one from a copy"
            ) from None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="state")
        self._file = path.stat().st_ino
        self.lost = ""

    def trouble(self) -> str:
        """Return what happened to the file since it was opened; empty if nothing did."""
        if self.lost:
            return self.lost
        try:
            if self.path.stat().st_ino != self._file:
                return f"{self.path} was replaced by another file"
            with self.path.open("rb") as file:
                if file.read(len(_HEADER)) != _HEADER:
                    return f"{self.path} is damaged: it is no longer an SQLite file"
        except OSError as error:
            return f"{self.path}: {error.strerror}"
        return ""

    async def run(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run ``work(db, ...)`` in one transaction, in the state's own thread."""

        def transaction() -> T:
            if self.lost:
                raise sqlite3.OperationalError(f"the state is lost: {self.lost}")
            try:
                return self._transact(work, *args, **kwargs)
            except sqlite3.DatabaseError as error:
                if any(phrase in str(error) for phrase in _DAMAGE):
                    self.lost = f"{self.path} is damaged: {error}"
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, transaction)

    def _transact(
        self,
        work: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            result = work(self._db, *args, **kwargs)
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return result

    async def settle(self) -> None:
        """Empty the write-ahead log, which may still hold deleted data."""

        def checkpoint() -> None:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

        await asyncio.get_running_loop().run_in_executor(self._thread, checkpoint)

    def hashed(self, *parts: object) -> str:
        """Return the HMAC-SHA256 of the parts under this file's salt, as 32 hexadecimal digits.

        Unsalted hashes of ids could be reversed by trying all ids.
        """
        text = "\x1f".join(str(part) for part in parts)
        return hmac.new(self._salt, text.encode("utf-8"), hashlib.sha256).hexdigest()[:32]

    def close(self) -> None:
        """Wait for transactions under way, and close the file."""
        self._thread.shutdown(wait=True)
        self._db.close()


class Ledger:
    """Notes that a message is being sent, written in the event loop right before its last byte.

    A short write under WAL without a flush takes tens of microseconds and survives the death of the
    process; a transaction in the other thread might come too late.
    """

    def __init__(self, path: Path) -> None:
        self._db = _connect(path)
        # A checkpoint flushes to disk, so it is left to the state's own thread.
        self._db.execute("PRAGMA wal_autocheckpoint = 0")

    def note(self, statement: str, *values: int) -> None:
        """Run one writing statement and commit it."""
        self._db.execute(statement, values)

    def close(self) -> None:
        """Close the connection."""
        self._db.close()


@contextlib.contextmanager
def reading_state(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a state file in one read transaction; a bot may be writing to it meanwhile.

    Raises:
        ConfigError: there is no such file, it cannot be read, or it is of another version.
    """
    if not path.is_file():
        raise ConfigError(
            f"{path}: no such file; the bot writes it: name the bot's own under [telegram] state"
        )
    try:
        address = f"file:{quote(str(path.absolute()))}?mode=ro"
        db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=10)
        try:
            db.execute("BEGIN")
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            if version != len(MIGRATIONS):
                raise ConfigError(
                    f"{path}: this state is of version {version}, this policybot reads version "
                    f"{len(MIGRATIONS)}; start the bot once with this policybot, or update it"
                )
            yield db
        finally:
            db.close()
    except sqlite3.Error as error:
        raise ConfigError(f"{path}: cannot be read as the bot's state: {error}") from None


def remember(db: sqlite3.Connection, key: str, value: str) -> None:
    """Set a value of the table ``meta``."""
    db.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def recall(db: sqlite3.Connection, key: str) -> str | None:
    """Return a value of the table ``meta``."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    # Overwrite deleted data (a question, a person), instead of only unlinking it.
    db.execute("PRAGMA secure_delete = ON")
    return db


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise ConfigError(
            f"{path}: this state is of version {version}, written by a newer policybot; this one "
            f"knows up to {len(MIGRATIONS)}. Update policybot, or name another file under "
            "[telegram] state"
        )
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;")


def _meta(db: sqlite3.Connection, key: str, default: str) -> str:
    db.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (key, default))
    return str(db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])
