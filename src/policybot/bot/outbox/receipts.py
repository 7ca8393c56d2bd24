"""What is noted on disk about a message that leaves, and the moment at which it does."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

import httpx


class Receipt(Protocol):
    """Notes on disk that a message leaves (``begin``), or that it was refused (``retract``)."""

    def skip(self) -> bool:
        """Take the next message; True when it left, or may have left, before a restart."""

    def begin(self) -> None:
        """Note that the message taken is about to leave."""

    def retract(self) -> None:
        """Note that it did not."""


class Outgoing:
    """One attempt at one message: whether its request has begun to leave whole."""

    def __init__(self, receipt: Receipt | None) -> None:
        self._receipt = receipt
        self.begun = False

    def begin(self) -> None:
        """Note, once, that the request is about to leave whole."""
        if not self.begun and self._receipt:
            self._receipt.begin()
        self.begun = True

    def retract(self) -> None:
        """Note that Telegram did not act on it."""
        if self.begun and self._receipt:
            self._receipt.retract()
        self.begun = False


leaving: ContextVar[Outgoing | None] = ContextVar("leaving", default=None)
"""The attempt under way in this task."""

current_receipt: ContextVar[Receipt | None] = ContextVar("current_receipt", default=None)
"""The receipt of what is being dealt with now: an update, or a delivery to a subscriber."""


def take_back() -> None:
    """Note that the message under way was refused, though it will be tried again."""
    attempt = leaving.get()
    if attempt is not None:
        attempt.retract()


async def watch_leaving(request: httpx.Request) -> None:
    """Let the request say when its body starts to leave; an httpx event hook."""
    attempt = leaving.get()
    if attempt is None:
        return

    async def trace(event: str, _: dict[str, object]) -> None:
        if event.endswith("send_request_body.started"):
            attempt.begin()

    request.extensions["trace"] = trace
