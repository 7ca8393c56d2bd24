"""The inbox: updates are stored before they are confirmed to Telegram, and each processed once.

An update waits in the table ``inbox`` until it is finished. Updates left by a process that died
are processed by the next one, which skips messages already sent (see ``sending.py``).
"""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policybot.bot.ops.logs import describe, request
from policybot.bot.ops.metrics import BotMetrics
from policybot.bot.ops.outage import slot
from policybot.bot.outbox.receipts import current_receipt
from policybot.bot.store.state import Ledger, State, recall, remember

log = logging.getLogger(__name__)

SLOTS = 64
"""Updates processed concurrently, at most one per person, so that nobody blocks others."""

MOST_WAITING = 5000
"""Updates held in memory before no more are fetched; Telegram keeps the rest."""

MOST_OF_ONE = 200
"""Waiting updates per person; further ones are dropped, so that nobody fills the queue."""

UPDATE_KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
"""The kinds of updates requested from Telegram."""

KEPT_SECONDS = 8 * 86400.0
"""How long a finished update's number is kept, to recognise it when it is sent again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored update; ``begun`` of its messages were sent before a restart.

    ``taken`` is the ``time.monotonic()`` of its arrival.
    """

    update_id: int
    body: Mapping[str, Any]
    begun: int = 0
    replayed: bool = False
    taken: float = field(default_factory=time.monotonic)

    @property
    def kind(self) -> str:
        """The update's kind, one of :data:`UPDATE_KINDS`."""
        return next((kind for kind in UPDATE_KINDS if kind in self.body), "other")


class UpdateReceipt:
    """The receipt (see ``receipts.Receipt``) of the messages that one update leads to."""

    def __init__(self, ledger: Ledger, update_id: int, begun: int) -> None:
        self._ledger = ledger
        self._update_id = update_id
        self._begun = begun
        self._taken = 0

    def skip(self) -> bool:
        """Advance to the next message; True if it was, or may have been, sent before a restart."""
        self._taken += 1
        return self._taken <= self._begun

    def begin(self) -> None:
        """Note that the current message is about to be sent."""
        self._note(self._taken)

    def retract(self) -> None:
        """Note that it was not sent."""
        self._note(self._taken - 1)

    def _note(self, begun: int) -> None:
        self._ledger.note("UPDATE inbox SET begun = ? WHERE update_id = ?", begun, self._update_id)


