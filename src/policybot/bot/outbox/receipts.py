"""Receipts: notes on disk that a message is being sent, made right before it is."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol

import httpx


class Receipt(Protocol):
    """Notes on disk that a message is being sent (``begin``), or was refused (``retract``)."""

    def skip(self) -> bool:
        """Advance to the next message; True if it was, or may have been, sent before a restart."""

    def begin(self) -> None:
        """Note that the current message is about to be sent."""

    def retract(self) -> None:
        """Note that it was not sent."""


class Outgoing:
    """One attempt to send a message; ``begun`` once its complete request may reach Telegram."""

    def __init__(self, receipt: Receipt | None) -> None:
        self._receipt = receipt
        self.begun = False

    def begin(self) -> None:
        """Note, once, that the last part of the request is about to be sent."""
        if not self.begun and self._receipt:
            self._receipt.begin()
        self.begun = True

    def retract(self) -> None:
        """Note that Telegram did not accept it."""
        if self.begun and self._receipt:
            self._receipt.retract()
        self.begun = False


current_attempt: ContextVar[Outgoing | None] = ContextVar("current_attempt", default=None)
"""The attempt under way in this task."""

current_receipt: ContextVar[Receipt | None] = ContextVar("current_receipt", default=None)
"""The receipt of what is being processed: an update, or a delivery to a subscriber."""


def retract_attempt() -> None:
    """Note that the message under way was refused; it will be retried."""
    attempt = current_attempt.get()
    if attempt is not None:
        attempt.retract()


async def trace_request(request: httpx.Request) -> None:
    """Mark the attempt as begun when its body starts to be sent; an httpx event hook."""
    attempt = current_attempt.get()
    if attempt is None:
        return

    async def trace(event: str, _: dict[str, object]) -> None:
        if event.endswith("send_request_body.started"):
            attempt.begin()

    request.extensions["trace"] = trace
