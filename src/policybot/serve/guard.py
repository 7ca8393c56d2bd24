"""Who may ask, how fast, and what every response says: the outermost part of the application."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policybot.serve.problems import ProblemError, problem_of, problem_response

log = logging.getLogger(__name__)

LONGEST_ADDRESS = 75_000
"""Bytes of a request's path and query: 8,000 Chinese characters are 72,000, percent-encoded."""

PRIVATE = ("/api/", "/mcp")
"""What needs a bearer token where there are any: what programs call."""

OPEN = ("/api/openapi.json",)

ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # An API's response that a browser is made to show as a page may do nothing there.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}


MOST_ADDRESSES = 50_000
"""Addresses that are counted; of more, those that asked last."""


class RateLimiter:
    """A token bucket an address: ``rate`` requests a minute, as many at once after a pause."""

    def __init__(self, rate: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, address: str) -> bool:
        """Take a token of an address; False where it has none left."""
        now = self._clock()
        tokens, seen = self._buckets.pop(address, (float(self._rate), now))
        tokens = min(float(self._rate), tokens + (now - seen) * self._rate / 60)
        admitted = tokens >= 1
        self._buckets[address] = (tokens - 1 if admitted else tokens, now)
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return admitted


class Guard:
    """Refuses what may not be asked before anything is done for it, and seals every response."""

    def __init__(self, app: ASGIApp, *, per_minute: int, tokens: Sequence[str] = ()) -> None:
        self._app = app
        self._tokens = [token.encode() for token in tokens]
        self._limiter = RateLimiter(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is no HTTP goes on as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def sealed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        try:
            self._check(request)
            await self._app(scope, receive, sealed)
        except Exception as error:  # noqa: BLE001 (whatever it is, others are answered)
            problem = problem_of(error)
            if not started:
                await problem_response(problem)(scope, receive, sealed)

    def _check(self, request: Request) -> None:
        address = who(request)
        if not self._limiter.admit(address):
            raise ProblemError(
                429,
                "too many requests from your address; ask again in a minute",
                {"Retry-After": "60"},
            )
        size = len(request.scope.get("raw_path") or b"") + len(request.scope["query_string"])
        if size > LONGEST_ADDRESS:
            raise ProblemError(
                414, f"the address has {size} bytes; at most {LONGEST_ADDRESS} are read"
            )
        path = request.url.path
        asked_leave = request.method == "OPTIONS"  # a browser's preflight, which has no headers
        if self._tokens and path.startswith(PRIVATE) and path not in OPEN and not asked_leave:
            self._check_token(request)

    def _check_token(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        token = given.strip().encode("utf-8", "replace")
        # Every token is compared, in a time that tells nothing of them.
        right = [hmac.compare_digest(token, known) for known in self._tokens]
        if scheme.lower() != "bearer" or not any(right):
            raise ProblemError(
                401,
                "this needs a token: send the header Authorization: Bearer TOKEN",
                {"WWW-Authenticate": 'Bearer realm="policybot"'},
            )


def who(request: Request) -> str:
    """Return the address that a request is counted under: of IPv6, the network of one customer."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return host
