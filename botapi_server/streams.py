"""Waiting for the bot without sleeping: futures that are settled by what happens."""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Stream(Generic[T]):
    """Things in the order they happened; each is given out once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: deque[T] = deque()
        self._waiters: deque[Future[T]] = deque()

    def push(self, item: T) -> None:
        with self._lock:
            while self._waiters:
                waiter = self._waiters.popleft()
                if waiter.set_running_or_notify_cancel():
                    waiter.set_result(item)
                    return
            self._items.append(item)

    def take(self) -> Future[T]:
        waiter: Future[T] = Future()
        with self._lock:
            if self._items:
                waiter.set_result(self._items.popleft())
            else:
                self._waiters.append(waiter)
        return waiter

    def clear(self) -> None:
        with self._lock:
            self._items.clear()

    def __len__(self) -> int:
        return len(self._items)


class Conditions:
    """Predicates tried again after every event, until they hold."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Callable[[], object], Future[None]]] = []

    def until(self, predicate: Callable[[], object]) -> Future[None]:
        waiter: Future[None] = Future()
        with self._lock:
            self._waiting.append((predicate, waiter))
        self.check()
        return waiter

    def check(self) -> None:
        if not self._waiting:
            return
        with self._lock:
            left = []
            for predicate, waiter in self._waiting:
                if waiter.cancelled():
                    continue
                if not predicate():
                    left.append((predicate, waiter))
                elif waiter.set_running_or_notify_cancel():
                    waiter.set_result(None)
            self._waiting = left


async def awaited(future: Future[T], seconds: float | None, explain: Callable[[], str]) -> T:
    """The future's result.

    Raises:
        TimeoutError: nothing came within ``seconds``; the message is ``explain()``.
    """
    try:
        return await asyncio.wait_for(asyncio.wrap_future(future), seconds)
    except TimeoutError:
        raise TimeoutError(explain()) from None


def waited(future: Future[T], seconds: float, explain: Callable[[], str]) -> T:
    """As ``awaited``, for a thread."""
    try:
        return future.result(seconds)
    except (TimeoutError, CancelledError):
        future.cancel()
        raise TimeoutError(explain()) from None


class Pending(Generic[T]):
    """A question to the bot that is answered once, or never."""

    def __init__(self, explain: Callable[[], str]) -> None:
        self.future: Future[T] = Future()
        self._explain = explain

    @property
    def done(self) -> bool:
        return self.future.done()

    def answered(self, timeout: float = 60.0) -> Awaitable[T]:
        """The bot's answer.

        Raises:
            TimeoutError: it did not answer.
        """
        # Shielded by a copy, so that a timeout leaves the question open.
        return awaited(_copy(self.future), timeout, self._explain)

    def answered_sync(self, timeout: float = 60.0) -> T:
        return waited(_copy(self.future), timeout, self._explain)


def _copy(future: Future[T]) -> Future[T]:
    copy: Future[T] = Future()

    def settle(done: Future[T]) -> None:
        if copy.set_running_or_notify_cancel():
            copy.set_result(done.result())

    future.add_done_callback(settle)
    return copy