class Intake:
    """Stores updates and runs ``process`` on each, in order per person."""

    def __init__(
        self,
        state: State,
        ledger: Ledger,
        process: Callable[[Waiting], Awaitable[None]],
        metrics: BotMetrics,
    ) -> None:
        self._state = state
        self._ledger = ledger
        self._process = process
        self._metrics = metrics
        self._slots = asyncio.Semaphore(SLOTS)
        self._queues: dict[str, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._has_capacity = asyncio.Event()
        self._has_capacity.set()
        self.waiting = 0

    @property
    def oldest_seconds(self) -> float:
        """Age in seconds of the oldest unfinished update; 0 when there is none."""
        taken = min((q[0].taken for q in self._queues.values() if q), default=None)
        return time.monotonic() - taken if taken is not None else 0.0

    async def replay(self, bot_id: int) -> None:
        """Process the updates an earlier process left. Another bot's are deleted."""
        left = await self._state.run(_left_over, bot_id)
        if left:
            log.info("processing %d updates from before the restart", len(left))
        for item in left:
            self._enqueue(item)

    async def receive(self, updates: Iterable[Mapping[str, Any]]) -> None:
        """Store updates and start processing those that are new.

        When this returns they survive a crash, so they may be confirmed to Telegram.
        """
        new = await self._state.run(_accept, list(updates), time.time())
        self._metrics.state_written()
        over = [item.update_id for item in new if not self._enqueue(item)]
        if over:
            log.warning("%d updates dropped: one person sends too many", len(over))
            await self._state.run(_give_up, over)
        await self._has_capacity.wait()

    async def drain(self, finish: float, cancel: float) -> None:
        """Finish: start nothing new after ``finish`` seconds, cancel the rest after ``cancel``."""
        started = time.monotonic()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=finish)
        self._closing = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=max(0, started + cancel - time.monotonic()))
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            log.warning("%d updates are left for the next start", self.waiting)
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _enqueue(self, item: Waiting) -> bool:
        """Queue an update for its person; False when too many of theirs wait already."""
        key = _person_key(item.body)
        queue = self._queues.get(key)
        if queue is not None and len(queue) >= MOST_OF_ONE and not item.replayed:
            return False
        self.waiting += 1
        if self.waiting >= MOST_WAITING:
            self._has_capacity.clear()
        if queue is not None:
            queue.append(item)
            return True
        self._queues[key] = deque([item])
        task = asyncio.create_task(self._run_queue(key), name="updates of one person")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return True

    async def _run_queue(self, key: str) -> None:
        queue = self._queues[key]
        while queue and not self._closing:
            async with self._slots:
                if self._closing:
                    break
                slot.set(self._slots)
                await self._handle(queue[0])
            queue.popleft()
            self.waiting -= 1
            if self.waiting < MOST_WAITING:
                self._has_capacity.set()
        if not queue:
            del self._queues[key]

    async def _handle(self, item: Waiting) -> None:
        receipt = UpdateReceipt(self._ledger, item.update_id, item.begun)
        token, name = current_receipt.set(receipt), request.set(str(item.update_id))
        try:
            await self._process_or_drop(item)
            await self._state.run(finish, item.update_id)
            self._metrics.state_written()
        except Exception as error:  # noqa: BLE001 (one update must not block those after it)
            self._metrics.failed("state")
            log.error("an update is left for the next start: %s", describe(error))  # noqa: TRY400
        finally:
            self._metrics.finished(item.kind, item.taken)
            current_receipt.reset(token)
            request.reset(name)

    async def _process_or_drop(self, item: Waiting) -> None:
        """Process an update; one that fails is dropped, so that it does not fail at every start.

        Raises:
            sqlite3.Error: the state cannot be used, which is not the update's fault.
        """
        try:
            await self._process(item)
        except sqlite3.Error:
            raise
        except Exception as error:  # noqa: BLE001 (whatever fails, others wait behind it)
            self._metrics.failed("update")
            log.error("an update failed and is dropped: %s", describe(error))  # noqa: TRY400


def finish(db: sqlite3.Connection, update_id: int) -> None:
    """Mark an update as finished and delete its content."""
    db.execute("UPDATE inbox SET body = NULL WHERE update_id = ?", (update_id,))


def _give_up(db: sqlite3.Connection, updates: list[int]) -> None:
    for update_id in updates:
        finish(db, update_id)


def purge_inbox(db: sqlite3.Connection, now: float) -> None:
    """Delete the numbers of updates too old to be sent again."""
    db.execute("DELETE FROM inbox WHERE body IS NULL AND received < ?", (now - KEPT_SECONDS,))


def _accept(db: sqlite3.Connection, updates: list[Mapping[str, Any]], now: float) -> list[Waiting]:
    new = []
    for body in updates:
        update_id = body["update_id"]
        text = json.dumps(body, ensure_ascii=False)
        if not _is_unicode(text):
            # A lone surrogate can be neither stored nor sent back.
            text = text.encode("utf-8", "replace").decode("utf-8")
            body = json.loads(text)  # noqa: PLW2901 (it is the same update)
        added = db.execute(
            "INSERT OR IGNORE INTO inbox (update_id, received, body) VALUES (?, ?, ?)",
            (update_id, now, text),
        )
        if added.rowcount:
            new.append(Waiting(update_id, body))
        else:
            log.debug("update %d came again", update_id)
    return new


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _left_over(db: sqlite3.Connection, bot_id: int) -> list[Waiting]:
    if recall(db, "bot_id") not in (None, str(bot_id)):
        db.execute("DELETE FROM inbox")
    remember(db, "bot_id", str(bot_id))
    rows = db.execute(
        "SELECT update_id, body, begun FROM inbox WHERE body IS NOT NULL ORDER BY update_id"
    )
    return [Waiting(number, json.loads(body), begun, replayed=True) for number, body, begun in rows]


def _person_key(body: Mapping[str, Any]) -> str:
    """Return the key of the queue an update waits in: its person's, or its chat's."""
    for kind, content in body.items():
        if isinstance(content, dict):
            sender = content.get("from") or content.get("chat")
            # Inline and callback queries do not wait behind the person's questions.
            lane = kind if kind in ("inline_query", "callback_query") else ""
            return f"{sender.get('id') if isinstance(sender, dict) else ''}{lane}"
    return ""
