"""Timeouts and limits of connections, against clients that send slowly or open too many.

uvicorn waits for the rest of a request without a limit. Here the request and the response each have
a timeout, and the number of open connections is limited, in total and per address.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""Timeout for receiving a whole request with its body."""

RESPONSE_SECONDS = 120.0
"""Timeout for computing and sending the response."""

MOST_CONNECTIONS = 1_000
MOST_PER_ADDRESS = 100
"""Limits of open connections: in total, and per address (proxies excepted)."""

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
    b"Connection: close\r\nRetry-After: 10\r\nContent-Length: %d\r\n\r\n%s"
)
_FULL_BODY = (
    b'{"type": "about:blank", "title": "Service Unavailable", "status": 503, '
    b'"detail": "too many connections are open; ask again in a moment"}\n'
)


def limited_protocol(proxies: frozenset[str]) -> type[H11Protocol]:
    """Return uvicorn's protocol with these limits; addresses in ``proxies`` may open any number."""
    open_from: Counter[str] = Counter()

    class LimitedProtocol(H11Protocol):
        """One connection."""

        _timer: asyncio.TimerHandle | None = None
        _address = ""

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._address = self.client[0] if self.client else ""
            open_from[self._address] += 1
            many = self._address not in proxies and open_from[self._address] > MOST_PER_ADDRESS
            if many or len(self.connections) > MOST_CONNECTIONS:
                transport.write(_FULL % (len(_FULL_BODY), _FULL_BODY))
                transport.close()
                return
            self._wait(REQUEST_SECONDS)

        def connection_lost(self, exc: Exception | None) -> None:
            self._wait(None)
            open_from[self._address] -= 1
            if open_from[self._address] <= 0:
                del open_from[self._address]
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self.transport.is_closing():
                return
            began = self.conn.their_state is h11.IDLE
            super().data_received(data)
            if self.conn.their_state in {h11.DONE, h11.MUST_CLOSE, h11.CLOSED}:
                self._wait(RESPONSE_SECONDS)
            elif began and self.conn.our_state is h11.IDLE and self._timer is None:
                self._wait(REQUEST_SECONDS)

        def on_response_complete(self) -> None:
            self._wait(None)
            super().on_response_complete()

        def _wait(self, seconds: float | None) -> None:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None if seconds is None else self.loop.call_later(seconds, self._give_up)

        def _give_up(self) -> None:
            self.transport.abort()

    return LimitedProtocol


def proxies_of(text: str | None) -> frozenset[str]:
    """Return the addresses of ``[serve] proxies``."""
    return frozenset(item.strip() for item in (text or "").split(",") if item.strip())


def uvicorn_settings(proxies: frozenset[str]) -> dict[str, Any]:
    """Return the settings of uvicorn: these limits, no Server header, no access log."""
    return {
        "http": limited_protocol(proxies),
        "ws": "none",
        "proxy_headers": bool(proxies),
        "forwarded_allow_ips": ",".join(sorted(proxies)),
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": 8,
        "h11_max_incomplete_event_size": 96_000,  # more than the longest URL that is accepted
        "lifespan": "on",
    }
