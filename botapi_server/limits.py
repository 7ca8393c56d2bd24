"""How much a bot may send: a message a second in a chat, 20 a minute in a group, 30 a second."""

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass
class _Bucket:
    """Tokens that refill at ``rate`` a second, up to ``size``."""

    rate: float
    size: float
    tokens: float
    seen: float

    def wait(self, now: float) -> float:
        """Seconds until one message fits."""
        self.tokens = min(self.size, self.tokens + (now - self.seen) * self.rate)
        self.seen = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def take(self) -> None:
        self.tokens -= 1


@dataclass
class FloodLimits:
    """Counts what the bot sends, and says when it is too much.

    Args:
        private_per_second: messages a second in a private chat.
        burst: messages that a private chat takes at once after a pause.
        group_per_minute: messages in any 60 seconds in a group.
        overall_per_second: messages a second in all chats together.
        extend: whether a call during a penalty prolongs it.
    """

    private_per_second: float = 1.0
    burst: int = 3
    group_per_minute: int = 20
    overall_per_second: int = 30
    extend: bool = False
    _private: dict[int, _Bucket] = field(default_factory=dict, repr=False)
    _groups: dict[int, deque[float]] = field(default_factory=dict, repr=False)
    _overall: _Bucket | None = field(default=None, repr=False)
    _penalties: dict[int, float] = field(default_factory=dict, repr=False)

    def retry_after(self, chat_id: int, now: float, *, new_message: bool) -> int:
        """Whole seconds to wait, 0 when the message may go (it is counted then).

        An edit (``new_message=False``) counts only among all messages.
        """
        if self._overall is None:
            self._overall = _Bucket(
                self.overall_per_second, self.overall_per_second, self.overall_per_second, now
            )
        wait = self._overall.wait(now)
        if new_message:
            wait = max(wait, self._penalties.get(chat_id, now) - now)
            wait = max(wait, self._chat_wait(chat_id, now))
        if wait > 0:
            seconds = math.ceil(wait)
            if new_message and (self.extend or chat_id not in self._penalties):
                self._penalties[chat_id] = now + seconds
            return seconds
        self._overall.take()
        if new_message:
            self._penalties.pop(chat_id, None)
            if chat_id > 0:
                self._private[chat_id].take()
            else:
                self._groups[chat_id].append(now)
        return 0

    def _chat_wait(self, chat_id: int, now: float) -> float:
        if chat_id > 0:
            bucket = self._private.setdefault(
                chat_id, _Bucket(self.private_per_second, self.burst, self.burst, now)
            )
            return bucket.wait(now)
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        return 0.0 if len(sent) < self.group_per_minute else sent[0] + 60 - now
