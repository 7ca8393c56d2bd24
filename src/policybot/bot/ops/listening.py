"""HTTP listeners that tolerate slow or hostile clients.

Headers and bodies have time limits and the number of connections is capped, so that clients that
keep connections open or write slowly cost little.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from policybot.errors import ConfigError

if TYPE_CHECKING:
    from tornado.web import RequestHandler

HEADER_SECONDS = 30.0
"""Time limit for the headers of a request, and for the next request of a connection."""

BODY_SECONDS = 20.0
MOST_CONNECTIONS = 200
"""Connections at once. Telegram opens up to 40 (``max_connections``), a proxy a few more."""


@asynccontextmanager
async def served(
    handlers: Sequence[tuple[str, type[RequestHandler]]], address: str, key: str, *, most: int
) -> AsyncIterator[None]:
    """Serve ``handlers`` on ``address`` within the block; ``most`` limits a body's bytes.

    Raises:
        ConfigError: it cannot be listened on; the message names ``key`` of the configuration.
    """
    from tornado.httpserver import HTTPServer
    from tornado.iostream import IOStream
    from tornado.web import Application

    class Server(HTTPServer):
        connected = 0

        def handle_stream(self, stream: IOStream, address: Any) -> None:  # noqa: ANN401 (tornado's)
            if self.connected >= MOST_CONNECTIONS:
                stream.close()
                return
            self.connected += 1
            super().handle_stream(stream, address)

        def on_close(self, server_conn: object) -> None:
            self.connected -= 1
            super().on_close(server_conn)

    server = Server(
        Application(list(handlers), log_function=lambda _: None),
        max_body_size=most,
        idle_connection_timeout=HEADER_SECONDS,
        body_timeout=BODY_SECONDS,
    )
    server.add_socket(listen_on(address, key))
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


def listen_on(address: str, key: str) -> socket.socket:
    """Return a socket that listens on ``address`` (host:port, [host]:port or :port for loopback).

    Raises:
        ConfigError: it cannot be listened on; the message names ``key`` of the configuration.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.create_server((host, int(port)), family=family, backlog=128)
    except (OSError, OverflowError, ValueError) as error:
        raise ConfigError(f"{key} = {address!r}: cannot listen there: {error}") from None
    bound.setblocking(False)
    return bound
