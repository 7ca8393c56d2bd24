"""Listening as Telegram does: what came whole is acted on, though its sender died meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

ACT_SECONDS = 0.1
"""How long after a connection is gone its handler goes on. A process that is killed closes its
connections with the last byte; whether its last call counts would else be left to chance."""


class _Connection(RequestHandler):
    __slots__ = ()

    def connection_lost(self, exc: BaseException | None) -> None:
        request = self._current_request
        # A poll has nobody to answer any more.
        if self._messages or (request and not request.path.lower().endswith("/getupdates")):
            asyncio.get_running_loop().call_later(ACT_SECONDS, super().connection_lost, exc)
        else:
            super().connection_lost(exc)


class Listener(web.Server):
    """A low-level server; ``serve`` answers a request."""

    def __init__(self, serve: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(serve, handler_cancellation=True, access_log=None)

    def __call__(self) -> RequestHandler:
        return _Connection(self, loop=asyncio.get_running_loop(), **self._kwargs)
