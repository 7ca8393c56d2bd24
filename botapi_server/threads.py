"""The server in a thread, for tests and scripts that are not asynchronous."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botapi_server.server import BotApiServer


@contextmanager
def botapi_thread(**options: Any) -> Iterator[BotApiServer]:
    """A running server, in its own thread and loop; ``options`` are those of BotApiServer."""
    server = BotApiServer(**options)
    started = threading.Event()
    stop: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        async with server:
            ended = asyncio.Event()
            stop.append((asyncio.get_running_loop(), ended))
            started.set()
            await ended.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), name="botapi", daemon=True)
    thread.start()
    try:
        if not started.wait(120):
            raise RuntimeError("the Bot API server did not start")
        yield server
    finally:
        for loop, ended in stop:
            loop.call_soon_threadsafe(ended.set)
        thread.join(120)
