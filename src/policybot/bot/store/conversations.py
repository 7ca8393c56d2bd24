"""Conversations: which answer, and which part of it, a person's next message refers to in a chat.

Stored under hashes of both until a silence ends them. Where questions are not stored, they are held
in memory only, and end with the process.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from policybot.bot.store.state import State
from policybot.query.query import Query

MOST_HELD = 5000
"""Conversations held in memory where none are stored; older ones are dropped."""


@dataclass(frozen=True, slots=True)
class Talk:
    """The state of a conversation. ``answer`` is the id of the answer shown, empty for none.

    ``focus`` is the entry of it that is shown; ``view`` how its list is shown (see
    :mod:`policybot.bot.views.list_views`), empty where a single entry is. ``reading`` is how the
    question was read, where the stored answer does not have it. ``prompt`` is a command that waits
    for words, with the id of the prompt. ``small`` is the small talk already answered.
    """

    answer: str = ""
    focus: int = 0
    view: str = ""
    prompt: tuple[str, int] | None = None
    small: tuple[str, ...] = ()
    reading: Query | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    made: float
    message: str
    talk: Talk
    prior: Talk | None


class Conversations:
    """All conversations. After ``silence`` seconds without a message, one ends."""

    def __init__(self, state: State, silence: float, *, kept: bool) -> None:
        """``kept`` says whether they are stored in the state file."""
        self._state = state
        self._silence = silence
        self._kept = kept
        self._held: OrderedDict[tuple[str, str], _Held] = OrderedDict()

    async def load(self, chat: str, person: str, message: str = "") -> Talk:
        """Return the state before ``message`` (its hash), also when that is processed again."""
        held = await self._load(chat, person)
        if held is None or time.time() - held.made > self._silence:
            return Talk()
        if message and held.message == message:
            return held.prior or Talk()
        return held.talk

    async def keep(self, chat: str, person: str, talk: Talk, message: str = "") -> None:
        """Store the state after ``message``; a press on a button has none."""
        old, now = await self._load(chat, person), time.time()
        prior = old.talk if old and now - old.made <= self._silence else None
        if old and message in ("", old.message):
            prior, message = old.prior, old.message
        held = _Held(now, message, talk, prior)
        if self._kept:
            await self._state.run(_write, chat, person, held)
            return
        self._held[chat, person] = held
        self._held.move_to_end((chat, person))
        if len(self._held) > MOST_HELD:
            self._held.popitem(last=False)

    def forget(self, person: str) -> None:
        """Delete a person's conversations (by hash) from memory."""
        for key in [key for key in self._held if key[1] == person]:
            del self._held[key]

    async def purge(self, now: float) -> None:
        """Delete the conversations that have ended."""
        await self._state.run(_purge, now - self._silence)

    async def _load(self, chat: str, person: str) -> _Held | None:
        if self._kept:
            return await self._state.run(_read, chat, person)
        return self._held.get((chat, person))


def _write(db: sqlite3.Connection, chat: str, person: str, held: _Held) -> None:
    db.execute(
        "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?, ?)",
        (
            chat,
            person,
            held.made,
            held.message,
            _row(held.talk),
            _row(held.prior) if held.prior else None,
        ),
    )


def _read(db: sqlite3.Connection, chat: str, person: str) -> _Held | None:
    row = db.execute(
        "SELECT made, message, body, prior FROM conversations WHERE chat = ? AND person = ?",
        (chat, person),
    ).fetchone()
    if row is None:
        return None
    made, message, body, prior = row
    return _Held(made, message, _talk(body), _talk(prior) if prior else None)


def _purge(db: sqlite3.Connection, oldest: float) -> None:
    db.execute("DELETE FROM conversations WHERE made < ?", (oldest,))


def _row(talk: Talk) -> str:
    return json.dumps([talk.answer, talk.focus, talk.view, talk.prompt, talk.small])


def _talk(row: str) -> Talk:
    answer, focus, view, prompt, small = json.loads(row)
    waits: Any = (str(prompt[0]), int(prompt[1])) if prompt else None
    return Talk(answer, focus, view, waits, tuple(small))
