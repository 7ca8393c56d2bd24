"""Who may ask, and how fast."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from policybot.config import TelegramConfig

PER_MINUTE = 20
"""Messages a person may send a minute, and at once after a pause."""

PRESSES_PER_MINUTE = 60
"""The same for buttons and inline queries, which come faster and cost less."""

Verdict = Literal["welcome", "too_fast", "too_fast_told"]


@dataclass(frozen=True, slots=True)
class Access:
    """The configured lists of people and chats. Admins are always welcome."""

    admins: Collection[int] = ()
    allow: Collection[int] = ()
    deny: Collection[int] = ()

    def is_admin(self, person: int) -> bool:
        """Whether the person looks after this bot."""
        return person in self.admins

    def welcomes(self, person: int, chat: int | None, moved: Mapping[int, int]) -> bool:
        """Whether the person may ask in the chat (None: inline, where the chat is not known).

        A supergroup stands on a list also under the id it had as a group: ``moved``, old to new.
        """
        if person in self.admins:
            return True
        ids = {person, *([] if chat is None else [chat])}
        ids |= {old for old, new in moved.items() if new in ids}
        if ids & set(self.deny):
            return False
        return not self.allow or bool(ids & set(self.allow))


def access_of(config: TelegramConfig) -> Access:
    """Return the lists of the configuration."""
    return Access(frozenset(config.admins), frozenset(config.allow), frozenset(config.deny))


@dataclass(slots=True)
class _Bucket:
    tokens: float
    seen: float
    told: bool = False


class RequestLimiter:
    """A token bucket for each person: ``rate`` a minute, as many at once after a pause."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    def admit(self, person: int) -> Verdict:
        """Take one token; ``too_fast`` is said once, then ``too_fast_told`` until one is free."""
        bucket = self._bucket(person)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.told = False
            return "welcome"
        if bucket.told:
            return "too_fast_told"
        bucket.told = True
        return "too_fast"

    def reserve(self, person: int) -> tuple[float, bool]:
        """Take one token, if need be one that is still to come.

        Return the seconds until it is there, and whether this is the first to wait.
        """
        bucket = self._bucket(person)
        bucket.tokens -= 1
        wait = max(0.0, -bucket.tokens * 60 / self._rate)
        first = wait > 0 and not bucket.told
        bucket.told = wait > 0
        return wait, first

    def _bucket(self, person: int) -> _Bucket:
        now = self._clock()
        if len(self._buckets) > 10_000:
            self._buckets = {k: b for k, b in self._buckets.items() if now - b.seen < 60}
        bucket = self._buckets.setdefault(person, _Bucket(self._rate, now))
        bucket.tokens = min(self._rate, bucket.tokens + (now - bucket.seen) * self._rate / 60)
        bucket.seen = now
        return bucket

    def forget(self, person: int) -> None:
        """Hold nothing about the person, unless they are being held back."""
        bucket = self._buckets.get(person)
        if bucket and bucket.tokens >= 1:
            del self._buckets[person]
