"""Access lists and the rate limit on incoming requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from policybot.config import TelegramConfig

PER_MINUTE = 20
"""Messages allowed per person and minute; also the burst after a pause."""

PRESSES_PER_MINUTE = 60
"""The same for callback and inline queries, which are more frequent and cheaper."""

Verdict = Literal["welcome", "too_fast", "too_fast_told"]


@dataclass(frozen=True, slots=True)
class Access:
    """The configured allow lists of people and chats. Admins are always allowed."""

    admins: Collection[int] = ()
    allow: Collection[int] = ()
    deny: Collection[int] = ()

    def is_admin(self, person: int) -> bool:
        """Whether the person is one of the bot's admins."""
        return person in self.admins

    def welcomes(self, person: int, chat: int | None, moved: Mapping[int, int]) -> bool:
        """Whether the person may ask in the chat (None: inline, where the chat is unknown).

        A supergroup is also matched by its former id as a group: ``moved`` maps old ids to new.
        """
        if person in self.admins:
            return True
        ids = {person, *([] if chat is None else [chat])}
        ids |= {old for old, new in moved.items() if new in ids}
        if ids & set(self.deny):
            return False
        return not self.allow or bool(ids & set(self.allow))


def access_of(config: TelegramConfig) -> Access:
    """Return the access lists of the configuration."""
    return Access(frozenset(config.admins), frozenset(config.allow), frozenset(config.deny))


@dataclass(slots=True)
class _Bucket:
    tokens: float
    seen: float
    warned: bool = False


class RequestLimiter:
    """A token bucket per person: ``rate`` tokens a minute, and as many as capacity."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[int, _Bucket] = {}

    def admit(self, person: int) -> Verdict:
        """Take a token; without one return ``too_fast`` once, then ``too_fast_told``."""
        bucket = self._bucket(person)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            bucket.warned = False
            return "welcome"
        if bucket.warned:
            return "too_fast_told"
        bucket.warned = True
        return "too_fast"

    def reserve(self, person: int) -> tuple[float, bool]:
        """Take a token, even one that is still to come.

        Return the seconds until it is available, and whether the person starts waiting with it.
        """
        bucket = self._bucket(person)
        bucket.tokens -= 1
        wait = max(0.0, -bucket.tokens * 60 / self._rate)
        first = wait > 0 and not bucket.warned
        bucket.warned = wait > 0
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
        """Drop a person's bucket, unless it is empty: deleting data must not reset the limit."""
        bucket = self._buckets.get(person)
        if bucket and bucket.tokens >= 1:
            del self._buckets[person]
