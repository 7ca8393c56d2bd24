"""Alerts: subscriptions, their pace, and deliveries that are due."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal, get_args

from policybot.bot.store.state import recall, remember

MOST_ALERTS = 20
"""Maximum alerts of one person or chat."""

Pace = Literal["now", "daily", "weekly"]
PACES: tuple[Pace, ...] = get_args(Pace)

_DAY = 86400.0
_EVERY: dict[Pace, float] = {"now": 0.0, "daily": _DAY, "weekly": 7 * _DAY}


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert on a topic, or on the policy with the id ``policy``, whose title is ``topic``."""

    number: int
    topic: str
    pace: Pace = "now"
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is due. ``change`` is empty for a new policy.

    Otherwise it names the changed parts, as in ``title,text``, or is ``related``: the policy
    refers to the one that is followed.
    """

    number: int
    person: int
    policy: str
    change: str
    alert: Alert


def subscribe(
    db: sqlite3.Connection, person: int, topic: str, now: float, policy: str | None = None
) -> str:
    """Add an alert; return the key of the interface text for the outcome."""
    held = alerts_of(db, person)
    if any(alert.topic == topic for alert in held):
        return "subscribed_already"
    if len(held) >= MOST_ALERTS:
        return "subscriptions_many"
    db.execute(
        "INSERT INTO subscriptions (person, topic, made, policy, told) VALUES (?, ?, ?, ?, ?)",
        (person, topic, now, policy, now),
    )
    return "subscribed_policy" if policy else "subscribed"


def alerts_of(db: sqlite3.Connection, person: int) -> list[Alert]:
    """Return the alerts of a person or chat, oldest first."""
    rows = db.execute(
        "SELECT id, topic, pace, policy FROM subscriptions WHERE person = ? ORDER BY id", (person,)
    )
    return [Alert(*row) for row in rows]


def unsubscribe(db: sqlite3.Connection, person: int, number: int | None) -> str | None:
    """End an alert (None: all) and its due deliveries; return its topic, "" for all, or None."""
    if number is None:
        db.execute("DELETE FROM deliveries WHERE person = ? AND state = 0", (person,))
        ended = db.execute("DELETE FROM subscriptions WHERE person = ?", (person,))
        return "" if ended.rowcount else None
    row = db.execute(
        "DELETE FROM subscriptions WHERE person = ? AND id = ? RETURNING topic", (person, number)
    ).fetchone()
    if row is None:
        return None
    db.execute(
        "DELETE FROM deliveries WHERE person = ? AND topic = ? AND state = 0", (person, row[0])
    )
    return str(row[0])


def next_pace(db: sqlite3.Connection, person: int, number: int) -> Pace | None:
    """Switch an alert to its next pace, cyclically; return it, None for no such alert."""
    held = next((alert for alert in alerts_of(db, person) if alert.number == number), None)
    if held is None:
        return None
    pace = PACES[(PACES.index(held.pace) + 1) % len(PACES)]
    db.execute("UPDATE subscriptions SET pace = ? WHERE id = ?", (pace, number))
    return pace


def active(db: sqlite3.Connection) -> list[tuple[int, Alert]]:
    """Return all alerts that are not paused, each with its person or chat."""
    rows = db.execute(
        "SELECT person, id, topic, pace, policy FROM subscriptions WHERE paused = 0 ORDER BY id"
    )
    return [(person, Alert(*alert)) for person, *alert in rows]


def known(db: sqlite3.Connection) -> dict[str, tuple[str, str]] | None:
    """Return the known policies with their digest and its parts; None before the first run."""
    if recall(db, "known_generation") is None:
        return None
    rows = db.execute("SELECT policy, digest, parts FROM known").fetchall()
    return {policy: (digest, parts) for policy, digest, parts in rows}


def note(
    db: sqlite3.Connection,
    generation: str,
    digests: dict[str, tuple[str, str]],
    news: list[tuple[int, str, str, str, str]],
    now: float,
) -> None:
    """Store the known digests, and news as (person, policy, digest, topic, change) to deliver."""
    db.executemany(
        "INSERT OR IGNORE INTO deliveries (person, policy, digest, topic, change, made) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [(*row, now) for row in news],
    )
    db.execute("DELETE FROM known")
    rows = [(policy, digest, parts) for policy, (digest, parts) in digests.items()]
    db.executemany("INSERT INTO known (policy, digest, parts) VALUES (?, ?, ?)", rows)
    remember(db, "known_generation", generation)


def due(db: sqlite3.Connection, now: float) -> list[Due]:
    """Return the deliveries due at ``now``, oldest first."""
    rows = db.execute(
        "SELECT d.id, d.person, d.policy, d.change, s.told, s.id, s.topic, s.pace, s.policy "
        "FROM deliveries d JOIN subscriptions s "
        "ON s.person = d.person AND s.topic = d.topic AND s.paused = 0 "
        "WHERE d.state = 0 ORDER BY d.id"
    )
    return [
        Due(number, person, policy, change, Alert(*alert))
        for number, person, policy, change, last, *alert in rows
        if now - last >= _EVERY[alert[2]]
    ]


def close(db: sqlite3.Connection, person: int, alert: int, numbers: list[int], now: float) -> None:
    """Mark deliveries as sent, unless the person is found to have blocked the bot meanwhile."""
    db.executemany(
        "UPDATE deliveries SET state = 1 WHERE id = ? AND EXISTS "
        "(SELECT 1 FROM subscriptions WHERE person = ? AND paused = 0)",
        [(number, person) for number in numbers],
    )
    db.execute("UPDATE subscriptions SET told = ? WHERE id = ?", (now, alert))
