"""Data about people: settings, questions and votes under a hash, and their deletion."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal

from policybot.render.telegram.texts import LANGUAGES, Language

Opened = Literal["text", "source", "entry", "near", "turned"]
HITS_CHOICES = (1, 3, 5, 10)
"""Results per answer to choose from."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A person's settings. None: as in Telegram, or as configured."""

    language: Language | None = None
    hits: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The ids of the messages that answered a question, and the hash of its text."""

    asked: str
    messages: tuple[int, ...]


def settings_of(db: sqlite3.Connection, person: int) -> Settings:
    """Return a person's settings."""
    row = db.execute("SELECT language, hits FROM people WHERE person = ?", (person,)).fetchone()
    if row is None:
        return Settings()
    language = next((known for known in LANGUAGES if known == row[0]), None)
    return Settings(language, row[1])


def keep_settings(db: sqlite3.Connection, person: int, settings: Settings) -> None:
    """Store a person's settings."""
    db.execute(
        "INSERT OR REPLACE INTO people VALUES (?, ?, ?)",
        (person, settings.language, settings.hits),
    )


def keep_question(
    db: sqlite3.Connection, person: str, text: str, reason: str | None, now: float
) -> None:
    """Store a question under the hash of the person; ``reason`` is None when it was answered."""
    db.execute(
        "INSERT INTO questions (asked, person, text, reason) VALUES (?, ?, ?, ?)",
        (now, person, text, reason),
    )


def purge_questions(db: sqlite3.Connection, now: float, retention_days: int) -> None:
    """Delete questions older than ``retention_days``."""
    db.execute("DELETE FROM questions WHERE asked < ?", (now - retention_days * 86400.0,))


def unanswered(db: sqlite3.Connection, limit: int) -> list[tuple[str, str, int]]:
    """Return unanswered questions, latest first: text, reason, number of times."""
    return db.execute(
        "SELECT text, reason, COUNT(*) FROM questions WHERE reason IS NOT NULL "
        "GROUP BY text, reason ORDER BY MAX(asked) DESC LIMIT ?",
        (limit,),
    ).fetchall()


def count(db: sqlite3.Connection, name: str) -> None:
    """Increment the anonymous counter ``name``."""
    db.execute(
        "INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1", (name,)
    )


def statistics(db: sqlite3.Connection) -> dict[str, int]:
    """Return counts: questions, unanswered, up, down, subscriptions; wrong_… per reason of a 👎."""
    counts = dict.fromkeys(("questions", "unanswered"), 0)
    counts |= dict(db.execute("SELECT name, n FROM counts").fetchall())
    reasons = "SELECT reason, COUNT(*) FROM votes WHERE value < 0 AND reason IS NOT NULL GROUP BY 1"
    counts |= {f"wrong_{name}": n for name, n in db.execute(reasons)}
    votes = dict(db.execute("SELECT value, COUNT(*) FROM votes GROUP BY value").fetchall())
    subscriptions = db.execute("SELECT COUNT(*) FROM subscriptions").fetchone()[0]
    return counts | {
        "up": votes.get(1, 0),
        "down": votes.get(-1, 0),
        "subscriptions": subscriptions,
    }


def vote(db: sqlite3.Connection, answer: str, person: str, value: int, place: int) -> bool:
    """Set a person's vote on an answer; the same again removes it. Return whether it is set.

    ``place`` is the position of the hit that was shown.
    """
    row = db.execute(
        "SELECT value FROM votes WHERE answer = ? AND person = ?", (answer, person)
    ).fetchone()
    if row and row[0] == value:
        db.execute("DELETE FROM votes WHERE answer = ? AND person = ?", (answer, person))
        return False
    db.execute(
        "INSERT OR REPLACE INTO votes (answer, person, value, place) VALUES (?, ?, ?, ?)",
        (answer, person, value, place),
    )
    return True


def give_reason(db: sqlite3.Connection, answer: str, person: str, reason: str) -> bool:
    """Record the reason for a person's 👎 on an answer; return whether there was a 👎."""
    noted = db.execute(
        "UPDATE votes SET reason = ? WHERE answer = ? AND person = ? AND value < 0",
        (reason, answer, person),
    )
    return bool(noted.rowcount)


def note_opened(db: sqlite3.Connection, answer: str, person: str, place: int, kind: Opened) -> None:
    """Record that a person opened a hit of an answer; deleted with the answer's question."""
    db.execute("INSERT OR IGNORE INTO opened VALUES (?, ?, ?, ?)", (answer, person, place, kind))


def reply_to(db: sqlite3.Connection, key: str) -> Reply | None:
    """Return the reply to the question with that key (a hash of chat and message)."""
    row = db.execute("SELECT asked, messages FROM replies WHERE key = ?", (key,)).fetchone()
    return Reply(row[0], tuple(json.loads(row[1]))) if row else None


def keep_reply(db: sqlite3.Connection, key: str, person: str, reply: Reply, now: float) -> None:
    """Store which messages answered a question, so that its edit can edit them."""
    db.execute(
        "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?)",
        (key, person, reply.asked, json.dumps(reply.messages), now),
    )


def forget(db: sqlite3.Connection, person: int, hashed: str) -> None:
    """Delete all data about a person, by id and by hash."""
    for table in ("people", "subscriptions", "deliveries"):
        db.execute(f"DELETE FROM {table} WHERE person = ?", (person,))  # noqa: S608 (names above)
    # Hits that others opened of a person's answer are deleted with it.
    db.execute(
        "DELETE FROM opened WHERE answer IN (SELECT id FROM answers WHERE person = ?)", (hashed,)
    )
    for table in ("answers", "replies", "questions", "votes", "opened", "conversations"):
        db.execute(f"DELETE FROM {table} WHERE person = ?", (hashed,))  # noqa: S608 (names above)
